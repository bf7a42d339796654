"""Ending every sign-in of a colleague: a stolen laptop, somebody who left in anger."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me, require_recent
from app.models.agency.sign_in import SignIn
from app.models.agency.user import User

bp = Blueprint("user_sign_ins", __name__, url_prefix="/users/<int:id>/sign-ins")


@bp.post("/end")
def destroy(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    SignIn.end_everywhere(user, by=me(), but=g.sign_in if user.id == me().id else None)
    flash(_("%(name)s is signed out everywhere.", name=user.name))
    return redirect(url_for("users.edit", id=id), 303)
