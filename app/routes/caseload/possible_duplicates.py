"""Somebody restricted and somebody added since who may be the same person: decided by a supervisor."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.emergency import SettlingForm
from app.models.base import RuleBroken
from app.models.caseload.duplicate import PossibleDuplicate
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("possible_duplicates", __name__, url_prefix="/possible-duplicates")


@bp.get("/<int:id>/")
def edit(id: int):
    found = fetch(PossibleDuplicate, id, to=Can.RESTRICT_CLIENTS)
    return _page(found, SettlingForm(drafts.kept("duplicate", id)))


@bp.post("/<int:id>/")
def update(id: int):
    found = fetch(PossibleDuplicate, id, to=Can.RESTRICT_CLIENTS)
    form = SettlingForm(request.form)
    if form.validate():
        try:
            found.settle(by=me(), finding=form.finding.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("What you found out is on the trail."))
            return redirect(url_for("my_day.index"), 303)
    return _page(found, form, status=422)


def _page(found: PossibleDuplicate, form: SettlingForm, *, status: int = 200):
    return page(
        "caseload/possible_duplicates/edit.html", head=head_of(found.client), it=found, form=form, status=status
    )
