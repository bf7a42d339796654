"""The pairs in a list of people who are likely the same: only those who share a key are compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations
from typing import TypeVar

from app.models.caseload.likeness.keys import keys_of
from app.models.caseload.likeness.person import Person
from app.models.caseload.likeness.weighing import Band, weigh

Id = TypeVar("Id", bound=Hashable)

# A key that so many people share tells nothing, and would cost a comparison of each with each.
MOST_IN_A_BLOCK = 100
# A telephone number that more people have is a shelter's or an office's.
SHARED_BY = 6


def likely_pairs(people: Mapping[Id, Person]) -> set[tuple[Id, Id]]:
    """Every pair that is likely one person, also through a third record; the order within a pair is the mapping's.

    A and C who are both B are one person, unless their own first names and birth dates contradict it.
    """
    shared = shared_phones(people.values())
    place = {each: number for number, each in enumerate(people)}
    found = set()
    for one, other in _candidates(people):
        if weigh(people[one], people[other], shared=shared).band is Band.LIKELY:
            found.add((one, other) if place[one] < place[other] else (other, one))
    through = set()
    for group in _groups(found):
        for one, other in combinations(sorted(group, key=place.__getitem__), 2):
            if (one, other) not in found and not weigh(people[one], people[other], shared=shared).contradicted:
                through.add((one, other))
    return found | through


def shared_phones(people: Iterable[Person]) -> set[str]:
    """The telephone numbers that many people have."""
    counted = Counter(number for person in people for number in person.phones)
    return {number for number, times in counted.items() if times > SHARED_BY}


def _candidates(people: Mapping[Id, Person]) -> set[tuple[Id, Id]]:
    blocks = defaultdict(list)
    for each, person in people.items():
        for key in keys_of(person):
            blocks[key].append(each)
    return {pair for block in blocks.values() if len(block) <= MOST_IN_A_BLOCK for pair in combinations(block, 2)}


def _groups(pairs: set[tuple[Id, Id]]) -> list[set[Id]]:
    """Those who are tied by pairs, directly or through others."""
    group_of: dict[Id, set[Id]] = {}
    for one, other in pairs:
        mine, theirs = group_of.get(one, {one}), group_of.get(other, {other})
        if mine is not theirs:
            mine |= theirs
            for each in mine:
                group_of[each] = mine
    return list({id(group): group for group in group_of.values()}.values())
