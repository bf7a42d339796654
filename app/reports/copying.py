"""What a copy of a record would hold, counted before it is made."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.document import Document, Paper
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.intake.access_request import AccessRequest
from app.models.intake.withholding import Withholding
from app.models.monitoring.note import Note


@dataclass(frozen=True)
class Holds:
    """How many cases, notes, files and papers are in a copy, and how many notes are kept back."""

    cases: int
    notes: int
    files: int
    papers: int
    kept_back: int


def what_a_copy_holds(asked: AccessRequest, maker: User) -> Holds:
    """In the reach of the person who makes it; one query."""
    cases = Case.visible_to(maker).where(Case.client_id == asked.client_id).with_only_columns(Case.id)
    back = sa.select(Withholding.note_id).where(Withholding.case_id.in_(cases), Withholding.in_force())
    notes = sa.select(Note.id).where(Note.case_id.in_(cases), Note.parent_id.is_(None))
    wanted = {
        "cases": cases,
        "notes": notes.where(Note.id.not_in(back)),
        "files": Document.visible_to(maker).where(Document.client_id == asked.client_id).with_only_columns(Document.id),
        "papers": sa.select(Paper.id).where(Paper.case_id.in_(cases)),
        "kept_back": notes.where(Note.id.in_(back)),
    }
    counted = (
        sa.select(sa.func.count()).select_from(q.subquery()).scalar_subquery().label(n) for n, q in wanted.items()
    )
    return Holds(**db.session.execute(sa.select(*counted)).one()._mapping)
