"""Referrals by where they stand: whose they are, in which lane, and what is late. Every such number is counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, selectinload, undefer

from app import clock
from app.extensions import db
from app.models.agency.document import Paper
from app.models.agency.user import User
from app.models.assessment.domain import Domain
from app.models.base import N_, Choice
from app.models.caseload.alert import Alert
from app.models.caseload.case import Assignment, Case
from app.models.caseload.client import Client
from app.models.caseload.stand_in import StandIn
from app.models.linking.directory import DirectoryPhone, Service, ServiceAtLocation
from app.models.linking.directory_details import PhoneType
from app.models.linking.referral import WAITING, Hindrance, Referral, ReferralStatus, ReferralUpdate
from app.models.planning.goal import Goal
from app.models.planning.plan import IN_FORCE, Plan
from app.reports.record import Head, head_of

ON_A_CARD_LANE = 5


class Lane(Choice):
    """How far a referral has come, as the board shows it."""

    TO_SEND = "to_send", N_("To send")
    REPLY = "reply", N_("Waiting for reply")
    ACCEPTED = "accepted", N_("Accepted")
    STARTED = "started", N_("Service started")
    FINISHED = "finished", N_("Finished")

    @property
    def help(self) -> str:
        """What it means to stand in this lane."""
        return {
            "to_send": N_("Waiting on permission or details"),
            "reply": N_("Sent, no answer yet"),
            "accepted": N_("They said yes"),
            "started": N_("First visit happened"),
            "finished": N_("This month, outcome known"),
        }[self.value]


LANES = {
    Lane.TO_SEND: [ReferralStatus.DRAFT],
    Lane.REPLY: [ReferralStatus.SENT, ReferralStatus.RECEIVED],
    Lane.ACCEPTED: [ReferralStatus.ACCEPTED, ReferralStatus.WAITLISTED, ReferralStatus.SCHEDULED],
    Lane.STARTED: [ReferralStatus.IN_PROGRESS],
    Lane.FINISHED: [ReferralStatus.COMPLETED, ReferralStatus.CLOSED],
}
LANE_OF = {status: lane for lane, statuses in LANES.items() for status in statuses}


class Whose(Choice):
    """Which referrals are looked at."""

    MINE = "mine", N_("Mine")
    CALL = "call", N_("Need a call")
    TEAM = "team", N_("Whole team")
    LONG = "long", N_("Over 10 days late")


# Who supervises sees these too: everything, and what should long have been asked (PRACTICE §3, the referral clock).
OF_SUPERVISORS = [Whose.TEAM, Whose.LONG]
ESCALATED_AFTER = timedelta(days=10)


def mine(user: User) -> sa.Select[Any]:
    """The referrals this person follows up: those given to them at a hand-over, and, of the others, those of their cases
    and those they made themselves. Who stands in for somebody follows up theirs, too."""
    by_itself = sa.or_(StandIn.whose_work(Referral.by_id, user.id), Referral.case_id.in_(Assignment.work_of(user.id)))
    chosen = StandIn.whose_work(Referral.follower_id, user.id)
    return team(user).where(sa.or_(chosen, sa.and_(Referral.follower_id.is_(None), by_itself)))


def to_chase(user: User) -> sa.Select[Any]:
    """Those of them on which the day to ask again has come."""
    return mine(user).where(Referral.status.in_(WAITING), Referral.follow_up_on <= clock.today())


def team(user: User) -> sa.Select[Any]:
    """Every referral in this person's reach that was not entered in error."""
    return Referral.visible_to(user).where(Referral.status != ReferralStatus.IN_ERROR)


def long_late(user: User) -> sa.Select[Any]:
    """Those in reach on which somebody should have asked ten days ago or longer: they come to the supervisor."""
    return team(user).where(Referral.status.in_(WAITING), Referral.follow_up_on <= clock.today() - ESCALATED_AFTER)


SOUGHT = {Whose.MINE: mine, Whose.CALL: to_chase, Whose.TEAM: team, Whose.LONG: long_late}


def recent(select: sa.Select[Any]) -> sa.Select[Any]:
    """Without what was finished before this month."""
    month = clock.today().replace(day=1)
    return select.where(sa.or_(Referral.outcome_on.is_(None), Referral.outcome_on >= month))


def in_lane(select: sa.Select[Any], lane: Lane | None) -> sa.Select[Any]:
    """Only one lane, the finished ones then of all times; without a lane everything that is open or recent."""
    return recent(select) if lane is None else select.where(Referral.status.in_(LANES[lane]))


def how_many(user: User, whose: list[Whose]) -> dict[Whose, int]:
    """How many referrals each of these views holds, in one query."""

    def number(view: Whose) -> sa.ScalarSelect[Any]:
        return sa.select(sa.func.count()).select_from(recent(SOUGHT[view](user)).subquery()).scalar_subquery()

    row = db.session.execute(sa.select(*(number(view).label(view.value) for view in whose))).one()
    return dict(zip(whose, row, strict=True))


def lane_place() -> sa.ColumnElement[int]:
    """The number of a referral's lane, as SQL."""
    places = {status: place for place, lane in enumerate(Lane) for status in LANES[lane]}
    return sa.case({status.value: place for status, place in places.items()}, value=Referral.status, else_=len(Lane))


def pressing_first() -> tuple[Any, ...]:
    """The order inside a lane: the day to ask again, the soonest first; of the finished ones the newest first."""
    return Referral.follow_up_on.is_(None), Referral.follow_up_on, Referral.outcome_on.desc(), Referral.id.desc()


def listed(select: sa.Select[Any]) -> sa.Select[Any]:
    """The referrals by lane, in the lane by what presses most."""
    return select.order_by(lane_place(), *pressing_first()).options(*shown())


def shown() -> tuple[Any, ...]:
    """What a list or a card shows beside the referral itself; asked for those few alone that are shown."""
    return selectinload(Referral.client), selectinload(Referral.by).options(lazyload(User.memberships))


def in_lanes(select: sa.Select[Any]) -> dict[Lane, int]:
    """How many of these referrals stand in each lane, in one query."""
    counted = select.with_only_columns(Referral.status, sa.func.count()).group_by(Referral.status)
    numbers: Counter[Lane] = Counter()
    for status, number in db.session.execute(counted):
        numbers[LANE_OF[status]] += number
    return dict(numbers)


class Column(NamedTuple):
    """A lane: how many stand in it, and those of them that are shown."""

    lane: Lane
    total: int
    referrals: list[Referral]


def board(select: sa.Select[Any], *, most: int = ON_A_CARD_LANE) -> list[Column]:
    """The lanes with the referrals that press most in each, in one query."""
    places = select.with_only_columns(
        Referral.id,
        sa.func.row_number().over(partition_by=lane_place(), order_by=pressing_first()).label("place"),
        sa.func.count().over(partition_by=lane_place()).label("total"),
    ).subquery()
    query = sa.select(Referral, places.c.total).join(places, places.c.id == Referral.id).where(places.c.place <= most)
    found: dict[Lane, list[Any]] = {lane: [] for lane in Lane}
    for row in db.session.execute(query.order_by(places.c.place).options(*shown())):
        found[LANE_OF[row.Referral.status]].append(row)
    return [Column(lane, rows[0].total if rows else 0, [row.Referral for row in rows]) for lane, rows in found.items()]


def by_lane(referrals: Iterable[Referral], numbers: dict[Lane, int]) -> list[Column]:
    """Some of what is `listed` under the lanes they stand in, with how many there are in each."""
    lanes = groupby(referrals, key=lambda referral: LANE_OF[referral.status])
    return [Column(lane, numbers[lane], list(inside)) for lane, inside in lanes]


@dataclass(frozen=True)
class Listed:
    """A referral in its case's list, with the words of the goal it serves, if that is in the plan in force."""

    referral: Referral
    goal: str | None


def goal_in_force() -> sa.ScalarSelect[Any]:
    """The words, in the plan in force, of the goal that a referral serves; as SQL."""
    of_plan = sa.select(Goal.statement).join(Plan, Plan.id == Goal.plan_id).where(Plan.status.in_(IN_FORCE))
    served = of_plan.where(Plan.case_id == Referral.case_id, Goal.thread == Referral.goal_thread)
    return served.limit(1).correlate(Referral).scalar_subquery()


def of_case(case: Case) -> list[Listed]:
    """All referrals of a case, the open ones first, then the newest; those entered in error last. One query."""
    ended = Referral.status.in_(LANES[Lane.FINISHED])
    query = (
        sa.select(Referral, goal_in_force())
        .where(Referral.case_id == case.id)
        .order_by(Referral.status == ReferralStatus.IN_ERROR, ended, Referral.id.desc())
        .options(joinedload(Referral.updates), joinedload(Referral.client))
    )
    return [Listed(*row) for row in db.session.execute(query).unique()]


class GoalInForce(NamedTuple):
    """A goal of the plan in force, as a referral can name it."""

    id: int
    thread: str
    statement: str
    domain: Domain | None


def goals_of(case: Case) -> list[GoalInForce]:
    """The goals of the plan in force, in its order."""
    query = sa.select(Goal.id, Goal.thread, Goal.statement, Goal.domain).join(Plan, Plan.id == Goal.plan_id)
    in_force = query.where(Plan.case_id == case.id, Plan.status.in_(IN_FORCE)).order_by(Goal.position)
    return [GoalInForce(*row) for row in db.session.execute(in_force)]


def client_of(case: Case, *, reader: User) -> tuple[Client, list[Alert]]:
    """The case's client, with the phones and other names, and the alerts the reader must see, in one query."""
    query = (
        sa.select(Client, Alert)
        .outerjoin(Alert, Alert.in_force(Client.id, reader))
        .where(Client.id == case.client_id)
        .order_by(Alert.loudness(), Alert.id)
        .options(joinedload(Client.phones), joinedload(Client.other_names))
    )
    rows = db.session.execute(query).unique().all()
    return rows[0].Client, [row.Alert for row in rows if row.Alert is not None]


def as_a_form_needs(referral: Referral) -> Referral:
    """The same referral with its case, program and service, in one query."""
    service = joinedload(Referral.service).joinedload(Service.organization)
    query = sa.select(Referral).where(Referral.id == referral.id).options(joinedload(Referral.case), service)
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class Whole:
    """Everything the page of one referral shows; `phones` are the provider's, from the directory."""

    referral: Referral
    goal: str | None
    head: Head
    papers: list[Paper]
    phones: list[DirectoryPhone]

    @cached_property
    def hindrances(self) -> list[Hindrance]:
        """What keeps a draft from being sent."""
        return self.referral.obstacles_to_sending()

    @property
    def release_stands(self) -> bool:
        """Whether what it was sent under still lets a slip name the client; a newer release is looked for when one is printed."""
        consent = self.referral.consent
        return self.referral.with_identity and consent is not None and consent.lets_name_in(self.referral.case)


def whole(referral: Referral) -> Whole:
    """One referral with its case, client, release, directory entry, what was heard and what was printed."""
    everybody = lazyload(User.memberships)
    query = (
        sa.select(Referral, goal_in_force())
        .where(Referral.id == referral.id)
        .options(
            joinedload(Referral.case).joinedload(Case.client).joinedload(Client.other_names),
            joinedload(Referral.case).joinedload(Case.client).joinedload(Client.phones),
            joinedload(Referral.by).options(everybody),
            joinedload(Referral.updates).joinedload(ReferralUpdate.by).options(everybody),
            joinedload(Referral.service),
            joinedload(Referral.consent),
        )
    )
    referral, goal = db.session.execute(query).unique().one()
    return Whole(
        referral=referral,
        goal=goal,
        head=head_of(referral.case.client, referral.case),
        papers=[] if referral.draft else papers_of(referral),
        phones=provider_phones(referral),
    )


def papers_of(referral: Referral) -> list[Paper]:
    """The slips printed of a referral, newest first, with what stands on them and who printed them."""
    query = sa.select(Paper).where(Paper.referral_id == referral.id).order_by(Paper.id.desc())
    printed_by = joinedload(Paper.by).options(lazyload(User.memberships))
    return list(db.session.scalars(query.options(undefer(Paper.particulars), printed_by)))


def provider_phones(referral: Referral, most: int = 3) -> list[DirectoryPhone]:
    """The numbers somebody answers at a listed service, its own before its places' and its organization's."""
    if referral.service is None:
        return []
    at = sa.select(ServiceAtLocation.id).where(ServiceAtLocation.service_id == referral.service_id)
    query = sa.select(DirectoryPhone).where(
        sa.or_(
            DirectoryPhone.service_id == referral.service_id,
            DirectoryPhone.service_at_location_id.in_(at),
            DirectoryPhone.organization_id == referral.service.organization_id,
        ),
        sa.or_(DirectoryPhone.type.is_(None), DirectoryPhone.type != PhoneType.FAX),
    )
    own, at_place = DirectoryPhone.service_id.is_not(None), DirectoryPhone.service_at_location_id.is_not(None)
    nearest = sa.case((own, 0), (at_place, 1), else_=2)
    return list(db.session.scalars(query.order_by(nearest, DirectoryPhone.id).limit(most)))
