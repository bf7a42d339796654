"""Which languages are spoken at services, whatever way the directory writes them: `es`, `spa`, `es-MX`, `Spanish`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from babel import Locale
from babel.core import get_global

from app.models.base import folded
from app.models.linking.directory_details import DirectoryLanguage

# What directories call languages besides their names.
ALSO = {"asl": "ase", "sign language": "ase", "american sign": "ase", "mandarin": "zh", "mandarin chinese": "zh",
        "farsi": "fa", "dari": "fa", "tagalog": "fil", "castilian": "es"}  # fmt: skip


class Spoken(NamedTuple):
    """A language to choose, by its code, and at how many services it is spoken."""

    code: str
    name: str
    services: int


@cache
def _names() -> dict[str, str]:
    """Folded English names → codes of languages, without regional kinds."""
    named = Locale("en").languages.items()
    return {folded(name): code for code, name in named if "_" not in code and len(code) <= 3} | ALSO


@cache
def _three_letters() -> dict[str, str]:
    """Codes of three letters → the usual ones of two (`spa` → `es`)."""
    aliases = get_global("language_aliases")
    return {str(long): str(short) for long, short in aliases.items() if len(long) == 3 and len(short) == 2}


def language_code(name: str | None, code: str | None) -> str | None:
    """The one code of a language written by code or by name; nothing for what is no language ("Call for details")."""
    base = (code or "").replace("_", "-").split("-")[0].strip().casefold()
    base = _three_letters().get(base, base)
    known = Locale("en").languages
    found = base if base in known else _names().get(folded(name))
    return ALSO.get(folded(known.get(found, "")), found) if found else None


@cache
def _written(code: str) -> tuple[list[str], list[str]]:
    """Every code and every folded name by which a directory may mean this language."""
    codes = {*Locale("en").languages, *_three_letters()}
    meant = sorted(one for one in codes if len(one) <= 3 and language_code(None, one) == code)
    return meant, sorted(name for name, short in _names().items() if language_code(None, short) == code)


def language_name(code: str) -> str:
    """The English name of a language by its code."""
    return Locale("en").languages.get(code, code)


def speaking(code: str, at: sa.Select[*tuple[Any, ...]]) -> sa.CompoundSelect[Any]:
    """The ids of services at which this language is spoken, at the service or at one of its places; not yet executed.

    `at` selects service_id and location_id of every service at a place.
    """
    places = at.subquery()
    codes, names = _written(code)
    base = sa.func.lower(sa.func.replace(DirectoryLanguage.code, "_", "-"))
    spoken = sa.or_(
        base.in_(codes),
        *(base.like(f"{one}-%") for one in codes),
        sa.func.lower(DirectoryLanguage.name).in_(names),
    )
    here = sa.select(DirectoryLanguage.service_id).where(spoken, DirectoryLanguage.service_id.is_not(None))
    there = sa.select(places.c.service_id).join(
        DirectoryLanguage, DirectoryLanguage.location_id == places.c.location_id
    )
    return sa.union(here, there.where(spoken))


def languages_of(services: sa.Select[Any], at: sa.Select[*tuple[Any, ...]]) -> sa.CompoundSelect[Any]:
    """Rows of service, code and name of every language at these services (a select of ids); not yet executed."""
    places, found = at.subquery(), services.order_by(None)
    said = (DirectoryLanguage.code, DirectoryLanguage.name)
    here = sa.select(DirectoryLanguage.service_id, *said).where(DirectoryLanguage.service_id.in_(found))
    there = (
        sa.select(places.c.service_id, *said)
        .join(DirectoryLanguage, DirectoryLanguage.location_id == places.c.location_id)
        .where(places.c.service_id.in_(found))
    )
    return sa.union(here, there)


def counted(rows: Iterable[Any]) -> list[Spoken]:
    """The languages to offer, most services first, from the rows of languages_of."""
    services: dict[str, set[int]] = {}
    for service_id, code, name in rows:
        language = language_code(name, code)
        if language is not None:
            services.setdefault(language, set()).add(service_id)
    found = [Spoken(code, language_name(code), len(ids)) for code, ids in services.items()]
    return sorted(found, key=lambda one: (-one.services, one.name))
