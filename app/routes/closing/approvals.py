"""The supervisor's yes: the case is closed, and its papers are issued in the same breath."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.access import Can, fetch, me
from app.documents import closure_papers
from app.models.base import N_, RuleBroken
from app.models.closing.closure import Closure

bp = Blueprint("approvals", __name__, url_prefix="/closures/<int:closure_id>/approval")


@bp.post("/")
def create(closure_id: int) -> Answer:
    """Approve what was read: not a text that has changed since."""
    closure = fetch(Closure, closure_id, to=Can.APPROVE_CLOSURES)
    if request.form.get("version", str(closure.version)) != str(closure.version):
        raise RuleBroken(N_("This closing was changed after you opened it. Read it again before you approve it."))
    closure.approve(by=me())
    closure_papers.issue(closure, by=me())
    flash(_("The case is closed. The closure summary and the letter are ready to print."))
    return redirect(url_for("closures.show", id=closure.id), 303)
