"""The PDF of an issued paper: made once from its frozen particulars, kept, and served byte for byte ever after."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

import sqlalchemy as sa

from app.documents.rendering import RenderingFailed, RenderingUnavailable, render
from app.engines import writing
from app.extensions import db
from app.models.agency.document import Paper, StoredFile

log = logging.getLogger("handrail")


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
        db.session.execute(first)
        db.session.commit()
    finally:
        writing.reset(token)
    return _stored(db.session.scalars(sa.select(Paper.file_id).where(Paper.id == paper_id)).one())


def _stored(file_id: int | None) -> bytes:
    return db.session.scalars(sa.select(StoredFile.content).where(StoredFile.id == file_id)).one()


def render_soon(app: Any, paper_ids: list[int]) -> None:
    """Make these papers' PDFs in the background, so that they are there when somebody presses Print.

    A failure here is not the end: the paper is made from its particulars when it is asked for.
    """

    def work() -> None:
        with app.app_context():
            for paper_id in paper_ids:
                try:
                    pdf_of(db.session.get_one(Paper, paper_id))
                except (Damaged, RenderingFailed, RenderingUnavailable) as error:
                    log.warning("paper %s is not made yet: %s", paper_id, type(error).__name__)
                except Exception:
                    log.exception("paper %s is not made yet", paper_id)
                finally:
                    db.session.remove()

    Thread(target=work, name="papers", daemon=True).start()
