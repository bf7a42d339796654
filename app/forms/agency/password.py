"""Choosing a new password."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import ValidationError

from app.forms.base import Form, Given


class NewPasswordForm(Form):
    """A new password, typed twice; nothing is cleaned."""

    password = PasswordField(_l("New password"), [Given(_l("Choose a new password."))])
    again = PasswordField(_l("The new password again"), [Given(_l("Write the new password a second time."))])

    def validate_again(self, field: Any) -> None:
        if self.password.data and field.data != self.password.data:
            raise ValidationError(_l("The two passwords differ."))


class PasswordForm(NewPasswordForm):
    """The present password besides."""

    present = PasswordField(_l("Your password now"), [Given(_l("Write your password as it is now."))])
