"""The intake of a case, written as far as it goes."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.errors import Conflict
from app.forms.intake.intake import DispositionForm, IntakeForm
from app.models.caseload.case import Case
from app.models.intake.intake import Intake
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("intakes", __name__)


@bp.get("/cases/<int:case_id>/intake")
def edit(case_id: int):
    intake = _intake(case_id, Can.SEE_CLIENTS)
    typed = drafts.kept("intake", case_id)
    return show(intake, IntakeForm(typed) if typed else IntakeForm(obj=intake), DispositionForm())


@bp.post("/cases/<int:case_id>/intake")
def update(case_id: int):
    intake = _intake(case_id, Can.WORK_CASES)
    form = IntakeForm(request.form)
    if not form.validate():
        return show(intake, form, DispositionForm(), status=422)
    if request.form.get("version") != str(intake.version):
        raise Conflict.between(form, intake, back=url_for("intakes.edit", case_id=case_id))
    intake.rewrite(by=me(), **form.data)
    drafts.done("intake", case_id)
    flash(_("The intake is saved."))
    return redirect(url_for("intakes.edit", case_id=case_id), 303)


def show(intake: Intake, form: IntakeForm, deciding: DispositionForm, *, status: int = 200):
    """The intake's page: the form, what is still missing, and the decision."""
    head = head_of(intake.case.client, intake.case)
    return page("intake/intakes/edit.html", head=head, intake=intake, form=form, deciding=deciding, status=status)


def _intake(case_id: int, right: Can) -> Intake:
    case = fetch(Case, case_id, to=right)
    return case.intake or abort(404)
