"""Opening a closed case again, with the reason."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.forms.closing.closure import ReopeningForm
from app.models.closing.closure import Closure
from app.pages import page

bp = Blueprint("reopenings", __name__, url_prefix="/closures/<int:closure_id>/reopening")


@bp.get("/new")
def new(closure_id: int) -> Response:
    """Ask why, and say what comes back."""
    closure = fetch(Closure, closure_id, to=Can.REOPEN_CASES)
    closure.check_reopenable()
    return page(
        "closing/reopenings/new.html", closure=closure, form=ReopeningForm(drafts.kept("reopening", closure_id))
    )


@bp.post("/new")
def create(closure_id: int) -> Response | Answer:
    """The same people are responsible again, and the plan holds again."""
    closure = fetch(Closure, closure_id, to=Can.REOPEN_CASES)
    form = ReopeningForm(request.form)
    if not form.validate():
        return page("closing/reopenings/new.html", closure=closure, form=form, status=422)
    closure.reopen(by=me(), reason=form.reason.data or "")
    flash(_("The case is open again."))
    return redirect(url_for("cases.show", id=closure.case_id), 303)
