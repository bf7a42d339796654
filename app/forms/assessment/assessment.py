"""Forms of an assessment: beginning it, what it says as a whole, and signing it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.base import Form, Line, Pick, Picks, Text
from app.models.assessment.assessment import AssessmentType, Source


class BeginForm(Form):
    """The occasion; the field of Assessment.begin."""

    type = Pick(_l("Kind of assessment"), choices=AssessmentType, required=True)


class AssessmentForm(Form):
    """What the assessment says as a whole; the fields of Assessment.describe."""

    sources = Picks(_l("Where the information came from"), Source)
    strengths = Text(_l("Strengths and supports"))
    own_goals = Text(_l("The client’s own goals, in their words"))
    summary = Text(_l("Summary"))


class SigningForm(Form):
    """Signing; whoever signs although something is missing says why."""

    leaving_open = Line(_l("Why you sign without it"), max=500)

    def __init__(self, formdata: Any = None, *, incomplete: bool, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.incomplete = incomplete

    def validate(self, extra_validators: Any = None) -> bool:
        """Something is missing: a reason is needed."""
        good = super().validate(extra_validators)
        if self.incomplete and not self.leaving_open.data:
            self.leaving_open.errors = [_("Add what is missing, or write why you sign without it.")]
            return False
        return good
