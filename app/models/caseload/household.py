"""Households: who lives with a client, from when to when, and how they are related to the head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, RuleBroken, Versioned
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Sex
from app.models.caseload.somebody import Somebody

ADULT = 18


class RelationToHead(Choice):
    """How a member of the household is related to its head (FIELDS §3)."""

    SELF = "self", N_("Self (head of household)")
    CHILD = "child", N_("Child")
    PARTNER = "partner", N_("Spouse or partner")
    OTHER_RELATIVE = "other_relative", N_("Other relative")
    UNRELATED = "unrelated", N_("Unrelated")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class HouseholdType(Choice):
    """What a household is made of (CSBG annual report, D9); follows from its members, never typed."""

    SINGLE = "single", N_("Single person")
    TWO_ADULTS = "two_adults", N_("Two adults, no children")
    ADULTS = "adults", N_("More than two adults, no children")
    SINGLE_MOTHER = "single_mother", N_("Single parent, female")
    SINGLE_FATHER = "single_father", N_("Single parent, male")
    SINGLE_PARENT = "single_parent", N_("Single parent")
    TWO_PARENTS = "two_parents", N_("Two parents")
    UNRELATED_ADULTS = "unrelated_adults", N_("Adults who are not related, with children")
    GENERATIONS = "generations", N_("Several generations")
    OTHER = "other", N_("Other")
    UNKNOWN = "unknown", N_("Not known yet")


class Living(NamedTuple):
    """What the type of a household follows from, of each member: the birth date and sex where they are known."""

    relation: RelationToHead
    born_on: date | None
    sex: Sex | None = None

    def age_on(self, day: date) -> int | None:
        """Age in whole years, or None when the birth date is not known."""
        if self.born_on is None:
            return None
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


def type_of(members: Sequence[Living], day: date) -> HouseholdType:
    """What these people make up on that day; not known where a birth date is missing, unless an adult and a child are known."""
    ages = [member.age_on(day) for member in members]
    adults = [m for m, age in zip(members, ages, strict=True) if age is not None and age >= ADULT]
    children = [m for m, age in zip(members, ages, strict=True) if age is not None and age < ADULT]
    if len(members) == 1:
        return HouseholdType.SINGLE
    if not members or (None in ages and not (adults and children)):
        return HouseholdType.UNKNOWN
    if not children:
        return HouseholdType.TWO_ADULTS if len(adults) == 2 else HouseholdType.ADULTS
    if not adults:
        return HouseholdType.OTHER
    return _with_children(adults, children)


def _with_children(adults: list[Living], children: list[Living]) -> HouseholdType:
    relations = {adult.relation for adult in adults}
    everybody = relations | {child.relation for child in children}
    if RelationToHead.NOT_COLLECTED in everybody or RelationToHead.SELF not in relations:
        return HouseholdType.UNKNOWN
    if RelationToHead.UNRELATED in relations:
        return HouseholdType.UNRELATED_ADULTS
    if RelationToHead.CHILD in relations and any(c.relation is RelationToHead.OTHER_RELATIVE for c in children):
        return HouseholdType.GENERATIONS
    if relations == {RelationToHead.SELF}:
        kinds = {Sex.FEMALE: HouseholdType.SINGLE_MOTHER, Sex.MALE: HouseholdType.SINGLE_FATHER}
        return kinds.get(adults[0].sex or Sex.NOT_COLLECTED, HouseholdType.SINGLE_PARENT)
    if relations == {RelationToHead.SELF, RelationToHead.PARTNER}:
        return HouseholdType.TWO_PARENTS
    return HouseholdType.OTHER


class HouseholdMember(Versioned, Somebody, Model):
    """Somebody lives in a household, from a day to a day; ended, never deleted.

    The row whose `other` is the client of the file is the client. Anybody else is named in the client's words, or is
    another client, who is not told of it in their file: their people see it where they reach this one.
    """

    # The verb asks first; the index is for two people who name a head at the same moment.
    __table_args__ = (
        sa.Index(
            "uq_household_head",
            "household_id",
            unique=True,
            sqlite_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
            postgresql_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
        ),
    )

    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    relation: Mapped[RelationToHead]
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    occupation: Mapped[str | None] = mapped_column(sa.String(200))
    income_cents: Mapped[int | None]
    income_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    in_error_at: Mapped[datetime | None]
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))
    household: Mapped[Household] = relationship(back_populates="members")
    by: Mapped[User] = relationship()

    CARRIED = ("name", "other", "relation", "born_on", "occupation", "income_cents", "income_on")

    def rewrite(self, *, by: User, **details: Any) -> None:
        """Say it differently, or that the person left; when the client leaves, the household is over for this file."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This was marked as entered in error. Write it down again."))
        if self.is_client:
            details |= {"name": None, "born_on": None}
        with db.session.no_autoflush:
            self.household.check(self, by=by, **details)
        self.change(kind=EventKind.HOUSEHOLD_MEMBER_CHANGED, by=by, **details)
        if self.is_client and self.left_on is not None:
            self.household.ended_on = self.left_on

    def mistake(self, *, by: User, reason: str) -> None:
        """The person never lived there; it stays readable with the reason."""
        if self.is_client:
            raise RuleBroken(N_("This is the client. Write when they moved instead."))
        if self.in_error_at is not None:
            raise RuleBroken(N_("This was marked as entered in error already."))
        self.in_error_at, self.in_error_reason = clock.now(), reason
        self.record(EventKind.HOUSEHOLD_MEMBER_IN_ERROR, by=by, reason=reason)

    @property
    def is_client(self) -> bool:
        """Whether it is the very client of this file."""
        return self.other_id is not None and self.other_id == self.client_id

    @property
    def here(self) -> bool:
        """Whether the person lives there now, as far as it is written down."""
        return self.left_on is None and self.in_error_at is None

    @property
    def who(self) -> str:
        """How the row names the person; only for whoever reaches it."""
        return self.name or (self.other.name if self.other is not None else "")

    def living(self, record: Client | None) -> Living:
        """What the type of the household follows from; `record` is the person's own, where the reader reaches it."""
        born_on = self.born_on or (record.born_on if record is not None else None)
        return Living(self.relation, born_on, record.sex if record is not None else None)


class Household(MaybeOfCase, Model):
    """Who lives together, as this client's file tells it; a move begins another one, and the earlier one stays."""

    begun_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()
    members: Mapped[list[HouseholdMember]] = relationship(
        back_populates="household", order_by=HouseholdMember.id, overlaps="client"
    )

    # -- the verbs

    @classmethod
    def begin(
        cls,
        client: Client,
        *,
        by: User,
        relation: RelationToHead,
        begun_on: date | None = None,
        case: Case | None = None,
        after: Household | None = None,
        taking: Sequence[HouseholdMember] = (),
        leaving: Sequence[HouseholdMember] = (),
    ) -> Household:
        """The client lives here from this day on.

        `after` is the household they leave, `taking` the members of it who come along; whoever stays behind stays
        there. `leaving` are the client's places in households that other files tell of: they end with the move.
        """
        if begun_on is not None and begun_on > clock.today():
            raise RuleBroken(N_("Nobody can have moved in in the future."))
        day = begun_on or clock.today()
        heads = [member for member in taking if member.relation is RelationToHead.SELF]
        if heads and relation is RelationToHead.SELF:
            raise RuleBroken(N_("A household has one head: %(name)s is the head already."), name=heads[0].who)
        home = cls(client=client, case=case, by=by, begun_on=begun_on)
        home.members = [
            HouseholdMember(client=client, case=case, other=client, relation=relation, joined_on=begun_on, by=by)
        ]
        home.members += [home._carried(member, by=by) for member in taking]
        if after is not None:
            after._end(day, members=[member for member in after.members if member.is_client or member in taking])
        for member in leaving:
            member.left_on = day
        db.session.add(home)
        home.record(EventKind.HOUSEHOLD_BEGUN, by=by)
        return home

    def _carried(self, member: HouseholdMember, *, by: User) -> HouseholdMember:
        kept = {name: getattr(member, name) for name in HouseholdMember.CARRIED}
        return HouseholdMember(client=self.client, case=self.case, joined_on=self.begun_on, by=by, **kept)

    def _end(self, day: date, *, members: Sequence[HouseholdMember]) -> None:
        first = max([d for d in [self.begun_on, *(m.joined_on for m in members)] if d is not None], default=day)
        if day < first:
            raise RuleBroken(N_("They cannot have moved out before they moved in."))
        self.ended_on = day
        for member in members:
            if member.here:
                member.left_on = day

    def add_member(
        self, *, by: User, relation: RelationToHead, other: Client | None = None, **details: Any
    ) -> HouseholdMember:
        """Somebody lives here too: named in the client's words, or another client."""
        if self.ended_on is not None:
            raise RuleBroken(N_("This household is over. Begin the one of today."))
        if other is not None and any(m.other_id == other.id for m in self.members if m.here):
            raise RuleBroken(N_("%(name)s is in this household already."), name=other.name)
        row = HouseholdMember(client=self.client, case=self.case, other=other, by=by, relation=relation)
        with db.session.no_autoflush:
            self.check(row, by=by, relation=relation, **details)
        for name, value in details.items():
            setattr(row, name, value)
        self.members.append(row)
        db.session.add(row)
        row.record(EventKind.HOUSEHOLD_MEMBER_ADDED, by=by)
        return row

    def check(self, row: HouseholdMember, *, by: User, **said: Any) -> None:
        """Refuse what cannot be said of this member."""

        def told(name: str) -> Any:
            return said.get(name, getattr(row, name))

        if not told("name") and row.other is None:
            raise RuleBroken(N_("Write the name of the person."))
        joined, left = told("joined_on"), told("left_on")
        if any(day is not None and day > clock.today() for day in (joined, left, told("born_on"))):
            raise RuleBroken(N_("A day of birth, of moving in or of moving out cannot be in the future."))
        if joined is not None and left is not None and left < joined:
            raise RuleBroken(N_("They cannot have moved out before they moved in."))
        if left is None and told("relation") is RelationToHead.SELF:
            self._make_way(row, by=by)

    def _make_way(self, row: HouseholdMember, *, by: User) -> None:
        """Refuse a second head; one whom this person may not know of is no head for them, and steps back unseen."""
        head = self.head
        if head is None or head is row:
            return
        if db.session.scalar(HouseholdMember.visible_to(by).where(HouseholdMember.id == head.id)) is not None:
            raise RuleBroken(N_("A household has one head: %(name)s is the head already."), name=head.who)
        head.relation = RelationToHead.NOT_COLLECTED
        db.session.flush()

    # -- what there is to know

    @property
    def head(self) -> HouseholdMember | None:
        """The head now."""
        return next((m for m in self.members if m.here and m.relation is RelationToHead.SELF), None)

    @classmethod
    def of(cls, client_id: Any, *, reader: User) -> sa.Select[Any]:
        """This client's households in the reader's reach, the newest first."""
        return (
            cls.visible_to(reader).where(cls.client_id == client_id).order_by(cls.ended_on.is_not(None), cls.id.desc())
        )
