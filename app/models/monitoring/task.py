"""Tasks: what staff have to do, by when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import Choice, Model, N_, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Case


class TaskType(Choice):
    """What kind of to-do it is."""

    FOLLOW_UP = "follow_up", N_("Follow-up")
    REVIEW = "review", N_("Review due")
    DOCUMENT = "document", N_("Document due")
    CALL = "call", N_("Call")
    HOME_VISIT = "home_visit", N_("Home visit")
    REFERRAL = "referral", N_("Referral follow-up")
    SUPERVISOR = "supervisor", N_("Supervisor action")


class Priority(Choice):
    """How much it presses."""

    URGENT = "urgent", N_("Urgent")
    HIGH = "high", N_("High")
    NORMAL = "normal", N_("Normal")
    LOW = "low", N_("Low")


class TaskStatus(Choice):
    """Where it is."""

    OPEN = "open", N_("Open")
    IN_PROGRESS = "in_progress", N_("In progress")
    WAITING_CLIENT = "waiting_client", N_("Waiting on client")
    WAITING_OTHER = "waiting_other", N_("Waiting on other")
    DONE = "done", N_("Done")
    CANCELLED = "cancelled", N_("Cancelled")


UNDONE = [TaskStatus.OPEN, TaskStatus.IN_PROGRESS, TaskStatus.WAITING_CLIENT, TaskStatus.WAITING_OTHER]


class Task(Versioned, OfCase, Model):
    """A staff to-do about one case."""

    title: Mapped[str] = mapped_column(sa.String(300))
    type: Mapped[TaskType] = mapped_column(default=TaskType.FOLLOW_UP)
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    due_on: Mapped[date] = mapped_column(index=True)
    assignee_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.OPEN, index=True)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    note_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id"))
    referral_id: Mapped[int | None] = mapped_column(sa.ForeignKey("referral.id"))
    disposition: Mapped[str | None] = mapped_column(sa.String(300))
    assignee: Mapped[User] = relationship(foreign_keys=assignee_id)
    done_by: Mapped[User | None] = relationship(foreign_keys=done_by_id)

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The tasks of a case, soonest first."""
        return sa.select(cls).where(cls.case_id == case.id).order_by(cls.due_on, cls.id)

    @classmethod
    def undone(cls) -> sa.ColumnElement[bool]:
        """Still to do."""
        return cls.status.in_(UNDONE)

    @classmethod
    def add(cls, case: Case, *, by: User, title: str, due_on: date, assignee: User | None = None, **details: Any) -> Task:
        """Put something on somebody's list; on one's own when nobody is named."""
        case.check_open()
        task = cls(
            case=case, client_id=case.client_id, title=title, due_on=due_on, assignee=assignee or by, **details
        )
        db.session.add(task)
        task.record(EventKind.TASK_ADDED, by=by)
        return task

    def reschedule(self, *, by: User, **details: Any) -> None:
        """Change the day, the words, or who does it."""
        self._check_undone()
        self.change(kind=EventKind.TASK_CHANGED, by=by, **details)

    def finish(self, *, by: User) -> None:
        """Done. Doing it twice is doing it once."""
        if self.status is TaskStatus.DONE:
            return
        self._check_undone()
        self.status, self.done_at, self.done_by = TaskStatus.DONE, clock.now(), by
        self.record(EventKind.TASK_DONE, by=by)

    def undo(self, *, by: User) -> None:
        """Not done after all."""
        self.case.check_open()
        self.status, self.done_at, self.done_by = TaskStatus.OPEN, None, None
        self.record(EventKind.TASK_CHANGED, by=by, fields=["status"])

    def cancel(self, *, by: User, reason: str) -> None:
        """No longer to be done, and why."""
        self._check_undone()
        self.status, self.disposition = TaskStatus.CANCELLED, reason
        self.record(EventKind.TASK_CANCELLED, by=by, reason=reason)

    def _check_undone(self) -> None:
        if self.status not in UNDONE:
            raise RuleBroken(N_("This task is finished already."))

    @property
    def open_now(self) -> bool:
        return self.status in UNDONE

    @property
    def late(self) -> bool:
        return self.open_now and self.due_on < clock.today()

    @property
    def days_late(self) -> int:
        return max(0, (clock.today() - self.due_on).days)
