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


class CodeForm(Form):
    """A code of the app, or a recovery code; the rest is where to go then."""

    next = HiddenField()
    unsent = HiddenField()
    code = Line(_l("Code"), max=60, required=True, message=_l("Type the six digits from your app."))


class ConfirmationForm(Form):
    """The password once more; nothing about it is cleaned."""

    next = HiddenField()
    unsent = HiddenField()
    password = PasswordField(_l("Password"), [Given(_l("Write your password."))])


class PasswordRequestForm(Form):
    """Where to send a link for a new password."""

    email = Line(_l("Work email"), max=254, required=True, message=_l("Write your work e-mail address."), kind="email")
