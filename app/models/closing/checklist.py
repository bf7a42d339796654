"""What must be done before a case can close, item by item: the one reading that the page and the gate share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType
from app.models.base import N_, Choice
from app.models.caseload.alert import Alert
from app.models.closing.account import Account
from app.models.closing.reasons import NEEDS_EVIDENCE, ClosureReason, Completion, JudgedGoal
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import RELEASES
from app.models.intake.intake import Intake
from app.models.monitoring.task import Task, TaskStatus
from app.models.planning.plan import IN_FORCE, Plan, PlanStatus
from app.models.planning.signature import Signature, SignatureOutcome

if TYPE_CHECKING:
    from app.models.caseload.case import Case
    from app.models.closing.closure import Closure

TRIES = 3
NOTICE_DAYS = 10


class Part(Choice):
    """Where on the page an item stands."""

    GOALS = "goals", N_("Goals")
    REFERRALS = "referrals", N_("Referrals")
    TASKS = "tasks", N_("Tasks")
    PAPERS = "papers", N_("Papers")
    CLOSING = "closing", N_("Closing")


class Standing(Choice):
    """How an item stands. The gate lets nobody through with what must be finished (PRACTICE §4, gate 4); with what is
    expected one may go on and say why; what is only good to know stops nobody."""

    DONE = "done", N_("Done")
    MUST = "must", N_("Must be finished")
    EXPECTED = "expected", N_("Still expected")
    OPEN = "open", N_("Not done")


@dataclass(frozen=True)
class Check:
    """One item: its sentence, how it stands, and where it is mended; beneath it a label, words of the record, a day."""

    part: Part
    standing: Standing
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    kind: str = "closure"
    record_id: int | None = None
    label: str = ""
    said: str = ""
    on: date | None = None
    version: int | None = None

    @property
    def in_the_way(self) -> bool:
        return self.standing in (Standing.MUST, Standing.EXPECTED)


@dataclass(frozen=True)
class Progress:
    """How far a checklist has come. What is only good to know is no part of it: nothing is in the way exactly when
    `done` has reached `total`."""

    done: int
    musts: list[Check]
    expected: list[Check]

    @property
    def left(self) -> int:
        """How many items are still in the way."""
        return len(self.musts) + len(self.expected)

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def elsewhere(self) -> list[Check]:
        """What must be finished on other pages than the closing's own form."""
        return [check for check in self.musts if check.part not in (Part.GOALS, Part.CLOSING)]


def progress(listed: list[Check]) -> Progress:
    """The one count of a checklist, for the bar, the sentence above it and the button below."""
    return Progress(
        done=sum(check.standing is Standing.DONE for check in listed),
        musts=[check for check in listed if check.standing is Standing.MUST],
        expected=[check for check in listed if check.standing is Standing.EXPECTED],
    )


class Found(NamedTuple):
    """A row of the case's record, as far as closing needs it."""

    kind: str
    id: int
    title: str | None
    status: str | None
    on: date | None
    version: int | None


def records_of(closure: Closure) -> list[Found]:
    """Tasks, plans, the last signed assessment, releases, alerts and the intake of the case, in one query."""
    return [Found(*row) for row in db.session.execute(_records(closure.case))]


def _columns(
    kind: str, id: Any, title: Any = None, status: Any = None, on: Any = None, version: Any = None
) -> list[Any]:
    def typed(value: Any, type_: Any, name: str) -> Any:
        return sa.type_coerce(sa.cast(sa.null(), type_) if value is None else value, type_).label(name)

    return [
        sa.literal(kind).label("kind"),
        id.label("id"),
        typed(title, sa.String(), "title"),
        typed(status, sa.String(), "status"),
        typed(on, sa.Date(), "on"),
        typed(version, sa.Integer(), "version"),
    ]


def _records(case: Case) -> sa.CompoundSelect[Any]:
    case_id, client_id = case.id, case.client_id
    scanned = sa.exists().where(Document.plan_id == Plan.id)
    on_paper = sa.exists().where(Signature.plan_id == Plan.id, Signature.outcome == SignatureOutcome.SIGNED)
    without_page = sa.case((sa.and_(on_paper, ~scanned), "scan missing"), else_=None)
    newest = (
        sa.select(Assessment.id)
        .where(Assessment.case_id == case_id, Assessment.status == AssessmentStatus.SIGNED)
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    standing = [*IN_FORCE, PlanStatus.DRAFT, PlanStatus.READY]
    return sa.union_all(
        sa.select(*_columns("task", Task.id, Task.title, Task.status, Task.due_on, Task.version)).where(
            Task.case_id == case_id, Task.status != TaskStatus.CANCELLED
        ),
        sa.select(*_columns("intake", Intake.id, on=Intake.completed_on)).where(Intake.case_id == case_id),
        sa.select(*_columns("plan", Plan.id, without_page, Plan.status, Plan.in_force_on, Plan.number)).where(
            Plan.case_id == case_id, Plan.status.in_(standing)
        ),
        sa.select(*_columns("assessment", Assessment.id, None, Assessment.type, Assessment.started_on)).where(
            Assessment.id == newest
        ),
        sa.select(*_columns("release", Consent.id, Consent.recipient, None, Consent.expires_on)).where(
            Consent.id.in_(Consent.counting_in(case).order_by(None).with_only_columns(Consent.id)),
            Consent.type.in_(RELEASES),
            *Consent.standing(),
        ),
        sa.select(*_columns("alert", Alert.id, Alert.what_to_do, Alert.kind)).where(
            Alert.client_id == client_id,
            Alert.ended_at.is_(None),
            sa.or_(Alert.case_id.is_(None), Alert.case_id == case_id),
        ),
    )


def checks(closure: Closure, goals: list[JudgedGoal], account: Account, records: list[Found]) -> list[Check]:
    """Every item, in the order of the page."""
    return [
        *_goals(goals),
        *_referrals(account),
        *_tasks([row for row in records if row.kind == "task"]),
        *_papers(records),
        *_intake([row for row in records if row.kind == "intake"]),
        *_goodbye(closure),
    ]


def _intake(found: list[Found]) -> list[Check]:
    """An intake without a decision; one that was decided needs no mention."""
    label = N_("No decision is recorded")
    return [
        Check(Part.PAPERS, Standing.EXPECTED, N_("Intake"), kind="intake", label=label)
        for intake in found
        if intake.on is None
    ]


def _goals(goals: list[JudgedGoal]) -> list[Check]:
    return [_goal(number, goal) for number, goal in enumerate(goals, start=1)]


def _goal(number: int, goal: JudgedGoal) -> Check:
    text, values = N_("Goal %(number)s: %(goal)s"), {"number": number, "goal": goal.statement}
    if goal.outcome is None:
        return Check(Part.GOALS, Standing.MUST, text, values, "goal", goal.goal_id, label=N_("Needs an outcome"))
    if goal.outcome in NEEDS_EVIDENCE and not goal.evidence:
        said = N_("Still needs a reason")
        return Check(Part.GOALS, Standing.EXPECTED, text, values, "goal", goal.goal_id, label=said)
    label, said = goal.outcome.label, goal.evidence or ""
    return Check(Part.GOALS, Standing.DONE, text, values, "goal", goal.goal_id, label=label, said=said)


def _referrals(account: Account) -> list[Check]:
    return [
        Check(
            Part.REFERRALS,
            Standing.DONE if sent.ended else Standing.MUST,
            "%(referral)s",
            {"referral": sent.words, "provider": sent.provider},
            "referral",
            sent.id,
            label=(sent.outcome or sent.status).label,
            on=sent.outcome_on or sent.sent_on,
        )
        for sent in account.referrals
    ]


def _tasks(tasks: list[Found]) -> list[Check]:
    undone = [task for task in tasks if task.status != TaskStatus.DONE.value]
    if not undone:
        return [Check(Part.TASKS, Standing.DONE, N_("No task is open"), label=N_("Every task is done or cancelled"))]
    return [
        Check(
            Part.TASKS,
            Standing.MUST,
            "%(title)s",
            {"title": task.title},
            "task",
            task.id,
            on=task.on,
            version=task.version,
        )
        for task in sorted(undone, key=lambda task: (task.on, task.id))
    ]


def _papers(records: list[Found]) -> list[Check]:
    of_kind = {kind: [row for row in records if row.kind == kind] for kind in ("plan", "assessment", "release")}
    return [*_plans(of_kind["plan"]), _assessment(of_kind["assessment"]), _releases(of_kind["release"])]


def _plans(plans: list[Found]) -> list[Check]:
    found = []
    for plan in sorted(plans, key=lambda row: row.version or 0):
        values = {"number": plan.version}
        if plan.status == PlanStatus.DRAFT.value:
            text, label = N_("Service plan, version %(number)s, is a draft"), N_("Finish it or discard it")
            found.append(Check(Part.PAPERS, Standing.MUST, text, values, "plan", plan.id, label=label))
        elif plan.status == PlanStatus.READY.value:
            text, label = N_("Service plan, version %(number)s, was never signed"), N_("It stays on file as it is")
            found.append(Check(Part.PAPERS, Standing.OPEN, text, values, "plan", plan.id, label=label))
        elif plan.title:
            text, label = N_("Signed page of service plan, version %(number)s"), N_("The scan is missing")
            found.append(Check(Part.PAPERS, Standing.OPEN, text, values, "scan", plan.id, label=label))
        else:
            text, label = N_("Service plan, version %(number)s"), PlanStatus(plan.status or "").label
            found.append(Check(Part.PAPERS, Standing.DONE, text, values, "plan", plan.id, label=label, on=plan.on))
    return found


def _assessment(found: list[Found]) -> Check:
    last = found[0] if found else None
    final = last is not None and last.status == AssessmentType.EXIT.value
    return Check(
        Part.PAPERS,
        Standing.DONE if final else Standing.OPEN,
        N_("Final look at strengths and needs"),
        kind="assessment",
        record_id=last.id if last else None,
        label=N_("The last signed one") if last else N_("None is signed"),
        on=last.on if last else None,
    )


def _releases(found: list[Found]) -> Check:
    ends = [release.on for release in found if release.on]
    return Check(
        Part.PAPERS,
        Standing.OPEN if found else Standing.DONE,
        N_("Permissions to share"),
        kind="release",
        label=N_("In force until") if found else N_("None is in force"),
        said=", ".join(sorted({release.title for release in found if release.title})),
        on=max(ends, default=None),
    )


def _goodbye(closure: Closure) -> list[Check]:
    return [_as_check(item) for item in _expected(closure)]


class _Item(NamedTuple):
    done: bool
    text: str
    anchor: str
    missing: str
    standing: Standing = Standing.EXPECTED


def _as_check(item: _Item) -> Check:
    return Check(
        Part.CLOSING,
        Standing.DONE if item.done else item.standing,
        item.text,
        kind=item.anchor,
        label="" if item.done else item.missing,
    )


def _expected(closure: Closure) -> list[_Item]:
    alive = closure.reason is not ClosureReason.DECEASED
    found = [
        _Item(closure.reason is not None, N_("Main reason"), "reason", N_("Choose the main reason"), Standing.MUST),
        _Item(bool(closure.rationale), N_("Why the case closes"), "rationale", N_("Write it in a few sentences")),
        _Item(
            closure.planned is not None and closure.completion is not None,
            N_("Planned or not, and how the service ended"),
            "planned",
            N_("Say both"),
        ),
        _day(closure),
    ]
    if closure.reason is ClosureReason.LOST_CONTACT:
        tries = len([line for line in (closure.contact_attempts or "").splitlines() if line.strip()])
        words = N_("List at least three, with dates")
        found.append(_Item(tries >= TRIES, N_("Tries to reach the client"), "contact_attempts", words))
    if closure.completion is Completion.INVOLUNTARY:
        found += [_notice(closure), _appeal(closure)]
    if alive:
        words = N_("Write who helps from here on, where, and their phone")
        found.append(_Item(bool(closure.aftercare), N_("Aftercare"), "aftercare", words))
        found.append(
            _Item(bool(closure.way_back), N_("The way back"), "way_back", N_("Write how the client can come back"))
        )
        found.append(
            _Item(
                closure.follow_up is not None,
                N_("Contact after the closing"),
                "follow_up",
                N_("Say whether the client agrees to it"),
                Standing.OPEN,
            )
        )
    return found


def _day(closure: Closure) -> _Item:
    day, opened = closure.closed_on, closure.case.opened_on
    text, anchor, must = N_("Closing date"), "closed_on", Standing.MUST
    if day is None:
        return _Item(False, text, anchor, N_("Choose the closing date"), must)
    if day > clock.today():
        return _Item(False, text, anchor, N_("The closing date has not come yet"), must)
    if opened is not None and day < opened:
        return _Item(False, text, anchor, N_("The closing date lies before the day the case was opened"), must)
    return _Item(True, text, anchor, "")


def _notice(closure: Closure) -> _Item:
    text, anchor = N_("Notice of the closing"), "notice_sent_on"
    if closure.notice_sent_on is None:
        return _Item(False, text, anchor, N_("Write when it was sent: at least 10 days before"))
    if closure.closed_on is not None and (closure.closed_on - closure.notice_sent_on).days < NOTICE_DAYS:
        return _Item(False, text, anchor, N_("It was sent less than 10 days before the closing date"))
    return _Item(True, text, anchor, "")


def _appeal(closure: Closure) -> _Item:
    return _Item(closure.appeal_given, N_("Right to appeal"), "appeal_given", N_("The client must be told of it"))
