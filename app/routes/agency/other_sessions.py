"""Signing out everywhere: on all other machines, or on this one too."""

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _

from app.access import me
from app.admitting import goodbye
from app.models.agency.sign_in import SignIn

bp = Blueprint("other_sessions", __name__, url_prefix="/sign-ins")


@bp.post("/end")
def destroy():
    if request.form.get("here") == "too":
        SignIn.end_everywhere(me(), by=me())
        return make_response(goodbye())
    SignIn.end_everywhere(me(), by=me(), but=g.sign_in)
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("sessions.index"), 303)
