"""The accounting of disclosures (45 CFR 164.528): what was told about a client, to whom, when, by what right, what for.

It comes from two places, and from nowhere else: the referrals that went out with the client's name, each of which has
its line on the trail, and what was written down by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.user import User
from app.models.base import Choice
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge
from app.models.intake.disclosure import Basis, Disclosure
from app.models.linking.referral import Referral, ReferralStatus

YEARS = 6
"""How far back an accounting reaches when nobody says otherwise (45 CFR 164.528(a)(1))."""


@dataclass(frozen=True)
class Shared:
    """One disclosure. `information` are the kinds that a referral shared; `what` are the words of one written by hand."""

    on: date
    recipient: str
    address: str
    method: Choice
    information: list[Choice]
    what: str
    purpose: str
    basis: Basis
    permission_on: date | None
    by: str
    program: str
    case_id: int | None
    referral_id: int | None
    disclosure_id: int | None
    notice: bool
    """Whether a notice goes along with it (42 CFR 2.32)."""
    in_error: str | None
    """Why it is marked as entered in error, "" when nobody wrote why; None when it stands."""

    @property
    def stands(self) -> bool:
        return self.in_error is None


def usual_period() -> tuple[date, date]:
    """The last six years, today included."""
    today = clock.today()
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year - YEARS, day=28 if leap_day else today.day), today


def accounted(client: Client, *, reader: User, from_on: date, to_on: date) -> list[Shared]:
    """What was shared about this client from one day to another, newest first, in the reach of the reader."""
    period = (client, reader, from_on, to_on)
    return sorted([*_by_referral(*period), *_by_hand(*period)], key=lambda shared: shared.on, reverse=True)


def of_case(found: Iterable[Shared], case: Case) -> list[Shared]:
    """What may stand on a paper of this case: its own, and what is of no case; what was entered in error does not."""
    return [shared for shared in found if shared.stands and shared.case_id in (None, case.id)]


def _by_referral(client: Client, reader: User, from_on: date, to_on: date) -> list[Shared]:
    query = (
        Referral.visible_to(reader)
        .add_columns(User.name)
        .join(Event, sa.and_(Event.record_kind == "referral", Event.record_id == Referral.id))
        .join(User, User.id == Event.by_id)
        .where(
            Event.client_id.in_(Merge.records_of(client.id)),
            Event.kind == EventKind.INFORMATION_DISCLOSED,
            Referral.sent_on >= from_on,
            Referral.sent_on <= to_on,
        )
        .options(
            lazyload("*"),
            joinedload(Referral.consent).lazyload("*"),
            joinedload(Referral.case).joinedload(Case.program),
        )
    )
    return [_of_referral(referral, by) for referral, by in db.session.execute(query).unique()]


def _of_referral(referral: Referral, by: str) -> Shared:
    consent = referral.consent
    return Shared(
        on=referral.sent_on or referral.written_on,
        recipient=referral.provider,
        address="",
        method=referral.method,
        information=list(referral.information),
        what="",
        purpose=(consent.purpose if consent else None) or referral.what,
        basis=Basis.CONSENT,
        permission_on=consent.signed_on if consent else None,
        by=by,
        program=referral.case.program.name,
        case_id=referral.case_id,
        referral_id=referral.id,
        disclosure_id=None,
        notice=False,
        in_error="" if referral.status is ReferralStatus.IN_ERROR else None,
    )


def _by_hand(client: Client, reader: User, from_on: date, to_on: date) -> list[Shared]:
    query = (
        Disclosure.visible_to(reader)
        .where(Disclosure.client_id == client.id, Disclosure.happened_on >= from_on, Disclosure.happened_on <= to_on)
        .order_by(Disclosure.id.desc())
        .options(
            joinedload(Disclosure.by).lazyload("*"),
            joinedload(Disclosure.consent).lazyload("*"),
            joinedload(Disclosure.case).joinedload(Case.program),
        )
    )
    return [_of_disclosure(disclosure) for disclosure in db.session.scalars(query).unique()]


def _of_disclosure(told: Disclosure) -> Shared:
    return Shared(
        on=told.happened_on,
        recipient=told.recipient,
        address=told.recipient_address or "",
        method=told.method,
        information=list(told.kinds),
        what=told.what,
        purpose=told.purpose,
        basis=told.basis,
        permission_on=told.consent.signed_on if told.consent else None,
        by=told.by.name,
        program=told.case.program.name if told.case else "",
        case_id=told.case_id,
        referral_id=None,
        disclosure_id=told.id,
        notice=told.notice_version is not None,
        in_error=(told.in_error_reason or "") if told.in_error_at else None,
    )
