"""A case's assessments: the tab “Needs” with the one being written or the last one signed, and each one by itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.assessment.assessment import AssessmentForm, BeginForm
from app.models.agency.draft import Draft
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType
from app.models.assessment.reading import signed_before, standings, unrated
from app.models.caseload.case import Case
from app.models.planning.plan import Plan, PlanStatus
from app.pages import page, wants_fragment
from app.reports.record import head_of

bp = Blueprint("assessments", __name__)


@bp.get("/cases/<int:case_id>/needs/")
def index(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    return _tab(case)


@bp.post("/cases/<int:case_id>/assessments/")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    form = BeginForm(request.form)
    if not form.validate():
        return _tab(case, begin=form, status=422)
    Assessment.begin(case, by=me(), **form.data)
    flash(_("The assessment is started. Add the areas you talk about."))
    return redirect(url_for("assessments.index", case_id=case.id), 303)


@bp.get("/assessments/<int:id>/")
def show(id: int):
    assessment = fetch(Assessment, id, to=Can.SEE_CLIENTS)
    if not wants_fragment() and assessment.status is AssessmentStatus.DRAFT:
        return redirect(url_for("assessments.index", case_id=assessment.case_id), 303)
    history = list(db.session.scalars(Assessment.of(assessment.case)))
    earlier = signed_before(assessment, history)
    response = page(
        "assessment/assessments/show.html",
        fragment="assessment/assessments/_areas.html",
        assessment=assessment,
        case=assessment.case,
        earlier=earlier,
        rows=standings(assessment, earlier),
        plan_draft=_plan_draft(assessment.case),
        opened=request.args.get("focus", "areas-h"),
        oob=True,
    )
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#areas", "outerHTML"
    return response


@bp.post("/assessments/<int:id>/")
def update(id: int):
    assessment = fetch(Assessment, id, to=Can.WORK_CASES)
    back = url_for("assessments.index", case_id=assessment.case_id)
    form = AssessmentForm(sent())
    if not form.validate():
        return _tab(assessment.case, form=form, status=422)
    meet(form, lambda: AssessmentForm(obj=assessment), assessment)
    assessment.describe(by=me(), **form.data)
    flash(_("Saved."))
    if request.form.get("then") == "sign":
        return redirect(url_for("assessment_signatures.new", assessment_id=id), 303)
    return redirect(back, 303)


@bp.route("/assessments/<int:id>/discard", methods=["GET", "POST"])
def destroy(id: int):
    assessment = fetch(Assessment, id, to=Can.WORK_CASES)
    if request.method == "GET":
        return page("assessment/assessments/destroy.html", assessment=assessment, case=assessment.case)
    assessment.discard(by=me())
    Draft.drop(me(), "assessment", id)
    flash(_("The draft is discarded."))
    return redirect(url_for("assessments.index", case_id=assessment.case_id), 303)


def _tab(
    case: Case, *, form: AssessmentForm | None = None, begin: BeginForm | None = None, status: int = 200
) -> Response:
    """The tab: the assessment being written, else the last one signed, beside the ones before it."""
    history = list(db.session.scalars(Assessment.of(case)))
    written = next((one for one in history if one.status is AssessmentStatus.DRAFT), None)
    assessment = written or (history[0] if history else None)
    earlier = signed_before(assessment, history) if assessment else []
    return page(
        "assessment/assessments/index.html",
        head=head_of(case.client, case),
        case=case,
        assessment=assessment,
        history=history,
        earlier=earlier,
        rows=standings(assessment, earlier) if assessment else [],
        unrated=unrated(assessment) if assessment else [],
        form=form or _form_of(written),
        begin=begin or BeginForm(data=_usual(history)),
        plan_draft=_plan_draft(case),
        status=status,
    )


def _form_of(assessment: Assessment | None) -> AssessmentForm | None:
    """The form of the assessment being written, with what this person had typed and not saved."""
    if assessment is None:
        return None
    typed = drafts.kept("assessment", assessment.id)
    return AssessmentForm(typed) if typed else AssessmentForm(obj=assessment)


def _usual(history: list[Assessment]) -> dict[str, Any]:
    return {"type": AssessmentType.REASSESSMENT if history else AssessmentType.INITIAL}


def _plan_draft(case: Case) -> int | None:
    """The id of the plan's draft, for which goals can be made from needs."""
    draft = Plan.of(case).where(Plan.status == PlanStatus.DRAFT).with_only_columns(Plan.id).limit(1)
    return db.session.scalar(draft)
