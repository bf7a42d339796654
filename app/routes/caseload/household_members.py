"""Who lives with a client: added, corrected, moved out, or marked as entered in error."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import LARGEST_ID, Can, fetch, me, visible
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.caseload.people import HouseholdMemberForm, MistakeForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.household import Household, HouseholdMember
from app.pages import page, whole
from app.reports.record import head_of

bp = Blueprint("household_members", __name__)


@bp.get("/households/<int:household_id>/members/new")
def new(household_id: int):
    household = fetch(Household, household_id, to=Can.WORK_CASES)
    form = HouseholdMemberForm(drafts.kept("household_member_new", household_id))
    return _form_page(form, household, other=_other())


@bp.post("/households/<int:household_id>/members/new")
def create(household_id: int):
    household = fetch(Household, household_id, to=Can.WORK_CASES)
    other, form = _other(), HouseholdMemberForm(request.form)
    if form.validate():
        try:
            household.add_member(by=me(), other=other, **form.details)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The person is in the household."))
            return redirect(url_for("people.index", client_id=household.client_id), 303)
    return _form_page(form, household, other=other, status=422)


@bp.get("/household-members/<int:id>/edit")
def edit(id: int):
    row = fetch(HouseholdMember, id, to=Can.WORK_CASES)
    return _form_page(_of(row, drafts.kept("household_member", id)), row.household, row=row)


@bp.post("/household-members/<int:id>/edit")
def update(id: int):
    row = fetch(HouseholdMember, id, to=Can.WORK_CASES)
    form = _of(row, sent())
    if not form.validate():
        return _form_page(form, row.household, row=row, status=422)
    meet(form, lambda: _of(row, None), row)
    try:
        row.rewrite(by=me(), **form.details)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _form_page(form, row.household, row=row, status=422)
    flash(_("Saved."))
    return redirect(url_for("people.index", client_id=row.client_id), 303)


@bp.route("/household-members/<int:id>/error", methods=["GET", "POST"])
def destroy(id: int):
    """Ask why, then mark it as entered in error; it stays readable in the record's history."""
    row = fetch(HouseholdMember, id, to=Can.WORK_CASES)
    form = MistakeForm(request.form if request.method == "POST" else drafts.kept("household_member_error", id))
    if request.method == "POST" and form.validate():
        try:
            row.mistake(by=me(), reason=form.reason.data)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is marked as entered in error."))
            return redirect(url_for("people.index", client_id=row.client_id), 303)
    status = 422 if request.method == "POST" else 200
    return page("caseload/household_members/destroy.html", head=head_of(row.client), row=row, form=form, status=status)


def _other() -> Client | None:
    """The client on record who was chosen; out of reach is the same as not there."""
    asked = request.values.get("other", type=whole)
    if asked is None:
        return None
    found = db.session.scalar(visible(Client).where(Client.id == asked)) if asked < LARGEST_ID else None
    return found if found is not None else abort(404)


def _of(row: HouseholdMember, typed: Any) -> HouseholdMemberForm:
    """The form of this row, or with what was typed into it."""
    now = HouseholdMemberForm.of(row)
    form = HouseholdMemberForm(typed) if typed else now
    if row.is_client:  # the name and the birth date are the record's own
        for one in (form, now):
            if "name" in one:
                del one.name, one.born_on
    form.open_at(now)
    return form


def _form_page(
    form: HouseholdMemberForm,
    household: Household,
    *,
    row: HouseholdMember | None = None,
    other: Client | None = None,
    status: int = 200,
):
    head = head_of(household.client, case_id=household.case_id)
    return page(
        "caseload/household_members/form.html",
        head=head,
        household=household,
        form=form,
        row=row,
        other=other,
        status=status,
    )
