"""Lists of what waits for somebody: several questions over clients' records, asked in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.engines import Instant
from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.alert import Alert
from app.models.caseload.case import Assignment
from app.models.caseload.client import Client
from app.models.monitoring.note import Note

FEW, MANY = 8, 100


@dataclass(frozen=True)
class Line:
    """One record that waits, and whose it is; which of the rest is filled depends on the list."""

    id: int
    client: Client
    case_id: int | None
    on: date | None
    at: datetime | None
    text: str
    who: str
    number: int | None
    last_contact: date | None
    alert: str  # what to do, of the loudest alert that holds; "" without one

    @property
    def warning(self) -> str:
        """What must be seen before this client is contacted: the loudest alert, else the safe way to reach them."""
        return self.alert or self.client.safe_contact or ""


@dataclass(frozen=True)
class Listed:
    """The first lines of one list, and how many there are in all."""

    lines: list[Line]
    total: int

    @property
    def more(self) -> int:
        """How many are not among the lines."""
        return self.total - len(self.lines)

    def __bool__(self) -> bool:
        return self.total > 0


COLUMNS: dict[str, Any] = {
    "case_id": sa.Integer, "on": sa.Date, "at": Instant, "text": sa.String, "who": sa.String, "number": sa.Integer,
}  # fmt: skip


def listing(kind: Any, source: sa.Select[Any], *, id: Any, client_id: Any, **given: Any) -> sa.Select[Any]:
    """One list as a branch of the union: `kind` names it, a word or SQL that says a word; missing columns are empty."""
    columns = [
        (sa.literal(str(kind)) if isinstance(kind, str) else kind).label("kind"),
        id.label("id"),
        client_id.label("client_id"),
    ]
    for name, type_ in COLUMNS.items():
        value = given.get(name)
        columns.append(sa.type_coerce(sa.cast(sa.null(), type_) if value is None else value, type_).label(name))
    return source.with_only_columns(*columns, maintain_column_froms=True).order_by(None)


def gather(
    branches: Iterable[sa.Select[Any]], *, reader: User, whole: str = "", workers: bool = False
) -> dict[str, Listed]:
    """All the lists by their names, the most pressing lines first, in one query; more lines of the list `whole`.

    `workers`: lines that name nobody else name the case's caseworker.
    """
    union = sa.union_all(*branches).subquery()
    order = [union.c.on.is_(None), union.c.on, union.c.at, union.c.id]
    ranked = sa.select(
        union,
        sa.func.row_number().over(partition_by=union.c.kind, order_by=order).label("rank"),
        sa.func.count().over(partition_by=union.c.kind).label("total"),
    ).subquery()
    last_contact = (
        sa.select(sa.func.max(Note.happened_on))
        .where(Note.case_id == ranked.c.case_id, *Note.counts_as_contact())
        .scalar_subquery()
    )
    alert = (
        sa.select(Alert.what_to_do)
        .where(Alert.in_force(ranked.c.client_id, reader))
        .order_by(Alert.loudness(), Alert.id)
        .limit(1)
        .scalar_subquery()
    )
    # Asked of the few lines that are shown, not of all that wait.
    worker = Assignment.worker_of(ranked.c.case_id) if workers else sa.null()
    query = (
        sa.select(ranked, last_contact.label("last_contact"), alert.label("alert"), worker.label("worker"), Client)
        .join(Client, Client.id == ranked.c.client_id)
        .where(sa.or_(ranked.c.rank <= FEW, sa.and_(ranked.c.kind == whole, ranked.c.rank <= MANY)))
        .order_by(ranked.c.kind, ranked.c.rank)
    )
    found: dict[str, Listed] = {}
    for row in db.session.execute(query):
        listed = found.setdefault(row.kind, Listed([], row.total))
        listed.lines.append(_line(row))
    return found


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        client=row.Client,
        case_id=row.case_id,
        on=row.on,
        at=row.at,
        text=row.text or "",
        who=row.who or row.worker or "",
        number=row.number,
        last_contact=row.last_contact,
        alert=row.alert or "",
    )
