"""Asking by e-mail for a link to choose a new password; the answer is the same whoever asks."""

from flask import Blueprint, abort, request

from app import letters
from app.forms.agency.sign_in import PasswordRequestForm
from app.models.agency.password_link import PasswordLink
from app.pages import page

bp = Blueprint("password_requests", __name__, url_prefix="/forgotten")


@bp.get("/")
def new():
    _only_with_mail()
    return page("agency/password_requests/new.html", form=PasswordRequestForm())


@bp.post("/")
def create():
    _only_with_mail()
    form = PasswordRequestForm(request.form)
    if not form.validate():
        return page("agency/password_requests/new.html", form=form, status=422)
    user, token = PasswordLink.ask(email=form.email.data, address=request.remote_addr)
    minutes = int(PasswordLink.BY_MAIL.total_seconds() // 60)
    if user is not None:
        letters.new_password(user.email, token, minutes=minutes)
    return page("agency/password_requests/sent.html", minutes=minutes)


def _only_with_mail() -> None:
    if not letters.can_send():
        abort(404)
