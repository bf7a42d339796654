"""Tasks: whose they are, by when, done once, cancelled with a reason."""

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.monitoring.task import Due, Task, TaskStatus, due_group
from tests.models.closing.story import days


def add(cast, **details):
    given = {"title": "Call the landlord", "due_on": clock.today()} | details
    return Task.add(cast.case, by=cast.ana, **given)


def test_a_task_is_on_ones_own_list_when_nobody_is_named(cast):
    assert add(cast).assignee is cast.ana


def test_a_task_cannot_be_given_to_somebody_who_cannot_open_the_record(cast):
    with pytest.raises(RuleBroken, match="Cy Novak cannot open this record"):
        add(cast, assignee=cast.cy)
    task = add(cast, assignee=cast.bo)
    with pytest.raises(RuleBroken):
        task.reschedule(by=cast.ana, assignee=cast.cy)
    assert task.assignee is cast.bo


def test_a_task_cannot_be_given_to_somebody_who_no_longer_works_here(cast):
    cast.bo.disabled_at = clock.now()
    with pytest.raises(RuleBroken, match="no longer works here"):
        add(cast, assignee=cast.bo)


def test_a_task_may_be_given_to_those_who_work_in_the_program_and_to_nobody_else(cast, session):
    assert [name for _id, name in session.execute(Task.assignable(cast.case))] == ["Ana Reyes", "Bo Lindgren"]
    assert [name for _id, name in session.execute(Task.assignable(cast.hidden_case))] == ["Di Okoro"]
    cast.rosa.restrict(by=cast.bo, to=[])
    session.flush()
    assert [name for _id, name in session.execute(Task.assignable(cast.case))] == ["Bo Lindgren"]


def test_done_twice_is_done_once(cast, session):
    task = add(cast)
    task.finish(by=cast.ana)
    at = task.done_at
    task.finish(by=cast.bo)
    session.flush()
    assert (task.status, task.done_at, task.done_by) == (TaskStatus.DONE, at, cast.ana)
    assert session.scalar(sa.select(sa.func.count()).where(Event.kind == EventKind.TASK_DONE)) == 1


def test_a_tick_can_be_taken_back_but_a_cancellation_cannot(cast):
    task = add(cast)
    task.finish(by=cast.ana)
    task.undo(by=cast.ana)
    assert (task.status, task.done_at, task.done_by) == (TaskStatus.OPEN, None, None)
    task.undo(by=cast.ana)
    task.cancel(by=cast.ana, reason="Rosa moved")
    with pytest.raises(RuleBroken):
        task.undo(by=cast.ana)


def test_a_waiting_task_stays_waiting_when_nothing_is_undone(cast):
    task = add(cast, status=TaskStatus.WAITING_OTHER)
    task.undo(by=cast.ana)
    assert task.status is TaskStatus.WAITING_OTHER


def test_what_is_finished_is_not_changed_or_cancelled(cast):
    task = add(cast)
    task.finish(by=cast.ana)
    with pytest.raises(RuleBroken):
        task.cancel(by=cast.ana, reason="x")
    with pytest.raises(RuleBroken):
        task.reschedule(by=cast.ana, due_on=clock.today())


@pytest.mark.parametrize("ahead, due", [(-1, Due.LATE), (0, Due.TODAY), (1, Due.WEEK), (7, Due.WEEK), (8, Due.LATER)])
def test_how_soon_a_task_is_due(ahead, due):
    assert due_group(clock.today() + days(ahead)) is due


def test_late_is_only_what_is_still_to_do(cast):
    task = add(cast, due_on=clock.today() - days(2))
    assert (task.late, task.days_late) == (True, 2)
    task.finish(by=cast.ana)
    assert not task.late
