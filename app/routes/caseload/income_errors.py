"""Marking a statement of income as entered in error: it stays readable, with the reason, and counts nowhere."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.income import IncomeErrorForm
from app.models.caseload.income import IncomeRecord
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("income_errors", __name__, url_prefix="/income-records/<int:income_record_id>/error")


@bp.get("/new")
def new(income_record_id: int) -> Response:
    """The statement, and the form that asks what is wrong."""
    record = fetch(IncomeRecord, income_record_id, to=Can.WORK_CASES)
    return _page(record, IncomeErrorForm(drafts.kept("income_error", record.id)))


@bp.post("/new")
def create(income_record_id: int) -> Response | Answer:
    """Mark it."""
    record = fetch(IncomeRecord, income_record_id, to=Can.WORK_CASES)
    form = IncomeErrorForm(request.form)
    if not form.validate():
        return _page(record, form, status=422)
    record.mark_in_error(by=me(), reason=form.reason.data or "")
    flash(_("It is marked as entered in error. It stays readable."))
    return redirect(url_for("details.index", client_id=record.client_id, _anchor="income"), 303)


def _page(record: IncomeRecord, form: IncomeErrorForm, *, status: int = 200) -> Response:
    return page("caseload/income_errors/new.html", head=head_of(record.client), record=record, form=form, status=status)
