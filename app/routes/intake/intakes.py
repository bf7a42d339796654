"""The intake of a case, written as far as it goes."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.intake.intake import DispositionForm, IntakeForm
from app.models.caseload.case import Case
from app.models.intake.intake import Intake, IntakeMethod
from app.pages import page
from app.reports.intake import folder_of, intake_in
from app.reports.record import head_of

bp = Blueprint("intakes", __name__)


@bp.get("/cases/<int:case_id>/intake")
def edit(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    intake = _intake_of(case)
    typed = drafts.kept("intake", case_id)
    return _page(case, intake, IntakeForm(typed) if typed else IntakeForm(obj=intake))


@bp.post("/cases/<int:case_id>/intake")
def update(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    intake, form = _intake_of(case), IntakeForm(sent())
    if not form.validate():
        return _page(case, intake, form, status=422)
    meet(form, lambda: IntakeForm(obj=_intake_of(case)), intake)
    if case.intake is None:
        case.check_open()
        Intake.begin(case, by=me(), **form.data)
    else:
        intake.rewrite(by=me(), **form.data)
    flash(_("The intake is saved."))
    return redirect(url_for("intakes.edit", case_id=case_id), 303)


def _page(case: Case, intake: Intake, form: IntakeForm, *, status: int = 200):
    """The intake's page: the form, what is still missing, and the decision."""
    head, deciding = head_of(case.client, case), DispositionForm(drafts.kept("disposition", case.id))
    folder = folder_of(intake)
    return page(
        "intake/intakes/edit.html",
        head=head, intake=intake, folder=folder, form=form, deciding=deciding, status=status,
    )  # fmt: skip


def _intake_of(case: Case) -> Intake:
    """The case's intake, or a blank one that is written nowhere until somebody saves it."""
    return intake_in(case) or Intake(received_on=case.received_on, method=IntakeMethod.PHONE, version=0)
