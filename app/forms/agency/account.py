"""Making one's own account behind an invitation."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import ValidationError

from app.forms.agency.email import WorkEmail
from app.forms.base import Form, Given, Line


class AccountForm(Form):
    """Who one is, and a password typed twice; nothing about the password is cleaned."""

    name = Line(_l("Name"), max=120, required=True, message=_l("Write your name."))
    email = WorkEmail(message=_l("Write your e-mail address."))
    password = PasswordField(_l("Choose a password"), [Given(_l("Choose a password."))])
    again = PasswordField(_l("The same password again"), [Given(_l("Write the password a second time."))])

    def validate_again(self, field) -> None:
        if self.password.data and field.data != self.password.data:
            raise ValidationError(_l("The two passwords differ."))
