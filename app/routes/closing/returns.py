"""Giving a closing back to the worker, with what to change."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.access import Can, fetch, me
from app.forms.closing.closure import ReturnForm
from app.models.closing.closure import Closure
from app.pages import page

bp = Blueprint("returns", __name__, url_prefix="/closures/<int:closure_id>/return")


@bp.post("/")
def create(closure_id: int) -> Response | Answer:
    """Return it; the comment says what to change."""
    closure = fetch(Closure, closure_id, to=Can.APPROVE_CLOSURES)
    form = ReturnForm(request.form)
    if not form.validate():
        return page("closing/returns/new.html", closure=closure, form=form, status=422)
    closure.send_back(by=me(), comment=form.comment.data or "")
    flash(_("The closing is back with the worker."))
    return redirect(url_for("closures.show", id=closure.id), 303)
