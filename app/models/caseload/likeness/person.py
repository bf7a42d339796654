"""A person on paper, as two records are compared: plain values, taken apart once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.models.base import folded
from app.models.caseload.likeness.births import written
from app.models.caseload.likeness.contacts import Place, place_of, zip_of
from app.models.caseload.likeness.names import parts_of

Words = tuple[str, ...]
Named = tuple[Words, Words]


@dataclass(frozen=True)
class Person:
    """What is known of a person; whatever is not known is empty.

    `names` are (given, family) in Latin words, the legal one first, then those the person goes or went by.
    `born` is eight digits, a year alone ends in 0000. `sex` is one letter. Nothing here identifies by itself.
    """

    names: tuple[Named, ...] = ()
    born: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    cities: frozenset[str] = frozenset()
    zips: frozenset[str] = frozenset()
    sex: str = ""

    @property
    def words(self) -> set[str]:
        """Every word of every name."""
        return {word for given, family in self.names for word in given + family}


def person_of(
    *,
    given: str | None = None,
    family: str | None = None,
    other_names: Iterable[str] = (),
    born_on: date | None = None,
    sure: bool = True,
    phones: Iterable[str | None] = (),
    emails: Iterable[str | None] = (),
    addresses: Iterable[tuple[str | None, str | None, str | None]] = (),
    sex: str | None = None,
) -> Person:
    """Take a person apart to be compared. `addresses` are (street with its number, city, postcode).

    `sure` is whether the whole birth date is meant; else the year alone counts. Other names are written as said:
    of several words the last is taken for the family name.
    """
    places = tuple(addresses)
    return Person(
        names=_names(given, family, other_names),
        born=written(born_on, sure=sure),
        phones=frozenset(number for text in phones for number in numbers_in(text)),
        emails=frozenset(mail for text in emails if (mail := (text or "").strip().casefold())),
        places=tuple(dict.fromkeys(place_of(street, zip=zip or "") for street, _city, zip in places if street)),
        cities=frozenset(name for _street, city, _zip in places if (name := folded(city))),
        zips=frozenset(code for _street, _city, zip in places if (code := zip_of(zip or ""))),
        sex=(sex or "")[:1].casefold() if (sex or "")[:1].casefold() in ("f", "m") else "",
    )


def _names(given: str | None, family: str | None, others: Iterable[str]) -> tuple[Named, ...]:
    first, last = parts_of(given or ""), parts_of(family or "")
    found = [(first, last)]
    if len(first) + len(last) > 1 and not (first and last):  # the whole name stands in one of the two fields
        found.append(_taken_apart(first or last))
    found += [_taken_apart(parts_of(text)) for text in others]
    return tuple(dict.fromkeys(name for name in found if name[0] or name[1]))


def _taken_apart(words: Words) -> Named:
    return (words[:-1], words[-1:]) if len(words) > 1 else (words, ())


def numbers_in(text: str | None) -> list[str]:
    """The telephone numbers in a text: their last ten digits, without extension, country code or remarks."""
    found = []
    for part in re.split(r"[/;,|]|\bor\b|\band\b", re.sub(r"(?i)\b(x|ext\.?|extension)\s*[0-9]{1,6}", " ", text or "")):
        only = re.sub(r"[^0-9]", "", part)
        if 7 <= len(only) <= 15 and len(set(only)) > 1:
            found.append(only[-10:])
    return found
