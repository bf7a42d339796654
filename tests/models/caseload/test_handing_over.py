"""A case goes to somebody else with what is in hand in it; and somebody takes a colleague's place for a while."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.agency import Openness
from app.models.agency.user import Role, User
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.caseload.case import AssignmentRole, Case
from app.models.caseload.client import Client
from app.models.caseload.handing_over import hand_over, in_hand
from app.models.caseload.stand_in import StandIn
from app.models.linking.referral import Referral, ReferralMethod, ReferralType
from app.models.monitoring.task import Task
from app.reports.counts import due_tasks
from app.reports.my_day import my_day
from app.reports.referrals import mine
from app.reports.stand_ins import covered_of
from tests.cast import PASSWORD


@pytest.fixture
def eve(cast, session):
    made = User.add(
        name="Eve Tran",
        email="eve@x.example",
        role=Role.CASEWORKER,
        password=PASSWORD,
        by=cast.ada,
        programs=[cast.family],
    )
    session.flush()
    return made


@pytest.fixture
def busy(cast, session):
    """Ana's case with two tasks and two referrals that are out."""
    tasks = [Task.add(cast.case, by=cast.ana, title=title, due_on=clock.today()) for title in ("Call", "Visit")]
    referrals = []
    for provider in ("Food bank", "Clinic"):
        referral = Referral.make(
            cast.case, by=cast.ana, domain=Domain.FOOD, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
            provider=provider, what="Help",
        )  # fmt: skip
        referral.send(by=cast.ana, follow_up_on=clock.today())
        referrals.append(referral)
    session.flush()
    return tasks, referrals


def followed_by(session, user):
    return {referral.provider for referral in session.scalars(mine(user))}


def test_everything_in_hand_goes_over_with_the_case(cast, session, eve, busy):
    tasks, referrals = busy
    hand_over(cast.case, eve, by=cast.ana, note="Text before three")
    session.flush()
    assert {task.assignee.name for task in tasks} == {"Eve Tran"}
    assert followed_by(session, eve) == {"Food bank", "Clinic"} and followed_by(session, cast.ana) == set()
    assert [(a.user.name, a.note, a.to_on is None) for a in cast.case.assignments] == [
        ("Ana Reyes", None, False), ("Eve Tran", "Text before three", True),
    ]  # fmt: skip


def test_what_is_kept_stays_with_the_one_who_had_it(cast, session, eve, busy):
    tasks, referrals = busy
    hand_over(cast.case, eve, by=cast.ana, keeping_tasks=[tasks[0].id], keeping_referrals=[referrals[1].id])
    session.flush()
    assert [task.assignee.name for task in tasks] == ["Ana Reyes", "Eve Tran"]
    assert followed_by(session, cast.ana) == {"Clinic"} and followed_by(session, eve) == {"Food bank"}
    assert [words for _id, words in in_hand(cast.case).referrals] == ["Food bank: Help"]


def test_who_loses_the_record_can_keep_nothing(cast, session, eve, busy):
    cast.agency.openness = Openness.ASSIGNED
    session.flush()
    with pytest.raises(RuleBroken, match="Hand everything over"):
        hand_over(cast.case, eve, by=cast.bo, keeping_tasks=[busy[0][0].id])


def test_who_has_left_can_keep_nothing(cast, session, eve, busy):
    cast.ana.disable(by=cast.ada)
    session.flush()
    with pytest.raises(RuleBroken, match="Hand everything over"):
        hand_over(cast.case, eve, by=cast.bo, keeping_referrals=[busy[1][0].id])
    session.rollback()


def test_another_supervisor_takes_no_tasks_along(cast, session, eve, busy):
    hand_over(cast.case, cast.bo, by=cast.bo, role=AssignmentRole.SUPERVISOR)
    assert {task.assignee.name for task in busy[0]} == {"Ana Reyes"}


def test_what_is_done_stays_on_record_as_it_was(cast, session, eve, busy):
    busy[0][0].finish(by=cast.ana)
    hand_over(cast.case, eve, by=cast.ana)
    assert busy[0][0].assignee is cast.ana


# -- standing in


def covered(cast, stand_in, **days):
    today = clock.today()
    given = {"from_on": today, "to_on": today + timedelta(days=5), **days}
    return StandIn.arrange(cast.ana, stand_in, by=cast.bo, **given)


def sees(session, user, client):
    return session.scalar(Client.visible_to(user).where(Client.id == client.id)) is not None


def test_a_stand_in_reaches_the_cases_and_finds_the_work_while_it_lasts(cast, session, busy):
    assert not sees(session, cast.cy, cast.rosa)
    covered(cast, cast.cy)
    session.flush()
    assert sees(session, cast.cy, cast.rosa)
    assert {task.title for task in session.scalars(due_tasks(cast.cy))} == {"Call", "Visit"}
    assert followed_by(session, cast.cy) == {"Food bank", "Clinic"}
    day = my_day(cast.cy)
    assert day["today"].total == 2 and day["chase"].total == 2
    assert [row.user.name for row in day.standing_in] == ["Ana Reyes"]
    assert cast.case.worker is cast.ana, "the case stays hers"


def test_the_reach_ends_after_the_last_day_and_at_once_when_it_is_ended(cast, session):
    row = covered(cast, cast.cy)
    session.flush()
    after = datetime.combine(row.to_on + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=17)
    with clock.at(after):
        assert not sees(session, cast.cy, cast.rosa)
    with clock.at(after - timedelta(days=1)):
        assert sees(session, cast.cy, cast.rosa), "the last day counts"
    row.end(by=cast.bo)
    session.flush()
    assert not sees(session, cast.cy, cast.rosa)
    with pytest.raises(RuleBroken, match="already"):
        row.end(by=cast.bo)


def test_one_that_has_not_begun_opens_nothing(cast, session):
    covered(cast, cast.cy, from_on=clock.today() + timedelta(days=2))
    session.flush()
    assert not sees(session, cast.cy, cast.rosa)


def test_a_seal_and_a_restriction_keep_the_stand_in_out(cast, session):
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    row = covered(cast, cast.cy)
    StandIn.arrange(cast.di, cast.cy, by=cast.bo, from_on=clock.today(), to_on=clock.today())
    session.flush()
    assert not sees(session, cast.cy, cast.rosa) and not sees(session, cast.cy, cast.hidden)
    assert session.scalar(Case.visible_to(cast.cy).where(Case.id == cast.hidden_case.id)) is None
    assert covered_of(row, reader=cast.bo) == (1, 1)


def test_nobody_stands_in_twice_for_themselves_or_for_ever(cast, session, eve):
    today = clock.today()
    covered(cast, cast.cy)
    session.flush()
    with pytest.raises(RuleBroken, match="already"):
        covered(cast, eve, from_on=today + timedelta(days=5), to_on=today + timedelta(days=9))
    covered(cast, eve, from_on=today + timedelta(days=6), to_on=today + timedelta(days=9))
    for wrong, words in (
        ({"from_on": today, "to_on": today - timedelta(days=1)}, "after the first"),
        ({"from_on": today - timedelta(days=9), "to_on": today - timedelta(days=3)}, "not in the past"),
        ({"from_on": today, "to_on": today + timedelta(days=400)}, "a year at most"),
    ):
        with pytest.raises(RuleBroken, match=words):
            StandIn.arrange(cast.bo, eve, by=cast.bo, **wrong)
    with pytest.raises(RuleBroken, match="themselves"):
        StandIn.arrange(eve, eve, by=eve, from_on=today, to_on=today)
    with pytest.raises(RuleBroken, match="no casework"):
        StandIn.arrange(eve, cast.fay, by=eve, from_on=today, to_on=today)
    assert session.scalar(sa.select(sa.func.count(StandIn.id))) == 2
