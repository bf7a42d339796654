"""Goals, objectives and steps: the text of a plan, and how it is coming along."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.domain import Domain
from app.models.base import N_, Choice, Model, OfCase, RuleBroken

if TYPE_CHECKING:
    from app.models.planning.plan import Plan


class GoalStatus(Choice):
    """How a goal stands (FIELDS §5)."""

    NOT_STARTED = "not_started", N_("Not started")
    IN_PROGRESS = "in_progress", N_("In progress")
    MET = "met", N_("Met")
    PARTLY_MET = "partly_met", N_("Partially met")
    NOT_MET = "not_met", N_("Not met")
    REVISED = "revised", N_("Revised")
    DEFERRED = "deferred", N_("Deferred")
    DISCONTINUED = "discontinued", N_("Discontinued")


RESOLVED = [GoalStatus.MET, GoalStatus.PARTLY_MET, GoalStatus.NOT_MET, GoalStatus.REVISED, GoalStatus.DISCONTINUED]
NEEDS_REASON = [GoalStatus.DEFERRED, GoalStatus.DISCONTINUED, GoalStatus.REVISED]


class StepStatus(Choice):
    """How a step stands."""

    NOT_STARTED = "not_started", N_("Not started")
    IN_PROGRESS = "in_progress", N_("In progress")
    DONE = "done", N_("Done")
    BLOCKED = "blocked", N_("Blocked")
    NOT_NEEDED = "not_needed", N_("No longer needed")


class Actor(Choice):
    """Who does a step."""

    CLIENT = "client", N_("Client")
    CASEWORKER = "caseworker", N_("Caseworker")
    FAMILY = "family", N_("Family or support")
    AGENCY = "agency", N_("Other agency")


def new_thread() -> str:
    """A mark that the same goal or step keeps through every version of the plan."""
    return uuid4().hex


class Step(OfCase, Model):
    """What somebody does, by when; its text is the plan's, its status is live."""

    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    objective_id: Mapped[int | None] = mapped_column(sa.ForeignKey("objective.id", ondelete="CASCADE"), index=True)
    thread: Mapped[str] = mapped_column(sa.String(32), default=new_thread)
    position: Mapped[int]
    action: Mapped[str] = mapped_column(sa.String(500))
    actor: Mapped[Actor | None]
    actor_name: Mapped[str | None] = mapped_column(sa.String(160))
    due_on: Mapped[date | None]
    status: Mapped[StepStatus] = mapped_column(default=StepStatus.NOT_STARTED)
    done_on: Mapped[date | None]
    barrier: Mapped[str | None] = mapped_column(sa.String(500))
    goal: Mapped[Goal] = relationship(back_populates="steps")
    objective: Mapped[Objective | None] = relationship(back_populates="steps")

    @property
    def done(self) -> bool:
        return self.status is StepStatus.DONE

    @property
    def open_now(self) -> bool:
        return self.status not in (StepStatus.DONE, StepStatus.NOT_NEEDED)

    @property
    def late(self) -> bool:
        return self.open_now and self.due_on is not None and self.due_on < clock.today()

    def who(self, *, client: str, worker: str) -> str:
        """The name as the plan says it: the client's and the worker's first names, or the name written down."""
        if self.actor is None:
            return ""
        return self.actor_name or {Actor.CLIENT: client, Actor.CASEWORKER: worker}.get(self.actor, self.actor.label)

    def reword(self, *, by: User, **details: Any) -> None:
        """Change the text of a step while the plan is a draft."""
        self.goal.plan.check_draft()
        self.change(kind=EventKind.PLAN_CHANGED, by=by, **details)

    def mark(self, status: StepStatus, *, by: User, done_on: date | None = None, barrier: str | None = None) -> None:
        """Say how the step is coming along; the signed text stays as it was."""
        self.goal.plan.check_live()
        if status is StepStatus.BLOCKED and not barrier:
            raise RuleBroken(N_("Write what stands in the way."))
        if done_on is not None and done_on > clock.today():
            raise RuleBroken(N_("A step cannot be done in the future."))
        self.status = status
        self.done_on = (done_on or clock.today()) if status is StepStatus.DONE else None
        self.barrier = barrier if status is StepStatus.BLOCKED else None
        if self.goal.status is GoalStatus.NOT_STARTED and status in (StepStatus.IN_PROGRESS, StepStatus.DONE):
            self.goal.status = GoalStatus.IN_PROGRESS
        self.record(EventKind.STEP_MARKED, by=by, fields=[status.value])


class Objective(OfCase, Model):
    """A measurable part of a goal; an optional layer."""

    goal_id: Mapped[int] = mapped_column(sa.ForeignKey("goal.id", ondelete="CASCADE"), index=True)
    thread: Mapped[str] = mapped_column(sa.String(32), default=new_thread)
    position: Mapped[int]
    statement: Mapped[str] = mapped_column(sa.String(500))
    measure: Mapped[str | None] = mapped_column(sa.String(500))
    due_on: Mapped[date | None]
    goal: Mapped[Goal] = relationship(back_populates="objectives")
    steps: Mapped[list[Step]] = relationship(back_populates="objective", order_by=Step.position, viewonly=True)

    def reword(self, *, by: User, **details: Any) -> None:
        """Change an objective while the plan is a draft."""
        self.goal.plan.check_draft()
        self.change(kind=EventKind.PLAN_CHANGED, by=by, **details)


class Goal(OfCase, Model):
    """What the client wants, in plain words and in their own."""

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    thread: Mapped[str] = mapped_column(sa.String(32), default=new_thread)
    position: Mapped[int]
    statement: Mapped[str] = mapped_column(sa.String(300))
    own_words: Mapped[str | None] = mapped_column(sa.String(1000))
    why: Mapped[str | None] = mapped_column(sa.String(1000))
    domain: Mapped[Domain | None]
    measure: Mapped[str | None] = mapped_column(sa.String(500))
    baseline: Mapped[str | None] = mapped_column(sa.String(300))
    target_on: Mapped[date | None]
    status: Mapped[GoalStatus] = mapped_column(default=GoalStatus.NOT_STARTED)
    resolved_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    plan: Mapped[Plan] = relationship(back_populates="goals")
    objectives: Mapped[list[Objective]] = relationship(
        back_populates="goal", cascade="all, delete-orphan", order_by=Objective.position, lazy="selectin"
    )
    steps: Mapped[list[Step]] = relationship(
        back_populates="goal", cascade="all, delete-orphan", order_by=Step.position, lazy="selectin"
    )

    def reword(self, *, by: User, **details: Any) -> None:
        """Change the text of a goal while the plan is a draft."""
        self.plan.check_draft()
        self.change(kind=EventKind.PLAN_CHANGED, by=by, **details)

    def add_objective(
        self, *, by: User, statement: str, measure: str | None = None, due_on: date | None = None
    ) -> Objective:
        """Add a measurable part."""
        self.plan.check_draft()
        objective = Objective(
            client_id=self.client_id,
            case_id=self.case_id,
            position=_after(self.objectives),
            statement=statement,
            measure=measure,
            due_on=due_on,
        )
        self.objectives.append(objective)
        self.plan.record(EventKind.PLAN_CHANGED, by=by, fields=["objectives"])
        return objective

    def drop_objective(self, objective: Objective, *, by: User) -> None:
        """Take an objective out; its steps stay with the goal."""
        self.plan.check_draft()
        for step in self.steps:
            if step.objective_id == objective.id:
                step.objective_id = None
        self.objectives.remove(objective)
        self.plan.record(EventKind.PLAN_CHANGED, by=by, fields=["objectives"])

    def add_step(
        self,
        *,
        by: User,
        action: str,
        actor: Actor | None = None,
        actor_name: str | None = None,
        due_on: date | None = None,
        objective: Objective | None = None,
    ) -> Step:
        """Add what somebody will do."""
        self.plan.check_draft()
        step = Step(
            client_id=self.client_id,
            case_id=self.case_id,
            position=_after(self.steps),
            action=action,
            actor=actor,
            actor_name=actor_name,
            due_on=due_on,
            objective=objective,
        )
        self.steps.append(step)
        self.plan.record(EventKind.PLAN_CHANGED, by=by, fields=["steps"])
        return step

    def drop_step(self, step: Step, *, by: User) -> None:
        """Take a step out of the draft."""
        self.plan.check_draft()
        self.steps.remove(step)
        self.plan.record(EventKind.PLAN_CHANGED, by=by, fields=["steps"])

    def move_step(self, step: Step, *, by: User, up: bool) -> None:
        """Move a step one place up or down among its neighbours."""
        self.plan.check_draft()
        neighbours = [s for s in self.steps if s.objective_id == step.objective_id]
        if swap_places(neighbours, step, up=up):
            self.plan.record(EventKind.PLAN_CHANGED, by=by, fields=["steps"])

    def mark(self, status: GoalStatus, *, by: User, reason: str | None = None) -> None:
        """Say how the goal stands now; the signed text stays as it was."""
        self.plan.check_live()
        if status in NEEDS_REASON and not reason:
            raise RuleBroken(N_("Write why the goal is %(status)s."), status=status.label.lower())
        self.status = status
        self.reason = reason
        self.resolved_on = clock.today() if status in RESOLVED else None
        self.record(EventKind.GOAL_MARKED, by=by, fields=[status.value], reason=reason)

    @property
    def loose_steps(self) -> list[Step]:
        """The steps that hang on the goal itself."""
        return [step for step in self.steps if step.objective_id is None]

    def steps_of(self, objective: Objective) -> list[Step]:
        """The steps under one objective."""
        return [step for step in self.steps if step.objective_id == objective.id]

    @property
    def steps_done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def steps_needed(self) -> int:
        return sum(step.status is not StepStatus.NOT_NEEDED for step in self.steps)

    @property
    def resolved(self) -> bool:
        return self.status in RESOLVED


def _after(rows: list[Any]) -> int:
    return max((row.position for row in rows), default=0) + 1


def swap_places(rows: list[Any], row: Any, *, up: bool) -> bool:
    """Exchange a row's position with its neighbour's; False at the end of the list."""
    rows = sorted(rows, key=lambda r: r.position)
    here = rows.index(row)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return False
    rows[here].position, rows[there].position = rows[there].position, rows[here].position
    return True
