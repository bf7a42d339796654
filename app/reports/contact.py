"""When a client was last heard of, and who went without contact for too long: the one definition of both."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from app import clock
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.program import Program
from app.models.monitoring.note import Note

AT_WORK = [CaseStatus.ACTIVE, CaseStatus.MONITORING]


def contact_cutoffs(programs: list[Program]) -> dict[int, date]:
    """By program: a case with no contact since this day has gone without contact too long."""
    today = clock.today()
    return {program.id: today - timedelta(days=program.contact_days) for program in programs}


def without_contact(cutoffs: dict[int, date]) -> sa.ColumnElement[bool]:
    """A case at work that was opened, and last heard of, more than its program's number of days ago.

    One that is on hold has its reason and its day, and one that is being closed its own list: neither counts.
    """
    if not cutoffs:
        return sa.false()
    cutoff = sa.case(
        *((Case.program_id == id, sa.literal(day, sa.Date)) for id, day in cutoffs.items()), else_=sa.null()
    )
    heard = sa.exists().where(Note.case_id == Case.id, Note.happened_on >= cutoff, *Note.counts_as_contact())
    opened = sa.func.coalesce(Case.opened_on, Case.received_on) < cutoff
    return sa.and_(Case.status.in_(AT_WORK), opened, ~heard.correlate(Case))


def last_heard() -> sa.ColumnElement[date]:
    """The day of a case's last contact, or of its opening when there was none; for a query over `Case`."""
    last = (
        sa.select(sa.func.max(Note.happened_on))
        .where(Note.case_id == Case.id, *Note.counts_as_contact())
        .correlate(Case)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, Case.opened_on, Case.received_on, type_=sa.Date)
