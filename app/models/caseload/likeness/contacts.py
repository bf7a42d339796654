"""How alike two ways to reach somebody are: telephone numbers, e-mail addresses, and where they live."""

from __future__ import annotations

import enum
import re
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

from app.models.base import folded

STREET_WORDS = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "crescent": "cres", "circuit": "cct", "circle": "cir", "close": "cl",
    "terrace": "ter", "parade": "pde", "highway": "hwy", "parkway": "pkwy", "square": "sq", "trail": "trl",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "mount": "mt", "fort": "ft", "saint": "st", "calle": "c", "avenida": "ave", "apartment": "apt",
    "unit": "apt", "suite": "apt", "ste": "apt", "number": "apt", "no": "apt", "flat": "apt", "floor": "fl",
}  # fmt: skip


class Place(NamedTuple):
    """A street address in parts: the house number, the street's name, and the postcode; any of them may be missing."""

    number: str
    street: str
    zip: str


class Homes(enum.IntEnum):
    """What two addresses say about each other."""

    UNKNOWN = 0
    DIFFERENT = 1
    STREET = 2
    SAME = 3


def place_of(street: str, *, number: str = "", zip: str = "") -> Place:
    """Take a street address apart. “12 Main Street, Apt 4” and “12 main st #7” are one house: number 12, main st."""
    words = folded(anyascii(street)).split()
    words = [STREET_WORDS.get(word, word) for word in words]
    if not number and words and words[0][0].isdigit():
        number = words.pop(0)
    if "apt" in words[1:]:
        words = words[: words.index("apt", 1)]
    elif len(words) > 1 and words[-1].isdigit() and "#" in street:
        words.pop()
    return Place(folded(number).replace(" ", ""), " ".join(words), zip_of(zip))


def zip_of(text: str) -> str:
    """The postcode without its extension; a leading zero that a spreadsheet ate is put back."""
    plain = folded(text).split(" ")[0] if re.match(r"\s*\d{5}-\d{4}\s*$", text) else folded(text).replace(" ", "")
    return plain.zfill(5) if len(plain) == 4 and plain.isdigit() else plain


@lru_cache(maxsize=200_000)
def homes_alike(one: Place, other: Place) -> Homes:
    """Compare two street addresses."""
    if not one.street or not other.street:
        return Homes.UNKNOWN
    near = one.street == other.street or JaroWinkler.similarity(one.street, other.street) >= 0.92
    if not near and OSA.distance(one.street, other.street, score_cutoff=2) > 2:
        return Homes.DIFFERENT
    if one.number and one.number == other.number:
        return Homes.SAME
    return Homes.STREET


@lru_cache(maxsize=200_000)
def emails_alike(one: str, other: str) -> float:
    """From 0 to 1: the same address, nearly, the same name at another house (0.9), or another address."""
    if one == other:
        return 1.0
    mine, theirs = one.partition("@")[0], other.partition("@")[0]
    if len(mine) > 4 and mine == theirs:
        return 0.9
    return max(0.0, 1 - OSA.distance(one, other) / max(len(one), len(other), 1))
