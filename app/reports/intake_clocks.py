"""Which intakes must not wait any longer: the clocks of triage, first contact and intake, as queries over dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.case import BEFORE_OPEN, Assignment, Case, CaseStatus
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.models.intake.choices import UNHEARD, Urgency
from app.models.intake.clocks import IntakeClock, due_on, latest_due_by
from app.models.intake.intake import Intake, triage_rank
from app.models.monitoring.note import Note
from app.reports.waitlist import TRIAGE

FEW, MANY = 8, 100


@dataclass(frozen=True)
class DueIntake:
    """An intake with a clock that ran out, or runs out today: which, since when, and whose it is."""

    case_id: int
    client: Client
    clock: IntakeClock
    due_on: date
    received_on: date
    triage: Urgency | None
    program: str
    worker: str | None


@dataclass(frozen=True)
class DueIntakes:
    """The first of them, what is due longest first, and how many there are in all."""

    lines: list[DueIntake]
    total: int

    def __bool__(self) -> bool:
        return self.total > 0

    @property
    def more(self) -> int:
        """How many are not among the lines."""
        return self.total - len(self.lines)


def intakes_due(
    user: User, *, programs: list[Program], of: sa.Select[Any] | None = None, whole: bool = False
) -> DueIntakes:
    """The intakes in reach (or among these cases) of which a clock has run out by the end of today, in one query.

    `programs` are all there are: their clocks count.
    """
    by_id = {program.id: program for program in programs}
    ran_out = {kind: _ran_out(kind, programs) for kind in IntakeClock}
    which = sa.case(*((condition, kind.value) for kind, condition in ran_out.items()))
    found = (
        Case.visible_to(user)
        .join(Client, Client.id == Case.client_id)
        .outerjoin(Intake, Intake.case_id == Case.id)
        .where(sa.or_(*ran_out.values()), *([Case.id.in_(of)] if of is not None else []))
        .with_only_columns(
            Case.id, Client, Case.program_id, Case.received_on, which.label("clock"), triage_rank().label("rank"),
            Assignment.worker_of(Case.id).label("worker"), sa.func.count().over().label("total"),
        )
        .order_by(triage_rank() != 0, Case.received_on, Case.id)
        .limit(MANY if whole else FEW)
    )  # fmt: skip
    rows = db.session.execute(found).all()
    lines = [_line(row, by_id[row.program_id]) for row in rows]
    return DueIntakes(lines, rows[0].total if rows else 0)


def _line(row: Any, program: Program) -> DueIntake:
    kind, triage = IntakeClock(row.clock), TRIAGE[row.rank]
    return DueIntake(
        case_id=row.id,
        client=row.Client,
        clock=kind,
        due_on=due_on(kind, received_on=row.received_on, program=program, triage=triage),
        received_on=row.received_on,
        triage=triage,
        program=program.name,
        worker=row.worker,
    )


def _ran_out(kind: IntakeClock, programs: list[Program]) -> sa.ColumnElement[bool]:
    """Condition on a case and its intake: this clock runs, and its day is today or was before."""
    undecided = sa.and_(
        Case.status.in_([*BEFORE_OPEN, CaseStatus.ACTIVE]),
        Case.status != CaseStatus.WAITLISTED,
        Intake.completed_on.is_(None),
    )
    if kind is IntakeClock.INTAKE:
        return sa.and_(undecided, _arrived_by(kind, programs))
    heard = sa.exists().where(Note.case_id == Case.id, *Note.counts_as_contact()).correlate(Case)
    if kind is IntakeClock.CONTACT:
        return sa.and_(undecided, Intake.method.in_(UNHEARD), ~heard, _arrived_by(kind, programs))
    taken = sa.exists().where(Assignment.case_id == Case.id, *Assignment.now()).correlate(Case)
    pressing = sa.or_(
        sa.and_(triage_rank() == 0, _arrived_by(kind, programs, Urgency.EMERGENCY)),
        sa.and_(triage_rank().in_([1, 3]), _arrived_by(kind, programs)),
    )
    return sa.and_(undecided, ~taken, ~heard, pressing)


def _arrived_by(kind: IntakeClock, programs: list[Program], triage: Urgency | None = None) -> sa.ColumnElement[bool]:
    """Condition: the person reached us on the last day whose clock has run out by today, or before."""
    today = clock.today()
    if not programs:
        return sa.false()
    days = {program.id: latest_due_by(kind, today, program=program, triage=triage) for program in programs}
    cutoff = sa.case(*((Case.program_id == id, sa.literal(day, sa.Date)) for id, day in days.items()), else_=sa.null())
    return Case.received_on <= cutoff
