"""The accounting of disclosures, for the client: what we told others, to whom, when, by what right, what for.

It is of one case: whoever may open the case may open the paper, so nothing of another case stands on it, only what was
shared about the client as such.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.documents import heading
from app.documents.particulars import blank, check, row
from app.documents.sentences import LOCALES, SOURCE, Tongue
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.document import Paper, PaperKind, code_for
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.intake.accounting import Shared, accounted, of_case


def issue(case: Case, *, by: User, from_on: date, to_on: date) -> Paper:
    """Freeze the accounting of this case for a period, in the reach of the person who asks."""
    kind = PaperKind.DISCLOSURE_ACCOUNT
    of_kind = sa.select(sa.func.count(Paper.id)).where(Paper.client_id == case.client_id, Paper.kind == kind)
    number = 1 + db.session.scalars(of_kind).one()
    code = code_for(kind, case.client.number or "", number)
    frozen = particulars(case, by=by, from_on=from_on, to_on=to_on) | {"code": code}
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


def particulars(case: Case, *, by: User, from_on: date, to_on: date) -> dict[str, Any]:
    """The particulars of the accounting, but for its code; reads only."""
    agency, client = Agency.here(), case.client
    reading = heading.as_read_by(client)
    found = of_case(accounted(client, reader=by, from_on=from_on, to_on=to_on), case)
    tongue = Tongue(reading["language"] if reading["language"] in LOCALES else SOURCE)
    worker = case.worker or by
    paper = blank("disclosure_account") | heading.issued() | heading.about(client) | reading
    return paper | {
        "program": case.program_on_paper,
        "from_on": str(from_on),
        "to_on": str(to_on),
        "disclosures": [_row(shared, tongue) for shared in reversed(found)],
        "grievance_contact": agency.grievance_contact or "",
        "worker": {"name": worker.name, "title": worker.title or worker.role.label, "phone": worker.phone or ""},
    }


def _row(shared: Shared, tongue: Tongue) -> dict[str, Any]:
    kinds = "; ".join(str(tongue.label(item.label)) for item in shared.information)
    return row("disclosure_account", "disclosures") | {
        "on": str(shared.on),
        "recipient": shared.recipient,
        "address": shared.address,
        "method": shared.method.label,
        "what": ": ".join(part for part in (kinds, shared.what) if part),
        "purpose": shared.purpose,
        "basis": shared.basis.label,
        "permission_on": str(shared.permission_on or ""),
        "by": shared.by,
    }
