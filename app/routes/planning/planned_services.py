"""Services that a draft counts on."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.plan import PlannedServiceForm
from app.models.planning.plan import Plan, PlannedService
from app.models.planning.reading import read_around
from app.pages import page

bp = Blueprint("planned_services", __name__)


@bp.get("/plans/<int:plan_id>/services/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    return _form_page(plan, None, PlannedServiceForm(drafts.kept("planned_service_new", plan_id), mark="service"))


@bp.post("/plans/<int:plan_id>/services/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    form = PlannedServiceForm(request.form, mark="service")
    if not form.validate():
        return _form_page(plan, None, form, status=422)
    plan.count_on(by=me(), **form.data)
    flash(_("The service is added."))
    return redirect(url_for("plans.edit", id=plan_id, _anchor="services"), 303)


@bp.get("/planned-services/<int:id>/edit")
def edit(id: int):
    service = fetch(PlannedService, id, to=Can.WORK_CASES)
    plan = fetch(Plan, service.plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    return _form_page(
        plan, service, PlannedServiceForm(drafts.kept("planned_service", id), row=service, mark="service")
    )


@bp.post("/planned-services/<int:id>/edit")
def update(id: int):
    service = fetch(PlannedService, id, to=Can.WORK_CASES)
    plan = fetch(Plan, service.plan_id, to=Can.WORK_CASES)
    form = PlannedServiceForm(sent(), mark="service")
    if not form.validate():
        return _form_page(plan, service, form, status=422)
    plan.check_draft()
    meet(form, lambda: PlannedServiceForm(row=service), service)
    plan.change_service(service, by=me(), **form.data)
    flash(_("Saved."))
    return redirect(url_for("plans.edit", id=plan.id, _anchor="services"), 303)


@bp.post("/planned-services/<int:id>/remove")
def destroy(id: int):
    service = fetch(PlannedService, id, to=Can.WORK_CASES)
    plan = fetch(Plan, service.plan_id, to=Can.WORK_CASES)
    plan.drop_service(service, by=me())
    flash(_("The service is taken out."))
    return redirect(url_for("plans.edit", id=plan.id, _anchor="services"), 303)


def _form_page(plan: Plan, service: PlannedService | None, form: PlannedServiceForm, *, status: int = 200) -> Response:
    read_around(plan)
    return page(
        "planning/planned_services/form.html", plan=plan, case=plan.case, service=service, form=form, status=status
    )
