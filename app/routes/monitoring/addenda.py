"""Corrections to a note that is signed: added beneath it, the first text stays."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.errors import answer
from app.forms.monitoring.note import AddendumForm
from app.models.monitoring.note import Note
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("addenda", __name__, url_prefix="/notes/<int:note_id>/addenda")


@bp.get("/new")
def new(note_id: int) -> Response:
    """The note, and the form for what is to be added."""
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    note.case.check_open()
    return _form(note, AddendumForm(drafts.kept("addendum", note.id)))


@bp.post("/new")
def create(note_id: int) -> Response | Answer:
    """Add it, signed."""
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    form = AddendumForm(request.form)
    if note.case.closed:
        back = url_for("notes.index", case_id=note.case_id)
        message = _("The case is closed. Reopen it before you add to it.")
        return answer(409, message=message, typed={_("Correction or addition"): form.text.data or ""}, back=back)
    if not form.validate():
        return _form(note, form, status=422)
    note.add_to(by=me(), text=form.text.data or "")
    flash(_("The correction is added. The first text stays as it was."))
    return redirect(url_for("notes.index", case_id=note.case_id, saved=note.id, _anchor=f"note-{note.id}"), 303)


def _form(note: Note, form: AddendumForm, *, status: int = 200) -> Response:
    head = head_of(note.case.client, note.case)
    return page("monitoring/addenda/new.html", head=head, note=note, form=form, status=status)
