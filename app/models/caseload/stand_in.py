"""Leave cover: somebody takes the place of a colleague from a day to a day, with the reach and the work list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Model, RuleBroken


class StandIn(Model):
    """One colleague stands in for another; ended, never deleted.

    While it lasts the stand-in reaches what the absent person is assigned to, as far as no seal and no restriction keeps
    them out, and finds it on the own lists. The cases stay the absent person's.
    """

    __table_args__ = (sa.Index("ix_stand_in_of", "stand_in_id", "from_on", "to_on", "user_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    stand_in_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(foreign_keys=user_id)
    stand_in: Mapped[User] = relationship(foreign_keys=stand_in_id)
    by: Mapped[User] = relationship(foreign_keys=by_id)

    LONGEST = 365

    @classmethod
    def arrange(
        cls, user: User, stand_in: User, *, by: User, from_on: date, to_on: date, note: str | None = None
    ) -> StandIn:
        """Let somebody take a colleague's place, the last day included; a person has one stand-in at a time."""
        if user.id == stand_in.id:
            raise RuleBroken(N_("Nobody can stand in for themselves."))
        if not (stand_in.is_active and stand_in.does_casework):
            raise RuleBroken(N_("%(name)s does no casework here."), name=stand_in.name)
        if to_on < from_on or to_on < clock.today():
            raise RuleBroken(N_("The last day must be after the first, and not in the past."))
        if (to_on - from_on).days > cls.LONGEST:
            raise RuleBroken(N_("A stand-in is for a year at most. Hand the cases over instead."))
        other = sa.select(cls).where(cls.user_id == user.id, cls.from_on <= to_on, cls.to_on >= from_on, cls._running())
        taken = db.session.scalar(other)
        if taken is not None:
            raise RuleBroken(
                N_("%(stand_in)s stands in for %(name)s in this time already."),
                stand_in=taken.stand_in.name,
                name=user.name,
            )
        row = cls(user=user, stand_in=stand_in, by=by, from_on=from_on, to_on=to_on, note=note)
        db.session.add(row)
        row.record(EventKind.STAND_IN_ARRANGED, by=by, reason=f"{stand_in.name} for {user.name}")
        return row

    def end(self, *, by: User) -> None:
        """The person is back, or somebody else stands in: the reach ends with the next request."""
        if self.ended_at is not None:
            raise RuleBroken(N_("This has ended already."))
        self.ended_at = clock.now()
        self.record(EventKind.STAND_IN_ENDED, by=by, reason=f"{self.stand_in.name} for {self.user.name}")

    @classmethod
    def _running(cls) -> sa.ColumnElement[bool]:
        return cls.ended_at.is_(None)

    @classmethod
    def in_effect(cls) -> sa.ColumnElement[bool]:
        """Condition: it holds today."""
        day = clock.today()
        return sa.and_(cls.from_on <= day, cls.to_on >= day, cls._running())

    @property
    def holds(self) -> bool:
        """Whether it holds today; `in_effect`, of a row at hand."""
        return self.ended_at is None and self.from_on <= clock.today() <= self.to_on

    @classmethod
    def whose_work(cls, column: Any, user_id: int) -> sa.ColumnElement[bool]:
        """Condition on a column of people: it is this person, or somebody for whom they stand in today."""
        absent = sa.select(cls.user_id).where(cls.stand_in_id == user_id, cls.in_effect())
        return sa.or_(column == user_id, column.in_(absent.correlate(None)))

    @classmethod
    def for_whom(cls, user: User) -> sa.Select[Any]:
        """For whom this person stands in today."""
        return sa.select(cls).where(cls.stand_in_id == user.id, cls.in_effect()).order_by(cls.to_on, cls.id)

    @classmethod
    def name_beside(cls, user_id: Any) -> sa.Select[Any]:
        """The name of whoever stands in today for the person in this column."""
        return sa.select(User.name).join(cls, cls.stand_in_id == User.id).where(cls.user_id == user_id, cls.in_effect())

    @classmethod
    def not_over(cls) -> sa.Select[Any]:
        """Those that run or are yet to begin, the soonest first."""
        return sa.select(cls).where(cls._running(), cls.to_on >= clock.today()).order_by(cls.from_on, cls.id)
