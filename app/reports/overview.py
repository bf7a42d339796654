"""What a case's overview shows beside the head: what happens next, the goals, one timeline, needs, releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.engines import Instant
from app.extensions import db
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType, Need
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.base import N_
from app.models.caseload.case import Assignment, Case, Stage
from app.models.closing.closure import Closure, ClosureReason
from app.models.intake.consent import Consent, ConsentStatus, ConsentType
from app.models.intake.intake import Disposition, Intake
from app.models.linking.referral import Referral, ReferralOutcome, ReferralStatus, ReferralUpdate
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task
from app.models.planning.goal import Actor, Goal, GoalStatus, Step, StepStatus
from app.models.planning.plan import Plan, PlanStatus
from app.reports.record import Head

FEW, MANY = 8, 60
AHEAD = 6


class Post(NamedTuple):
    """One post of the journey: its name, the day it was passed or is due, and `done`, `now` or nothing."""

    text: str
    on: date | None
    state: str


class PlannedStep(NamedTuple):
    """A step of the plan that is still to be done."""

    id: int
    words: str
    actor: Actor | None
    who: str | None
    due_on: date | None
    goal: str


class Todo(NamedTuple):
    """A task that is still to be done."""

    id: int
    words: str
    who: str
    due_on: date


@dataclass(frozen=True)
class GoalLine:
    """A goal and how many of its needed steps are done."""

    id: int
    statement: str
    domain: Domain | None
    target_on: date | None
    status: GoalStatus
    done: int
    needed: int


class Rating(NamedTuple):
    """How one area stands, and how many levels it rose since the assessment before (None: not rated then)."""

    domain: Domain
    level: Level | None
    status: NeedStatus
    change: int | None


class Happening(NamedTuple):
    """One line of the timeline; which of the fields are filled depends on the kind."""

    kind: str
    id: int
    on: date
    at: datetime | None
    started: time | None
    who: str | None
    about: Any
    extra: Any
    outcome: Any
    text: str | None
    number: int | None


@dataclass(frozen=True)
class Overview:
    """Everything on the overview that is not in the head."""

    journey: list[Post]
    steps: list[PlannedStep]
    tasks: list[Todo]
    goals: list[GoalLine]
    activity: list[Happening]
    more_activity: bool
    rated_on: date | None
    ratings: list[Rating]
    releases: list[Consent]
    taken_back: list[Consent]
    services_consent: Consent | None

    @property
    def coming(self) -> list[PlannedStep | Todo]:
        """Tasks and steps together, the soonest first; those without a day come last."""
        things: list[PlannedStep | Todo] = [*self.tasks, *self.steps]
        things.sort(key=lambda thing: (thing.due_on is None, thing.due_on or date.max))
        return things[:AHEAD]


def overview_of(head: Head, *, all_activity: bool = False) -> Overview:
    """The overview of the head's case, in four queries."""
    assert head.case is not None
    most = MANY if all_activity else FEW
    plan_id = head.plan_in_force.id if head.plan_in_force else head.newest_plan.id if head.newest_plan else 0
    goals, steps, tasks = _planned(head.case, plan_id)
    activity = _activity(head.case, most + 1)
    rated_on, ratings = _ratings(head.case)
    consents = list(db.session.scalars(Consent.counting_in(head.case).limit(100)))
    return Overview(
        journey=journey_of(head),
        steps=steps if head.plan_in_force else [],
        tasks=tasks,
        goals=goals,
        activity=activity[:most],
        more_activity=len(activity) > most,
        rated_on=rated_on,
        ratings=ratings,
        releases=[c for c in consents if c.type.release and c.active],
        taken_back=[c for c in consents if c.type.release and c.status is ConsentStatus.REVOKED and c.revoked_lately],
        services_consent=next((c for c in consents if c.type is ConsentType.SERVICES), None),
    )


ORDER = [Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING, Stage.LINKING, Stage.CLOSING, Stage.CLOSED]


def journey_of(head: Head) -> list[Post]:
    """The five posts of the rail, derived from the records: each passed, being worked on, or ahead."""
    assert head.case is not None and head.stage is not None
    now = ORDER.index(head.stage)
    assessed_on = clock.local(head.assessed_at).date() if head.assessed_at else None
    in_force = head.plan_in_force
    posts = [
        (N_("Intake"), head.taken_in_on),
        (N_("Assessment"), assessed_on),
        (N_("Service plan"), in_force.in_force_on if in_force else None),
        (N_("Review"), in_force.review_on if in_force else None),
        (N_("Closing"), head.case.closed_on),
    ]
    passed = [head.taken_in_on, assessed_on, in_force, None, head.case.closed_on]
    return [
        Post(text, on, "now" if index == now else "done" if passed[index] else "")
        for index, (text, on) in enumerate(posts)
    ]


def _planned(case: Case, plan_id: int) -> tuple[list[GoalLine], list[PlannedStep], list[Todo]]:
    """The goals of a plan with their steps, and the undone tasks, in one query."""
    steps = (
        sa.select(
            sa.literal("step").label("kind"), Goal.id.label("goal_id"), Goal.statement, Goal.domain, Goal.target_on,
            Goal.status.label("goal_status"), Goal.position, Step.id, Step.action.label("words"), Step.actor,
            Step.actor_name.label("who"), Step.due_on, Step.status,
        )
        .outerjoin(Step, Step.goal_id == Goal.id)
        .where(Goal.plan_id == plan_id)
    )  # fmt: skip
    tasks = (
        sa.select(
            sa.literal("task"), _none(sa.Integer), _none(sa.String), _none(sa.String), _none(sa.Date), _none(sa.String),
            sa.literal(0), Task.id, Task.title, _none(sa.String), User.name, Task.due_on, _none(sa.String),
        )
        .join(User, User.id == Task.assignee_id)
        .where(Task.case_id == case.id, Task.undone())
    )  # fmt: skip
    goals: dict[int, GoalLine] = {}
    open_steps, todos = [], []
    rows: Any = db.session.execute(sa.union_all(steps, tasks)).all()
    for row in sorted(rows, key=lambda row: (row.position, row.goal_id or 0, row.id or 0)):
        if row.kind == "task":
            todos.append(Todo(row.id, row.words, row.who, row.due_on))
            continue
        goal = goals.get(row.goal_id) or GoalLine(
            row.goal_id, row.statement, row.domain, row.target_on, row.goal_status, 0, 0
        )
        done, needed = row.status is StepStatus.DONE, row.status not in (None, StepStatus.NOT_NEEDED)
        goals[row.goal_id] = GoalLine(
            goal.id, goal.statement, goal.domain, goal.target_on, goal.status, goal.done + done, goal.needed + needed
        )
        if needed and not done:
            open_steps.append(PlannedStep(row.id, row.words, row.actor, row.who, row.due_on, row.statement))
    return list(goals.values()), open_steps, todos


def _none(kind: Any) -> sa.ColumnElement[Any]:
    """An empty column of this type, for one branch of a union."""
    return sa.cast(sa.null(), kind)


def _ratings(case: Case) -> tuple[date | None, list[Rating]]:
    """The ratings of the newest signed assessment, with how far each moved since the one before."""
    signed = sa.select(Assessment.id).where(Assessment.case_id == case.id, Assessment.status == AssessmentStatus.SIGNED)
    two = signed.order_by(Assessment.signed_at.desc(), Assessment.id.desc()).limit(2)
    rows = db.session.execute(
        sa.select(Need.assessment_id, Need.domain, Need.level, Need.status, Assessment.signed_at)
        .join(Assessment, Assessment.id == Need.assessment_id)
        .where(Need.assessment_id.in_(two))
        .order_by(Assessment.signed_at.desc(), Need.priority.is_(None), Need.priority, Need.id)
    ).all()
    if not rows:
        return None, []
    newest = rows[0].assessment_id
    before = {row.domain: row.level for row in rows if row.assessment_id != newest}
    ratings = [
        Rating(row.domain, row.level, row.status, _change(before.get(row.domain), row.level))
        for row in rows
        if row.assessment_id == newest
    ]
    return clock.local(rows[0].signed_at).date(), ratings


def _change(before: Level | None, now: Level | None) -> int | None:
    rated = [level for level in (before, now) if level is not None and level is not Level.NOT_APPLICABLE]
    return now.number - before.number if len(rated) == 2 and now and before else None


COLUMNS: dict[str, Any] = {
    "on": sa.Date, "at": Instant, "started": sa.Time, "who": sa.String, "about": sa.String, "extra": sa.String,
    "outcome": sa.String, "text": sa.Text, "number": sa.Integer,
}  # fmt: skip


def _branch(kind: str, source: sa.Select[Any], *, id: Any, newest: Any, most: int, **given: Any) -> Any:
    """One kind of happening as a branch of the timeline's union; columns that it lacks are empty."""
    columns = [sa.literal(kind).label("kind"), id.label("id")]
    for name, type_ in COLUMNS.items():
        value = given.get(name)
        columns.append((_none(type_) if value is None else sa.type_coerce(value, type_)).label(name))
    query = (
        source.with_only_columns(*columns, maintain_column_froms=True).order_by(newest.desc(), id.desc()).limit(most)
    )
    return sa.select(query.subquery())


def _activity(case: Case, most: int) -> list[Happening]:
    """The newest happenings of every kind in one list, read from the records themselves, in one query."""

    def in_case(model: Any) -> sa.ColumnElement[bool]:
        return model.case_id == case.id

    by = aliased(User)
    branches = [
        _branch(
            "note", sa.select(Note).join(by, by.id == Note.by_id)
            .where(in_case(Note), Note.parent_id.is_(None), Note.in_error_at.is_(None)),
            id=Note.id, newest=Note.happened_on, most=most, on=Note.happened_on, at=Note.created_at,
            started=Note.started_at, who=by.name, about=Note.method, extra=Note.attendance,
            text=sa.func.substr(Note.text, 1, 600), number=Note.minutes,
        ),
        _branch(
            "referral_sent", sa.select(Referral).join(by, by.id == Referral.by_id)
            .where(in_case(Referral), Referral.sent_on.is_not(None), Referral.status != ReferralStatus.IN_ERROR),
            id=Referral.id, newest=Referral.sent_on, most=most, on=Referral.sent_on, who=by.name,
            about=Referral.provider, text=Referral.what,
        ),
        _branch(
            "referral_heard", sa.select(ReferralUpdate).join(Referral, Referral.id == ReferralUpdate.referral_id)
            .where(in_case(ReferralUpdate), Referral.status != ReferralStatus.IN_ERROR),
            id=Referral.id, newest=ReferralUpdate.on, most=most, on=ReferralUpdate.on, at=ReferralUpdate.created_at,
            about=Referral.provider, extra=ReferralUpdate.status, outcome=Referral.outcome, text=ReferralUpdate.text,
        ),
        _branch(
            "plan_ready", sa.select(Plan).join(by, by.id == Plan.frozen_by_id)
            .where(in_case(Plan), Plan.frozen_at.is_not(None), Plan.status != PlanStatus.IN_ERROR),
            id=Plan.id, newest=Plan.frozen_at, most=most, at=Plan.frozen_at, who=by.name, number=Plan.number,
        ),
        _branch(
            "plan_in_force", sa.select(Plan)
            .where(in_case(Plan), Plan.in_force_on.is_not(None), Plan.status != PlanStatus.IN_ERROR),
            id=Plan.id, newest=Plan.in_force_on, most=most, on=Plan.in_force_on, number=Plan.number,
        ),
        _branch(
            "assessed", sa.select(Assessment).join(by, by.id == Assessment.signed_by_id)
            .where(in_case(Assessment), Assessment.status == AssessmentStatus.SIGNED),
            id=Assessment.id, newest=Assessment.signed_at, most=most, at=Assessment.signed_at, who=by.name,
            about=Assessment.type,
        ),
        _branch(
            "opened", sa.select(Case).where(Case.id == case.id, Case.opened_on.is_not(None)),
            id=Case.id, newest=Case.opened_on, most=most, on=Case.opened_on,
        ),
        _branch(
            "taken_in", sa.select(Intake).join(by, by.id == Intake.by_id)
            .where(in_case(Intake), Intake.completed_on.is_not(None)),
            id=Intake.id, newest=Intake.completed_on, most=most, on=Intake.completed_on, who=by.name,
            about=Intake.disposition,
        ),
        _branch(
            "assigned", sa.select(Assignment).join(by, by.id == Assignment.user_id).where(in_case(Assignment)),
            id=Assignment.id, newest=Assignment.from_on, most=most, on=Assignment.from_on, at=Assignment.created_at,
            who=by.name, about=Assignment.role, text=Assignment.note,
        ),
        _branch(
            "closed", sa.select(Closure).join(by, by.id == Closure.approved_by_id)
            .where(in_case(Closure), Closure.approved_at.is_not(None)),
            id=Closure.id, newest=Closure.approved_at, most=most, at=Closure.approved_at, who=by.name,
            about=Closure.reason,
        ),
        _branch(
            "reopened", sa.select(Closure).join(by, by.id == Closure.reopened_by_id)
            .where(in_case(Closure), Closure.reopened_at.is_not(None)),
            id=Closure.id, newest=Closure.reopened_at, most=most, at=Closure.reopened_at, who=by.name,
            text=Closure.reopened_reason,
        ),
    ]  # fmt: skip
    rows = [_happening(row) for row in db.session.execute(sa.union_all(*branches))]
    rows.sort(key=lambda row: (row.on, IN_ONE_DAY.index(row.kind), row.at or NO_TIME, row.id), reverse=True)
    return rows[:most]


# What happens on the same day, in the order in which it can only have happened.
IN_ONE_DAY = [
    "opened", "assigned", "taken_in", "assessed", "plan_ready", "plan_in_force", "referral_sent", "referral_heard",
    "note", "closed", "reopened",
]  # fmt: skip
NO_TIME = datetime.min.replace(tzinfo=UTC)


WORDS: dict[tuple[str, str], Any] = {
    ("note", "about"): Method,
    ("note", "extra"): Attendance,
    ("referral_heard", "extra"): ReferralStatus,
    ("referral_heard", "outcome"): ReferralOutcome,
    ("assessed", "about"): AssessmentType,
    ("taken_in", "about"): Disposition,
    ("closed", "about"): ClosureReason,
}


def _happening(row: Any) -> Happening:
    """A row of the union, its codes turned into their members and its day reckoned on the agency's clock."""
    values = dict(row._mapping)
    values["on"] = values["on"] or clock.local(values["at"]).date()
    for name in ("about", "extra", "outcome"):
        choice = WORDS.get((row.kind, name))
        if choice is not None and values[name]:
            values[name] = choice(values[name])
    return Happening(**values)
