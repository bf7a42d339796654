"""What a person lives on: statements, each as of a day, never changed."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.income import IncomeForm
from app.models.caseload.client import Client
from app.models.caseload.income import IncomeRecord
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("income_records", __name__)


@bp.get("/clients/<int:client_id>/income-records/new")
def new(client_id: int) -> Response:
    """A new statement, begun with what the newest one says."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    typed = drafts.kept("income", client.id)
    return _page(client, IncomeForm(typed) if typed else IncomeForm.of(IncomeRecord.newest(client)))


@bp.post("/clients/<int:client_id>/income-records/new")
def create(client_id: int) -> Response | Answer:
    """Put it on file, with the poverty guideline of its day."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    form = IncomeForm(request.form)
    if not form.validate():
        return _page(client, form, status=422)
    record = IncomeRecord.write_down(client, by=me(), **form.statement)
    if record.guideline_year is None:
        flash(
            _(
                "The income is on file. Its part of the poverty guideline needs the income and the size of the household."
            )
        )
    else:
        said = {"percent": record.percent, "year": record.guideline_year}
        flash(_("The income is on file: %(percent)s %% of the poverty guideline of %(year)s.", **said))
    return redirect(url_for("details.index", client_id=client.id, _anchor="income"), 303)


def _page(client: Client, form: IncomeForm, *, status: int = 200) -> Response:
    return page("caseload/income_records/new.html", head=head_of(client), form=form, status=status)
