"""Taking off a colleague's second factor, whose phone and recovery codes are gone."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me, require_recent
from app.models.agency.user import User

bp = Blueprint("user_second_factors", __name__, url_prefix="/users/<int:id>/second-factor")


@bp.post("/remove")
def destroy(id: int):
    user = fetch(User, id, to=Can.RUN_AGENCY)
    require_recent()
    if user.second_factor is not None:
        user.second_factor.take_off(by=me())
    flash(_("The second factor of %(name)s is taken off. They are told when they sign in.", name=user.name))
    return redirect(url_for("users.edit", id=id), 303)
