"""What was shared about a client, with whom and why: the accounting, and what is written down by hand."""

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.intake.disclosure import DisclosureForm, DisclosureMistakeForm, PeriodForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.intake.accounting import accounted, usual_period
from app.models.intake.disclosure import Disclosure
from app.pages import page
from app.reports.record import Head, head_of

bp = Blueprint("disclosures", __name__)


@bp.get("/clients/<int:client_id>/disclosures/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_TRAIL)
    form = PeriodForm(request.args)
    good = form.validate()
    from_on, to_on = period_of(form) if good else usual_period()
    return page(
        "intake/disclosures/index.html",
        head=head_of(client),
        form=form,
        from_on=from_on,
        to_on=to_on,
        shared=accounted(client, reader=me(), from_on=from_on, to_on=to_on),
    )


def period_of(form: PeriodForm) -> tuple[date, date]:
    """The days asked for, the earlier first; where one is missing, the usual."""
    first, last = usual_period()
    days = (form.from_on.data or first, form.to_on.data or last)
    return min(days), max(days)


@bp.get("/clients/<int:client_id>/disclosures/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    typed = drafts.kept("disclosure", client.id)
    form = _offered(DisclosureForm(typed) if typed else DisclosureForm(), head)
    if head.case is not None:
        form.case.suggest(head.case.id)
    return page("intake/disclosures/new.html", head=head, form=form)


@bp.post("/clients/<int:client_id>/disclosures/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    form = _offered(DisclosureForm(request.form), head)
    if form.validate():
        try:
            Disclosure.write_down(client, by=me(), **_chosen(form, head))
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is on record what was shared."))
            return redirect(url_for("disclosures.index", client_id=client.id), 303)
    return page("intake/disclosures/new.html", head=head, form=form, status=422)


@bp.route("/disclosures/<int:id>/error", methods=["GET", "POST"])
def destroy(id: int):
    """Ask why, then mark it as entered in error; it stays readable."""
    disclosure = fetch(Disclosure, id, to=Can.WORK_CASES)
    form = DisclosureMistakeForm(request.form if request.method == "POST" else drafts.kept("disclosure_error", id))
    if request.method == "POST" and form.validate():
        disclosure.mistake(by=me(), reason=form.reason.data)
        flash(_("It is marked as entered in error."))
        return redirect(url_for("disclosures.index", client_id=disclosure.client_id), 303)
    head = head_of(disclosure.client, case_id=disclosure.case_id)
    status = 422 if request.method == "POST" else 200
    return page("intake/disclosures/destroy.html", head=head, disclosure=disclosure, form=form, status=status)


def _offered(form: DisclosureForm, head: Head) -> DisclosureForm:
    """The form with the permissions and cases that the person who asks may see; who has no case needs none."""
    releases = db.session.scalars(Disclosure.releases_of(head.client, me())).all()
    form.consent.offer(
        (release.id, f"{release.whom}, {format_date(release.given_on, 'medium')}") for release in releases
    )
    form.case.offer((case.id, case.program.name) for case in head.cases)
    if not head.cases:
        del form.case
    return form


def _chosen(form: DisclosureForm, head: Head) -> dict:
    """The form's data, with the records that were chosen in the places of their numbers."""
    releases = {release.id: release for release in db.session.scalars(Disclosure.releases_of(head.client, me()))}
    cases = {case.id: case for case in head.cases}
    chosen = {"consent": releases.get(form.consent.data), "case": cases.get(form.data.get("case"))}
    return form.data | chosen
