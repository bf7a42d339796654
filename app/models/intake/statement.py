"""A statement that the client adds to the record: printed with the entry it belongs to, and never changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment
from app.models.base import N_, Model, OfCase, RuleBroken
from app.models.caseload.case import Case
from app.models.closing.closure import Closure
from app.models.monitoring.note import Note
from app.models.planning.plan import Plan

ENTRIES: dict[str, Any] = {"note": Note, "assessment": Assessment, "plan": Plan, "closure": Closure}
"""What a statement can belong to; one that belongs to none of them is about the case as a whole."""


class Statement(OfCase, Model):
    """What the client says of an entry with which they do not agree, in their words, and what we answered (45 CFR 164.526(d))."""

    note_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id"), index=True)
    assessment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("closure.id"), index=True)
    stated_on: Mapped[date]
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    response: Mapped[str | None] = mapped_column(sa.Text)
    responded_at: Mapped[datetime | None]
    responded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship(foreign_keys=by_id)
    responded_by: Mapped[User | None] = relationship(foreign_keys=responded_by_id)

    @classmethod
    def add(cls, case: Case, *, by: User, stated_on: date, text: str, about: Any = None) -> Statement:
        """Add what the client says; `about` is the note, assessment, plan or closing it belongs to. Also to a closed case."""
        if stated_on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        if about is not None and about.case_id != case.id:
            raise RuleBroken(N_("This entry belongs to another case."))
        entry = {f"{about.__tablename__}_id": about.id} if about is not None else {}
        statement = cls(case=case, client_id=case.client_id, by=by, stated_on=stated_on, text=text, **entry)
        db.session.add(statement)
        statement.record(EventKind.STATEMENT_ADDED, by=by)
        return statement

    def respond(self, *, by: User, response: str) -> None:
        """Write what the agency says to it; the client's words stay as they are."""
        if self.response is not None:
            raise RuleBroken(N_("This statement was answered already. The client can add another one."))
        self.response, self.responded_at, self.responded_by = response, clock.now(), by
        self.record(EventKind.STATEMENT_ANSWERED, by=by)

    @property
    def entry(self) -> tuple[str, int] | None:
        """The entry it belongs to: which kind, and its number; None for the case as a whole."""
        given = ((name, getattr(self, f"{name}_id")) for name in ENTRIES)
        return next(((name, id) for name, id in given if id is not None), None)

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The statements of a case, oldest first."""
        return sa.select(cls).where(cls.case_id == case.id).order_by(cls.stated_on, cls.id)
