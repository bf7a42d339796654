"""People who support the client, as a draft names them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.plan import PlannedSupportForm
from app.models.base import folded
from app.models.caseload.circle import supports_for
from app.models.caseload.relationship import Relationship
from app.models.planning.plan import Plan, PlannedSupport
from app.models.planning.reading import read_around
from app.pages import page, whole

bp = Blueprint("planned_supports", __name__)


@bp.get("/plans/<int:plan_id>/supports/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    chosen = next((one for one in _around(plan) if one.id == request.args.get("from", type=whole)), None)
    form = PlannedSupportForm(drafts.kept("planned_support_new", plan_id), mark="support", data=_copied(chosen))
    return _form_page(plan, None, form)


@bp.post("/plans/<int:plan_id>/supports/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    form = PlannedSupportForm(request.form, mark="support")
    if not form.validate():
        return _form_page(plan, None, form, status=422)
    plan.rely_on(by=me(), **form.data)
    flash(_("The person is added."))
    return redirect(url_for("plans.edit", id=plan_id, _anchor="supports"), 303)


@bp.get("/planned-supports/<int:id>/edit")
def edit(id: int):
    support = fetch(PlannedSupport, id, to=Can.WORK_CASES)
    plan = fetch(Plan, support.plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    return _form_page(
        plan, support, PlannedSupportForm(drafts.kept("planned_support", id), row=support, mark="support")
    )


@bp.post("/planned-supports/<int:id>/edit")
def update(id: int):
    support = fetch(PlannedSupport, id, to=Can.WORK_CASES)
    plan = fetch(Plan, support.plan_id, to=Can.WORK_CASES)
    form = PlannedSupportForm(sent(), mark="support")
    if not form.validate():
        return _form_page(plan, support, form, status=422)
    plan.check_draft()
    meet(form, lambda: PlannedSupportForm(row=support), support)
    plan.change_support(support, by=me(), **form.data)
    flash(_("Saved."))
    return redirect(url_for("plans.edit", id=plan.id, _anchor="supports"), 303)


@bp.post("/planned-supports/<int:id>/remove")
def destroy(id: int):
    support = fetch(PlannedSupport, id, to=Can.WORK_CASES)
    plan = fetch(Plan, support.plan_id, to=Can.WORK_CASES)
    plan.drop_support(support, by=me())
    flash(_("The person is taken out."))
    return redirect(url_for("plans.edit", id=plan.id, _anchor="supports"), 303)


def _around(plan: Plan) -> list[Relationship]:
    """Those around the client who could be taken over; not those whom the plan names already."""
    named = {folded(support.name) for support in plan.supports}
    return [one for one in supports_for(plan.case) if folded(one.who) not in named]


def _copied(row: Relationship | None) -> dict[str, str | None]:
    """What is taken over from the people of the record: a copy, so that the plan says what was agreed that day."""
    if row is None:
        return {}
    return {"name": row.who, "relation": row.in_words or _(row.type.label), "helps_with": row.helps_with}


def _form_page(plan: Plan, support: PlannedSupport | None, form: PlannedSupportForm, *, status: int = 200) -> Response:
    read_around(plan)
    return page(
        "planning/planned_supports/form.html",
        plan=plan,
        case=plan.case,
        support=support,
        form=form,
        around=[] if support is not None else _around(plan),
        status=status,
    )
