"""Progress is not an edit: it is marked on the version that holds and leaves the signed text alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.models.base import RuleBroken
from app.models.planning.goal import GoalStatus, StepStatus
from app.models.planning.plan import Plan
from tests.models.planning.builders import draft, in_force, ready, sign


def test_marking_a_step_changes_no_text_and_starts_its_goal(session, cast):
    plan = in_force(cast)
    step = plan.goals[0].steps[0]
    step.mark(StepStatus.DONE, by=cast.ana)
    session.commit()
    assert (step.status, step.done_on) == (StepStatus.DONE, clock.today())
    assert plan.goals[0].status is GoalStatus.IN_PROGRESS and plan.goals[0].steps_done == 1
    assert plan.intact and Plan.latest(cast.case) is plan


def test_a_blocked_step_says_what_is_in_the_way_until_it_moves_again(session, cast):
    step = in_force(cast).goals[0].steps[0]
    with pytest.raises(RuleBroken, match="stands in the way"):
        step.mark(StepStatus.BLOCKED, by=cast.ana)
    step.mark(StepStatus.BLOCKED, by=cast.ana, barrier="No bus")
    assert step.barrier == "No bus"
    step.mark(StepStatus.IN_PROGRESS, by=cast.ana)
    assert step.barrier is None and step.done_on is None


def test_nothing_is_done_in_the_future(session, cast):
    step = in_force(cast).goals[0].steps[0]
    with pytest.raises(RuleBroken, match="future"):
        step.mark(StepStatus.DONE, by=cast.ana, done_on=clock.today() + timedelta(days=1))


def test_a_goal_is_put_off_or_given_up_with_a_reason(session, cast):
    goal = in_force(cast).goals[0]
    for status in (GoalStatus.DEFERRED, GoalStatus.DISCONTINUED, GoalStatus.REVISED):
        with pytest.raises(RuleBroken, match="Write why"):
            goal.mark(status, by=cast.ana)
        goal.mark(status, by=cast.ana, reason="Her sister is ill")
        assert goal.reason == "Her sister is ill"


def test_before_anything_holds_progress_is_marked_on_the_newest_version(session, cast):
    plan = ready(cast)
    plan.goals[0].steps[0].mark(StepStatus.DONE, by=cast.ana)
    sign(plan, cast)
    assert plan.goals[0].steps[0].done


def test_progress_is_not_marked_on_a_version_that_does_not_hold(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    session.commit()
    with pytest.raises(RuleBroken, match="version 1"):
        second.goals[0].steps[0].mark(StepStatus.DONE, by=cast.ana)
    second.freeze(by=cast.ana, leaving_open="later")
    sign(second, cast)
    with pytest.raises(RuleBroken, match="version 2"):
        first.goals[0].steps[0].mark(StepStatus.DONE, by=cast.ana)
    with pytest.raises(RuleBroken, match="version 2"):
        first.goals[0].mark(GoalStatus.MET, by=cast.ana)


def test_late_is_an_open_step_whose_day_has_passed(session, cast):
    plan = draft(cast)
    step = plan.goals[0].steps[0]
    step.reword(by=cast.ana, due_on=clock.today() - timedelta(days=1))
    assert step.late
    step.mark(StepStatus.NOT_NEEDED, by=cast.ana)
    assert not step.late and plan.goals[0].steps_needed == 1


def test_a_draft_stands_on_the_assessment_that_is_signed_after_it_was_begun(cast, session):
    from app.models.assessment.assessment import Assessment, AssessmentType
    from app.models.assessment.domain import Domain, NeedStatus
    from app.models.planning.plan import Plan

    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    plan = Plan.begin(cast.case, by=cast.ana)
    assert plan.assessment is None
    assessment.rate(Domain.FOOD, by=cast.ana, status=NeedStatus.UNMET)
    assessment.describe(by=cast.ana, own_goals="Enough to eat", summary="Food first", sources=["interview"])
    assessment.sign(by=cast.ana)
    assert plan.assessment is assessment and plan.vision == "Enough to eat"
    assert [need.domain for need in plan.unanswered_needs] == [Domain.FOOD]
