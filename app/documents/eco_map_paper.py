"""The eco-map on paper: the client's circle as it was on a day, drawn, and the same in words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.documents import heading
from app.documents.particulars import blank, check
from app.extensions import db
from app.models.agency.document import Paper, PaperKind, code_for
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.caseload.circle import circle_on_paper, household_on_paper


def issue(case: Case, *, by: User) -> Paper:
    """Freeze the circle as a paper of this case may show it (`circle_on_paper`)."""
    kind = PaperKind.ECO_MAP
    of_kind = sa.select(sa.func.count(Paper.id)).where(Paper.client_id == case.client_id, Paper.kind == kind)
    number = 1 + db.session.scalars(of_kind).one()
    code = code_for(kind, case.client.number or "", number)
    frozen = particulars(case, by=by) | {"code": code}
    check(frozen)
    return Paper.issue(
        case=case,
        by=by,
        kind=kind,
        number=number,
        title=kind.label,
        particulars=frozen,
        code=code,
        language=frozen["language"],
    )


def particulars(case: Case, *, by: User) -> dict[str, Any]:
    """The particulars of the map, but for its code; reads only."""
    client, worker = case.client, case.worker or by
    paper = blank("eco_map") | heading.issued() | heading.about(client) | heading.as_read_by(client)
    return paper | {
        "program": case.program_on_paper,
        "household": household_on_paper(case),
        "around": [near._asdict() for near in circle_on_paper(case)],
        "worker": {"name": worker.name, "title": worker.title or worker.role.label, "phone": worker.phone or ""},
    }
