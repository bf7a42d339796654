"""Handing a case over."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, may, me, require
from app.extensions import db
from app.forms.caseload.assignment import AssignmentForm
from app.models.agency.user import User
from app.models.caseload.case import AssignmentRole, Case
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("assignments", __name__)


@bp.get("/cases/<int:case_id>/assignments/new")
def new(case_id: int):
    case = _mine_to_hand_over(case_id)
    form = AssignmentForm(drafts.kept("assignment", case_id), data={"role": AssignmentRole.CASEWORKER})
    form.worker.offer(_offered(case))
    return page("caseload/assignments/new.html", head=head_of(case.client, case), form=form)


@bp.post("/cases/<int:case_id>/assignments/new")
def create(case_id: int):
    case = _mine_to_hand_over(case_id)
    form = AssignmentForm(request.form)
    form.worker.offer(_offered(case))
    if not form.validate():
        return page("caseload/assignments/new.html", head=head_of(case.client, case), form=form, status=422)
    worker = db.session.get_one(User, form.worker.data)
    case.assign(worker, by=me(), role=form.data["role"], note=form.note.data)
    flash(_("The case is handed over. Who had it before stays on record."))
    return redirect(url_for("clients.index"), 303)


def _mine_to_hand_over(case_id: int) -> Case:
    """The case, for a supervisor, or for the worker who has it."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    if not may(Can.ASSIGN_CASES) and case.worker != me() and case.worker is not None:
        require(Can.ASSIGN_CASES)
    return case


def _offered(case: Case) -> list[tuple[int, str]]:
    """Those who can be given the case."""
    return [(user.id, user.signature_name) for user in db.session.scalars(case.workable_by())]
