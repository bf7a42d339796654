"""Opening a record in an emergency, deciding about it, and about people who may be on record twice."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Line, Pick, Text
from app.models.base import N_, Choice
from app.models.caseload.emergency import EmergencyOpening


class Verdict(Choice):
    """What a supervisor says of an opening."""

    JUSTIFIED = "justified", N_("It was right to open the record")
    NOT_JUSTIFIED = "not_justified", N_("It was not right")


class EmergencyForm(Form):
    """Whose record, why it cannot wait, and the password of the person who asks."""

    number = Line(_l("Client number"), max=30)
    name = Line(_l("First and last name"), max=160)
    born_on = Day(_l("Birth date"), past=True)
    reason = Text(_l("Why it cannot wait"), max=500, required=True, message=_l("Write why it cannot wait."))
    password = PasswordField(_l("Your password"))

    def validate_number(self, field: Any) -> None:
        if not field.data and not (self.name.data and self.born_on.data):
            raise ValidationError(_l("Write the client number, or the name and the birth date."))

    def validate_reason(self, field: Any) -> None:
        if field.data and len(field.data) < EmergencyOpening.SHORTEST_REASON:
            raise ValidationError(_l("Write why it cannot wait, in at least ten characters."))

    def validate_password(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Write your password."))


class ReviewForm(Form):
    """Whether it was right, and why."""

    verdict = Pick(_l("Your decision"), choices=Verdict, required=True, radio=True, message=_l("Decide."))
    review = Text(_l("What you found out"), max=1000, required=True, message=_l("Write what you found out."))


class SettlingForm(Form):
    """What was found out about somebody who may be on record twice."""

    finding = Line(_l("What you found out"), max=400, required=True, message=_l("Write what you found out."))
