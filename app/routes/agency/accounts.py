"""Closing a member of staff's account, and opening it again: two acts, each the same when it is done twice."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me, require_recent
from app.models.agency.user import User

bp = Blueprint("accounts", __name__, url_prefix="/users/<int:id>/account")


@bp.post("/open")
def create(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    if not user.is_active:
        user.enable(by=me())
    flash(_("The account is open again."))
    return redirect(url_for("settings.index"), 303)


@bp.post("/close")
def destroy(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    if user.is_active:
        user.disable(by=me())
    flash(_("The account is closed. The person is signed out everywhere."))
    return redirect(url_for("settings.index"), 303)
