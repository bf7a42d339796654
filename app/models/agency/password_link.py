"""The one-time link behind which a person chooses a new password: from an administrator, or asked for by e-mail."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn, hashed
from app.models.agency.user import User
from app.models.base import N_, Model, RuleBroken


class PasswordLink(Model):
    """Works once and not for long; only its hash is kept. Asked for by somebody unknown, it leads to nobody."""

    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    user: Mapped[User | None] = relationship(foreign_keys=user_id)

    BY_HAND = timedelta(days=2)
    BY_MAIL = timedelta(minutes=30)
    WINDOW = timedelta(minutes=15)
    PER_ACCOUNT = 3
    PER_ADDRESS = 20

    @classmethod
    def make(cls, user: User, *, by: User) -> tuple[PasswordLink, str]:
        """A link that an administrator hands over; returned with its token, which is known only now."""
        if not user.is_active:
            raise RuleBroken(N_("This account is closed. Open it again first."))
        cls._expire(user)
        token = secrets.token_urlsafe(32)
        link = cls(user=user, token_hash=hashed(token), expires_at=clock.now() + cls.BY_HAND, by_id=by.id)
        db.session.add(link)
        user.record(EventKind.PASSWORD_LINK_MADE, by=by)
        return link, token

    @classmethod
    def ask(cls, *, email: str, address: str | None) -> tuple[User | None, str]:
        """A link for whoever has this address; the same work is done when nobody has. (None, …): there is nothing to send."""
        email = email.strip().casefold()[:254]
        asked, token = hashed(email), secrets.token_urlsafe(32)
        user = User.with_email(email)
        user = user if user is not None and user.is_active else None
        enough = cls._too_many(asked, address)
        db.session.execute(sa.delete(cls).where(cls.by_id.is_(None), cls.created_at < clock.now() - timedelta(days=1)))
        db.session.add(
            cls(
                user_id=user.id if user is not None and not enough else None,
                token_hash=hashed(token),
                asked_hash=asked,
                address=address,
                expires_at=clock.now() + cls.BY_MAIL,
            )
        )
        Event.add(user, EventKind.PASSWORD_LINK_ASKED, by=None)
        return (None if enough else user), token

    @classmethod
    def _too_many(cls, asked: str, address: str | None) -> bool:
        """Whether this account or this address asked often enough for a while: nobody's mailbox is flooded from here."""
        counts = sa.select(
            sa.func.count().filter(cls.asked_hash == asked), sa.func.count().filter(cls.address == address)
        ).where(cls.created_at > clock.now() - cls.WINDOW, sa.or_(cls.asked_hash == asked, cls.address == address))
        of_account, of_address = db.session.execute(counts).one()
        return of_account >= cls.PER_ACCOUNT or of_address >= cls.PER_ADDRESS

    @classmethod
    def _expire(cls, user: User) -> None:
        """No earlier link of this person works any more."""
        open_ones = sa.update(cls).where(cls.user_id == user.id, cls.used_at.is_(None), cls.expires_at > clock.now())
        db.session.execute(open_ones.values(expires_at=clock.now()))

    @classmethod
    def with_token(cls, token: str) -> PasswordLink | None:
        """The link with this token, if it still works."""
        link = db.session.scalar(sa.select(cls).where(cls.token_hash == hashed(token)))
        return link if link is not None and link.good else None

    @property
    def good(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at and self.user is not None and self.user.is_active

    def choose(self, password: str) -> User:
        """Choose the new password; the link is used up, and the person is signed out everywhere."""
        user = self.user
        first = sa.update(PasswordLink).where(PasswordLink.id == self.id, PasswordLink.used_at.is_(None))
        taken = db.session.execute(first.values(used_at=clock.now())).rowcount  # type: ignore[attr-defined]
        if not taken or user is None or not user.is_active or clock.now() >= self.expires_at:
            raise RuleBroken(N_("This link was already used, or is too old. Ask for a new one."))
        user.choose_password(password)
        SignIn.end_all(user)
        PasswordLink._expire(user)
        user.record(EventKind.PASSWORD_RESET, by=user)
        return user
