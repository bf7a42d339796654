"""The trail as a person reads it: day by day, person by person, and what was done many times told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app import clock
from app.models.agency.asked import SORTS, Sort
from app.models.agency.event import Event, EventKind
from app.models.agency.user import User
from app.reports.trail import File, Known

SORT_OF = {kind: sort for sort, kinds in SORTS.items() for kind in kinds}


@dataclass
class Deed:
    """The same thing done by one person on one day, to the same file: how often, from when to when, and to what of it."""

    kind: EventKind
    file: File | None
    fields: list[str]
    reason: str | None
    refused: str | None
    """For somebody who was refused: the right they lack, as the code that stands on the trail."""
    hidden: bool
    """Whether it is about files of which the reader may know nothing but that there are some: told together."""
    last_at: datetime
    first_at: datetime
    times: int = 0
    parts: set[str] = field(default_factory=set)

    @property
    def sort(self) -> Sort:
        return SORT_OF[self.kind]


@dataclass
class Bundle:
    """What one person did on one day to one file, or one thing that was done to none."""

    deeds: list[Deed]

    @property
    def file(self) -> File | None:
        return self.deeds[0].file

    @property
    def hidden(self) -> bool:
        return self.deeds[0].hidden

    @property
    def first_at(self) -> datetime:
        return min(deed.first_at for deed in self.deeds)

    @property
    def last_at(self) -> datetime:
        return max(deed.last_at for deed in self.deeds)


@dataclass
class Person:
    """What one person did on one day, the newest first."""

    by: User | None
    deeds: list[Deed]

    @property
    def bundles(self) -> list[Bundle]:
        """The same, with what was done to the same file told together."""
        together: dict[object, Bundle] = {}
        for place, deed in enumerate(self.deeds):
            key = (deed.file, deed.hidden) if deed.file is not None or deed.hidden else place
            together.setdefault(key, Bundle([])).deeds.append(deed)
        return list(together.values())


@dataclass
class Day:
    """One day of the trail, by the agency's clock."""

    on: date
    people: list[Person]


def by_day(lines: list[Event], known: Known) -> list[Day]:
    """These lines, newest first, as days with people with deeds."""
    days: dict[date, dict[int | None, tuple[Person, dict[tuple, Deed]]]] = {}
    for line in lines:
        people = days.setdefault(clock.local(line.created_at).date(), {})
        person, deeds = people.setdefault(line.by_id, (Person(line.by, []), {}))
        _told(line, known, person, deeds)
    return [Day(on, [person for person, _deeds in people.values()]) for on, people in days.items()]


def _told(line: Event, known: Known, person: Person, deeds: dict[tuple, Deed]) -> None:
    tells = known.may_tell(line)
    file = known.file(line)
    fields, reason = (list(line.fields or []), line.reason) if tells else ([], None)
    refused = line.record_kind if line.kind is EventKind.ACCESS_REFUSED and line.record_id is None else None
    hidden = known.hides(line)
    key = ("sealed",) if hidden else (line.kind, file, tuple(fields), reason, refused)
    deed = deeds.get(key)
    if deed is None:
        deed = deeds[key] = Deed(line.kind, file, fields, reason, refused, hidden, line.created_at, line.created_at)
        person.deeds.append(deed)
    deed.times += 1
    deed.first_at = line.created_at
    if tells and line.record_kind and line.record_kind != "client" and deed.sort is Sort.VIEWED:
        deed.parts.add(line.record_kind)
