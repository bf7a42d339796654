"""A note that is kept back from copies of the record, and why."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Model, OfCase, RuleBroken
from app.models.intake.access_request import DenialGround
from app.models.monitoring.note import Note


class Withholding(OfCase, Model):
    """This note is on no copy that a client is handed; ended, never deleted. The copy says that something is kept back."""

    __table_args__ = (
        sa.Index(
            "uq_withholding_in_force",
            "note_id",
            unique=True,
            sqlite_where=sa.column("ended_at").is_(None),
            postgresql_where=sa.column("ended_at").is_(None),
        ),
    )

    note_id: Mapped[int] = mapped_column(sa.ForeignKey("note.id"), index=True)
    ground: Mapped[DenialGround]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    note: Mapped[Note] = relationship()
    by: Mapped[User] = relationship(foreign_keys=by_id)

    @classmethod
    def keep_back(cls, note: Note, *, by: User, ground: DenialGround, reason: str) -> Withholding:
        """Keep a note, with what was added to it, off every copy; also of a case that is closed."""
        if note.parent_id is not None:
            raise RuleBroken(N_("Keep back the note itself; what was added to it goes with it."))
        if cls.of(note) is not None:
            raise RuleBroken(N_("This note is kept back already."))
        kept = cls(note=note, case=note.case, client_id=note.client_id, by=by, ground=ground, reason=reason)
        db.session.add(kept)
        kept.record(EventKind.NOTE_WITHHELD, by=by, reason=ground.value)
        return kept

    def end(self, *, by: User) -> None:
        """The note stands on copies again."""
        if self.ended_at is not None:
            raise RuleBroken(N_("This note is not kept back any more."))
        self.ended_at, self.ended_by_id = clock.now(), by.id
        self.record(EventKind.NOTE_RELEASED, by=by)

    @classmethod
    def in_force(cls) -> sa.ColumnElement[bool]:
        """Condition: it was not ended."""
        return cls.ended_at.is_(None)

    @classmethod
    def of(cls, note: Note) -> Withholding | None:
        """Why this note is kept back, or None."""
        return db.session.scalar(sa.select(cls).where(cls.note_id == note.id, cls.in_force()))

    @classmethod
    def notes_of(cls, case_id: int) -> set[int]:
        """The numbers of the notes of a case that are kept back."""
        return set(db.session.scalars(sa.select(cls.note_id).where(cls.case_id == case_id, cls.in_force())))
