"""Closing a case: what is in the way, why it ends, what came of each goal, and the way back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import Role, User
from app.models.base import Choice, Model, N_, OfCase, RuleBroken, Versioned
from app.models.caseload.case import OPEN, Case, CaseStatus
from app.models.linking.referral import ENDED, Referral, ReferralStatus
from app.models.monitoring.task import Task
from app.models.planning.goal import Goal, GoalStatus
from app.models.planning.plan import Plan


class ClosureReason(Choice):
    """Why the case ends (FIELDS §7)."""

    GOALS_COMPLETED = "goals_completed", N_("Goals completed")
    NO_LONGER_NEEDED = "no_longer_needed", N_("No longer in need of service")
    CLIENT_CHOSE = "client_chose", N_("Client chose to end service")
    MUTUAL = "mutual", N_("Mutual agreement")
    LOST_CONTACT = "lost_contact", N_("Lost contact or does not engage")
    MOVED = "moved", N_("Moved out of area")
    NOT_ELIGIBLE = "not_eligible", N_("No longer eligible")
    TRANSFERRED = "transferred", N_("Transferred to comparable program")
    AGENCY_ENDED = "agency_ended", N_("Agency terminated (policy)")
    INCARCERATED = "incarcerated", N_("Incarcerated")
    HOSPITALIZED = "hospitalized", N_("Hospitalized or institutional care")
    DECEASED = "deceased", N_("Deceased")
    PROGRAM_ENDED = "program_ended", N_("Program or funding ended")
    OTHER = "other", N_("Other")


class Planned(Choice):
    """Whether the ending was planned with the client."""

    PLANNED = "planned", N_("Planned")
    UNPLANNED = "unplanned", N_("Unplanned")


class Completion(Choice):
    """How the service ended."""

    COMPLETED = "completed", N_("Completed")
    LEFT_EARLY = "left_early", N_("Left early")
    INVOLUNTARY = "involuntary", N_("Involuntary")


class OutcomeOfGoal(Choice):
    """What came of a goal, on the day the case closes."""

    MET = "met", N_("Met")
    PARTLY_MET = "partly_met", N_("Partially met")
    NOT_MET = "not_met", N_("Not met")
    DISCONTINUED = "discontinued", N_("Discontinued")
    DEFERRED = "deferred", N_("Deferred")


class Obstacle(NamedTuple):
    """Something that is in the way of closing: the words, and where it is mended."""

    text: str
    kind: str
    record_id: int | None
    values: dict[str, Any] = {}


class GoalOutcome(OfCase, Model):
    """What came of one goal, and how we know."""

    __table_args__ = (sa.UniqueConstraint("closure_id", "goal_id"),)

    closure_id: Mapped[int] = mapped_column(sa.ForeignKey("closure.id", ondelete="CASCADE"))
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id"))
    outcome: Mapped[OutcomeOfGoal | None]
    evidence: Mapped[str | None] = mapped_column(sa.String(1000))
    goal: Mapped[Goal] = relationship(lazy="joined", innerjoin=True)


NARRATIVE = (
    "rationale",
    "who_decided",
    "contact_attempts",
    "services_given",
    "situation_now",
    "gains",
    "remaining_needs",
    "supports",
    "aftercare",
    "client_comments",
    "way_back",
)


class Closure(Versioned, OfCase, Model):
    """One closing of one case: drafted, sent to the supervisor, returned or approved; undone by a reopening."""

    closed_on: Mapped[date | None]
    reason: Mapped[ClosureReason | None]
    rationale: Mapped[str | None] = mapped_column(sa.Text)
    planned: Mapped[Planned | None]
    completion: Mapped[Completion | None]
    who_decided: Mapped[str | None] = mapped_column(sa.String(300))
    contact_attempts: Mapped[str | None] = mapped_column(sa.Text)
    notice_sent_on: Mapped[date | None]
    services_given: Mapped[str | None] = mapped_column(sa.Text)
    situation_now: Mapped[str | None] = mapped_column(sa.Text)
    gains: Mapped[str | None] = mapped_column(sa.Text)
    remaining_needs: Mapped[str | None] = mapped_column(sa.Text)
    supports: Mapped[str | None] = mapped_column(sa.Text)
    aftercare: Mapped[str | None] = mapped_column(sa.Text)
    client_comments: Mapped[str | None] = mapped_column(sa.Text)
    way_back: Mapped[str | None] = mapped_column(sa.Text)
    appeal_given: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    returned_at: Mapped[datetime | None]
    returned_comment: Mapped[str | None] = mapped_column(sa.String(1000))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    status_before: Mapped[CaseStatus] = mapped_column(default=CaseStatus.ACTIVE)
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reopened_reason: Mapped[str | None] = mapped_column(sa.String(500))

    by: Mapped[User] = relationship(foreign_keys=by_id)
    submitted_by: Mapped[User | None] = relationship(foreign_keys=submitted_by_id)
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    reopened_by: Mapped[User | None] = relationship(foreign_keys=reopened_by_id)
    goal_outcomes: Mapped[list[GoalOutcome]] = relationship(
        cascade="all, delete-orphan", order_by=GoalOutcome.id, lazy="selectin"
    )

    # -- the verbs

    @classmethod
    def begin(cls, case: Case, *, by: User) -> Closure:
        """Start closing: the service has ended, the case is pending closure, and the page shows what is in the way."""
        if case.status not in OPEN:
            raise RuleBroken(N_("Only an open case can be closed."))
        if case.closure is not None:
            raise RuleBroken(N_("This case is being closed already."))
        closure = cls(
            case=case, client_id=case.client_id, by=by, closed_on=clock.today(), status_before=case.status
        )
        db.session.add(closure)
        case.closures.append(closure)
        case.status = CaseStatus.PENDING_CLOSURE
        closure.list_goals()
        closure.record(EventKind.CLOSURE_STARTED, by=by)
        return closure

    def list_goals(self) -> None:
        """Ask for an outcome for every goal of the plan in force, and for none that left it."""
        plan = Plan.in_force(self.case)
        goals = plan.goals if plan else []
        known = {outcome.goal_id: outcome for outcome in self.goal_outcomes}
        self.goal_outcomes = [
            known.get(goal.id)
            or GoalOutcome(
                client_id=self.client_id,
                case_id=self.case_id,
                goal_id=goal.id,
                goal=goal,
                outcome=OutcomeOfGoal(goal.status.value) if goal.status in _SAME else None,
                evidence=goal.reason,
            )
            for goal in goals
        ]

    def rewrite(self, *, by: User, goal_outcomes: dict[int, tuple[OutcomeOfGoal | None, str | None]], **details: Any) -> None:
        """Change the closure while it is being written; a returned one may be changed again."""
        self._check_writable()
        for row in self.goal_outcomes:
            if row.goal_id in goal_outcomes:
                row.outcome, row.evidence = goal_outcomes[row.goal_id]
        self.change(kind=EventKind.CLOSURE_CHANGED, by=by, **details)

    def obstacles(self) -> list[Obstacle]:
        """Everything that is in the way, with where to mend it (PRACTICE §4, gate 4); empty means it can be submitted."""
        return [*self._unsaid(), *self._undisposed()]

    def _unsaid(self) -> list[Obstacle]:
        found = []
        if self.reason is None:
            found.append(Obstacle(N_("Choose the main reason."), "closure", None))
        if not self.rationale:
            found.append(Obstacle(N_("Write in a few sentences why the case closes."), "closure", None))
        if self.planned is None or self.completion is None:
            found.append(Obstacle(N_("Say whether the ending was planned, and how the service ended."), "closure", None))
        if self.closed_on is None:
            found.append(Obstacle(N_("Choose the closing date."), "closure", None))
        elif self.closed_on > clock.today():
            found.append(Obstacle(N_("The closing date has not come yet."), "closure", None))
        elif self.case.opened_on and self.closed_on < self.case.opened_on:
            found.append(Obstacle(N_("The closing date lies before the case was opened."), "closure", None))
        if not self.aftercare and self.reason is not ClosureReason.DECEASED:
            found.append(Obstacle(N_("Write the aftercare: who helps from here on, where, and their phone."), "closure", None))
        if not self.way_back and self.reason is not ClosureReason.DECEASED:
            found.append(Obstacle(N_("Write how the client can come back."), "closure", None))
        if self.reason is ClosureReason.LOST_CONTACT and not self.contact_attempts:
            found.append(Obstacle(N_("List at least three tries to reach the client, with dates."), "closure", None))
        if self.completion is Completion.INVOLUNTARY and self.notice_sent_on is None:
            found.append(Obstacle(N_("Write when the notice was sent: at least 10 days before."), "closure", None))
        if self.completion is Completion.INVOLUNTARY and not self.appeal_given:
            found.append(Obstacle(N_("The client must be told of the right to appeal."), "closure", None))
        found.extend(
            Obstacle(N_("Goal “%(goal)s” needs an outcome."), "goal", row.goal_id, {"goal": row.goal.statement})
            for row in self.goal_outcomes
            if row.outcome is None
        )
        return found

    def _undisposed(self) -> list[Obstacle]:
        tasks = db.session.scalars(Task.of(self.case).where(Task.undone()))
        referrals = db.session.scalars(Referral.of(self.case).where(Referral.status.not_in(ENDED)))
        draft = db.session.scalar(Plan.of(self.case).where(Plan.status == "draft"))
        found = [Obstacle(N_("Task “%(title)s” is open."), "task", task.id, {"title": task.title}) for task in tasks]
        found += [
            Obstacle(N_("Referral to %(provider)s has no outcome."), "referral", referral.id, {"provider": referral.provider})
            for referral in referrals
        ]
        if draft is not None:
            found.append(Obstacle(N_("A draft of the service plan is unfinished. Freeze or discard it."), "plan", draft.id))
        return found

    def submit(self, *, by: User) -> None:
        """Send it to the supervisor."""
        self._check_writable()
        if self.obstacles():
            raise RuleBroken(N_("Something is still in the way. See the list on the closing page."))
        self.submitted_at, self.submitted_by = clock.now(), by
        self.returned_at = None
        self.record(EventKind.CLOSURE_SUBMITTED, by=by)

    def send_back(self, *, by: User, comment: str) -> None:
        """Return it to the worker with what to change."""
        self._check_waiting()
        self.submitted_at, self.submitted_by = None, None
        self.returned_at, self.returned_comment = clock.now(), comment
        self.record(EventKind.CLOSURE_RETURNED, by=by, reason=comment)

    def approve(self, *, by: User) -> None:
        """Close the case: a second person says yes; assignments end and stay on record."""
        self._check_waiting()
        if by.role is not Role.SUPERVISOR:
            raise RuleBroken(N_("A supervisor approves a closure."))
        if self.submitted_by_id == by.id:
            raise RuleBroken(N_("Somebody else must approve what you sent."))
        if self.obstacles():
            raise RuleBroken(N_("Something came up since this was sent. Return it to the worker."))
        self.approved_at, self.approved_by = clock.now(), by
        self._resolve_goals()
        self.case.status = CaseStatus.CLOSED
        self.case.end_assignments(by_closure=True)
        self.record(EventKind.CASE_CLOSED, by=by, reason=self.reason.label if self.reason else None)

    def _resolve_goals(self) -> None:
        plan = Plan.in_force(self.case)
        for row in self.goal_outcomes:
            row.goal.status = GoalStatus(row.outcome.value) if row.outcome else row.goal.status
            row.goal.resolved_on = self.closed_on
        if plan is not None:
            plan.end(by=self.approved_by or self.by)

    def withdraw(self, *, by: User) -> None:
        """Stop closing: the case goes on as before."""
        self._check_writable()
        self.withdrawn_at = clock.now()
        self.case.status = self.status_before
        self.record(EventKind.CLOSURE_WITHDRAWN, by=by)

    def reopen(self, *, by: User, reason: str) -> None:
        """Undo the closing, with the reason: the same people are responsible again."""
        if self.approved_at is None or self.reopened_at is not None:
            raise RuleBroken(N_("Only a closed case can be reopened."))
        Case._check_not_open_already(self.case.client, self.case.program)
        self.reopened_at, self.reopened_by, self.reopened_reason = clock.now(), by, reason
        self.case.status = CaseStatus.ACTIVE
        for ended in [a for a in self.case.assignments if a.ended_by_closure]:
            ended.ended_by_closure = False
            if ended.user.is_active:
                self.case.assign(ended.user, by=by, role=ended.role, note=reason)
        plan = db.session.scalar(Plan.of(self.case).where(Plan.status.in_(["completed", "closed"])).limit(1))
        if plan is not None:
            plan.reinstate()
        self.record(EventKind.CASE_REOPENED, by=by, reason=reason)

    def _check_writable(self) -> None:
        if self.approved_at is not None:
            raise RuleBroken(N_("The case is closed. Reopen it first."))
        if self.withdrawn_at is not None:
            raise RuleBroken(N_("This closing was stopped."))
        if self.submitted_at is not None:
            raise RuleBroken(N_("The closure is with the supervisor. It can be changed when it comes back."))

    def _check_waiting(self) -> None:
        if self.submitted_at is None or self.approved_at is not None:
            raise RuleBroken(N_("This closure is not waiting for approval."))

    # -- what there is to know

    @property
    def waiting(self) -> bool:
        """With the supervisor."""
        return self.submitted_at is not None and self.approved_at is None

    @classmethod
    def awaiting_approval(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for: with the supervisor now."""
        return [cls.submitted_at.is_not(None), cls.approved_at.is_(None), cls.withdrawn_at.is_(None)]


_SAME = [GoalStatus.MET, GoalStatus.PARTLY_MET, GoalStatus.NOT_MET, GoalStatus.DISCONTINUED, GoalStatus.DEFERRED]
