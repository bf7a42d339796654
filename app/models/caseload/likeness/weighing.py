"""The score of two people on paper: what speaks for one person and what against, in bits, with its reasons.

After Fellegi and Sunter (1969): each thing compared adds the logarithm (base 2) of how much more often it comes out so
for two records of one person than for those of two people. +10 is "a thousand times likelier the same person". The
weights were set by hand from how often names, dates and numbers coincide and are mistyped, then checked on synthetic
people with known answers (README, *Duplicates*); they are the same for every file and for the database.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import product

from app.models.base import N_
from app.models.caseload.likeness.births import Births, births_alike
from app.models.caseload.likeness.contacts import Homes, emails_alike, homes_alike
from app.models.caseload.likeness.names import Alike, alike
from app.models.caseload.likeness.person import Named, Person, Words

LIKELY_FROM = 13.0
PERHAPS_FROM = 9.0


class Band(enum.IntEnum):
    """What the score comes to."""

    NO = 0
    PERHAPS = 1
    LIKELY = 2


GIVEN = {
    Alike.SAME: 6.5, Alike.NEAR: 5.5, Alike.PART: 4.5, Alike.NICKNAME: 4.5, Alike.SOUND: 4.0, Alike.INITIAL: 2.0,
    Alike.LOOSE: 2.5, Alike.DIFFERENT: -4.5,
}  # fmt: skip
FAMILY = {
    Alike.SAME: 7.5, Alike.NEAR: 6.5, Alike.PART: 5.5, Alike.NICKNAME: 3.0, Alike.SOUND: 4.5, Alike.INITIAL: 2.0,
    Alike.LOOSE: 3.0, Alike.DIFFERENT: -4.5,
}  # fmt: skip
BIRTH = {
    Births.UNKNOWN: 0.0, Births.SAME: 11.5, Births.SWAPPED: 9.0, Births.ONE_OFF: 8.0, Births.DAY_AND_MONTH: 5.5,
    Births.CLOSE: 3.0, Births.YEAR: 1.0, Births.NEARBY: 1.0, Births.DIFFERENT: -5.0, Births.GENERATION: -8.0,
}  # fmt: skip
SWAPPED_NAMES = -1.0
SAME_ONLY_NAME = 9.0  # both go by one name, and it is the same: enough to be asked about
PHONE = 10.0
OTHER_PHONE = -1.0
SHARED_PHONE = 1.0
EMAIL = 12.0
NEAR_EMAIL = 9.0
SAME_MAILBOX = 7.0
OTHER_EMAIL = -0.5
HOME = 9.0
STREET = 4.0
OTHER_HOME = -2.0
ZIP = 4.0
OTHER_ZIP = -1.0
CITY = 2.5
OTHER_CITY = -1.0
SEX = 0.7
OTHER_SEX = -2.0


@dataclass
class Verdict:
    """The score in bits, the band it falls in, and why.

    `contradicted` says that whatever else they share, these are the marks of two people: of one household, say.
    """

    score: float = 0.0
    band: Band = Band.NO
    contradicted: bool = False
    reasons: list[tuple[float, str]] = field(default_factory=list)

    @property
    def why(self) -> list[str]:
        """What speaks for one person, the weightiest first; each is a message to translate."""
        return [text for _weight, text in sorted(self.reasons, key=lambda reason: -reason[0])]

    def add(self, weight: float, reason: str = "") -> None:
        """Count something; what speaks for one person and has words is a reason."""
        self.score += weight
        if reason and weight > 0:
            self.reasons.append((weight, reason))


def weigh(one: Person, other: Person, *, shared: Collection[str] = ()) -> Verdict:
    """Compare two people. `shared` are telephone numbers that many people have (a shelter's): they tell little."""
    verdict = Verdict()
    given = _weigh_names(one, other, verdict)
    name = verdict.score
    births = births_alike(one.born, other.born)
    verdict.add(BIRTH[births], BIRTH_WORDS.get(births, ""))
    same_line = _weigh_reach(one, other, verdict, shared)
    _weigh_home(one, other, verdict)
    if one.sex and other.sex:
        verdict.add(SEX if one.sex == other.sex else OTHER_SEX)
    stranger = given is Alike.DIFFERENT and births <= Births.CLOSE
    verdict.contradicted = stranger or births is Births.GENERATION
    verdict.band = _band(verdict, stranger=stranger, births=births, same_line=same_line, besides=verdict.score - name)
    return verdict


def _band(verdict: Verdict, *, stranger: bool, births: Births, same_line: bool, besides: float) -> Band:
    """The band. A household shares address, phone and family name: another first name and birth date is somebody else.

    A name alone, however exact, is never more than perhaps: something besides it must speak for one person.
    A father and a son may share even the first name: born a generation apart, they are at most perhaps the same. Who
    answers the same telephone under another name is shown, as long as no birth date speaks against it.
    """
    if stranger and not (same_line and births is Births.UNKNOWN):
        return Band.NO
    elif verdict.score >= LIKELY_FROM and besides > 0 and not verdict.contradicted:
        return Band.LIKELY
    elif verdict.score >= PERHAPS_FROM or same_line:
        return Band.PERHAPS
    else:
        return Band.NO


@dataclass(frozen=True)
class Pairing:
    """Two names laid side by side: how alike the given and the family names are (None: one of them is missing)."""

    given: Alike | None
    family: Alike | None
    swapped: bool = False
    only_name: bool = False

    @property
    def weight(self) -> float:
        """What it says, in bits."""
        if self.only_name and self.given is Alike.SAME:
            return SAME_ONLY_NAME
        given = GIVEN[self.given] if self.given is not None else 0.0
        family = FAMILY[self.family] if self.family is not None else 0.0
        return given + family + (SWAPPED_NAMES if self.swapped else 0.0)

    @property
    def reason(self) -> str:
        """What it says, in words; nothing when no part is alike."""
        known = [each for each in (self.given, self.family) if each is not None]
        unlike = [each for each in known if each is not Alike.SAME]
        if not known or max(known) is Alike.DIFFERENT:
            return ""
        elif not unlike:
            return SWAPPED if self.swapped else SAME_NAME
        else:
            return ALMOST.get(unlike[0], SIMILAR) if len(unlike) == 1 and len(known) > 1 else SIMILAR


def _weigh_names(one: Person, other: Person, verdict: Verdict) -> Alike | None:
    """Add what the likest pair of their names says; returns how alike the given names are in it."""
    pairings = [pairing for mine, theirs in product(one.names, other.names) for pairing in _pairings(mine, theirs)]
    if not pairings:
        return None
    best = max(pairings, key=lambda pairing: pairing.weight)
    verdict.add(best.weight, best.reason)
    return best.given


def _pairings(mine: Named, theirs: Named) -> list[Pairing]:
    """First with first and last with last, and the other way round."""
    only_name = not mine[1] and not theirs[1]
    straight = Pairing(_compared(mine[0], theirs[0]), _compared(mine[1], theirs[1]), only_name=only_name)
    if straight.given is Alike.SAME and straight.family is Alike.SAME:
        return [straight]
    return [straight, Pairing(_compared(mine[0], theirs[1]), _compared(mine[1], theirs[0]), swapped=True)]


def _compared(one: Words, other: Words) -> Alike | None:
    return alike(*sorted((one, other))) if one and other else None


SAME_NAME = N_("same name")
SWAPPED = N_("same name, first and last swapped")
SIMILAR = N_("similar name")
SAME_PHONE = N_("same phone number")
SAME_EMAIL = N_("same email")
ALIKE_EMAIL = N_("nearly the same email")
SAME_HOME = N_("same address")
SAME_STREET = N_("same street")
SAME_BIRTH = N_("same birth date")
BIRTH_WORDS = {
    Births.SAME: SAME_BIRTH,
    Births.SWAPPED: N_("birth date with day and month swapped"),
    Births.ONE_OFF: N_("birth date one digit off"),
    Births.DAY_AND_MONTH: N_("same birthday, another year"),
    Births.CLOSE: N_("similar birth date"),
    Births.YEAR: N_("same birth year"),
}


ALMOST = {
    Alike.NICKNAME: N_("a short form of the name"),
    Alike.SOUND: N_("name sounds alike"),
    Alike.INITIAL: N_("same initial"),
}


def _weigh_reach(one: Person, other: Person, verdict: Verdict, shared: Collection[str]) -> bool:
    """Add what phones and e-mail say; returns whether they share a line or mailbox of their own."""
    same_line = False
    if one.phones and other.phones:
        same = {a for a in one.phones for b in other.phones if a[-7:] == b[-7:] and a.endswith(b) or b.endswith(a)}
        own = {number for number in same if number not in shared}
        same_line = bool(own)
        verdict.add(PHONE if own else SHARED_PHONE if same else OTHER_PHONE, SAME_PHONE)
    if one.emails and other.emails:
        best = max(emails_alike(*sorted((a, b))) for a in one.emails for b in other.emails)
        if best == 1:
            verdict.add(EMAIL, SAME_EMAIL)
            same_line = True
        elif best >= 0.85:
            verdict.add(SAME_MAILBOX if best == 0.9 else NEAR_EMAIL, ALIKE_EMAIL)
        else:
            verdict.add(OTHER_EMAIL if best < 0.7 else 2.0)
    return same_line


def _weigh_home(one: Person, other: Person, verdict: Verdict) -> None:
    """Add what street, postcode and city say; people move, so another address says little."""
    if one.places and other.places:
        best = max(homes_alike(*sorted((a, b))) for a in one.places for b in other.places)
        if best is Homes.SAME:
            verdict.add(HOME, SAME_HOME)
        elif best is Homes.STREET:
            verdict.add(STREET, SAME_STREET)
        elif best is Homes.DIFFERENT:
            verdict.add(OTHER_HOME)
    if one.zips and other.zips:
        verdict.add(ZIP if one.zips & other.zips else OTHER_ZIP)
    if one.cities and other.cities:
        near = any(alike(*sorted(((a,), (b,)))) >= Alike.LOOSE for a in one.cities for b in other.cities)
        verdict.add(CITY if near else OTHER_CITY)
