"""Signing an assessment, after which it is read-only."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.assessment.assessment import SigningForm
from app.models.agency.draft import Draft
from app.models.assessment.assessment import Assessment
from app.models.base import RuleBroken
from app.pages import page

bp = Blueprint("assessment_signatures", __name__, url_prefix="/assessments/<int:assessment_id>/signature")


@bp.get("/new")
def new(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    return _form_page(
        assessment, SigningForm(drafts.kept("assessment_signing", assessment_id), incomplete=bool(assessment.missing()))
    )


@bp.post("/")
def create(assessment_id: int):
    assessment = fetch(Assessment, assessment_id, to=Can.WORK_CASES)
    form = SigningForm(request.form, incomplete=bool(assessment.missing()))
    if not form.validate():
        return _form_page(assessment, form, status=422)
    try:
        assessment.sign(by=me(), **form.data)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _form_page(assessment, form, status=422)
    flash(_("The assessment is signed."))
    return redirect(url_for("assessments.index", case_id=assessment.case_id), 303)


def _unsaved(assessment: Assessment) -> bool:
    """Whether the person who asks has text about this assessment in a form that was not saved."""
    forms = {("assessment", assessment.id), ("need_new", assessment.id), *(("need", n.id) for n in assessment.needs)}
    return any((draft.form, draft.about) in forms for draft in db.session.scalars(Draft.of(me())))


def _form_page(assessment: Assessment, form: SigningForm, *, status: int = 200) -> Response:
    return page(
        "assessment/assessment_signatures/new.html",
        assessment=assessment,
        case=assessment.case,
        form=form,
        unsaved=_unsaved(assessment),
        status=status,
    )
