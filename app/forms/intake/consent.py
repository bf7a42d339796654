"""What the client allowed on paper: preparing it, recording what came back, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Picks, Ref, Text, Tick
from app.forms.planning.signature import SignersForm
from app.models.caseload.client import PrintFormat
from app.models.intake.consent_terms import (
    ConsentOutcome,
    ConsentType,
    Direction,
    Expiry,
    Information,
    Manner,
    PaperLanguage,
)


class TermsForm(Form):
    """What a permission says; the keyword arguments of Consent.prepare and rewrite."""

    type = Pick(_l("What kind of permission"), choices=ConsentType, required=True, radio=True)
    direction = Pick(_l("Which way"), choices=Direction, default=Direction.RELEASE, radio=True)
    discloser = Line(_l("Who may share"), max=200)
    recipient = Line(_l("Who may get the information"), max=200)
    to_class = Tick(_l("To all who treat the client, pay for it, or help to run this program"))
    intermediary = Tick(_l("The recipient passes it on to its members, such as a health information exchange"))
    members = Line(_l("Who stands behind it"), max=500)
    information = Picks(_l("What may be shared"), Information)
    information_other = Line(_l("Something else, or more exactly"), max=500)
    from_on = Day(_l("Only records from"))
    to_on = Day(_l("Only records to"))
    purpose = Line(_l("Why"), max=500)
    expiry = Pick(_l("How it ends"), choices=Expiry, default=Expiry.DAY)
    expires_on = Day(_l("Until"))
    expires_when = Line(_l("What it ends with"), max=200)
    conditions = Line(_l("What happens if the client does not sign"), max=500)
    risks = Text(_l("What is good and what is risky about sharing with this recipient"), max=2_000)
    alone_reason = Line(_l("If a minor signs alone: by what rule"), max=300)

    def offer_types(self, types: Iterable[ConsentType]) -> None:
        """Offer these kinds alone."""
        self.type.members = list(types)
        self.type.choices = [choice for choice in self.type.choices if choice.value in self.type.members]
        if ConsentType.PART_2_NOTES not in self.type.members:
            notes = Information.COUNSELING_NOTES.value
            self.information.choices = [choice for choice in self.information.choices if choice.value != notes]


class ConsentForm(TermsForm):
    """A permission that was signed or declined on a paper that was not printed here."""

    outcome = Pick(_l("What the client said"), choices=ConsentOutcome, required=True, radio=True)
    signed_on = Day(_l("Date on the paper"), required=True, past=True, message=_l("Write the date on the paper."))
    representative = Line(_l("Who signed, if it was not the client"), max=160)
    authority = Line(_l("By what authority"), max=200)
    parent_safe = Tick(_l("This person is not the one who abused the client"))
    risks_explained = Tick(_l("Good and bad sides were explained before the client signed"))
    reason = Line(_l("If declined: why"), max=500)
    copy_given = Tick(_l("The client got a copy"))
    no_copy_reason = Line(_l("If the client did not want a copy: why"), max=300)
    case = Ref(_l("For which program"))


class FreezingForm(Form):
    """How the paper is printed; the keyword arguments of release_paper.issue."""

    language = Pick(_l("Language"), choices=PaperLanguage, required=True)
    print_format = Pick(_l("Size of print"), choices=PrintFormat, required=True)
    representative = Tick(_l("With lines for a parent, guardian or legal representative"))


class AnswersForm(SignersForm):
    """What came back on paper; the keyword arguments of Consent.record_answers, and the scan."""

    information = Picks(_l("What the client checked"), Information)
    expires_on = Day(_l("Earlier end, if the client wrote one"))
    risks_explained = Tick(_l("Good and bad sides were explained before the client signed"))
    parent_safe = Tick(_l("Whoever signed for the client is not the one who abused the client"))
    no_copy_reason = Line(_l("If the client did not want a copy: why"), max=300)

    def ask_for(self, asked: list[str]) -> None:
        """Offer what stood on the paper alone."""
        self.information.members = [kind for kind in Information if kind.value in asked]
        self.information.choices = [choice for choice in self.information.choices if choice.value in asked]

    def answers(self) -> dict[str, Any]:
        """The other keyword arguments of Consent.record_answers."""
        names = ("expires_on", "risks_explained", "parent_safe", "copy_given_on", "no_copy_reason")
        ticked = (self.information.data or []) if self.information.members else None
        return {name: self[name].data for name in names} | {"information": ticked}


class RevocationForm(Form):
    """How the client took a permission back."""

    manner = Pick(_l("Said or written"), choices=Manner, default=Manner.ORAL, required=True, radio=True)
    how = Line(_l("How the client told us"), max=200, required=True, message=_l("Write how the client told us."))


class ConsentMistakeForm(Form):
    """Why a permission should not be on record."""

    reason = Line(_l("What is wrong with it"), max=500, required=True, message=_l("Write what is wrong with it."))
