"""Numbers that others know a person by: written down, corrected, and taken off."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.base import Form
from app.forms.caseload.identifier import IdentifierCorrection, IdentifierForm, RemovalForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.identifier import Identifier, NumberQuality
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("identifiers", __name__)


@bp.get("/clients/<int:client_id>/identifiers/new")
def new(client_id: int) -> Response:
    """The form for a number."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    form = IdentifierForm(data={"quality": NumberQuality.FULL})
    return _form(client, form)


@bp.post("/clients/<int:client_id>/identifiers/new")
def create(client_id: int) -> Response | Answer:
    """Keep the number, enciphered."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    form = IdentifierForm(request.form)
    form.offer(Identifier.kinds())
    if not form.validate():
        return _form(client, form, status=422)
    try:
        Identifier.write_down(client, by=me(), **form.data)
    except RuleBroken as broken:
        form.kind.errors = [_(broken.text, **broken.values)]
        return _form(client, form, status=422)
    return _done(client.id, _("The number is kept. It is shown only to who asks for it, and that is put on the trail."))


@bp.get("/identifiers/<int:id>/edit")
def edit(id: int) -> Response:
    """The form for what can be corrected; the number itself is not on it."""
    row = fetch(Identifier, id, to=Can.WORK_CASES)
    return _correction(row, IdentifierCorrection(obj=row, number=None))


@bp.post("/identifiers/<int:id>/edit")
def update(id: int) -> Response | Answer:
    """Correct it; without a new number the one on file stays."""
    row = fetch(Identifier, id, to=Can.WORK_CASES)
    form = IdentifierCorrection(sent())
    if not form.validate():
        return _correction(row, form, status=422)
    meet(form, lambda: IdentifierCorrection(obj=row, number=None), row)
    try:
        row.rewrite(by=me(), **form.data)
    except RuleBroken as broken:
        form.number.errors = [_(broken.text, **broken.values)]
        return _correction(row, form, status=422)
    return _done(row.client_id, _("The number is corrected."))


@bp.route("/identifiers/<int:id>/remove", methods=["GET", "POST"])
def destroy(id: int) -> Response | Answer:
    """Ask why, then destroy the number."""
    row = fetch(Identifier, id, to=Can.WORK_CASES)
    if request.method == "GET":
        return _removal(row, RemovalForm(drafts.kept("identifier_removal", row.id)))
    form = RemovalForm(request.form)
    if not form.validate():
        return _removal(row, form, status=422)
    row.remove(by=me(), reason=form.reason.data or "")
    return _done(row.client_id, _("The number is taken off and destroyed."))


def _done(client_id: int, words: str) -> Answer:
    flash(words)
    return redirect(url_for("details.index", client_id=client_id, _anchor="identifiers"), 303)


def _form(client: Client, form: IdentifierForm, *, status: int = 200) -> Response:
    form.offer(Identifier.kinds())
    return page("caseload/identifiers/new.html", head=head_of(client), form=form, status=status)


def _correction(row: Identifier, form: Form, *, status: int = 200) -> Response:
    return page("caseload/identifiers/edit.html", head=head_of(row.client), row=row, form=form, status=status)


def _removal(row: Identifier, form: Form, *, status: int = 200) -> Response:
    return page("caseload/identifiers/destroy.html", head=head_of(row.client), row=row, form=form, status=status)
