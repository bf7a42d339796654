"""Relationships: who belongs to a client, since when, what they help with, and who is safe to contact."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, RuleBroken, Versioned
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.somebody import Somebody


class Circle(Choice):
    """The part of a client's life that somebody belongs to, as the eco-map orders them."""

    FAMILY = "family", N_("Family")
    FRIENDS = "friends", N_("Friends and community")
    FORMAL = "formal", N_("Organizations and professionals")


class RelationshipType(Choice):
    """Who the other one is to the client (FIELDS §3); the last four are never another client of ours."""

    PARTNER = "partner", N_("Spouse or partner")
    EX_PARTNER = "ex_partner", N_("Ex-spouse or ex-partner")
    PARENT = "parent", N_("Parent")
    CHILD = "child", N_("Child")
    UNBORN_CHILD = "unborn_child", N_("Unborn child")
    SIBLING = "sibling", N_("Sibling")
    GRANDPARENT = "grandparent", N_("Grandparent")
    GRANDCHILD = "grandchild", N_("Grandchild")
    OTHER_RELATIVE = "other_relative", N_("Other relative")
    GUARDIAN = "guardian", N_("Guardian")
    WARD = "ward", N_("Person under guardianship")
    CAREGIVER = "caregiver", N_("Caregiver")
    CARED_FOR = "cared_for", N_("Person cared for")
    FRIEND = "friend", N_("Friend")
    OTHER = "other", N_("Other")
    COMMUNITY = "community", N_("Faith or community group")
    PROFESSIONAL = "professional", N_("Professional")
    ORGANIZATION = "organization", N_("Organization or provider")

    @property
    def mirror(self) -> RelationshipType | None:
        """Who the client is to the other one; None where the other one cannot be a client."""
        return MIRRORS.get(self)

    @property
    def circle(self) -> Circle:
        """The part of life it belongs to."""
        if self in (RelationshipType.PROFESSIONAL, RelationshipType.ORGANIZATION):
            return Circle.FORMAL
        if self in (RelationshipType.FRIEND, RelationshipType.OTHER, RelationshipType.COMMUNITY):
            return Circle.FRIENDS
        return Circle.FAMILY


_T = RelationshipType
MIRRORS = {
    _T.PARTNER: _T.PARTNER, _T.EX_PARTNER: _T.EX_PARTNER, _T.PARENT: _T.CHILD, _T.CHILD: _T.PARENT,
    _T.SIBLING: _T.SIBLING, _T.GRANDPARENT: _T.GRANDCHILD, _T.GRANDCHILD: _T.GRANDPARENT,
    _T.OTHER_RELATIVE: _T.OTHER_RELATIVE, _T.GUARDIAN: _T.WARD, _T.WARD: _T.GUARDIAN,
    _T.CAREGIVER: _T.CARED_FOR, _T.CARED_FOR: _T.CAREGIVER, _T.FRIEND: _T.FRIEND, _T.OTHER: _T.OTHER,
}  # fmt: skip


class Tie(Choice):
    """How strong the tie is, as the client feels it."""

    STRONG = "strong", N_("Strong")
    ORDINARY = "ordinary", N_("Ordinary")
    STRAINED = "strained", N_("Strained")
    BROKEN = "broken", N_("Broken off")


class Flow(Choice):
    """Which way the help goes."""

    BOTH = "both", N_("Both ways")
    TO_CLIENT = "to_client", N_("Only to the client")
    FROM_CLIENT = "from_client", N_("Only from the client")


class Safe(Choice):
    """Whether it is safe for the client that we contact this person."""

    NOT_ASKED = "not_asked", N_("Not asked yet")
    YES = "yes", N_("Safe to contact")
    NO = "no", N_("Do not contact")


class Authority(Choice):
    """What a court or a paper lets this person decide for the client, or forbids."""

    PARENTAL = "parental", N_("Parental rights")
    SOLE_CUSTODY = "sole_custody", N_("Sole custody")
    SHARED_CUSTODY = "shared_custody", N_("Shared custody")
    GUARDIAN = "guardian", N_("Legal guardian")
    PAYEE = "payee", N_("Representative payee")
    POWER_OF_ATTORNEY = "power_of_attorney", N_("Power of attorney")
    HEALTH_CARE = "health_care", N_("Decides about health care")
    NO_CONTACT = "no_contact", N_("Court order to stay away")


# What a change on one side means for the other, which otherwise says nothing of its own.
SHARED = ("from_on", "to_on")


class Relationship(Versioned, Somebody, Model):
    """Somebody belongs to a client, from a day to a day; what ended stays, and what was wrong stays readable.

    Two clients have one row each, in their own files, which know each other as `twin`: type and days are kept in step,
    nothing else ever passes from one file to the other. The row that was only mirrored shows to those who reach both.
    """

    twin_id: Mapped[int | None] = mapped_column(sa.ForeignKey("relationship.id"), index=True)
    type: Mapped[RelationshipType]
    organization: Mapped[str | None] = mapped_column(sa.String(200))
    in_words: Mapped[str | None] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    contact_note: Mapped[str | None] = mapped_column(sa.String(200))
    helps_with: Mapped[str | None] = mapped_column(sa.String(300))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    safe: Mapped[Safe] = mapped_column(default=Safe.NOT_ASKED)
    safety_note: Mapped[str | None] = mapped_column(sa.String(500))
    emergency_contact: Mapped[bool] = mapped_column(default=False)
    authority: Mapped[Authority | None]
    authority_until: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    tie: Mapped[Tie] = mapped_column(default=Tie.ORDINARY)
    flow: Mapped[Flow] = mapped_column(default=Flow.BOTH)
    on_map: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    in_error_at: Mapped[datetime | None]
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))

    by: Mapped[User] = relationship()
    document: Mapped[Document | None] = relationship()
    twin: Mapped[Relationship | None] = relationship(remote_side="Relationship.id", post_update=True)

    # -- the verbs

    @classmethod
    def write_down(
        cls,
        client: Client,
        *,
        by: User,
        type: RelationshipType,
        other: Client | None = None,
        case: Case | None = None,
        **details: Any,
    ) -> Relationship:
        """Put somebody into the client's circle; another client gets the mirror of it in a file of their own."""
        if other is not None:
            cls._check_link(client, other, type, by=by)
        row = cls(client=client, case=case, other=other, by=by, type=type)
        row._check(**details)
        for name, value in details.items():
            setattr(row, name, value)
        db.session.add(row)
        db.session.flush()
        if other is not None:
            row._mirror()
        row.record(EventKind.RELATIONSHIP_ADDED, by=by)
        return row

    def rewrite(self, *, by: User, **details: Any) -> None:
        """Say it differently; another client's side keeps in step as long as nobody said anything of their own there."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This was marked as entered in error. Write it down again."))
        self._check(**details)
        self.change(kind=EventKind.RELATIONSHIP_CHANGED, by=by, **details)
        self._keep_in_step()

    def mistake(self, *, by: User, reason: str) -> None:
        """It was wrong; it stays readable with the reason, and on the other side nothing stays that was only its mirror."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This was marked as entered in error already."))
        self.in_error_at, self.in_error_reason = clock.now(), reason
        if self.twin is not None and self.twin.mirrored and self.twin.in_error_at is None:
            self.twin.in_error_at, self.twin.in_error_reason = self.in_error_at, ""
        self.record(EventKind.RELATIONSHIP_IN_ERROR, by=by, reason=reason)

    @classmethod
    def _check_link(cls, client: Client, other: Client, type: RelationshipType, *, by: User) -> None:
        if other.id == client.id:
            raise RuleBroken(N_("This is the client’s own record. Choose somebody else."))
        if type.mirror is None:
            raise RuleBroken(N_("Another client cannot be “%(type)s”."), type=type.label)
        # Only what the worker may see: a refusal must not tell of what a seal keeps from them.
        known = cls.visible_to(by).where(cls.client_id == client.id, cls.other_id == other.id, cls.type == type)
        if db.session.scalar(known.where(*cls.standing()).with_only_columns(cls.id).limit(1)) is not None:
            raise RuleBroken(N_("This is written down already."))

    def _check(self, **said: Any) -> None:
        """Refuse what cannot be so, whoever says it."""

        def told(name: str) -> Any:
            return said.get(name, getattr(self, name))

        type, linked = told("type"), self.other is not None
        if linked and type.mirror is None:
            raise RuleBroken(N_("Another client cannot be “%(type)s”."), type=type.label)
        if not (told("name") or told("organization") or linked or type is RelationshipType.UNBORN_CHILD):
            raise RuleBroken(N_("Write who it is: a name, or an organization."))
        if told("expected_on") is not None and type is not RelationshipType.UNBORN_CHILD:
            raise RuleBroken(N_("Only an unborn child has a due date."))
        self._check_days(told("from_on"), told("to_on"))
        if told("emergency_contact") and told("safe") is Safe.NO:
            raise RuleBroken(N_("Whom we must not contact cannot be the emergency contact."))
        if told("emergency_contact") and not told("phone"):
            raise RuleBroken(N_("Write the phone number of the emergency contact."))
        if told("authority_until") is not None and told("authority") is None:
            raise RuleBroken(N_("Choose what this person may decide, or leave out until when."))
        document = told("document")
        if document is not None and document.client_id != self.client.id:
            raise RuleBroken(N_("Choose a document of this record."))

    @staticmethod
    def _check_days(from_on: date | None, to_on: date | None) -> None:
        if from_on is not None and from_on > clock.today():
            raise RuleBroken(N_("It cannot have begun in the future."))
        if from_on is not None and to_on is not None and to_on < from_on:
            raise RuleBroken(N_("It cannot have ended before it began."))

    def _mirror(self) -> None:
        """Put the other side into the other client's file: type and days, and nothing else."""
        assert self.type.mirror is not None
        shared = {name: getattr(self, name) for name in SHARED}
        twin = Relationship(client=self.other, other=self.client, type=self.type.mirror, by=self.by, **shared)
        db.session.add(twin)
        db.session.flush()
        self.twin, twin.twin = twin, self

    def _keep_in_step(self) -> None:
        twin = self.twin
        if twin is None or not twin.mirrored or self.type.mirror is None:
            return
        twin.type = self.type.mirror
        for name in SHARED:
            setattr(twin, name, getattr(self, name))

    # -- what there is to know

    @property
    def mirrored(self) -> bool:
        """Whether nobody said it in this file: it is here because it was said in the other."""
        return self.twin_id is not None and self.name is None

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.to_on is not None and self.to_on <= clock.today()

    @property
    def who(self) -> str:
        """How the row names the person; only for whoever reaches it."""
        if self.name or self.organization:
            return self.name or self.organization or ""
        return self.other.name if self.other is not None else self.type.label

    @property
    def authority_ended(self) -> bool:
        """Whether the papers no longer hold."""
        return self.authority_until is not None and self.authority_until < clock.today()

    @property
    def circle(self) -> Circle:
        """The part of life it belongs to."""
        return self.type.circle

    # -- who may see

    @classmethod
    def standing(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions: not entered in error, and not over."""
        return [cls.in_error_at.is_(None), sa.or_(cls.to_on.is_(None), cls.to_on > clock.today())]

    @classmethod
    def of(cls, client_id: Any, *, reader: User) -> sa.Select[Any]:
        """Everybody in this client's circle whom this person may know of, past ones too, the oldest entry first."""
        return cls.visible_to(reader).where(cls.client_id == client_id, cls.in_error_at.is_(None)).order_by(cls.id)

    @classmethod
    def on_record_for(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: this user reaches the other record, and the side of it that this one mirrors."""
        twin = aliased(Relationship)
        its_case = aliased(Case)
        unsealed = sa.select(its_case.id).where(its_case.id == twin.case_id, Case.unsealed_for(user, its_case))
        open_side = sa.or_(twin.case_id.is_(None), unsealed.correlate(twin).exists())
        side = sa.select(twin.id).where(twin.id == cls.twin_id, open_side).correlate(cls).exists()
        return sa.and_(super().on_record_for(user), side)
