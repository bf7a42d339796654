"""Whether a person is on record already: those who share a key are compared, and the likeliest shown with the reasons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client, RecordStatus
from app.models.caseload.distinction import Distinction
from app.models.caseload.filing import COMPARED, person_in
from app.models.caseload.likeness.pairs import shared_phones
from app.models.caseload.likeness.person import Person, person_of
from app.models.caseload.likeness.weighing import Band, Verdict, weigh
from app.models.caseload.match_key import MatchKey, keys_to_file
from app.models.caseload.program import Program

LOOKED_AT = 200
SHOWN = 5


@dataclass
class Match:
    """Somebody who may be the same person: why, and the cases that the asking person may know of (None: not asked)."""

    id: int
    number: str
    name: str
    born_on: date | None
    verdict: Verdict
    cases: list[tuple[str, CaseStatus]] | None = None

    @property
    def why(self) -> list[str]:
        """What speaks for one person, the weightiest first."""
        return self.verdict.why

    @property
    def likely(self) -> bool:
        """Whether it is likely the same person, and not only perhaps."""
        return self.verdict.band is Band.LIKELY


@dataclass(frozen=True)
class Described:
    """What is known of the person so far, as typed: first, last and preferred name (empty where not given), and the rest."""

    names: tuple[str, ...] = ()
    born_on: date | None = None
    sure: bool = True
    phone: str | None = None
    street: str | None = None
    city: str | None = None
    zip: str | None = None

    @property
    def person(self) -> Person:
        """The person, taken apart to be compared."""
        first, last, preferred = (*self.names, "", "", "")[:3]
        return person_of(
            given=first,
            family=last,
            other_names=[f"{preferred} {last}"] if preferred else [],
            born_on=self.born_on,
            sure=self.sure,
            phones=[self.phone],
            addresses=[(self.street, self.city, self.zip)],
        )


def possible_matches(reader: User, described: Described) -> list[Match]:
    """Those in the reader's reach who may be this person, the likeliest first; at most five, in two queries.

    Nobody out of reach is looked at: a sealed or restricted record is not betrayed by a warning.
    """
    found = _alike(Client.visible_to(reader), described.person)
    _tell_cases(found, reader)
    return found


def doubles_of(reader: User, client: Client) -> list[Match]:
    """Other records in the reader's reach that are likely this very person's, in one query: their cases are not told.

    Those that somebody told apart are not named again.
    """
    apart = sa.union_all(
        sa.select(Distinction.other_id).where(Distinction.client_id == client.id, Distinction.ended_at.is_(None)),
        sa.select(Distinction.client_id).where(Distinction.other_id == client.id, Distinction.ended_at.is_(None)),
    )
    found = _alike(Client.visible_to(reader).where(Client.id.not_in(apart)), client.on_paper, but=[client.id])
    return [match for match in found if match.likely]


def hidden_matches(added: Client, described: Described, *, reader: User) -> list[Client]:
    """Clients with a restricted record out of the reader's reach who may be the one just added.

    Never for the reader's eyes. Whom a sealed program alone knows is not looked at: not even its own people may learn
    from outside that somebody there was asked about elsewhere.
    """
    case = aliased(Case)
    of_client = sa.select(case.id).where(case.client_id == Client.id)
    unsealed = of_client.where(Case.unsealed(case)).correlate(Client).exists()
    without_case = sa.and_(~of_client.correlate(Client).exists(), Client.kept_by_id.is_(None))
    reached = Client.visible_to(reader).with_only_columns(Client.id)
    hidden = sa.select(Client).where(
        Client.restricted.is_(True), Client.id.not_in(reached), sa.or_(unsealed, without_case)
    )
    found = _alike(hidden, described.person, but=[added.id])
    return [db.session.get_one(Client, match.id) for match in found]


def _alike(clients: sa.Select[Any], person: Person, *, but: Collection[int] = ()) -> list[Match]:
    """Those of these clients who may be this person, the likeliest first, at most five, in one query.

    `but` are clients who are not meant, such as the person's own record.
    """
    keys = keys_to_file(person)
    records = db.session.execute(_candidates(clients, keys, but)).all() if keys else []
    people = {record.id: person_in(record) for record in records}
    shared = shared_phones(people.values())
    found = []
    for record in records:
        verdict = weigh(person, people[record.id], shared=shared)
        if verdict.band is not Band.NO:
            found.append(Match(record.id, record.number, _name_of(record), record.born_on, verdict))
    found.sort(key=lambda match: (match.verdict.band, match.verdict.score), reverse=True)
    return found[:SHOWN]


def _candidates(clients: sa.Select[Any], keys: set[int], but: Collection[int]) -> Any:
    """Whoever of these clients shares a key, those with most in common first."""
    hits = (
        sa.select(MatchKey.client_id, sa.func.count().label("shared"))
        .where(MatchKey.key.in_(sorted(keys)))
        .group_by(MatchKey.client_id)
        .subquery()
    )
    return (
        clients.join(hits, hits.c.client_id == Client.id)
        .where(Client.id.not_in(but), Client.status.is_distinct_from(RecordStatus.MERGED))
        .with_only_columns(*COMPARED)
        .order_by(hits.c.shared.desc(), Client.id.desc())
        .limit(LOOKED_AT)
    )


def _name_of(record: Any) -> str:
    parts = (record.preferred_name or record.first_name, record.last_name, record.suffix)
    return " ".join(part for part in parts if part) or record.number


def _tell_cases(found: list[Match], reader: User) -> None:
    """Say in which programs these people were or are served, as far as the reader may know."""
    if not found:
        return
    told: dict[int, list[tuple[str, CaseStatus]]] = {match.id: [] for match in found}
    query = (
        sa.select(Case.client_id, Program.name, Case.status)
        .join(Program, Program.id == Case.program_id)
        .where(Case.client_id.in_(told), Case.unsealed_for(reader))
        .order_by(Case.id.desc())
    )
    for client_id, program, status in db.session.execute(query):
        told[client_id].append((program, status))
    for match in found:
        match.cases = told[match.id]
