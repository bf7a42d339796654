"""The door: signing in and signing out."""

from flask import Blueprint, g, redirect, request, url_for
from flask_login import current_user

from app.access import me
from app.extensions import db
from app.forms.agency.sign_in import SignInForm
from app.models.agency.sign_in import SignIn
from app.models.base import RuleBroken
from app.pages import page
from app.requests import cookie_name, safe_next, set_token
from app.stale import unpacked

bp = Blueprint("sign_ins", __name__)


@bp.get("/sign-in")
def new():
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")), 303)
    expired = g.get("expired")
    form = SignInForm(data={"next": safe_next(request.args.get("next"))})
    if expired is None or expired.ended_at is not None:
        return page("agency/sign_ins/new.html", form=form)
    form.email.data = expired.user.email
    return page("agency/sign_ins/again.html", form=form, minutes=g.agency.idle_minutes, kept=True)


@bp.post("/sign-in")
def create():
    form = SignInForm(request.form)
    if not form.validate():
        return page("agency/sign_ins/new.html", form=form, status=422)
    try:
        _sign_in, token = SignIn.open(email=form.email.data, password=form.password.data, address=request.remote_addr)
    except RuleBroken as broken:
        db.session.commit()
        form.refuse(broken.text)
        return page("agency/sign_ins/new.html", form=form, status=422)
    there = safe_next(form.next.data)
    unsent = unpacked(form.unsent.data)
    if unsent is None:
        response = redirect(there, 303)
    else:
        response = page("agency/sign_ins/unsent.html", target=unsent[0], fields=unsent[1], next=there)
    set_token(response, token)
    return response


@bp.post("/sign-out")
def destroy():
    g.sign_in.end(by=me())
    response = redirect(url_for("sign_ins.new"), 303)
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
