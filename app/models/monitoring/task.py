"""Tasks: what staff have to do, by when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency, Openness
from app.models.agency.event import EventKind
from app.models.agency.user import Role, User
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Assignment, Case


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


class Due(Choice):
    """How soon a task is due."""

    LATE = "late", N_("Late")
    TODAY = "today", N_("Today")
    WEEK = "week", N_("This week")
    LATER = "later", N_("Later")


THIS_WEEK = timedelta(days=7)
UNDONE = [TaskStatus.OPEN, TaskStatus.IN_PROGRESS, TaskStatus.WAITING_CLIENT, TaskStatus.WAITING_OTHER]


class Task(Versioned, OfCase, Model):
    """A staff to-do about one case."""

    # What is still to do, soonest first: of a case, and on somebody's list.
    __table_args__ = (
        sa.Index("ix_task_of_case", "case_id", "status", "due_on"),
        sa.Index("ix_task_of_assignee", "assignee_id", "status", "due_on"),
    )

    title: Mapped[str] = mapped_column(sa.String(300))
    type: Mapped[TaskType] = mapped_column(default=TaskType.FOLLOW_UP)
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    due_on: Mapped[date] = mapped_column(index=True)
    assignee_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
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
    def add(
        cls, case: Case, *, by: User, title: str, due_on: date, assignee: User | None = None, **details: Any
    ) -> Task:
        """Put something on somebody's list; on one's own when nobody is named."""
        case.check_open()
        _check_reaches(assignee, case, by=by)
        task = cls(case=case, client_id=case.client_id, title=title, due_on=due_on, assignee=assignee or by, **details)
        db.session.add(task)
        task.record(EventKind.TASK_ADDED, by=by)
        return task

    @classmethod
    def ask_worker(cls, case: Case, *, by: User, title: str, due_on: date, **details: Any) -> Task:
        """Put something on the list of the case's caseworker, by somebody who does no casework."""
        if case.worker is None:
            raise RuleBroken(N_("This case has no caseworker yet. Tell the supervisor, or leave the task out."))
        return cls.add(case, by=by, title=title, due_on=due_on, assignee=case.worker, **details)

    @classmethod
    def assignable(cls, case: Case) -> sa.Select[int, str]:
        """The (id, name) of everybody a task of this case may be given to: who can work on it, and opens it today."""
        people = case.workable_by().with_only_columns(User.id, User.name)
        if Agency.here().openness is Openness.ASSIGNED:
            mine = sa.select(Assignment.user_id).where(Assignment.client_id == case.client_id, Assignment.reaching())
            waits = sa.exists().where(Case.id == case.id, Case.unattended())
            people = people.where(sa.or_(User.role == Role.SUPERVISOR, User.id.in_(mine), waits))
        return people

    def reschedule(self, *, by: User, **details: Any) -> None:
        """Change the day, the words, or who does it."""
        self._check_undone()
        assignee = details.get("assignee")
        if assignee is not None and assignee.id != self.assignee_id:
            _check_reaches(assignee, self.case, by=by)
        self.change(kind=EventKind.TASK_CHANGED, by=by, **details)

    def finish(self, *, by: User) -> None:
        """Done. Doing it twice is doing it once."""
        if self.status is TaskStatus.DONE:
            return
        self._check_undone()
        self.status, self.done_at, self.done_by = TaskStatus.DONE, clock.now(), by
        self.record(EventKind.TASK_DONE, by=by)

    def undo(self, *, by: User) -> None:
        """Not done after all; what is to do already stays as it is."""
        self.case.check_open()
        if self.open_now:
            return
        if self.status is TaskStatus.CANCELLED:
            raise RuleBroken(N_("This task was cancelled. Add a new one."))
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

    @property
    def due(self) -> Due:
        """How soon it is due."""
        return due_group(self.due_on)


def due_group(due_on: date) -> Due:
    """Late, today, within the next seven days, or later."""
    today = clock.today()
    if due_on <= today:
        return Due.LATE if due_on < today else Due.TODAY
    return Due.WEEK if due_on <= today + THIS_WEEK else Due.LATER


def _check_reaches(assignee: User | None, case: Case, *, by: User) -> None:
    """Refuse to give a task to somebody who could not open the case: it would be on nobody's list."""
    if assignee is None or assignee is by:
        return
    if not assignee.is_active:
        raise RuleBroken(N_("%(name)s no longer works here."), name=assignee.name)
    if db.session.scalar(Case.visible_to(assignee).where(Case.id == case.id).with_only_columns(Case.id)) is None:
        raise RuleBroken(
            N_("%(name)s cannot open this record. Give the task to somebody who works on the case."), name=assignee.name
        )
