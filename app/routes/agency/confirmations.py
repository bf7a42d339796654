"""Asking again: the password once more, before something that an unattended machine must not give away."""

from flask import Blueprint, flash, g, request
from flask_babel import gettext as _

from app.admitting import go_on
from app.forms.agency.sign_in import ConfirmationForm
from app.models.base import RuleBroken
from app.pages import page
from app.requests import keep_the_try, safe_next
from app.stale import unpacked

bp = Blueprint("confirmations", __name__, url_prefix="/confirm")
IN_PLACE = "agency/confirmations/_in_place.html"


@bp.get("/")
def new():
    form = ConfirmationForm(data={"next": safe_next(request.args.get("next"))})
    return page("agency/confirmations/new.html", fragment=IN_PLACE, form=form)


@bp.post("/")
def create():
    form = ConfirmationForm(request.form)
    if form.validate():
        try:
            g.sign_in.ask(form.password.data, address=request.remote_addr)
        except RuleBroken as broken:
            keep_the_try()
            form.refuse(broken.text)
        else:
            if unpacked(form.unsent.data, g.sign_in.user) is None:
                flash(_("Thank you. For ten minutes you will not be asked again: now do what you came for."), "info")
            return go_on(g.sign_in, there=form.next.data, unsent=form.unsent.data, again=True)
    return page("agency/confirmations/new.html", fragment=IN_PLACE, form=form, status=422)
