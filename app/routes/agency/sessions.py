"""Where one is signed in: every machine, and a way to end each."""

from flask import Blueprint, abort, flash, g, make_response, redirect, url_for
from flask_babel import gettext as _

from app.access import LARGEST_ID, me, visible
from app.admitting import goodbye
from app.extensions import db
from app.models.agency.sign_in import SignIn
from app.pages import page

bp = Blueprint("sessions", __name__, url_prefix="/sign-ins")


@bp.get("/")
def index():
    here = db.session.scalars(SignIn.of(me(), g.agency)).all()
    return page("agency/sessions/index.html", sign_ins=here, this=g.sign_in_id)


@bp.post("/<int:id>/end")
def destroy(id: int):
    sign_in = db.session.scalar(visible(SignIn).where(SignIn.id == id)) if id < LARGEST_ID else None
    if sign_in is None:
        abort(404)
    if sign_in.ended_at is None:
        sign_in.end(by=me())
    if sign_in.id == g.sign_in_id:
        return make_response(goodbye())
    flash(_("You are signed out there."))
    return redirect(url_for("sessions.index"), 303)
