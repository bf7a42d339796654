"""The papers and files of one client in one list, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.models.agency.document import Document, DocumentKind, Paper, PaperKind, StoredFile
from app.models.agency.user import User
from app.models.caseload.client import Client
from app.models.intake.consent import Consent
from app.models.planning.plan import Plan, PlanStatus
from app.models.planning.signature import Signature, SignatureOutcome


@dataclass(frozen=True)
class Row:
    """One paper or file: what it is, who made or added it and when, and how it stands."""

    paper_id: int | None
    document_id: int | None
    title: str
    kind: PaperKind | DocumentKind
    at: datetime
    by: str
    code: str | None
    plan_status: PlanStatus | None
    scan_missing: bool
    ends_on: date | None
    media_type: str | None
    size: int | None


def papers_and_files(client: Client, reader: User) -> sa.Select[Any]:
    """Everything on paper that the reader may see about this client, newest first, not yet executed; see `row_of`."""
    papers = Paper.visible_to(reader).where(Paper.client_id == client.id).subquery()
    files = Document.visible_to(reader).where(Document.client_id == client.id).subquery()
    text = sa.String()
    nothing = sa.null()
    signed = sa.exists().where(Signature.plan_id == papers.c.plan_id, Signature.outcome == SignatureOutcome.SIGNED)
    scanned = sa.exists().where(Document.plan_id == papers.c.plan_id)
    of_papers = (
        sa.select(
            papers.c.id.label("paper_id"),
            sa.cast(nothing, sa.Integer).label("document_id"),
            papers.c.title.label("title"),
            sa.cast(papers.c.kind, text).label("kind"),
            papers.c.issued_at.label("at"),
            User.name.label("by"),
            papers.c.code.label("code"),
            sa.cast(Plan.status, text).label("plan_status"),
            sa.case((sa.and_(signed, ~scanned), 1), else_=0).label("scan_missing"),
            sa.cast(nothing, sa.Date).label("ends_on"),
            sa.cast(nothing, text).label("media_type"),
            sa.cast(nothing, sa.Integer).label("size"),
        )
        .join(User, User.id == papers.c.by_id)
        .outerjoin(Plan, Plan.id == papers.c.plan_id)
    )
    of_files = (
        sa.select(
            sa.cast(nothing, sa.Integer),
            files.c.id,
            files.c.title,
            sa.cast(files.c.kind, text),
            files.c.created_at,
            User.name,
            sa.cast(nothing, text),
            sa.cast(nothing, text),
            sa.literal(0),
            Consent.expires_on,
            StoredFile.media_type,
            StoredFile.size,
        )
        .join(User, User.id == files.c.by_id)
        .join(StoredFile, StoredFile.id == files.c.file_id)
        .outerjoin(Consent, Consent.document_id == files.c.id)
    )
    both = sa.union_all(of_papers, of_files).subquery()
    return sa.select(both).order_by(both.c.at.desc(), both.c.paper_id.desc(), both.c.document_id.desc())


def row_of(facts: Any) -> Row:
    """A row of `papers_and_files`, its codes turned into their members."""
    is_paper = facts["paper_id"] is not None
    return Row(
        paper_id=facts["paper_id"],
        document_id=facts["document_id"],
        title=facts["title"],
        kind=PaperKind(facts["kind"]) if is_paper else DocumentKind(facts["kind"]),
        at=facts["at"],
        by=facts["by"],
        code=facts["code"],
        plan_status=PlanStatus(facts["plan_status"]) if facts["plan_status"] else None,
        scan_missing=bool(facts["scan_missing"]),
        ends_on=facts["ends_on"],
        media_type=facts["media_type"],
        size=facts["size"],
    )
