"""Bringing what is searched in step with the whole directory at once, after rows were written past the session."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.linking.directory import Location, Organization, Service, searched
from app.models.linking.directory_details import DirectoryAddress, ServiceArea
from app.models.linking.directory_row import folded_places
from app.models.linking.directory_terms import ServiceTerm, TaxonomyTerm


def refold(session: Session) -> None:
    """Do for every service, location and area what their fold() does for one; only what differs is written."""
    put(session, Service, services(session))
    put(session, Location, locations(session))
    areas = session.execute(sa.select(ServiceArea.id, ServiceArea.name, ServiceArea.place))
    rows = ({"id": id, "place": folded_places([name or ""]), "was": (was,)} for id, name, was in areas)
    put(session, ServiceArea, rows)


def services(session: Session) -> Iterator[dict[str, Any]]:
    """What is searched for each service now, and what is kept."""
    carried = sa.select(ServiceTerm.service_id, TaxonomyTerm.name).join(ServiceTerm.term)
    by_service = groupby(session.execute(carried.order_by(ServiceTerm.service_id, ServiceTerm.id)), key=itemgetter(0))
    terms = {service: [name for _, name in rows] for service, rows in by_service}
    texts = sa.select(
        Service.id,
        Service.name,
        Service.alternate_name,
        Service.description,
        Organization.name,
        Organization.alternate_name,
        Service.search_name,
        Service.search,
    )
    for id, name, alternate, about, organization, other_name, *was in session.execute(texts.join(Service.organization)):
        search_name, search = searched(name, alternate, about, (organization, other_name), terms.get(id, ()))
        yield {"id": id, "search_name": search_name, "search": search, "was": tuple(was)}


def locations(session: Session) -> Iterator[dict[str, Any]]:
    """What is searched for the place of each location now, and what is kept; as Location.to_visit has it."""
    towns: dict[int, dict[bool, list[str]]] = {}
    for address in session.scalars(sa.select(DirectoryAddress)):
        towns.setdefault(address.location_id, {}).setdefault(address.postal, []).append(address.town)
    for id, was in session.execute(sa.select(Location.id, Location.place)):
        here = towns.get(id, {})
        yield {"id": id, "place": folded_places(here.get(False) or here.get(True) or []), "was": (was,)}


def put(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Write the rows whose values are not what was kept."""
    columns: list[str] = []
    changed = []
    for row in rows:
        was, id = row.pop("was"), row.pop("id")
        columns = list(row)
        if tuple(row.values()) != was:
            changed.append({"at": id, **row})
    if changed:
        table = model.__table__
        statement = sa.update(table).where(table.c.id == sa.bindparam("at"))
        session.connection().execute(statement.values({name: sa.bindparam(name) for name in columns}), changed)
