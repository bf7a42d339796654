"""The second step of coming in: a code of the app, or a recovery code."""

from flask import Blueprint, g, redirect, request, url_for
from flask_login import current_user

from app.admitting import admitted
from app.forms.agency.sign_in import CodeForm
from app.models.base import RuleBroken
from app.pages import page
from app.requests import keep_the_try, safe_next

bp = Blueprint("sign_in_codes", __name__, url_prefix="/sign-in/code")
IN_PLACE = "agency/sign_in_codes/_in_place.html"


@bp.get("/")
def new():
    if _half_open() is None:
        return redirect(url_for("sign_ins.new", next=safe_next(request.args.get("next"))), 303)
    form = CodeForm(data={"next": safe_next(request.args.get("next"))})
    return page("agency/sign_in_codes/new.html", fragment=IN_PLACE, form=form)


@bp.post("/")
def create():
    sign_in = _half_open()
    form = CodeForm(request.form)
    if sign_in is None:
        return redirect(url_for("sign_ins.new", next=safe_next(form.next.data)), 303)
    if form.validate():
        try:
            token = sign_in.give_code(form.code.data, address=request.remote_addr)
        except RuleBroken as broken:
            keep_the_try()
            form.refuse(broken.text)
        else:
            return admitted(sign_in, token, there=form.next.data, unsent=form.unsent.data)
    form.code.data, form.code.raw_data = None, None
    return page("agency/sign_in_codes/new.html", fragment=IN_PLACE, form=form, status=422)


def _half_open():
    """The sign-in of this browser whose password was right and whose code is still to come, or None."""
    return None if current_user.is_authenticated else g.get("half_open")
