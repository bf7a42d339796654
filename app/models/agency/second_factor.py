"""The second factor at the door: a code from an app on the person's phone, and recovery codes for when the phone is gone."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock, totp
from app.extensions import db
from app.keys import derived
from app.models.agency.event import EventKind
from app.models.base import N_, Model, RuleBroken

if TYPE_CHECKING:
    from app.models.agency.user import User


class SecondFactor(Model):
    """A person's authenticator app. Its secret is kept nowhere: it is made from the server's key and the salt in the row."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
    step: Mapped[int]  # the newest step whose code was used; it and those before are spent
    user: Mapped[User] = relationship(back_populates="second_factor")

    @staticmethod
    def secret_of(user: User, salt: str) -> bytes:
        """The secret that the app shares with us (20 bytes)."""
        return derived(f"second factor of {user.id}", salt=salt.encode(), length=totp.SECRET_BYTES)

    @classmethod
    def set_up(cls, user: User, *, salt: str, code: str) -> list[str]:
        """Take the app as this person's second factor once it made a right code; returns the recovery codes, known only now."""
        if user.second_factor is not None:
            raise RuleBroken(N_("You have a second factor already. Take it off first."))
        step = totp.step_of(cls.secret_of(user, salt), code, now=totp.step_at(clock.now()))
        if step is None:
            raise RuleBroken(
                N_("This code is not right. Check that your phone’s clock is right, and type the newest code.")
            )
        user.second_factor = cls(salt=salt, step=step)
        user.record(EventKind.SECOND_FACTOR_SET, by=user)
        return RecoveryCode.make(user)

    def accepts(self, typed: str) -> bool:
        """Whether this is a code of now that was not used before, or an unused recovery code; either is spent by it."""
        step = totp.step_of(self.secret_of(self.user, self.salt), typed, now=totp.step_at(clock.now()))
        if step is None:
            return RecoveryCode.spend(self.user, typed)
        newer = sa.update(SecondFactor).where(SecondFactor.id == self.id, SecondFactor.step < step)
        return bool(db.session.execute(newer.values(step=step)).rowcount)  # type: ignore[attr-defined]

    def take_off(self, *, by: User) -> None:
        """Do without it from now on: one's own, or a colleague's whose phone is gone; the person is told at the next sign-in."""
        from app.models.agency.agency import Agency
        from app.models.agency.sign_in import SignIn

        if by.id == self.user_id:
            if Agency.here().requires_second_factor_of(by):
                raise RuleBroken(N_("Your role needs a second factor. Ask another administrator to take it off."))
            self.user.record(EventKind.SECOND_FACTOR_REMOVED, by=by)
        else:
            SignIn.end_all(self.user)
            self.user.record(EventKind.SECOND_FACTOR_RESET, by=by)
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == self.user_id))
        self.user.second_factor = None
        db.session.delete(self)


class RecoveryCode(Model):
    """One of ten codes on paper that each open the door once, when the phone is gone. Only its hash is kept."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]

    COUNT = 10

    @classmethod
    def make(cls, user: User) -> list[str]:
        """Ten new codes in place of all earlier ones, as they are written down: four groups of four, 80 random bits."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id))
        plain = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(cls.COUNT)]
        db.session.add_all(cls(user_id=user.id, code_hash=_hashed(code)) for code in plain)
        user.record(EventKind.RECOVERY_CODES_MADE, by=user)
        return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in plain]

    @classmethod
    def spend(cls, user: User, typed: str) -> bool:
        """Use up the code that was typed; False when it is none, or was used before."""
        mine = sa.update(cls).where(cls.user_id == user.id, cls.code_hash == _hashed(typed), cls.used_at.is_(None))
        spent = bool(db.session.execute(mine.values(used_at=clock.now())).rowcount)  # type: ignore[attr-defined]
        if spent:
            user.record(EventKind.RECOVERY_CODE_USED, by=user)
        return spent

    @classmethod
    def left(cls, user: User) -> int:
        """How many of this person's codes still open the door."""
        unused = sa.select(sa.func.count()).where(cls.user_id == user.id, cls.used_at.is_(None))
        return db.session.scalar(unused) or 0

    @classmethod
    def among(cls, user: User, typed: list[str]) -> list[str]:
        """Those of the codes in hand that are really unused codes of this person."""
        kept: Any = sa.select(cls.code_hash).where(cls.user_id == user.id, cls.used_at.is_(None))
        known = set(db.session.scalars(kept))
        return [code for code in typed if _hashed(code) in known]


def _hashed(code: str) -> str:
    """What is kept of a recovery code; capitals, blanks and hyphens do not count. 80 random bits need no slow hash."""
    plain = "".join(character for character in code.casefold() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
