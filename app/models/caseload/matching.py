"""Whether a person is on record already, by names in whatever way they are written, phones and birth dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import product
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.user import User
from app.models.base import N_, folded, like
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.models.caseload.searching import digits

ALIKE = 0.84
NOT_ALIKE = 0.6
LOOKED_AT = 300
SHOWN = 5

SAME_PHONE = N_("same phone number")
SAME_BIRTH = N_("same birth date")
SIMILAR = N_("similar name")


@dataclass
class Match:
    """Somebody who may be the same person: why, and the cases that the asking person may know of."""

    id: int
    number: str
    name: str
    born_on: date | None
    why: list[str]
    likeness: float
    cases: list[tuple[str, CaseStatus]] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, float]:
        """What puts the likeliest first."""
        return (SAME_PHONE in self.why) * 2 + (SAME_BIRTH in self.why) * 2 + (SIMILAR in self.why), self.likeness


@dataclass(frozen=True)
class Described:
    """What is known of the person so far: the names as typed, one entry for each field; the birth date; a phone."""

    names: tuple[str, ...] = ()
    born_on: date | None = None
    phone: str | None = None

    @property
    def words(self) -> list[str]:
        """Every word of the names, folded."""
        return [word for name in self.names for word in folded(name).split()]

    @property
    def phone_digits(self) -> str:
        """The digits of the phone, or nothing when they are too few to tell anybody by."""
        only = digits(self.phone)
        return only if len(only) >= 7 else ""

    @property
    def readings(self) -> list[list[str]]:
        """The words as typed, and with each name of several words written as one: “De Haro” is “DeHaro”."""
        each = []
        for name in self.names:
            words = folded(name).split()
            if words:
                each.append([words, ["".join(words)]] if len(words) > 1 else [words])
        return [[word for words in chosen for word in words] for chosen in product(*each)] if each else []


def possible_matches(reader: User, described: Described) -> list[Match]:
    """Those in the reader's reach who may be this person, the likeliest first; at most five, in two queries.

    Nobody out of reach is looked at: a sealed or restricted record is not betrayed by a warning.
    """
    candidates = _candidates(reader, described)
    if candidates is None:
        return []
    found = [match for row in db.session.execute(candidates) if (match := _compared(row, described)) is not None]
    found.sort(key=lambda match: match.weight, reverse=True)
    found = found[:SHOWN]
    _tell_cases(found, reader)
    return found


def _candidates(reader: User, described: Described) -> Any:
    """Whoever shares the phone's last digits, the birth date, or the ends of enough of the names."""
    reasons: list[sa.ColumnElement[bool]] = []
    if described.born_on:
        reasons.append(Client.born_on == described.born_on)
    if described.phone_digits:
        reasons.append(Client.search.like(like(described.phone_digits[-7:]), escape="\\"))
    score: Any = sa.literal(0)
    words = [word for word in described.words if len(word) > 1]
    if words:
        text = sa.literal(" ") + Client.search + sa.literal(" ")
        hits = [sa.case((sa.or_(*(text.like(piece) for piece in _pieces(word))), 1), else_=0) for word in words]
        whole = [sa.case((text.like(f"% {word} %"), 1), else_=0) for word in words]
        score = sum([*hits[1:], *whole], hits[0])
        reasons.append(sum(hits[1:], hits[0]) >= min(2, len(words)))
    if not reasons:
        return None
    return (
        Client.visible_to(reader)
        .where(sa.or_(*reasons))
        .with_only_columns(
            Client.id, Client.number, Client.first_name, Client.last_name, Client.preferred_name, Client.suffix,
            Client.born_on, Client.search,
        )
        .order_by(sa.case((Client.born_on == described.born_on, 0), else_=1), score.desc(), Client.id.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip


def _pieces(word: str) -> list[str]:
    """Patterns for words that begin or end like this one; a folded word holds no wildcard of LIKE."""
    length = 2 if len(word) < 6 else 3
    return [f"% {word[:length]}%", f"%{word[-length:]} %"]


def _compared(row: Any, described: Described) -> Match | None:
    known = row.search.split()
    likeness = max((_likeness(words, known) for words in described.readings), default=0.0)
    same_birth = described.born_on is not None and row.born_on == described.born_on
    shares_a_name = any(_best(word, known) >= ALIKE for word in described.words if len(word) > 2)
    why = []
    if described.phone_digits and any(_same_line(described.phone_digits, word) for word in known):
        why.append(SAME_PHONE)
    if same_birth and (shares_a_name or why):
        why.append(SAME_BIRTH)
    if likeness >= ALIKE or (same_birth and shares_a_name):
        why.append(SIMILAR)
    if not why:
        return None
    parts = (row.preferred_name or row.first_name, row.last_name, row.suffix)
    name = " ".join(part for part in parts if part) or row.number
    return Match(row.id, row.number, name, row.born_on, why, likeness)


def _likeness(words: list[str], known: list[str]) -> float:
    """How much the words are among the known ones, from 0 to 1, each weighing as much as it is long.

    Of three or more words one may be missing: a middle name is not always given.
    """
    rated = sorted(((_best(word, known), len(word)) for word in words), reverse=True)
    if len(rated) > 2 and rated[-1][0] < NOT_ALIKE:
        rated.pop()
    if not rated or rated[-1][0] < NOT_ALIKE:
        return 0.0
    return sum(ratio * length for ratio, length in rated) / sum(length for _ratio, length in rated)


def _best(word: str, known: list[str]) -> float:
    """How like the word is to the likest of the known ones."""
    if word in known:
        return 1.0
    matcher = SequenceMatcher(b=word, autojunk=False)
    best = 0.0
    for other in known:
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
    return best


def _same_line(typed: str, known: str) -> bool:
    """Whether two numbers are the same line; one of them may lack the area code."""
    shorter, longer = sorted((typed, known), key=len)
    return len(shorter) >= 7 and shorter.isdigit() and longer.isdigit() and longer.endswith(shorter)


def _tell_cases(found: list[Match], reader: User) -> None:
    """Say in which programs these people were or are served, as far as the reader may know."""
    if not found:
        return
    by_id = {match.id: match for match in found}
    query = (
        sa.select(Case.client_id, Program.name, Case.status)
        .join(Program, Program.id == Case.program_id)
        .where(Case.client_id.in_(by_id), Case.unsealed_for(reader))
        .order_by(Case.id.desc())
    )
    for client_id, program, status in db.session.execute(query):
        by_id[client_id].cases.append((program, status))
