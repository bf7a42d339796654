"""What was done in a case, counted once for the closing page, the closure summary and the letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from app.extensions import db
from app.models.caseload.case import Case
from app.models.linking.referral import ENDED, GOT_IT, Referral, ReferralOutcome, ReferralStatus
from app.models.monitoring.note import Attendance, Method, Note


class Contact(NamedTuple):
    """One contact, or one try."""

    on: date
    method: Method
    attendance: Attendance
    minutes: int | None


class Sent(NamedTuple):
    """One referral and how far it came."""

    id: int
    provider: str
    what: str
    domain: str
    status: ReferralStatus
    outcome: ReferralOutcome | None
    sent_on: date | None
    outcome_on: date | None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def words(self) -> str:
        """What, and from whom, said once when both are the same."""
        return self.provider if self.what == self.provider else f"{self.what}, {self.provider}"


class Tally(NamedTuple):
    """The contacts of one kind: how many, and how many minutes were noted for them."""

    method: Method
    times: int
    minutes: int


@dataclass(frozen=True)
class Account:
    """The contacts and referrals of one case."""

    contacts: list[Contact]
    referrals: list[Sent]

    @classmethod
    def of(cls, case: Case) -> Account:
        """Read both; notes entered in error, addenda and referrals entered in error count nowhere."""
        contacts = (
            sa.select(Note.happened_on, Note.method, Note.attendance, Note.minutes)
            .where(Note.case_id == case.id, Note.parent_id.is_(None), Note.in_error_at.is_(None))
            .order_by(Note.happened_on, Note.id)
        )
        referrals = (
            Referral.of(case)
            .with_only_columns(
                Referral.id,
                Referral.provider,
                Referral.what,
                Referral.domain,
                Referral.status,
                Referral.outcome,
                Referral.sent_on,
                Referral.outcome_on,
            )
            .order_by(None)
            .order_by(Referral.id)
        )
        return cls(
            contacts=[Contact(*row) for row in db.session.execute(contacts)],
            referrals=[Sent(*tuple(row)) for row in db.session.execute(referrals)],
        )

    @property
    def met(self) -> list[Contact]:
        """The contacts that happened (the same ones as `Note.counts_as_contact`)."""
        return [contact for contact in self.contacts if contact.attendance is Attendance.COMPLETED]

    @property
    def last_contact_on(self) -> date | None:
        return self.met[-1].on if self.met else None

    @property
    def tries_since(self) -> list[Contact]:
        """The contacts that did not come about after the last one that did."""
        last = self.last_contact_on
        return [c for c in self.contacts if c.attendance is not Attendance.COMPLETED and (last is None or c.on > last)]

    @property
    def tallies(self) -> list[Tally]:
        """The contacts that happened, counted by kind, in the order of the list of kinds."""
        order = list(Method)
        found = sorted(self.met, key=lambda contact: order.index(contact.method))
        groups = [(method, list(group)) for method, group in groupby(found, key=lambda contact: contact.method)]
        return [Tally(method, len(group), sum(c.minutes or 0 for c in group)) for method, group in groups]

    @property
    def finished_referrals(self) -> int:
        return sum(referral.ended for referral in self.referrals)

    @property
    def received(self) -> list[Sent]:
        """The referrals that led to a service."""
        return [referral for referral in self.referrals if referral.outcome in GOT_IT]


def hours(minutes: int) -> str:
    """A length of time in words: 45 minutes, 1 hour, 9.5 hours; nothing for none."""
    if minutes == 0:
        return ""
    if minutes < 60:
        return f"{minutes} minutes"
    whole = round(minutes / 60, 1)
    return "1 hour" if whole == 1 else f"{whole:g} hours"
