"""Numbers that others know a person by. Kept enciphered, shown masked, and put on the trail when somebody looks."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.keys import Unreadable, deciphered, enciphered
from app.models.agency.agency import Agency, SsnKept
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken
from app.models.caseload.client import Client

PURPOSE = "identifiers of clients"


class IdentifierKind(Choice):
    """Whose number it is."""

    SSN = "ssn", N_("Social Security number")
    MEDICAID = "medicaid", N_("Medicaid ID")
    MEDICARE = "medicare", N_("Medicare number")
    STATE_ID = "state_id", N_("Driver’s license or state ID")
    PASSPORT = "passport", N_("Passport")
    HMIS = "hmis", N_("HMIS ID")
    COURT = "court", N_("Court case number")
    SCHOOL = "school", N_("School ID")
    OTHER = "other", N_("Another number")


class NumberQuality(Choice):
    """How much of the number is known (HMIS, SSN data quality)."""

    FULL = "full", N_("Full number")
    PARTIAL = "partial", N_("Approximate or partial")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")

    @property
    def known(self) -> bool:
        """Whether there is a number, or a part of one."""
        return self in (NumberQuality.FULL, NumberQuality.PARTIAL)


class Identifier(OfClient, Model):
    """One number, or why it is not known. Taken off, its number is destroyed and the row says why."""

    __table_args__ = (
        sa.Index(
            "ix_identifier_one_ssn", "client_id", unique=True,
            sqlite_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
        ),
    )  # fmt: skip

    kind: Mapped[IdentifierKind]
    quality: Mapped[NumberQuality] = mapped_column(default=NumberQuality.FULL)
    # Not even read with the row: only `show` asks for it.
    sealed: Mapped[str | None] = mapped_column(sa.String(400), deferred=True)
    issuer: Mapped[str | None] = mapped_column(sa.String(100))
    expires_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship()

    @classmethod
    def of(cls, client: Client) -> sa.Select[Any]:
        """What is on file of this client and may be known to be; Social Security numbers only where the agency keeps them."""
        return sa.select(cls).where(cls.client_id == client.id, *cls.kept()).order_by(cls.id)

    @classmethod
    def kept(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions: not taken off, and of a kind that the agency keeps."""
        offered = [] if Agency.here().ssn is not SsnKept.OFF else [cls.kind != IdentifierKind.SSN]
        return [cls.removed_at.is_(None), *offered]

    @classmethod
    def kinds(cls) -> list[IdentifierKind]:
        """The kinds that the agency keeps."""
        without = set() if Agency.here().ssn is not SsnKept.OFF else {IdentifierKind.SSN}
        return [kind for kind in IdentifierKind if kind not in without]

    @classmethod
    def write_down(
        cls,
        client: Client,
        *,
        by: User,
        kind: IdentifierKind,
        number: str | None,
        quality: NumberQuality = NumberQuality.FULL,
        issuer: str | None = None,
        expires_on: date | None = None,
    ) -> Identifier:
        """Keep a number, enciphered, or why it is not known."""
        if kind not in cls.kinds():
            raise RuleBroken(N_("This agency does not keep Social Security numbers."))
        if kind is IdentifierKind.SSN and db.session.scalar(cls.of(client).where(cls.kind == kind)) is not None:
            raise RuleBroken(N_("A Social Security number is on file already. Correct that one."))
        row = cls(client=client, kind=kind, by=by, issuer=issuer, expires_on=expires_on)
        row._seal(number, quality)
        db.session.add(row)
        row.record(EventKind.IDENTIFIER_WRITTEN, by=by, fields=[kind.value])
        return row

    def rewrite(
        self,
        *,
        by: User,
        number: str | None,
        quality: NumberQuality,
        issuer: str | None = None,
        expires_on: date | None = None,
    ) -> None:
        """Correct it; without a number the one on file stays, as long as it is said to be known."""
        self._check_kept()
        changed = [
            name for name, value in (("issuer", issuer), ("expires_on", expires_on)) if getattr(self, name) != value
        ]
        self.issuer, self.expires_on = issuer, expires_on
        if number or quality is not self.quality:
            self._seal(number or (self._read() if quality.known and self.quality.known else None), quality)
            changed.append("number")
        if changed:
            self.record(EventKind.IDENTIFIER_WRITTEN, by=by, fields=[self.kind.value, *changed])

    def show(self, *, by: User) -> str:
        """The number itself, for one look; that somebody looked stays on the trail."""
        self._check_kept()
        number = self._read()
        if number is None:
            raise RuleBroken(N_("No number is on file."))
        self.record(EventKind.IDENTIFIER_SHOWN, by=by, fields=[self.kind.value])
        last_four = self.kind is IdentifierKind.SSN and Agency.here().ssn is SsnKept.LAST_FOUR
        return number[-4:] if last_four else written(self.kind, number)

    def remove(self, *, by: User, reason: str) -> None:
        """Destroy the number; that there was one, and why it is gone, stays."""
        self._check_kept()
        self.sealed, self.removed_at, self.removed_reason = None, clock.now(), reason
        self.record(EventKind.IDENTIFIER_REMOVED, by=by, reason=reason, fields=[self.kind.value])

    def _check_kept(self) -> None:
        if self.removed_at is not None or self.kind not in self.kinds():
            raise RuleBroken(N_("This number is not on file any more."))

    def _seal(self, number: str | None, quality: NumberQuality) -> None:
        plain = sound(self.kind, number, quality)
        self.quality = quality
        self.sealed = enciphered(plain, purpose=PURPOSE) if plain else None

    def _read(self) -> str | None:
        try:
            return deciphered(self.sealed, purpose=PURPOSE) if self.sealed else None
        except Unreadable:
            raise RuleBroken(
                N_("This number was written with another key. Ask the administrator for its “secret”.")
            ) from None


def sound(kind: IdentifierKind, number: str | None, quality: NumberQuality) -> str | None:
    """The number as it is kept: an SSN's digits alone. Raises RuleBroken for one that cannot be, and for one too many."""
    if not quality.known:
        if number:
            raise RuleBroken(N_("A number is written. Take it out, or say how much of it is known."))
        return None
    if not number:
        raise RuleBroken(N_("Write the number, or choose why it is not known."))
    if kind is not IdentifierKind.SSN:
        return number
    digits = re.sub(r"[ \-]", "", number)
    if not re.fullmatch(r"[0-9]+", digits):
        raise RuleBroken(N_("Write the digits of the number, like 078-05-1120."))
    if Agency.here().ssn is SsnKept.LAST_FOUR:
        if len(digits) != 4:
            raise RuleBroken(N_("Write the last four digits only: this agency does not keep the rest."))
        if quality is NumberQuality.FULL:
            raise RuleBroken(N_("Four digits are a part: choose “Approximate or partial”."))
    elif quality is NumberQuality.FULL and not _whole_ssn(digits):
        raise RuleBroken(
            N_("This is no whole Social Security number. Check the digits, or choose “Approximate or partial”.")
        )
    elif len(digits) > 9:
        raise RuleBroken(N_("A Social Security number has nine digits."))
    return digits


def _whole_ssn(digits: str) -> bool:
    """Nine digits that were ever given out (SSA: no area 000, 666 or 900 and up, no group 00, no serial 0000)."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return len(digits) == 9 and area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def written(kind: IdentifierKind, number: str) -> str:
    """The number as people write it."""
    if kind is IdentifierKind.SSN and len(number) == 9:
        return f"{number[:3]}-{number[3:5]}-{number[5:]}"
    return number
