"""Two records that look like one person's and are two people's: told apart by somebody, with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Model, OfClient, RuleBroken
from app.models.caseload.client import Client


class Distinction(OfClient, Model):
    """That this client and another one are not the same person; taken back when it turns out that they are."""

    other_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    other: Mapped[Client] = relationship(foreign_keys=other_id)
    by: Mapped[User] = relationship(foreign_keys=by_id)

    @classmethod
    def write(cls, one: Client, other: Client, *, by: User, reason: str) -> Distinction:
        """Tell two people apart; nobody is asked about the pair again."""
        if one.id == other.id:
            raise RuleBroken(N_("These are the same record."))
        if cls.between(one, other) is not None:
            raise RuleBroken(N_("These two were told apart already."))
        distinction = cls(client=one, other=other, by=by, reason=reason)
        db.session.add(distinction)
        distinction.record(EventKind.CLIENTS_TOLD_APART, by=by, reason=reason)
        other.record(EventKind.CLIENTS_TOLD_APART, by=by, reason=reason)
        return distinction

    def take_back(self, *, by: User) -> None:
        """They may be the same person after all."""
        if self.ended_at is not None:
            raise RuleBroken(N_("This was taken back already."))
        self.ended_at, self.ended_by_id = clock.now(), by.id
        self.record(EventKind.DISTINCTION_ENDED, by=by)
        self.other.record(EventKind.DISTINCTION_ENDED, by=by)

    @classmethod
    def between(cls, one: Client, other: Client) -> Distinction | None:
        """The standing word that these two are two people, or None."""
        either = sa.or_(
            sa.and_(cls.client_id == one.id, cls.other_id == other.id),
            sa.and_(cls.client_id == other.id, cls.other_id == one.id),
        )
        return db.session.scalar(sa.select(cls).where(either, cls.ended_at.is_(None)).limit(1))

    @classmethod
    def among(cls, ids: set[int]) -> set[frozenset[int]]:
        """The pairs of these clients that were told apart."""
        query = sa.select(cls.client_id, cls.other_id).where(
            cls.ended_at.is_(None), cls.client_id.in_(ids), cls.other_id.in_(ids)
        )
        return {frozenset(pair) for pair in db.session.execute(query)}

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """Those of two records that are both in this user's reach: it names both."""
        other = aliased(Client, Client.visible_to(user).with_only_columns(Client.id).subquery())
        return super().visible_to(user).where(cls.other_id.in_(sa.select(other.id)))
