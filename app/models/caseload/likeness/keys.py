"""Under which keys a person is filed, so that only people who share one are compared with each other."""

from __future__ import annotations

import hashlib
from itertools import product

from app.models.caseload.likeness.names import core_of, sound_of
from app.models.caseload.likeness.person import Named, Person, Words

MOST_WORDS = 3


def keys_of(person: Person) -> set[str]:
    """Every key of a person. Two records of one person share at least one unless nearly everything differs."""
    keys = {f"p{number[-7:]}" for number in person.phones}
    keys |= {f"e{part}" for mail in person.emails for part in {mail.partition("@")[0]} if len(part) > 2}
    keys |= {f"a{place.number}.{place.street[:4]}" for place in person.places if place.number and place.street}
    keys |= {f"s{place.street}" for place in person.places if place.street and not place.number}
    for name in person.names:
        keys |= _name_keys(name)
    sounds = {
        sound_of(word)[:4] or word for name in person.names for part in name for word in core_of(part)[:MOST_WORDS]
    }
    born = person.born
    if born:
        if born[4:] != "0000":
            day, month = sorted((born[4:6], born[6:]))
            keys.add(f"b{born[:4]}{day}{month}")
            keys |= {f"m{sound}.{day}{month}" for sound in sounds}
        keys |= {f"y{sound}.{born[:4]}" for sound in sounds}
    keys |= {f"z{sound}.{code}" for sound in sounds for code in person.zips}
    keys |= {f"c{sound}.{sound_of(city)[:3]}" for sound in sounds for city in person.cities}
    return keys


def _name_keys(name: Named) -> set[str]:
    given, family = (_forms(part) for part in name)
    if not given or not family:
        return {f"w{form}" for form in given or family}
    keys = set()
    for a, b in product(given, family):
        one, other = sorted((sound_of(a) or a, sound_of(b) or b))
        keys.add(f"n{one}.{other}")
        keys |= {f"x{'.'.join(sorted((a[:3], b[:3])))}", f"f{'.'.join(sorted((a[-3:], b[-3:])))}"}
    return keys


def _forms(words: Words) -> list[str]:
    """Each word of a name that is no particle, and all of them written as one, particles too: haro, deharo."""
    return list(dict.fromkeys([*core_of(words)[:MOST_WORDS], "".join(words)])) if words else []


def numbered(key: str) -> int:
    """A key as a number of 63 bits, which an index holds in less room than its words."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1
