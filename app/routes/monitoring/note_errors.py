"""Marking a note as entered in error: it stays readable, with the reason, and counts nowhere."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.forms.monitoring.note import NoteErrorForm
from app.models.monitoring.note import Note
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("note_errors", __name__, url_prefix="/notes/<int:note_id>/error")


@bp.get("/new")
def new(note_id: int) -> Response:
    """The note, and the form that asks why."""
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    return _form(note, NoteErrorForm(drafts.kept("note_error", note.id)))


@bp.post("/new")
def create(note_id: int) -> Response | Answer:
    """Mark it."""
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    form = NoteErrorForm(request.form)
    if not form.validate():
        return _form(note, form, status=422)
    note.mark_in_error(by=me(), reason=form.reason.data or "")
    flash(_("The note is marked as entered in error. It stays readable."))
    shown = note.parent_id or note.id
    return redirect(url_for("notes.index", case_id=note.case_id, saved=shown, _anchor=f"note-{shown}"), 303)


def _form(note: Note, form: NoteErrorForm, *, status: int = 200) -> Response:
    head = head_of(note.case.client, note.case)
    return page("monitoring/note_errors/new.html", head=head, note=note, form=form, status=status)
