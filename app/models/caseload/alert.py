"""Alerts: what must be seen before anybody contacts the person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.client import Client


class AlertKind(Choice):
    """What the alert is about."""

    NO_HOME_VISITS = "no_home_visits", N_("No home visits")
    VISIT_IN_PAIRS = "visit_in_pairs", N_("Visit in pairs")
    NO_FAMILY_CONTACT = "no_family_contact", N_("Do not contact family")
    NO_VOICEMAIL = "no_voicemail", N_("No voicemail")
    SAFETY_PLAN = "safety_plan", N_("Safety plan on file")
    OTHER = "other", N_("Safety alert")


class AlertPriority(Choice):
    """How loudly it speaks."""

    HIGH = "high", N_("High")
    MEDIUM = "medium", N_("Medium")
    LOW = "low", N_("Low")


class Alert(MaybeOfCase, Model):
    """A warning with what to do and a day to look at it again; ended with a reason, never deleted.

    Of no case: it concerns the person everywhere, and everybody who opens the record sees it. Of a case: whom that
    case is closed to does not see it.
    """

    on_the_card = True

    kind: Mapped[AlertKind]
    priority: Mapped[AlertPriority] = mapped_column(default=AlertPriority.HIGH)
    what_to_do: Mapped[str] = mapped_column(sa.String(500))
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    review_on: Mapped[date]
    client_aware: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship()

    @classmethod
    def in_force(cls, client_id: Any, reader: User) -> sa.ColumnElement[bool]:
        """Condition: holds today for this client, who is in the reader's reach, and is for the reader to see."""
        return sa.and_(cls.client_id == client_id, cls.ended_at.is_(None), cls.within(reader))

    @classmethod
    def loudness(cls) -> sa.ColumnElement[int]:
        """What sorts the loudest alert first."""
        return sa.case({AlertPriority.HIGH: 0, AlertPriority.MEDIUM: 1}, value=cls.priority, else_=2)

    @classmethod
    def raise_for(
        cls,
        client: Client,
        *,
        by: User,
        kind: AlertKind,
        what_to_do: str,
        review_on: date,
        reason: str | None = None,
        priority: AlertPriority = AlertPriority.HIGH,
        client_aware: bool = True,
        case: Case | None = None,
    ) -> Alert:
        """Warn everybody who is about to contact this client; to be looked at again within a year."""
        _check_review(review_on)
        alert = cls(
            client=client,
            case=case,
            by=by,
            kind=kind,
            priority=priority,
            what_to_do=what_to_do,
            reason=reason,
            review_on=review_on,
            client_aware=client_aware,
        )
        db.session.add(alert)
        alert.record(EventKind.ALERT_RAISED, by=by)
        return alert

    def look_again(
        self,
        *,
        by: User,
        what_to_do: str,
        review_on: date,
        priority: AlertPriority,
        reason: str | None = None,
        client_aware: bool = True,
    ) -> None:
        """It was looked at and still holds, perhaps in other words; to be looked at again within a year."""
        if self.ended_at is not None:
            raise RuleBroken(N_("This alert has ended already."))
        _check_review(review_on)
        said = {"what_to_do": what_to_do, "review_on": review_on, "priority": priority, "reason": reason}
        changed = [
            name for name, value in (said | {"client_aware": client_aware}).items() if getattr(self, name) != value
        ]
        for name, value in said.items():
            setattr(self, name, value)
        self.client_aware = client_aware
        self.record(EventKind.ALERT_REVIEWED, by=by, fields=changed)

    @property
    def overdue(self) -> bool:
        """Whether the day to look at it again has passed: nobody knows whether it still holds."""
        return self.review_on < clock.today()

    def end(self, *, by: User, reason: str) -> None:
        """The warning no longer holds; why stays as the first person said it."""
        if self.ended_at is not None:
            raise RuleBroken(N_("This alert has ended already."))
        self.ended_at = clock.now()
        self.ended_reason = reason
        self.record(EventKind.ALERT_ENDED, by=by, reason=reason)


def _check_review(day: date) -> None:
    if not 0 < (day - clock.today()).days <= 366:
        raise RuleBroken(N_("Choose a review date within the next year."))
