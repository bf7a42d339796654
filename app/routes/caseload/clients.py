"""Clients: finding, adding, looking at and correcting a person's record."""

from flask import Blueprint, request

from app.access import Can, fetch, me, require
from app.forms.caseload.search import LANGUAGES, ClientSearch
from app.models.agency.event import EventKind
from app.models.agency.user import Role
from app.models.caseload.client import Client
from app.pages import page, page_number, wants_fragment
from app.reports.caseload import Counts, View, caseload, counts_of, programs_of, workers_beside
from app.reports.overview import overview_of
from app.reports.record import head_of
from app.requests import note

bp = Blueprint("clients", __name__, url_prefix="/clients")


@bp.get("/")
def index():
    require(Can.SEE_CLIENTS)
    programs = programs_of(me())
    form = ClientSearch(request.args)
    form.program.offer((program.id, program.name) for program in programs)
    form.worker.offer(workers_beside(me()))
    wanted = form.wanted(usual=View.MINE if me().role is Role.CASEWORKER else View.ALL)
    # While somebody types, the saved views stand still: nothing about them is asked anew.
    counts = Counts() if wanted.words or wants_fragment() else counts_of(me(), programs)
    found = caseload(me(), wanted, programs, number=page_number(), total=counts.total_of(wanted))
    # A letter typed is not a search yet: the trail gets whole pages and what was sent with Enter or the button.
    if wanted.words and (not wants_fragment() or request.args.get("go")):
        note(EventKind.SEARCHED)
    return page(
        "caseload/clients/index.html",
        fragment="caseload/clients/_results.html",
        form=form,
        wanted=wanted,
        found=found,
        counts=counts,
        views=list(View),
        languages=LANGUAGES,
    )


@bp.get("/new")
def new():
    require(Can.ADD_CLIENTS)
    return page("caseload/clients/index.html")


@bp.get("/<int:id>/")
def show(id: int):
    client = fetch(Client, id, to=Can.SEE_CLIENTS)
    head = head_of(client)
    if head.case is None:
        return page("caseload/clients/show.html", head=head)
    everything = request.args.get("activity") == "all"
    overview = overview_of(head, all_activity=everything)
    return page("caseload/cases/show.html", head=head, overview=overview, everything=everything)
