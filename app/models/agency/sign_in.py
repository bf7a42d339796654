"""Sign-ins live on the server: the cookie holds a random token, the table only its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User, hasher, nobodys_hash
from app.models.base import N_, Model, RuleBroken
from app.models.caseload.program import Program
from app.models.caseload.stand_in import StandIn
from app.passwords import normal


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256, so that a stolen database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignInAttempt(Model):
    """A sign-in that failed; counted per account and per address, so that a restart forgives nothing."""

    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(60), index=True)

    WINDOW = timedelta(minutes=15)
    PER_ACCOUNT = 8
    PER_ADDRESS = 40

    @classmethod
    def too_many(cls, *, email: str, address: str | None) -> bool:
        """Whether this account or this address must wait; never longer than 15 minutes.

        Where the person signed in before, only tries for their account from there count: neither a stranger elsewhere
        nor somebody who tries other accounts in the same house keeps them out.
        """
        since = clock.now() - cls.WINDOW
        own = SignIn.was_here(email=email, address=address)
        of_account = sa.and_(cls.email == email, cls.address == address) if own else cls.email == email
        counts = sa.select(
            sa.func.count().filter(of_account),
            sa.func.count().filter(cls.address == address),
        ).where(
            cls.created_at > since,
            cls.created_at < clock.now() + cls.WINDOW,
            sa.or_(cls.email == email, cls.address == address),
        )
        tries, from_here = db.session.execute(counts).one()
        return tries >= cls.PER_ACCOUNT or (from_here >= cls.PER_ADDRESS and not own)

    @classmethod
    def add(cls, *, email: str, address: str | None) -> None:
        """Count a try that failed; those that count no more are swept away."""
        db.session.execute(sa.delete(cls).where(cls.created_at < clock.now() - timedelta(days=1)))
        db.session.add(cls(email=email, address=address))


class SignIn(Model):
    """One person signed in on one browser, until they leave, stay idle too long, or the day ends."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(sa.String(60))
    machine: Mapped[str | None] = mapped_column(sa.String(60))
    waiting: Mapped[bool] = mapped_column(default=False)  # the password was right; the code is still to come
    asked_at: Mapped[datetime | None] = mapped_column(default=clock.now)  # when the password was last given
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    FOR_THE_CODE = timedelta(minutes=10)
    GOOD_FOR = timedelta(minutes=10)
    KNOWN_FOR = timedelta(days=30)
    SLACK = timedelta(minutes=2)
    """How far a clock may be set back under somebody: what lies further ahead was written by a clock that was wrong."""

    @classmethod
    def open(cls, *, email: str, password: str, address: str | None, machine: str | None = None) -> tuple[SignIn, str]:
        """Sign a person in and return the sign-in with its token, the only time the token is known.

        With a second factor it is `waiting` and opens nothing until `give_code`.
        Raises RuleBroken with the same words whether the account is unknown, closed, or the password wrong.
        """
        email = email.strip().casefold()[:254]
        if SignInAttempt.too_many(email=email, address=address):
            raise RuleBroken(N_("Too many tries. Wait 15 minutes, or ask your administrator for help."))
        user = User.with_email(email)
        right = (
            user.has_password(password) if user is not None else User(password_hash=nobodys_hash).has_password(password)
        )
        if user is None or not right or not user.is_active:
            SignInAttempt.add(email=email, address=address)
            Event.add(user, EventKind.SIGN_IN_REFUSED, by=None)
            raise RuleBroken(N_("The e-mail address or the password is not right."))
        if hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hasher.hash(normal(password))
        waiting = user.second_factor is not None
        sign_in = cls(user=user, address=address, machine=machine, waiting=waiting)
        token = sign_in.renew()
        db.session.add(sign_in)
        if not waiting:
            sign_in.record(EventKind.SIGNED_IN, by=user)
        return sign_in, token

    def give_code(self, typed: str, *, address: str | None) -> str:
        """The second step: a code of the app, or a recovery code. Returns the token from here on; refuses a spent code."""
        if SignInAttempt.too_many(email=self.user.email, address=address):
            raise RuleBroken(N_("Too many tries. Wait 15 minutes, or ask your administrator for help."))
        factor = self.user.second_factor
        if factor is None or not factor.accepts(typed):
            SignInAttempt.add(email=self.user.email, address=address)
            Event.add(self.user, EventKind.SIGN_IN_REFUSED, by=None)
            raise RuleBroken(N_("This code is not right, or was used before. Type the newest one."))
        self.waiting = False
        self.used_at = self.asked_at = clock.now()
        self.record(EventKind.SIGNED_IN, by=self.user)
        return self.renew()

    @property
    def salt(self) -> str:
        """What a second factor that is set up here is salted with; another one with each token."""
        return hashed(f"second factor {self.token_hash}")

    def renew(self) -> str:
        """A new token in place of the old one, which opens nothing any more; known only now."""
        token = secrets.token_urlsafe(32)
        self.token_hash = hashed(token)
        return token

    @property
    def recent(self) -> bool:
        """Whether the password was given here within the last ten minutes."""
        return self.asked_at is not None and timedelta(0) <= clock.now() - self.asked_at < self.GOOD_FOR

    def ask(self, password: str, *, address: str | None) -> None:
        """Ask again whether it is still the same person; good for ten minutes. Throttled like coming in."""
        if SignInAttempt.too_many(email=self.user.email, address=address):
            raise RuleBroken(N_("Too many tries. Wait 15 minutes, or ask your administrator for help."))
        if not self.user.has_password(password):
            SignInAttempt.add(email=self.user.email, address=address)
            self.record(EventKind.ASKED_AGAIN_REFUSED, by=self.user)
            raise RuleBroken(N_("Your password is not right."))
        self.asked_at = clock.now()
        self.record(EventKind.ASKED_AGAIN, by=self.user)

    @classmethod
    def with_token(cls, token: str) -> SignIn | None:
        """The sign-in that this token opened, ended or not, or None; with the person, their programs and second factor,
        and those they stand in for today."""
        person = joinedload(cls.user, innerjoin=True)
        away = person.joinedload(User.standing_in.and_(StandIn.in_effect())).joinedload(StandIn.user)
        with_all = (
            person.joinedload(User.memberships),
            person.joinedload(User.second_factor),
            away.lazyload(User.memberships),
        )
        query = sa.select(cls).where(cls.token_hash == hashed(token)).options(*with_all)
        return db.session.scalars(query).unique().one_or_none()

    @classmethod
    def was_here(cls, *, email: str, address: str | None) -> bool:
        """Whether this account was signed in from this address, wholly, in the last 30 days."""
        here = sa.select(cls.id).join(User).where(
            User.email == email, cls.address == address, cls.waiting.is_(False),
            cls.created_at > clock.now() - cls.KNOWN_FOR,
        )  # fmt: skip
        return address is not None and db.session.scalar(here.limit(1)) is not None

    @classmethod
    def of(cls, user: User, agency: Agency) -> sa.Select[Any]:
        """Where this person is signed in now, the newest use first."""
        now = clock.now()
        return (
            sa.select(cls)
            .where(cls.user_id == user.id, cls.ended_at.is_(None), cls.waiting.is_(False))
            .where(cls.used_at > now - timedelta(minutes=agency.idle_minutes))
            .where(cls.created_at > now - timedelta(hours=agency.longest_hours))
            .order_by(cls.used_at.desc(), cls.id.desc())
        )

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """A person reaches their own sign-ins."""
        return sa.select(cls).where(cls.user_id == user.id)

    def awaits_code(self) -> bool:
        """Whether the password was given here a moment ago and the code is still to come."""
        fresh = timedelta(0) <= clock.now() - self.created_at < self.FOR_THE_CODE
        return self.waiting and self.ended_at is None and self.user.is_active and fresh

    def good(self, agency: Agency) -> bool:
        """Whether it still opens the door: not ended, not idle too long, not older than a working day, person not disabled."""
        now = clock.now()
        return (
            self.ended_at is None
            and not self.waiting
            and self.user.is_active
            and max(self.used_at, self.created_at) < now + self.SLACK
            and now - self.used_at < timedelta(minutes=agency.idle_minutes)
            and now - self.created_at < timedelta(hours=agency.longest_hours)
        )

    def end(self, *, by: User) -> None:
        """Sign out here."""
        self.ended_at = clock.now()
        self.record(EventKind.SIGNED_OUT, by=by)

    @classmethod
    def end_all(cls, user: User, *, but: SignIn | None = None) -> None:
        """Sign this person out everywhere, at once; `but` this one stays."""
        stale = sa.update(cls).where(cls.user_id == user.id, cls.ended_at.is_(None))
        if but is not None:
            stale = stale.where(cls.id != but.id)
        db.session.execute(stale.values(ended_at=clock.now()))

    @classmethod
    def end_everywhere(cls, user: User, *, by: User, but: SignIn | None = None) -> None:
        """Sign this person out everywhere, on the trail; `but` this one stays."""
        cls.end_all(user, but=but)
        user.record(EventKind.SIGN_INS_ENDED, by=by)

    def news(self) -> list[Event]:
        """What others did to this person's way in since they last came in, for them to be told; oldest first."""
        told = [EventKind.SECOND_FACTOR_RESET, EventKind.PASSWORD_LINK_MADE, EventKind.SIGN_INS_ENDED]
        before = sa.select(sa.func.max(Event.id)).where(
            Event.kind == EventKind.SIGNED_IN, Event.by_id == self.user_id, Event.record_id != self.id
        )
        about_me = sa.select(Event).where(
            Event.kind.in_(told), Event.record_kind == "user", Event.record_id == self.user_id,
            Event.by_id != self.user_id, Event.id > sa.func.coalesce(before.scalar_subquery(), 0),
        )  # fmt: skip
        return list(db.session.scalars(about_me.order_by(Event.id)))


class Invitation(Model):
    """A one-time link with which a person makes their own account; the link is shown once, only its hash is kept."""

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(120))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    title: Mapped[str | None] = mapped_column(sa.String(120))
    role: Mapped[Role]
    program_ids: Mapped[list[str] | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User | None] = relationship()

    DAYS = 7

    @classmethod
    def make(
        cls,
        *,
        by: User | None,
        role: Role,
        name: str | None = None,
        email: str | None = None,
        title: str | None = None,
        programs: list[Program] | None = None,
        days: int = DAYS,
    ) -> tuple[Invitation, str]:
        """Invite a person; returns the invitation and its token, the only time the token is known."""
        if email and User.with_email(email) is not None:
            raise RuleBroken(N_("Someone with this e-mail address already has an account."))
        if by is None:
            cls.expire_those_of_nobody()
        token = secrets.token_urlsafe(32)
        invitation = cls(
            token_hash=hashed(token),
            name=name,
            email=email.strip().casefold() if email else None,
            title=title,
            role=role,
            program_ids=[str(program.id) for program in programs or []],
            expires_at=clock.now() + timedelta(days=days),
            by=by,
        )
        db.session.add(invitation)
        invitation.record(EventKind.USER_INVITED, by=by)
        return invitation, token

    @classmethod
    def expire_those_of_nobody(cls) -> None:
        """Only the newest link that a command printed works, and none of them once one was used."""
        loose = sa.update(cls).where(cls.by_id.is_(None), cls.used_at.is_(None))
        db.session.execute(loose.values(expires_at=clock.now()))

    @classmethod
    def with_token(cls, token: str) -> Invitation | None:
        """The invitation behind a link, if it is still good."""
        invitation = db.session.scalar(sa.select(cls).where(cls.token_hash == hashed(token)))
        return invitation if invitation is not None and invitation.good else None

    @property
    def good(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at

    def accept(self, *, name: str, email: str, password: str) -> User:
        """Make the account; the link is used up."""
        first = sa.update(Invitation).where(Invitation.id == self.id, Invitation.used_at.is_(None))
        taken = db.session.execute(first.values(used_at=clock.now())).rowcount  # type: ignore[attr-defined]
        if not taken or clock.now() >= self.expires_at:
            raise RuleBroken(N_("This link was already used, or is too old. Ask for a new one."))
        if self.by_id is None:
            Invitation.expire_those_of_nobody()
        programs = db.session.scalars(
            sa.select(Program).where(Program.id.in_([int(i) for i in self.program_ids or []]))
        )
        user = User.add(
            name=name,
            email=email,
            role=self.role,
            password=password,
            by=self.by,
            title=self.title,
            programs=list(programs),
        )
        return user
