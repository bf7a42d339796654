"""Opening a case: the program, the intake's essentials, the consent to services, and who takes it on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Line, Pick, Ref, Text
from app.models.caseload.case import LevelOfService
from app.models.intake.consent import ConsentOutcome
from app.models.intake.intake import IntakeMethod, ReferralSource, Urgency


class CaseForm(Form):
    """What is needed is the program, the day and the way; the rest may follow."""

    program = Ref(_l("Program"), blank=_l("Choose a program"), required=True, message=_l("Choose a program."))
    received_on = Day(_l("Received on"), required=True, past=True, message=_l("Write the day the person reached us."))
    method = Pick(_l("How the person reached us"), choices=IntakeMethod, required=True)
    presenting_concern = Text(_l("Presenting concern, in the client’s words"))
    referral_source = Pick(_l("Referral source"), choices=ReferralSource, blank=_l("Not written down yet"))
    referred_by = Line(_l("Person or agency who sent the client"), max=200)
    urgency = Pick(_l("Urgency"), choices=Urgency, blank=_l("Not decided yet"))
    immediate_needs = Text(_l("Immediate needs, and what was done about them"))
    consent = Pick(_l("Consent to services, on paper"), choices=ConsentOutcome, blank=_l("Not asked yet"), radio=True)
    consent_on = Day(_l("Date on the paper"), past=True)
    consent_reason = Line(_l("If declined: why"), max=500)
    worker = Ref(_l("Caseworker"), blank=_l("Nobody yet: it waits for the intake"))
    level_of_service = Pick(_l("Level of service"), choices=LevelOfService, blank=_l("Not decided yet"))

    def validate_consent_on(self, field: Any) -> None:
        if self.consent.data is not None and field.data is None and not field.errors:
            raise ValidationError(_l("Write the date on the paper."))

    def validate_consent_reason(self, field: Any) -> None:
        if self.consent.data is ConsentOutcome.DECLINED and not field.data:
            raise ValidationError(_l("Write down why the client declined."))

    @property
    def intake(self) -> dict[str, Any]:
        """The part that the intake keeps."""
        names = (
            "received_on", "method", "presenting_concern", "referral_source", "referred_by", "urgency",
            "immediate_needs",
        )  # fmt: skip
        return {name: self[name].data for name in names}
