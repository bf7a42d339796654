"""Moving a step one place up or down among its neighbours in a draft."""

from flask import Blueprint, redirect, request, url_for

from app.access import Can, fetch, me
from app.models.planning.goal import Step
from app.pages import wants_fragment

bp = Blueprint("step_moves", __name__)


@bp.post("/steps/<int:id>/move")
def create(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    goal = step.goal
    goal.move_step(step, by=me(), up=request.form.get("to") == "up")
    if wants_fragment():
        return redirect(url_for("goals.show", id=goal.id, focus=f"step-{id}-menu"), 303)
    return redirect(url_for("plans.edit", id=goal.plan_id, _anchor=f"goal-{goal.id}"), 303)
