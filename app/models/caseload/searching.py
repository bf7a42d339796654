"""How the words somebody types are understood when they look for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.models.base import folded, like
from app.models.caseload.likeness.names import parts_of

MOST_WORDS = 8
MOST_SEARCHED = 12000  # twelve other names of 200 letters, each also without its spaces and in Latin letters
DATE_SHAPES = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")


def digits(number: str | None) -> str:
    """Only the digits of a telephone number; a leading US 1 is dropped."""
    only = re.sub(r"[^0-9]", "", number or "")
    return only[1:] if len(only) == 11 and only[0] == "1" else only


def findable(names: Iterable[str | None], *, number: str | None, phones: Iterable[str]) -> str:
    """The words by which a person is found: every name, also without its spaces, the number, the phones' digits.

    A name in another script is found in Latin letters too: Мурат by “murat”, 김민수 by “gim”.
    """
    known = [name for name in names if name]
    words = [folded(name) for name in known]
    words += [word.replace(" ", "") for word in words if " " in word]
    words += [folded(number), *(digits(phone) for phone in phones)]
    words += [" ".join(parts_of(name)) for name in known if not folded(name).isascii()]
    return " ".join(word for word in words if word)[:MOST_SEARCHED]


def sortable(last: str | None, first: str | None, *, otherwise: Iterable[str | None]) -> str:
    """The words by which a person stands in a list: last name first; with neither, the first name there is."""
    return (folded(f"{last or ''} {first or ''}") or next((folded(name) for name in otherwise if name), ""))[:160]


def as_date(words: str) -> date | None:
    """The birth date somebody typed, in any of the usual US shapes, or None."""
    plain = words.strip().replace(",", " ").replace(".", "/")
    plain = " ".join(plain.split())
    for shape in DATE_SHAPES:
        try:
            day = datetime.strptime(plain, shape).date()
        except ValueError:
            continue
        return day.replace(year=day.year - 100) if day > clock.today() else day
    return None


def words_found_in(words: str, *, text: Any, born_on: Any) -> list[sa.ColumnElement[bool]]:
    """Conditions that every word is part of the folded text, or the whole is a birth date, or digits of a phone.

    Words without a letter or a digit find nobody.
    """
    born = as_date(words)
    if born is not None:
        return [born_on == born]
    only = digits(words)
    if len(only) >= 4 and not re.search(r"[^\W\d]", words):
        return [text.like(like(only), escape="\\")]
    plain = folded(words).split()[:MOST_WORDS]
    return [text.like(like(word), escape="\\") for word in plain] if plain else [sa.false()]
