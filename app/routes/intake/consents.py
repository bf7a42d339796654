"""Permissions: recorded from paper, shown with their end, taken back at a word."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.intake.consent import ConsentForm, RevocationForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType, Information
from app.pages import page
from app.reports.record import Head, case_chosen, head_of
from app.requests import safe_next

bp = Blueprint("consents", __name__)
USUAL_DAYS = 365
USUAL = [Information.IDENTITY.value, Information.LANGUAGE.value, Information.NEED.value]


@bp.get("/clients/<int:client_id>/consents/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=int))
    consents = db.session.scalars(Consent.of(client, reader=me())).all()
    names = {case.id: case.program.name for case in head.cases}
    return page("intake/consents/index.html", head=head, consents=consents, programs=names)


@bp.get("/clients/<int:client_id>/consents/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    recipient = request.args.get("recipient", "")[:200]
    form = ConsentForm(
        drafts.kept("consent", client_id),
        data={
            "type": ConsentType.RELEASE if recipient else ConsentType.SERVICES,
            "outcome": ConsentOutcome.SIGNED,
            "signed_on": clock.today(),
            "recipient": recipient,
            "information": USUAL if recipient else None,
            "expires_on": clock.today() + timedelta(days=USUAL_DAYS) if recipient else None,
        },
    )
    head = head_of(client, case_id=request.args.get("case", type=int))
    return page("intake/consents/new.html", head=head, form=_offering(form, head), next=request.args.get("next", ""))


@bp.post("/clients/<int:client_id>/consents/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    form = _offering(ConsentForm(request.form), head)
    if form.validate():
        try:
            Consent.record_signed(client, by=me(), **(form.data | {"case": case_chosen(form, head)}))
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The permission is recorded."))
            asked = request.form.get("next")
            there = safe_next(asked) if asked else url_for("consents.index", client_id=client.id)
            return redirect(there, 303)
    return page("intake/consents/new.html", head=head, form=form, next=request.form.get("next", ""), status=422)


@bp.get("/consents/<int:id>/revoke")
def edit(id: int):
    consent = fetch(Consent, id, to=Can.WORK_CASES)
    return _ending_page(consent, RevocationForm(drafts.kept("consent_end", id)))


@bp.post("/consents/<int:id>/revoke")
def destroy(id: int):
    consent = fetch(Consent, id, to=Can.WORK_CASES)
    form = RevocationForm(request.form)
    if not form.validate():
        return _ending_page(consent, form, status=422)
    consent.revoke(by=me(), how=form.how.data)
    flash(_("The permission has ended. Nothing more may be shared under it."))
    return redirect(url_for("consents.index", client_id=consent.client_id), 303)


def _offering(form: ConsentForm, head: Head) -> ConsentForm:
    """A permission is given to one program: offer those of the client's cases, the one looked at first."""
    form.case.offer((case.id, case.program.name) for case in head.cases)
    if head.case is not None:
        form.case.suggest(head.case.id)
    return form


def _ending_page(consent: Consent, form: RevocationForm, *, status: int = 200):
    """The page that asks how the client took it back."""
    head = head_of(consent.client, case_id=consent.case_id)
    return page("intake/consents/edit.html", head=head, consent=consent, form=form, status=status)
