"""Walking the chain of the trail from its first line to its last, to see whether anybody was at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.engines import writing
from app.extensions import db
from app.models.agency.chain import FIRST, digest
from app.models.agency.event import Event
from app.models.base import Choice

AT_ONCE = 2_000
LOOK = 50
"""How many lines after a damaged one are looked at to tell what happened."""


class Damage(Choice):
    """What is wrong with a trail, in the words of the command."""

    CHANGED = "changed", "changed: what it says, or what the line before it says, is not what was written"
    MISSING = "missing", "missing: one or more lines were taken out"
    INSERTED = "inserted", "inserted: it does not belong there"
    ORDER = "order", "order: lines were moved"
    FOREIGN = (
        "foreign",
        "changed or inserted: it was not written by Handrail, and no line comes after it that could tell more",
    )
    TAIL = "tail", "tail cut: the last lines, of which you noted one, are gone"
    REWRITTEN = "rewritten", "rewritten: the line you noted had another hash"


class Mark(NamedTuple):
    """A place in the chain that can be noted down: the number of a line, and its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class Fault(NamedTuple):
    """The first line that does not fit, and why."""

    number: int
    damage: Damage


class Line(NamedTuple):
    """A line as it is in the table: its number, what it says, the hash it carries."""

    number: int
    said: dict[str, Any] | None
    hash: Any

    def fits(self, previous: Any, *, number: int | None = None) -> bool:
        """Whether it is what was written after the line with that hash, under its own number or another."""
        if self.said is None:
            return False
        try:
            return digest(previous, self.said | {"id": self.number if number is None else number}) == self.hash
        except (TypeError, ValueError):  # bytes, or half a sign, where Handrail writes text
            return False


@dataclass(frozen=True)
class Verdict:
    """What the walk found: how many lines are whole, the head (none for an empty trail), when it was written, the fault."""

    lines: int
    head: Mark | None
    written_at: datetime | None
    fault: Fault | None

    @property
    def whole(self) -> bool:
        return self.fault is None


def verify(noted: Mark | None = None) -> Verdict:
    """Walk the whole chain, in batches; with a mark noted down earlier, that it is still a part of it.

    Reads only, in short transactions of its own connection. What is added meanwhile is walked too.
    """
    count, before, written = 0, Mark(0, FIRST), None
    for line, following in _walk():
        if line.number != before.number + 1 or not line.fits(before.hash):
            return Verdict(count, before if count else None, written, _diagnosed(before, line, following))
        if noted is not None and line.number == noted.number and line.hash != noted.hash:
            return Verdict(count, before if count else None, written, Fault(line.number, Damage.REWRITTEN))
        count, before, written = count + 1, Mark(line.number, line.hash), _instant(line.said)
    cut = noted is not None and noted.number > before.number
    fault = Fault(before.number + 1, Damage.TAIL) if cut else None
    return Verdict(count, before if count else None, written, fault)


def _diagnosed(before: Mark, line: Line, following: list[Line]) -> Fault:
    """What happened where this line stands: looked for among the lines that come after it."""
    wanted = before.number + 1
    if line.number > wanted:
        return Fault(wanted, Damage.MISSING)
    if line.number < wanted:
        return Fault(line.number, Damage.INSERTED)
    for place, later in enumerate(following):
        if later.fits(before.hash, number=wanted):  # the line that belongs here has another number now
            beside = following[place - 1] if place else later
            moved = line.fits(beside.hash, number=later.number)
            return Fault(wanted, Damage.ORDER if moved else Damage.INSERTED)
    if not following:
        return Fault(wanted, Damage.FOREIGN)
    after = following[0]
    if any(after.fits(line.hash, number=after.number + gone) for gone in range(1, LOOK)):
        return Fault(wanted, Damage.MISSING)  # and those behind were moved up
    return Fault(wanted, Damage.CHANGED)


def _walk() -> Iterator[tuple[Line, list[Line]]]:
    """Every line in the order of its number, with the few that follow it; never more than two batches at a time."""
    batch, last = _batch(None), None
    while batch:
        last = batch[-1].number
        ahead = _batch(last) if len(batch) >= AT_ONCE else []
        for place, line in enumerate(batch):
            following = (
                batch[place + 1 : place + 1 + LOOK] if place + LOOK < len(batch) else batch[place + 1 :] + ahead[:LOOK]
            )
            yield line, following
        batch = ahead


def _batch(after: int | None) -> list[Line]:
    """The next lines after this number."""
    table = Event.__table__
    query = sa.select(*_as_they_are(table)).order_by(table.c.id).limit(AT_ONCE)
    if after is not None:
        query = query.where(table.c.id > after)
    token = writing.set(False)
    try:
        with db.engine.connect() as connection:
            return [_line(dict(row)) for row in connection.execute(query).mappings()]
    finally:
        writing.reset(token)


def _as_they_are(table: sa.Table) -> Iterator[sa.ColumnElement[Any]]:
    """The columns without our types: what an intruder left in a cell is damage to tell of, not an error to die of."""
    sqlite = db.engine.dialect.name == "sqlite"
    for column in table.columns:
        if isinstance(column.type, sa.JSON):
            yield sa.cast(column, sa.Text).label(column.name)
        elif column.name == "created_at":
            yield sa.type_coerce(column, sa.String if sqlite else sa.DateTime).label(column.name)
        else:
            yield sa.type_coerce(column, sa.String if isinstance(column.type, sa.Enum) else column.type).label(
                column.name
            )


def _line(row: dict[str, Any]) -> Line:
    number, carried = row["id"], row.pop("hash")
    try:
        row["fields"] = json.loads(row["fields"]) if row["fields"] is not None else None
        if isinstance(row["created_at"], str):
            row["created_at"] = datetime.fromisoformat(row["created_at"])
    except (TypeError, ValueError):
        return Line(number, None, carried)
    return Line(number, row, carried)


def _instant(said: dict[str, Any] | None) -> datetime | None:
    return said["created_at"] if said is not None else None
