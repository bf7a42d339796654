"""Who waits for a place in a program, the most urgent first and then whoever came first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.alert import Alert
from app.models.caseload.case import Assignment, Case, CaseStatus
from app.models.caseload.client import Client, Interpreter
from app.models.caseload.program import Program
from app.models.intake.choices import Urgency
from app.models.intake.intake import Intake, triage_rank
from app.models.monitoring.note import Note

TRIAGE = [Urgency.EMERGENCY, Urgency.URGENT, Urgency.ROUTINE, None]


@dataclass(frozen=True)
class Waiting:
    """Somebody on the list: the place, how urgent it is, since when, and who looks after them."""

    place: int
    case_id: int
    client: Client
    triage: Urgency | None
    received_on: date
    concern: str
    last_contact: date | None
    worker: str | None
    alert: bool

    @property
    def interpreter(self) -> bool:
        return self.client.interpreter is not Interpreter.NO


@dataclass(frozen=True)
class Waitlist:
    """One page of a program's list: its rows, its number from 1, its size, and how many wait in all."""

    rows: list[Waiting]
    number: int
    size: int
    total: int


def waiting_in(user: User) -> sa.Select[Any]:
    """The cases in reach that wait for a place: the one definition of the waitlist."""
    return Case.visible_to(user).where(Case.status == CaseStatus.WAITLISTED)


def lengths(user: User, programs: list[Program]) -> dict[int, int]:
    """How many wait in each of these programs, by the program's number."""
    waits = waiting_in(user).where(Case.program_id.in_([program.id for program in programs]))
    counted = waits.with_only_columns(Case.program_id, sa.func.count(Case.id)).group_by(Case.program_id).order_by(None)
    return {program_id: number for program_id, number in db.session.execute(counted)}


def waitlist(user: User, program: Program, *, number: int, total: int, size: int = 25) -> Waitlist:
    """One page of the waitlist of a program, in one query; beyond the end is the last page."""
    number = min(max(1, number), max(1, -(-total // size)))
    last_contact = (
        sa.select(sa.func.max(Note.happened_on))
        .where(Note.case_id == Case.id, *Note.counts_as_contact())
        .correlate(Case)
        .scalar_subquery()
    )
    alert = sa.exists().where(Alert.in_force(Client.id, user)).correlate(Client)
    rank = sa.func.coalesce(triage_rank(), len(TRIAGE) - 1)
    first = (number - 1) * size
    query = (
        waiting_in(user)
        .where(Case.program_id == program.id)
        .join(Client, Client.id == Case.client_id)
        .outerjoin(Intake, Intake.case_id == Case.id)
        .with_only_columns(
            Case.id, Client, rank.label("rank"), Case.received_on,
            sa.func.substr(Intake.presenting_concern, 1, 300).label("concern"),
            last_contact.label("last_contact"), Assignment.worker_of(Case.id).label("worker"), alert.label("alert"),
        )
        .order_by(rank, Case.received_on, Case.id)
        .limit(size)
        .offset(first)
    )  # fmt: skip
    rows = [
        Waiting(
            place=place, case_id=row.id, client=row.Client, triage=TRIAGE[row.rank], received_on=row.received_on,
            concern=row.concern or "", last_contact=row.last_contact, worker=row.worker, alert=bool(row.alert),
        )
        for place, row in enumerate(db.session.execute(query), start=first + 1)
    ]  # fmt: skip
    return Waitlist(rows, number, size, total)
