"""Forms that rate one area of an assessment, or several at once that are no need."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.forms.assessment.row import RowForm
from app.forms.base import Form, Pick, Picks, Text, Whole
from app.models.assessment.domain import Domain, Level, NeedStatus


class RatingForm(RowForm):
    """How one area stands; the fields of Assessment.rate but for the area itself."""

    level = Pick(_l("How things are now"), choices=Level, blank=_l("Not rated"), radio=True)
    status = Pick(_l("Need"), choices=NeedStatus, required=True, radio=True, message=_l("Say whether this is a need."))
    priority = Whole(_l("The client’s priority"), min=1, max=len(Domain))
    situation = Text(_l("Situation"), max=2_000)
    strengths = Text(_l("Strengths in this area"), max=2_000)


class NeedForm(RatingForm):
    """An area that was not rated yet; the fields of Assessment.rate."""

    domain = Pick(_l("Area"), choices=Domain, blank=_l("Choose an area"), required=True, message=_l("Choose an area."))

    def __init__(self, formdata: Any = None, *, unrated: list[Domain], **given: Any) -> None:
        super().__init__(formdata, **given)
        self.unrated = unrated
        self.domain.choices = [c for c in self.domain.choices if c.value == "" or c.value in unrated]

    def validate_domain(self, field: Pick) -> None:
        """An area has one rating on an assessment."""
        if field.data not in self.unrated:
            raise ValidationError(_("This area has a rating already. Edit that one."))


class NoNeedsForm(Form):
    """Areas that were talked about and are no need."""

    domains = Picks(_l("Areas with no need"), Domain, required=True, message=_l("Tick the areas that are no need."))

    def __init__(self, formdata: Any = None, *, unrated: list[Domain], **given: Any) -> None:
        super().__init__(formdata, **given)
        self.unrated = unrated
        self.domains.choices = [c for c in self.domains.choices if c.value in unrated]

    def validate_domains(self, field: Picks) -> None:
        """Rated areas stay as they were rated."""
        if any(code not in self.unrated for code in field.data or []):
            raise ValidationError(_("One of these areas has a rating already. Edit that one."))
