"""Who belongs to a client: written down, corrected, or marked as entered in error."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import LARGEST_ID, Can, fetch, me, visible
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.caseload.people import MistakeForm, RelationshipForm
from app.models.agency.document import Document
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.relationship import Relationship
from app.pages import page, whole
from app.reports.record import Head, head_of

bp = Blueprint("relationships", __name__)


@bp.get("/clients/<int:client_id>/relationships/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    form = _offering(RelationshipForm.usual(drafts.kept("relationship_new", client.id)), head)
    return _form_page(form, head, other=_other())


@bp.post("/clients/<int:client_id>/relationships/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head, other = head_of(client), _other()
    form = _offering(RelationshipForm(request.form), head)
    if form.validate():
        case = next((case for case in head.cases if case.id == form.case.data), None)
        try:
            Relationship.write_down(client, by=me(), other=other, **(_said(form, client) | {"case": case}))
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is written down."))
            return redirect(url_for("people.index", client_id=client.id), 303)
    return _form_page(form, head, other=other, status=422)


@bp.get("/relationships/<int:id>/edit")
def edit(id: int):
    row = fetch(Relationship, id, to=Can.WORK_CASES)
    typed = drafts.kept("relationship", id)
    head = head_of(row.client, case_id=row.case_id)
    return _form_page(_of(row, head, typed), head, row=row)


@bp.post("/relationships/<int:id>/edit")
def update(id: int):
    row = fetch(Relationship, id, to=Can.WORK_CASES)
    head = head_of(row.client, case_id=row.case_id)
    form = _of(row, head, sent())
    if not form.validate():
        return _form_page(form, head, row=row, status=422)
    meet(form, lambda: _of(row, head, None), row)
    said = _said(form, row.client)
    if row.document_id not in (None, *form.document.offered):
        del said["document"]  # a file that this person may not know of stays where it is
    try:
        row.rewrite(by=me(), **said)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _form_page(form, head, row=row, status=422)
    flash(_("Saved."))
    return redirect(url_for("people.index", client_id=row.client_id), 303)


@bp.route("/relationships/<int:id>/error", methods=["GET", "POST"])
def destroy(id: int):
    """Ask why, then mark it as entered in error; it stays readable in the record's history."""
    row = fetch(Relationship, id, to=Can.WORK_CASES)
    form = MistakeForm(request.form if request.method == "POST" else drafts.kept("relationship_error", id))
    if request.method == "POST" and form.validate():
        row.mistake(by=me(), reason=form.reason.data)
        flash(_("It is marked as entered in error."))
        return redirect(url_for("people.index", client_id=row.client_id), 303)
    status = 422 if request.method == "POST" else 200
    return page("caseload/relationships/destroy.html", head=head_of(row.client), row=row, form=form, status=status)


def _other() -> Client | None:
    """The client on record who was chosen; out of reach is the same as not there."""
    asked = request.values.get("other", type=whole)
    if asked is None:
        return None
    found = db.session.scalar(visible(Client).where(Client.id == asked)) if asked < LARGEST_ID else None
    return found if found is not None else abort(404)


def _of(row: Relationship, head: Head, typed: Any) -> RelationshipForm:
    """The form of this row, or with what was typed into it; whoever sees it stays who it was."""
    now = RelationshipForm.of(row)
    form = RelationshipForm(typed) if typed else now
    for one in [form] if form is now else [form, now]:
        _offering(one, head)
        del one.case
    form.open_at(now)
    return form


def _offering(form: RelationshipForm, head: Head) -> RelationshipForm:
    """Offer the record's files as papers, and to keep it within a sealed program; from within one, that is chosen already."""
    form.document.offer((file.id, file.title) for file in _files(head.client))
    sealed = [case for case in head.cases if case.program.regime.sealed]
    form.case.offer(
        (case.id, _("Only who may see the case in %(program)s", program=case.program.name)) for case in sealed
    )
    if not form.case.raw_data and head.case in sealed:
        form.case.suggest(head.case.id)
    return form


def _files(client: Client) -> list[Any]:
    files = visible(Document).where(Document.client_id == client.id).order_by(Document.id.desc())
    return list(db.session.execute(files.with_only_columns(Document.id, Document.title).limit(200)))


def _said(form: RelationshipForm, client: Client) -> dict[str, Any]:
    """The form's data, with the file that was chosen in the place of its number."""
    said = {name: value for name, value in form.data.items() if name != "case"}
    chosen = sa.and_(Document.client_id == client.id, Document.id == (form.document.data or 0))
    return said | {"document": db.session.scalar(visible(Document).where(chosen))}


def _form_page(
    form: RelationshipForm,
    head: Head,
    *,
    row: Relationship | None = None,
    other: Client | None = None,
    status: int = 200,
):
    return page("caseload/relationships/form.html", head=head, form=form, row=row, other=other, status=status)
