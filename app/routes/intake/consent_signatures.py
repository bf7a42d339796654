"""What came back on paper of a permission that was printed here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.intake.consent import AnswersForm
from app.models.agency.document import Document, DocumentKind
from app.models.base import RuleBroken
from app.models.intake.consent import Consent
from app.pages import page
from app.reports.record import head_of
from app.uploads import Upload, read_upload

bp = Blueprint("consent_signatures", __name__, url_prefix="/consents/<int:consent_id>/signatures")


@bp.get("/new")
def new(consent_id: int):
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    consent.check_ready()
    return _page(consent, _form(consent, drafts.kept("consent_signing", consent_id)))


@bp.post("/new")
def create(consent_id: int):
    """Record each signer's answer and what was checked; with the scan, if it came along."""
    consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
    consent.check_ready()
    form = _form(consent, request.form)
    good = form.validate()
    scan = _scan(form)
    if not good or form.scan.errors:
        return _page(consent, form, status=422)
    try:
        consent.record_answers(by=me(), signatures=form.signatures(), **form.answers())
    except RuleBroken as broken:
        db.session.rollback()
        consent = fetch(Consent, consent_id, to=Can.WORK_CASES)
        form.refuse(broken.text, **broken.values)
        return _page(consent, form, status=422)
    if scan is not None:
        _attach(consent, scan)
    flash(_("It is in force.") if consent.active else _("It is on record that the client said no."))
    return redirect(url_for("consents.show", id=consent.id), 303)


def _form(consent: Consent, formdata: Any = None) -> AnswersForm:
    """The form with the names of those who are expected to sign, and what stood on the paper."""
    worker = consent.case.worker if consent.case is not None else None
    asked = consent.information or []
    names = {
        "client": {"printed_name": consent.client.name},
        "caseworker": {"printed_name": (worker or me()).signature_name},
        "information": asked,
        "expires_on": consent.expires_on,
    }
    form = AnswersForm(formdata, not_before=consent.frozen_on, data=names)
    form.ask_for(asked)
    return form


def _scan(form: AnswersForm) -> Upload | None:
    """The scan that came along, if one did and it is a file we take; what is wrong with it is said at its field."""
    file = request.files.get("scan")
    if file is None or not file.filename:
        return None
    try:
        return read_upload(file)
    except RuleBroken as broken:
        form.scan.errors = [_(broken.text, **broken.values)]
        return None


def _attach(consent: Consent, scan: Upload) -> None:
    document = Document.add(
        client=consent.client,
        case=consent.case,
        by=me(),
        kind=DocumentKind.CONSENT,
        title=_("Signed: %(what)s", what=consent.whom)[:200],
        file_name=scan.file_name,
        content=scan.content,
        media_type=scan.media_type,
    )
    consent.attach(document)


def _page(consent: Consent, form: AnswersForm, *, status: int = 200):
    head = head_of(consent.client, case_id=consent.case_id)
    return page("intake/consent_signatures/new.html", head=head, consent=consent, form=form, status=status)
