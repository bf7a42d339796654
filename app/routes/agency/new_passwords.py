"""The one-time link behind which a person chooses a new password."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.extensions import db
from app.forms.agency.password import NewPasswordForm
from app.models.agency.password_link import PasswordLink
from app.models.base import RuleBroken
from app.pages import page

bp = Blueprint("new_passwords", __name__, url_prefix="/new-password")


@bp.get("/<token>")
def edit(token: str):
    if PasswordLink.with_token(token) is None:
        return page("agency/new_passwords/gone.html", status=404)
    return page("agency/new_passwords/edit.html", form=NewPasswordForm())


@bp.post("/<token>")
def update(token: str):
    """Choose it, then come in through the door like everybody: a second factor is asked for there."""
    link = PasswordLink.with_token(token)
    if link is None:
        return page("agency/new_passwords/gone.html", status=404)
    form = NewPasswordForm(request.form)
    if form.validate():
        try:
            link.choose(form.password.data)
        except RuleBroken as broken:
            db.session.rollback()
            form.refuse(broken.text)
        else:
            flash(_("Your new password is set. Sign in with it."))
            return redirect(url_for("sign_ins.new"), 303)
    return page("agency/new_passwords/edit.html", form=form, status=422)
