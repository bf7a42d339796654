"""Opening a case: the program, the intake's essentials, the consent to services, and who takes it on."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Day, Line, Pick, Ref
from app.forms.intake.intake import CameFor
from app.models.caseload.case import LevelOfService
from app.models.intake.consent import ConsentOutcome


class CaseForm(CameFor):
    """What is needed is the program, the day and the way; the rest may follow."""

    program = Ref(_l("Program"), blank=_l("Choose a program"), required=True, message=_l("Choose a program."))
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
