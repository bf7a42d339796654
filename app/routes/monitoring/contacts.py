"""Contacts, as the front desk writes them down: into the record, without reading it."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.monitoring.contact import ContactForm
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task, TaskType
from app.pages import page
from app.reports.card import card_of

bp = Blueprint("contacts", __name__)


@bp.get("/cases/<int:case_id>/contacts/new")
def new(case_id: int):
    case = fetch(Case, case_id, to=Can.RECORD_CONTACTS)
    typed = drafts.kept("contact", case.id)
    usual = {"happened_on": clock.today(), "method": Method.PHONE, "attendance": Attendance.COMPLETED}
    return _page(case, ContactForm(typed) if typed else ContactForm(data=usual))


@bp.post("/cases/<int:case_id>/contacts/new")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.RECORD_CONTACTS)
    form = ContactForm(request.form)
    if form.validate():
        try:
            _write(case, form)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is in the record. The caseworker reads it there."))
            return redirect(url_for("clients.show", id=case.client_id), 303)
    return _page(case, form, status=422)


def _write(case: Case, form: ContactForm) -> None:
    """The contact, and the task that came of it: on the list of the caseworker."""
    Note.write(
        case,
        by=me(),
        happened_on=form.data["happened_on"],
        method=form.data["method"],
        attendance=form.data["attendance"],
        text=form.text.data or "",
    )
    if form.ask.data:
        Task.ask_worker(
            case, by=me(), title=form.ask.data, due_on=form.due_on.data or clock.today(), type=TaskType.CALL
        )


def _page(case: Case, form: ContactForm, *, status: int = 200):
    card = card_of(case.client, me())
    line = next(line for line in card.cases if line.id == case.id)
    return page("monitoring/contacts/new.html", card=card, line=line, form=form, status=status)
