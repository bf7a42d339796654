"""Handing a case over so that nothing falls between: what the one who leaves has in hand is moved, or kept by choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, RuleBroken
from app.models.caseload.case import AssignmentRole, Case
from app.models.linking.referral import WAITING, Referral
from app.models.monitoring.task import Task
from app.models.planning.plan import IN_FORCE, Plan


@dataclass(frozen=True)
class InHand:
    """What the person who has a case has in hand in it: tasks, referrals to follow up (id, words), the plan's next review."""

    tasks: list[tuple[int, str]]
    referrals: list[tuple[int, str]]
    review_on: date | None

    def __bool__(self) -> bool:
        return bool(self.tasks or self.referrals or self.review_on)


def in_hand(case: Case) -> InHand:
    """What the caseworker of a case has in hand in it, in one query. The review goes with the case, whoever has it."""
    worker = case.worker
    if worker is None:
        return InHand([], [], None)
    tasks = sa.select(sa.literal("task"), Task.id, Task.title, Task.due_on).where(
        Task.case_id == case.id, Task.assignee_id == worker.id, Task.undone()
    )
    # What nobody was given at a hand-over goes with the case, whoever made it.
    theirs = sa.or_(Referral.follower_id == worker.id, Referral.follower_id.is_(None))
    words = Referral.provider + sa.literal(": ") + Referral.what
    referrals = sa.select(sa.literal("referral"), Referral.id, words, Referral.follow_up_on).where(
        Referral.case_id == case.id, Referral.status.in_(WAITING), theirs
    )
    reviews = sa.select(sa.literal("review"), Plan.id, sa.literal(""), Plan.review_on).where(
        Plan.case_id == case.id, Plan.status.in_(IN_FORCE)
    )
    rows: list[Any] = list(db.session.execute(sa.union_all(tasks, referrals, reviews)))
    rows.sort(key=lambda row: (row[3] is None, row[3], row[1]))
    return InHand(
        tasks=[(id, text) for kind, id, text, _on in rows if kind == "task"],
        referrals=[(id, text) for kind, id, text, _on in rows if kind == "referral"],
        review_on=next((on for kind, _id, _text, on in rows if kind == "review"), None),
    )


def hand_over(
    case: Case,
    worker: User,
    *,
    by: User,
    role: AssignmentRole = AssignmentRole.CASEWORKER,
    note: str | None = None,
    keeping_tasks: list[int] | None = None,
    keeping_referrals: list[int] | None = None,
) -> None:
    """Make somebody else responsible for a case; with it go the tasks and referrals that are not kept.

    What is kept must stay on a list that somebody reads: who can no longer open the record, or has left, keeps nothing.
    """
    before = case.worker if role is AssignmentRole.CASEWORKER else None
    hands = in_hand(case)
    case.assign(worker, by=by, role=role, note=note)
    if before is None or before.id == worker.id:
        return
    db.session.flush()
    kept = {*(keeping_tasks or [])}, {*(keeping_referrals or [])}
    if any(kept):
        _check_can_keep(case, before)
    for id, _title in hands.tasks:
        if id not in kept[0]:
            db.session.get_one(Task, id).reschedule(by=by, assignee=worker)
    for id, _words in hands.referrals:
        referral, stays = db.session.get_one(Referral, id), id in kept[1]
        referral.change(kind=EventKind.REFERRAL_UPDATED, by=by, follower_id=before.id if stays else worker.id)


def _check_can_keep(case: Case, before: User) -> None:
    reach = Case.visible_to(before).where(Case.id == case.id).with_only_columns(Case.id)
    if not before.is_active or db.session.scalar(reach) is None:
        raise RuleBroken(
            N_("%(name)s cannot open this record any more, and would never see what is kept. Hand everything over."),
            name=before.name,
        )
