"""Permissions: all of a client's, one of them, recording one from paper, changing a draft, and marking one as wrong."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.conflicts import meet, sent
from app.documents.release_paper import usual_language
from app.extensions import db
from app.forms.intake.consent import ConsentForm, ConsentMistakeForm, FreezingForm, TermsForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.intake.consent import TERMS, Consent
from app.models.intake.consent_rules import is_minor
from app.models.intake.consent_terms import (
    FITTING,
    ConsentOutcome,
    ConsentType,
    Direction,
    Expiry,
    Information,
    types_in,
)
from app.pages import page
from app.reports.consents import whole
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


@bp.get("/consents/<int:id>/")
def show(id: int):
    """One permission: what it says, who signed, and what can be done with it now."""
    consent = fetch(Consent, id, to=Can.SEE_CLIENTS)
    client = consent.client
    form = FreezingForm(
        data={
            "language": usual_language(client),
            "print_format": client.print_format,
            "representative": is_minor(client, clock.today()),
        }
    )
    head = head_of(client, case_id=consent.case_id)
    return page("intake/consents/show.html", head=head, it=whole(consent), freezing=form)


@bp.get("/clients/<int:client_id>/consents/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    recipient = request.args.get("recipient", "")[:200]
    head = head_of(client, case_id=request.args.get("case", type=int))
    release = FITTING[head.case.program.regime][0] if head.case is not None else ConsentType.RELEASE
    form = ConsentForm(
        drafts.kept("consent", client_id),
        data={
            "type": release if recipient else ConsentType.SERVICES,
            "outcome": ConsentOutcome.SIGNED,
            "signed_on": clock.today(),
            "recipient": recipient,
            "information": USUAL if recipient else None,
            "direction": Direction.RELEASE,
            "expiry": Expiry.DAY,
            "expires_on": clock.today() + timedelta(days=USUAL_DAYS) if recipient else None,
        },
    )
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


def _offering(form: ConsentForm, head: Head) -> ConsentForm:
    """A permission is given to one program: offer those of the client's cases, the one looked at first."""
    form.case.offer((case.id, case.program.name) for case in head.cases)
    if head.case is not None:
        form.case.suggest(head.case.id)
        known = {kind for case in head.cases for kind in types_in(case.program.regime)}
        form.offer_types(kind for kind in ConsentType if kind in known)
    return form


@bp.get("/consents/<int:id>/edit")
def edit(id: int):
    """The form about a draft."""
    consent = fetch(Consent, id, to=Can.WORK_CASES)
    consent.check_draft()
    kept = drafts.kept("consent_edit", id)
    form = TermsForm(kept) if kept else _of_draft(consent)
    form.open_at(_of_draft(consent))
    return _draft_page(consent, form)


@bp.post("/consents/<int:id>/edit")
def update(id: int):
    """Change a draft."""
    consent = fetch(Consent, id, to=Can.WORK_CASES)
    consent.check_draft()
    form = TermsForm(sent())
    form.offer_types(types_in(consent.regime))
    good = form.validate()
    meet(form, lambda: _of_draft(consent), consent)
    if good and _rewritten(consent, form):
        flash(_("The draft is saved. It allows nothing until it is signed."))
        return redirect(url_for("consents.show", id=id), 303)
    return _draft_page(consent, form, status=422)


def _rewritten(consent: Consent, form: TermsForm) -> bool:
    """Whether the draft is as the form has it; else the reason stands in the form."""
    try:
        consent.rewrite(by=me(), **form.data)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
    return not form.form_errors


def _of_draft(consent: Consent) -> TermsForm:
    return TermsForm(data={name: getattr(consent, name) for name in TERMS})


def _draft_page(consent: Consent, form: TermsForm, *, status: int = 200):
    form.offer_types(types_in(consent.regime))
    head = head_of(consent.client, case_id=consent.case_id)
    return page("intake/consents/edit.html", head=head, consent=consent, form=form, status=status)


@bp.route("/consents/<int:id>/error", methods=["GET", "POST"])
def destroy(id: int):
    """Ask why, then mark it as entered in error; it stays readable and allows nothing."""
    consent = fetch(Consent, id, to=Can.WORK_CASES)
    form = ConsentMistakeForm(request.form if request.method == "POST" else drafts.kept("consent_error", id))
    if request.method == "POST" and form.validate():
        consent.mistake(by=me(), reason=form.reason.data)
        flash(_("It is marked as entered in error. It allows nothing."))
        return redirect(url_for("consents.index", client_id=consent.client_id), 303)
    head = head_of(consent.client, case_id=consent.case_id)
    status = 422 if request.method == "POST" else 200
    return page("intake/consents/destroy.html", head=head, consent=consent, form=form, status=status)
