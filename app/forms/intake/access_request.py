"""Requests of the client for the record, what is kept back from it, and the statements that the client adds."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Line, Pick, Ref, Text
from app.models.intake.access_request import DENYING, GAVE, AccessOutcome, DenialGround
from app.models.intake.disclosure import DisclosureMethod


class AccessRequestForm(Form):
    """When, by whom and how the record was asked for, and which part of it."""

    received_on = Day(_l("Asked on"), required=True, past=True, message=_l("Write the day on which the client asked."))
    asked_by = Line(_l("Who asked, if not the client"), max=200)
    how = Pick(_l("How they asked"), choices=DisclosureMethod, required=True, blank=_l("Choose one"))
    what = Text(_l("What they want to see or have"), max=1000, required=True, message=_l("Write what was asked for."))
    case = Ref(_l("Who sees this request"), blank=_l("Everybody who may open this record"))


class ExtensionForm(Form):
    """Why more time is needed."""

    reason = Text(_l("Why more time is needed"), max=1000, required=True, message=_l("Write why."))


class AnswerForm(Form):
    """What was given, or why not."""

    outcome = Pick(_l("What you answered"), choices=AccessOutcome, required=True, radio=True, message=_l("Choose one."))
    answered_on = Day(_l("On"), required=True, past=True)
    given_how = Pick(_l("How it was given"), choices=DisclosureMethod, blank=_l("Nothing was given"))
    ground = Pick(_l("Ground for what was denied"), choices=DenialGround, blank=_l("Nothing was denied"))
    reason = Text(_l("The reason in plain words, as the client is told"), max=2000)
    appeal = Text(_l("How the client can have it looked at again"), max=2000)

    def validate_given_how(self, field: Any) -> None:
        if self.outcome.data in GAVE and field.data is None and not field.errors:
            raise ValidationError(_("Choose how it was given."))

    def validate_ground(self, field: Any) -> None:
        if self.outcome.data in DENYING and field.data is None and not field.errors:
            raise ValidationError(_("Choose the ground for what was denied."))

    def validate_reason(self, field: Any) -> None:
        if self.outcome.data in DENYING and not field.data and not field.errors:
            raise ValidationError(_("Write the reason in plain words."))

    def validate_appeal(self, field: Any) -> None:
        if self.outcome.data in DENYING and not field.data and not field.errors:
            raise ValidationError(_("Write how the client can have it looked at again."))


class WithholdingForm(Form):
    """Why a note is kept back from copies."""

    ground = Pick(_l("Ground"), choices=DenialGround, required=True, radio=True, message=_l("Choose the ground."))
    reason = Text(_l("Why, in a sentence"), max=1000, required=True, message=_l("Write why."))


class StatementForm(Form):
    """What the client says, and of which entry."""

    stated_on = Day(_l("Said or written on"), required=True, past=True)
    entry = Ref(_l("It belongs to"), blank=_l("The case as a whole"))
    text = Text(_l("The client’s words"), required=True, message=_l("Write what the client says."))


class ResponseForm(Form):
    """What the agency answers."""

    response = Text(_l("Our answer"), required=True, message=_l("Write the answer."))
