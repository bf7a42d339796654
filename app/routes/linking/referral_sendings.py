"""Sending a draft as it stands."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.forms.linking.referral import MistakeForm, SendingForm
from app.models.linking.referral import Referral
from app.pages import page
from app.reports.referrals import whole

bp = Blueprint("referral_sendings", __name__)


@bp.post("/referrals/<int:id>/sending")
def create(id: int):
    """Send it, or give the client the slip; with the name only under a release in force."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    form = SendingForm(request.form)
    if not form.validate():
        template = "linking/referrals/show.html"
        return page(template, it=whole(referral), sending=form, mistake=MistakeForm(), status=422)
    referral.send(by=me(), on=form.sent_on.data)
    flash(_("The referral is on record as sent. You can print the slip now."))
    return redirect(url_for("referrals.show", id=id), 303)
