"""The areas of an assessment: rated, rated again, taken off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.forms.assessment.need import NeedForm, RatingForm
from app.models.assessment.assessment import Assessment, Need
from app.models.assessment.domain import Domain
from app.models.assessment.reading import unrated
from app.pages import page, wants_fragment

bp = Blueprint("needs", __name__)


@bp.get("/assessments/<int:assessment_id>/needs/new")
def new(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    asked = request.args.get("domain", "")
    domain = Domain(asked) if asked in list(Domain) else None
    typed = drafts.kept("need_new", assessment_id)
    given = {} if typed else {"data": {"domain": domain}}
    return _form_page(assessment, NeedForm(typed, unrated=unrated(assessment), mark="need", **given))


@bp.post("/assessments/<int:assessment_id>/needs/")
def create(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    form = NeedForm(request.form, unrated=unrated(assessment), mark="need")
    if not form.validate():
        return _form_page(assessment, form, status=422)
    assessment.rate(by=me(), **form.data)
    flash(_("The area is added."))
    return _back_to(assessment, focus="add-area")


@bp.get("/needs/<int:id>/edit")
def edit(id: int):
    need = fetch(Need, id, to=Can.WORK_CASES)
    return _row_page(need, RatingForm(drafts.kept("need", id), row=need, mark=f"need-{id}"))


@bp.post("/needs/<int:id>/edit")
def update(id: int):
    need = fetch(Need, id, to=Can.WORK_CASES)
    form = RatingForm(sent(), mark=f"need-{id}")
    if not form.validate():
        return _row_page(need, form, status=422)
    meet(form, lambda: RatingForm(row=need), need)
    need.assessment.rate(need.domain, by=me(), **form.data)
    flash(_("Saved."))
    return _back_to(need.assessment, focus=f"need-{id}-edit")


@bp.post("/needs/<int:id>/remove")
def destroy(id: int):
    need = fetch(Need, id, to=Can.WORK_CASES)
    assessment = need.assessment
    assessment.drop(need, by=me())
    flash(_("The area is taken off."))
    return _back_to(assessment, focus="add-area")


def _back_to(assessment: Assessment, *, focus: str) -> Response:
    """The areas again: htmx asks for them alone, and puts the focus there."""
    if wants_fragment():
        return redirect(url_for("assessments.show", id=assessment.id, focus=focus), 303)
    return redirect(url_for("assessments.index", case_id=assessment.case_id, _anchor="areas"), 303)


def _form_page(assessment: Assessment, form: NeedForm, *, status: int = 200) -> Response:
    return page(
        "assessment/needs/new.html",
        fragment="assessment/needs/_new.html",
        assessment=assessment,
        case=assessment.case,
        form=form,
        status=status,
    )


def _row_page(need: Need, form: RatingForm, *, status: int = 200) -> Response:
    return page(
        "assessment/needs/edit.html",
        fragment="assessment/needs/_edit.html",
        need=need,
        assessment=need.assessment,
        case=need.case,
        form=form,
        status=status,
    )
