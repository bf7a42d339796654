"""The one-time link behind which a person makes their own account."""

from flask import Blueprint, redirect, request

from app.extensions import db
from app.forms.agency.account import AccountForm
from app.models.agency.sign_in import Invitation, SignIn
from app.models.base import RuleBroken
from app.pages import page
from app.requests import safe_next, set_token

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


@bp.get("/<token>")
def show(token: str):
    invitation = Invitation.with_token(token)
    if invitation is None:
        return page("agency/invitations/gone.html", status=404)
    return page("agency/invitations/show.html", form=AccountForm(obj=invitation), invitation=invitation)


@bp.post("/<token>")
def update(token: str):
    invitation = Invitation.with_token(token)
    if invitation is None:
        return page("agency/invitations/gone.html", status=404)
    form = AccountForm(request.form)
    if form.validate():
        try:
            password = form.password.data
            user = invitation.accept(name=form.name.data, email=form.email.data, password=password)
            _sign_in, opened = SignIn.open(email=user.email, password=password, address=request.remote_addr)
        except RuleBroken as broken:
            db.session.rollback()
            form.refuse(broken.text)
            invitation = Invitation.with_token(token)
        else:
            response = redirect(safe_next(None), 303)
            set_token(response, opened)
            return response
    return page("agency/invitations/show.html", form=form, invitation=invitation, status=422)
