"""Clients as they are compared and found: read many at once, and filed anew when the rules for it have changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.caseload.client import Address, AddressKind, Client, OtherName, Phone
from app.models.caseload.likeness.person import Person
from app.models.caseload.match_key import RULES, MatchKey, keys_to_file, on_paper
from app.models.caseload.merge import Merge
from app.models.caseload.searching import findable, sortable

AT_ONCE = 1_000

# What stands between the values, and between the parts of one, that a row holds of another table: nobody types these.
BETWEEN = "\x1e"
WITHIN = "\x1f"


def _besides(model: Any, text: Any, *conditions: Any) -> sa.ScalarSelect[Any]:
    """What a client has of another table, in one text; a query for each table would cost a page too many."""
    joined = sa.func.aggregate_strings(text, BETWEEN)
    return sa.select(joined).where(model.client_id == Client.id, *conditions).correlate(Client).scalar_subquery()


def _or_empty(column: Any) -> Any:
    return sa.func.coalesce(column, "")


def _merged_numbers() -> sa.ScalarSelect[Any]:
    """The numbers of the records that were merged into a client's."""
    other = Client.__table__.alias()
    query = sa.select(sa.func.aggregate_strings(other.c.number, " ")).join(Merge, Merge.other_id == other.c.id)
    return query.where(Merge.client_id == Client.id, Merge.standing()).correlate(Client).scalar_subquery()


# The columns of a client that a comparison looks at, with the other names, telephones and addresses that may be shown.
COMPARED = (
    Client.id, Client.number, Client.first_name, Client.middle_name, Client.last_name, Client.preferred_name,
    Client.suffix, Client.born_on, Client.birth_quality, Client.sex, Client.email,
    _besides(OtherName, OtherName.text).label("besides_names"),
    _besides(Phone, Phone.number).label("besides_phones"),
    _besides(
        Address,
        _or_empty(Address.street) + WITHIN + _or_empty(Address.city) + WITHIN + _or_empty(Address.zip),
        Address.kind != AddressKind.CONFIDENTIAL,
    ).label("besides_addresses"),
    _merged_numbers().label("besides_numbers"),
)  # fmt: skip


def person_in(record: Any) -> Person:
    """The person of a row with the columns `COMPARED`."""
    places = [address.split(WITHIN) for address in _each(record.besides_addresses)]
    return on_paper(
        record,
        other_names=_each(record.besides_names),
        phones=_each(record.besides_phones),
        addresses=[(street, city, zip) for street, city, zip in places],
    )


def _each(joined: str | None) -> list[str]:
    return joined.split(BETWEEN) if joined else []


def file_anew() -> int:
    """Make the words and keys anew of every client for whom older rules made them; returns how many that were.

    Does not touch a record's version: whoever has its form open may save it. The caller commits.
    """
    done = 0
    stale = sa.select(*COMPARED).where(Client.filed_by < RULES).order_by(Client.id).limit(AT_ONCE)
    while records := db.session.execute(stale).all():
        _file_keys({record.id: keys_to_file(person_in(record)) for record in records})
        _file_words([_words_of(record) for record in records])
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


def _words_of(record: Any) -> dict[str, Any]:
    names = [
        record.first_name,
        record.middle_name,
        record.last_name,
        record.preferred_name,
        *_each(record.besides_names),
    ]
    return {
        "of": record.id,
        "found": findable(
            names, number=f"{record.number} {record.besides_numbers or ''}", phones=_each(record.besides_phones)
        ),
        "sorted": sortable(record.last_name, record.preferred_name or record.first_name, otherwise=names),
    }
