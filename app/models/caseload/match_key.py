"""The keys under which a client is filed, so that whoever may be the same person is found by an index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.base import Model, OfClient
from app.models.caseload.likeness.keys import keys_of, numbered
from app.models.caseload.likeness.person import Person, person_of

# By which rules a client's words and keys are made. When the rules change, so must the number: what was made by older
# ones is made anew at the next start (`filing.file_anew`).
RULES = 1


class MatchKey(OfClient, Model):
    """One key of one client, as a number; two clients who share one are worth comparing."""

    made_anew = True

    key: Mapped[int] = mapped_column(sa.BigInteger, index=True)

    @classmethod
    def file(cls, client_id: int, person: Person) -> None:
        """Keep exactly the keys of this person for this client."""
        wanted = keys_to_file(person)
        kept = set(db.session.scalars(sa.select(cls.key).where(cls.client_id == client_id)))
        if kept - wanted:
            db.session.execute(sa.delete(cls).where(cls.client_id == client_id, cls.key.in_(kept - wanted)))
        if wanted - kept:
            db.session.execute(sa.insert(cls), [{"client_id": client_id, "key": key} for key in sorted(wanted - kept)])


def keys_to_file(person: Person) -> set[int]:
    """A person's keys as numbers. Who lives in the same city is no key: in one agency that is nearly everybody."""
    return {numbered(key) for key in keys_of(person) if not key.startswith("c")}


def on_paper(
    record: Any,
    *,
    other_names: list[str],
    phones: list[str],
    addresses: list[tuple[str | None, str | None, str | None]],
) -> Person:
    """The person as compared, from a client or a row with a client's columns; addresses are those that may be shown.

    A confidential address is never compared: "same address" would tell it to who may not read it.
    """
    from app.models.caseload.client import BirthQuality

    besides = [f"{record.preferred_name} {record.last_name or ''}"] if record.preferred_name else []
    return person_of(
        given=" ".join(name for name in (record.first_name, record.middle_name) if name),
        family=record.last_name,
        other_names=[*besides, *other_names],
        born_on=record.born_on,
        sure=record.birth_quality is not BirthQuality.APPROXIMATE,
        phones=phones,
        emails=[record.email],
        addresses=addresses,
        sex=record.sex.value,
    )
