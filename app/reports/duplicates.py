"""The pairs of records in a person's reach that may be one person's, the newest records first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from app.extensions import db
from app.models.agency.user import User
from app.models.base import N_, RuleBroken, in_files
from app.models.caseload.client import Client
from app.models.caseload.distinction import Distinction
from app.models.caseload.filing import COMPARED, person_in
from app.models.caseload.likeness.pairs import MOST_IN_A_BLOCK, shared_phones
from app.models.caseload.likeness.weighing import Band, Verdict, weigh
from app.models.caseload.match_key import MatchKey
from app.models.caseload.merge import Merge

LOOKED_THROUGH = 400
"""How many records one page looks through: for each of them the older ones that are like it."""

LEAST_SHARED = 2
"""Who has a single key in common is no pair worth weighing."""


@dataclass(frozen=True)
class Half:
    """One of the two records of a pair."""

    id: int
    number: str
    name: str
    born_on: Any


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person's, the older one first, and why."""

    older: Half
    newer: Half
    verdict: Verdict

    @property
    def why(self) -> list[str]:
        return self.verdict.why

    @property
    def likely(self) -> bool:
        return self.verdict.band is Band.LIKELY


@dataclass(frozen=True)
class Pairs:
    """What one page found: it looked through so many records of all those in reach."""

    found: list[Pair]
    number: int
    pages: int
    total: int
    first: int
    last: int


def pairs_in(reader: User, *, number: int) -> Pairs:
    """The pairs whose newer record is among those that this page looks through; in five queries, whatever there is.

    Both records are in the reader's reach; what is sealed or restricted for them is not looked at.
    """
    reach = Client.visible_to(reader)
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(reach.with_only_columns(Client.id).subquery())) or 0
    )
    pages = max(1, -(-total // LOOKED_THROUGH))
    number = min(max(1, number), pages)
    page = reach.order_by(Client.id.desc()).limit(LOOKED_THROUGH).offset((number - 1) * LOOKED_THROUGH)
    newer = {row.id: row for row in db.session.execute(page.with_only_columns(*COMPARED))}
    close = _sharing(newer)
    wanted = {older for older, _newer in close} - set(newer)
    older = {row.id: row for row in db.session.execute(reach.where(Client.id.in_(wanted)).with_only_columns(*COMPARED))}
    records = newer | older
    apart = Distinction.among(set(records)) if close else set()
    people = {id: person_in(record) for id, record in records.items()}
    shared = shared_phones(people.values())
    found = []
    for one, other in close:
        if one not in records or frozenset((one, other)) in apart:
            continue
        verdict = weigh(people[one], people[other], shared=shared)
        if verdict.band is not Band.NO:
            found.append(Pair(_half(records[one]), _half(records[other]), verdict))
    found.sort(key=lambda pair: (pair.verdict.band, pair.verdict.score), reverse=True)
    first = (number - 1) * LOOKED_THROUGH
    return Pairs(found, number, pages, total, first + 1 if total else 0, min(first + LOOKED_THROUGH, total))


def _sharing(newer: Any) -> list[tuple[int, int]]:
    """Which of these records share keys with which older ones; a key that very many share tells nothing."""
    if not newer:
        return []
    mine, theirs = MatchKey.__table__.alias("mine"), MatchKey.__table__.alias("theirs")
    keys = sa.select(mine.c.key).where(mine.c.client_id.in_(newer))
    telling = (
        sa.select(theirs.c.key)
        .where(theirs.c.key.in_(keys))
        .group_by(theirs.c.key)
        .having(sa.func.count() <= MOST_IN_A_BLOCK)
    )
    one, other = MatchKey.__table__.alias("one"), MatchKey.__table__.alias("other")
    pairs = (
        sa.select(one.c.client_id, other.c.client_id)
        .join(other, sa.and_(one.c.key == other.c.key, one.c.client_id < other.c.client_id))
        .where(other.c.client_id.in_(newer), other.c.key.in_(telling))
        .group_by(one.c.client_id, other.c.client_id)
        .having(sa.func.count() >= LEAST_SHARED)
    )
    return [(older, newest) for older, newest in db.session.execute(pairs)]


def _half(record: Any) -> Half:
    parts = (record.preferred_name or record.first_name, record.last_name, record.suffix)
    return Half(record.id, record.number, " ".join(part for part in parts if part) or record.number, record.born_on)


def told_apart(reader: User) -> list[Distinction]:
    """The pairs in reach that somebody told apart, newest first; one query."""
    query = (
        Distinction.visible_to(reader).where(Distinction.ended_at.is_(None)).order_by(Distinction.id.desc()).limit(100)
    )
    whole = (joinedload(Distinction.client), joinedload(Distinction.other), joinedload(Distinction.by))
    return list(db.session.scalars(query.options(*whole)).unique())


def merges_of(reader: User) -> list[Merge]:
    """The newest merges in reach, undone ones too; one query."""
    query = Merge.visible_to(reader).order_by(Merge.id.desc()).limit(50)
    whole = (joinedload(Merge.client), joinedload(Merge.other), joinedload(Merge.by), defer(Merge.kept))
    return list(db.session.scalars(query.options(*whole)).unique())


# -- What a merge would do


KINDS = {
    "case": N_("Cases"), "note": N_("Notes"), "assessment": N_("Assessments"), "plan": N_("Service plans"),
    "referral": N_("Referrals"), "task": N_("Tasks"), "consent": N_("Permissions"), "disclosure": N_("Sharings"),
    "document": N_("Files"), "paper": N_("Papers"), "alert": N_("Alerts"), "phone": N_("Telephones"),
    "address": N_("Addresses"), "other_name": N_("Other names"), "closure": N_("Closings"), "intake": N_("Intakes"),
}  # fmt: skip
"""What is counted in the preview, in words; everything else moves too and is told as one number."""


@dataclass(frozen=True)
class Moving:
    """How many rows of one kind would go along, as far as the reader may see them; "" for the rest together."""

    label: str
    number: int


def moving(other: Client, reader: User) -> list[Moving]:
    """What a merge would move out of this record, in the reach of the person who asks; one query."""
    counted = [
        sa.select(sa.literal(model.__tablename__), sa.func.count()).select_from(
            model.visible_to(reader).where(model.client_id == other.id).with_only_columns(model.id).subquery()
        )
        for model in in_files()
        if not model.made_anew
    ]
    numbers = {table: number for table, number in db.session.execute(sa.union_all(*counted)) if number}
    told = [Moving(label, numbers.pop(table)) for table, label in KINDS.items() if table in numbers]
    return [*told, Moving("", sum(numbers.values()))] if numbers else told


@dataclass(frozen=True)
class Preview:
    """The two records side by side: what is in the way, what would move, and whether they were told apart before."""

    kept: Client
    other: Client
    obstacles: list[RuleBroken]
    moves: list[Moving]
    apart: Distinction | None


def preview(kept: Client, other: Client, reader: User) -> Preview:
    """What would come of merging the one record into the other; a handful of queries."""
    return Preview(kept, other, Merge.obstacles(kept, other), moving(other, reader), Distinction.between(kept, other))
