"""Needs that a draft does not work on now, and why."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.planning.plan import PlannedNeedForm
from app.models.assessment.domain import Domain
from app.models.planning.plan import Plan, PlannedNeed
from app.models.planning.reading import read_around
from app.pages import page

bp = Blueprint("planned_needs", __name__)


@bp.get("/plans/<int:plan_id>/needs/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    asked = request.args.get("domain", "")
    domain = Domain(asked) if asked in list(Domain) else None
    said = next((need for need in plan.planned_needs if need.domain is domain), None)
    return _form_page(
        plan, PlannedNeedForm(drafts.kept("planned_need", plan_id), row=said, data={"domain": domain}, mark="need")
    )


@bp.post("/plans/<int:plan_id>/needs/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    form = PlannedNeedForm(request.form, mark="need")
    if not form.validate():
        return _form_page(plan, form, status=422)
    plan.set_aside(by=me(), **form.data)
    flash(_("The plan says why this need waits."))
    return redirect(url_for("plans.edit", id=plan_id, _anchor="needs"), 303)


@bp.post("/planned-needs/<int:id>/remove")
def destroy(id: int):
    need = fetch(PlannedNeed, id, to=Can.WORK_CASES)
    plan = fetch(Plan, need.plan_id, to=Can.WORK_CASES)
    plan.take_up(need, by=me())
    flash(_("The need is taken up again."))
    return redirect(url_for("plans.edit", id=plan.id, _anchor="needs"), 303)


def _form_page(plan: Plan, form: PlannedNeedForm, *, status: int = 200) -> Response:
    read_around(plan)
    return page("planning/planned_needs/new.html", plan=plan, case=plan.case, form=form, status=status)
