"""The numbers beside the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.stand_in import StandIn
from app.models.closing.closure import Closure
from app.models.monitoring.task import Task
from app.reports.referrals import to_chase


@dataclass(frozen=True)
class Counts:
    """Tasks late or due today; referrals whose follow-up day has come; closures that wait for approval."""

    late_tasks: int
    waiting_referrals: int
    approvals: int


def due_tasks(user: User) -> sa.Select[Any]:
    """This person's tasks that are late or due today."""
    return Task.visible_to(user).where(
        StandIn.whose_work(Task.assignee_id, user.id), Task.undone(), Task.due_on <= clock.today()
    )


def referrals_to_chase(user: User) -> sa.Select[Any]:
    """Referrals this person follows up, whose day to ask again has come."""
    return to_chase(user)


def closures_to_approve(user: User) -> sa.Select[Any]:
    """Closures in this supervisor's reach that somebody else sent for approval."""
    return Closure.visible_to(user).where(*Closure.awaiting_approval(), Closure.submitted_by_id != user.id)


def counts_for(user: User, *, approves: bool = False) -> Counts:
    """All three numbers, in one query; closures are counted for who `approves` them."""
    if not user.does_casework:
        return Counts(0, 0, 0)

    def number(select: sa.Select[Any]) -> Any:
        return sa.select(sa.func.count()).select_from(select.subquery()).scalar_subquery()

    row = db.session.execute(
        sa.select(
            number(due_tasks(user)),
            number(referrals_to_chase(user)),
            number(closures_to_approve(user)) if approves else sa.literal(0),
        )
    ).one()
    return Counts(*row)
