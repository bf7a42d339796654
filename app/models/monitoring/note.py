"""Contact and progress notes: what happened, written once, corrected only by addition."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfCase, RuleBroken
from app.models.caseload.case import Case
from app.models.planning.goal import Goal
from app.models.planning.plan import IN_FORCE, Plan, PlanStatus


class Method(Choice):
    """How contact was made."""

    OFFICE = "office", N_("In person – office")
    HOME = "home", N_("In person – home")
    COMMUNITY = "community", N_("In person – community")
    PHONE = "phone", N_("Phone")
    VIDEO = "video", N_("Video")
    TEXT = "text", N_("Text")
    EMAIL = "email", N_("Email")
    LETTER = "letter", N_("Letter")
    GROUP = "group", N_("Group")


class Attendance(Choice):
    """What happened."""

    COMPLETED = "completed", N_("Completed")
    NO_SHOW = "no_show", N_("No show")
    CANCELLED_BY_CLIENT = "cancelled_by_client", N_("Cancelled by client")
    CANCELLED_BY_AGENCY = "cancelled_by_agency", N_("Cancelled by agency")
    ATTEMPTED = "attempted", N_("Attempted – no contact")


class ContactWith(Choice):
    """With whom."""

    CLIENT = "client", N_("Client")
    FAMILY = "family", N_("Family or household")
    COLLATERAL = "collateral", N_("Collateral")
    PROVIDER = "provider", N_("Provider")
    TEAM = "team", N_("Team or supervision")


class Purpose(Choice):
    """What for."""

    INTAKE = "intake", N_("Intake")
    ASSESSMENT = "assessment", N_("Assessment")
    PLANNING = "planning", N_("Planning")
    LINKING = "linking", N_("Linking or referral")
    ADVOCACY = "advocacy", N_("Advocacy")
    MONITORING = "monitoring", N_("Monitoring")
    CRISIS = "crisis", N_("Crisis")
    TRANSPORT = "transport", N_("Transport or accompaniment")
    CONFERENCE = "conference", N_("Case conference")
    EVALUATION = "evaluation", N_("Evaluation")
    CLOSURE = "closure", N_("Closure")
    OTHER = "other", N_("Other")


class GoalName(NamedTuple):
    """A goal as notes speak of it: its thread through all versions of the plan, its number and words in the last."""

    id: int
    thread: str
    number: int
    statement: str
    in_force: bool

    @classmethod
    def of(cls, case: Case) -> list[GoalName]:
        """The goals of every version of the case's plan, each as its last version has it, in order."""
        rows = db.session.execute(
            sa.select(Goal.id, Goal.thread, Goal.statement, Plan.number, Plan.status)
            .join(Plan, Plan.id == Goal.plan_id)
            .where(Plan.case_id == case.id, Plan.status.not_in([PlanStatus.DRAFT, PlanStatus.IN_ERROR]))
            .order_by(Plan.number, Goal.position, Goal.id)
        )
        found: dict[str, GoalName] = {}
        numbers: Counter[int] = Counter()
        for id, thread, statement, version, status in rows:
            numbers[version] += 1
            if thread not in found or not found[thread].in_force:
                found[thread] = cls(id, thread, numbers[version], statement, status in IN_FORCE)
        return list(found.values())


class Note(OfCase, Model):
    """One contact, signed by its author when it is saved; later words are addenda."""

    # Holds all that "last contact" asks for, so that it is answered from the index alone.
    __table_args__ = (
        sa.Index("ix_note_last_contact", "case_id", "happened_on", "attendance", "in_error_at", "parent_id"),
        # Only for addenda: of everything else the parent is nothing, which is no way to find it.
        sa.Index(
            "ix_note_parent_id",
            "parent_id",
            sqlite_where=sa.column("parent_id").is_not(None),
            postgresql_where=sa.column("parent_id").is_not(None),
        ),
    )

    happened_on: Mapped[date] = mapped_column(index=True)
    started_at: Mapped[time | None] = mapped_column(sa.Time)
    minutes: Mapped[int | None]
    method: Mapped[Method]
    attendance: Mapped[Attendance] = mapped_column(default=Attendance.COMPLETED)
    contact_with: Mapped[list[str] | None]
    purpose: Mapped[list[str] | None]
    text: Mapped[str] = mapped_column(sa.Text)
    goal_threads: Mapped[list[str] | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    signed_as: Mapped[str] = mapped_column(sa.String(300))
    in_error_at: Mapped[datetime | None]
    in_error_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship(foreign_keys=by_id)
    in_error_by: Mapped[User | None] = relationship(foreign_keys=in_error_by_id)
    addenda: Mapped[list[Note]] = relationship(order_by="Note.id", lazy="selectin", join_depth=1)

    LATE_AFTER = timedelta(hours=72)

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The notes of a case, newest contact first, those without a time on top; addenda hang on their note."""
        time_of_day = sa.func.coalesce(cls.started_at, sa.literal(time(23, 59, 59), sa.Time))
        return (
            sa.select(cls)
            .where(cls.case_id == case.id, cls.parent_id.is_(None))
            .order_by(cls.happened_on.desc(), time_of_day.desc(), cls.id.desc())
        )

    @classmethod
    def counts_as_contact(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for a contact that happened; the one definition of "last contact"."""
        return [cls.attendance == Attendance.COMPLETED, cls.in_error_at.is_(None), cls.parent_id.is_(None)]

    @classmethod
    def write(
        cls,
        case: Case,
        *,
        by: User,
        happened_on: date,
        method: Method,
        text: str,
        attendance: Attendance = Attendance.COMPLETED,
        started_at: time | None = None,
        minutes: int | None = None,
        contact_with: list[str] | None = None,
        purpose: list[str] | None = None,
        goal_threads: list[str] | None = None,
    ) -> Note:
        """Write down a contact and sign it; event time and entry time are kept apart."""
        case.check_open()
        if happened_on > clock.today():
            raise RuleBroken(N_("A note is about something that happened. Choose today or an earlier day."))
        if started_at is not None and clock.from_local(happened_on, started_at) > clock.now():
            raise RuleBroken(N_("This contact would begin later today. Write the note when it has happened."))
        note = cls(
            case=case,
            client_id=case.client_id,
            by=by,
            signed_as=by.signature_name,
            happened_on=happened_on,
            started_at=started_at,
            minutes=minutes,
            method=method,
            attendance=attendance,
            contact_with=contact_with,
            purpose=purpose,
            text=text,
            goal_threads=goal_threads,
        )
        db.session.add(note)
        note.record(EventKind.NOTE_SIGNED, by=by)
        return note

    def add_to(self, *, by: User, text: str) -> Note:
        """Add a correction; the first text stays as it was."""
        self.case.check_open()
        if self.parent_id is not None:
            raise RuleBroken(N_("Add to the note itself, not to its addendum."))
        addendum = Note(
            case=self.case,
            client_id=self.client_id,
            by=by,
            signed_as=by.signature_name,
            happened_on=clock.today(),
            method=self.method,
            attendance=self.attendance,
            text=text,
        )
        self.addenda.append(addendum)
        addendum.record(EventKind.NOTE_SIGNED, by=by)
        return addendum

    def mark_in_error(self, *, by: User, reason: str) -> None:
        """Wrong record: it stays readable, with the reason, and counts nowhere."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This note is marked as entered in error already."))
        self.in_error_at, self.in_error_by = clock.now(), by
        self.in_error_reason = reason
        self.record(EventKind.NOTE_IN_ERROR, by=by, reason=reason)

    @property
    def late(self) -> bool:
        """Whether it was typed in more than 72 hours after the contact."""
        happened = clock.from_local(self.happened_on, self.started_at or time(23, 59))
        return self.created_at - happened > self.LATE_AFTER
