"""The people who work here, and the programs they work in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import flag_modified

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.base import N_, Choice, Model, RuleBroken, Versioned, folded
from app.models.caseload.program import Program
from app.passwords import normal, refused_because

if TYPE_CHECKING:
    from app.models.agency.second_factor import SecondFactor
    from app.models.agency.sign_in import SignIn
    from app.models.caseload.stand_in import StandIn

hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Checked when nobody has this address, so that known and unknown people take the same time to be refused.
nobodys_hash = hasher.hash("nobody has this password")


class Role(Choice):
    """What a member of staff is here to do (PRACTICE §6); what each may do stands in `access.GRANTS`."""

    FRONT_DESK = "front_desk", N_("Front desk")
    CASEWORKER = "caseworker", N_("Caseworker")
    SUPERVISOR = "supervisor", N_("Supervisor")
    ADMINISTRATOR = "administrator", N_("Administrator")
    READER = "reader", N_("Reader")


# Who reads and writes clients' files, as far as the reach goes; and who knows of clients at all: the front desk sees
# the card of a client (name, phones, safe contact, alerts, who the worker is) and nothing that was written about them.
CASEWORK_ROLES = [Role.CASEWORKER, Role.SUPERVISOR]
CLIENT_ROLES = [Role.FRONT_DESK, *CASEWORK_ROLES]


class Membership(Model):
    """A member of staff works in a program, from a day to a day; ended, never deleted."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("program.id"), index=True)
    from_on: Mapped[date] = mapped_column(default=clock.today)
    to_on: Mapped[date | None]
    program: Mapped[Program] = relationship()

    @classmethod
    def today(cls) -> sa.ColumnElement[bool]:
        """Condition: the membership holds today; the same as `holds`, for a query."""
        day = clock.today()
        return sa.and_(cls.from_on <= day, sa.or_(cls.to_on.is_(None), cls.to_on > day))

    @property
    def holds(self) -> bool:
        """Whether it holds today."""
        day = clock.today()
        return self.from_on <= day and (self.to_on is None or self.to_on > day)

    @classmethod
    def in_programs(cls, ids: list[int]) -> sa.Select[Any]:
        """The numbers of the people who work in one of these programs today."""
        return sa.select(cls.user_id).where(cls.program_id.in_(ids), cls.today())


class User(Versioned, Model):
    """A member of staff who may sign in."""

    is_authenticated = True

    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    title: Mapped[str | None] = mapped_column(sa.String(120))
    credentials: Mapped[str | None] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    disabled_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(lazy="selectin", order_by=Membership.id)
    standing_in: Mapped[list[StandIn]] = relationship(foreign_keys="StandIn.stand_in_id", viewonly=True)
    second_factor: Mapped[SecondFactor | None] = relationship(back_populates="user", passive_deletes=True)

    @classmethod
    def add(
        cls,
        *,
        name: str,
        email: str,
        role: Role,
        password: str,
        by: User | None,
        title: str | None = None,
        credentials: str | None = None,
        phone: str | None = None,
        programs: list[Program] | None = None,
    ) -> User:
        """Give a person an account; the first one has nobody who did it. Refuses a taken address or a weak password."""
        email = email.strip().casefold()
        if cls.with_email(email) is not None:
            raise RuleBroken(N_("Someone with this e-mail address already has an account."))
        user = cls(name=name, email=email, role=role, title=title, credentials=credentials, phone=phone)
        user.choose_password(password)
        user.memberships = [Membership(program=program) for program in programs or []]
        db.session.add(user)
        user.record(EventKind.USER_ADDED, by=by)
        return user

    @classmethod
    def with_email(cls, email: str) -> User | None:
        """The person with this address, whatever its case, or nobody."""
        return db.session.scalar(sa.select(cls).where(cls.email == email.strip().casefold()))

    @classmethod
    def visible_to(cls, _user: User) -> sa.Select[Any]:
        """Everybody who works here knows who else does."""
        return sa.select(cls)

    @classmethod
    def working(cls) -> sa.Select[Any]:
        """Everyone who may sign in now, by name."""
        return sa.select(cls).where(cls.disabled_at.is_(None)).order_by(cls.name)

    @classmethod
    def working_in(cls, *programs: Program) -> sa.Select[Any]:
        """Those who do casework in one of these programs today, by name."""
        member = Membership.in_programs([program.id for program in programs])
        return cls.caseworkers().where(cls.id.in_(member))

    @classmethod
    def caseworkers(cls) -> sa.Select[Any]:
        """Those who may sign in now and do casework, by name."""
        return cls.working().where(cls.role.in_(CASEWORK_ROLES))

    @classmethod
    def administrators(cls) -> sa.Select[Any]:
        """Those who may sign in now and run the agency, by name."""
        return cls.working().where(cls.role == Role.ADMINISTRATOR)

    @classmethod
    def all_of_them(cls) -> sa.Select[Any]:
        """Everyone who has or had an account, those who work here first."""
        return sa.select(cls).order_by(cls.disabled_at.is_not(None), cls.name)

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def initials(self) -> str:
        """The letters shown in the round mark beside the name."""
        parts = self.name.split()
        return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def signature_name(self) -> str:
        """The name with title and credentials, as it stands under a signature."""
        return ", ".join(part for part in (self.name, self.credentials, self.title or self.role.label) if part)

    @property
    def program_ids(self) -> list[int]:
        """The programs this person works in today."""
        return [membership.program_id for membership in self.memberships if membership.holds]

    @property
    def does_casework(self) -> bool:
        """Whether this person reads and writes clients' files."""
        return self.role in CASEWORK_ROLES

    @property
    def knows_clients(self) -> bool:
        """Whether clients exist for this person at all, if only by name and telephone."""
        return self.role in CLIENT_ROLES

    def has_password(self, password: str) -> bool:
        """Whether this is the person's password; takes the same time whether it is or not."""
        try:
            return hasher.verify(self.password_hash, normal(password))
        except (VerificationError, InvalidHashError):
            return False

    def choose_password(self, password: str) -> None:
        """Keep a new password, as a salted argon2id hash; refuses a short or common one, or one made of words known here."""
        from app.models.agency.agency import Agency

        own_words = [*folded(self.name).split(), *folded(self.email).split(), *Agency.here().words_everybody_knows]
        reason = refused_because(password, own_words=own_words)
        if reason:
            raise RuleBroken(reason)
        self.password_hash = hasher.hash(normal(password))

    def change_password(self, present: str, wanted: str, *, here: SignIn) -> str:
        """Choose a new password with the present one in hand; every other sign-in ends at once. Returns the new token of this one."""
        here.ask(present, address=here.address)
        self.choose_password(wanted)
        here.end_all(self, but=here)
        self.record(EventKind.PASSWORD_CHANGED, by=self)
        return here.renew()

    def correct(self, *, by: User, role: Role, **details: str | None) -> None:
        """Change what is written about a member of staff; nobody takes away their own right to run the agency.

        With another role or another e-mail address the person signs in anew.
        """
        from app.models.agency.sign_in import SignIn

        if by.id == self.id and role is not self.role:
            raise RuleBroken(N_("You cannot change your own role."))
        email = details.get("email")
        if email is not None:
            details["email"] = email = email.strip().casefold()
            other = User.with_email(email)
            if other is not None and other.id != self.id:
                raise RuleBroken(N_("Someone with this e-mail address already has an account."))
        if by.id != self.id and (role is not self.role or (email is not None and email != self.email)):
            SignIn.end_all(self)
        self.change(kind=EventKind.USER_CHANGED, by=by, role=role, **details)

    def work_in(self, programs: list[Program], *, by: User) -> None:
        """Let this person work in exactly these programs from today: the others end today."""
        wanted = {program.id for program in programs}
        current = {m.program_id: m for m in self.memberships if m.to_on is None}
        if wanted == set(current):
            return
        for program_id, membership in current.items():
            if program_id not in wanted:
                membership.to_on = clock.today()
        self.memberships.extend(Membership(program=program) for program in programs if program.id not in current)
        flag_modified(self, "name")  # so that who opened the form before this is told
        self.record(EventKind.USER_CHANGED, by=by, fields=["programs"])

    def disable(self, *, by: User) -> None:
        """Take away access from the next request on; nothing the person wrote changes."""
        if by.id == self.id:
            raise RuleBroken(N_("You cannot close your own account."))
        from app.models.agency.sign_in import SignIn

        self.disabled_at = clock.now()
        SignIn.end_all(self)
        self.record(EventKind.USER_DISABLED, by=by)

    def enable(self, *, by: User) -> None:
        """Let the person sign in again, with the password they had."""
        self.disabled_at = None
        self.record(EventKind.USER_ENABLED, by=by)
