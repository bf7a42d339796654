"""Reading the trail: of a client's file, of a member of staff, of the agency; in the reach of the reader.

Who may see the trail of the agency sees who did what kind of thing, and when, of everybody; of a client's file that is
not in their reach no more than its number, of a sealed one not even that, and never which fields or why. Anybody else
sees only lines about files in their own reach. What somebody was refused is told to whoever may see that record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app import clock
from app.extensions import db
from app.models import base
from app.models.agency.asked import TO_A_PERSON, Asked, Place, Sort
from app.models.agency.event import Event, EventKind
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge
from app.models.caseload.program import SEALED, Program

ON_A_PAGE = 200


@dataclass(frozen=True)
class Reader:
    """Who reads, and whether they may see what everybody did (`Can.SEE_AGENCY_TRAIL`)."""

    user: User
    everything: bool


def staff_of(reader: Reader) -> sa.Select[Any]:
    """The members of staff whose trail this person may read: everybody's, or that of those who work in their programs."""
    if reader.everything:
        return User.all_of_them()
    mine = db.session.scalars(Program.all_of_them().where(Program.id.in_(reader.user.program_ids)))
    return User.working_in(*mine)


# -- Which lines


def conditions(asked: Asked, reader: Reader) -> list[list[sa.ColumnElement[bool]]]:
    """The lines asked for, as lists of conditions of which one must hold; each can be read off one index."""
    always = [*_in_days(asked), *_in_reach(asked, reader)]
    return [[*branch, *always] for branch in _branches(asked, reader)]


def _branches(asked: Asked, reader: Reader) -> list[list[sa.ColumnElement[bool]]]:
    by = [Event.by_id == asked.by_id] if asked.by_id is not None else []
    if asked.client is not None:
        kinds = [Event.kind.in_(asked.kinds)] if asked.kinds else []
        own = [
            [Event.client_id == id, Event.within(reader.user), *kinds, *by] for id in Merge.records_of(asked.client.id)
        ]
        refused = [[*refusals_about(asked.client, reader.user), *by]] if asked.sort in (None, Sort.REFUSED) else []
        return own + refused
    if asked.person is None:
        return [[Event.kind == kind, *by] for kind in asked.kinds] or [by]
    mine = Event.by_id == asked.person.id
    done = [[mine, Event.kind == kind] for kind in asked.kinds] or [[mine]]
    account = [Event.record_kind == "user", Event.record_id == asked.person.id]
    return done + [[Event.kind == k, *account] for k in sorted(TO_A_PERSON) if not asked.kinds or k in asked.kinds]


def _in_days(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = []
    if asked.from_on is not None:
        found.append(Event.created_at >= clock.from_local(asked.from_on, time.min))
    if asked.to_on is not None:
        found.append(Event.created_at < clock.from_local(asked.to_on + timedelta(days=1), time.min))
    if asked.before is not None:
        place = asked.before
        earlier = sa.and_(Event.created_at == place.at, Event.id < place.number)
        found += [Event.created_at <= place.at, sa.or_(Event.created_at < place.at, earlier)]
    return found


def _in_reach(asked: Asked, reader: Reader) -> list[sa.ColumnElement[bool]]:
    """Without the right to see what everybody did: only lines about no file, or one in reach."""
    if reader.everything or asked.client is not None:
        return []
    clients = (
        Client.visible_to(reader.user).where(Client.id == Merge.now_in(Event.client_id)).with_only_columns(Client.id)
    )
    of_a_file = sa.and_(clients.correlate(Event).exists(), Event.within(reader.user))
    return [sa.or_(Event.client_id.is_(None), of_a_file)]


def page_of(asked: Asked, reader: Reader) -> tuple[list[Event], Place | None]:
    """The newest lines asked for, and where the next page begins; None when these are all. One query."""
    newest: list[sa.UnaryExpression[Any]] = [Event.created_at.desc(), Event.id.desc()]
    each = [
        sa.select(Event.id).where(*branch).order_by(*newest).limit(ON_A_PAGE + 1).subquery()
        for branch in conditions(asked, reader)
    ]
    ids = sa.union(*(sa.select(one.c.id) for one in each))
    query = sa.select(Event).where(Event.id.in_(ids)).order_by(*newest).limit(ON_A_PAGE + 1)
    by = joinedload(Event.by).options(lazyload(User.memberships))
    lines = list(db.session.scalars(query.options(by)).unique())
    more = len(lines) > ON_A_PAGE
    lines = lines[:ON_A_PAGE]
    return lines, Place(lines[-1].created_at, lines[-1].id) if more else None


def whole(asked: Asked, reader: Reader) -> sa.ColumnElement[bool]:
    """One condition for all the lines asked for, to count them and to read them in the order of their numbers."""
    return sa.or_(*(sa.and_(sa.true(), *branch) for branch in conditions(asked, reader)))


def people_of(client: Client, reader: User) -> list[tuple[int, str]]:
    """Who ever did something in this file that the reader may see, by name."""
    did = sa.exists().where(
        Event.client_id.in_(Merge.in_record_of(client.id)), Event.by_id == User.id, Event.within(reader)
    )
    query = sa.select(User.id, User.name).where(did)
    return [(id, name) for id, name in db.session.execute(query.order_by(User.name))]


# -- What was refused


def in_files() -> list[Any]:
    """Every table whose rows are in a client's file, the client's own first."""
    return [Client, *base.in_files()]


def refusals_about(client: Client, reader: User) -> list[sa.ColumnElement[bool]]:
    """Conditions: somebody was refused a record of this file that the reader may see.

    The line itself does not name the client: that would make the record known to the one who was refused.
    """
    cases = Case.visible_to(reader).where(Case.client_id == client.id).with_only_columns(Case.id)
    asked_for = sa.union_all(*(_records_of(model, client, cases) for model in in_files())).subquery()
    same = sa.tuple_(Event.record_kind, Event.record_id).in_(sa.select(asked_for.c.kind, asked_for.c.id))
    return [Event.kind == EventKind.ACCESS_REFUSED, same]


def _records_of(model: Any, client: Client, cases: sa.Select[Any]) -> sa.Select[Any]:
    query = sa.select(sa.literal(model.__tablename__).label("kind"), model.id.label("id"))
    if model is Client:
        return query.where(model.id.in_(Merge.in_record_of(client.id)))
    if model is Case:
        return query.where(model.id.in_(cases))
    within = [sa.or_(model.case_id.is_(None), model.case_id.in_(cases))] if hasattr(model, "case_id") else []
    return query.where(model.client_id == client.id, *within)


# -- What of it may be told


class File(NamedTuple):
    """A client's file as a line of the trail may name it: `id` and name only in the reader's reach."""

    id: int | None
    name: str | None
    number: str | None


@dataclass(frozen=True)
class Known:
    """What the reader may know of the files and records that some lines are about."""

    files: dict[int, File]
    cases: set[int]
    refused: dict[tuple[str, int], int]

    def file(self, line: Event) -> File | None:
        """The file a line is about; for somebody refused, that of the record asked for. None: about none, or not told."""
        client_id = line.client_id or self.refused.get((line.record_kind or "", line.record_id or 0))
        return self.files.get(client_id) if client_id is not None else None

    def may_tell(self, line: Event) -> bool:
        """Whether fields and reason may be shown: they are content of the file."""
        if line.client_id is None:
            return True
        file = self.files.get(line.client_id)
        return file is not None and file.id is not None and (line.case_id is None or line.case_id in self.cases)

    def hides(self, line: Event) -> bool:
        """Whether it is about a file of which the reader may know nothing: not even what was done, step by step."""
        file = self.file(line)
        return line.client_id is not None and (file is None or file.number is None)

    def names_record(self, line: Event) -> bool:
        """Whether kind and number of the record may be shown: of one that was refused, to whoever may see it."""
        if line.kind is EventKind.ACCESS_REFUSED and line.record_id is not None:
            return (line.record_kind, line.record_id) in self.refused
        return self.may_tell(line)


def known_in(client: Client, lines: Iterable[Event]) -> Known:
    """What may be known of lines that were read for one file: they are in reach already, so nothing is asked."""
    lines = list(lines)
    return Known(
        files={
            id: File(client.id, client.name, client.number)
            for id in {client.id, *(line.client_id for line in lines if line.client_id is not None)}
        },
        cases={line.case_id for line in lines if line.case_id is not None},
        refused={(str(line.record_kind), line.record_id): client.id for line in lines if line.record_id is not None},
    )


def known_of(lines: Iterable[Event], reader: Reader) -> Known:
    """What the reader may know of what these lines are about; four queries at most."""
    lines = list(lines)
    refused = _refused_records(lines, reader.user)
    clients = {line.client_id for line in lines if line.client_id is not None} | set(refused.values())
    cases = {line.case_id for line in lines if line.case_id is not None}
    mine = Case.visible_to(reader.user).where(Case.id.in_(cases)).with_only_columns(Case.id)
    return Known(
        files=_files(clients, reader) if clients else {},
        cases=set(db.session.scalars(mine)) if cases else set(),
        refused=refused,
    )


def _files(ids: set[int], reader: Reader) -> dict[int, File]:
    """The files of these clients; one that was merged is judged, and named, as the record that it is now a part of."""
    now = {id: id for id in ids} | {
        other: kept
        for other, kept in db.session.execute(
            sa.select(Merge.other_id, Merge.client_id).where(Merge.other_id.in_(ids), Merge.standing())
        )
    }
    found = _files_as_they_are(set(now.values()), reader)
    return {id: found[kept] for id, kept in now.items() if kept in found}


def _files_as_they_are(ids: set[int], reader: Reader) -> dict[int, File]:
    reached = Client.id.in_(Client.visible_to(reader.user).where(Client.id.in_(ids)).with_only_columns(Client.id))
    in_sealed = sa.exists().where(
        Case.client_id == Client.id, Case.program_id == Program.id, Program.regime.in_(SEALED)
    )
    kept = Client.kept_by_id.in_(sa.select(Program.id).where(Program.regime.in_(SEALED)))
    query = (
        sa.select(
            Client, reached.label("reached"), sa.or_(in_sealed, sa.func.coalesce(kept, sa.false())).label("sealed")
        )
        .where(Client.id.in_(ids))
        .options(lazyload("*"))
    )
    return {client.id: _file(client, reached, sealed) for client, reached, sealed in db.session.execute(query)}


def _file(client: Client, reached: bool, sealed: bool) -> File:
    if reached:
        return File(client.id, client.name, client.number)
    return File(None, None, None if sealed else client.number)


def _refused_records(lines: list[Event], reader: User) -> dict[tuple[str, int], int]:
    """The client of each record that somebody was refused, as far as the reader may see that record."""
    wanted: dict[str, set[int]] = {}
    for line in lines:
        if line.kind is EventKind.ACCESS_REFUSED and line.record_id is not None and line.record_kind is not None:
            wanted.setdefault(line.record_kind, set()).add(line.record_id)
    asked = [
        model.visible_to(reader)
        .where(model.id.in_(wanted[model.__tablename__]))
        .with_only_columns(sa.literal(model.__tablename__), model.id, model.id if model is Client else model.client_id)
        for model in in_files()
        if model.__tablename__ in wanted
    ]
    if not asked:
        return {}
    return {(kind, id): client_id for kind, id, client_id in db.session.execute(sa.union_all(*asked))}
