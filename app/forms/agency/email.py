"""The e-mail address of somebody who works here."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Line


class WorkEmail(Line):
    """One line that looks like an e-mail address."""

    def __init__(self, *, message: Any, **more: Any) -> None:
        super().__init__(_l("Work email"), max=254, required=True, message=message, kind="email", **more)

    def pre_validate(self, _form: Any) -> None:
        if self.data and ("@" not in self.data[1:-1] or " " in self.data):
            raise ValidationError(_l("Write an e-mail address like name@agency.org."))
