"""Forms of a referral: making it, recording what was heard, recording what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.forms.base import Clock, Day, Form, Line, Pick, Picks, Ref, Text, Tick
from app.models.assessment.domain import Domain
from app.models.base import N_, Choice
from app.models.intake.consent import Information
from app.models.intake.intake import Urgency
from app.models.linking.referral import (
    GOT_IT,
    NAMELESS,
    WAITING,
    Barrier,
    ConfirmedBy,
    Referral,
    ReferralMethod,
    ReferralOutcome,
    ReferralType,
)

# How one hears from a provider or a client; the other methods only say how a referral goes out.
HEARD_BY = [method for method in ReferralMethod if method is not ReferralMethod.SELF]
# The fields that are called alike in the form and in the record.
SAME = ("domain", "need_text", "ask", "bring", "shared", "type", "method", "urgency", "contact")
OFFERED = [item for item in Information if item is not Information.IDENTITY]


class Agreed(Choice):
    """What the client says to the referral, and how much of them may go along."""

    NAMED = "named", N_("Yes, with the name")
    NAMELESS = "nameless", N_("Yes, without the name")
    NOT_YET = "not_yet", N_("Not yet")


class FromToday(Day):
    """A day that has not passed."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data is not None and self.data < clock.today():
            self.data = None
            raise ValueError(_("Choose today or a later day."))


class ReferralForm(Form):
    """A referral to a service of the directory, or to a provider written down by name."""

    service = Ref(_l("Where to"), message=_l("Choose a service, or write the provider’s name."))
    provider = Line(_l("Provider"), max=200)
    what = Line(_l("Service"), max=300)
    agreed = Pick(_l("Does the client agree?"), choices=Agreed, radio=True)
    domain = Pick(_l("Need"), choices=Domain, blank=_l("Choose one"), required=True, message=_l("Choose the need."))
    goal = Ref(_l("For which goal"), blank=_l("No goal"))
    need_text = Text(_l("What the client needs"), max=2_000)
    ask = Text(_l("What we ask of them"), max=1_000)
    bring = Text(_l("What to bring"), max=1_000)
    shared = Picks(_l("Share only"), OFFERED)
    type = Pick(_l("How much we do"), choices=ReferralType, required=True)
    method = Pick(_l("How it goes out"), choices=ReferralMethod, required=True)
    urgency = Pick(_l("Urgency"), choices=Urgency, required=True)
    contact = Line(_l("Person to ask for"), max=200)
    appointment_on = Day(_l("Appointment"))
    appointment_time = Clock(_l("Time"))
    sent_on = Day(_l("Day of the referral"), past=True)
    follow_up_on = FromToday(_l("Check back on"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound, and it says where to."""
        sound = super().validate(extra_validators)
        nowhere = self.service.data is None and not self.provider.data and not self.service.errors
        if nowhere and not self.provider.errors:
            blame(self.provider, _("Choose a service, or write the provider’s name."))
        return together(self.appointment_on, self.appointment_time) and not nowhere and sound

    def show_shared(self, covered: list[Information]) -> None:
        """Show only what may be shared anyway, what a release covers, and what is ticked already."""
        shown = {*NAMELESS, *covered, *(self.shared.data or [])}
        self.shared.choices = [choice for choice in self.shared.choices if choice.value in shown]

    def agreed_to(self) -> bool:
        """Whether the client said yes; the message stands at the question. Only sending asks for it."""
        if self.agreed.data is None:
            blame(self.agreed, _("Say whether the client agrees."))
        elif self.agreed.data is Agreed.NOT_YET:
            blame(self.agreed, _("A referral goes out only with the client’s yes. Save it as a draft until then."))
        return not self.agreed.errors

    @property
    def details(self) -> dict[str, Any]:
        """The keyword arguments of Referral.make and rewrite, but for the service and the goal, which are records."""
        return {name: self[name].data for name in ("provider", "what", *SAME)} | {
            "with_identity": self.agreed.data is Agreed.NAMED,
            "appointment_at": instant(self.appointment_on.data, self.appointment_time.data),
            "follow_up_on": self.follow_up_on.data,
        }


def as_typed(referral: Referral, goal: int | None) -> dict[str, Any]:
    """What a form about a draft shows: the referral's own values in the form's fields."""
    at = clock.local(referral.appointment_at) if referral.appointment_at else None
    listed = referral.service_id is not None
    return {name: getattr(referral, name) for name in SAME} | {
        "service": referral.service_id,
        "provider": None if listed else referral.provider,
        "what": None if listed else referral.what,
        "agreed": Agreed.NAMED if referral.with_identity else None,
        "goal": goal,
        "appointment_on": at.date() if at else None,
        "appointment_time": at.time() if at else None,
        "follow_up_on": referral.follow_up_on,
    }


class SendingForm(Form):
    """Sending a draft as it stands."""

    agreed = Tick(_l("The client agrees to this referral"))
    sent_on = Day(_l("Day of the referral"), past=True)

    def validate_agreed(self, field: wtforms.Field) -> None:
        """Nothing goes out without a yes."""
        if not field.data:
            raise wtforms.ValidationError(_("Ask the client first. A referral goes out only with their yes."))


class UpdateForm(Form):
    """What was heard about a referral, or one try to hear; the keyword arguments of Referral.hear."""

    status = Pick(_l("Where it is now"), choices=WAITING, required=True)
    on = Day(_l("Day"), required=True, past=True)
    method = Pick(_l("How"), choices=HEARD_BY, blank=_l("Not said"))
    text = Text(_l("What you heard, or whom you tried"), max=1_000)
    appointment_on = Day(_l("Appointment"))
    appointment_time = Clock(_l("Time"))
    follow_up_on = FromToday(_l("Ask again on"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound; an appointment has a day and a time."""
        sound = super().validate(extra_validators)
        return together(self.appointment_on, self.appointment_time) and sound

    @property
    def details(self) -> dict[str, Any]:
        """The keyword arguments of Referral.hear."""
        return {name: self[name].data for name in ("status", "on", "method", "text", "follow_up_on")} | {
            "appointment_at": instant(self.appointment_on.data, self.appointment_time.data)
        }


class OutcomeForm(Form):
    """What came of a referral; the keyword arguments of Referral.end."""

    outcome = Pick(_l("What came of it"), choices=ReferralOutcome, required=True, radio=True)
    on = Day(_l("Day"), required=True, past=True)
    confirmed_by = Pick(_l("How we know"), choices=ConfirmedBy, blank=_l("Not said"))
    barrier = Pick(_l("What stood in the way"), choices=Barrier, blank=_l("Nothing, or not known"))
    text = Text(_l("In words"), max=1_000)

    def offer(self, outcomes: Iterable[ReferralOutcome]) -> None:
        """Offer exactly these outcomes."""
        self.outcome.members = list(outcomes)
        self.outcome.choices = [choice for choice in self.outcome.choices if choice.value in self.outcome.members]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound; a service that was received needs a word on how we know."""
        sound = super().validate(extra_validators)
        if self.outcome.data in GOT_IT and self.confirmed_by.data is None and not self.confirmed_by.errors:
            return blame(self.confirmed_by, _("Say how you know that the service was received."))
        return sound


class MistakeForm(Form):
    """Why a referral was entered in error."""

    reason = Line(_l("Why it was entered in error"), max=500, required=True, message=_l("Write why it is wrong."))


def blame(field: wtforms.Field, text: str) -> bool:
    """Put a message at a field; False, for whoever asks whether all is sound."""
    field.errors = [*field.errors, text]
    return False


def together(day: wtforms.Field, at: wtforms.Field) -> bool:
    """Whether an appointment has both a day and a time, or neither."""
    if day.data is not None and at.data is None and not at.errors:
        return blame(at, _("Add the time of the appointment."))
    if at.data is not None and day.data is None and not day.errors:
        return blame(day, _("Add the day of the appointment."))
    return True


def instant(day: date | None, at: time | None) -> datetime | None:
    """The instant that a day and a time mean on the agency's clocks."""
    return clock.from_local(day, at) if day is not None and at is not None else None
