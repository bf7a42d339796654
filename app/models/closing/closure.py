"""Closing a case: what is in the way, why it ends, what came of each goal, and the way back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.case import OPEN, Case, CaseStatus
from app.models.caseload.client import Client
from app.models.closing.account import Account
from app.models.closing.checklist import Check, Standing, checks, records_of
from app.models.closing.reasons import (
    ClosureReason,
    Completion,
    FollowUp,
    FollowUpAfter,
    JudgedGoal,
    OutcomeOfGoal,
    Planned,
)
from app.models.planning.goal import NEEDS_REASON, Goal, GoalStatus
from app.models.planning.plan import IN_FORCE, Plan

__all__ = [
    "Closure",
    "ClosureReason",
    "Completion",
    "FollowUp",
    "FollowUpAfter",
    "GoalOutcome",
    "JudgedGoal",
    "OutcomeOfGoal",
    "Planned",
]


class GoalOutcome(OfCase, Model):
    """What came of one goal, and how we know."""

    __table_args__ = (sa.UniqueConstraint("closure_id", "goal_id"),)

    closure_id: Mapped[int] = mapped_column(sa.ForeignKey("closure.id", ondelete="CASCADE"))
    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id"))
    outcome: Mapped[OutcomeOfGoal | None]
    evidence: Mapped[str | None] = mapped_column(sa.String(1000))
    status_before: Mapped[GoalStatus | None]
    resolved_before: Mapped[date | None]
    reason_before: Mapped[str | None] = mapped_column(sa.String(500))
    goal: Mapped[Goal] = relationship()

    def settle(self, *, on: date | None) -> None:
        """The case closes: the goal stands as judged; how it stood is kept for a reopening."""
        if self.outcome is None:
            return
        goal = self.goal
        self.status_before, self.resolved_before, self.reason_before = goal.status, goal.resolved_on, goal.reason
        goal.status = GoalStatus(self.outcome.value)
        goal.resolved_on = goal.resolved_on or on
        if goal.status in NEEDS_REASON:
            goal.reason = (self.evidence or goal.reason or "")[:500] or None

    def unsettle(self) -> None:
        """The case was reopened: the goal stands again as it did before."""
        if self.status_before is not None:
            self.goal.status, self.goal.resolved_on = self.status_before, self.resolved_before
            self.goal.reason = self.reason_before


NARRATIVE = (
    "rationale",
    "who_decided",
    "contact_attempts",
    "services_given",
    "situation_now",
    "gains",
    "remaining_needs",
    "risks",
    "missing_documents",
    "recommendations",
    "supports",
    "aftercare",
    "medications",
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
    risks: Mapped[str | None] = mapped_column(sa.Text)
    missing_documents: Mapped[str | None] = mapped_column(sa.Text)
    recommendations: Mapped[str | None] = mapped_column(sa.Text)
    supports: Mapped[str | None] = mapped_column(sa.Text)
    aftercare: Mapped[str | None] = mapped_column(sa.Text)
    medications: Mapped[str | None] = mapped_column(sa.Text)
    follow_up: Mapped[FollowUp | None]
    follow_up_after: Mapped[list[str] | None]
    follow_up_how: Mapped[str | None] = mapped_column(sa.String(300))
    client_comments: Mapped[str | None] = mapped_column(sa.Text)
    way_back: Mapped[str | None] = mapped_column(sa.Text)
    appeal_given: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_open: Mapped[str | None] = mapped_column(sa.String(500))
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

    case: Mapped[Case] = relationship(
        foreign_keys="Closure.case_id", lazy="joined", innerjoin=True, overlaps="closures"
    )
    client: Mapped[Client] = relationship(foreign_keys="Closure.client_id", lazy="joined", innerjoin=True)
    by: Mapped[User] = relationship(foreign_keys=by_id)
    submitted_by: Mapped[User | None] = relationship(foreign_keys=submitted_by_id)
    approved_by: Mapped[User | None] = relationship(foreign_keys=approved_by_id)
    reopened_by: Mapped[User | None] = relationship(foreign_keys=reopened_by_id)
    goal_outcomes: Mapped[list[GoalOutcome]] = relationship(cascade="all, delete-orphan", order_by=GoalOutcome.id)

    # -- the verbs

    @classmethod
    def begin(cls, case: Case, *, by: User) -> Closure:
        """Start closing: the service has ended, the case is pending closure, and the page shows what is in the way."""
        if case.status not in OPEN:
            raise RuleBroken(N_("Only an open case can be closed."))
        if case.closure is not None:
            raise RuleBroken(N_("This case is being closed already."))
        closure = cls(case=case, client_id=case.client_id, by=by, closed_on=clock.today(), status_before=case.status)
        db.session.add(closure)
        case.closures.append(closure)
        case.status = CaseStatus.PENDING_CLOSURE
        db.session.flush()
        closure.list_goals()
        closure.record(EventKind.CLOSURE_STARTED, by=by)
        return closure

    def list_goals(self) -> None:
        """Ask for an outcome for every goal of the plan in force, and for none that left it.

        What was said about a goal is kept when a new version of the plan carries the same goal on.
        """
        known = {row.goal_id: row for row in self.goal_outcomes}
        rows = []
        for goal in self.judged_goals():
            row = known.get(goal.goal_id)
            if row is None:
                row = GoalOutcome(
                    client_id=self.client_id,
                    case_id=self.case_id,
                    goal_id=goal.goal_id,
                    outcome=goal.outcome,
                    evidence=goal.evidence,
                )
            rows.append(row)
        if rows != self.goal_outcomes:
            self.goal_outcomes = rows

    def judged_goals(self) -> list[JudgedGoal]:
        """The goals of the plan in force, in order, with what is said to have come of each; replaced ones are left out.

        Once the case is closed these are the goals it was closed with.
        """
        rows = self._goals_closed_with() if self.approved_at is not None else self._goals_in_force()
        return [_judged(*row) for row in db.session.execute(rows)]

    def _goals_in_force(self) -> sa.Select[*tuple[Any, ...]]:
        said = (
            sa.select(Goal.thread, GoalOutcome.outcome, GoalOutcome.evidence)
            .join(Goal, Goal.id == GoalOutcome.goal_id)
            .where(GoalOutcome.closure_id == self.id)
            .subquery()
        )
        return (
            sa.select(Goal.id, Goal.thread, Goal.statement, said.c.outcome, said.c.evidence, Goal.status, Goal.reason)
            .join(Plan, Plan.id == Goal.plan_id)
            .outerjoin(said, said.c.thread == Goal.thread)
            .where(Plan.case_id == self.case_id, Plan.status.in_(IN_FORCE), Goal.status != GoalStatus.REVISED)
            .order_by(Goal.position, Goal.id)
        )

    def _goals_closed_with(self) -> sa.Select[*tuple[Any, ...]]:
        row = GoalOutcome
        return (
            sa.select(Goal.id, Goal.thread, Goal.statement, row.outcome, row.evidence, Goal.status, Goal.reason)
            .join(row, row.goal_id == Goal.id)
            .where(row.closure_id == self.id)
            .order_by(Goal.position, Goal.id)
        )

    def rewrite(
        self, *, by: User, goal_outcomes: dict[int, tuple[OutcomeOfGoal | None, str | None]], **details: Any
    ) -> None:
        """Change the closure while it is being written; a returned one may be changed again."""
        self.check_writable()
        self.list_goals()
        judged = [row for row in self.goal_outcomes if row.goal_id in goal_outcomes]
        changed = [row for row in judged if (row.outcome, row.evidence) != goal_outcomes[row.goal_id]]
        for row in changed:
            row.outcome, row.evidence = goal_outcomes[row.goal_id]
        # Touched at each saving, so that a stale save is noticed also when only an outcome was changed.
        self.saved_at = clock.now()
        self.change(kind=EventKind.CLOSURE_CHANGED, by=by, **details)
        if changed:
            self.record(EventKind.CLOSURE_CHANGED, by=by, fields=["goal_outcomes"])

    def checklist(self, account: Account | None = None) -> list[Check]:
        """Every item to be seen to before the case closes, done or not, in the order of the page."""
        return checks(self, self.judged_goals(), account or Account.of(self.case), records_of(self))

    def obstacles(self) -> list[Check]:
        """Everything that is in the way, with where to mend it; empty means it can be sent as it is."""
        return [check for check in self.checklist() if check.in_the_way]

    def submit(self, *, by: User, leaving_open: str | None = None) -> None:
        """Send it to the supervisor; `leaving_open` is the reason for going on without something that is expected."""
        self.check_writable()
        found = self.obstacles()
        if any(check.standing is Standing.MUST for check in found):
            raise RuleBroken(N_("Something is still in the way. See the list on the closing page."))
        if found and not leaving_open:
            raise RuleBroken(N_("Something expected is missing. Add it, or write why the case closes without it."))
        self.list_goals()
        self.submitted_at, self.submitted_by = clock.now(), by
        self.returned_at = None
        self.left_open = leaving_open if found else None
        self.record(EventKind.CLOSURE_SUBMITTED, by=by, reason=self.left_open)

    def send_back(self, *, by: User, comment: str) -> None:
        """Return it to the worker with what to change."""
        self._check_waiting()
        self.submitted_at, self.submitted_by = None, None
        self.returned_at, self.returned_comment = clock.now(), comment
        self.record(EventKind.CLOSURE_RETURNED, by=by, reason=comment)

    def approve(self, *, by: User) -> None:
        """Close the case: a second person says yes; assignments end and stay on record."""
        self.case.hold()
        self._check_waiting()
        if self.submitted_by_id == by.id:
            raise RuleBroken(N_("Somebody else must approve what you sent."))
        if any(check.standing is Standing.MUST or not self.left_open for check in self.obstacles()):
            raise RuleBroken(N_("Something came up since this was sent. Return it to the worker."))
        self.list_goals()
        self.approved_at, self.approved_by = clock.now(), by
        self._resolve_goals()
        self.case.status = CaseStatus.CLOSED
        self.case.hold_reason = self.case.hold_until = None
        self.case.end_assignments(by_closure=True)
        self.record(EventKind.CASE_CLOSED, by=by, reason=self.reason.label if self.reason else None)

    def _resolve_goals(self) -> None:
        for row in self.goal_outcomes:
            row.settle(on=self.closed_on)
        plan = Plan.in_force(self.case)
        if plan is not None:
            plan.end(by=self.approved_by or self.by)

    def withdraw(self, *, by: User) -> None:
        """Stop closing: the case goes on as before."""
        self.check_writable()
        self.withdrawn_at = clock.now()
        self.case.status = self.status_before
        self.record(EventKind.CLOSURE_WITHDRAWN, by=by)

    def reopen(self, *, by: User, reason: str) -> None:
        """Undo the closing, with the reason: the same people are responsible again."""
        self.check_reopenable()
        self.reopened_at, self.reopened_by, self.reopened_reason = clock.now(), by, reason
        self.case.status = CaseStatus.ACTIVE
        able = set(db.session.scalars(self.case.workable_by()))  # whom nothing keeps out by now
        for ended in [a for a in self.case.assignments if a.ended_by_closure]:
            ended.ended_by_closure = False
            if ended.user in able and self.case.program_id in ended.user.program_ids:
                self.case.assign(ended.user, by=by, role=ended.role, note=reason)
        plan = db.session.scalar(Plan.of(self.case).where(Plan.status.in_(["completed", "closed"])).limit(1))
        if plan is not None:
            plan.reinstate()
            for row in self.goal_outcomes:
                row.unsettle()
        self.record(EventKind.CASE_REOPENED, by=by, reason=reason)

    def check_reopenable(self) -> None:
        """Refuse to reopen what is not closed, or what would be the client's second case in the same program."""
        if self.approved_at is None or self.reopened_at is not None:
            raise RuleBroken(N_("Only a closed case can be reopened."))
        Case._check_not_open_already(self.case.client, self.case.program)

    def check_writable(self) -> None:
        """Refuse to change a closing that is approved, stopped, or with the supervisor."""
        if self.approved_at is not None:
            raise RuleBroken(N_("The case is closed. Reopen it first."))
        if self.withdrawn_at is not None:
            raise RuleBroken(N_("This closing was stopped."))
        if self.submitted_at is not None:
            raise RuleBroken(N_("The closure is with the supervisor. It can be changed when it comes back."))

    def _check_waiting(self) -> None:
        if self.approved_at is not None:
            raise RuleBroken(N_("The case is closed already."))
        if self.submitted_at is None:
            raise RuleBroken(N_("This closure is not waiting for approval."))

    # -- what there is to know

    @property
    def waiting(self) -> bool:
        """With the supervisor."""
        return self.submitted_at is not None and self.approved_at is None

    @property
    def writable(self) -> bool:
        """Still being written, or returned to be written again."""
        return self.submitted_at is None and self.approved_at is None and self.withdrawn_at is None

    @property
    def days_open(self) -> int:
        """Days from the opening of the case to its closing, or to today."""
        return max(0, ((self.closed_on or clock.today()) - (self.case.opened_on or self.case.received_on)).days)

    @property
    def contacts_to_come(self) -> list[date]:
        """The days on which we will ask how things are; none unless the client agreed to be contacted."""
        if self.follow_up is not FollowUp.AGREED or self.closed_on is None:
            return []
        return [self.closed_on + timedelta(days=FollowUpAfter(code).days) for code in self.follow_up_after or []]

    @classmethod
    def awaiting_approval(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for: with the supervisor now."""
        return [cls.submitted_at.is_not(None), cls.approved_at.is_(None), cls.withdrawn_at.is_(None)]

    @classmethod
    def returned(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for: back from the supervisor, to be changed."""
        with_worker = [cls.submitted_at.is_(None), cls.approved_at.is_(None), cls.withdrawn_at.is_(None)]
        return [cls.returned_at.is_not(None), *with_worker]


def _judged(
    goal_id: int,
    thread: str,
    statement: str,
    outcome: OutcomeOfGoal | None,
    evidence: str | None,
    status: GoalStatus,
    reason: str | None,
) -> JudgedGoal:
    """What was said in the closing; before anything is said, how the goal stands in the plan."""
    if outcome is None and evidence is None and status in _SAME:
        return JudgedGoal(goal_id, thread, statement, OutcomeOfGoal(status.value), reason)
    return JudgedGoal(goal_id, thread, statement, outcome, evidence)


_SAME = [GoalStatus.MET, GoalStatus.PARTLY_MET, GoalStatus.NOT_MET, GoalStatus.DISCONTINUED, GoalStatus.DEFERRED]
