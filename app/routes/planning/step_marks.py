"""How a step of the plan is coming along: progress, which opens no version."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.planning.goal import StepMarkForm
from app.models.base import RuleBroken
from app.models.planning.goal import Step, StepStatus
from app.pages import page, wants_fragment

bp = Blueprint("step_marks", __name__)


@bp.get("/steps/<int:id>/mark")
def new(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    step.goal.plan.check_live()
    form = StepMarkForm(drafts.kept("step_mark", id), row=step, mark=f"step-{id}-mark")
    asked = request.args.get("status", "")
    if asked in list(StepStatus):
        form.status.data = StepStatus(asked)
    return _form_page(step, form)


@bp.post("/steps/<int:id>/mark")
def create(id: int):
    step = fetch(Step, id, to=Can.WORK_CASES)
    step.goal.plan.check_live()
    form = StepMarkForm(request.form, mark=f"step-{id}-mark")
    if not form.validate():
        return _form_page(step, form, status=422)
    try:
        step.mark(by=me(), **form.data)
    except RuleBroken as broken:
        form.barrier.errors = [_(broken.text, **broken.values)]
        return _form_page(step, form, status=422)
    flash(_("The step is marked."))
    if wants_fragment():
        return redirect(url_for("goals.show", id=step.goal_id, focus=f"step-{id}-mark-open"), 303)
    return redirect(url_for("plans.index", case_id=step.case_id, _anchor=f"step-{id}"), 303)


def _form_page(step: Step, form: StepMarkForm, *, status: int = 200) -> Response:
    return page(
        "planning/step_marks/new.html",
        fragment="planning/step_marks/_new.html",
        step=step,
        goal=step.goal,
        plan=step.goal.plan,
        case=step.case,
        form=form,
        status=status,
    )
