"""Papers and files: what we issued, what came back, and the bytes of both."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, OfCase

if TYPE_CHECKING:
    from app.models.caseload.case import Case
    from app.models.caseload.client import Client
    from app.models.planning.plan import Plan


class StoredFile(Model):
    """Bytes, once each, by their SHA-256: uploads and issued papers live in the database, so one file is the whole backup."""

    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))

    @classmethod
    def keep(cls, content: bytes, media_type: str) -> StoredFile:
        """Store these bytes, or find them if they are here already."""
        digest = hashlib.sha256(content).hexdigest()
        stored = db.session.scalar(sa.select(cls).where(cls.sha256 == digest))
        if stored is None:
            stored = cls(sha256=digest, media_type=media_type, size=len(content), content=content)
            db.session.add(stored)
            db.session.flush()
        return stored


class DocumentKind(Choice):
    """What a file in the client's record is."""

    SIGNED_PLAN = "signed_plan", N_("Signed service plan")
    CONSENT = "consent", N_("Consent or release")
    IDENTITY = "identity", N_("Identity")
    INCOME = "income", N_("Income")
    HOUSING = "housing", N_("Housing")
    HEALTH = "health", N_("Health")
    LETTER = "letter", N_("Letter")
    OTHER = "other", N_("Other")


class Document(MaybeOfCase, Model):
    """A file in the client's record: a scan, a photo, a letter."""

    kind: Mapped[DocumentKind]
    title: Mapped[str] = mapped_column(sa.String(200))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    file: Mapped[StoredFile] = relationship()
    by: Mapped[User] = relationship()
    plan: Mapped[Plan | None] = relationship()

    @classmethod
    def add(
        cls,
        *,
        client: Client,
        by: User,
        kind: DocumentKind,
        title: str,
        file_name: str,
        content: bytes,
        media_type: str,
        case: Case | None = None,
        plan: Plan | None = None,
    ) -> Document:
        """Put a file into the record; `file_name` is only ever shown, never used as a path."""
        document = cls(
            client=client,
            case=case,
            plan=plan,
            kind=kind,
            title=title,
            file_name=file_name[:200],
            file=StoredFile.keep(content, media_type),
            by=by,
        )
        db.session.add(document)
        document.record(EventKind.SCAN_ATTACHED if plan is not None else EventKind.DOCUMENT_ADDED, by=by)
        return document


class PaperKind(Choice):
    """A paper we issue; the two letters begin its code."""

    SERVICE_PLAN = "service_plan", N_("Service plan")
    CLOSURE_SUMMARY = "closure_summary", N_("Closure summary")
    CLOSING_LETTER = "closing_letter", N_("Closing letter")
    REFERRAL_SLIP = "referral_slip", N_("Referral slip")
    DISCLOSURE_ACCOUNT = "disclosure_account", N_("Account of what was shared")
    ECO_MAP = "eco_map", N_("Eco-map")
    RELEASE = "release", N_("Permission")
    REDISCLOSURE_NOTICE = "redisclosure_notice", N_("Notice that goes with what is shared")

    @property
    def prefix(self) -> str:
        return PREFIXES[self.value]


PREFIXES = {
    "service_plan": "SP",
    "closure_summary": "CS",
    "closing_letter": "CL",
    "referral_slip": "RF",
    "disclosure_account": "DA",
    "eco_map": "EM",
    "release": "RL",
    "redisclosure_notice": "RN",
}

# Letters and digits that survive a fax and a telephone: no 0/O, 1/I/L, 2/Z, 5/S, 8/B.
CLEAR = "34679ACDEFGHJKMNPQRTUVWXY"


def code_for(kind: PaperKind, client_number: str, number: int) -> str:
    """A short code that names one version of one paper and no person: `SP-2031-3-K7QD`."""
    digits = client_number.rsplit("-", 1)[-1]
    return f"{kind.prefix}-{digits}-{number}-" + "".join(secrets.choice(CLEAR) for _ in range(4))


def canonical(particulars: dict[str, Any]) -> str:
    """The particulars as the one text that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(particulars, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Paper(OfCase, Model):
    """A paper issued by the agency: its particulars are frozen, its PDF is made from them once and served for ever."""

    kind: Mapped[PaperKind]
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(10), default="en")
    particulars: Mapped[dict[str, Any]] = deferred(mapped_column(sa.JSON))
    hash: Mapped[str] = mapped_column(sa.String(64))
    issued_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    referral_id: Mapped[int | None] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("closure.id"), index=True)
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"), index=True)
    disclosure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disclosure.id"), index=True)
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    file: Mapped[StoredFile | None] = relationship()
    by: Mapped[User] = relationship()

    @classmethod
    def issue(
        cls,
        *,
        case: Case,
        by: User,
        kind: PaperKind,
        number: int,
        title: str,
        particulars: dict[str, Any],
        code: str,
        language: str = "en",
        plan_id: int | None = None,
        referral_id: int | None = None,
        closure_id: int | None = None,
        consent_id: int | None = None,
        disclosure_id: int | None = None,
    ) -> Paper:
        """Freeze a paper's particulars under its code; the PDF follows after the commit."""
        text = canonical(particulars)
        paper = cls(
            client_id=case.client_id,
            case=case,
            kind=kind,
            code=code,
            number=number,
            title=title,
            language=language,
            particulars=json.loads(text),
            hash=hashlib.sha256(text.encode()).hexdigest(),
            by=by,
            plan_id=plan_id,
            referral_id=referral_id,
            closure_id=closure_id,
            consent_id=consent_id,
            disclosure_id=disclosure_id,
        )
        db.session.add(paper)
        paper.record(EventKind.PAPER_ISSUED, by=by)
        return paper

    @property
    def intact(self) -> bool:
        """Whether the frozen particulars still have the hash they were issued with."""
        return hashlib.sha256(canonical(self.particulars).encode()).hexdigest() == self.hash

    @property
    def file_name(self) -> str:
        """A name for the download that names no person."""
        return f"{self.code}.pdf"
