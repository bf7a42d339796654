"""Opening a record in an emergency: breaking the glass, for an hour, on the record and reviewed by a supervisor."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User
from app.models.base import N_, Model, OfClient, RuleBroken, folded
from app.models.caseload.case import Case
from app.models.caseload.client import Client, RecordStatus
from app.models.caseload.merge import Merge
from app.models.caseload.program import Program, Regime

NOT_OPENED = N_("No record was opened. Check the client number, or the name and the birth date.")
TOO_MANY = N_("Too many tries. Wait 15 minutes, or ask a supervisor.")


class EmergencyReviewer(OfClient, Model):
    """Who was told of an opening and is to review it, whether or not they reach the record themselves."""

    opening_id: Mapped[int] = mapped_column(sa.ForeignKey("emergency_opening.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    user: Mapped[User] = relationship()


class EmergencyOpening(OfClient, Model):
    """Somebody opened a record that was out of their reach, because it could not wait; for an hour, with the reason.

    It lifts a restriction and the wall between programs, never a seal. Victim services: nobody outside the program may
    learn of a record (VAWA, FVPSA), and within it only who is named. Part 2: 42 CFR 2.51 lets a program disclose to
    medical personnel who treat the patient, and the program writes that down; a colleague in another program is not
    medical personnel, so the seal holds. Within a Part 2 program, where staff may know what they need (42 CFR
    2.12(c)(3)), a member may lift the restriction.
    """

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    until_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    justified: Mapped[bool | None]
    review: Mapped[str | None] = mapped_column(sa.String(1000))
    user: Mapped[User] = relationship(foreign_keys=user_id)
    reviewed_by: Mapped[User | None] = relationship(foreign_keys=reviewed_by_id)
    reviewers: Mapped[list[EmergencyReviewer]] = relationship(order_by=EmergencyReviewer.id)

    LASTS = timedelta(hours=1)
    SHORTEST_REASON = 10
    TRIES, WINDOW = 5, timedelta(minutes=15)

    # -- the verbs

    @classmethod
    def ask(
        cls,
        *,
        by: User,
        password: str,
        reason: str,
        number: str | None = None,
        name: str | None = None,
        born_on: date | None = None,
    ) -> Client:
        """Open the record that is meant, and return it; one that the person reaches anyway is only returned.

        Raises RuleBroken with the same words whether there is no such record, several, or one that may not be opened;
        the caller puts `EMERGENCY_REFUSED` on the trail, which is what the tries are counted by.
        """
        if cls.too_many(by):
            raise RuleBroken(TOO_MANY)
        if not by.has_password(password):
            raise RuleBroken(N_("Your password is not right."))
        if len(reason.strip()) < cls.SHORTEST_REASON:
            raise RuleBroken(N_("Write why it cannot wait, in at least ten characters."))
        within = db.session.scalar(_meant(Client.visible_to(by), number, name, born_on))
        if within is not None:
            return within
        found = list(db.session.scalars(_meant(sa.select(Client).where(*_openable_by(by)), number, name, born_on)))
        if len(found) != 1:
            raise RuleBroken(NOT_OPENED)
        cls._open(found[0], by=by, reason=reason.strip())
        return found[0]

    @classmethod
    def _open(cls, client: Client, *, by: User, reason: str) -> EmergencyOpening:
        opening = cls(client=client, user=by, reason=reason, until_at=clock.now() + cls.LASTS)
        opening.reviewers = [EmergencyReviewer(client=client, user=user) for user in _to_be_told(client, but=by)]
        db.session.add(opening)
        opening.record(EventKind.EMERGENCY_OPENED, by=by, reason=reason)
        return opening

    def decide(self, *, by: User, justified: bool, review: str) -> None:
        """A supervisor says whether it was right to open the record, in words; the record closes at once if it was not."""
        if self.reviewed_at is not None:
            raise RuleBroken(N_("This opening was reviewed already."))
        if by.id == self.user_id:
            raise RuleBroken(N_("Somebody else must review what you opened."))
        self.reviewed_at, self.reviewed_by = clock.now(), by
        self.justified, self.review = justified, review
        if not justified:
            self.until_at = min(self.until_at, clock.now())
        self.record(
            EventKind.EMERGENCY_REVIEWED, by=by, reason=("justified: " if justified else "not justified: ") + review
        )

    # -- what there is to know

    @classmethod
    def too_many(cls, user: User) -> bool:
        """Whether this person guessed too often and must wait; never longer than 15 minutes."""
        refused = sa.select(sa.func.count(Event.id)).where(
            Event.by_id == user.id,
            Event.kind == EventKind.EMERGENCY_REFUSED,
            Event.created_at > clock.now() - cls.WINDOW,
        )
        return (db.session.scalar(refused) or 0) >= cls.TRIES

    @classmethod
    def opened_by(cls, user: User) -> sa.Select[Any]:
        """The numbers of the clients whose records this person has open in an emergency now."""
        return sa.select(cls.client_id).where(cls.user_id == user.id, cls.until_at > clock.now())

    @classmethod
    def ids_opened_by(cls, user: User) -> set[int]:
        """The same, as numbers."""
        return set(db.session.scalars(cls.opened_by(user)))

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The openings of records in this user's reach, and those they were told of to review them."""
        within = super().visible_to(user).with_only_columns(cls.id)
        told = sa.select(EmergencyReviewer.opening_id).where(EmergencyReviewer.user_id == user.id)
        return sa.select(cls).where(sa.or_(cls.id.in_(within), cls.id.in_(told)))

    @classmethod
    def to_review(cls, user: User) -> sa.Select[Any]:
        """The openings that wait for this person's review, the oldest first: not their own."""
        return cls.visible_to(user).where(cls.reviewed_at.is_(None), cls.user_id != user.id).order_by(cls.id)


def _meant(clients: sa.Select[Any], number: str | None, name: str | None, born_on: date | None) -> sa.Select[Any]:
    """Those of these clients with this number, or with all of these names and this birth date; at most two."""
    clients = clients.where(Client.status.is_distinct_from(RecordStatus.MERGED))
    if number:
        meant = aliased(Client)
        of_number = sa.select(Merge.now_in(meant.id)).where(sa.func.lower(meant.number) == number.strip().lower())
        return clients.where(Client.id.in_(of_number)).limit(2)
    words = folded(name).split()
    if not words or born_on is None:
        return clients.where(sa.false())
    text = sa.literal(" ") + Client.search + sa.literal(" ")
    return clients.where(Client.born_on == born_on, *(text.like(f"% {word} %") for word in words)).limit(2)


def _openable_by(user: User) -> list[sa.ColumnElement[bool]]:
    """Conditions: no victim-services program has to do with the record, and it has something no seal keeps from them."""
    case = aliased(Case)
    of_client = sa.select(case.id).where(case.client_id == Client.id)
    harbors = sa.select(Program.id).where(Program.regime == Regime.VICTIM_SERVICES)
    kept_apart = of_client.where(case.program_id.in_(harbors)).correlate(Client).exists()
    readable = of_client.where(Case.unsealed_for(user, case)).correlate(Client).exists()
    without_case = ~of_client.correlate(Client).exists()
    ours = sa.or_(
        Client.kept_by_id.is_(None),
        sa.and_(Client.kept_by_id.in_(user.program_ids), Client.kept_by_id.not_in(harbors)),
    )
    return [~kept_apart, sa.or_(readable, sa.and_(without_case, ours))]


def _to_be_told(client: Client, *, but: User) -> list[User]:
    """Who reviews it: the supervisors who reach the record, else those of the client's programs, else all there are.

    Without any other supervisor it is the administrators, who read the reason and not the record: somebody must be told.
    """
    others = [
        user for user in db.session.scalars(User.caseworkers()) if user.role is Role.SUPERVISOR and user is not but
    ]
    programs = set(db.session.scalars(sa.select(Case.program_id).where(Case.client_id == client.id)))
    reaching = [user for user in others if _reaches(user, client)]
    near = reaching or [user for user in others if programs & {*user.program_ids}]
    return near or others or [user for user in db.session.scalars(User.administrators()) if user is not but]


def _reaches(user: User, client: Client) -> bool:
    return (
        db.session.scalar(Client.visible_to(user).where(Client.id == client.id).with_only_columns(Client.id))
        is not None
    )
