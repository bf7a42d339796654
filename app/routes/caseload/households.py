"""Where a client lives: the first household, and each move."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.access import Can, fetch, me
from app.forms.caseload.people import HouseholdForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.household import Household, RelationToHead
from app.pages import page, whole
from app.reports.people import Home, homes_of
from app.reports.record import Head, head_of

bp = Blueprint("households", __name__)


@bp.get("/clients/<int:client_id>/households/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    before, _others = _where(client)
    form = _offering(HouseholdForm(data={"relation": RelationToHead.SELF}), head, before)
    return page("caseload/households/new.html", head=head, form=form, before=before)


@bp.post("/clients/<int:client_id>/households/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    head = head_of(client)
    before, others = _where(client)
    form = _offering(HouseholdForm(request.form), head, before)
    if form.validate() and form.relation.data is not None:
        case = next((case for case in head.cases if case.id == form.case.data), None)
        along = [member.row for member in before.here if member.row.id in form.taking.data] if before else []
        leaving = [member.row for home in others for member in home.here if member.row.other_id == client.id]
        try:
            Household.begin(
                client, by=me(), relation=form.relation.data, begun_on=form.begun_on.data, case=case,
                after=before.household if before else None, taking=along, leaving=leaving,
            )  # fmt: skip
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The household is on record. Add who lives there."))
            return redirect(url_for("people.index", client_id=client.id), 303)
    return page("caseload/households/new.html", head=head, form=form, before=before, status=422)


def _where(client: Client) -> tuple[Home | None, list[Home]]:
    """The household of today as the client's own file tells it, and those that other files tell of."""
    homes = homes_of(client, reader=me())
    now = [home for home in homes if home.household.ended_on is None]
    return next((home for home in now if not home.elsewhere), None), [home for home in now if home.elsewhere]


def _offering(form: HouseholdForm, head: Head, before: Home | None) -> HouseholdForm:
    """Offer who may move along, and to keep it within a sealed program; from within one, that is chosen already."""
    form.taking.offer((m.row.id, m.row.who) for m in (before.here if before else []) if not m.row.is_client)
    sealed = [case for case in head.cases if case.program.regime.sealed]
    form.case.offer(
        (case.id, _("Only who may see the case in %(program)s", program=case.program.name)) for case in sealed
    )
    if not form.case.raw_data and head.case in sealed:
        form.case.suggest(head.case.id)
    return form
