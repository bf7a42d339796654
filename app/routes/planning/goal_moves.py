"""Moving a goal one place up or down in a draft."""

from flask import Blueprint, redirect, request, url_for

from app.access import Can, fetch, me
from app.models.planning.goal import Goal
from app.pages import wants_fragment

bp = Blueprint("goal_moves", __name__)


@bp.post("/goals/<int:id>/move")
def create(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    goal.plan.move_goal(goal, by=me(), up=request.form.get("to") == "up")
    if wants_fragment():
        return redirect(url_for("plans.edit", id=goal.plan_id, focus=f"goal-{id}-menu"), 303)
    return redirect(url_for("plans.edit", id=goal.plan_id, _anchor=f"goal-{id}"), 303)
