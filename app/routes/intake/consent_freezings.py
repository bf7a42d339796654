"""Making a permission ready for signature: its text is final, and its paper is issued."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.documents import release_paper
from app.forms.intake.consent import FreezingForm
from app.models.base import RuleBroken
from app.models.intake.consent import Consent

bp = Blueprint("consent_freezings", __name__, url_prefix="/consents/<int:consent_id>/freezing")


@bp.post("/")
def create(consent_id: int):
    """Freeze it and issue the paper in the language and the size that were chosen."""
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    form = FreezingForm(request.form)
    if not form.validate():
        raise RuleBroken(_("Choose the language and the size of the paper."))
    consent.freeze(by=me())
    release_paper.issue(consent, by=me(), **form.data)
    return redirect(url_for("consents.show", id=consent.id), 303)
