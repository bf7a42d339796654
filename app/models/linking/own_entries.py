"""What staff write about a service of the agency's own: the texts of one form, and the rows they become."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.linking.directory_details import (
    DirectoryAddress,
    DirectoryLanguage,
    DirectoryPhone,
    RequiredDocument,
    Schedule,
)
from app.models.linking.directory_places import Location, Organization
from app.models.linking.directory_row import own_id
from app.models.linking.directory_terms import ServiceTerm, TaxonomyTerm

COUNTRY = "US"
ADDRESS = ("street", "city", "state", "postal_code")


def organization_called(name: str) -> Organization:
    """The organization of this name, upper or lower case, or a new one of the agency's own."""
    found = db.session.scalars(
        sa.select(Organization)
        .where(sa.func.lower(Organization.name) == name.lower())
        .order_by(Organization.id)
        .limit(1)
    ).one_or_none()
    return found or Organization(hsds_id=own_id(), name=name)


def entry_of(service: Any) -> dict[str, str | int | None]:
    """What stands in the form about a service of the agency's own, read back from its rows."""
    address = _address(service)
    texts = _texts(service)
    return {
        "organization": service.organization.name,
        "name": service.name,
        "description": service.description,
        "eligibility_description": service.eligibility_description,
        "application_process": service.application_process,
        "fees_description": service.fees_description,
        "phone": "\n".join(texts["phone"]) or None,
        "hours": "\n".join(texts["hours"]) or None,
        "documents": "\n".join(texts["documents"]) or None,
        "languages": ", ".join(texts["languages"]) or None,
        "street": address.address_1 if address else None,
        "city": address.city or None if address else None,
        "state": address.state_province or None if address else None,
        "postal_code": address.postal_code or None if address else None,
        "term_id": service.terms[0].term_id if service.terms else None,
    }


def write_entry(service: Any, **details: Any) -> list[str]:
    """Make the rows of a service say what the form says; returns the names of what changed.

    `details` are keys of `entry_of`; what is not among them stays.
    """
    before = entry_of(service)
    changed = sorted(name for name, value in details.items() if before[name] != value)
    for name in ("name", "description", "eligibility_description", "application_process", "fees_description"):
        if name in changed:
            setattr(service, name, details[name])
    if "organization" in changed:
        service.organization = organization_called(details["organization"])
    for name, (model, rows) in LISTS.items():
        if name in changed:
            db.session.execute(sa.delete(model).where(model.service_id == service.id))
            db.session.add_all(rows(service, details[name] or ""))
    if set(changed).intersection(ADDRESS):
        _move(service, **{name: details.get(name, before[name]) for name in ADDRESS})
    if "term_id" in changed:
        term = db.session.get(TaxonomyTerm, details["term_id"]) if details["term_id"] else None
        service.terms = [ServiceTerm(hsds_id=own_id(), term=term)] if term is not None else []
    return changed


def _texts(service: Any) -> dict[str, list[str]]:
    """The texts of each list of the service, in order; one query."""
    columns = {
        "phone": DirectoryPhone.number,
        "hours": Schedule.description,
        "documents": RequiredDocument.document,
        "languages": DirectoryLanguage.name,
    }
    kinds = [
        sa.select(sa.literal(kind, sa.String(10)).label("kind"), LISTS[kind][0].id, sa.cast(text, sa.Text)).where(
            LISTS[kind][0].service_id == service.id
        )
        for kind, text in columns.items()
    ]
    rows = sorted(tuple(row) for row in db.session.execute(sa.union_all(*kinds)))
    return {kind: [text for of, _id, text in rows if of == kind and text] for kind in columns}


def _phones(service: Any, text: str) -> Iterable[Any]:
    return [DirectoryPhone(hsds_id=own_id(), service_id=service.id, number=one) for one in _lines(text)]


def _hours(service: Any, text: str) -> Iterable[Any]:
    return [Schedule(hsds_id=own_id(), service_id=service.id, description=one) for one in _lines(text)]


def _documents(service: Any, text: str) -> Iterable[Any]:
    return [RequiredDocument(hsds_id=own_id(), service_id=service.id, document=one) for one in _lines(text)]


def _languages(service: Any, text: str) -> Iterable[Any]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [DirectoryLanguage(hsds_id=own_id(), service_id=service.id, name=name) for name in names]


LISTS: dict[str, tuple[Any, Callable[[Any, str], Iterable[Any]]]] = {
    "phone": (DirectoryPhone, _phones),
    "hours": (Schedule, _hours),
    "documents": (RequiredDocument, _documents),
    "languages": (DirectoryLanguage, _languages),
}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _address(service: Any) -> DirectoryAddress | None:
    """The address it was given; one query."""
    place = sa.select(DirectoryAddress).join(Location, Location.id == DirectoryAddress.location_id)
    at = Location.id.in_([one.location_id for one in service.places])
    return db.session.scalars(place.where(at).order_by(DirectoryAddress.id).limit(1)).one_or_none()


def _move(service: Any, *, street: str | None, city: str | None, state: str | None, postal_code: str | None) -> None:
    """Give the service this address, or none; the place it had is the agency's own and goes with it."""
    from app.models.linking.directory import ServiceAtLocation

    for place in list(service.places):
        location = place.location
        db.session.delete(place)
        for address in location.addresses:
            db.session.delete(address)
        db.session.flush()
        db.session.delete(location)
    service.places = []
    db.session.flush()
    if not (street or city):
        return
    location = Location(hsds_id=own_id(), organization=service.organization, name=None)
    location.addresses = [
        DirectoryAddress(
            hsds_id=own_id(),
            address_1=street or "",
            city=city or "",
            state_province=state or "",
            postal_code=postal_code or "",
            country=COUNTRY,
        )
    ]
    service.places = [ServiceAtLocation(hsds_id=own_id(), location=location)]
