"""The directory of services: search it, read an entry, correct it, add one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me, require, visible
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.linking.directory import (
    CORRECTION,
    LARGEST_ID,
    OwnServiceCorrection,
    ServiceCorrection,
    ServiceEntry,
    ServiceSearch,
)
from app.models.agency.event import EventKind
from app.models.assessment.assessment import Need
from app.models.assessment.domain import Domain
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.linking.directory import Service, ServiceAtLocation
from app.models.linking.directory_languages import Spoken, counted, language_code, language_name, languages_of
from app.models.linking.directory_sheet import glances, sheet
from app.models.linking.directory_terms import TaxonomyTerm, kinds
from app.models.linking.own_entries import entry_of
from app.models.planning.goal import Goal
from app.pages import page, page_number, paged, wants_fragment
from app.requests import note

bp = Blueprint("services", __name__, url_prefix="/services")
ON_A_PAGE = 20


@bp.get("/")
def index() -> Response:
    """Search by words, kind and place; with `case` in the address, for one client."""
    require(Can.SEE_SERVICES)
    looking = looking_for()
    form = ServiceSearch(request.args)
    form.validate()
    words, place, closed = (form.q.data or "")[:200], (form.place.data or "")[:100], form.closed.data
    language = language_code(None, form.language.data) or ""
    anywhere = Service.matching(words=words, place=place, language=language, closed=closed).with_only_columns(
        Service.id
    )
    offered = kinds(db.session.execute(TaxonomyTerm.counted(anywhere)), top=form.kind.data, term=form.term.data)
    chosen = offered.chosen.id if offered.chosen else None
    found = Service.matching(words=words, term=chosen, place=place, language=language, closed=closed)
    in_any = Service.matching(words=words, term=chosen, place=place, closed=closed).with_only_columns(Service.id)
    at = sa.select(ServiceAtLocation.service_id, ServiceAtLocation.location_id)
    spoken = counted(db.session.execute(languages_of(in_any, at)))
    if language and language not in [one.code for one in spoken]:
        spoken.append(Spoken(language, language_name(language), 0))
    services = paged(db.session, found.options(joinedload(Service.organization)), number=page_number(), size=ON_A_PAGE)
    return page(
        "linking/services/index.html",
        fragment="linking/services/_found.html",
        form=form,
        kinds=offered,
        languages=spoken,
        language=next((one for one in spoken if one.code == language), None),
        services=services,
        glances=glances(services.items, _),
        looking=looking,
        say=_,
    )


@bp.get("/new")
def new() -> Response:
    """A service that nobody has published: a caseworker knows it."""
    require(Can.EDIT_SERVICES)
    return _entry_page(ServiceEntry(drafts.kept("service_new", 0)))


@bp.post("/")
def create() -> Response | Answer:
    """Add it as the agency's own; a referral can go there at once."""
    require(Can.EDIT_SERVICES)
    form = _with_kinds(ServiceEntry(request.form))
    if not form.validate():
        return _entry_page(form, status=422)
    service = Service.add(by=me(), **form.data)
    flash(_("The service is added. It is your agency’s own, and no import changes it."))
    looking = looking_for()
    args: dict[str, Any] = looking.args if looking else {}
    return redirect(url_for("services.show", id=service.id, **args), 303)


def _entry_page(form: ServiceEntry, *, status: int = 200) -> Response:
    return page("linking/services/new.html", form=_with_kinds(form), looking=looking_for(), status=status)


def _with_kinds(form: Any) -> Any:
    """The form with the kinds of help the directory knows to choose from."""
    tops = sa.select(TaxonomyTerm.id, TaxonomyTerm.name).where(TaxonomyTerm.parent_id.is_(None))
    form.term_id.offer([tuple(row) for row in db.session.execute(tops.order_by(TaxonomyTerm.name, TaxonomyTerm.id))])
    return form


@bp.get("/<int:id>/")
def show(id: int) -> Response:
    """Everything a person needs to know about one service."""
    require(Can.SEE_SERVICES)
    looking = looking_for()
    found = sheet(id) if id <= LARGEST_ID else None
    if found is None:
        abort(404)
    return page("linking/services/show.html", sheet=found, service=found.service, looking=looking, say=_)


@bp.get("/<int:id>/edit")
def edit(id: int) -> Response:
    """The form that corrects an entry, or rewrites one of the agency's own."""
    service = entry(id)
    typed = drafts.kept("service", id)
    return _edit_page(service, _form_of(service, typed))


@bp.post("/<int:id>/")
def update(id: int) -> Response | Answer:
    """Correct an entry; a form opened before somebody else's correction is refused with both texts."""
    service = entry(id)
    form = _form_of(service, sent())
    if not form.validate():
        return _edit_page(service, form, status=422)
    meet(form, lambda: _form_of(service, None), service)
    if isinstance(form, OwnServiceCorrection):
        service.rewrite(by=me(), **form.entry)
        service.correct(by=me(), **form.correction)
    else:
        service.correct(by=me(), **form.data)
    flash(_("The entry is corrected."))
    return redirect(url_for("services.show", id=id), 303)


def _form_of(service: Service, typed: Any) -> Any:
    """What may be said about this entry: everything about one of the agency's own, else what staff know better."""
    if not service.own:
        return ServiceCorrection(typed) if typed is not None else ServiceCorrection(obj=service)
    if typed is not None:
        return _with_kinds(OwnServiceCorrection(typed))
    known = {name: getattr(service, name) for name in CORRECTION if name != "verified"}
    return _with_kinds(OwnServiceCorrection(data=entry_of(service) | known))


def _edit_page(service: Service, form: Any, *, status: int = 200) -> Response:
    return page("linking/services/edit.html", form=form, service=service, status=status)


def entry(id: int) -> Service:
    """The service to correct, or 404."""
    require(Can.EDIT_SERVICES)
    service = db.session.get(Service, id) if id <= LARGEST_ID else None
    return service or abort(404)


@dataclass(frozen=True)
class Looking:
    """For whom and for what a service is looked for."""

    case: Case
    domain: Domain | None
    goal: Goal | None

    @property
    def args(self) -> dict[str, str]:
        """What every link on the way carries along."""
        return {name: request.args[name] for name in ("case", "need", "goal") if request.args.get(name)}


def looking_for() -> Looking | None:
    """The case in the address, and the need (its number or the code of its domain) or the goal; 404 out of reach.

    Opening a page for a client is on the client's trail; each further keystroke of the search is not.
    """
    case_id, code = asked("case"), request.args.get("need", "")
    if case_id is None:
        return None
    require(Can.SEE_CLIENTS)
    domain = Domain(code) if code in list(Domain) else None
    need_id, goal_id = asked("need") if domain is None else None, asked("goal")
    need = of_case(Need, need_id, case_id) if need_id is not None else None
    goal = of_case(Goal, goal_id, case_id) if goal_id is not None and need is None else None
    named = need or goal or of_case(Case, case_id, case_id)
    if not wants_fragment():
        note(EventKind.CLIENT_VIEWED, named)
    return Looking(named if isinstance(named, Case) else named.case, domain or (need.domain if need else None), goal)


def of_case(model: Any, id: int, case_id: int) -> Any:
    """A case, or a need or goal of it, in the reach of the person who asks, with what the client is called; or 404.

    One query instead of four: fetch() answers for what is out of reach, and puts the try on the trail.
    """
    mine = model.id if model is Case else model.case_id
    client = joinedload(Case.client) if model is Case else joinedload(model.case).joinedload(Case.client)
    named = lazyload("*"), client.joinedload(Client.other_names)
    query = visible(model).where(model.id == id, mine == case_id).options(*named)
    record = db.session.scalars(query).unique().one_or_none()
    if record is None:
        fetch(model, id, to=Can.SEE_CLIENTS)
        abort(404)
    return record


def asked(name: str) -> int | None:
    """A record's number in the address, or nothing; what is no number leads nowhere."""
    value = request.args.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= LARGEST_ID):
        abort(404)
    return int(value) if value else None
