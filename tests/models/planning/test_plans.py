"""The life of a plan: drafted, frozen, signed or not, replaced; and the text that is signed stays as it was."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.planning.goal import GoalStatus, Step, StepStatus
from app.models.planning.plan import Agreement, NeedAnswer, Plan, PlanStatus
from app.models.planning.signature import SignatureMethod, SignatureOutcome, SignerRole
from tests.models.planning.builders import assessed, draft, in_force, ready, sign, signature


def test_a_plan_begins_from_the_signed_assessment_and_the_programs_clock(session, cast):
    assessment = assessed(cast)
    plan = Plan.begin(cast.case, by=cast.ana)
    assert (plan.number, plan.status, plan.assessment_id) == (1, PlanStatus.DRAFT, assessment.id)
    assert plan.vision == "A quiet home." and plan.strengths == "Patient"
    assert plan.review_on == clock.today() + timedelta(days=cast.family.review_days)


def test_a_case_has_one_plan_with_versions(session, cast):
    draft(cast)
    with pytest.raises(RuleBroken, match="already"):
        Plan.begin(cast.case, by=cast.ana)


def test_a_discarded_number_is_not_used_again(session, cast):
    plan = draft(cast)
    plan.discard(by=cast.ana)
    session.commit()
    assert Plan.latest(cast.case) is None
    again = Plan.begin(cast.case, by=cast.ana)
    session.commit()
    assert again.number == 2
    assert plan.status is PlanStatus.IN_ERROR and len(plan.goals) == 1


def test_a_discarded_revision_leaves_its_number_unused(session, cast):
    first = in_force(cast)
    first.revise(by=cast.ana).discard(by=cast.ana)
    session.commit()
    third = first.revise(by=cast.ana)
    session.commit()
    assert third.number == 3
    assert first.status is PlanStatus.SIGNED


def test_what_is_missing_is_said_in_page_order_and_what_is_needed_bars_the_freeze(session, cast):
    plan = Plan.begin(cast.case, by=cast.ana)
    plan.rewrite(by=cast.ana, review_on=None)
    goal = plan.add_goal(by=cast.ana, statement="A home")
    session.flush()
    goal.add_step(by=cast.ana, action="Call")
    session.flush()
    said = [(item.text % item.values, item.anchor, item.needed) for item in plan.missing()]
    assert said == [
        ("No signed assessment stands behind this plan.", "plan", False),
        ("Write what the client wants, in their own words.", "vision", False),
        ("Choose the day of the next review.", "review_on", True),
        ("Say who does each step of “A home”, and by when.", f"goal-{goal.id}", True),
        ("Choose a target date for “A home”.", f"goal-{goal.id}", False),
        ("Write how we will know that “A home” is reached.", f"goal-{goal.id}", False),
    ]
    with pytest.raises(RuleBroken, match="cannot be signed yet"):
        plan.freeze(by=cast.ana, leaving_open="no matter")
    assert plan.draft


def test_a_plan_ends_after_it_starts(session, cast):
    plan = draft(cast)
    plan.rewrite(by=cast.ana, ends_on=plan.starts_on)
    assert [item.anchor for item in plan.missing() if item.needed] == ["ends_on"]


def test_a_pressing_need_wants_a_goal_or_a_reason(session, cast):
    plan = draft(cast)
    assert [need.domain for need in plan.unanswered_needs] == [Domain.FINANCIAL]
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="First the home.")
    session.flush()
    assert plan.unanswered_needs == [] and plan.missing() == []


def test_something_expected_may_stay_open_only_with_a_reason_on_the_trail(session, cast):
    plan = draft(cast)
    with pytest.raises(RuleBroken, match="still missing"):
        plan.freeze(by=cast.ana)
    plan.freeze(by=cast.ana, leaving_open="Rosa wants to begin with the home.")
    session.commit()
    assert plan.ready and plan.intact and plan.code.startswith("SP-1001-1-")
    event = session.scalars(sa.select(Event).where(Event.kind == EventKind.PLAN_FROZEN)).one()
    assert event.reason == "Rosa wants to begin with the home."


def test_no_verb_changes_a_frozen_text(session, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    objective = goal.add_objective(by=cast.ana, statement="One")
    service = plan.count_on(by=cast.ana, service="Law clinic")
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="Later")
    session.flush()
    plan.freeze(by=cast.ana)
    session.commit()
    step, before, need = goal.steps[0], plan.text(), plan.planned_needs[0]
    refused = [
        lambda: plan.rewrite(by=cast.ana, vision="x"),
        lambda: plan.add_goal(by=cast.ana, statement="x"),
        lambda: plan.drop_goal(goal, by=cast.ana),
        lambda: plan.move_goal(goal, by=cast.ana, up=True),
        lambda: plan.set_aside(Domain.FOOD, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="x"),
        lambda: plan.take_up(need, by=cast.ana),
        lambda: plan.count_on(by=cast.ana, service="x"),
        lambda: plan.change_service(service, by=cast.ana, service="x"),
        lambda: plan.drop_service(service, by=cast.ana),
        lambda: goal.reword(by=cast.ana, statement="x"),
        lambda: goal.add_objective(by=cast.ana, statement="x"),
        lambda: goal.drop_objective(objective, by=cast.ana),
        lambda: objective.reword(by=cast.ana, statement="x"),
        lambda: goal.add_step(by=cast.ana, action="x"),
        lambda: goal.drop_step(step, by=cast.ana),
        lambda: goal.move_step(step, by=cast.ana, up=False),
        lambda: step.reword(by=cast.ana, action="x"),
        lambda: plan.discard(by=cast.ana),
        lambda: plan.freeze(by=cast.ana),
    ]
    for change in refused:
        with pytest.raises(RuleBroken, match="frozen"):
            change()
    session.commit()
    session.expire_all()
    assert plan.text() == before and plan.intact


def test_an_altered_text_is_noticed(session, cast):
    plan = ready(cast)
    session.execute(sa.update(Step).values(action="Something else"))
    session.commit()
    session.expire_all()
    assert not plan.intact


def test_an_edit_that_runs_beside_a_freeze_is_in_the_frozen_text_or_refused(app, session, cast):
    plan_id = draft(cast).id
    session.remove()
    held, go_on, done = threading.Event(), threading.Event(), []

    def edit():
        with app.app_context():
            step = db.session.get_one(Plan, plan_id).goals[0].steps[0]
            step.reword(by=cast.ana, action="Changed at the last moment")
            held.set()
            go_on.wait(10)
            db.session.commit()

    def freeze():
        with app.app_context():
            plan = db.session.get_one(Plan, plan_id)
            assert len(plan.goals[0].steps) == 2
            plan.freeze(by=cast.ana, leaving_open="later")
            db.session.commit()
            done.append(True)

    threads = [threading.Thread(target=edit), threading.Thread(target=freeze)]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    assert not done, "the freeze did not wait for the edit"
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert done
    session.expire_all()
    plan = session.get_one(Plan, plan_id)
    assert plan.ready and plan.intact
    assert plan.goals[0].steps[0].action == "Changed at the last moment"


def test_signed_by_both_the_plan_is_in_force(session, cast):
    plan = in_force(cast)
    assert plan.status is PlanStatus.SIGNED and plan.holds
    assert plan.in_force_on == clock.today() and plan.scan_missing
    assert Plan.in_force(cast.case) is plan


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(SignatureOutcome.DECLINED, PlanStatus.DECLINED), (SignatureOutcome.UNABLE, PlanStatus.UNABLE)],
)
def test_a_plan_goes_on_without_the_clients_signature_and_says_so(session, cast, outcome, status):
    plan = sign(ready(cast), cast, outcome=outcome, method=None, signed_on=None, reason="Wants to think")
    assert plan.status is status and plan.holds and plan.intact


def test_somebody_may_sign_for_the_client_by_authority(session, cast):
    plan = ready(cast)
    row = signature(SignerRole.GUARDIAN, "Inés Díaz", authority="Power of attorney")
    worker = signature(SignerRole.CASEWORKER, "Ana Reyes")
    answers = {"agreement": Agreement.AGREES, "took_part": True, "chose_services": True}
    with pytest.raises(RuleBroken, match="right to sign"):
        plan.record_signatures(by=cast.ana, signatures=[signature(SignerRole.GUARDIAN, "Inés Díaz"), worker], **answers)
    session.rollback()
    plan.record_signatures(by=cast.ana, signatures=[row, signature(SignerRole.CASEWORKER, "Ana Reyes")], **answers)
    session.commit()
    assert plan.status is PlanStatus.SIGNED


def test_a_signature_has_a_day_between_the_freeze_and_today_and_a_mark_has_a_witness(session, cast):
    plan = ready(cast)
    for wrong, words in [
        ({"signed_on": clock.today() - timedelta(days=1)}, "must lie between"),
        ({"signed_on": clock.today() + timedelta(days=1)}, "must lie between"),
        ({"signed_on": None}, "date on the paper"),
        ({"method": SignatureMethod.MARK}, "witness"),
        ({"outcome": SignatureOutcome.DECLINED}, "why"),
    ]:
        with pytest.raises(RuleBroken, match=words):
            sign(plan, cast, **wrong)
        session.rollback()
    assert plan.ready


def test_a_draft_is_never_recorded_as_signed(session, cast):
    with pytest.raises(RuleBroken, match="ready for signature"):
        sign(draft(cast), cast)


def test_a_revision_copies_open_goals_and_leaves_the_signed_version_alone(session, cast):
    first = in_force(cast, goals=2)
    first.goals[0].mark(GoalStatus.MET, by=cast.ana)
    objective_free = [step.action for step in first.goals[1].steps]
    session.commit()
    second = first.revise(by=cast.ana)
    session.commit()
    assert (second.number, second.status) == (2, PlanStatus.DRAFT)
    assert [goal.statement for goal in second.goals] == ["Goal number 2"]
    assert [step.action for step in second.goals[0].steps] == objective_free
    assert second.goals[0].thread == first.goals[1].thread
    assert first.status is PlanStatus.SIGNED and len(first.goals) == 2 and first.intact


def test_a_revision_keeps_steps_under_their_objectives(session, cast):
    first = draft(cast)
    goal = first.goals[0]
    objective = goal.add_objective(by=cast.ana, statement="Find it")
    session.flush()
    goal.add_step(by=cast.ana, action="Look", objective=objective)
    session.flush()
    goal.steps[-1].reword(by=cast.ana, actor=goal.steps[0].actor, due_on=goal.steps[0].due_on)
    first.freeze(by=cast.ana, leaving_open="later")
    sign(first, cast)
    second = first.revise(by=cast.ana)
    session.commit()
    session.expire_all()
    copied = second.goals[0]
    assert [o.statement for o in copied.objectives] == ["Find it"]
    assert [s.action for s in copied.steps_of(copied.objectives[0])] == ["Look"]
    assert copied.objectives[0].id != objective.id


def test_only_one_version_is_written_at_a_time(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    session.commit()
    with pytest.raises(RuleBroken, match="being written"):
        first.revise(by=cast.ana)
    with pytest.raises(RuleBroken, match="draft"):
        second.revise(by=cast.ana)


def test_a_signed_version_takes_the_place_of_the_one_before_and_carries_its_progress_on(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    session.flush()
    second.goals[0].steps[0].reword(by=cast.ana, action="Said better")
    second.freeze(by=cast.ana, leaving_open="later")
    session.commit()
    first.goals[0].steps[0].mark(StepStatus.DONE, by=cast.ana)
    first.goals[0].steps[1].mark(StepStatus.BLOCKED, by=cast.ana, barrier="Office closed")
    session.commit()
    sign(second, cast)
    session.expire_all()
    assert first.status is PlanStatus.SUPERSEDED and second.holds
    steps = second.goals[0].steps
    assert (steps[0].action, steps[0].status, steps[0].done_on) == ("Said better", StepStatus.DONE, clock.today())
    assert (steps[1].status, steps[1].barrier) == (StepStatus.BLOCKED, "Office closed")
    assert second.goals[0].status is GoalStatus.IN_PROGRESS
    assert first.intact and second.intact


def test_a_version_that_nobody_signed_is_superseded_too(session, cast):
    first = ready(cast)
    second = first.revise(by=cast.ana)
    session.flush()
    second.freeze(by=cast.ana, leaving_open="later")
    sign(second, cast)
    assert first.status is PlanStatus.SUPERSEDED


def test_dropping_an_objective_keeps_its_steps(session, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    objective = goal.add_objective(by=cast.ana, statement="Find it")
    session.flush()
    goal.add_step(by=cast.ana, action="Look", objective=objective)
    session.commit()
    goal.drop_objective(objective, by=cast.ana)
    session.commit()
    session.expire_all()
    assert [step.action for step in goal.loose_steps] == ["Step 1.1", "Step 1.2", "Look"]
    assert goal.objectives == []


def test_steps_and_goals_change_places_with_their_neighbours(session, cast):
    plan = draft(cast, goals=2)
    plan.move_goal(plan.goals[1], by=cast.ana, up=True)
    goal = plan.goals[0]
    goal.move_step(goal.steps[0], by=cast.ana, up=False)
    goal.move_step(goal.steps[0], by=cast.ana, up=False)
    session.commit()
    session.expire_all()
    assert [g.statement for g in plan.goals] == ["Goal number 2", "Goal number 1"]
    moved = next(g for g in plan.goals if g.statement == "Goal number 1")
    assert [s.action for s in moved.steps] == ["Step 1.2", "Step 1.1"]
