"""Handing a case over."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import lazyload

from app import drafts
from app.access import Can, fetch, may, me, require
from app.extensions import db
from app.forms.caseload.assignment import AssignmentForm
from app.models.agency.user import User
from app.models.base import RuleBroken
from app.models.caseload.case import AssignmentRole, Case
from app.models.caseload.handing_over import InHand, hand_over, in_hand
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("assignments", __name__)


@bp.get("/cases/<int:case_id>/assignments/new")
def new(case_id: int):
    case = _mine_to_hand_over(case_id)
    form = AssignmentForm(drafts.kept("assignment", case_id), data={"role": AssignmentRole.CASEWORKER})
    return _page(case, form)


@bp.post("/cases/<int:case_id>/assignments/new")
def create(case_id: int):
    case = _mine_to_hand_over(case_id)
    form, hands = AssignmentForm(request.form), in_hand(case)
    _offer(form, case, hands)
    if form.validate():
        try:
            _hand_over(case, form)
        except RuleBroken as broken:
            db.session.rollback()
            case = _mine_to_hand_over(case_id)
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The case is handed over. Who had it before stays on record."))
            return redirect(url_for("clients.index"), 303)
    return _page(case, form, status=422)


def _hand_over(case: Case, form: AssignmentForm) -> None:
    hand_over(
        case,
        db.session.get_one(User, form.worker.data),
        by=me(),
        role=form.data["role"],
        note=form.note.data,
        keeping_tasks=form.keeping_tasks.data,
        keeping_referrals=form.keeping_referrals.data,
    )


def _page(case: Case, form: AssignmentForm, *, status: int = 200):
    """The form, with what the one who has the case has in hand."""
    head, hands = head_of(case.client, case), in_hand(case)  # the head reads the assignments along with the case
    _offer(form, case, hands)
    return page("caseload/assignments/new.html", head=head, form=form, hands=hands, status=status)


def _offer(form: AssignmentForm, case: Case, hands: InHand) -> None:
    """Those who can be given the case, and what may stay with the one who has it."""
    people = db.session.scalars(case.workable_by().options(lazyload(User.memberships)))
    form.worker.offer([(user.id, user.signature_name) for user in people])
    form.keeping_tasks.offer(hands.tasks)
    form.keeping_referrals.offer(hands.referrals)


def _mine_to_hand_over(case_id: int) -> Case:
    """The case, for a supervisor, or for the worker who has it."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    if not may(Can.ASSIGN_CASES) and case.worker != me() and case.worker is not None:
        require(Can.ASSIGN_CASES)
    return case
