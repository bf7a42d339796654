"""Keeping a note back from copies of the record, and ending that."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.intake.access_request import WithholdingForm
from app.models.base import RuleBroken
from app.models.intake.withholding import Withholding
from app.models.monitoring.note import Note
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("withholdings", __name__)


@bp.get("/notes/<int:note_id>/withholdings/new")
def new(note_id: int):
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    return _page(note, WithholdingForm(drafts.kept("withholding", note_id)))


@bp.post("/notes/<int:note_id>/withholdings/new")
def create(note_id: int):
    note = fetch(Note, note_id, to=Can.WORK_CASES)
    form = WithholdingForm(request.form)
    if form.validate():
        try:
            Withholding.keep_back(note, by=me(), **form.data)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The note is kept back from copies. The copy says that something is kept back."))
            return redirect(url_for("notes.index", case_id=note.case_id, _anchor=f"note-{note.id}"), 303)
    return _page(note, form, status=422)


@bp.post("/withholdings/<int:id>/end")
def destroy(id: int):
    kept = fetch(Withholding, id, to=Can.WORK_CASES)
    kept.end(by=me())
    flash(_("The note stands on copies again."))
    return redirect(url_for("notes.index", case_id=kept.case_id, _anchor=f"note-{kept.note_id}"), 303)


def _page(note: Note, form: WithholdingForm, *, status: int = 200):
    head = head_of(note.case.client, note.case)
    kept = Withholding.of(note)
    return page("intake/withholdings/new.html", head=head, note=note, kept=kept, form=form, status=status)
