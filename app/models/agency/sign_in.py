"""Sign-ins live on the server: the cookie holds a random token, the table only its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User, hasher, nobodys_hash
from app.models.base import N_, Model, RuleBroken
from app.models.caseload.program import Program


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
        """Whether this account or this address must wait; never longer than 15 minutes."""
        since = clock.now() - cls.WINDOW
        counts = sa.select(
            sa.func.count().filter(cls.email == email),
            sa.func.count().filter(cls.address == address),
        ).where(cls.created_at > since, sa.or_(cls.email == email, cls.address == address))
        of_account, of_address = db.session.execute(counts).one()
        return of_account >= cls.PER_ACCOUNT or of_address >= cls.PER_ADDRESS


class SignIn(Model):
    """One person signed in on one browser, until they leave, stay idle too long, or the day ends."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(sa.String(60))
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def open(cls, *, email: str, password: str, address: str | None) -> tuple[SignIn, str]:
        """Sign a person in and return the sign-in with its token, the only time the token is known.

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
            db.session.add(SignInAttempt(email=email, address=address))
            Event.add(user, EventKind.SIGN_IN_REFUSED, by=None)
            raise RuleBroken(N_("The e-mail address or the password is not right."))
        if hasher.check_needs_rehash(user.password_hash):
            user.password_hash = hasher.hash(password)
        token = secrets.token_urlsafe(32)
        sign_in = cls(user=user, token_hash=hashed(token), address=address)
        db.session.add(sign_in)
        sign_in.record(EventKind.SIGNED_IN, by=user)
        return sign_in, token

    @classmethod
    def with_token(cls, token: str) -> SignIn | None:
        """The sign-in that this token opened, ended or not, or None."""
        return db.session.scalar(sa.select(cls).where(cls.token_hash == hashed(token)))

    def good(self, agency: Agency) -> bool:
        """Whether it still opens the door: not ended, not idle too long, not older than a working day, person not disabled."""
        now = clock.now()
        return (
            self.ended_at is None
            and self.user.is_active
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
        days: int = 7,
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
