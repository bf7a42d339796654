"""Cases: opening one, and the record's overview for one."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, may, me
from app.extensions import db
from app.forms.caseload.case import CaseForm
from app.models.agency.user import User
from app.models.base import N_, RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.models.intake.consent import Consent, ConsentType
from app.models.intake.intake import Intake, IntakeMethod
from app.pages import page
from app.reports.card import card_of
from app.reports.overview import overview_of
from app.reports.record import head_of

bp = Blueprint("cases", __name__)


@bp.get("/cases/<int:id>/")
def show(id: int):
    case = fetch(Case, id, to=Can.SEE_CLIENTS)
    head = head_of(case.client, case)
    everything = request.args.get("activity") == "all"
    overview = overview_of(head, all_activity=everything)
    return page("caseload/cases/show.html", head=head, overview=overview, everything=everything)


@bp.get("/clients/<int:client_id>/cases/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.TAKE_IN)
    typed = drafts.kept("case", client.id)
    usual = {
        "received_on": clock.today(),
        "method": IntakeMethod.PHONE,
        "worker": me().id if may(Can.WORK_CASES) else None,
    }
    form = _offering(CaseForm(typed) if typed else CaseForm(data=usual))
    if len(form.program.offered) == 1 and not typed:
        form.program.process_data(form.program.offered[0])
    return _form_page(client, form)


@bp.post("/clients/<int:client_id>/cases/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.TAKE_IN)
    form = _offering(CaseForm(request.form))
    if form.validate():
        try:
            case = _open(client, form)
        except RuleBroken as broken:
            db.session.rollback()
            client = fetch(Client, client_id, to=Can.TAKE_IN)
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The case is open.") if case.worker else _("The case waits for the intake."))
            there = url_for("cases.show", id=case.id) if may(Can.SEE_CLIENTS) else url_for("clients.show", id=client.id)
            return redirect(there, 303)
    return _form_page(client, form, status=422)


def _form_page(client: Client, form: CaseForm, *, status: int = 200):
    """The form within the record; for who may not read records, beside the client's name alone."""
    if may(Can.SEE_CLIENTS):
        return page("caseload/cases/new.html", head=head_of(client), form=form, status=status)
    return page("caseload/cases/new_at_desk.html", card=card_of(client, me()), form=form, status=status)


def _open(client: Client, form: CaseForm) -> Case:
    """Everything one form says: the case, its intake, the consent to services."""
    program = db.session.get_one(Program, form.program.data)
    worker = db.session.get(User, form.worker.data) if "worker" in form and form.worker.data else None
    if worker is not None and program.id not in worker.program_ids:
        raise RuleBroken(N_("%(name)s does not work in %(program)s."), name=worker.name, program=program.name)
    case = Case.open(
        client,
        by=me(),
        program=program,
        received_on=form.intake["received_on"],
        worker=worker,
        level_of_service=form.level_of_service.data if "level_of_service" in form else None,
    )
    Intake.begin(case, by=me(), **form.intake)
    if form.consent.data is not None:
        Consent.record_signed(
            client,
            case=case,
            by=me(),
            type=ConsentType.SERVICES,
            outcome=form.consent.data,
            signed_on=form.data["consent_on"],
            reason=form.consent_reason.data,
        )
    return case


def _offering(form: CaseForm) -> CaseForm:
    """The programs in which this person works, and the people who work in them; the front desk assigns nobody."""
    programs = db.session.scalars(Program.running().where(Program.id.in_(me().program_ids))).all()
    form.program.offer([(program.id, program.name) for program in programs])
    if not may(Can.WORK_CASES):
        del form.worker, form.level_of_service
        return form
    colleagues = db.session.scalars(User.working_in(*programs)).all()
    form.worker.offer([(user.id, user.signature_name) for user in colleagues])
    return form
