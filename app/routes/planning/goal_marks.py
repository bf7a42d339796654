"""How a goal of the plan stands now: progress, which opens no version."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.planning.goal import GoalMarkForm
from app.models.base import RuleBroken
from app.models.planning.goal import Goal
from app.pages import page, wants_fragment

bp = Blueprint("goal_marks", __name__)


@bp.get("/goals/<int:id>/mark")
def new(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    goal.plan.check_live()
    return _form_page(goal, GoalMarkForm(drafts.kept("goal_mark", id), row=goal, mark=f"goal-{id}-mark"))


@bp.post("/goals/<int:id>/mark")
def create(id: int):
    goal = fetch(Goal, id, to=Can.WORK_CASES)
    goal.plan.check_live()
    form = GoalMarkForm(request.form, mark=f"goal-{id}-mark")
    if not form.validate():
        return _form_page(goal, form, status=422)
    try:
        goal.mark(by=me(), **form.data)
    except RuleBroken as broken:
        form.reason.errors = [_(broken.text, **broken.values)]
        return _form_page(goal, form, status=422)
    flash(_("The goal is marked."))
    if wants_fragment():
        return redirect(url_for("goals.show", id=id, focus=f"goal-{id}-mark-open"), 303)
    return redirect(url_for("plans.index", case_id=goal.case_id, _anchor=f"goal-{id}"), 303)


def _form_page(goal: Goal, form: GoalMarkForm, *, status: int = 200) -> Response:
    return page(
        "planning/goal_marks/new.html",
        fragment="planning/goal_marks/_new.html",
        goal=goal,
        plan=goal.plan,
        case=goal.case,
        form=form,
        status=status,
    )
