"""Which passwords are too easy: short, common, or made of the person's own words."""

import unicodedata
from functools import cache
from pathlib import Path

from app.words import N_

SHORTEST = 12
LONGEST = 200


@cache
def common() -> frozenset[str]:
    """The 10,000 most common passwords, lower case, one a line, shipped beside this file."""
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())


def normal(password: str) -> str:
    """A password as it is hashed: the same on every keyboard (NFKC), and otherwise as it was typed."""
    return unicodedata.normalize("NFKC", password)


def refused_because(password: str, *, own_words: list[str]) -> str | None:
    """Why this password is refused, in words for the person, or None (NIST SP 800-63B: length and a list, no recipes)."""
    password = normal(password)
    plain = password.casefold()
    if len(password) < SHORTEST:
        return N_("Choose a password of at least 12 characters. A few words in a row work well.")
    if len(password) > LONGEST:
        return N_("Choose a password of at most 200 characters.")
    stem = plain.strip("0123456789!?.*-_ ")
    if plain in common() or stem in common() or not stem or len(set(plain)) < 4:
        return N_("This password is too easy to guess. Choose one that nobody else would.")
    left = plain
    for word in sorted((w for w in own_words if len(w) > 2), key=len, reverse=True):
        left = left.replace(word.casefold(), "")
    if sum(character.isalnum() or ord(character) > 127 for character in left) < SHORTEST // 2:
        return N_(
            "This password is made of your own name or of the agency’s words. Add something that others do not know."
        )
    return None
