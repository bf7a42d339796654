"""Texts that were left unsaved: in which form, about whom, and where they are gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.draft import Draft
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, Need
from app.models.base import N_
from app.models.caseload.alert import Alert
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.emergency import EmergencyOpening
from app.models.caseload.household import Household, HouseholdMember
from app.models.caseload.identifier import Identifier
from app.models.caseload.income import IncomeRecord
from app.models.caseload.merge import Merge
from app.models.caseload.program import Program
from app.models.caseload.relationship import Relationship
from app.models.closing.closure import Closure
from app.models.intake.access_request import AccessRequest
from app.models.intake.consent import Consent
from app.models.intake.disclosure import Disclosure
from app.models.intake.statement import Statement
from app.models.linking.directory import Service
from app.models.linking.referral import Referral
from app.models.monitoring.note import Note
from app.models.monitoring.task import Task
from app.models.planning.goal import Goal, Objective, Step
from app.models.planning.plan import Plan, PlannedService, PlannedSupport

SOON = timedelta(days=7)


class Kept(NamedTuple):
    """A form that keeps drafts: its name in words, whose number it carries, where it stands, and which right it needs."""

    label: str
    model: type[Any] | None  # None: about no record, the number is 0
    endpoint: str
    argument: str = "id"
    right: str = "work_cases"

    @property
    def of_a_client(self) -> bool:
        """Whether the form is about something in a client's file, and so within the file's reach."""
        return hasattr(self.model, "visible_to")


FORMS: dict[str, Kept] = {
    "access_answer": Kept(
        N_("Answer to a request for the record"), AccessRequest, "access_answers.new", "access_request_id"
    ),
    "access_extension": Kept(
        N_("More time for a request"), AccessRequest, "access_extensions.new", "access_request_id"
    ),
    "access_request": Kept(N_("Request for the record"), Client, "access_requests.new", "client_id"),
    "addendum": Kept(N_("Correction to a note"), Note, "addenda.new", "note_id"),
    "agency": Kept(N_("The agency’s settings"), None, "settings.edit", "", "run_agency"),
    "alert": Kept(N_("New alert"), Client, "alerts.new", "client_id"),
    "alert_review": Kept(N_("Alert looked at again"), Alert, "alert_reviews.new", "alert_id"),
    "alert_end": Kept(N_("End of an alert"), Alert, "alerts.edit"),
    "assessment": Kept(N_("Assessment"), Assessment, "assessments.show"),
    "assessment_signing": Kept(N_("Signing an assessment"), Assessment, "assessment_signatures.new", "assessment_id"),
    "assignment": Kept(N_("Handing over"), Case, "assignments.new", "case_id"),
    "case": Kept(N_("New case"), Client, "cases.new", "client_id", "take_in"),
    "circumstances": Kept(N_("Client’s circumstances"), Client, "circumstances.edit", "client_id"),
    "client": Kept(N_("Client’s details"), Client, "clients.edit"),
    "client_addresses": Kept(N_("Client’s addresses"), Client, "addresses.edit", "client_id", "correct_contacts"),
    "client_contact": Kept(
        N_("How to reach a client"), Client, "contact_details.edit", "client_id", "correct_contacts"
    ),
    "client_demographics": Kept(N_("Client’s birth, sex and race"), Client, "demographics.edit", "client_id"),
    "client_languages": Kept(N_("Client’s languages"), Client, "languages.edit", "client_id"),
    "client_names": Kept(N_("Client’s names"), Client, "names.edit", "client_id"),
    "client_new": Kept(N_("New client"), None, "clients.new", "", "add_clients"),
    "client_remarks": Kept(N_("What helps a client"), Client, "remarks.edit", "client_id"),
    "closure": Kept(N_("Closing"), Closure, "closures.show"),
    "closure_return": Kept(N_("Returning a closing"), Closure, "closures.show", "id", "approve_closures"),
    "consent": Kept(N_("Permission"), Client, "consents.new", "client_id"),
    "consent_draft": Kept(N_("New permission to sign"), Case, "consent_drafts.new", "case_id"),
    "consent_edit": Kept(N_("Permission to sign"), Consent, "consents.edit"),
    "consent_end": Kept(N_("End of a permission"), Consent, "revocations.new", "consent_id"),
    "consent_error": Kept(N_("Permission entered in error"), Consent, "consents.destroy"),
    "consent_signing": Kept(N_("Signatures on a permission"), Consent, "consent_signatures.new", "consent_id"),
    "contact": Kept(N_("Contact"), Case, "contacts.new", "case_id", "record_contacts"),
    "distinction": Kept(N_("Two people told apart"), Client, "distinctions.new", "client_id", "merge_clients"),
    "disposition": Kept(N_("Decision at intake"), Case, "intakes.edit", "case_id"),
    "disclosure": Kept(N_("What was shared"), Client, "disclosures.new", "client_id"),
    "disclosure_error": Kept(N_("Sharing entered in error"), Disclosure, "disclosures.destroy"),
    "document": Kept(N_("New file"), Client, "documents.new", "client_id"),
    "duplicate": Kept(
        N_("Perhaps on record twice"), PossibleDuplicate, "possible_duplicates.edit", "id", "restrict_clients"
    ),
    "emergency_review": Kept(
        N_("Review of an emergency opening"), EmergencyOpening, "emergency_openings.edit", "id", "review_openings"
    ),
    "freezing": Kept(N_("Making a plan ready"), Plan, "freezings.new", "plan_id"),
    "goal": Kept(N_("Goal"), Goal, "goals.edit"),
    "goal_mark": Kept(N_("How a goal stands"), Goal, "goal_marks.new"),
    "goal_new": Kept(N_("New goal"), Plan, "goals.new", "plan_id"),
    "hold": Kept(N_("Putting a case on hold"), Case, "holds.new", "case_id"),
    "identifier_removal": Kept(N_("Number taken off"), Identifier, "identifiers.destroy"),
    "income": Kept(N_("Client’s income"), Client, "income_records.new", "client_id"),
    "income_error": Kept(N_("Income entered in error"), IncomeRecord, "income_errors.new", "income_record_id"),
    "household_member": Kept(N_("Person in a household"), HouseholdMember, "household_members.edit"),
    "household_member_error": Kept(
        N_("Person in a household, entered in error"), HouseholdMember, "household_members.destroy"
    ),
    "household_member_new": Kept(N_("Person in a household"), Household, "household_members.new", "household_id"),
    "inquiry": Kept(N_("New inquiry"), None, "inquiries.new", "", "take_in"),
    "eligibility": Kept(N_("Eligibility"), Case, "eligibilities.edit", "case_id"),
    "packet": Kept(N_("Packet"), Case, "packets.edit", "case_id"),
    "requirement": Kept(N_("What a program asks"), Program, "requirements.index", "program_id", "run_agency"),
    "intake": Kept(N_("Intake"), Case, "intakes.edit", "case_id"),
    "merge": Kept(N_("Merging two records"), Client, "merges.new", "client_id", "merge_clients"),
    "merge_undoing": Kept(N_("Taking merged records apart"), Merge, "merges.destroy", "id", "merge_clients"),
    "need": Kept(N_("Rating of an area"), Need, "needs.edit"),
    "need_new": Kept(N_("Rating of an area"), Assessment, "needs.new", "assessment_id"),
    "note": Kept(N_("Note"), Case, "notes.index", "case_id"),
    "note_error": Kept(N_("Note entered in error"), Note, "note_errors.new", "note_id"),
    "objective": Kept(N_("Objective"), Objective, "objectives.edit"),
    "objective_new": Kept(N_("New objective"), Goal, "objectives.new", "goal_id"),
    "plan": Kept(N_("Service plan"), Plan, "plans.edit"),
    "planned_need": Kept(N_("Need set aside"), Plan, "planned_needs.new", "plan_id"),
    "planned_service": Kept(N_("Service in a plan"), PlannedService, "planned_services.edit"),
    "planned_service_new": Kept(N_("Service in a plan"), Plan, "planned_services.new", "plan_id"),
    "planned_support": Kept(N_("Person in a plan"), PlannedSupport, "planned_supports.edit"),
    "planned_support_new": Kept(N_("Person in a plan"), Plan, "planned_supports.new", "plan_id"),
    "program": Kept(N_("Program"), Program, "programs.edit", "id", "run_agency"),
    "program_new": Kept(N_("New program"), None, "programs.new", "", "run_agency"),
    "referral": Kept(N_("Referral"), Case, "referrals.new", "case"),
    "referral_edit": Kept(N_("Referral"), Referral, "referrals.edit"),
    "referral_error": Kept(N_("Referral entered in error"), Referral, "referrals.show"),
    "referral_outcome": Kept(N_("What came of a referral"), Referral, "referral_outcomes.new"),
    "referral_update": Kept(N_("News about a referral"), Referral, "referral_updates.new"),
    "relationship": Kept(N_("Somebody who belongs to a client"), Relationship, "relationships.edit"),
    "relationship_error": Kept(N_("Relationship entered in error"), Relationship, "relationships.destroy"),
    "relationship_new": Kept(N_("Somebody who belongs to a client"), Client, "relationships.new", "client_id"),
    "reopening": Kept(N_("Reopening a case"), Closure, "reopenings.new", "closure_id", "reopen_cases"),
    "restriction_end": Kept(N_("End of a restriction"), Client, "restrictions.new", "client_id", "restrict_clients"),
    "service": Kept(N_("Correction of the directory"), Service, "services.edit", "id", "edit_services"),
    "service_new": Kept(N_("New service"), None, "services.new", "", "edit_services"),
    "signing": Kept(N_("Signatures on a plan"), Plan, "signatures.new", "plan_id"),
    "stand_in": Kept(N_("Stand-in"), None, "stand_ins.new", "", "work_cases"),
    "statement": Kept(N_("Statement of the client"), Case, "statements.new", "case_id"),
    "statement_response": Kept(N_("Answer to a statement"), Statement, "statement_responses.new", "statement_id"),
    "step": Kept(N_("Step"), Step, "steps.edit"),
    "step_mark": Kept(N_("How a step is coming along"), Step, "step_marks.new"),
    "step_new": Kept(N_("New step"), Goal, "steps.new", "goal_id"),
    "task": Kept(N_("Task"), Task, "tasks.edit"),
    "task_cancellation": Kept(N_("Cancelling a task"), Task, "task_cancellations.new"),
    "task_new": Kept(N_("New task"), Case, "tasks.index", "case_id"),
    "withholding": Kept(N_("Note kept back from copies"), Note, "withholdings.new", "note_id"),
}
"""The forms that keep drafts; a form with room for text that is not here fails a test."""


@dataclass(frozen=True)
class Unfinished:
    """A text somebody left unsaved: in which form, about which record of which client, until when, and whose it is."""

    id: int
    form: str
    about: int
    saved_at: datetime
    ends_at: datetime
    client: Client | None
    who: str
    texts: list[str]
    """What was typed, the longest text first, without what was only chosen; empty for somebody else's."""

    @property
    def kept(self) -> Kept:
        return FORMS[self.form]

    @property
    def ends_soon(self) -> bool:
        """Whether it is deleted within a week."""
        return self.ends_at - clock.now() < SOON


def reaches(user: User, form: str, about: int) -> bool:
    """Whether there is such a form, about a record that this person reaches; the right to write is another question."""
    kept = FORMS.get(form)
    if kept is None:
        return False
    if kept.model is None:
        return about == 0
    model: Any = kept.model
    rows: sa.Select[Any] = model.visible_to(user) if kept.of_a_client else sa.select(model)
    found = db.session.scalar(rows.where(model.id == about).with_only_columns(model.id))
    return found is not None


def unfinished(user: User) -> list[Unfinished]:
    """What this person left unsaved, newest first; only about records they still reach. Two queries."""
    return _shown(Draft.of(user), reader=user, with_texts=True)


def left_behind(reader: User) -> list[Unfinished]:
    """Unsaved texts, of people whose accounts are closed, about clients in reach: that they exist, not what they say."""
    writers = sa.select(User.id).where(User.disabled_at.is_not(None))
    left = sa.select(Draft).where(Draft.user_id.in_(writers), Draft.living()).order_by(Draft.saved_at.desc()).limit(500)
    return [text for text in _shown(left, reader=reader) if text.client is not None]


def _shown(drafts: sa.Select[Any], *, reader: User, with_texts: bool = False) -> list[Unfinished]:
    """The drafts as a list shows them: out of the reader's reach they are left out."""
    writer = aliased(User)
    values = Draft.values if with_texts else sa.null().label("values")
    columns = (Draft.id, Draft.form, Draft.about, Draft.saved_at, writer.name, values.label("kept"))
    found = db.session.execute(drafts.join(writer, writer.id == Draft.user_id).with_only_columns(*columns)).all()
    whose = _clients_of(reader, {(row.form, row.about) for row in found})
    kept = Agency.here().drafts_kept
    return [
        Unfinished(
            row.id, row.form, row.about, row.saved_at, row.saved_at + kept,
            whose.get((row.form, row.about)), row.name, _texts(row.kept or {}),
        )
        for row in found
        if row.form in FORMS and (not FORMS[row.form].of_a_client or (row.form, row.about) in whose)
    ]  # fmt: skip


def _texts(values: dict[str, list[str]]) -> list[str]:
    """What of a draft are words a person typed; marks, numbers and choices are none."""
    said = [text.strip() for name, texts in values.items() if name != "opened" for text in texts]
    return sorted({text for text in said if len(text.split()) > 1}, key=len, reverse=True)


def _clients_of(user: User, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], Client | None]:
    """The client of each draft's record, as far as this person reaches it.

    None where they reach the record and not the client: a supervisor reviews openings of files that stay closed to them.
    """
    branches = []
    for form in sorted({form for form, _about in wanted if form in FORMS and FORMS[form].of_a_client}):
        model: Any = FORMS[form].model
        client_id = model.id if model is Client else model.client_id
        reached = model.visible_to(user).where(model.id.in_([about for name, about in wanted if name == form]))
        columns = (sa.literal(form).label("form"), model.id.label("about"), client_id.label("client_id"))
        branches.append(reached.with_only_columns(*columns, maintain_column_froms=True))
    if not branches:
        return {}
    union = sa.union_all(*branches).subquery()
    whose = aliased(Client)
    reach = Client.visible_to(user).where(Client.id == whose.id).with_only_columns(Client.id).correlate(whose).exists()
    query = sa.select(union.c.form, union.c.about, whose).outerjoin(
        whose, sa.and_(whose.id == union.c.client_id, reach)
    )
    return {(form, about): client for form, about, client in db.session.execute(query)}
