"""Preparing a permission that will be printed here and signed on paper."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.intake.consent import TermsForm
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.program import Regime
from app.models.intake.consent import TERMS, Consent
from app.models.intake.consent_terms import FITTING, Direction, Expiry, Information, types_in
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("consent_drafts", __name__, url_prefix="/cases/<int:case_id>/consents")
USUAL = [Information.IDENTITY.value, Information.LANGUAGE.value, Information.NEED.value]
# How long a release is offered for: in victim services no longer than it is needed.
USUAL_DAYS = {Regime.VICTIM_SERVICES: 30}
A_YEAR = 365


@bp.get("/new")
def new(case_id: int):
    """The form, with what is usual; `?like=12` begins with what an earlier one says."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    case.check_open()
    kept = drafts.kept("consent_draft", case_id)
    return _page(case, TermsForm(kept) if kept else TermsForm(data=_usual(case)))


@bp.post("/new")
def create(case_id: int):
    """Keep the draft; it may lack anything, and allows nothing."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    case.check_open()
    form = TermsForm(request.form)
    form.offer_types(types_in(case.program.regime))
    if not form.validate():
        return _page(case, form, status=422)
    try:
        consent = Consent.prepare(case, by=me(), **form.data)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return _page(case, form, status=422)
    db.session.flush()
    flash(_("The draft is saved. It allows nothing until it is signed."))
    return redirect(url_for("consents.show", id=consent.id), 303)


def _usual(case: Case) -> dict[str, Any]:
    like = request.args.get("like", type=int)
    if like is not None:
        earlier = fetch(Consent, like, to=Can.WORK_CASES)
        same = {name: getattr(earlier, name) for name in TERMS} if earlier.client_id == case.client_id else {}
        return same | {"expires_on": _usual_end(case) if same.get("expires_on") else None}
    return {
        "type": FITTING[case.program.regime][0],
        "recipient": request.args.get("recipient", "")[:200],
        "information": USUAL,
        "direction": Direction.RELEASE,
        "expiry": Expiry.DAY,
        "expires_on": _usual_end(case),
    }


def _usual_end(case: Case) -> date:
    return clock.today() + timedelta(days=USUAL_DAYS.get(case.program.regime, A_YEAR))


def _page(case: Case, form: TermsForm, *, status: int = 200):
    form.offer_types(types_in(case.program.regime))
    return page("intake/consent_drafts/new.html", head=head_of(case.client, case), case=case, form=form, status=status)
