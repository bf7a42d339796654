"""What the person came for, and what was decided."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Text
from app.models.intake.choices import IntakeMethod, ReferralSource, SafetyScreen, Urgency
from app.models.intake.intake import Disposition


class CameFor(Form):
    """What is asked of everybody who comes to us, in the order in which it is asked: safety first."""

    safety = Pick(_l("Are you safe right now?"), choices=SafetyScreen, blank=_l("Not asked yet"), radio=True)
    presenting_concern = Text(_l("Presenting concern, in the client’s words"))
    urgency = Pick(_l("Urgency"), choices=Urgency, blank=_l("Not decided yet"))
    immediate_needs = Text(_l("Immediate needs, and what was done about them"))
    method = Pick(_l("How the person reached us"), choices=IntakeMethod, required=True)
    received_on = Day(_l("Received on"), required=True, past=True, message=_l("Write the day the person reached us."))
    referral_source = Pick(_l("Referral source"), choices=ReferralSource, blank=_l("Not written down yet"))
    referred_by = Line(_l("Person or agency who sent the client"), max=200)

    @property
    def intake(self) -> dict[str, Any]:
        """The part of the form that the intake keeps: the keyword arguments of `Intake.begin`."""
        return {name: self[name].data for name in CAME_FOR}


CAME_FOR = (
    "safety", "presenting_concern", "urgency", "immediate_needs", "method", "received_on", "referral_source", "referred_by",
)  # fmt: skip


class IntakeForm(CameFor):
    """The intake's essentials; saved as far as they go."""

    other_agencies = Text(_l("Other agencies that help already"), max=1000)


class DispositionForm(Form):
    """What was decided at intake."""

    disposition = Pick(_l("What was decided"), choices=Disposition, required=True, blank=_l("Choose one"))
    leaving_open = Line(_l("Why it is complete without what is missing"), max=500)
