"""Coming in."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField

from app.forms.base import Form, Given, Line


class SignInForm(Form):
    """An address and a password; nothing about the password is cleaned."""

    next = HiddenField()
    unsent = HiddenField()
    email = Line(_l("Work email"), max=254, required=True, message=_l("Write your work e-mail address."), kind="email")
    password = PasswordField(_l("Password"), [Given(_l("Write your password."))])
