"""Changing one's own password, and how the screen looks."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app.access import me
from app.forms.agency.password import PasswordForm
from app.models.base import RuleBroken
from app.pages import page
from app.requests import keep_the_try, set_token

bp = Blueprint("passwords", __name__, url_prefix="/password")


@bp.get("/")
def edit():
    return page("agency/passwords/edit.html", form=PasswordForm())


@bp.post("/")
def update():
    form = PasswordForm(request.form)
    if form.validate():
        try:
            token = me().change_password(form.present.data, form.password.data, here=g.sign_in)
        except RuleBroken as broken:
            keep_the_try()
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("Your password is changed. You are signed out everywhere else."))
            response = redirect(url_for("my_day.index"), 303)
            set_token(response, token)
            return response
    return page("agency/passwords/edit.html", form=form, status=422)
