"""Everything a person needs to know about a service, gathered once for the page and for the paper.

The queries are few and do not grow with what is listed. The internal note is for staff and is in none of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.base import folded
from app.models.linking.directory import Location, Service, ServiceAtLocation
from app.models.linking.directory_details import (
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryLanguage,
    DirectoryPhone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    dialled,
    language_text,
)
from app.models.linking.directory_row import web_link
from app.models.linking.directory_terms import ServiceTerm, TaxonomyTerm
from app.models.linking.directory_words import Say, hours, plain


@dataclass(frozen=True)
class PlaceSheet:
    """One place where a service is offered, with its own numbers and hours."""

    location: Location
    description: str | None
    phones: list[DirectoryPhone]
    schedules: list[Schedule]

    def hours(self, say: Say = plain) -> list[str]:
        """When this place is open, in words."""
        return hours(self.schedules, on=clock.today(), say=say)


class Document(NamedTuple):
    """Something to bring, and where the form is, if that may be shown as a link."""

    text: str
    link: str | None


@dataclass(frozen=True)
class ServiceSheet:
    """A service with all that hangs on it; lists are empty where nothing is listed."""

    service: Service
    places: list[PlaceSheet]
    phones: list[DirectoryPhone]
    organization_phones: list[DirectoryPhone]
    contacts: list[DirectoryContact]
    schedules: list[Schedule]
    costs: list[CostOption]
    languages: list[str]
    documents: list[Document]
    areas: list[str]
    terms: list[str]

    @property
    def phone(self) -> DirectoryPhone | None:
        """The number to call first."""
        of_places = [phone for place in self.places for phone in place.phones]
        everywhere = [*self.phones, *of_places, *self.organization_phones]
        return next((phone for phone in everywhere if not phone.fax), None)

    @property
    def address(self) -> DirectoryAddress | None:
        """Where to go first."""
        return next((address for place in self.places for address in place.location.to_visit), None)

    def hours(self, say: Say = plain) -> list[str]:
        """When the service is offered, in words; its own hours, or those of its place where there is only one."""
        own = hours(self.schedules, on=clock.today(), say=say)
        return own or (self.places[0].hours(say) if len(self.places) == 1 else [])


def sheet(service_id: int) -> ServiceSheet | None:
    """Gather one service by its number, or nothing if there is none; six queries."""
    query = sa.select(Service).where(Service.id == service_id)
    checker = joinedload(Service.verified_by).options(lazyload(User.memberships))
    whole = joinedload(Service.organization), checker, joinedload(Service.costs)
    service = db.session.scalars(query.options(*whole)).unique().one_or_none()
    return gathered(service) if service else None


def gathered(service: Service) -> ServiceSheet:
    """What hangs on a service, on its places and on its organization."""
    places = [*db.session.scalars(places_of([service])).unique()]
    phones = once(db.session.scalars(listed(DirectoryPhone, [service], places)))
    schedules = [*db.session.scalars(listed(Schedule, [service], places))]
    own = [phone for phone in phones if phone.service_id == service.id]
    return ServiceSheet(
        service=service,
        places=[at_place(place, [p for p in phones if p not in own], schedules) for place in places],
        phones=own,
        organization_phones=[p for p in phones if p not in own and p.organization_id and not p.location_id],
        contacts=[*db.session.scalars(contacts_of(service, places)).unique()],
        schedules=[schedule for schedule in schedules if schedule.service_id == service.id],
        costs=[cost for cost in service.costs if cost.holds(clock.today())],
        **short_lists(service, places, phones),
    )


def at_place(place: ServiceAtLocation, phones: Sequence[DirectoryPhone], schedules: Sequence[Schedule]) -> PlaceSheet:
    """One place with those of the numbers and schedules that are its own."""
    return PlaceSheet(
        location=place.location,
        description=place.description,
        phones=[phone for phone in phones if belongs(phone, place)],
        schedules=[schedule for schedule in schedules if belongs(schedule, place)],
    )


def belongs(row: DirectoryPhone | Schedule, place: ServiceAtLocation) -> bool:
    """Whether a number or schedule is that of the service at this place, or of the place itself."""
    return row.service_at_location_id == place.id or row.location_id == place.location_id


def once(phones: Iterable[DirectoryPhone]) -> list[DirectoryPhone]:
    """Each number once, the service's own entry before its place's and its organization's."""
    ranked = sorted(phones, key=lambda phone: (phone.service_id is None, phone.location_id is None, phone.id))
    first: dict[tuple[str, bool], DirectoryPhone] = {}
    for phone in ranked:
        first.setdefault((dialled(phone.number, phone.extension) or folded(phone.shown), phone.fax), phone)
    return list(first.values())


def places_of(services: Sequence[Service]) -> sa.Select[Any]:
    """Where these services are offered, with the addresses and how each place can be used, not yet executed."""
    location = joinedload(ServiceAtLocation.location)
    return (
        sa.select(ServiceAtLocation)
        .where(ServiceAtLocation.service_id.in_([service.id for service in services]))
        .order_by(ServiceAtLocation.id)
        .options(location.joinedload(Location.addresses), location.joinedload(Location.accessibility))
    )


def hanging_on(model: Any, services: Sequence[Service], places: Sequence[ServiceAtLocation]) -> sa.ColumnElement[bool]:
    """Rows of a kind whose parent is one of these services, places or organizations, whichever parents the kind has."""
    parents = {
        "service_id": [service.id for service in services],
        "service_at_location_id": [place.id for place in places],
        "location_id": [place.location_id for place in places],
        "organization_id": [service.organization_id for service in services],
    }
    return sa.or_(*(getattr(model, name).in_(ids) for name, ids in parents.items() if hasattr(model, name)))


def listed(model: Any, services: Sequence[Service], places: Sequence[ServiceAtLocation]) -> sa.Select[Any]:
    """The rows of a kind that hang on these services, not yet executed."""
    return sa.select(model).where(hanging_on(model, services, places)).order_by(model.id)


def contacts_of(service: Service, places: Sequence[ServiceAtLocation]) -> sa.Select[Any]:
    """Whom to ask for, with their numbers, not yet executed."""
    return listed(DirectoryContact, [service], places).options(joinedload(DirectoryContact.phones))


def short_lists(
    service: Service, places: Sequence[ServiceAtLocation], phones: Sequence[DirectoryPhone]
) -> dict[str, list[Any]]:
    """The lists of which only a few words are shown, in one query: languages, documents, areas and terms."""
    found: dict[str, list[tuple[Any, ...]]] = {"language": [], "document": [], "area": [], "term": []}
    for kind, *words in db.session.execute(a_few_words(service, places, phones)):
        found[kind].append(tuple(words))

    def in_order(kind: str) -> list[tuple[Any, ...]]:
        return sorted(found[kind], key=itemgetter(0))

    languages = [language_text(*words) for _id, *words in in_order("language")]
    return {
        "languages": list({folded(text): text for text in reversed(languages) if text}.values())[::-1],
        "documents": [Document(name or uri, web_link(uri)) for _, name, uri, _ in in_order("document") if name or uri],
        "areas": [name or about for _, name, about, _ in in_order("area") if name or about],
        "terms": [name for _code, name in sorted((code or "", name) for _id, name, code, _ in found["term"])],
    }


def a_few_words(
    service: Service, places: Sequence[ServiceAtLocation], phones: Sequence[DirectoryPhone]
) -> sa.CompoundSelect[Any]:
    """Rows of kind, id and three texts, not yet executed."""
    language, document, area, term = DirectoryLanguage, RequiredDocument, ServiceArea, TaxonomyTerm
    spoken = sa.or_(hanging_on(language, [service], places), language.phone_id.in_([phone.id for phone in phones]))
    carried = sa.select(ServiceTerm.term_id).where(ServiceTerm.service_id == service.id)
    return sa.union_all(
        words("language", language.id, language.name, language.code, language.note).where(spoken),
        words("document", document.id, document.document, document.uri).where(document.service_id == service.id),
        words("area", area.id, area.name, area.description).where(hanging_on(area, [service], places)),
        words("term", term.id, term.name, term.code).where(term.id.in_(carried)),
    )


def words(kind: str, id: Any, *texts: Any) -> sa.Select[Any]:
    """One part of a_few_words: three columns of text, whatever the table has."""
    columns = [sa.cast(text, sa.Text) for text in (*texts, sa.null())[:3]]
    return sa.select(sa.literal(kind, sa.String(10)), id, *columns)


@dataclass(frozen=True)
class Glance:
    """A service as a list of results shows it."""

    service: Service
    towns: list[str]
    hours: list[str]


def glances(services: Sequence[Service], say: Say = plain) -> list[Glance]:
    """Where and when each of these services is offered; two queries, however many there are."""
    places = [*db.session.scalars(places_of(services)).unique()]
    schedules = [*db.session.scalars(listed(Schedule, services, places))]
    found = []
    for service in services:
        at = [place for place in places if place.service_id == service.id]
        own = [row for row in schedules if row.service_id == service.id]
        own = own or [row for row in schedules if any(belongs(row, place) for place in at)]
        towns = dict.fromkeys(address.town for place in at for address in place.location.to_visit)
        found.append(Glance(service, list(towns), hours(own, on=clock.today(), say=say)))
    return found
