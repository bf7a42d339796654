"""The trail as a spreadsheet: in the same reach as on the screen, a few thousand lines at a time, however many there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app import clock
from app.engines import writing
from app.extensions import db
from app.models.agency.asked import Asked
from app.models.agency.event import Event
from app.models.agency.user import User
from app.models.caseload.client import Client
from app.reports.trail import Known, Reader, known_in, known_of, whole
from app.reports.trail_days import SORT_OF

AT_ONCE = 2_000
MOMENT = "%Y-%m-%d %H:%M:%S"  # what spreadsheets take for a date and time
HEAD = [
    "Line", "When", "When (UTC)", "Who", "Sort", "What", "Client number", "Client", "Case", "Record", "Record number", "Fields",
    "Reason", "Address", "Page", "Hash",
]  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe (SECURITY 2.15)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def counted(asked: Asked, reader: Reader) -> tuple[int, int]:
    """How many lines there are to export now, and the number of the last line of the trail: the export ends there."""
    last = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
    count = db.session.scalar(sa.select(sa.func.count(Event.id)).where(whole(asked, reader), Event.id <= last)) or 0
    return count, last


def exported(asked: Asked, reader: Reader, *, last: int) -> Iterator[str]:
    """The rows of the spreadsheet up to that line, in the order of their numbers, as text to send piece by piece.

    They are read after the answer's transaction has ended: each piece in a short transaction that holds no writer, and
    in the reach that the reader has at that moment.
    """
    client_id = asked.client.id if asked.client is not None else None
    person_id = asked.person.id if asked.person is not None else None
    reader_id, everything = reader.user.id, reader.everything

    def pieces() -> Iterator[str]:
        yield "\ufeff" + _as_csv([HEAD])
        after = 0
        while after < last:
            token = writing.set(False)
            try:
                now = replace(asked, client=_known(Client, client_id), person=_known(User, person_id))
                reads = Reader(db.session.get_one(User, reader_id), everything)
                rows, after = _piece(now, reads, after=after, last=last)
            finally:
                db.session.rollback()
                writing.reset(token)
            if rows:
                yield _as_csv(rows)

    return pieces()


def _known(model: type[Any], id: int | None) -> Any:
    return db.session.get_one(model, id) if id is not None else None


def _piece(asked: Asked, reader: Reader, *, after: int, last: int) -> tuple[list[list[object]], int]:
    query = (
        sa.select(Event)
        .where(whole(asked, reader), Event.id > after, Event.id <= last)
        .order_by(Event.id)
        .limit(AT_ONCE)
        .options(joinedload(Event.by).options(lazyload(User.memberships)))
    )
    lines = list(db.session.scalars(query).unique())
    known = known_in(asked.client, lines) if asked.client is not None else known_of(lines, reader)
    rows = [_row(line, known) for line in lines]
    return rows, lines[-1].id if len(lines) == AT_ONCE else last


def _row(line: Event, known: Known) -> list[object]:
    file, tells = known.file(line), known.may_tell(line)
    named, hidden = known.names_record(line), known.hides(line)
    return [
        line.id,
        clock.local(line.created_at).strftime(MOMENT),
        line.created_at.astimezone(UTC).strftime(MOMENT),
        line.by.name if line.by else "",
        "" if hidden else SORT_OF[line.kind].label,
        "Sealed record" if hidden else line.kind.label,
        file.number if file else "",
        file.name if file else "",
        line.case_id if tells else "",
        line.record_kind if named else "",
        line.record_id if named else "",
        ", ".join(line.fields or []) if tells else "",
        line.reason if tells else "",
        line.address,
        "" if hidden else line.endpoint,
        line.hash,
    ]


def _as_csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()
