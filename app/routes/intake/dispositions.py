"""What was decided at intake."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.forms.intake.intake import DispositionForm, IntakeForm
from app.models.caseload.case import Case
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("dispositions", __name__)


@bp.post("/cases/<int:case_id>/intake/disposition")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    intake = case.intake or abort(404)
    deciding = DispositionForm(request.form)
    if not deciding.validate():
        head, form = head_of(case.client, case), IntakeForm(obj=intake)
        return page(
            "intake/intakes/edit.html", head=head, intake=intake, form=form, deciding=deciding, status=422
        )
    intake.complete(by=me(), disposition=deciding.disposition.data)
    flash(_("The intake is complete."))
    return redirect(url_for("cases.show", id=case.id), 303)
