"""The client asks to see the record or to have a copy: the request, its clock, and what was answered (45 CFR 164.524)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, RuleBroken
from app.models.caseload.client import Client
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod

if TYPE_CHECKING:
    from app.models.caseload.case import Case

DAYS = timedelta(days=30)
"""How long the agency may take to answer, and how much longer once, when it says why (45 CFR 164.524(b)(2))."""


class AccessOutcome(Choice):
    """What was answered."""

    GIVEN = "given", N_("Given: all that was asked for")
    PARTLY = "partly", N_("Given in part")
    DENIED = "denied", N_("Denied")
    WITHDRAWN = "withdrawn", N_("Withdrawn by the client")


class DenialGround(Choice):
    """Why access may be denied (45 CFR 164.524(a)(2) and (3)); about the last three somebody else must look again if asked."""

    PSYCHOTHERAPY = "psychotherapy", N_("Psychotherapy notes")
    LEGAL = "legal", N_("Compiled for a legal proceeding")
    CONFIDENCE = "confidence", N_("Told by somebody else in confidence")
    ENDANGER = "endanger", N_("Likely to endanger somebody’s life or safety")
    HARM_OTHER = "harm_other", N_("Names another person, who would come to harm")
    HARM_REPRESENTATIVE = "harm_representative", N_("Asked for by a representative who could do harm with it")

    @property
    def reviewable(self) -> bool:
        """Whether the client may have the denial looked at by somebody who did not decide it."""
        return self in (DenialGround.ENDANGER, DenialGround.HARM_OTHER, DenialGround.HARM_REPRESENTATIVE)


GAVE = (AccessOutcome.GIVEN, AccessOutcome.PARTLY)
DENYING = (AccessOutcome.DENIED, AccessOutcome.PARTLY)


class AccessRequest(MaybeOfCase, Model):
    """One request: when it came, what was asked for, by when it must be answered, and what came of it."""

    received_on: Mapped[date]
    asked_by: Mapped[str | None] = mapped_column(sa.String(200))
    how: Mapped[DisclosureMethod]
    what: Mapped[str] = mapped_column(sa.String(1000))
    extended_on: Mapped[date | None]
    extended_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    outcome: Mapped[AccessOutcome | None]
    answered_on: Mapped[date | None]
    given_how: Mapped[DisclosureMethod | None]
    ground: Mapped[DenialGround | None]
    reason: Mapped[str | None] = mapped_column(sa.String(2000))
    appeal: Mapped[str | None] = mapped_column(sa.String(2000))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship(foreign_keys=by_id)
    answered_by: Mapped[User | None] = relationship(foreign_keys=answered_by_id)

    # -- the verbs

    @classmethod
    def receive(
        cls,
        client: Client,
        *,
        by: User,
        received_on: date,
        how: DisclosureMethod,
        what: str,
        asked_by: str | None = None,
        case: Case | None = None,
    ) -> AccessRequest:
        """Write down that the client, or who may act for them (`asked_by`), asked; the clock runs from that day."""
        if received_on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        asked = cls(client=client, case=case, by=by, received_on=received_on, how=how, what=what, asked_by=asked_by)
        db.session.add(asked)
        asked.record(EventKind.ACCESS_ASKED, by=by)
        return asked

    def take_more_time(self, *, by: User, reason: str) -> None:
        """Take another 30 days, once, and tell the client why before the first 30 are over."""
        self._check_open()
        if self.extended_on is not None:
            raise RuleBroken(N_("More time was taken once already. The law allows it only once."))
        if clock.today() > self.due_on:
            raise RuleBroken(N_("The 30 days are over. More time must be taken before they end."))
        self.extended_on, self.extended_reason = clock.today(), reason
        self.record(EventKind.ACCESS_EXTENDED, by=by, reason=reason)

    def answer(
        self,
        *,
        by: User,
        outcome: AccessOutcome,
        answered_on: date,
        given_how: DisclosureMethod | None = None,
        ground: DenialGround | None = None,
        reason: str | None = None,
        appeal: str | None = None,
    ) -> None:
        """Say what came of it. What is given is a disclosure the client asked for; what is denied needs the ground in words,
        and how the client can have it looked at again."""
        self._check_open()
        if answered_on > clock.today() or answered_on < self.received_on:
            raise RuleBroken(N_("The answer is between the day of the request and today."))
        if outcome in GAVE and given_how is None:
            raise RuleBroken(N_("Choose how it was given."))
        if outcome in DENYING and not (ground and reason and appeal):
            raise RuleBroken(N_("What is denied needs the ground, the reason in words, and how the client can appeal."))
        self.outcome, self.answered_on, self.answered_by = outcome, answered_on, by
        self.given_how = given_how if outcome in GAVE else None
        if outcome in DENYING:
            self.ground, self.reason, self.appeal = ground, reason, appeal
        self.record(EventKind.ACCESS_ANSWERED, by=by, reason=outcome.value)
        if outcome in GAVE:
            self._write_down_what_was_given(by=by)

    def _write_down_what_was_given(self, *, by: User) -> None:
        assert self.answered_on is not None and self.given_how is not None
        Disclosure.write_down(
            self.client, by=by, case=self.case, happened_on=self.answered_on,
            recipient=self.asked_by or self.client.name, method=self.given_how, what=self.what,
            purpose="Asked for by the client", basis=Basis.CLIENT_REQUEST,
        )  # fmt: skip

    def _check_open(self) -> None:
        if self.outcome is not None:
            raise RuleBroken(N_("This request was answered already."))

    # -- what there is to know

    @property
    def due_on(self) -> date:
        """The last day for the answer: 30 days after it came, or 60 when more time was taken."""
        return self.received_on + (DAYS if self.extended_on is None else 2 * DAYS)

    @property
    def days_left(self) -> int:
        """How many days are left to answer; negative when it is late."""
        return (self.due_on - clock.today()).days

    @property
    def may_be_copied(self) -> bool:
        """Whether a copy of the record may be made for it: it waits for its answer, or something was given."""
        return self.outcome is None or self.outcome in GAVE

    @classmethod
    def waiting(cls, user: User) -> sa.Select[Any]:
        """Those in reach that nobody has answered, the oldest first."""
        return cls.visible_to(user).where(cls.outcome.is_(None)).order_by(cls.received_on, cls.id)

    @classmethod
    def of(cls, client: Client, reader: User) -> sa.Select[Any]:
        """A client's requests that this person may see, newest first."""
        return cls.visible_to(reader).where(cls.client_id == client.id).order_by(cls.received_on.desc(), cls.id.desc())
