"""What is different between two versions, in words for the client."""

from __future__ import annotations

from datetime import timedelta

from app.models.assessment.domain import Domain
from app.models.planning.changes import changes_between, changes_in
from app.models.planning.goal import GoalStatus
from app.models.planning.plan import NeedAnswer
from tests.models.planning.builders import draft, in_force


def words(changes):
    return [": ".join(filter(None, (change.text, change.about, change.label))) for change in changes]


def test_a_fresh_copy_differs_only_in_its_dates_if_at_all(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    session.commit()
    assert words(changes_between(first, second)) == []


def test_every_kind_of_change_is_said(session, cast):
    first = in_force(cast, goals=3)
    first.goals[2].mark(GoalStatus.MET, by=cast.ana)
    second = first.revise(by=cast.ana)
    session.commit()
    kept, dropped = second.goals
    target = kept.target_on
    second.rewrite(by=cast.ana, vision="Another home", review_on=second.review_on + timedelta(days=7))
    kept.reword(by=cast.ana, statement="A safer home", target_on=target + timedelta(days=30))
    kept.steps[0].reword(by=cast.ana, action="Said better")
    kept.steps[1].reword(by=cast.ana, due_on=None)
    kept.add_step(by=cast.ana, action="Something new")
    kept.add_objective(by=cast.ana, statement="A part")
    second.drop_goal(dropped, by=cast.ana)
    second.add_goal(by=cast.ana, statement="Work")
    second.count_on(by=cast.ana, service="Law clinic")
    second.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="Later")
    session.commit()
    session.expire_all()
    found = changes_between(first, second)
    assert words(found) == [
        "What the client wants was reworded",
        "The next review moved",
        "Goal reworded: A safer home",
        "Goal’s date moved: A safer home",
        "Objective added: A part",
        "Step changed: Said better",
        "Step’s date moved: Step 1.2",
        "Step added: Something new",
        "Goal added: Work",
        "Goal taken out: Goal number 2",
        "Goal finished: Goal number 3",
        "Service added or changed: Law clinic",
        "Set aside, or its reason changed: Financial",
    ]
    moved = next(change for change in found if change.text == "Goal’s date moved")
    assert (moved.before, moved.after) == (target, target + timedelta(days=30))


def test_a_first_draft_has_nothing_to_differ_from(session, cast):
    assert changes_in(draft(cast)) == (None, [])


def test_a_draft_is_compared_with_the_version_in_force(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    second.goals[0].steps[0].reword(by=cast.ana, action="Said better")
    session.commit()
    before, changes = changes_in(second)
    assert before is first and words(changes) == ["Step changed: Said better"]
