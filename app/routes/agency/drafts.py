"""What somebody is typing, kept while they type."""

import re

from flask import Blueprint, abort, jsonify, redirect, request

from app import clock
from app.access import LARGEST_ID, me
from app.models.agency.draft import Draft, Once
from app.requests import safe_next

bp = Blueprint("drafts", __name__, url_prefix="/drafts")
NAME = re.compile(r"[a-z_]{1,40}")
SKIPPED = {"once", "version", "password"}


@bp.post("/<form>/<int:about>")
def update(form: str, about: int):
    _check(form, about)
    if Once.used(me(), request.args.get("once", "")):
        return jsonify(saved_at=None)
    typed = {name: values for name, values in request.form.lists() if name not in SKIPPED}
    if not any(value.strip() for values in typed.values() for value in values):
        Draft.done(me(), form, about)
        return jsonify(saved_at=None)
    draft = Draft.keep(me(), form, about, typed)
    return jsonify(saved_at=clock.local(draft.saved_at).strftime("%H:%M"))


@bp.post("/<form>/<int:about>/discard")
def destroy(form: str, about: int):
    _check(form, about)
    Draft.done(me(), form, about)
    return redirect(safe_next(request.form.get("next")), 303)


def _check(form: str, about: int) -> None:
    if not NAME.fullmatch(form) or about >= LARGEST_ID:
        abort(404)
