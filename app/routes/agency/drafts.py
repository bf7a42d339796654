"""What somebody is typing, kept while they type; and the list of what they left unfinished."""

from __future__ import annotations

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import LARGEST_ID, Can, may, me
from app.models.agency.draft import Draft, Mark, Once
from app.pages import page
from app.reports.unfinished import FORMS, reaches, unfinished
from app.requests import safe_next, worth_keeping

bp = Blueprint("drafts", __name__, url_prefix="/drafts")


@bp.get("/")
def index():
    """My unfinished work: what, for whom, since when, until when."""
    return page("agency/drafts/index.html", texts=unfinished(me()), door=drafts.door)


@bp.post("/<form>/<int:about>")
def update(form: str, about: int):
    """Keep what stands in an open form; nothing at all in it ends its draft."""
    mark = Mark.read(request.form.get("draft")) or Mark(form, about)
    if (mark.form, mark.about) != (form, about) or about >= LARGEST_ID or not reaches(me(), form, about):
        abort(404)
    if not may(Can(FORMS[form].right)):
        abort(403)
    if Once.used(me(), request.args.get("once", "")) or (mark.page and Once.used(me(), mark.page)):
        return jsonify(saved_at=None)
    typed = worth_keeping(request.form)
    if not any(value.strip() for name, values in typed.items() for value in values if name != "opened"):
        Draft.done(me(), mark)
        return jsonify(saved_at=None)
    draft = Draft.keep(me(), mark, typed)
    taken = Mark(form, about, mark.page, draft.id, draft.revision)
    return jsonify(saved_at=clock.local(draft.saved_at).strftime("%H:%M"), draft=str(taken))


@bp.route("/<int:id>/discard", methods=["GET", "POST"])
def destroy(id: int):
    """Ask first, then throw one of my own texts away."""
    found = next((text for text in unfinished(me()) if text.id == id), None)
    there = safe_next(request.values.get("next")) if request.values.get("next") else url_for("drafts.index")
    if found is not None and request.method == "GET":
        return page("agency/drafts/destroy.html", text=found, next=there, door=drafts.door)
    if found is not None:
        Draft.discard(me(), id)
        flash(_("The text is discarded."))
    return redirect(there, 303)  # what is gone already is gone
