"""The PDF of an issued paper: made once from its frozen particulars, kept, and served byte for byte ever after."""

from __future__ import annotations

import sqlalchemy as sa

from app.documents.rendering import render
from app.engines import writing
from app.extensions import db
from app.models.agency.document import Paper, StoredFile


class Damaged(Exception):
    """The frozen particulars no longer have the hash they were issued with."""


def pdf_of(paper: Paper) -> bytes:
    """The paper's bytes; made and stored now if that has not happened yet.

    Call it with nothing unsaved in the session: rendering happens outside any write transaction, and the storing is a
    short transaction of its own. Raises Damaged, RenderingFailed or RenderingUnavailable.
    """
    if paper.file_id is not None:
        return _stored(paper.file_id)
    if not paper.intact:
        raise Damaged(paper.code)
    paper_id, particulars = paper.id, paper.particulars
    db.session.rollback()
    return _keep(paper_id, render(particulars))


def _keep(paper_id: int, content: bytes) -> bytes:
    """Store the bytes for this paper; if somebody was quicker, theirs are the paper."""
    token = writing.set(True)
    try:
        stored = StoredFile.keep(content, "application/pdf")
        first = sa.update(Paper).where(Paper.id == paper_id, Paper.file_id.is_(None)).values(file_id=stored.id)
        ours = db.session.execute(first).rowcount == 1  # type: ignore[attr-defined]
        db.session.commit()
    finally:
        writing.reset(token)
    if ours:
        return content
    return _stored(db.session.scalars(sa.select(Paper.file_id).where(Paper.id == paper_id)).one())


def _stored(file_id: int | None) -> bytes:
    return db.session.scalars(sa.select(StoredFile.content).where(StoredFile.id == file_id)).one()
