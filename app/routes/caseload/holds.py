"""Pausing a case, and going on."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.assignment import HoldForm
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("holds", __name__)


@bp.get("/cases/<int:case_id>/hold")
def new(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    return page("caseload/holds/new.html", head=head_of(case.client, case), form=HoldForm(drafts.kept("hold", case_id)))


@bp.post("/cases/<int:case_id>/hold")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    form = HoldForm(request.form)
    if form.validate():
        try:
            case.pause(by=me(), **form.data)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The case is on hold."))
            return redirect(url_for("cases.show", id=case.id), 303)
    return page("caseload/holds/new.html", head=head_of(case.client, case), form=form, status=422)


@bp.post("/cases/<int:case_id>/hold/end")
def destroy(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    case.resume(by=me())
    flash(_("Work on this case goes on."))
    return redirect(url_for("cases.show", id=case.id), 303)
