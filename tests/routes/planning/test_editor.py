"""Writing a draft: every piece through a form of its own, as a page and as a part of one."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.forms.planning.goal import GoalForm
from app.forms.planning.plan import PlanForm
from app.models.agency.draft import Draft, Mark
from app.models.assessment.domain import Domain
from app.models.planning.goal import Actor, Goal, Step
from app.models.planning.plan import NeedAnswer, Plan, PlannedNeed, PlannedService, PlanStatus
from tests.models.planning.builders import assessed, draft, in_force, ready


def editing(answer) -> str:
    """The mark of the text that a form was opened at."""
    return answer.all("input[name=opened]")[0].get("value")


def missing(editor) -> list[str]:
    return editor.texts("#plan-check .checklist li > div")


def test_a_plan_is_started_and_written_without_javascript(visit, cast):
    tab = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/plan/")
    assert "No service plan yet" in tab.text("main") and "signed assessment" in tab.text("main")
    editor = tab.submit("Start the service plan")
    assert editor.text("h1") == "Service plan, version 1"
    assert missing(editor) == [
        "No signed assessment stands behind this plan.",
        "Write what the client wants, in their own words.",
        "Add at least one goal.",
    ]
    editor = editor.click("Add a goal").submit("Add goal", statement="A safe home", own_words="A door I can lock")
    assert "A safe home" in editor.text("#goals") and "“A door I can lock”" in editor.text("#goals")
    assert "Add steps to “A safe home”." in missing(editor)
    page = editor.click("Add a step to goal 1").submit("Add and write another", action="Gather papers", actor="client")
    assert page.text("h1") == "Add a step"
    due = (clock.today() + timedelta(days=3)).isoformat()
    editor = page.submit("Add step", action="Watch the kids", actor="family", actor_name="Inés", due_on=due)
    rail = editor.texts("#goals .step")
    assert rail[0].startswith("Gather papersRosaBy when?") and "Watch the kidsInés" in rail[1]
    assert "Say who does each step of “A safe home”, and by when." in missing(editor)
    editor = editor.click("Edit Gather papers").submit("Save", due_on=due)
    assert "Say who does each step of “A safe home”, and by when." not in missing(editor)
    editor = editor.submit("Save draft", vision="A quiet home.", people_to_call="Inés: 555-0119")
    assert editor.text("textarea[name=vision]") == "A quiet home."
    assert "Write what the client wants, in their own words." not in missing(editor)


def test_one_list_says_what_is_missing_and_each_entry_leads_there(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    goal.reword(by=cast.ana, measure=None)
    db.session.commit()
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    anchors = [a.get("href") for a in editor.all("#plan-check .checklist a")]
    assert anchors == [
        f"/plans/{plan.id}/edit#goal-{goal.id}",
        f"/plans/{plan.id}/goals/new?domain=financial",
        f"/plans/{plan.id}/needs/new?domain=financial",
    ]
    assert editor.all(f"#goal-{goal.id}")
    for anchor in ("vision", "review_on", "ends_on", "goals", "needs"):
        assert editor.all(f"#{anchor}"), anchor


def test_a_goal_is_changed_moved_and_removed_in_place(visit, cast):
    plan = draft(cast, goals=2)
    first, second = plan.goals
    visit.sign_in(cast.ana)
    form = visit.get(f"/goals/{first.id}/edit", htmx=True)
    assert form.all(f"#goal-{first.id}-head form[hx-post]") and not form.all("h1")
    values = {"opened": editing(form), "statement": "Better said", "domain": "legal", "target_on": "2027-03-31"}
    sent = visit.post(f"/goals/{first.id}/edit", values, htmx=True, follow=False)
    part = visit.get(sent.location, htmx=True)
    assert part.response.headers["HX-Retarget"] == f"#goal-{first.id}"
    assert "Better said" in part.text(f"#goal-{first.id}") and part.all("#plan-check[hx-swap-oob]")
    assert [e.get("id") for e in part.all("[data-focus]")] == [f"goal-{first.id}-edit"]
    sent = visit.post(f"/goals/{second.id}/move", {"to": "up"}, htmx=True, follow=False)
    part = visit.get(sent.location, htmx=True)
    assert part.response.headers["HX-Retarget"] == "#goals"
    assert part.texts(".fold-title") == ["Goal number 2", "Better said"]
    assert visit.get(f"/goals/{second.id}/remove", htmx=True).all(f"#goal-{second.id}-head form")
    sent = visit.post(f"/goals/{second.id}/remove", htmx=True, follow=False)
    assert visit.get(sent.location, htmx=True).texts(".fold-title") == ["Better said"]
    db.session.expire_all()
    assert [goal.statement for goal in plan.goals] == ["Better said"]


def test_a_goal_is_removed_after_asking_without_javascript(visit, cast):
    plan = draft(cast, goals=2)
    page = visit.sign_in(cast.ana).get(f"/goals/{plan.goals[0].id}/remove")
    assert "Remove the goal “Goal number 1”?" in page.text("h1")
    assert page.submit("Remove goal").texts(".fold-title") == ["Goal number 2"]


def test_a_step_is_added_changed_moved_and_removed_in_place(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    first, second = goal.steps
    visit.sign_in(cast.ana)
    form = visit.get(f"/goals/{goal.id}/steps/new", htmx=True)
    assert form.all("form[hx-post]") and "Rosa" in form.text("select[name=actor]")
    refused = visit.post(f"/goals/{goal.id}/steps/", {"actor_name": "Inés"}, status=422, htmx=True, follow=False)
    assert "Write what will happen." in refused.text(".errors") and "Choose who this is" in refused.text(".errors")
    values = {"action": "Call\nthem", "actor": "agency", "actor_name": "Harbor Law Clinic"}
    sent = visit.post(f"/goals/{goal.id}/steps/", values, htmx=True, follow=False)
    part = visit.get(sent.location, htmx=True)
    assert "Call themHarbor Law ClinicBy when?" in part.text(f"#goal-{goal.id}")
    sent = visit.post(f"/steps/{second.id}/move", {"to": "up"}, htmx=True, follow=False)
    part = visit.get(sent.location, htmx=True)
    assert [text[:8] for text in part.texts(".step > span:first-child")] == ["Step 1.2", "Step 1.1", "Call the"]
    assert [e.get("id") for e in part.all("[data-focus]")] == [f"step-{second.id}-menu"]
    assert visit.get(f"/steps/{first.id}/remove", htmx=True).all(f"li#step-{first.id} form")
    visit.post(f"/steps/{first.id}/remove", htmx=True, follow=False)
    visit.get(f"/steps/{second.id}/remove").submit("Remove step")
    db.session.expire_all()
    assert [(step.action, step.actor) for step in goal.steps] == [("Call them", Actor.AGENCY)]


def test_objectives_hold_steps_and_give_them_back(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    editor = editor.click("Add an objective").submit("Add objective", statement="Find a place", measure="a lease")
    objective = goal.objectives[0]
    form = editor.click("Add a step here")
    assert form.all("select[name=objective_id] option[selected]")[0].get("value") == str(objective.id)
    editor = form.submit("Add step", action="Visit two")
    assert "Visit two" in editor.text(f"#objective-{objective.id}")
    editor = visit.get(f"/objectives/{objective.id}/edit").submit("Save", statement="Find a home")
    assert "Find a home" in editor.text("#goals")
    editor = visit.get(f"/objectives/{objective.id}/remove").submit("Remove objective")
    assert not editor.all(".objective h4") and "Visit two" in editor.text("#goals")
    other = draft_of_another_case(cast)
    answer = visit.post(f"/goals/{goal.id}/steps/", {"action": "x", "objective_id": str(other.id)}, status=422)
    assert "Choose one from the list." in answer.text(".errors")


def draft_of_another_case(cast):
    """An objective of somebody else's plan."""
    plan = Plan.begin(cast.elder_case, by=cast.cy)
    objective = plan.add_goal(by=cast.cy, statement="x").add_objective(by=cast.cy, statement="Not Rosa’s")
    db.session.commit()
    return objective


def test_a_need_is_set_aside_and_taken_up_again(visit, cast):
    plan = draft(cast)
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    form = editor.click("not now: Financial")
    assert "Write why" in form.submit("Save", status=422, answer="deferred").text(".errors")
    editor = form.submit("Save", answer="deferred", reason="First the home.")
    assert "FinancialDeferredFirst the home." in editor.text("#needs") and missing(editor) == []
    editor = editor.click("Edit Financial").submit("Save", reason="First a home.")
    assert db.session.scalars(sa.select(PlannedNeed.reason)).all() == ["First a home."]
    assert "Financial" not in editor.submit("Take up again").text("#needs")


def test_services_are_added_changed_and_removed(visit, cast):
    plan = draft(cast)
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    editor = editor.click("Add a service").submit("Add service", service="Rapid rehousing", phone="555-0177")
    assert "Rapid rehousing" in editor.text("#services") and "555-0177" in editor.text("#services")
    editor = editor.click("Edit Rapid rehousing").submit("Save", frequency="once a week")
    assert "once a week" in editor.text("#services")
    assert "Rapid" not in editor.submit("Remove Rapid").text("#services")
    visit.post(f"/plans/{plan.id}/services/", {"provider": "kept"}, status=422)
    assert db.session.scalars(sa.select(PlannedService)).all() == []


def test_wrong_days_come_back_with_everything_that_was_typed(visit, cast):
    plan = draft(cast)
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    back = editor.submit("Save draft", status=422, vision="Kept", review_on="someday", starts_on="")
    assert "Write a day like" in back.text(".errors") and "Choose a day." in back.text(".errors")
    assert back.text("textarea[name=vision]") == "Kept"
    assert back.all("input[name=review_on]")[0].get("value") == "someday"
    assert back.text("title").startswith("Error: ")


def test_a_wrong_goal_is_refused_and_kept(visit, cast):
    plan = draft(cast)
    visit.sign_in(cast.ana)
    for wrong, words in [
        ({"statement": ""}, "Write the goal"),
        ({"statement": "x" * 301}, "at most 300"),
        ({"domain": "nonsense"}, "Choose one from the list."),
        ({"target_on": "31/31/2026"}, "Write a day like"),
        ({"target_on": "1776-07-04"}, "Check the year"),
    ]:
        values = {"statement": "New", "why": "kept"} | wrong
        answer = visit.post(f"/plans/{plan.id}/goals/", values, status=422)
        assert words in answer.text(".errors") and answer.text("textarea[name=why]") == "kept"
    assert len(plan.goals) == 1


def test_two_people_who_write_the_plans_words_lose_nothing(visit, cast):
    plan = draft(cast)
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    plan.rewrite(by=cast.bo, vision="Bo was quicker")
    db.session.commit()
    answer = editor.submit("Save draft", status=409, vision="Mine")
    assert "Bo was quicker" in answer.text("main") and "Mine" in answer.text("main")
    db.session.expire_all()
    assert plan.vision == "Bo was quicker"


def test_a_stale_edit_of_a_piece_is_shown_beside_what_is_there_now(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    rows = [
        (goal, "goals", "statement"),
        (goal.add_objective(by=cast.ana, statement="Old"), "objectives", "statement"),
        (goal.steps[0], "steps", "action"),
        (plan.count_on(by=cast.ana, service="Old"), "planned-services", "service"),
    ]
    db.session.commit()
    visit.sign_in(cast.ana)
    for row, folder, field in rows:
        page = visit.get(f"/{folder}/{row.id}/edit")
        setattr(row, field, "Bo was quicker")
        db.session.commit()
        answer = page.submit("Save", status=409, **{field: "Mine"})
        assert "Bo was quicker" in answer.text("main") and "Mine" in answer.text("main")
        db.session.expire_all()
        assert getattr(row, field) == "Bo was quicker"
        htmx = visit.post(f"/{folder}/{row.id}/edit", {field: "Mine"}, status=409, htmx=True, follow=False)
        assert "Bo was quicker" in htmx.text()


def test_unsaved_words_and_goals_come_back(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    Draft.keep(
        cast.ana,
        Mark("plan", plan.id),
        {"vision": ["Half a sent"], "starts_on": [plan.starts_on.isoformat()], "opened": [PlanForm(obj=plan).opened]},
    )
    Draft.keep(cast.ana, Mark("goal", goal.id), {"statement": ["Half a goal"], "opened": [GoalForm(row=goal).opened]})
    Draft.keep(cast.ana, Mark("goal_new", plan.id), {"statement": ["Half a new goal"]})
    Draft.keep(cast.ana, Mark("step_new", goal.id), {"action": ["Half a step"]})
    Draft.keep(cast.ana, Mark("step", goal.steps[0].id), {"action": ["Half another step"]})
    db.session.commit()
    editor = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    assert editor.text("textarea[name=vision]") == "Half a sent" and "unsaved text is back" in editor.text()
    form = visit.get(f"/goals/{goal.id}/edit")
    assert form.all("input[name=statement]")[0].get("value") == "Half a goal"
    assert visit.get(f"/plans/{plan.id}/goals/new").all("input[name=statement]")[0].get("value") == "Half a new goal"
    assert visit.get(f"/goals/{goal.id}/steps/new").text("textarea[name=action]") == "Half a step"
    step = visit.get(f"/steps/{goal.steps[0].id}/edit", htmx=True)
    assert step.text("textarea[name=action]") == "Half another step" and "unsaved text is back" in step.text()
    form.submit("Save")
    editor.submit("Save draft", vision="A whole sentence")
    left = db.session.scalars(sa.select(Draft.form)).all()
    assert sorted(left) == ["goal_new", "step", "step_new"] and goal.statement == "Half a goal"


def test_a_form_sent_twice_adds_once(visit, cast):
    plan = draft(cast)
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/goals/new")
    page.submit("Add goal", statement="Only once")
    page.submit("Add goal", statement="Only once")
    step = visit.get(f"/goals/{plan.goals[0].id}/steps/new")
    once = step.all("input[name=once]")[0].get("value")
    for _time in range(2):
        values = {"once": once, "action": "Only once"}
        visit.post(f"/goals/{plan.goals[0].id}/steps/", values, htmx=True, follow=False)
    assert db.session.scalar(sa.select(sa.func.count(Goal.id)).where(Goal.statement == "Only once")) == 1
    assert db.session.scalar(sa.select(sa.func.count(Step.id)).where(Step.action == "Only once")) == 1


def test_a_plan_of_two_hundred_steps_opens_in_few_queries(visit, cast):
    plan = draft(cast, goals=20, steps=10)
    visit.sign_in(cast.ana)
    assert len(visit.get(f"/plans/{plan.id}/edit").all(".step")) == 200
    visit.get(f"/plans/{plan.id}/freeze/new")
    assert len(visit.get(f"/cases/{cast.case.id}/plan/").all(".step")) == 200
    visit.get(f"/goals/{plan.goals[7].id}/", htmx=True)
    plan.freeze(by=cast.ana, leaving_open="later")
    db.session.commit()
    assert len(visit.get(f"/cases/{cast.case.id}/plan/").all(".step details")) == 200
    assert len(visit.get(f"/plans/{plan.id}/").all(".step")) == 200
    visit.get(f"/goals/{plan.goals[7].id}/", htmx=True)


def test_hostile_words_are_only_words(visit, cast):
    bad = "<script>alert(1)</script>"
    plan = Plan.begin(cast.case, by=cast.ana)
    plan.rewrite(by=cast.ana, vision=bad, strengths=bad, people_to_call=bad, exit_criteria=bad)
    goal = plan.add_goal(by=cast.ana, statement=bad, own_words=bad, why=bad, measure=bad, baseline=bad)
    objective = goal.add_objective(by=cast.ana, statement=bad, measure=bad)
    db.session.flush()
    step = goal.add_step(by=cast.ana, action=bad, actor=Actor.FAMILY, actor_name=bad, objective=objective)
    plan.count_on(by=cast.ana, service=bad, provider=bad, phone=bad, frequency=bad)
    plan.set_aside(Domain.FOOD, by=cast.ana, answer=NeedAnswer.DEFERRED, reason=bad)
    db.session.commit()
    visit.sign_in(cast.ana)
    pages = [f"/plans/{plan.id}/{page}" for page in ("edit", "freeze/new", "")] + [f"/cases/{cast.case.id}/plan/"]
    pages += [f"/{row}/{page}" for row in (f"goals/{goal.id}", f"steps/{step.id}") for page in ("edit", "remove")]
    for path in pages:
        page = visit.get(path)
        assert b"<script>alert" not in page.bytes and b"&lt;script&gt;alert" in page.bytes, path
    assert b"<script>alert" not in visit.get(f"/goals/{goal.id}/", htmx=True).bytes


def test_no_route_changes_a_frozen_version(visit, cast):
    plan = draft(cast)
    goal = plan.goals[0]
    objective = goal.add_objective(by=cast.ana, statement="One")
    service = plan.count_on(by=cast.ana, service="Law clinic")
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="Later")
    db.session.commit()
    visit.sign_in(cast.ana)
    step, need = goal.steps[0], plan.planned_needs[0]
    pieces = {
        f"/goals/{goal.id}/edit": {"statement": "x"},
        f"/objectives/{objective.id}/edit": {"statement": "x"},
        f"/steps/{step.id}/edit": {"action": "x"},
        f"/planned-services/{service.id}/edit": {"service": "x"},
    }
    posts = {path: values | {"opened": editing(visit.get(path))} for path, values in pieces.items()}
    plan.freeze(by=cast.ana, leaving_open="later")
    db.session.commit()
    before = plan.text()
    posts |= {
        f"/plans/{plan.id}/edit": {"vision": "x", "starts_on": "2026-01-01", "opened": PlanForm(obj=plan).opened},
        f"/plans/{plan.id}/discard": {},
        f"/plans/{plan.id}/freeze/": {"leaving_open": "x"},
        f"/plans/{plan.id}/goals/": {"statement": "x"},
        f"/plans/{plan.id}/needs/": {"domain": "food", "answer": "deferred", "reason": "x"},
        f"/plans/{plan.id}/services/": {"service": "x"},
        f"/goals/{goal.id}/move": {"to": "up"},
        f"/goals/{goal.id}/remove": {},
        f"/goals/{goal.id}/objectives/": {"statement": "x"},
        f"/goals/{goal.id}/steps/": {"action": "x"},
        f"/objectives/{objective.id}/remove": {},
        f"/steps/{step.id}/move": {"to": "down"},
        f"/steps/{step.id}/remove": {},
        f"/planned-needs/{need.id}/remove": {},
        f"/planned-services/{service.id}/remove": {},
    }
    for path, values in posts.items():
        answer = visit.post(path, values, status=409)
        assert "frozen" in answer.text("main"), path
    for path in (f"/goals/{goal.id}/edit", f"/steps/{step.id}/remove", f"/plans/{plan.id}/goals/new"):
        visit.get(path, status=409)
    db.session.expire_all()
    assert plan.text() == before and plan.intact and plan.status is PlanStatus.READY


def test_the_draft_of_a_closed_case_opens_to_be_read(visit, cast):
    plan = draft(cast)
    cast.case.screen_out(by=cast.ana, reason="moved")
    db.session.commit()
    visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit", status=303)
    assert not visit.get(f"/plans/{plan.id}/").all("main form")


def test_a_frozen_version_opens_to_be_read_not_written(visit, cast):
    plan = ready(cast)
    answer = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit", status=303)
    assert answer.location.endswith(f"/plans/{plan.id}/")
    assert visit.get(f"/goals/{plan.goals[0].id}/", status=303).location.endswith(f"#goal-{plan.goals[0].id}")


def test_a_draft_is_discarded_after_asking_and_the_version_in_force_stays(visit, cast):
    plan = in_force(cast)
    tab = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/plan/")
    editor = tab.submit("Start a new version")
    assert editor.text("h1") == "Service plan, version 2"
    page = editor.click("Discard draft")
    assert "Version 1 stays in force." in page.text("main")
    tab = page.submit("Discard version 2")
    assert tab.texts("#versions-h + ul li b") == ["Version 1"] and plan.holds
    assert "version 3" in tab.submit("Start a new version").text("h1")


def test_the_editor_says_what_changed_since_the_version_in_force(visit, cast):
    plan = in_force(cast)
    second = plan.revise(by=cast.ana)
    second.goals[0].steps[0].reword(by=cast.ana, action="Said better")
    db.session.commit()
    editor = visit.sign_in(cast.ana).get(f"/plans/{second.id}/edit")
    assert "Changed since version 1 Step changed: Said better" in editor.text("#plan-check")
    assert "Version 1 stays in force until then." in editor.text("aside")
    part = visit.get(f"/goals/{second.goals[0].id}/", htmx=True)
    assert "Step changed: Said better" in part.text("#plan-check")


def test_the_plan_starts_from_the_needs(visit, cast):
    assessed(cast)
    tab = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/needs/")
    editor = tab.submit("Start the service plan")
    assert editor.text("textarea[name=vision]") == "A quiet home."
    assert "A goal for the need “Homelessness”, or why not now" in editor.text("#plan-check")
