"""How a person lives, as of a day."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.caseload.circumstances import CircumstancesForm
from app.models.caseload.circumstances import Circumstances
from app.models.caseload.client import Client
from app.pages import page
from app.reports.details import circumstances_of
from app.reports.record import head_of

bp = Blueprint("circumstances", __name__)


@bp.get("/clients/<int:client_id>/circumstances/edit")
def edit(client_id: int) -> Response:
    """The answers that hold now, to be written down as of today or another day."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    typed = drafts.kept("circumstances", client.id)
    return _page(client, CircumstancesForm(typed) if typed else CircumstancesForm.of(circumstances_of(client)))


@bp.post("/clients/<int:client_id>/circumstances/edit")
def update(client_id: int) -> Response | Answer:
    """Write them down; what holds on that day already is not written twice."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    form = CircumstancesForm(sent())
    if not form.validate():
        return _page(client, form, status=422)
    meet(form, lambda: CircumstancesForm.of(circumstances_of(client)), client)
    Circumstances.write_down(client, by=me(), **form.data)
    flash(_("The details are saved."))
    return redirect(url_for("details.index", client_id=client.id, _anchor="circumstances"), 303)


def _page(client: Client, form: CircumstancesForm, *, status: int = 200) -> Response:
    template, fragment = "caseload/circumstances/edit.html", "caseload/circumstances/_edit.html"
    return page(template, fragment=fragment, head=head_of(client), client=client, form=form, status=status)
