"""A call, a visit, a referral: from the first word to a saved intake on one page."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import LARGEST_ID, Can, fetch, may, me, require
from app.extensions import db
from app.forms.intake.inquiry import InquiryForm
from app.models.agency.event import EventKind
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Interpreter, Phone
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.languages import LANGUAGES
from app.models.caseload.matching import Match, possible_matches
from app.models.caseload.program import Program
from app.models.caseload.searching import digits
from app.models.intake.intake import Intake, IntakeMethod
from app.pages import page, wants_fragment
from app.requests import note

bp = Blueprint("inquiries", __name__, url_prefix="/inquiries")


@bp.get("/new")
def new():
    require(Can.TAKE_IN)
    require(Can.ADD_CLIENTS)
    if wants_fragment():
        form = InquiryForm(request.args)
        form.validate()
        return page("intake/inquiries/_matches.html", matches=_looked_for(form), asked=False)
    typed = drafts.kept("inquiry", 0)
    usual = {"interpreter": Interpreter.NO, "received_on": clock.today(), "method": IntakeMethod.PHONE}
    return _form_page(_offering(InquiryForm(typed) if typed else InquiryForm(data=usual)), [])


@bp.post("/new")
def create():
    require(Can.TAKE_IN)
    require(Can.ADD_CLIENTS)
    form = _offering(InquiryForm(request.form))
    good = form.validate()
    matches = _looked_for(form)
    known = _the_same_person()
    # The numbers that somebody looked at and said: not the same person.
    seen = set(" ".join(request.form.getlist("not_the_same_as")).split())
    if not good or (known is None and any(match.number not in seen for match in matches)):
        return _form_page(form, matches, status=422)
    try:
        case = _take_in(form, known, matches)
    except RuleBroken as broken:
        db.session.rollback()
        form.refuse(broken.text, **broken.values)
        return _form_page(_offering(form), matches, status=422)
    flash(_("The inquiry of %(name)s is saved. It waits for a caseworker.", name=case.client.first))
    there = (
        url_for("intakes.edit", case_id=case.id) if may(Can.SEE_CLIENTS) else url_for("clients.show", id=case.client_id)
    )
    return redirect(there, 303)


def _the_same_person() -> Client | None:
    """The record that the caller was recognized in, when somebody said so."""
    asked = request.form.get("same_as", "")
    if not asked:
        return None
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 11 else 0
    return fetch(Client, number if number < LARGEST_ID else 0, to=Can.TAKE_IN)


def _take_in(form: InquiryForm, known: Client | None, matches: list[Match]) -> Case:
    """The person, unless on record, the case that waits, and what was said."""
    program = db.session.get_one(Program, form.program.data)
    client = known or _added(form, program, matches)
    case = Case.open(client, by=me(), program=program, received_on=form.intake["received_on"])
    Intake.begin(case, by=me(), **form.intake)
    if known is not None:
        _reach_on(client, form)
    return case


def _added(form: InquiryForm, program: Program, matches: list[Match]) -> Client:
    """Somebody new; in a sealed program from the first moment nobody else's to know of."""
    details = form.details | {"kept_by_id": program.id if program.regime.sealed else None}
    looked_at = ", ".join(match.number for match in matches) or None
    client = Client.add(by=me(), not_the_same_as=looked_at, **details)
    PossibleDuplicate.notice(client, form.described, by=me())
    return client


def _reach_on(client: Client, form: InquiryForm) -> None:
    """A number under which a known person calls now is added to those on file, with what they said is safe."""
    fresh: list[Phone] = form.details["phones"]
    on_file = {digits(phone.number) for phone in client.phones}
    fresh = [phone for phone in fresh if digits(phone.number) not in on_file]
    if fresh:
        client.correct(by=me(), phones=[*client.phones, *fresh])


def _looked_for(form: InquiryForm) -> list[Match]:
    """Those who may be the same person; to be shown somebody is to have searched, and is on the trail."""
    matches = possible_matches(me(), form.described)
    if matches:
        note(EventKind.SEARCHED)
    return matches


def _offering(form: InquiryForm) -> InquiryForm:
    """The programs in which this person works; the one they took somebody into last is chosen already."""
    programs = db.session.scalars(Program.running().where(Program.id.in_(me().program_ids))).all()
    form.program.offer([(program.id, program.name) for program in programs])
    usual = Intake.last_program_of(me())
    open_ones = [program.id for program in programs if not program.regime.sealed] or form.program.offered
    if form.program.offered:
        form.program.suggest(usual if usual in form.program.offered else open_ones[0])
    return form


def _form_page(form: InquiryForm, matches: list[Match], *, status: int = 200):
    """The one page, with those who may be the same person."""
    return page(
        "intake/inquiries/new.html", form=form, matches=matches, asked=status == 422, languages=LANGUAGES, status=status
    )
