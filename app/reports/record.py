"""What stands at the head of a client's record on every page, and what its overview shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import joinedload, lazyload, load_only

from app.extensions import db
from app.models.agency.document import Document, Paper
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, AssessmentStatus
from app.models.caseload.alert import Alert
from app.models.caseload.case import LIVING, Assignment, Case, Stage, stage_of
from app.models.caseload.client import Client, NamedStaff
from app.models.caseload.household import HouseholdMember
from app.models.caseload.relationship import Relationship
from app.models.caseload.stand_in import StandIn
from app.models.closing.closure import Closure
from app.models.intake.consent import Consent
from app.models.intake.intake import Intake
from app.models.linking.referral import Referral, ReferralStatus
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task
from app.models.planning.plan import IN_FORCE, Plan, PlanStatus


class NextTask(NamedTuple):
    """The undone task that is due first."""

    id: int
    title: str
    due_on: date


class PlanInForce(NamedTuple):
    """The version of the plan that holds now."""

    id: int
    number: int
    in_force_on: date | None
    review_on: date | None


class NewestPlan(NamedTuple):
    """The version with the highest number, in force or not."""

    id: int
    number: int
    status: PlanStatus


@dataclass(frozen=True)
class Head:
    """The head of a record: the client, the case that is looked at, and what must be seen at once.

    `cases` are those the reader may see, what matters most first; `case` is one of them, or None when there is none.
    `counts` are the numbers on the tabs: notes, referrals, tasks (still to do), documents (with issued papers),
    people (around the client and in the household).
    """

    client: Client
    case: Case | None
    cases: list[Case]
    alerts: list[Alert]
    counts: dict[str, int]
    stage: Stage | None
    last_contact: date | None
    last_method: Method | None
    next_task: NextTask | None
    plan_in_force: PlanInForce | None
    newest_plan: NewestPlan | None
    taken_in_on: date | None
    assessed_at: datetime | None
    closure_id: int | None
    named_staff: int
    stand_in: str | None
    releases_ending: int
    releases_taken_back: int
    no_texting: bool

    @property
    def writable(self) -> bool:
        """Whether something can be added to the case."""
        return self.case is not None and self.case.status in LIVING

    @property
    def must_be_seen(self) -> bool:
        """Whether the red notice stands on the page."""
        return bool(self.alerts or self.client.safe_contact or self.client.do_not_contact)


def head_of(client: Client, case: Case | None = None, *, case_id: int | None = None) -> Head:
    """The head of this client's record, in two queries.

    Without `case` (or a `case_id` among the reader's cases) it is about a living case before an ended one, the reader's
    own before a colleague's, the newest before an older one.
    """
    reader: User = current_user._get_current_object()
    cases = _cases_of(client, reader)
    if case is None:
        case = next((c for c in cases if c.id == case_id), cases[0] if cases else None)
    rows = db.session.execute(_facts_of(client, case, cases, reader)).unique().all()
    facts = rows[0]._mapping
    return Head(
        client=client,
        case=case,
        cases=cases,
        alerts=[row.Alert for row in rows if row.Alert is not None],
        counts={name: facts[name] for name in ("notes", "referrals", "tasks", "documents", "people")},
        stage=Stage(facts["stage"]) if facts["stage"] else None,
        last_contact=facts["last_contact"],
        last_method=facts["last_method"],
        next_task=_row(NextTask, facts, "task_"),
        plan_in_force=_row(PlanInForce, facts, "plan_"),
        newest_plan=_row(NewestPlan, facts, "newest_"),
        taken_in_on=facts["taken_in_on"],
        assessed_at=facts["assessed_at"],
        closure_id=facts["closure_id"],
        named_staff=facts["named_staff"],
        stand_in=facts["stand_in"],
        releases_ending=facts["releases_ending"],
        releases_taken_back=facts["releases_taken_back"],
        no_texting=bool(facts["no_texting"]),
    )


def case_chosen(form: Any, head: Head) -> Case | None:
    """The case that was chosen in a form for something in this record; the only one there is needs no choice."""
    if len(head.cases) == 1:
        return head.cases[0]
    return next((case for case in head.cases if case.id == form.case.data), None)


def _row(kind: type[Any], facts: Any, prefix: str) -> Any:
    """The record whose columns carry this prefix, or None when there is none."""
    values = {name: facts[prefix + name] for name in kind._fields}
    return kind(**values) if values["id"] else None


def _cases_of(client: Client, reader: User) -> list[Case]:
    """The client's cases in the reader's reach with their workers: the living first, of these the reader's own."""
    query = (
        Case.visible_to(reader)
        .where(Case.client_id == client.id)
        .order_by(Case.id.desc())
        .options(
            joinedload(Case.assignments).joinedload(Assignment.user).options(lazyload(User.memberships)),
            joinedload(Case.closures).options(
                # without the client: joined within an outer join, SQLite would read every closure there is
                load_only(Closure.closed_on, Closure.reopened_at, Closure.withdrawn_at),
                lazyload("*"),
            ),
        )
    )
    cases = db.session.scalars(query).unique()
    return sorted(cases, key=lambda case: (case.status not in LIVING, case.worker is not reader))


def _facts_of(client: Client, case: Case | None, cases: list[Case], reader: User) -> sa.Select[Any]:
    """One row per alert in force (one with no alert when there is none), each with the same facts about the case."""
    id = case.id if case is not None else 0
    in_reach = [c.id for c in cases]
    task = sa.select(Task).where(Task.case_id == id, Task.undone()).order_by(Task.due_on, Task.id).limit(1)
    plans = sa.select(Plan).where(Plan.case_id == id, Plan.status != PlanStatus.IN_ERROR).order_by(Plan.number.desc())
    plan = plans.where(Plan.status.in_(IN_FORCE)).limit(1)
    contact = (
        sa.select(Note)
        .where(Note.case_id == id, *Note.counts_as_contact())
        .order_by(Note.happened_on.desc(), Note.id.desc())
        .limit(1)
    )
    signed = sa.select(Assessment).where(Assessment.case_id == id, Assessment.status == AssessmentStatus.SIGNED)
    columns = {
        "notes": _number(Note, Note.case_id == id, Note.parent_id.is_(None), Note.in_error_at.is_(None)),
        "referrals": _number(Referral, Referral.case_id == id, Referral.status != ReferralStatus.IN_ERROR),
        "tasks": _number(Task, Task.case_id == id, Task.undone()),
        "documents": _papers_and_files(client, in_reach),
        "people": _people_around(client, reader),
        "stage": sa.select(stage_of()).where(Case.id == id).scalar_subquery(),
        "last_contact": _one(contact, Note.happened_on),
        "last_method": _one(contact, Note.method),
        "task_id": _one(task, Task.id),
        "task_title": _one(task, Task.title),
        "task_due_on": _one(task, Task.due_on),
        "plan_id": _one(plan, Plan.id),
        "plan_number": _one(plan, Plan.number),
        "plan_in_force_on": _one(plan, Plan.in_force_on),
        "plan_review_on": _one(plan, Plan.review_on),
        "newest_id": _one(plans.limit(1), Plan.id),
        "newest_number": _one(plans.limit(1), Plan.number),
        "newest_status": _one(plans.limit(1), Plan.status),
        "taken_in_on": _one(sa.select(Intake).where(Intake.case_id == id).limit(1), Intake.completed_on),
        "assessed_at": _one(signed.order_by(Assessment.signed_at.desc()).limit(1), Assessment.signed_at),
        "closure_id": _one(
            sa.select(Closure)
            .where(Closure.case_id == id, Closure.reopened_at.is_(None), Closure.withdrawn_at.is_(None))
            .order_by(Closure.id.desc())
            .limit(1),
            Closure.id,
        ),
        "stand_in": StandIn.name_beside(case.worker.id if case is not None and case.worker else 0)
        .limit(1)
        .scalar_subquery(),
        "releases_ending": _number(Consent, *_releases_of(client, in_reach), *Consent.ending_soon()),
        "releases_taken_back": _number(Consent, *_releases_of(client, in_reach), *Consent.taken_back_lately()),
        "no_texting": _number(Consent, *Consent.against_texting(client.id, *_releases_of(client, in_reach))),
        "named_staff": _number(NamedStaff, NamedStaff.client_id == client.id, NamedStaff.in_effect()),
    }
    in_force = Alert.in_force(Client.id, reader)
    return (
        sa.select(*(column.label(name) for name, column in columns.items()), Alert)
        .select_from(Client)
        .outerjoin(Alert, in_force)
        .where(Client.id == client.id)
        .order_by(Alert.loudness(), Alert.id)
    )


def _one(select: sa.Select[Any], column: Any) -> sa.ScalarSelect[Any]:
    return select.with_only_columns(column).correlate(None).scalar_subquery()


def _number(model: type[Any], *conditions: Any) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count(model.id)).where(*conditions).correlate(None).scalar_subquery()


def _releases_of(client: Client, in_reach: list[int]) -> list[sa.ColumnElement[bool]]:
    """Conditions: this client's permissions that the reader may see."""
    return [Consent.client_id == client.id, sa.or_(Consent.case_id.is_(None), Consent.case_id.in_(in_reach))]


def _papers_and_files(client: Client, in_reach: list[int]) -> sa.ColumnElement[int]:
    """How many files and issued papers the reader finds under Documents."""
    within = sa.or_(Document.case_id.is_(None), Document.case_id.in_(in_reach))
    files = _number(Document, Document.client_id == client.id, within)
    papers = _number(Paper, Paper.client_id == client.id, Paper.case_id.in_(in_reach))
    return files + papers


def _people_around(client: Client, reader: User) -> sa.ColumnElement[int]:
    """How many people the reader finds under People now: in the circle, and with the client in the household."""
    around = Relationship.of(client.id, reader=reader).where(*Relationship.standing())
    living = HouseholdMember.visible_to(reader).where(
        HouseholdMember.client_id == client.id, HouseholdMember.other_id.is_distinct_from(client.id),
        HouseholdMember.left_on.is_(None), HouseholdMember.in_error_at.is_(None),
    )  # fmt: skip
    counts = [_counted(Relationship, around), _counted(HouseholdMember, living)]
    return counts[0] + counts[1]


def _counted(model: type[Any], rows: sa.Select[Any]) -> sa.ScalarSelect[int]:
    return rows.order_by(None).with_only_columns(sa.func.count(model.id)).correlate(None).scalar_subquery()
