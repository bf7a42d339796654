"""The list of tasks: added, ticked, moved, handed on, cancelled."""

import pytest
import sqlalchemy as sa

from app import clock
from app.models.monitoring.task import Priority, Task, TaskStatus, TaskType
from app.models.planning.goal import StepStatus
from tests.models.closing.story import closed, days, plan_in_force
from tests.routes.monitoring import problems


def tasks_of(cast) -> str:
    return f"/cases/{cast.case.id}/tasks/"


def add(cast, session, title="Call the landlord", ahead=0, **details) -> Task:
    task = Task.add(cast.case, by=cast.ana, title=title, due_on=clock.today() + days(ahead), **details)
    session.commit()
    return task


def fresh(session, task) -> Task:
    session.expire_all()
    return session.get_one(Task, task.id)


def test_a_task_is_added_in_one_line(visit, cast, session):
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    assert page.texts("#assignee option") == ["Me", "Bo Lindgren"]
    due = clock.today() + days(2)
    after = page.submit("Add", title="Send the form", due_on=due.isoformat(), assignee=str(cast.bo.id))
    assert "Send the form" in after.text("main ul.rows")
    task = session.scalar(sa.select(Task))
    assert (task.title, task.due_on, task.assignee) == ("Send the form", due, cast.bo)
    page.submit("Add", title="Send the form", due_on=due.isoformat(), assignee=str(cast.bo.id))
    assert session.scalar(sa.select(sa.func.count(Task.id))) == 1, "sent twice, added once"


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"title": ""}, "Write what is to be done."),
        ({"due_on": ""}, "Choose the day by which it is done."),
        ({"due_on": "2020-01-01"}, "Choose today or a later day."),
        ({"assignee": "0"}, "Choose one from the list."),
        ({"title": "x" * 301}, "Use at most 300 characters."),
    ],
)
def test_a_bad_line_says_what_to_mend(visit, cast, session, typed, said):
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    good = {"title": "Call", "due_on": clock.today().isoformat()}
    bad = visit.post(tasks_of(cast), good | {"assignee": str(cast.ana.id)} | typed, status=422)
    assert problems(bad) == [said]
    assert page.all("#title")
    assert session.scalar(sa.select(Task)) is None


def test_a_stranger_cannot_be_given_a_task(visit, cast, session):
    visit.sign_in(cast.ana)
    data = {"title": "Call", "due_on": clock.today().isoformat(), "assignee": str(cast.cy.id)}
    assert problems(visit.post(tasks_of(cast), data, status=422)) == ["Choose one from the list."]


def test_tasks_stand_by_how_soon_they_are_due(visit, cast, session):
    for ahead, title in ((-1, "late"), (0, "now"), (7, "soon"), (8, "some day")):
        add(cast, session, title, ahead)
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    assert page.texts("section > h2.h-sm") == ["Late 1", "Today 1", "This week 1", "Later 1"]
    assert page.texts("section > ul.rows .item-main p:first-child") == ["late", "now", "soon", "some day"]


def test_nothing_to_do_is_said(visit, cast):
    assert "Nothing to do" in visit.sign_in(cast.ana).get(tasks_of(cast)).text("main")


def test_what_the_client_does_stands_beside_and_cannot_be_ticked_here(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    plan.goals[1].steps[0].mark(StepStatus.DONE, by=cast.ana)
    session.commit()
    aside = visit.sign_in(cast.ana).get(tasks_of(cast)).text("aside")
    assert "Rosa’s own list" in aside and "First step to A safe home of our own" in aside
    assert "Steady income" not in aside


def test_a_task_is_ticked_without_script_and_the_tick_taken_back(visit, cast, session):
    task = add(cast, session)
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    form = page.all(f"#task-{task.id} form")[0]
    after = visit.post(form.get("action"))
    assert "The task is done." in after.text(".notices")
    assert "Nothing to do" in after.text("main")
    assert fresh(session, task).done_by == cast.ana
    after.submit("Undo")
    assert fresh(session, task).status is TaskStatus.OPEN


def test_htmx_gets_the_row_and_a_toast_with_undo(visit, cast, session):
    task = add(cast, session)
    visit.sign_in(cast.ana)
    row = visit.post(f"/tasks/{task.id}/done", htmx=True, status=200)
    assert row.texts(f"li#task-{task.id} s") == ["Call the landlord"]
    assert row.all("#task-toast[hx-swap-oob] form button")
    assert len(row.all("[data-focus]")) == 1
    back = visit.post(f"/tasks/{task.id}/undo", htmx=True, status=200)
    assert back.all(f"li#task-{task.id} form[action$='/done']")
    assert not back.all("#task-toast form")
    assert fresh(session, task).status is TaskStatus.OPEN


def test_a_tick_leads_back_to_where_it_was_made_but_nowhere_else(visit, cast, session):
    task = add(cast, session)
    visit.sign_in(cast.ana)
    assert visit.post(f"/tasks/{task.id}/done", {"next": "/"}, follow=False).location == "/"
    assert visit.post(f"/tasks/{task.id}/undo", {"next": "https://evil.example"}, follow=False).location == "/"


def test_a_task_is_moved_handed_on_and_described(visit, cast, session):
    task = add(cast, session, ahead=-3)
    page = visit.sign_in(cast.ana).get(tasks_of(cast)).click("Change the date")
    later = clock.today() + days(9)
    typed = {"title": "Call the landlord again", "due_on": later.isoformat(), "assignee": str(cast.bo.id)}
    typed |= {"status": "waiting_other", "type": "call", "priority": "high"}
    typed |= {name: page.all(f"main .form [name={name}]")[0].get("value") for name in ("opened", "draft")}
    assert {c.get("name") for c in page.all("main .form [name]")} == {*typed, "next"}
    after = visit.post(f"/tasks/{task.id}/edit", typed)
    assert "The task is changed." in after.text(".notices")
    changed = fresh(session, task)
    assert (changed.title, changed.due_on, changed.assignee) == ("Call the landlord again", later, cast.bo)
    assert (changed.status, changed.type, changed.priority) == (TaskStatus.WAITING_OTHER, TaskType.CALL, Priority.HIGH)
    assert "Waiting on other" in after.text("main ul.rows")


def test_a_late_day_may_stay_but_not_be_chosen(visit, cast, session):
    task = add(cast, session, ahead=-3)
    page = visit.sign_in(cast.ana).get(f"/tasks/{task.id}/edit")
    page.submit("Save", title="Reworded")
    assert fresh(session, task).title == "Reworded"
    page = visit.get(f"/tasks/{task.id}/edit")
    bad = page.submit("Save", status=422, due_on=(clock.today() - days(1)).isoformat())
    assert problems(bad) == ["Choose today or a later day."]


def test_a_stale_edit_shows_both_texts_and_changes_nothing(visit, cast, session):
    task = add(cast, session)
    page = visit.sign_in(cast.ana).get(f"/tasks/{task.id}/edit")
    task.reschedule(by=cast.bo, title="Bo’s words")
    session.commit()
    conflict = page.submit("Save", status=409, title="Ana’s words")
    assert "Ana’s words" in conflict.text("[aria-labelledby=stale-h]") and "Bo’s words" in conflict.text(
        "[aria-labelledby=stale-h]"
    )
    assert fresh(session, task).title == "Bo’s words"


def test_a_finished_task_is_not_changed(visit, cast, session):
    task = add(cast, session)
    page = visit.sign_in(cast.ana).get(f"/tasks/{task.id}/edit")
    task.finish(by=cast.ana)
    session.commit()
    page.submit("Save", status=409, title="Too late")
    refused = visit.post(f"/tasks/{task.id}/cancellation/new", {"reason": "x"}, status=409)
    assert "finished already" in refused.text("main")


def test_cancelling_asks_why_and_keeps_it(visit, cast, session):
    task = add(cast, session)
    page = visit.sign_in(cast.ana).get(tasks_of(cast)).click("Cancel the task")
    bad = page.submit("Cancel the task", status=422, reason="")
    assert problems(bad) == ["Write why it is no longer to be done."]
    after = bad.submit("Cancel the task", reason="Rosa <i>moved</i>")
    assert "Rosa <i>moved</i>" in after.text("details.more")
    assert fresh(session, task).status is TaskStatus.CANCELLED


def test_an_edit_begun_on_my_day_leads_back_there(visit, cast, session):
    task = add(cast, session)
    visit.sign_in(cast.ana)
    page = visit.get(f"/tasks/{task.id}/edit", next="/")
    after = page.submit("Save", title="x")
    assert after.path == "/"
    page = visit.get(f"/tasks/{task.id}/cancellation/new", next="//evil.example")
    assert page.all("input[name=next]")[0].get("value") == "/"


def test_only_the_last_finished_tasks_are_read_however_many_there_are(visit, cast, session):
    for number in range(40):
        task = Task.add(cast.case, by=cast.ana, title=f"Task {number}", due_on=clock.today())
        task.finish(by=cast.bo)
    for number in range(60):
        Task.add(cast.case, by=cast.ana, title=f"Open {number}", due_on=clock.today(), assignee=cast.bo)
    session.commit()
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    finished = page.texts("details.more li p:first-child")
    assert (len(finished), finished[0]) == (30, "Task 39")
    assert "Today 60" in page.text("section > h2.h-sm")


def test_a_closed_case_shows_its_tasks_and_offers_nothing(visit, cast, session):
    task = add(cast, session)
    task.finish(by=cast.ana)
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    assert "The case is closed" in page.text("main")
    assert not page.all("#title") and not page.all("main li form")
    visit.post(tasks_of(cast), {"title": "x"}, status=409)
    visit.post(f"/tasks/{task.id}/undo", status=409)


def test_hostile_titles_are_shown_as_text(visit, cast, session):
    add(cast, session, "<script>alert(1)</script>")
    page = visit.sign_in(cast.ana).get(tasks_of(cast))
    assert page.texts("section .item-main p:first-child") == ["<script>alert(1)</script>"]


def test_out_of_reach_is_not_there(visit, cast, session):
    task = add(cast, session, "Secret errand")
    gets = [tasks_of(cast), f"/tasks/{task.id}/edit", f"/tasks/{task.id}/cancellation/new"]
    posts = [*gets, f"/tasks/{task.id}/done", f"/tasks/{task.id}/undo"]
    for person in (cast.cy, cast.ada):
        visit.sign_in(person)
        for path in gets:
            assert "Secret" not in visit.get(path, status=404).text("body")
        for path in posts:
            visit.post(path, {"title": "x", "reason": "x"}, status=404)
    visit.sign_out()
    for path in gets:
        assert "/sign-in" in visit.get(path, status=303).location
    assert fresh(session, task).status is TaskStatus.OPEN


@pytest.mark.parametrize("odd", ["9" * 5000, "٣", "-1", "x", "1_0"])
def test_an_odd_number_in_the_address_is_no_fault_of_ours(visit, cast, odd):
    visit.sign_in(cast.ana)
    visit.get(f"/cases/{cast.case.id}/tasks/?added={odd}")
    visit.get(f"/cases/{cast.case.id}/notes/?saved={odd}")
