"""What came back on paper: who signed a version of a plan, and what the client said to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.planning.signature import SignaturesForm
from app.models.agency.document import Document, DocumentKind
from app.models.base import RuleBroken
from app.models.caseload.case import AssignmentRole
from app.models.planning.plan import Plan
from app.models.planning.reading import read_around
from app.pages import page
from app.uploads import Upload, read_upload

bp = Blueprint("signatures", __name__, url_prefix="/plans/<int:plan_id>/signatures")


@bp.get("/new")
def new(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_ready()
    read_around(plan)
    return _form_page(plan, _form(plan, drafts.kept("signing", plan_id)))


@bp.post("/")
def create(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.WORK_CASES)
    plan.check_ready()
    read_around(plan)
    form = _form(plan, request.form)
    good = form.validate()
    scan = _scan(form)
    if not good or form.scan.errors:
        return _form_page(plan, form, status=422)
    try:
        plan.record_signatures(by=me(), signatures=form.signatures(), **form.answers())
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _form_page(plan, form, status=422)
    if scan is not None:
        _attach(plan, scan)
    flash(_("Version %(number)s is in force.", number=plan.number))
    return redirect(url_for("plans.index", case_id=plan.case_id), 303)


def _form(plan: Plan, formdata: Any = None) -> SignaturesForm:
    """The form, with the names of those who are expected to sign."""
    case = plan.case
    supervisor = case.assigned(AssignmentRole.SUPERVISOR)
    names = {
        "client": {"printed_name": case.client.name},
        "caseworker": {"printed_name": (case.worker or me()).signature_name},
        "supervisor": {"printed_name": supervisor.user.signature_name if supervisor else None},
    }
    return SignaturesForm(formdata, not_before=plan.frozen_on, data=names)


def _scan(form: SignaturesForm) -> Upload | None:
    """The scan that came along, if one did and it is a file we take; what is wrong with it is said at its field."""
    file = request.files.get("scan")
    if file is None or not file.filename:
        return None
    try:
        return read_upload(file)
    except RuleBroken as broken:
        form.scan.errors = [_(broken.text, **broken.values)]
        return None


def _attach(plan: Plan, scan: Upload) -> None:
    Document.add(
        client=plan.case.client,
        case=plan.case,
        plan=plan,
        by=me(),
        kind=DocumentKind.SIGNED_PLAN,
        title=_("Signed service plan, version %(number)s", number=plan.number),
        file_name=scan.file_name,
        content=scan.content,
        media_type=scan.media_type,
    )


def _form_page(plan: Plan, form: SignaturesForm, *, status: int = 200) -> Response:
    return page("planning/signatures/new.html", plan=plan, case=plan.case, form=form, status=status)
