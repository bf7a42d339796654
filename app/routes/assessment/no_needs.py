"""Several areas at once that were talked about and are no need."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import ngettext

from app.access import Can, fetch, me
from app.forms.assessment.need import NoNeedsForm
from app.models.assessment.assessment import Assessment
from app.models.assessment.domain import Domain, NeedStatus
from app.models.assessment.reading import unrated
from app.pages import page, wants_fragment

bp = Blueprint("no_needs", __name__, url_prefix="/assessments/<int:assessment_id>/no-needs")


@bp.get("/new")
def new(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    return _form_page(assessment, NoNeedsForm(unrated=unrated(assessment)))


@bp.post("/")
def create(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    form = NoNeedsForm(request.form, unrated=unrated(assessment))
    if not form.validate():
        return _form_page(assessment, form, status=422)
    domains = [Domain(code) for code in form.domains.data or []]
    for domain in domains:
        assessment.rate(domain, by=me(), status=NeedStatus.NONE)
    flash(ngettext("%(num)s area is rated as no need.", "%(num)s areas are rated as no need.", len(domains)))
    if wants_fragment():
        return redirect(url_for("assessments.show", id=assessment.id, focus="add-area"), 303)
    return redirect(url_for("assessments.index", case_id=assessment.case_id, _anchor="areas"), 303)


def _form_page(assessment: Assessment, form: NoNeedsForm, *, status: int = 200) -> Response:
    return page(
        "assessment/no_needs/new.html",
        fragment="assessment/no_needs/_new.html",
        assessment=assessment,
        case=assessment.case,
        form=form,
        status=status,
    )
