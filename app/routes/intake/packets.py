"""The papers that everybody in a program gets: signed, declined, or exempted for a reason and until a day."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.intake.requirement import AnswersForm, PacketForm
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.intake.intake import Intake
from app.models.intake.requirement import RequirementAnswer, RequirementKind, Standing, standing_in
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("packets", __name__)


@bp.get("/cases/<int:case_id>/packet")
def edit(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    case.intake or abort(404)
    typed, papers = drafts.kept("packet", case_id), _papers(case)
    kept = _kept(papers)
    return _page(case, papers, type(kept)(typed) if typed else kept)


@bp.post("/cases/<int:case_id>/packet")
def update(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    intake: Intake = case.intake or abort(404)
    papers = _papers(case)
    form = type(_kept(papers))(sent())
    if not form.validate():
        return _page(case, papers, form, status=422)
    meet(form, lambda: _kept(_papers(case)), intake)
    try:
        for requirement, said in form.answers:
            RequirementAnswer.write(case, requirement, by=me(), **said)
    except RuleBroken as broken:
        db.session.rollback()
        case = fetch(Case, case_id, to=Can.WORK_CASES)
        form.refuse(broken.text, **broken.values)
        return _page(case, _papers(case), form, status=422)
    flash(_("The packet is saved."))
    return redirect(url_for("intakes.edit", case_id=case_id), 303)


def _papers(case: Case) -> list[Standing]:
    return [line for line in standing_in(case) if line.requirement.kind is RequirementKind.PAPER]


def _kept(papers: list[Standing]) -> AnswersForm:
    """The form for the papers that no permission on file answers, as the record would fill it in."""
    asked = [line for line in papers if line.consent is None]
    return PacketForm.asking([line.requirement for line in asked]).as_kept(asked)


def _page(case: Case, papers: list[Standing], form: AnswersForm, *, status: int = 200):
    head = head_of(case.client, case)
    return page("intake/packets/edit.html", head=head, papers=papers, form=form, status=status)
