"""The copy of the record for the client who asked for it: papers of everything written, and the files, in one zip.

Nothing of it is kept: the record itself is, and each making has its line on the trail. Left out are alerts and staff
tasks (PRINT §1.6), notes that are kept back, and the names of others that have a field of their own: supporters, who
takes a step. Names inside texts are not found.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app import clock
from app.documents import heading
from app.documents.issuing import pdf_of
from app.documents.particulars import blank, row
from app.documents.rendering import render
from app.engines import writing
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.document import Document, Paper, StoredFile
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, AssessmentStatus
from app.models.base import Choice
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Race
from app.models.closing.closure import Closure
from app.models.intake.access_request import AccessRequest
from app.models.intake.accounting import accounted
from app.models.intake.consent import Consent
from app.models.intake.statement import Statement
from app.models.intake.withholding import Withholding
from app.models.linking.referral import Referral
from app.models.monitoring.note import Note
from app.models.planning.goal import Goal
from app.models.planning.plan import Plan, PlanStatus

NOTES_IN_A_PART = 80
"""So many notes are printed in one paper, so that none is too long to be made."""

IN_MEMORY = 16 * 1024 * 1024


@dataclass
class Gathered:
    """What was read for a copy: the particulars of its papers, the papers issued before, and the files with their bytes' number."""

    papers: list[dict[str, Any]] = field(default_factory=list)
    issued: list[tuple[str, int]] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)


def gathered(asked: AccessRequest, *, by: User) -> Gathered:
    """Everything that the copy holds, in the reach of the person who makes it; reads only."""
    client = asked.client
    cases = list(db.session.scalars(_cases(client, by)).unique())
    issued, files = list(_issued(client, by)), list(_files(client, by))
    papers = [part for case in cases for part in _parts(case, by)] or [_paper(client)]
    papers[0]["facts"] = _facts(client)
    for number, paper in enumerate(papers, 1):
        paper |= {"part": number, "parts": len(papers), "made_by": by.signature_name}
    papers[-1]["files"] = [name for name, _id in (*issued, *files)]
    return Gathered(papers, issued, files)


def packed(copy: Gathered) -> IO[bytes]:
    """The zip; rendering and reading happen outside of any write transaction. Raises RenderingFailed or RenderingUnavailable."""
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (it is the answer)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in copy.papers:
            archive.writestr(f"record-{paper['part']}-of-{paper['parts']}.pdf", render(paper))
        token = writing.set(False)
        try:
            for name, paper_id in copy.issued:
                archive.writestr(f"files/{name}", pdf_of(db.session.get_one(Paper, paper_id)))
            for name, file_id in copy.files:
                query = sa.select(StoredFile.content).where(StoredFile.id == file_id)
                archive.writestr(f"files/{name}", db.session.scalars(query).one())
            db.session.rollback()
        finally:
            writing.reset(token)
    out.seek(0)
    return out


# -- The files


def _issued(client: Client, by: User) -> Iterator[tuple[str, int]]:
    """The names in the zip of the papers that were issued, and which they are; one never printed yet is printed now."""
    papers = Paper.visible_to(by).where(Paper.client_id == client.id).order_by(Paper.id)
    for paper in db.session.scalars(papers.options(lazyload("*"))):
        yield paper.file_name, paper.id


def _files(client: Client, by: User) -> Iterator[tuple[str, int]]:
    """The names in the zip of the files, each told apart by a number, and whose bytes they are."""
    documents = Document.visible_to(by).where(Document.client_id == client.id).order_by(Document.id)
    for document in db.session.scalars(documents.options(lazyload("*"))):
        yield f"{document.id}-{_plain_name(document.file_name)}", document.file_id


def _plain_name(name: str) -> str:
    """A file's own name, without anything that could lead out of the folder."""
    plain = "".join(
        sign if sign.isalnum() or sign in " ._-()" else "_" for sign in PurePath(name.replace("\\", "/")).name
    )
    return plain.strip(". ")[:120] or "file"


# -- The papers


def _cases(client: Client, by: User) -> sa.Select[Any]:
    return Case.visible_to(by).where(Case.client_id == client.id).order_by(Case.id)


def _paper(client: Client) -> dict[str, Any]:
    reading = heading.as_read_by(client)
    paper = blank("record_copy") | heading.issued() | heading.about(client) | reading
    return paper | {"grievance_contact": Agency.here().grievance_contact or ""}


def _row(*path: str, **values: Any) -> dict[str, Any]:
    return row("record_copy", *path) | values


def _facts(client: Client) -> list[dict[str, Any]]:
    """What is written about the person, field by field, as the record has them; what is empty is left out."""
    telephones = "\n".join(phone.number for phone in client.phones)
    addresses = "\n".join(f"{address.line} ({address.kind.label})" for address in client.open_addresses)
    if client.hidden_addresses:  # a paper that is found must not tell where somebody hides
        addresses += "\n(a confidential address, which is not printed)"
    races = "; ".join(Race(code).label for code in client.race or [])
    known: dict[str, Any] = {
        "Legal name": client.legal_name, "Goes by": client.preferred_name,
        "Other names": ", ".join(name.text for name in client.other_names), "Pronouns": client.pronouns,
        "Birth date": _iso(client.born_on), "Sex": client.sex.label, "Race and ethnicity": races,
        "Language": client.spoken_language, "Written language": client.written_language,
        "Interpreter": client.interpreter.label, "Telephones": telephones, "Email": client.email,
        "Addresses": addresses.strip(), "How to reach you safely": client.safe_contact, "What helps": client.what_helps,
    }  # fmt: skip
    return [_row("facts", name=name, value=str(value)) for name, value in known.items() if value]


def _parts(case: Case, by: User) -> Iterator[dict[str, Any]]:
    """The papers of one case: the first has everything but the later notes."""
    statements = list(db.session.scalars(Statement.of(case)))
    back = Withholding.notes_of(case.id)
    notes = [_note(note, statements) for note in _notes(case) if note.id not in back]
    chunks = [notes[first : first + NOTES_IN_A_PART] for first in range(0, len(notes), NOTES_IN_A_PART)] or [[]]
    for number, chunk in enumerate(chunks):
        paper = _paper(case.client) | {"case": _case(case), "has_case": True, "notes": chunk}
        if number == 0:
            paper |= {
                "assessments": [_assessment(each, statements) for each in _assessments(case)],
                "plans": [_plan(plan, statements) for plan in _plans(case)],
                "referrals": [_referral(referral) for referral in _referrals(case)],
                "permissions": [_permission(consent) for consent in db.session.scalars(Consent.counting_in(case))],
                "closings": [_closing(closure, statements) for closure in case.closures],
                "disclosures": list(_disclosures(case, by)),
                "statements": [_said(each) for each in statements if each.entry is None],
                "kept_back": len(back),
            }
        yield paper


def _case(case: Case) -> dict[str, Any]:
    return row("record_copy", "case") | {
        "program": case.program.name,
        "status": case.status.label,
        "received_on": _iso(case.received_on),
        "opened_on": _iso(case.opened_on),
        "worker": case.worker.signature_name if case.worker else "",
        "concern": (case.intake.presenting_concern if case.intake else None) or "",
    }


def _of(statements: list[Statement], kind: str, id: int) -> list[dict[str, Any]]:
    return [_said(statement) for statement in statements if statement.entry == (kind, id)]


def _said(statement: Statement) -> dict[str, Any]:
    return _row("statements", on=_iso(statement.stated_on), text=statement.text, response=statement.response or "")


def _assessments(case: Case) -> Any:
    query = sa.select(Assessment).where(Assessment.case_id == case.id, Assessment.status == AssessmentStatus.SIGNED)
    return db.session.scalars(query.order_by(Assessment.id).options(selectinload(Assessment.needs))).unique()


def _assessment(assessment: Assessment, statements: list[Statement]) -> dict[str, Any]:
    needs = [
        _row(
            "assessments", "needs", area=need.domain.label, level=_label(need.level), status=need.status.label,
            situation=need.situation or "",
        )
        for need in assessment.needs
    ]  # fmt: skip
    signed_on = clock.local(assessment.signed_at).date() if assessment.signed_at else None
    return _row(
        "assessments", type=assessment.type.label, on=_iso(signed_on), by=assessment.signed_as or "",
        summary=assessment.summary or "", needs=needs, statements=_of(statements, "assessment", assessment.id),
    )  # fmt: skip


def _plans(case: Case) -> Any:
    query = sa.select(Plan).where(
        Plan.case_id == case.id, Plan.frozen_at.is_not(None), Plan.status != PlanStatus.IN_ERROR
    )
    whole = selectinload(Plan.goals).selectinload(Goal.steps)
    return db.session.scalars(query.order_by(Plan.number).options(whole)).unique()


def _plan(plan: Plan, statements: list[Statement]) -> dict[str, Any]:
    frozen_on = clock.local(plan.frozen_at).date() if plan.frozen_at else None
    return _row(
        "plans", number=plan.number, status=plan.status.label, on=_iso(plan.in_force_on or frozen_on),
        vision=plan.vision or "", goals=[_goal(goal) for goal in plan.goals], statements=_of(statements, "plan", plan.id),
    )  # fmt: skip


def _goal(goal: Goal) -> dict[str, Any]:
    steps = [
        _row(
            "plans", "goals", "steps", action=step.action, who=_label(step.actor), by_on=_iso(step.due_on),
            status=step.status.label,
        )
        for step in goal.steps
    ]  # fmt: skip
    return _row(
        "plans", "goals", statement=goal.statement, status=goal.status.label, by_on=_iso(goal.target_on), steps=steps
    )


def _notes(case: Case) -> Any:
    query = sa.select(Note).where(Note.case_id == case.id, Note.parent_id.is_(None))
    return db.session.scalars(query.order_by(Note.happened_on, Note.id).options(selectinload(Note.addenda))).unique()


def _note(note: Note, statements: list[Statement]) -> dict[str, Any]:
    added = [
        _row("notes", "added", at=_moment(each.created_at), by=each.signed_as, text=each.text)
        for each in note.addenda
        if each.in_error_at is None
    ]
    wrong = (note.in_error_reason or "entered in error") if note.in_error_at is not None else ""
    return _row(
        "notes", on=_iso(note.happened_on), method=note.method.label, by=note.signed_as,
        written_at=_moment(note.created_at), text=note.text, in_error=wrong, added=added,
        statements=_of(statements, "note", note.id),
    )  # fmt: skip


def _referrals(case: Case) -> Any:
    query = sa.select(Referral).where(Referral.case_id == case.id).order_by(Referral.id)
    return db.session.scalars(query.options(lazyload("*"), joinedload(Referral.case))).unique()


def _referral(referral: Referral) -> dict[str, Any]:
    return _row(
        "referrals", on=_iso(referral.sent_on or referral.written_on), provider=referral.provider, what=referral.what,
        status=referral.status.label, outcome=_label(referral.outcome),
    )  # fmt: skip


def _permission(consent: Consent) -> dict[str, Any]:
    ended_on = clock.local(consent.revoked_at).date() if consent.revoked_at else None
    return _row(
        "permissions", type=consent.type.label, recipient=consent.recipient or "", outcome=_label(consent.outcome),
        signed_on=_iso(consent.signed_on), until=_iso(consent.expires_on), ended_on=_iso(ended_on),
    )  # fmt: skip


def _closing(closure: Closure, statements: list[Statement]) -> dict[str, Any]:
    return _row(
        "closings", on=_iso(closure.closed_on), reason=_label(closure.reason), rationale=closure.rationale or "",
        statements=_of(statements, "closure", closure.id),
    )  # fmt: skip


def _disclosures(case: Case, by: User) -> Iterator[dict[str, Any]]:
    """What was shared in this case, or about the client as such, since the beginning."""
    everything = accounted(case.client, reader=by, from_on=date(1900, 1, 1), to_on=clock.today())
    for shared in reversed(everything):
        if shared.stands and shared.case_id in (None, case.id):
            what = "; ".join(item.label for item in shared.information) or shared.what
            yield _row(
                "disclosures", on=_iso(shared.on), recipient=shared.recipient, what=what, basis=shared.basis.label
            )


def _label(member: Choice | None) -> str:
    return member.label if member is not None else ""


def _iso(day: Any) -> str:
    return day.isoformat() if day is not None else ""


def _moment(instant: Any) -> str:
    return clock.local(instant).isoformat(timespec="seconds")
