"""The objectives of a draft: an optional layer between a goal and its steps."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.goal import ObjectiveForm
from app.models.planning.goal import Goal, Objective
from app.pages import page, wants_fragment

bp = Blueprint("objectives", __name__)


@bp.get("/goals/<int:goal_id>/objectives/new")
def new(goal_id: int):
    goal = fetch(Goal, goal_id, to=Can.WORK_CASES)
    goal.plan.check_draft(hold=False)
    return _new(goal, ObjectiveForm(drafts.kept("objective_new", goal_id), mark=f"goal-{goal_id}-objective"))


@bp.post("/goals/<int:goal_id>/objectives/")
def create(goal_id: int):
    goal = fetch(Goal, goal_id, to=Can.WORK_CASES)
    form = ObjectiveForm(request.form, mark=f"goal-{goal_id}-objective")
    if not form.validate():
        return _new(goal, form, status=422)
    goal.add_objective(by=me(), **form.data)
    flash(_("The objective is added."))
    return _back_to(goal, focus=f"goal-{goal_id}-step")


@bp.get("/objectives/<int:id>/edit")
def edit(id: int):
    objective = fetch(Objective, id, to=Can.WORK_CASES)
    objective.goal.plan.check_draft(hold=False)
    return _edit(objective, ObjectiveForm(drafts.kept("objective", id), row=objective, mark=f"objective-{id}"))


@bp.post("/objectives/<int:id>/edit")
def update(id: int):
    objective = fetch(Objective, id, to=Can.WORK_CASES)
    form = ObjectiveForm(sent(), mark=f"objective-{id}")
    if not form.validate():
        return _edit(objective, form, status=422)
    objective.goal.plan.check_draft()
    meet(form, lambda: ObjectiveForm(row=objective), objective)
    objective.reword(by=me(), **form.data)
    flash(_("Saved."))
    return _back_to(objective.goal, focus=f"objective-{id}-edit")


@bp.route("/objectives/<int:id>/remove", methods=["GET", "POST"])
def destroy(id: int):
    objective = fetch(Objective, id, to=Can.WORK_CASES)
    goal = objective.goal
    if request.method == "GET":
        goal.plan.check_draft(hold=False)
        return page(
            "planning/objectives/destroy.html",
            fragment="planning/objectives/_destroy.html",
            objective=objective,
            goal=goal,
            plan=goal.plan,
            case=goal.case,
        )
    goal.drop_objective(objective, by=me())
    flash(_("The objective is taken out. Its steps stay with the goal."))
    return _back_to(goal, focus=f"goal-{goal.id}-step")


def _back_to(goal: Goal, *, focus: str) -> Response:
    """The goal again: htmx asks for it alone, and puts the focus there."""
    if wants_fragment():
        return redirect(url_for("goals.show", id=goal.id, focus=focus), 303)
    return redirect(url_for("plans.edit", id=goal.plan_id, _anchor=f"goal-{goal.id}"), 303)


def _new(goal: Goal, form: ObjectiveForm, *, status: int = 200) -> Response:
    return page(
        "planning/objectives/new.html",
        fragment="planning/objectives/_new.html",
        goal=goal,
        plan=goal.plan,
        case=goal.case,
        form=form,
        status=status,
    )


def _edit(objective: Objective, form: ObjectiveForm, *, status: int = 200) -> Response:
    return page(
        "planning/objectives/edit.html",
        fragment="planning/objectives/_edit.html",
        objective=objective,
        goal=objective.goal,
        plan=objective.goal.plan,
        case=objective.case,
        form=form,
        status=status,
    )
