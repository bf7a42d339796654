"""How alike two names are: in any script, order and spelling, with nicknames, particles, initials and typing errors."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

from app.models.base import folded

PARTICLES = frozenset(
    ["al", "ap", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "e"]
    + ["el", "ibn", "la", "las", "le", "los", "san", "st", "ten", "ter", "van", "vander", "von", "y", "zu", "zur"]
)
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "junior", "senior"])
NO_NAMES = frozenset(["unknown", "unk", "none", "anonymous", "refused", "noname", "tbd", "xxx"])


class Alike(enum.IntEnum):
    """How alike two names are, the least first."""

    DIFFERENT = 0
    LOOSE = 1
    INITIAL = 2
    SOUND = 3
    NICKNAME = 4
    PART = 5
    NEAR = 6
    SAME = 7


@lru_cache(maxsize=65536)
def parts_of(name: str) -> tuple[str, ...]:
    """The words of a name in Latin letters, without accents, suffixes and words that say that there is no name."""
    words = folded(anyascii(unicodedata.normalize("NFC", folded(name)))).split()
    return tuple(word for word in words if word not in SUFFIXES and word not in NO_NAMES)


@lru_cache(maxsize=65536)
def core_of(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without its particles, unless it has nothing else: “de la Cruz” is “Cruz”."""
    return tuple(word for word in parts if word not in PARTICLES) or parts


def _families() -> dict[str, frozenset[int]]:
    """Each name with the lines of the list of nicknames on which it stands."""
    found = defaultdict(set)
    text = (Path(__file__).parent / "nicknames.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if line and not line.startswith("#"):
            for name in line.split():
                found[name].add(number)
    return {name: frozenset(lines) for name, lines in found.items()}


FAMILIES = _families()

# What sounds alike to English and Spanish ears, in the order in which it is replaced.
SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"ph", "f"), (r"sch|tch|sh|ch|cz", "S"), (r"th", "t"),
        (r"ck|qu|q", "k"), (r"gh(?=[^aeiouy]|$)", ""), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"g(?=[eiy])", "j"),
        (r"[zs]|x", "s"), (r"[wv]", "b"), (r"[iy]", "i"), (r"h", ""), (r"(.)\1+", r"\1"),
    )
]  # fmt: skip


@lru_cache(maxsize=65536)
def sound_of(word: str) -> str:
    """What a word sounds like: its consonants, and whether it begins with a vowel. Jiménez and Gimenes are one sound."""
    for pattern, sound in SOUNDS:
        word = pattern.sub(sound, word)
    rest = re.sub(r"[aeiou]", "", word)
    return ("A" if re.match(r"[aeiou]", word) else "") + re.sub(r"(.)\1+", r"\1", rest)


@lru_cache(maxsize=400_000)
def alike(one: tuple[str, ...], other: tuple[str, ...]) -> Alike:
    """How alike two names are, each given as its words; neither is empty."""
    if one == other or "".join(one) == "".join(other):
        return Alike.SAME
    mine, theirs = core_of(one), core_of(other)
    if sorted(mine) == sorted(theirs):
        return Alike.SAME
    whole = _words_alike("".join(mine), "".join(theirs))
    if len(mine) == 1 and len(theirs) == 1 or whole >= Alike.NEAR:
        return whole
    return max(whole, _best_part(mine, theirs))


def _best_part(mine: tuple[str, ...], theirs: tuple[str, ...]) -> Alike:
    """What the best pair of words says when at least one name has several: at most that a part is shared."""
    best = max(_words_alike(a, b) for a in mine for b in theirs)
    return min(best, Alike.PART)


@lru_cache(maxsize=400_000)
def _words_alike(one: str, other: str) -> Alike:
    if one == other:
        return Alike.SAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1:
        return Alike.INITIAL if longer[:1] == shorter else Alike.DIFFERENT
    if FAMILIES.get(one, frozenset()) & FAMILIES.get(other, frozenset()):
        return Alike.NICKNAME
    apart = OSA.distance(one, other, score_cutoff=3)
    if apart == 1 and len(shorter) > 2 or apart == 2 and len(shorter) > 6:
        return Alike.NEAR
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= 0.93 and len(shorter) > 3:
        return Alike.NEAR
    sound = sound_of(one)
    if len(sound) > 1 and sound == sound_of(other):
        return Alike.SOUND
    if likeness >= 0.84 and len(shorter) > 3 or len(shorter) > 2 and longer.startswith(shorter):
        return Alike.LOOSE
    if apart == 2 and len(shorter) > 3:
        return Alike.LOOSE
    return Alike.DIFFERENT
