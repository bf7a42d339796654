"""Sending a closing to the supervisor as it is saved."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.access import Can, fetch, me
from app.forms.base import cleaned
from app.models.closing.closure import Closure

bp = Blueprint("submissions", __name__, url_prefix="/closures/<int:closure_id>/submission")


@bp.post("/")
def create(closure_id: int) -> Answer:
    """Send it; what is expected and missing needs a reason."""
    closure = fetch(Closure, closure_id, to=Can.WORK_CASES)
    reason = cleaned(request.form.get("left_open"))
    closure.submit(by=me(), leaving_open=reason[:500] if reason else None)
    flash(_("The closing is with the supervisor."))
    return redirect(url_for("closures.show", id=closure.id), 303)
