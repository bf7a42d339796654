"""People who were written down twice, and clients who asked for their record and added their own words."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.assessment.assessment import Assessment, AssessmentStatus
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Phone
from app.models.caseload.distinction import Distinction
from app.models.caseload.merge import Merge
from app.models.intake.access_request import AccessOutcome, AccessRequest, DenialGround
from app.models.intake.disclosure import DisclosureMethod
from app.models.intake.statement import Statement
from app.models.intake.withholding import Withholding
from app.models.monitoring.note import Note


class On(Protocol):
    """So many days ago, at an hour."""

    def __call__(self, days_ago: int, hour: int = ..., minute: int = ...) -> AbstractContextManager[Any]: ...


def write_down_twice(story: list[Client], staff: Any, on: On) -> int:
    """Three second records: one that was merged, one that still waits, one of a cousin; returns how many."""
    known = [c for c in story if c.born_on and c.phones and c.first_name and c.last_name]
    open_ones = [c for c in known if not c.restricted and not c.kept_by_id]
    one, other = open_ones[:2]
    with on(9, 16, 5):
        called = Client.add(
            by=staff.luis, first_name=one.first_name, last_name=one.last_name, born_on=one.born_on,
            safe_contact="Text first, never leave a voicemail.",
            phones=[Phone(number=one.phones[0].number, text=True)],
        )  # fmt: skip
        again = Client.add(
            by=staff.luis, first_name=other.first_name, last_name=other.last_name, born_on=other.born_on,
            phones=[Phone(number=other.phones[0].number, text=True)],
        )  # fmt: skip
        cousin = Client.add(
            by=staff.luis, first_name=one.first_name, last_name=one.last_name,
            born_on=one.born_on - timedelta(days=1600) if one.born_on else None,
        )  # fmt: skip
    with on(7, 10, 40):
        Merge.make(one, called, by=staff.marcus, reason="Same birth date and number, and the same person says so.")
        Distinction.write(one, cousin, by=staff.marcus, reason="Two cousins: both were at the office on Monday.")
    return len({called, again, cousin})


def ask_for_records(story: list[Client], staff: Any, on: On) -> None:
    """A request that runs, one that was answered in part, a statement with its answer, and a note that is kept back."""
    with_notes = [client for client in story if client.cases and _notes(client.cases[0])]
    rosa = next(client for client in with_notes if client.first == "Rosa")
    other = next(client for client in with_notes if client is not rosa and len(_notes(client.cases[0])) > 1)
    with on(24, 11, 0):
        AccessRequest.receive(
            rosa,
            by=staff.dana,
            received_on=clock.today(),
            how=DisclosureMethod.IN_PERSON,
            what="A copy of the whole record",
        )
    case = other.cases[0]
    worker = case.worker or staff.dana
    with on(50, 9, 30):
        asked = AccessRequest.receive(
            other, by=worker, received_on=clock.today(), how=DisclosureMethod.LETTER, what="My notes and my assessment"
        )
    with on(28, 9, 30):
        asked.take_more_time(
            by=worker, reason="The older papers are in the archive on Canal Street; they come back next week."
        )
    kept = _notes(case)[0]
    with on(3, 14, 0):
        Withholding.keep_back(
            kept,
            by=worker,
            ground=DenialGround.CONFIDENCE,
            reason="A neighbor told us this, and asked not to be named.",
        )
        asked.answer(
            by=worker, outcome=AccessOutcome.PARTLY, answered_on=clock.today(), given_how=DisclosureMethod.IN_PERSON,
            ground=DenialGround.CONFIDENCE, reason="One note holds what somebody else told us in confidence.",
            appeal="You can ask Marcus Oyelaran, 555-0104, to have somebody else look at this again.",
        )  # fmt: skip
    _disagree(rosa, staff, on)


def _disagree(rosa: Client, staff: Any, on: On) -> None:
    """What Rosa says of her assessment."""
    case = rosa.cases[0]
    signed = sa.select(Assessment).where(Assessment.case_id == case.id, Assessment.status == AssessmentStatus.SIGNED)
    assessment = db.session.scalars(signed.order_by(Assessment.id)).first()
    with on(6, 15, 10):
        said = Statement.add(
            case, by=staff.dana, stated_on=clock.today() - timedelta(days=1), about=assessment,
            text="It says I missed two appointments. I called both times, and nobody called back.",
        )  # fmt: skip
    with on(5, 9, 15):
        said.respond(
            by=staff.marcus, response="Rosa is right about the second call: it is on our phone list. We are sorry."
        )


def _notes(case: Case) -> list[Note]:
    query = sa.select(Note).where(Note.case_id == case.id, Note.parent_id.is_(None), Note.in_error_at.is_(None))
    return list(db.session.scalars(query.order_by(Note.id)))
