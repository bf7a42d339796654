"""The steps of a draft: what somebody does, who, and by when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.goal import StepForm
from app.models.planning.goal import Goal, Step
from app.models.planning.reading import read_around
from app.pages import page, wants_fragment, whole

bp = Blueprint("steps", __name__)


@bp.get("/goals/<int:goal_id>/steps/new")
def new(goal_id: int):
    goal = fetch(Goal, goal_id, to=Can.WORK_CASES)
    goal.plan.check_draft(hold=False)
    chosen = request.args.get("objective", type=whole)
    known = [objective.id for objective in goal.objectives]
    typed = drafts.kept("step_new", goal_id)
    given: dict[str, Any] = {} if typed else {"data": {"objective_id": chosen if chosen in known else None}}
    return _new(goal, _form(goal, typed, **given))


@bp.post("/goals/<int:goal_id>/steps/")
def create(goal_id: int):
    goal = fetch(Goal, goal_id, to=Can.WORK_CASES)
    form = _form(goal, request.form)
    if not form.validate():
        return _new(goal, form, status=422)
    values = form.data
    objective_id = values.pop("objective_id")
    objective = next((one for one in goal.objectives if one.id == objective_id), None)
    goal.add_step(by=me(), objective=objective, **values)
    flash(_("The step is added."))
    if request.form.get("then") == "another":
        return redirect(url_for("steps.new", goal_id=goal_id, objective=objective_id, added=1), 303)
    return _back_to(goal, focus=f"goal-{goal_id}-step")


@bp.get("/steps/<int:id>/edit")
def edit(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    step.goal.plan.check_draft(hold=False)
    return _edit(step, _form(step.goal, drafts.kept("step", id), row=step, mark=f"step-{id}"))


@bp.post("/steps/<int:id>/edit")
def update(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    form = _form(step.goal, sent(), mark=f"step-{id}")
    if not form.validate():
        return _edit(step, form, status=422)
    step.goal.plan.check_draft()
    meet(form, lambda: _form(step.goal, row=step), step)
    step.reword(by=me(), **form.data)
    flash(_("Saved."))
    return _back_to(step.goal, focus=f"step-{id}-edit")


@bp.route("/steps/<int:id>/remove", methods=["GET", "POST"])
def destroy(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    goal = step.goal
    if request.method == "GET":
        goal.plan.check_draft(hold=False)
        return page(
            "planning/steps/destroy.html",
            fragment="planning/steps/_destroy.html",
            step=step,
            goal=goal,
            plan=goal.plan,
            case=goal.case,
        )
    goal.drop_step(step, by=me())
    flash(_("The step is taken out."))
    return _back_to(goal, focus=f"goal-{goal.id}-step")


def _back_to(goal: Goal, *, focus: str) -> Response:
    """The goal again: htmx asks for it alone, and puts the focus there."""
    if wants_fragment():
        return redirect(url_for("goals.show", id=goal.id, focus=focus), 303)
    return redirect(url_for("plans.edit", id=goal.plan_id, _anchor=f"goal-{goal.id}"), 303)


def _form(goal: Goal, formdata: Any = None, *, mark: str | None = None, **given: Any) -> StepForm:
    """The form of a step of this goal, with the names of who can do it."""
    read_around(goal.plan)
    case = goal.case
    return StepForm(
        formdata,
        mark=mark or f"goal-{goal.id}-new",
        client=case.client.first,
        worker=case.worker.first_name if case.worker else "",
        objectives=goal.objectives,
        **given,
    )


def _new(goal: Goal, form: StepForm, *, status: int = 200) -> Response:
    return page(
        "planning/steps/new.html",
        fragment="planning/steps/_new.html",
        goal=goal,
        plan=goal.plan,
        case=goal.case,
        form=form,
        added=request.args.get("added") is not None,
        status=status,
    )


def _edit(step: Step, form: StepForm, *, status: int = 200) -> Response:
    return page(
        "planning/steps/edit.html",
        fragment="planning/steps/_edit.html",
        step=step,
        goal=step.goal,
        plan=step.goal.plan,
        case=step.case,
        form=form,
        status=status,
    )
