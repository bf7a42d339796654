"""Who stands in for whom, and how long."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Ref, Text


class StandInForm(Form):
    """A colleague's place, taken from a day to a day."""

    user = Ref(_l("Who is away"), required=True, message=_l("Choose who is away."))
    stand_in = Ref(_l("Who stands in"), blank=_l("Choose one"), required=True, message=_l("Choose who stands in."))
    from_on = Day(_l("From"), required=True)
    to_on = Day(_l("Last day"), required=True)
    note = Text(_l("What they need to know"), max=1000)

    def validate_to_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day must not be before the first."))

    def validate_stand_in(self, field: Any) -> None:
        if field.data is not None and field.data == self.user.data:
            raise ValidationError(_("Nobody can stand in for themselves."))
