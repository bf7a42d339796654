"""The door: signing in and signing out."""

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from flask_login import current_user

from app.access import me
from app.admitting import admitted, go_on, goodbye
from app.forms.agency.sign_in import CodeForm, SignInForm
from app.machines import in_words
from app.models.agency.sign_in import SignIn
from app.models.base import RuleBroken
from app.pages import page, wants_fragment
from app.requests import keep_the_try, safe_next, set_token

bp = Blueprint("sign_ins", __name__)
IN_PLACE = "agency/sign_ins/_in_place.html"


@bp.get("/sign-in")
def new():
    if current_user.is_authenticated:
        if wants_fragment():  # somebody came in on another tab meanwhile
            return go_on(g.sign_in, there=None, unsent=None)
        return redirect(safe_next(request.args.get("next")), 303)
    expired = g.get("expired")
    form = SignInForm(data={"next": safe_next(request.args.get("next"))})
    if expired is None or expired.ended_at is not None:
        return page("agency/sign_ins/new.html", fragment=IN_PLACE, form=form)
    form.email.data = expired.user.email
    return page("agency/sign_ins/again.html", fragment=IN_PLACE, form=form, minutes=g.agency.idle_minutes, kept=True)


@bp.post("/sign-in")
def create():
    form = SignInForm(request.form)
    if form.validate():
        try:
            sign_in, token = SignIn.open(
                email=form.email.data, password=form.password.data,
                address=request.remote_addr, machine=in_words(request.user_agent.string),
            )  # fmt: skip
        except RuleBroken as broken:
            keep_the_try()
            form.refuse(broken.text)
        else:
            if sign_in.waiting:
                return _ask_for_the_code(form, token)
            return admitted(sign_in, token, there=form.next.data, unsent=form.unsent.data)
    return page("agency/sign_ins/new.html", fragment=IN_PLACE, form=form, status=422)


def _ask_for_the_code(form: SignInForm, token: str) -> Response:
    """The password was right; what opens nothing yet is kept in the cookie, and what was sent goes along."""
    if form.unsent.data or wants_fragment():
        asking = CodeForm(data={"next": form.next.data, "unsent": form.unsent.data})
        response = page("agency/sign_in_codes/new.html", fragment="agency/sign_in_codes/_in_place.html", form=asking)
    else:
        response = make_response(redirect(url_for("sign_in_codes.new", next=safe_next(form.next.data)), 303))
    set_token(response, token)
    return response


@bp.post("/sign-out")
def destroy():
    g.sign_in.end(by=me())
    return make_response(goodbye())
