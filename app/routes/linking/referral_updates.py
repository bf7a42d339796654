"""What was heard about a referral, or a try to hear."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.linking.referral import UpdateForm
from app.models.linking.referral import WAITING, Referral, ReferralStatus, usual_follow_up
from app.pages import page
from app.reports.referrals import Whole, whole
from app.requests import safe_next

bp = Blueprint("referral_updates", __name__)


@bp.get("/referrals/<int:id>/updates/new")
def new(id: int):
    """The form, with what is on record beside it."""
    it = whole(fetch(Referral, id, to=Can.WORK_CASES))
    it.referral.check_sent()
    kept = drafts.kept("referral_update", id)
    form = UpdateForm(kept) if kept else UpdateForm(data=usual_values(it.referral))
    return form_page(it, form, next=request.args.get("next"))


def usual_values(referral: Referral) -> dict[str, object]:
    """What the form begins with: where the referral is, or where the address says it has come, today."""
    asked = request.args.get("status", "")
    return {
        "status": ReferralStatus(asked) if asked in WAITING else referral.status,
        "on": clock.today(),
        "follow_up_on": max(usual_follow_up(referral.case), clock.today() + timedelta(days=1)),
    }


@bp.post("/referrals/<int:id>/updates/")
def create(id: int):
    """Record it; the next day to ask moves on."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    form, next = UpdateForm(request.form), request.form.get("next")
    if not form.validate():
        return form_page(whole(referral), form, next=next, status=422)
    referral.hear(by=me(), **form.details)
    flash(_("What you heard is on record."))
    return redirect(safe_next(next) if next else url_for("referrals.show", id=id), 303)


def form_page(it: Whole, form: UpdateForm, *, next: str | None, status: int = 200):
    """The referral with the open form."""
    return page(
        "linking/referrals/update.html",
        fragment="linking/referrals/_referral.html",
        it=it,
        hearing=form,
        next=safe_next(next) if next else "",
        status=status,
    )
