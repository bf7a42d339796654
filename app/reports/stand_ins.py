"""Who stands in for whom, as far as somebody may know of it, and what the stand-in reaches."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app import clock
from app.extensions import db
from app.models.agency.user import Membership, User
from app.models.caseload.case import LIVING, Assignment, Case
from app.models.caseload.client import Client, NamedStaff
from app.models.caseload.program import Program
from app.models.caseload.stand_in import StandIn


class Covered(NamedTuple):
    """How many living cases somebody has, and how many of them stay closed to the one who stands in."""

    cases: int
    shut: int


def colleagues(user: User, programs: list[Program]) -> list[tuple[int, str]]:
    """Everybody who does casework beside this person, themselves included: (id, name), by name."""
    beside = User.working_in(*programs).with_only_columns(User.id, User.name)
    found = [(id, name) for id, name in db.session.execute(beside)]
    return found if any(id == user.id for id, _name in found) else [(user.id, user.name), *found]


def taken_over_by(user: User) -> list[StandIn]:
    """For whom this person stands in today; they came with the sign-in."""
    today = clock.today()
    running = [row for row in user.standing_in if row.ended_at is None and row.from_on <= today <= row.to_on]
    return sorted(running, key=lambda row: (row.to_on, row.id))


def mine_to_see(user: User, *, team: bool) -> list[StandIn]:
    """Those that run or are yet to begin and concern this person, or with `team` somebody of the own programs."""
    concerned = [StandIn.user_id == user.id, StandIn.stand_in_id == user.id, StandIn.by_id == user.id]
    if team:
        concerned.append(StandIn.user_id.in_(Membership.in_programs(user.program_ids)))
    people = [
        joinedload(person).options(lazyload(User.memberships))
        for person in (StandIn.user, StandIn.stand_in, StandIn.by)
    ]
    return list(db.session.scalars(StandIn.not_over().where(sa.or_(*concerned)).options(*people)))


def covered_of(row: StandIn, *, reader: User) -> Covered:
    """The cases that a stand-in takes over, as far as the reader may count them, and those that stay closed.

    A restricted record opens only for who is named on it, and a sealed program's only for its own people.
    """
    theirs = Case.visible_to(reader).where(Case.id.in_(Assignment.cases_of(row.user_id)), Case.status.in_(LIVING))
    named = sa.select(NamedStaff.client_id).where(NamedStaff.user_id == row.stand_in_id, NamedStaff.in_effect())
    restricted = sa.and_(Client.restricted.is_(True), Client.id.not_in(named.correlate(None)))
    shut = sa.or_(restricted, ~Case.unsealed_for(row.stand_in))
    counted = theirs.join(Client, Client.id == Case.client_id).with_only_columns(
        sa.func.count(Case.id), sa.func.coalesce(sa.func.sum(sa.case((shut, 1), else_=0)), 0)
    )
    return Covered(*db.session.execute(counted.order_by(None)).one())
