"""What the person came for, and what was decided."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Text
from app.models.intake.intake import Disposition, IntakeMethod, ReferralSource, Urgency


class IntakeForm(Form):
    """The intake's essentials; saved as far as they go."""

    received_on = Day(_l("Received on"), required=True, past=True)
    method = Pick(_l("How the person reached us"), choices=IntakeMethod, required=True)
    presenting_concern = Text(_l("Presenting concern, in the client’s words"))
    referral_source = Pick(_l("Referral source"), choices=ReferralSource, blank=_l("Not written down yet"))
    referred_by = Line(_l("Person or agency who sent the client"), max=200)
    urgency = Pick(_l("Urgency"), choices=Urgency, blank=_l("Not decided yet"))
    immediate_needs = Text(_l("Immediate needs, and what was done about them"))


class DispositionForm(Form):
    """What was decided at intake."""

    disposition = Pick(_l("What was decided"), choices=Disposition, required=True, blank=_l("Choose one"))
    leaving_open = Line(_l("Why it is complete without what is missing"), max=500)
