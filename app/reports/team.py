"""A supervisor's view of the work: who carries how much, what is late, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.user import CASEWORK_ROLES, Membership, User
from app.models.caseload.case import BEFORE_OPEN, OPEN, Assignment, Case, CaseStatus
from app.models.caseload.program import Program
from app.models.closing.closure import Closure
from app.models.intake.intake import Intake
from app.models.monitoring.task import Task
from app.reports.contact import contact_cutoffs, without_contact
from app.reports.counts import closures_to_approve
from app.reports.intake_clocks import DueIntakes, intakes_due
from app.reports.lines import Listed, gather, listing
from app.reports.my_day import NOTHING, cases_without_contact, plans_to_sign, reviews_due

NO_INTAKES = DueIntakes([], 0)


class Load(NamedTuple):
    """One worker: open cases, tasks past their day, and open cases without contact for too long."""

    id: int
    name: str
    cases: int
    late: int
    silent: int


@dataclass(frozen=True)
class Team:
    """The workers, and the lists by name: approvals, to_sign, reviews, silent, unassigned."""

    loads: list[Load]
    lists: dict[str, Listed]
    intakes: DueIntakes = NO_INTAKES

    def __getitem__(self, name: str) -> Listed:
        return self.lists.get(name, NOTHING)

    @property
    def total(self) -> Load:
        """All of them together."""
        return Load(0, "", *(sum(getattr(load, name) for load in self.loads) for name in ("cases", "late", "silent")))

    @property
    def most(self) -> int:
        """The largest caseload, for the length of the bars."""
        return max((load.cases for load in self.loads), default=0)


def team(user: User, *, whole: str = "") -> Team:
    """Everything this supervisor reaches, in five queries; `whole` names a list to be shown in full.

    For a reader the numbers alone: who asks is told of no client.
    """
    programs = list(db.session.scalars(sa.select(Program)))
    cutoffs = contact_cutoffs(programs)
    if not user.does_casework:
        return Team(loads=loads(user, cutoffs), lists={})
    branches = [
        approvals(user),
        plans_to_sign(user),
        reviews_due(user),
        cases_without_contact(user, cutoffs=cutoffs),
        unassigned(user),
    ]
    return Team(
        loads=loads(user, cutoffs),
        lists=gather(branches, reader=user, whole=whole, workers=True),
        intakes=intakes_due(user, programs=programs, whole=whole == "intakes"),
    )


def _counted(user: User) -> sa.Select[Any]:
    """The cases that this person's numbers are made of: what they reach; for a reader every case that no seal keeps.

    A reader's numbers name nobody, so that a restricted record counts; that somebody is with a sealed program does not
    show even in a number.
    """
    return Case.visible_to(user) if user.does_casework else sa.select(Case).where(Case.unsealed_for(user))


def _tasks_counted(user: User) -> sa.Select[Any]:
    """The tasks of these cases."""
    if user.does_casework:
        return Task.visible_to(user)
    return sa.select(Task).where(Task.case_id.in_(_counted(user).with_only_columns(Case.id)))


def approvals(user: User) -> sa.Select[Any]:
    """Closings that wait for this supervisor: the list `approvals`."""
    by = sa.select(User.name).where(User.id == Closure.submitted_by_id).scalar_subquery()
    return listing(
        "approvals", closures_to_approve(user), id=Closure.id, client_id=Closure.client_id, case_id=Closure.case_id,
        at=Closure.submitted_at, who=by,
    )  # fmt: skip


def unassigned(user: User) -> sa.Select[Any]:
    """Cases that have no caseworker, but for those on the waitlist, which has its own page: the list `unassigned`."""
    taken = sa.exists().where(Assignment.case_id == Case.id, *Assignment.now())
    urgency = sa.select(Intake.urgency).where(Intake.case_id == Case.id).scalar_subquery()
    program = sa.select(Program.name).where(Program.id == Case.program_id).scalar_subquery()
    waiting = Case.visible_to(user).where(
        Case.status.in_([*BEFORE_OPEN, *OPEN]), Case.status != CaseStatus.WAITLISTED, ~taken
    )
    return listing(
        "unassigned", waiting, id=Case.id, client_id=Case.client_id, case_id=Case.id, on=Case.received_on,
        text=urgency, who=program,
    )  # fmt: skip


def loads(user: User, cutoffs: dict[Any, Any]) -> list[Load]:
    """Everybody who works in this person's programs or on a case that is counted, the largest caseload first."""
    silent = without_contact(cutoffs)
    cases = (
        _counted(user)
        .join(Assignment, Assignment.case_id == Case.id)
        .with_only_columns(
            Assignment.user_id,
            sa.func.count(Case.id).label("cases"),
            sa.func.sum(sa.case((silent, 1), else_=0)).label("silent"),
        )
        .where(*Assignment.now(), Case.status.in_(OPEN))
        .group_by(Assignment.user_id)
        .subquery()
    )
    late = (
        _tasks_counted(user)
        .with_only_columns(Task.assignee_id, sa.func.count(Task.id).label("late"))
        .where(Task.undone(), Task.due_on < clock.today())
        .group_by(Task.assignee_id)
        .subquery()
    )
    colleagues = Membership.in_programs(user.program_ids)
    number = sa.func.coalesce(cases.c.cases, 0)
    query = (
        sa.select(User.id, User.name, number, sa.func.coalesce(late.c.late, 0), sa.func.coalesce(cases.c.silent, 0))
        .outerjoin(cases, cases.c.user_id == User.id)
        .outerjoin(late, late.c.assignee_id == User.id)
        .where(
            User.role.in_(CASEWORK_ROLES),
            sa.or_(
                cases.c.cases.is_not(None),
                late.c.late.is_not(None),
                sa.and_(User.id.in_(colleagues), User.disabled_at.is_(None)),
            ),
        )
        .order_by(number.desc(), User.name, User.id)
    )
    return [Load(*row) for row in db.session.execute(query)]
