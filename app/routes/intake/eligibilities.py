"""Whether somebody may be served: household and income, the program's criteria with the proof seen, what follows."""

from flask import Blueprint, abort, flash, g, redirect, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.intake.requirement import AnswersForm, EligibilityForm
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.poverty import guideline_on
from app.models.intake.intake import Intake
from app.models.intake.requirement import RequirementAnswer, RequirementKind, standing_in
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("eligibilities", __name__)


@bp.get("/cases/<int:case_id>/eligibility")
def edit(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    typed = drafts.kept("eligibility", case_id)
    kept = _kept(case)
    return _page(case, type(kept)(typed) if typed else kept)


@bp.post("/cases/<int:case_id>/eligibility")
def update(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    intake: Intake = case.intake or abort(404)
    form = type(_kept(case))(sent())
    if not form.validate():
        return _page(case, form, status=422)
    meet(form, lambda: _kept(case), intake)
    try:
        intake.determine(by=me(), **form.basis)
        for requirement, said in form.answers:
            RequirementAnswer.write(case, requirement, by=me(), **said)
    except RuleBroken as broken:
        db.session.rollback()
        form.refuse(broken.text, **broken.values)
        return _page(fetch(Case, case_id, to=Can.WORK_CASES), form, status=422)
    flash(_("What was found out is saved."))
    return redirect(url_for("intakes.edit", case_id=case_id), 303)


def _kept(case: Case) -> AnswersForm:
    """The form for what the program asks now, as the record would fill it in."""
    criteria = [line for line in standing_in(case) if line.requirement.kind is RequirementKind.CRITERION]
    intake = case.intake or abort(404)
    basis = {name: getattr(intake, name) for name in EligibilityForm.BASIS}
    basis["poverty_area"] = intake.poverty_area or g.agency.poverty_area
    return EligibilityForm.asking([line.requirement for line in criteria]).as_kept(criteria, **basis)


def _page(case: Case, form: AnswersForm, *, status: int = 200):
    head = head_of(case.client, case)
    guideline = guideline_on(clock.today(), area=g.agency.poverty_area, size=1)
    year = guideline.year if guideline is not None else clock.today().year
    return page("intake/eligibilities/edit.html", head=head, intake=case.intake, form=form, year=year, status=status)
