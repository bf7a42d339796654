"""A restricted record and somebody added since who may be the same person: told to those who may see both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import Role, User
from app.models.base import N_, Model, OfClient, RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.matching import Described, hidden_matches


class PossibleDuplicate(OfClient, Model):
    """Who added the other person cannot see this record and was told nothing; the supervisors named on it are."""

    other_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    finding: Mapped[str | None] = mapped_column(sa.String(500))
    other: Mapped[Client] = relationship(foreign_keys=other_id, lazy="joined")
    by: Mapped[User] = relationship(foreign_keys=by_id, lazy="joined")

    @classmethod
    def notice(cls, added: Client, described: Described, *, by: User) -> None:
        """Look whether the one just added may be somebody whose record is restricted, and leave a line if so."""
        for client in hidden_matches(added, described, reader=by):
            likeness = cls(client=client, other=added, by=by)
            db.session.add(likeness)
            likeness.record(EventKind.DUPLICATE_NOTICED, by=by)

    def settle(self, *, by: User, finding: str) -> None:
        """Write down what was found out: the same person or not, and what is done about it."""
        if self.settled_at is not None:
            raise RuleBroken(N_("This was decided already."))
        self.settled_at, self.settled_by_id, self.finding = clock.now(), by.id, finding
        self.record(EventKind.DUPLICATE_SETTLED, by=by, reason=finding)

    @classmethod
    def to_settle(cls, user: User) -> sa.Select[Any]:
        """Those that wait for a decision, for a supervisor who reaches the restricted record, the oldest first."""
        if user.role is not Role.SUPERVISOR:
            return sa.select(cls).where(sa.false())
        return cls.visible_to(user).where(cls.settled_at.is_(None)).order_by(cls.id)
