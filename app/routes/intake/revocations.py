"""The client takes a permission back, in writing or by a word; it is honoured with the next request."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.intake.consent import RevocationForm
from app.models.intake.consent import Consent
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("revocations", __name__, url_prefix="/consents/<int:consent_id>/revocation")


@bp.get("/new")
def new(consent_id: int):
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    return _page(consent, RevocationForm(drafts.kept("consent_end", consent_id)))


@bp.post("/new")
def create(consent_id: int):
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    form = RevocationForm(request.form)
    if not form.validate():
        return _page(consent, form, status=422)
    consent.revoke(by=me(), **form.data)
    flash(_("The permission has ended. Nothing more may be shared under it."))
    return redirect(url_for("consents.index", client_id=consent.client_id), 303)


def _page(consent: Consent, form: RevocationForm, *, status: int = 200):
    """The page that asks how the client took it back."""
    head = head_of(consent.client, case_id=consent.case_id)
    return page("intake/revocations/new.html", head=head, consent=consent, form=form, status=status)
