"""Alerts: raised, and ended with a reason."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.caseload.alert import AlertForm, EndingForm
from app.models.base import RuleBroken
from app.models.caseload.alert import Alert, AlertPriority
from app.models.caseload.client import Client
from app.pages import page
from app.reports.record import Head, head_of

bp = Blueprint("alerts", __name__)
USUAL_DAYS = 180


@bp.get("/clients/<int:client_id>/alerts/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    usual = {
        "priority": AlertPriority.HIGH,
        "review_on": clock.today() + timedelta(days=USUAL_DAYS),
        "client_aware": True,
    }
    head = head_of(client, case_id=request.args.get("case", type=int))
    form = AlertForm(drafts.kept("alert", client.id), data=usual)
    return page("caseload/alerts/new.html", head=head, form=_offering(form, head))


@bp.post("/clients/<int:client_id>/alerts/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    form = _offering(AlertForm(request.form), head)
    if form.validate():
        try:
            case = next((case for case in head.cases if case.id == form.case.data), None)
            Alert.raise_for(client, by=me(), **(form.data | {"case": case}))
        except RuleBroken as broken:
            form.review_on.errors = [_(broken.text, **broken.values)]
        else:
            flash(_("The alert is on every page of this record."))
            return redirect(url_for("clients.show", id=client.id), 303)
    return page("caseload/alerts/new.html", head=head, form=form, status=422)


def _offering(form: AlertForm, head: Head) -> AlertForm:
    """Offer to keep the alert within a sealed program; from within such a program, that is chosen already."""
    sealed = [case for case in head.cases if case.program.regime.sealed]
    form.case.offer(
        (case.id, _("Only who may see the case in %(program)s", program=case.program.name)) for case in sealed
    )
    if not form.case.raw_data and head.case in sealed:
        form.case.process_data(head.case.id)
    return form


@bp.get("/alerts/<int:id>/end")
def edit(id: int):
    alert = fetch(Alert, id, to=Can.WORK_CASES)
    return page(
        "caseload/alerts/edit.html",
        head=head_of(alert.client),
        alert=alert,
        form=EndingForm(drafts.kept("alert_end", id)),
    )


@bp.post("/alerts/<int:id>/end")
def destroy(id: int):
    alert = fetch(Alert, id, to=Can.WORK_CASES)
    form = EndingForm(request.form)
    if not form.validate():
        return page("caseload/alerts/edit.html", head=head_of(alert.client), alert=alert, form=form, status=422)
    try:
        alert.end(by=me(), reason=form.reason.data)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return page("caseload/alerts/edit.html", head=head_of(alert.client), alert=alert, form=form, status=422)
    flash(_("The alert has ended. It stays in the record’s history."))
    return redirect(url_for("clients.show", id=alert.client_id), 303)
