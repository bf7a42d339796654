"""Clients: finding, adding, looking at and correcting a person's record."""

from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, may, me, require
from app.conflicts import meet, sent
from app.forms.caseload.client import NewClientForm
from app.forms.caseload.details import ClientForm
from app.forms.caseload.search import ClientSearch
from app.models.agency.event import EventKind
from app.models.caseload.client import Client, Interpreter
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.languages import LANGUAGES
from app.models.caseload.matching import Match, possible_matches
from app.models.caseload.wanted import View
from app.pages import Page, page, page_number, wants_fragment
from app.reports.card import card_of, cards_of
from app.reports.caseload import Counts, caseload, counts_of, mine_among, programs_of, workers_beside
from app.reports.overview import overview_of
from app.reports.record import head_of
from app.requests import note

bp = Blueprint("clients", __name__, url_prefix="/clients")


@bp.get("/")
def index():
    require(Can.FIND_CLIENTS)
    if not may(Can.SEE_CLIENTS):
        return _cards()
    programs = programs_of(me())
    form = ClientSearch(request.args)
    form.program.offer((program.id, program.name) for program in programs)
    form.worker.offer(workers_beside(programs))
    wanted = form.wanted(team=may(Can.SEE_TEAM))
    # While somebody types, the saved views stand still: nothing about them is asked anew.
    counts = Counts() if wanted.team or wanted.words or wants_fragment() else counts_of(me(), programs)
    found = caseload(me(), wanted, programs, number=page_number(), total=counts.total_of(wanted))
    everywhere = bool(wanted.words) and wanted.view is View.ALL
    # A letter typed is not a search yet: the trail gets whole pages and what was sent with Enter or the button.
    if wanted.words and (not wants_fragment() or request.args.get("go")):
        note(EventKind.SEARCHED)
    return page(
        "caseload/clients/index.html",
        fragment="caseload/clients/_results.html",
        form=form,
        wanted=wanted,
        found=Page(items=found.rows, number=found.number, size=found.size, total=found.total),
        numbers=counts,
        mine=mine_among(me(), wanted, programs) if everywhere and found.total else 0,
        views=list(View),
        languages=LANGUAGES,
    )


def _cards():
    """What the front desk finds: how to reach people, and who their worker is."""
    words = " ".join(request.args.get("q", "").split())[:200]
    if words and (not wants_fragment() or request.args.get("go")):
        note(EventKind.SEARCHED)
    cards = cards_of(me(), words, number=page_number())
    found = Page(items=cards.items, number=cards.number, size=cards.size, total=cards.total)
    return page("caseload/clients/desk.html", fragment="caseload/clients/_cards.html", words=words, found=found)


@bp.get("/new")
def new():
    require(Can.ADD_CLIENTS)
    if wants_fragment():
        form = NewClientForm(request.args)
        form.validate()
        return page("caseload/clients/_matches.html", matches=_looked_for(form), asked=False)
    typed = drafts.kept("client_new", 0)
    form = _keepable(NewClientForm(typed) if typed else NewClientForm(data={"interpreter": Interpreter.NO}))
    return _first_page(form, [])


@bp.post("/new")
def create():
    require(Can.ADD_CLIENTS)
    form = _keepable(NewClientForm(request.form))
    good = form.validate()
    matches = _looked_for(form)
    # The numbers that somebody looked at and said: not the same person.
    seen = set(" ".join(request.form.getlist("not_the_same_as")).split())
    if not good or any(match.number not in seen for match in matches):
        return _first_page(form, matches, status=422)
    client = Client.add(by=me(), not_the_same_as=", ".join(match.number for match in matches) or None, **form.details)
    PossibleDuplicate.notice(client, form.described, by=me())
    flash(_("The client is on record. Next: open a case."))
    return redirect(url_for("clients.show", id=client.id), 303)


def _looked_for(form: NewClientForm) -> list[Match]:
    """Those who may be the same person; to be shown somebody is to have searched, and is on the trail."""
    matches = possible_matches(me(), form.described)
    if matches:
        note(EventKind.SEARCHED)
    return matches


def _first_page(form: NewClientForm, matches: list[Match], *, status: int = 200):
    """The form of the first day, with those who may be the same person."""
    return page(
        "caseload/clients/new.html", form=form, matches=matches, asked=status == 422, languages=LANGUAGES, status=status
    )


def _keepable(form: NewClientForm) -> NewClientForm:
    """Offer to keep the record within a sealed program from the first moment; who works in no other cannot do otherwise."""
    programs = [program for program in programs_of(me()) if program.id in me().program_ids]
    keeping = [program for program in programs if program.regime.sealed]
    if not keeping:
        del form.kept_by
        return form
    if len(keeping) == len(programs):
        form.kept_by.blank = None
    form.kept_by.offer([(program.id, _("Only %(program)s", program=program.name)) for program in keeping])
    if "kept_by" not in request.form:
        form.kept_by.suggest(keeping[0].id)  # whoever may be known to everybody is said to be so, never forgotten
    return form


@bp.get("/<int:id>/")
def show(id: int):
    client = fetch(Client, id, to=Can.FIND_CLIENTS)
    if not may(Can.SEE_CLIENTS):
        return page("caseload/clients/card.html", card=card_of(client, me()))
    head = head_of(client)
    if head.case is None:
        return page("caseload/clients/show.html", head=head)
    everything = request.args.get("activity") == "all"
    overview = overview_of(head, all_activity=everything)
    return page("caseload/cases/show.html", head=head, overview=overview, everything=everything)


@bp.get("/<int:id>/edit")
def edit(id: int):
    client = fetch(Client, id, to=Can.WORK_CASES)
    typed = drafts.kept("client", client.id)
    return _details_page(client, _whole(client, typed))


@bp.post("/<int:id>/edit")
def update(id: int):
    client = fetch(Client, id, to=Can.WORK_CASES)
    form = _whole(client, sent())
    if not form.validate():
        return _details_page(client, form, status=422)
    meet(form, lambda: _whole(client), client)
    client.correct(by=me(), **form.details_for(client))
    flash(_("The details are saved."))
    return redirect(url_for("details.index", client_id=client.id), 303)


def _whole(client: Client, said: Any = None) -> ClientForm:
    """The form with everything on it, as it was said, or as the record fills it in."""
    form: ClientForm = ClientForm(said) if said else ClientForm.of(client)
    form.fit(g.agency, at_desk=False)
    return form


def _details_page(client: Client, form: ClientForm, *, status: int = 200):
    form.offer_blank_rows()
    head = head_of(client)
    hidden = len(client.hidden_addresses)
    return page("caseload/clients/edit.html", head=head, form=form, hidden=hidden, languages=LANGUAGES, status=status)
