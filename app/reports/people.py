"""The people of a client's record: who lives with them, who belongs to them, whom we may contact and tell something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.agency.user import User
from app.models.base import folded
from app.models.caseload.client import Client
from app.models.caseload.household import Household, HouseholdMember, HouseholdType, type_of
from app.models.caseload.relationship import Circle, Relationship, Safe
from app.models.intake.consent import Consent, ConsentType


@dataclass(frozen=True)
class Member:
    """Somebody in a household; `record` is their own, where the reader reaches it."""

    row: HouseholdMember
    record: Client | None

    @property
    def born_on(self) -> date | None:
        return self.row.living(self.record).born_on

    @property
    def age(self) -> int | None:
        """Age in whole years today, or on the day they left."""
        return self.row.living(self.record).age_on(self.row.left_on or clock.today())


@dataclass(frozen=True)
class Home:
    """A household with those of it whom the reader may know of. `elsewhere`: another client's file tells of it."""

    household: Household
    members: list[Member]
    elsewhere: bool

    @property
    def here(self) -> list[Member]:
        """Who lives there now."""
        return [member for member in self.members if member.row.here]

    @property
    def past(self) -> list[Member]:
        """Who lived there and left."""
        return [member for member in self.members if not member.row.here]

    @property
    def size(self) -> int:
        return len(self.here)

    @property
    def kind(self) -> HouseholdType:
        """What the household is made of, from those who live there today."""
        return type_of([member.row.living(member.record) for member in self.here], clock.today())

    @property
    def incomes(self) -> list[int]:
        """The monthly incomes that are written down, in cents."""
        return [member.row.income_cents for member in self.here if member.row.income_cents is not None]

    @property
    def head(self) -> HouseholdMember | None:
        return next((member.row for member in self.here if member.row.relation == "self"), None)


@dataclass(frozen=True)
class Person:
    """Somebody who belongs to the client.

    `record` is their own and `papers` the file with their authority, where the reader reaches them; `release` the one
    under which we may speak to them.
    """

    row: Relationship
    record: Client | None
    papers: Document | None
    release: Consent | None


@dataclass(frozen=True)
class People:
    """Everybody around a client whom the reader may know of."""

    homes: list[Home]
    persons: list[Person]

    @property
    def home(self) -> Home | None:
        """Where the client lives now: as their own file tells it, else as another's does."""
        now = [home for home in self.homes if home.household.ended_on is None]
        return min(now, key=lambda home: home.elsewhere, default=None)

    @property
    def earlier_homes(self) -> list[Home]:
        return [home for home in self.homes if home is not self.home and not home.elsewhere]

    @property
    def unsafe(self) -> list[Person]:
        """Whom we must not contact, also after it is over: that stays a warning."""
        return [person for person in self.persons if person.row.safe is Safe.NO]

    @property
    def own(self) -> list[Person]:
        """Family, friends and the community."""
        return [person for person in self._now if person.row.circle is not Circle.FORMAL]

    @property
    def formal(self) -> list[Person]:
        """Organizations and professionals."""
        return [person for person in self._now if person.row.circle is Circle.FORMAL]

    @property
    def past(self) -> list[Person]:
        return [person for person in self.persons if person.row.ended]

    @property
    def _now(self) -> list[Person]:
        return [person for person in self.persons if not person.row.ended]


def people_of(client: Client, *, reader: User) -> People:
    """Everybody around this client, in three queries."""
    return People(homes=homes_of(client, reader=reader), persons=_persons(client, reader))


def homes_of(client: Client, *, reader: User) -> list[Home]:
    """The households that the client's own file tells of, and those of others in which the client lives; one query."""
    placed = HouseholdMember.visible_to(reader).where(
        HouseholdMember.other_id == client.id, HouseholdMember.left_on.is_(None), HouseholdMember.in_error_at.is_(None)
    )
    mine = sa.or_(
        HouseholdMember.client_id == client.id,
        HouseholdMember.household_id.in_(placed.with_only_columns(HouseholdMember.household_id).correlate(None)),
    )
    query = (
        HouseholdMember.visible_to(reader)
        .where(mine, HouseholdMember.in_error_at.is_(None))
        .join(Household, Household.id == HouseholdMember.household_id)
        .add_columns(HouseholdMember.on_record_for(reader))
        .options(contains_eager(HouseholdMember.household), joinedload(HouseholdMember.other))
        .order_by(Household.ended_on.is_not(None), Household.id.desc(), HouseholdMember.id)
    )
    homes: dict[int, Home] = {}
    for row, reached in db.session.execute(query).unique():
        home = homes.setdefault(row.household_id, Home(row.household, [], row.client_id != client.id))
        home.members.append(Member(row, row.other if reached else None))
    return list(homes.values())


def _persons(client: Client, reader: User) -> list[Person]:
    papers = sa.select(Document.id).where(Document.id == Relationship.document_id, Document.within(reader))
    query = (
        Relationship.of(client.id, reader=reader)
        .add_columns(Relationship.on_record_for(reader), papers.correlate(Relationship).exists())
        .options(joinedload(Relationship.other), joinedload(Relationship.document))
    )
    rows = db.session.execute(query).unique().all()
    releases = _releases(client, reader) if rows else {}
    return [
        Person(row, row.other if reached else None, row.document if open_ else None, _release_for(row, releases))
        for row, reached, open_ in rows
    ]


def _releases(client: Client, reader: User) -> dict[str, Consent]:
    """The releases in force by the folded name of who may be told something, the longest first."""
    found: Iterable[Consent] = db.session.scalars(
        Consent.of(client, reader=reader).where(Consent.type == ConsentType.RELEASE)
    )
    by_name: dict[str, Consent] = {}
    for consent in found:
        if consent.active:
            by_name.setdefault(folded(consent.recipient), consent)
    return by_name


def _release_for(row: Relationship, releases: dict[str, Consent]) -> Consent | None:
    names = (folded(name) for name in (row.name, row.organization) if name)
    return next((releases[name] for name in names if name in releases), None)
