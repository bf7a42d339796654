"""What the client asked to see of the record: the log, with the days that are left to answer."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.intake.access_request import AccessRequestForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.intake.access_request import AccessRequest
from app.pages import page
from app.reports.copying import what_a_copy_holds
from app.reports.record import Head, head_of

bp = Blueprint("access_requests", __name__)


@bp.get("/clients/<int:client_id>/access-requests/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    asked = db.session.scalars(AccessRequest.of(client, me()).limit(100)).all()
    return page("intake/access_requests/index.html", head=head_of(client), asked=asked)


@bp.get("/clients/<int:client_id>/access-requests/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    usual = {"received_on": clock.today(), "what": _("A copy of the whole record")}
    form = _offered(AccessRequestForm(drafts.kept("access_request", client_id), data=usual), head)
    return page("intake/access_requests/new.html", head=head, form=form)


@bp.post("/clients/<int:client_id>/access-requests/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    form = _offered(AccessRequestForm(request.form), head)
    if form.validate():
        case = next((case for case in head.cases if case.id == form.case.data), None)
        try:
            asked = AccessRequest.receive(client, by=me(), **(form.data | {"case": case}))
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The request is on record. The clock runs."))
            return redirect(url_for("access_requests.show", id=asked.id), 303)
    return page("intake/access_requests/new.html", head=head, form=form, status=422)


@bp.get("/access-requests/<int:id>/")
def show(id: int):
    asked = fetch(AccessRequest, id, to=Can.SEE_CLIENTS)
    head = head_of(asked.client, case_id=asked.case_id)
    holds = what_a_copy_holds(asked, me()) if asked.may_be_copied else None
    return page("intake/access_requests/show.html", head=head, it=asked, holds=holds)


def _offered(form: AccessRequestForm, head: Head) -> AccessRequestForm:
    """Offer to keep the request within a sealed program; from within such a program, that is chosen already."""
    sealed = [case for case in head.cases if case.program.regime.sealed]
    form.case.offer(
        (case.id, _("Only who may see the case in %(program)s", program=case.program.name)) for case in sealed
    )
    if head.case in sealed:
        form.case.suggest(head.case.id)
    return form
