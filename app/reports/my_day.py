"""What waits for one worker today: every list of the page My day, each with its one definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.agency.event import Event, EventKind
from app.models.agency.user import User
from app.models.caseload.case import OPEN, Assignment, Case
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.models.caseload.stand_in import StandIn
from app.models.closing.closure import Closure
from app.models.intake.consent import Consent
from app.models.linking.referral import Referral
from app.models.monitoring.task import THIS_WEEK, Due, Task
from app.models.planning.plan import IN_FORCE, Plan, PlanStatus
from app.models.planning.signature import Signature, SignatureOutcome
from app.reports.contact import contact_cutoffs, last_heard, without_contact
from app.reports.counts import closures_to_approve, referrals_to_chase
from app.reports.intake_clocks import DueIntakes, intakes_due
from app.reports.lines import Listed, gather, listing
from app.reports.stand_ins import taken_over_by
from app.reports.unfinished import Unfinished, unfinished

REVIEWS_WITHIN = timedelta(days=14)
RECENT = 5
LOOKED_AT = 400
NOTHING = Listed([], 0)


@dataclass(frozen=True)
class MyDay:
    """The lists by name, the unfinished texts and the records opened last."""

    lists: dict[str, Listed]
    unfinished: list[Unfinished]
    recent: list[Client]
    intakes: DueIntakes
    standing_in: list[StandIn]

    def __getitem__(self, name: str) -> Listed:
        return self.lists.get(name, NOTHING)

    @property
    def empty(self) -> bool:
        """Nothing waits at all."""
        return not self.lists and not self.unfinished and not self.intakes


def my_day(user: User, *, approves: bool = False, whole: str = "") -> MyDay:
    """Everything that waits for this person, in at most eight queries; `whole` names a list to be shown in full.

    Closings that wait for approval are listed for who `approves` them.
    """
    programs = list(db.session.scalars(sa.select(Program)))
    branches = [
        tasks_due(user),
        plans_to_sign(user, of=Assignment.work_of(user.id)),
        scans_missing(user),
        reviews_due(user, of=Assignment.work_of(user.id)),
        chases(user),
        releases_ending(user),
        cases_without_contact(user, of=Assignment.work_of(user.id), cutoffs=contact_cutoffs(programs)),
        closures_returned(user),
        *([approvals(user)] if approves else []),
    ]
    return MyDay(
        lists=gather(branches, reader=user, whole=whole),
        unfinished=unfinished(user),
        recent=recently_opened(user),
        intakes=intakes_due(user, programs=programs, of=Assignment.work_of(user.id), whole=whole == "intakes"),
        standing_in=taken_over_by(user),
    )


def _among(of: sa.Select[Any] | None, case_id: Any) -> list[sa.ColumnElement[bool]]:
    """Condition: the case is one of these; without any, every case in reach will do."""
    return [] if of is None else [case_id.in_(of)]


def _in_open_case() -> sa.ColumnElement[bool]:
    return sa.exists().where(Case.id == Plan.case_id, Case.status.in_(OPEN))


def tasks_due(user: User) -> sa.Select[Any]:
    """This person's tasks up to a week ahead, as three lists: late, today, week."""
    today = clock.today()
    how_soon = sa.case(
        (Task.due_on < today, Due.LATE.value), (Task.due_on == today, Due.TODAY.value), else_=Due.WEEK.value
    )
    due = Task.visible_to(user).where(
        StandIn.whose_work(Task.assignee_id, user.id), Task.undone(), Task.due_on <= today + THIS_WEEK
    )
    return listing(
        how_soon, due, id=Task.id, client_id=Task.client_id, case_id=Task.case_id, on=Task.due_on, text=Task.title
    )


def plans_to_sign(user: User, *, of: sa.Select[Any] | None = None) -> sa.Select[Any]:
    """Plans of these cases that are frozen and not yet signed: the list `to_sign`."""
    ready = Plan.visible_to(user).where(Plan.status == PlanStatus.READY, *_among(of, Plan.case_id), _in_open_case())
    return listing(
        "to_sign", ready, id=Plan.id, client_id=Plan.client_id, case_id=Plan.case_id, at=Plan.frozen_at,
        number=Plan.number,
    )  # fmt: skip


def scans_missing(user: User) -> sa.Select[Any]:
    """Plans in force that were signed on paper whose page is not in the record: the list `scans`."""
    signed = sa.exists().where(Signature.plan_id == Plan.id, Signature.outcome == SignatureOutcome.SIGNED)
    missing = Plan.visible_to(user).where(
        Plan.status.in_(IN_FORCE),
        Plan.case_id.in_(Assignment.work_of(user.id)),
        signed,
        ~sa.exists().where(Document.plan_id == Plan.id),
    )
    return listing(
        "scans", missing, id=Plan.id, client_id=Plan.client_id, case_id=Plan.case_id, on=Plan.in_force_on,
        number=Plan.number,
    )  # fmt: skip


def reviews_due(user: User, *, of: sa.Select[Any] | None = None) -> sa.Select[Any]:
    """Plans in force of these cases to be reviewed within two weeks, or overdue: the list `reviews`."""
    due = Plan.visible_to(user).where(
        Plan.status.in_(IN_FORCE),
        Plan.review_on <= clock.today() + REVIEWS_WITHIN,
        *_among(of, Plan.case_id),
        _in_open_case(),
    )
    return listing(
        "reviews", due, id=Plan.id, client_id=Plan.client_id, case_id=Plan.case_id, on=Plan.review_on,
        number=Plan.number,
    )  # fmt: skip


def chases(user: User) -> sa.Select[Any]:
    """Referrals whose follow-up day has come: the list `chase`."""
    return listing(
        "chase", referrals_to_chase(user), id=Referral.id, client_id=Referral.client_id, case_id=Referral.case_id,
        on=Referral.follow_up_on, text=Referral.provider,
    )  # fmt: skip


def releases_ending(user: User) -> sa.Select[Any]:
    """Releases of this person's clients that end within 30 days, as far as they may see them: the list `releases`."""
    clients = sa.select(Case.client_id).where(Case.id.in_(Assignment.work_of(user.id)))
    ending = Consent.visible_to(user).where(*Consent.ending_soon(), Consent.client_id.in_(clients))
    return listing(
        "releases", ending, id=Consent.id, client_id=Consent.client_id, on=Consent.expires_on, text=Consent.recipient
    )


def cases_without_contact(user: User, *, cutoffs: dict[int, date], of: sa.Select[Any] | None = None) -> sa.Select[Any]:
    """Which of these cases went without contact too long: the list `silent`."""
    silent = Case.visible_to(user).where(*_among(of, Case.id), without_contact(cutoffs))
    return listing("silent", silent, id=Case.id, client_id=Case.client_id, case_id=Case.id, on=last_heard())


def closures_returned(user: User) -> sa.Select[Any]:
    """Closings the supervisor gave back to this person: the list `returned`."""
    back = Closure.visible_to(user).where(
        *Closure.returned(), sa.or_(Closure.by_id == user.id, Closure.case_id.in_(Assignment.work_of(user.id)))
    )
    return listing(
        "returned", back, id=Closure.id, client_id=Closure.client_id, case_id=Closure.case_id, at=Closure.returned_at,
        text=Closure.returned_comment,
    )  # fmt: skip


def approvals(user: User) -> sa.Select[Any]:
    """Closings that wait for this supervisor's approval: the list `approvals`."""
    return listing(
        "approvals", closures_to_approve(user), id=Closure.id, client_id=Closure.client_id, case_id=Closure.case_id,
        at=Closure.submitted_at,
    )  # fmt: skip


def recently_opened(user: User) -> list[Client]:
    """The records this person opened last, the newest first."""
    looked = (
        sa.select(Event.client_id, Event.created_at)
        .where(Event.by_id == user.id, Event.kind == EventKind.CLIENT_VIEWED, Event.client_id.is_not(None))
        .order_by(Event.created_at.desc())
        .limit(LOOKED_AT)  # read off the end of an index, however much somebody has opened in all
        .subquery()
    )
    last = sa.func.max(looked.c.created_at)
    opened = (
        sa.select(looked.c.client_id, last.label("last"))
        .group_by(looked.c.client_id)
        .order_by(last.desc())
        .limit(RECENT)
        .subquery()
    )
    query = Client.visible_to(user).join(opened, opened.c.client_id == Client.id).order_by(opened.c.last.desc())
    return list(db.session.scalars(query))
