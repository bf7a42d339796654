"""What came of a referral."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.linking.referral import OutcomeForm
from app.models.linking.referral import Referral
from app.pages import page
from app.reports.referrals import Whole, whole
from app.requests import safe_next

bp = Blueprint("referral_outcomes", __name__)


@bp.get("/referrals/<int:id>/outcome/new")
def new(id: int):
    """The form, with what is on record beside it; `next` leads back to where the worker came from."""
    it = whole(fetch(Referral, id, to=Can.WORK_CASES))
    it.referral.check_unanswered()
    kept = drafts.kept("referral_outcome", id)
    form = OutcomeForm(kept) if kept else OutcomeForm(data={"on": clock.today()})
    return form_page(it, form, next=request.args.get("next"))


@bp.post("/referrals/<int:id>/outcome")
def create(id: int):
    """Record it; a no is an outcome with its reason."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    form, next = OutcomeForm(request.form), request.form.get("next")
    form.offer(referral.possible_outcomes)
    if not form.validate():
        return form_page(whole(referral), form, next=next, status=422)
    referral.end(by=me(), **form.data)
    flash(_("What came of the referral is on record."))
    return redirect(safe_next(next) if next else url_for("referrals.show", id=id), 303)


def form_page(it: Whole, form: OutcomeForm, *, next: str | None, status: int = 200):
    """The referral with the open form."""
    form.offer(it.referral.possible_outcomes)
    return page(
        "linking/referrals/outcome.html",
        it=it,
        ending=form,
        next=safe_next(next) if next else "",
        status=status,
    )
