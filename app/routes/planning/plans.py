"""A case's service plan: the version in force, every version by itself, and the editor of a draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.planning.plan import PlanForm
from app.models.agency.draft import Draft
from app.models.caseload.case import Case
from app.models.planning.changes import changes_in
from app.models.planning.plan import Plan
from app.models.planning.reading import chosen_of, read_around, read_needs, read_parts, versions_of
from app.pages import page, wants_fragment
from app.reports.record import head_of

bp = Blueprint("plans", __name__)


@bp.get("/cases/<int:case_id>/plan/")
def index(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    versions = versions_of(case_id)
    chosen = chosen_of(versions)
    if chosen is not None:
        read_parts(chosen.plan)
    return page(
        "planning/plans/index.html",
        head=head_of(case.client, case),
        case=case,
        versions=versions,
        chosen=chosen,
        newer=[version for version in versions if chosen and version.plan.number > chosen.plan.number],
    )


@bp.post("/cases/<int:case_id>/plan/")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    newest = Plan.latest(case)
    if newest is None:
        plan = Plan.begin(case, by=me())
        flash(_("The plan is started. Add what the client wants, goals and steps."))
    else:
        plan = newest.revise(by=me())
        before = newest.number
        flash(_("Version %(number)s is started. Version %(before)s stays as it is.", number=plan.number, before=before))
    return redirect(url_for("plans.edit", id=plan.id), 303)


@bp.get("/plans/<int:id>/")
def show(id: int):
    plan = fetch(Plan, id, to=Can.SEE_CLIENTS)
    read_around(plan)
    read_parts(plan)
    versions = versions_of(plan.case_id)
    return page(
        "planning/plans/show.html",
        case=plan.case,
        chosen=next((version for version in versions if version.plan is plan), None),
        plan=plan,
        versions=versions,
    )


@bp.get("/plans/<int:id>/edit")
def edit(id: int):
    plan = fetch(Plan, id, to=Can.WORK_CASES)
    read_around(plan)
    if not plan.draft or plan.case.closed:
        return redirect(url_for("plans.show", id=id), 303)
    if wants_fragment():
        return _goals(plan)
    typed = drafts.kept("plan", id)
    return _editor(plan, PlanForm(typed) if typed else PlanForm(obj=plan))


@bp.post("/plans/<int:id>/edit")
def update(id: int):
    plan = fetch(Plan, id, to=Can.WORK_CASES)
    back = url_for("plans.edit", id=id)
    form = PlanForm(sent())
    if not form.validate():
        read_around(plan)
        return _editor(plan, form, status=422)
    meet(form, lambda: PlanForm(obj=plan), plan)
    plan.rewrite(by=me(), **form.data)
    if request.form.get("then") == "freeze":
        return redirect(url_for("freezings.new", plan_id=id), 303)
    flash(_("Saved."))
    return redirect(back, 303)


@bp.route("/plans/<int:id>/discard", methods=["GET", "POST"])
def destroy(id: int):
    plan = fetch(Plan, id, to=Can.WORK_CASES)
    if request.method == "GET":
        return page("planning/plans/destroy.html", plan=plan, case=plan.case, before=Plan.in_force(plan.case))
    plan.discard(by=me())
    Draft.drop(me(), "plan", id)
    flash(_("The draft of version %(number)s is discarded.", number=plan.number))
    return redirect(url_for("plans.index", case_id=plan.case_id), 303)


def _editor(plan: Plan, form: PlanForm, *, status: int = 200) -> Response:
    """The whole editor of a draft."""
    return page("planning/plans/edit.html", form=form, status=status, **_whole(plan))


def _goals(plan: Plan) -> Response:
    """The goals alone, for htmx, with the list of what is missing beside them."""
    focus = request.args.get("focus", "")
    response = page("planning/plans/_goals.html", focus=focus, oob=True, **_whole(plan))
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#goals", "outerHTML"
    return response


def _whole(plan: Plan) -> dict[str, Any]:
    """Everything the editor shows of a draft, and how it differs from the version in force."""
    read_parts(plan)
    read_needs(plan)
    before, changes = changes_in(plan)
    return {"plan": plan, "case": plan.case, "before": before, "changes": changes}
