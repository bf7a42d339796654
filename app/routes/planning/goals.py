"""The goals of a draft; one goal by itself is the part of the page that htmx asks for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.goal import GoalForm
from app.models.assessment.domain import Domain
from app.models.planning.changes import changes_in
from app.models.planning.goal import Goal
from app.models.planning.plan import Plan
from app.models.planning.reading import read_around, read_needs, read_parts
from app.pages import page, wants_fragment

bp = Blueprint("goals", __name__)


@bp.get("/plans/<int:plan_id>/goals/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    asked = request.args.get("domain", "")
    typed = drafts.kept("goal_new", plan_id)
    domain = Domain(asked) if asked in list(Domain) else None
    return _new(plan, GoalForm(typed, mark="goal") if typed else GoalForm(mark="goal", data={"domain": domain}))


@bp.post("/plans/<int:plan_id>/goals/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    form = GoalForm(request.form, mark="goal")
    if not form.validate():
        return _new(plan, form, status=422)
    goal = plan.add_goal(by=me(), **form.data)
    flash(_("The goal is added. Now its steps."))
    if wants_fragment():
        return redirect(url_for("plans.edit", id=plan_id, focus=f"goal-{goal.id}-step"), 303)
    return redirect(url_for("plans.edit", id=plan_id, _anchor=f"goal-{goal.id}"), 303)


@bp.get("/goals/<int:id>/")
def show(id: int):
    goal = fetch(Goal, id, to=Can.SEE_CLIENTS)
    plan = goal.plan
    if not wants_fragment():
        return redirect(_page_of(goal), 303)
    read_around(plan)
    read_parts(plan)
    if plan.draft:
        read_needs(plan)
    before, changes = changes_in(plan) if plan.draft else (None, [])
    part = "_edit.html" if plan.draft else "_live.html"
    response = page(
        f"planning/goals/{part}",
        plan=plan,
        case=plan.case,
        goal=goal,
        number=plan.goals.index(goal) + 1,
        focus=request.args.get("focus", f"goal-{id}-h"),
        live=plan.holds or plan.ready,
        before=before,
        changes=changes,
        oob=True,
    )
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = f"#goal-{id}", "outerHTML"
    return response


@bp.get("/goals/<int:id>/edit")
def edit(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    goal.plan.check_draft(hold=False)
    typed = drafts.kept("goal", id)
    return _edit(goal, GoalForm(typed, row=goal, mark=f"goal-{id}"))


@bp.post("/goals/<int:id>/edit")
def update(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    form = GoalForm(sent(), mark=f"goal-{id}")
    if not form.validate():
        return _edit(goal, form, status=422)
    goal.plan.check_draft()
    meet(form, lambda: GoalForm(row=goal), goal)
    goal.reword(by=me(), **form.data)
    flash(_("Saved."))
    return _back_to(goal, focus=f"goal-{id}-edit")


@bp.route("/goals/<int:id>/remove", methods=["GET", "POST"])
def destroy(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    plan = goal.plan
    if request.method == "GET":
        plan.check_draft(hold=False)
        return page(
            "planning/goals/destroy.html", fragment="planning/goals/_destroy.html", goal=goal, plan=plan, case=plan.case
        )
    plan.drop_goal(goal, by=me())
    flash(_("The goal is taken out."))
    if wants_fragment():
        return redirect(url_for("plans.edit", id=plan.id, focus="add-goal"), 303)
    return redirect(url_for("plans.edit", id=plan.id, _anchor="goals"), 303)


def _page_of(goal: Goal) -> str:
    """The whole page that shows this goal."""
    if goal.plan.draft:
        return url_for("plans.edit", id=goal.plan_id, _anchor=f"goal-{goal.id}")
    return url_for("plans.index", case_id=goal.case_id, _anchor=f"goal-{goal.id}")


def _back_to(goal: Goal, *, focus: str) -> Response:
    """The goal again: htmx asks for it alone, and puts the focus there."""
    return redirect(url_for("goals.show", id=goal.id, focus=focus) if wants_fragment() else _page_of(goal), 303)


def _new(plan: Plan, form: GoalForm, *, status: int = 200) -> Response:
    read_around(plan)
    return page(
        "planning/goals/new.html",
        fragment="planning/goals/_new.html",
        plan=plan,
        case=plan.case,
        form=form,
        status=status,
    )


def _edit(goal: Goal, form: GoalForm, *, status: int = 200) -> Response:
    read_around(goal.plan)
    return page(
        "planning/goals/edit.html",
        fragment="planning/goals/_form.html",
        plan=goal.plan,
        case=goal.plan.case,
        goal=goal,
        form=form,
        status=status,
    )
