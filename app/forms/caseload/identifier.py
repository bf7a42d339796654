"""Numbers that others know a person by."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Line, Pick
from app.models.base import RuleBroken
from app.models.caseload.identifier import IdentifierKind, NumberQuality, sound


class IdentifierForm(Form):
    """One number. Its text goes into no draft: a draft is not enciphered."""

    kind = Pick(_l("Kind"), choices=IdentifierKind, required=True, blank=_l("Choose one"))
    number = Line(_l("Number"), max=60)
    quality = Pick(_l("How much of it is known"), choices=NumberQuality, required=True)
    issuer = Line(_l("Who gave it out"), max=100)
    expires_on = Day(_l("Good until"))

    def offer(self, kinds: list[IdentifierKind]) -> None:
        """Offer exactly these kinds."""
        self.kind.members = kinds
        codes = ["", *(kind.value for kind in kinds)]
        self.kind.choices = [choice for choice in self.kind.choices or [] if choice.value in codes]

    def validate_number(self, field: Any) -> None:
        if field.errors or self.kind.data is None or self.quality.data is None:
            return
        try:
            sound(self.kind.data, field.data, self.quality.data)
        except RuleBroken as broken:
            raise ValidationError(_(broken.text, **broken.values)) from None


class IdentifierCorrection(Form):
    """What may be changed about a number; left empty, the number on file stays."""

    number = Line(_l("Number"), max=60)
    quality = Pick(_l("How much of it is known"), choices=NumberQuality, required=True)
    issuer = Line(_l("Who gave it out"), max=100)
    expires_on = Day(_l("Good until"))


class RemovalForm(Form):
    """Why a number is taken off."""

    reason = Line(_l("Why it is taken off"), max=500, required=True, message=_l("Write why it is taken off."))
