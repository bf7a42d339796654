"""Closing a case: the gate, the second person, and the way back."""

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.case import CaseStatus
from app.models.closing.checklist import Part, Standing
from app.models.closing.closure import Closure, ClosureReason, Completion, OutcomeOfGoal
from app.models.linking.referral import Referral, ReferralMethod, ReferralOutcome, ReferralType
from app.models.monitoring.task import Task
from app.models.planning.goal import GoalStatus
from app.models.planning.plan import PlanStatus
from tests.models.closing.story import closed, days, plan_in_force, sign, write


def begun(cast) -> Closure:
    closure = Closure.begin(cast.case, by=cast.ana)
    return closure


def refer(cast, **details) -> Referral:
    return Referral.make(
        cast.case, by=cast.ana, domain="legal", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        provider="Harbor Law Clinic", **details,
    )  # fmt: skip


def in_the_way(closure: Closure) -> set[tuple[str, str]]:
    return {(check.part.value, check.standing.value) for check in closure.obstacles()}


def test_starting_sets_the_case_to_pending_closure_and_lists_the_goals(cast, session):
    plan_in_force(cast.case, by=cast.ana)
    closure = begun(cast)
    session.commit()
    assert cast.case.status is CaseStatus.PENDING_CLOSURE
    assert [goal.statement for goal in closure.judged_goals()] == ["A safe home of our own", "Steady income"]
    assert len(closure.goal_outcomes) == 2


def test_a_case_is_closed_once_at_a_time(cast):
    begun(cast)
    with pytest.raises(RuleBroken):
        begun(cast)


def test_a_case_that_never_opened_cannot_be_closed(cast):
    cast.case.status = CaseStatus.INTAKE_PENDING
    with pytest.raises(RuleBroken):
        begun(cast)


def test_stopping_the_closing_puts_the_case_back_where_it_was(cast):
    cast.case.pause(by=cast.ana, reason="Away", until=clock.today() + days(9))
    closure = begun(cast)
    closure.withdraw(by=cast.ana)
    assert cast.case.status is CaseStatus.ON_HOLD
    assert cast.case.closure is None
    with pytest.raises(RuleBroken):
        closure.rewrite(by=cast.ana, goal_outcomes={})


@pytest.mark.parametrize(
    "changes, missing",
    [
        ({"reason": None}, "reason"),
        ({"closed_on": None}, "closed_on"),
        ({"rationale": None}, "rationale"),
        ({"planned": None}, "planned"),
        ({"completion": None}, "planned"),
        ({"aftercare": None}, "aftercare"),
        ({"way_back": None}, "way_back"),
        ({"reason": ClosureReason.LOST_CONTACT}, "contact_attempts"),
        ({"reason": ClosureReason.LOST_CONTACT, "contact_attempts": "Nov 1\n\nNov 2\n "}, "contact_attempts"),
        ({"completion": Completion.INVOLUNTARY, "appeal_given": True}, "notice_sent_on"),
    ],
)
def test_what_is_not_written_is_in_the_way(cast, changes, missing):
    closure = begun(cast)
    write(closure, by=cast.ana, **changes)
    assert [check.kind for check in closure.obstacles()] == [missing]
    with pytest.raises(RuleBroken):
        closure.submit(by=cast.ana)


def test_nothing_is_in_the_way_when_all_is_written(cast):
    closure = begun(cast)
    write(closure, by=cast.ana)
    assert closure.obstacles() == []
    three = "Nov 1\nNov 2\nNov 3"
    write(closure, by=cast.ana, reason=ClosureReason.LOST_CONTACT, contact_attempts=three)
    assert closure.obstacles() == []


def test_the_dead_need_no_aftercare_and_no_way_back(cast):
    closure = begun(cast)
    write(closure, by=cast.ana, reason=ClosureReason.DECEASED, aftercare=None, way_back=None)
    assert closure.obstacles() == []


@pytest.mark.parametrize("ahead, opened", [(1, 40), (0, -1)])
def test_the_closing_date_lies_between_the_opening_and_today(cast, ahead, opened):
    closure = begun(cast)
    cast.case.opened_on = clock.today() - days(opened)
    write(closure, by=cast.ana, closed_on=clock.today() + days(ahead))
    assert [(check.kind, check.standing) for check in closure.obstacles()] == [("closed_on", Standing.MUST)]


def test_an_involuntary_ending_needs_notice_ten_days_before_and_the_right_to_appeal(cast):
    closure = begun(cast)
    write(closure, by=cast.ana, completion=Completion.INVOLUNTARY, notice_sent_on=clock.today() - days(9))
    assert [check.kind for check in closure.obstacles()] == ["notice_sent_on", "appeal_given"]
    write(
        closure, by=cast.ana, completion=Completion.INVOLUNTARY, notice_sent_on=clock.today() - days(10),
        appeal_given=True,
    )  # fmt: skip
    assert closure.obstacles() == []


def test_every_goal_open_task_and_open_referral_is_in_the_way(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    task = Task.add(cast.case, by=cast.ana, title="Call", due_on=clock.today())
    referral = refer(cast)
    closure = begun(cast)
    write(closure, by=cast.ana, outcome=None)
    found = {(check.kind, check.record_id) for check in closure.obstacles()}
    assert found == {("goal", g.id) for g in plan.goals} | {("task", task.id), ("referral", referral.id)}
    assert all(check.standing is Standing.MUST for check in closure.obstacles())
    task.cancel(by=cast.ana, reason="Not needed")
    referral.end(by=cast.ana, outcome=ReferralOutcome.NOT_NEEDED, on=clock.today())
    write(closure, by=cast.ana, outcome=OutcomeOfGoal.NOT_MET)
    assert closure.obstacles() == []


def test_a_case_without_a_plan_needs_no_outcomes(cast):
    closure = begun(cast)
    assert closure.judged_goals() == []
    assert "goals" not in {check.part.value for check in closure.checklist()}


def test_a_goal_that_is_deferred_or_discontinued_needs_a_reason(cast):
    plan = plan_in_force(cast.case, by=cast.ana, goals=("Work",))
    closure = begun(cast)
    write(closure, by=cast.ana)
    closure.rewrite(by=cast.ana, goal_outcomes={plan.goals[0].id: (OutcomeOfGoal.DEFERRED, None)})
    assert in_the_way(closure) == {("goals", "expected")}


def test_a_goal_that_was_replaced_needs_no_outcome(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    plan.goals[0].mark(GoalStatus.REVISED, by=cast.ana, reason="Put differently")
    session.flush()
    assert [goal.statement for goal in begun(cast).judged_goals()] == ["Steady income"]


def test_how_a_goal_stands_already_is_taken_over(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    plan.goals[0].mark(GoalStatus.DISCONTINUED, by=cast.ana, reason="Rosa no longer wants it")
    session.flush()
    first, second = begun(cast).judged_goals()
    assert (first.outcome, first.evidence) == (OutcomeOfGoal.DISCONTINUED, "Rosa no longer wants it")
    assert second.outcome is None


def test_a_new_version_of_the_plan_keeps_what_was_said_about_the_same_goals(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana, goals=("Work",))
    closure = begun(cast)
    write(closure, by=cast.ana)
    second = plan.revise(by=cast.ana)
    goal = second.add_goal(by=cast.ana, statement="A car")
    session.flush()
    assert ("papers", "must") in in_the_way(closure), "a draft of the plan is in the way"
    goal.add_step(by=cast.ana, action="Save", actor="client", due_on=clock.today() + days(3))
    sign(second, by=cast.ana)
    session.flush()
    assert [(g.goal_id, g.outcome) for g in closure.judged_goals()] == [
        (second.goals[0].id, OutcomeOfGoal.MET),
        (goal.id, None),
    ]
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    closure.approve(by=cast.bo)
    session.commit()
    assert {g.status for g in second.goals} == {GoalStatus.MET}
    assert {g.status for g in plan.goals} == {GoalStatus.NOT_STARTED}


def test_what_is_only_expected_can_be_left_open_with_a_reason_but_the_gate_cannot(cast):
    closure = begun(cast)
    write(closure, by=cast.ana, aftercare=None)
    with pytest.raises(RuleBroken, match="write why"):
        closure.submit(by=cast.ana)
    task = Task.add(cast.case, by=cast.ana, title="Call", due_on=clock.today())
    with pytest.raises(RuleBroken, match="still in the way"):
        closure.submit(by=cast.ana, leaving_open="Rosa left without a word")
    task.finish(by=cast.ana)
    closure.submit(by=cast.ana, leaving_open="Rosa left without a word")
    assert closure.left_open == "Rosa left without a word"
    closure.approve(by=cast.bo)
    assert cast.case.closed


def test_a_reason_for_leaving_nothing_open_is_not_kept(cast):
    closure = begun(cast)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana, leaving_open="Just so")
    assert closure.left_open is None


def test_what_is_with_the_supervisor_cannot_be_changed_sent_again_or_stopped(cast):
    closure = begun(cast)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    for verb in (
        lambda: write(closure, by=cast.ana),
        lambda: closure.submit(by=cast.ana),
        lambda: closure.withdraw(by=cast.ana),
    ):
        with pytest.raises(RuleBroken, match="with the supervisor"):
            verb()


def test_a_returned_closing_can_be_changed_and_sent_again(cast):
    closure = begun(cast)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    closure.send_back(by=cast.bo, comment="Say more about the rent")
    assert (closure.writable, closure.waiting, closure.returned_comment) == (True, False, "Say more about the rent")
    with pytest.raises(RuleBroken):
        closure.approve(by=cast.bo)
    write(closure, by=cast.ana, rationale="The rent is paid to March.")
    closure.submit(by=cast.ana)
    assert closure.waiting
    assert closure.returned_at is None


def test_a_second_person_approves(cast):
    closure = begun(cast)
    write(closure, by=cast.bo)
    with pytest.raises(RuleBroken):
        closure.approve(by=cast.bo)
    closure.submit(by=cast.bo)
    with pytest.raises(RuleBroken, match="Somebody else"):
        closure.approve(by=cast.bo)
    closure.approve(by=cast.ana)
    with pytest.raises(RuleBroken, match="closed already"):
        closure.approve(by=cast.ana)
    with pytest.raises(RuleBroken, match="closed already"):
        closure.send_back(by=cast.ana, comment="Too late")


def test_a_task_that_came_up_since_bars_the_approval(cast):
    closure = begun(cast)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    Task.add(cast.case, by=cast.ana, title="One more thing", due_on=clock.today())
    with pytest.raises(RuleBroken, match="came up"):
        closure.approve(by=cast.bo)


def test_approval_closes_the_case_ends_the_assignments_and_resolves_the_goals(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    assert cast.case.status is CaseStatus.CLOSED
    assert cast.case.closed_on == clock.today()
    assert [(a.to_on, a.ended_by_closure) for a in cast.case.assignments] == [(clock.today(), True)]
    assert cast.case.worker is cast.ana, "the last worker stays on record"
    assert {goal.status for goal in plan.goals} == {GoalStatus.MET}
    assert plan.status is PlanStatus.COMPLETED
    assert [goal.outcome for goal in closure.judged_goals()] == [OutcomeOfGoal.MET] * 2
    assert session.scalar(sa.select(Event.reason).where(Event.kind == EventKind.CASE_CLOSED)) == "Goals completed"


def test_a_deferred_goal_keeps_the_plan_from_being_complete_and_carries_its_reason(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana, goals=("Work",))
    closure = begun(cast)
    write(closure, by=cast.ana, outcome=OutcomeOfGoal.DEFERRED)
    closure.submit(by=cast.ana)
    closure.approve(by=cast.bo)
    session.commit()
    assert (plan.goals[0].status, plan.goals[0].reason) == (GoalStatus.DEFERRED, "A letter in the file.")
    assert plan.status is PlanStatus.CLOSED


def test_reopening_restores_people_plan_and_goals_and_keeps_the_closing(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    plan.goals[0].mark(GoalStatus.IN_PROGRESS, by=cast.ana)
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    closure.reopen(by=cast.bo, reason="The lease fell through")
    session.commit()
    assert cast.case.status is CaseStatus.ACTIVE
    assert cast.case.worker is cast.ana
    assert len(cast.case.assignments) == 2, "the ended assignment stays, a new one begins"
    assert plan.status is PlanStatus.SIGNED
    assert [(g.status, g.resolved_on) for g in plan.goals] == [
        (GoalStatus.IN_PROGRESS, None),
        (GoalStatus.NOT_STARTED, None),
    ]
    assert cast.case.closure is None
    assert (closure.reopened_by, closure.reopened_reason) == (cast.bo, "The lease fell through")
    line = session.scalar(sa.select(Event).where(Event.kind == EventKind.CASE_REOPENED))
    assert line.reason == "The lease fell through"
    again = closed(cast.case, by=cast.ana, approver=cast.bo)
    assert again.id != closure.id


def test_only_a_closed_case_is_reopened_and_only_once(cast, session):
    closure = begun(cast)
    with pytest.raises(RuleBroken):
        closure.reopen(by=cast.bo, reason="x")
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    closure.approve(by=cast.bo)
    closure.reopen(by=cast.bo, reason="x")
    with pytest.raises(RuleBroken):
        closure.reopen(by=cast.bo, reason="y")


def test_a_case_is_not_reopened_beside_a_newer_one_in_the_same_program(cast, session):
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    session.flush()
    type(cast.case).open(cast.rosa, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
    with pytest.raises(RuleBroken, match="already has a case"):
        closure.reopen(by=cast.bo, reason="x")


def test_who_left_the_agency_is_not_made_responsible_again(cast, session):
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    cast.ana.disabled_at = clock.now()
    closure.reopen(by=cast.bo, reason="x")
    assert [a for a in cast.case.assignments if a.to_on is None] == []


def test_every_saving_counts_as_a_change_even_of_outcomes_alone(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana, goals=("Work",))
    closure = begun(cast)
    session.commit()
    before = closure.version
    closure.rewrite(by=cast.ana, goal_outcomes={plan.goals[0].id: (OutcomeOfGoal.MET, None)})
    session.commit()
    assert closure.version > before
    fields = session.scalars(sa.select(Event.fields).where(Event.kind == EventKind.CLOSURE_CHANGED))
    assert list(fields) == [["goal_outcomes"]]


def test_the_checklist_counts_what_is_done_beside_what_is_not(cast, session):
    plan_in_force(cast.case, by=cast.ana)
    refer(cast).end(by=cast.ana, outcome=ReferralOutcome.NOT_NEEDED, on=clock.today())
    session.flush()
    closure = begun(cast)
    listed = closure.checklist()
    by_part = {part: [c.standing.value for c in listed if c.part is part] for part in Part}
    assert by_part[Part.GOALS] == ["must", "must"]
    assert by_part[Part.REFERRALS] == ["done"]
    assert by_part[Part.TASKS] == ["done"]
    assert by_part[Part.PAPERS] == ["open", "open", "done"], "scan missing, no exit assessment, no release in force"
    assert by_part[Part.CLOSING] == ["must", "expected", "expected", "done", "expected", "expected", "open"]
