"""Clients as they are compared and found: read many at once, and filed anew when the rules for it have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.caseload.client import Address, AddressKind, Client, OtherName, Phone
from app.models.caseload.likeness.person import Person
from app.models.caseload.match_key import RULES, MatchKey, keys_to_file, on_paper
from app.models.caseload.searching import findable, sortable

AT_ONCE = 1_000

# The columns of a client that a comparison looks at.
COMPARED = (
    Client.id, Client.number, Client.first_name, Client.middle_name, Client.last_name, Client.preferred_name,
    Client.suffix, Client.born_on, Client.birth_quality, Client.sex, Client.email,
)  # fmt: skip


@dataclass
class Besides:
    """What belongs to a client in tables of its own: other names, telephones, and addresses that may be shown."""

    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    addresses: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)


def people_of(records: Collection[Any]) -> dict[int, Person]:
    """The people of these rows (with the columns `COMPARED`), by their ids, in one query."""
    besides = _besides([record.id for record in records])
    return {record.id: _person(record, besides[record.id]) for record in records}


def _person(record: Any, besides: Besides) -> Person:
    return on_paper(record, other_names=besides.names, phones=besides.phones, addresses=besides.addresses)


def _besides(ids: list[int]) -> dict[int, Besides]:
    """What belongs to these clients besides their own row."""
    found: dict[int, Besides] = defaultdict(Besides)
    nothing = sa.null()
    rows: sa.CompoundSelect[Any] = sa.union_all(
        sa.select(sa.literal("name"), OtherName.client_id, OtherName.text, nothing, nothing).where(
            OtherName.client_id.in_(ids)
        ),
        sa.select(sa.literal("phone"), Phone.client_id, Phone.number, nothing, nothing).where(Phone.client_id.in_(ids)),
        sa.select(sa.literal("address"), Address.client_id, Address.street, Address.city, Address.zip).where(
            Address.client_id.in_(ids), Address.kind != AddressKind.CONFIDENTIAL
        ),
    )
    for what, client_id, text, city, zip in db.session.execute(rows) if ids else ():
        if what == "address":
            found[client_id].addresses.append((text, city, zip))
        else:
            (found[client_id].names if what == "name" else found[client_id].phones).append(text)
    return found


def file_anew() -> int:
    """Make the words and keys anew of every client for whom older rules made them; returns how many that were.

    Does not touch a record's version: whoever has its form open may save it. The caller commits.
    """
    done = 0
    stale = sa.select(*COMPARED).where(Client.filed_by < RULES).order_by(Client.id).limit(AT_ONCE)
    while records := db.session.execute(stale).all():
        besides = _besides([record.id for record in records])
        _file_keys({record.id: keys_to_file(_person(record, besides[record.id])) for record in records})
        _file_words([_words_of(record, besides[record.id]) for record in records])
        done += len(records)
    return done


def _file_keys(keys: dict[int, set[int]]) -> None:
    db.session.execute(sa.delete(MatchKey).where(MatchKey.client_id.in_(keys)))
    rows = [{"client_id": id, "key": key} for id, found in keys.items() for key in sorted(found)]
    if rows:
        db.session.execute(sa.insert(MatchKey), rows)


def _file_words(words: list[dict[str, Any]]) -> None:
    client = Client.__table__
    filed = sa.update(client).where(client.c.id == sa.bindparam("of")).values(
        search=sa.bindparam("found"), sort_name=sa.bindparam("sorted"), filed_by=RULES
    )  # fmt: skip
    db.session.connection().execute(filed, words)


def _words_of(record: Any, besides: Besides) -> dict[str, Any]:
    names = [record.first_name, record.middle_name, record.last_name, record.preferred_name, *besides.names]
    return {
        "of": record.id,
        "found": findable(names, number=record.number, phones=besides.phones),
        "sorted": sortable(record.last_name, record.preferred_name or record.first_name, otherwise=names),
    }
