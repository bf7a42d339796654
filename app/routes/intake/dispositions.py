"""What was decided at intake."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.forms.intake.intake import DispositionForm, IntakeForm
from app.models.caseload.case import Case
from app.models.intake.intake import Disposition, Intake
from app.pages import page
from app.reports.intake import folder_of
from app.reports.record import head_of

bp = Blueprint("dispositions", __name__)


@bp.post("/cases/<int:case_id>/intake/disposition")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    intake = case.intake or abort(404)
    deciding = DispositionForm(request.form)
    good = deciding.validate()
    if good and _reason_lacks(intake, deciding):
        deciding.leaving_open.errors = [_("Add what is still missing, or write why the intake is complete without it.")]
        good = False
    if not good:
        head, form = head_of(case.client, case), IntakeForm(obj=intake)
        folder = folder_of(intake)
        return page(
            "intake/intakes/edit.html",
            head=head, intake=intake, folder=folder, form=form, deciding=deciding, status=422,
        )  # fmt: skip
    intake.complete(by=me(), **deciding.data)
    flash(_("%(name)s waits on the list.", name=case.client.first) if case.waits else _("The intake is complete."))
    if case.worker is None and not case.closed and not case.waits:
        return redirect(url_for("assignments.new", case_id=case.id), 303)
    return redirect(url_for("cases.show", id=case.id), 303)


def _reason_lacks(intake: Intake, deciding: DispositionForm) -> bool:
    accepted = deciding.disposition.data is Disposition.ACCEPTED and intake.decidable
    return accepted and not deciding.leaving_open.data and bool(intake.missing())
