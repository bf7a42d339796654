"""What happens to records when the program that keeps them is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.caseload.alert import Alert
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.emergency import EmergencyOpening
from app.models.caseload.household import Household, HouseholdMember
from app.models.caseload.program import Program, Regime
from app.models.caseload.relationship import Relationship
from app.models.intake.access_request import AccessRequest
from app.models.intake.consent import Consent
from app.models.planning.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable

OF_NO_CASE = (Consent, Alert, Document, Relationship, Household, HouseholdMember, Signature, AccessRequest)


def has_cases(program: Program) -> bool:
    """Whether a case was ever opened in this program."""
    return db.session.scalar(sa.select(Case.id).where(Case.program_id == program.id).limit(1)) is not None


def clients_shared_by(program: Program) -> bool:
    """Whether a client of this program has a case in another one."""
    shared = sa.select(Case.id).where(Case.client_id.in_(_clients_of(program)), Case.program_id != program.id)
    return db.session.scalar(shared.limit(1)) is not None


def seal(program: Program) -> None:
    """Close the program's records to everybody outside it, from now on.

    Permissions, alerts, files and people that were put into the record of a client who has no case elsewhere go with the case;
    whoever had opened one of the records in an emergency does not see it any more.
    """
    for case in db.session.scalars(sa.select(Case).where(Case.program_id == program.id)):
        take_along(case)
    ours = _clients_of(program)
    if program.regime is Regime.VICTIM_SERVICES:
        db.session.execute(sa.update(Client).where(Client.id.in_(ours)).values(kept_by_id=program.id))
    running = sa.update(EmergencyOpening).where(
        EmergencyOpening.client_id.in_(ours), EmergencyOpening.until_at > clock.now()
    )
    db.session.execute(running.values(until_at=clock.now()))


def take_along(case: Case) -> None:
    """Put what is in the client's record and of no case yet into this one, when it is the only one the client has."""
    if db.session.scalar(sa.select(Case.id).where(Case.client_id == case.client_id, Case.id != case.id).limit(1)):
        return
    for kind in OF_NO_CASE:
        rows: Iterable[Any] = db.session.scalars(
            sa.select(kind).where(kind.client_id == case.client_id, kind.case_id.is_(None))
        )
        for row in rows:
            row.case = case


def _clients_of(program: Program) -> sa.Select[Any]:
    return sa.select(Case.client_id).where(Case.program_id == program.id)
