"""Making a draft ready for signature: its text becomes final, and its paper is issued."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.documents.plan_paper import issue, needs_representative
from app.extensions import db
from app.forms.planning.plan import FreezeForm
from app.models.agency.draft import Draft
from app.models.base import RuleBroken
from app.models.caseload.case import AssignmentRole
from app.models.planning.plan import Plan
from app.models.planning.reading import read_around, read_needs, read_parts
from app.pages import page

bp = Blueprint("freezings", __name__, url_prefix="/plans/<int:plan_id>/freeze")


@bp.get("/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_draft(hold=False)
    _read(plan)
    usual = {"representative": needs_representative(plan.case.client)}
    return _form_page(plan, FreezeForm(drafts.kept("freezing", plan_id), incomplete=bool(plan.missing()), data=usual))


@bp.post("/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    _read(plan)
    form = FreezeForm(request.form, incomplete=bool(plan.missing()))
    if not form.validate():
        return _form_page(plan, form, status=422)
    try:
        plan.freeze(by=me(), leaving_open=form.leaving_open.data)
    except RuleBroken as broken:
        if not plan.draft:
            raise
        form.refuse(broken.text, **broken.values)
        return _form_page(plan, form, status=422)
    issue(plan, by=me(), representative=form.representative.data, supervisor=form.supervisor.data)
    flash(_("Version %(number)s is ready for signature. Print it and sign it together.", number=plan.number))
    return redirect(url_for("plans.show", id=plan_id), 303)


def _unsaved(plan: Plan) -> bool:
    """Whether the person who asks has text about this plan in a form that was not saved."""
    steps = [step for goal in plan.goals for step in goal.steps]
    forms = {("plan", plan.id), ("goal_new", plan.id)}
    forms |= {(form, goal.id) for goal in plan.goals for form in ("goal", "step_new")} | {("step", s.id) for s in steps}
    return any((draft.form, draft.about) in forms for draft in db.session.scalars(Draft.of(me())))


def _read(plan: Plan) -> None:
    read_around(plan)
    read_parts(plan)
    read_needs(plan)


def _form_page(plan: Plan, form: FreezeForm, *, status: int = 200) -> Response:
    return page(
        "planning/freezings/new.html",
        plan=plan,
        case=plan.case,
        missing=plan.missing(),
        form=form,
        unsaved=_unsaved(plan),
        supervisor=plan.case.assigned(AssignmentRole.SUPERVISOR),
        status=status,
    )
