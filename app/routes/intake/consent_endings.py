"""What a permission was to end with has happened."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.models.intake.consent import Consent

bp = Blueprint("consent_endings", __name__, url_prefix="/consents/<int:consent_id>/ending")


@bp.post("/")
def create(consent_id: int):
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    consent.come_to_its_end(by=me())
    flash(_("The permission has ended. Nothing more may be shared under it."))
    return redirect(url_for("consents.show", id=consent.id), 303)
