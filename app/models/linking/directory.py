"""The directory of services: who offers help, where, and to whom (Open Referral HSDS 3.2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.base import N_, Choice, Model, RuleBroken, Versioned, folded
from app.models.linking.directory_details import (
    Accessibility,
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryLanguage,
    DirectoryPhone,
    RequiredDocument,
    Schedule,
    ServiceArea,
)
from app.models.linking.directory_import import DirectoryImport
from app.models.linking.directory_languages import speaking
from app.models.linking.directory_places import Location, LocationType, Organization
from app.models.linking.directory_row import FromDirectory, has, own_id, web_link
from app.models.linking.directory_terms import ServiceTerm, Taxonomy, TaxonomyTerm
from app.models.linking.directory_words import Say, ages, plain
from app.models.linking.own_entries import organization_called, write_entry

if TYPE_CHECKING:
    from app.models.agency.user import User

__all__ = [
    "Accessibility",
    "Capacity",
    "CostOption",
    "DirectoryAddress",
    "DirectoryContact",
    "DirectoryImport",
    "DirectoryLanguage",
    "DirectoryPhone",
    "Location",
    "LocationType",
    "Organization",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceStatus",
    "ServiceTerm",
    "Taxonomy",
    "TaxonomyTerm",
]

# How much of a description is searched: what a service does is said first, and what follows mostly repeats or excludes.
SEARCHED_DESCRIPTION = 1_000


class ServiceStatus(Choice):
    """Whether a service is offered (HSDS service.status)."""

    ACTIVE = "active", N_("Active")
    INACTIVE = "inactive", N_("Inactive")
    DEFUNCT = "defunct", N_("Defunct")
    TEMPORARILY_CLOSED = "temporarily closed", N_("Temporarily closed")


class Capacity(Choice):
    """Whether a service takes new people, as last heard."""

    HAS_CAPACITY = "has_capacity", N_("Has capacity")
    NO_CAPACITY = "no_capacity", N_("No capacity")
    WAITLIST = "waitlist", N_("No capacity – waitlist")
    ASSESSMENT_REQUIRED = "assessment_required", N_("Assessment required")


class Service(FromDirectory, Versioned, Model):
    """Help that an organization offers, and everything a person needs to know to get it."""

    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    program_id: Mapped[str | None] = mapped_column(sa.String(250))
    name: Mapped[str] = mapped_column(sa.String(255))
    alternate_name: Mapped[str | None] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    url: Mapped[str | None] = mapped_column(sa.String(2_000))
    email: Mapped[str | None] = mapped_column(sa.String(255))
    status: Mapped[ServiceStatus] = mapped_column(default=ServiceStatus.ACTIVE)
    interpretation_services: Mapped[str | None] = mapped_column(sa.Text)
    application_process: Mapped[str | None] = mapped_column(sa.Text)
    fees_description: Mapped[str | None] = mapped_column(sa.Text)
    wait_time: Mapped[str | None] = mapped_column(sa.Text)
    fees: Mapped[str | None] = mapped_column(sa.Text)
    accreditations: Mapped[str | None] = mapped_column(sa.Text)
    eligibility_description: Mapped[str | None] = mapped_column(sa.Text)
    minimum_age: Mapped[float | None]
    maximum_age: Mapped[float | None]
    assured_date: Mapped[date | None]
    assurer_email: Mapped[str | None] = mapped_column(sa.String(255))
    licenses: Mapped[str | None] = mapped_column(sa.Text)
    alert: Mapped[str | None] = mapped_column(sa.Text)
    last_modified: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(sa.String(255))
    internal_note: Mapped[str | None] = mapped_column(sa.Text)
    capacity: Mapped[Capacity | None]
    capacity_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    # When staff last rewrote an entry of the agency's own.
    rewritten_at: Mapped[datetime | None]
    # Which of the published fields staff corrected: an import leaves those as they are.
    corrected: Mapped[list[str] | None]
    # The names, then everything that is searched; folded alike on both engines and kept in step by fold().
    search_name: Mapped[str] = mapped_column(sa.Text, default="")
    search: Mapped[str] = mapped_column(sa.Text, default="")
    organization: Mapped[Organization] = relationship(back_populates="services")
    verified_by: Mapped[User | None] = relationship(foreign_keys=verified_by_id)
    places: Mapped[list[ServiceAtLocation]] = relationship(back_populates="service", order_by="ServiceAtLocation.id")
    terms: Mapped[list[ServiceTerm]] = relationship(back_populates="service", order_by="ServiceTerm.id")
    costs: Mapped[list[CostOption]] = relationship(order_by="CostOption.id")

    @classmethod
    def matching(
        cls, *, words: str = "", term: int | None = None, place: str = "", language: str = "", closed: bool = False
    ) -> sa.Select[Self]:
        """Services that have every word, under this term (its id), in this town or postal code, where this language
        (its code) is spoken; not yet executed.

        Those whose name has every word come first, then by name. Inactive and defunct ones only if `closed`.
        """
        sought = folded(words).split()
        query = sa.select(cls).where(*(has(cls.search, word) for word in sought))
        if term is not None:
            under = TaxonomyTerm.under(term)
            query = query.where(cls.id.in_(sa.select(ServiceTerm.service_id).where(ServiceTerm.term_id.in_(under))))
        if folded(place):
            query = query.where(cls.is_in(place))
        if language:
            at = sa.select(ServiceAtLocation.service_id, ServiceAtLocation.location_id)
            query = query.where(cls.id.in_(speaking(language, at)))
        if not closed:
            query = query.where(cls.status.in_((ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)))
        if not sought:
            return query.order_by(cls.search_name, cls.id)
        named = sa.and_(*(has(cls.search_name, word) for word in sought))
        return query.order_by(sa.case((named, 0), else_=1), cls.search_name, cls.id)

    @classmethod
    def is_in(cls, place: str) -> sa.ColumnElement[bool]:
        """Offered in this town or postal code, or for an area of this name; every word by its beginning."""
        words = folded(place).split()
        here = [has(Location.place, f" {word}") for word in words]
        covered = [has(ServiceArea.place, f" {word}") for word in words]
        at, areas = sa.select(ServiceAtLocation.service_id), sa.select(ServiceArea.service_id)
        area_of_place = ServiceArea.service_at_location_id == ServiceAtLocation.id
        return sa.or_(
            cls.id.in_(at.join(Location).where(*here)),
            cls.id.in_(areas.where(ServiceArea.service_id.is_not(None), *covered)),
            cls.id.in_(at.join(ServiceArea, area_of_place).where(*covered)),
        )

    @property
    def offered(self) -> bool:
        """Whether a person may be sent there: not inactive, not defunct."""
        return self.status in (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)

    @property
    def link(self) -> str | None:
        """The web address, if it may be shown as a link."""
        return web_link(self.url)

    @property
    def checked_on(self) -> date | None:
        """The day the entry was last verified, by us or by whoever published it; nothing if nobody has."""
        return max((day for day in (self.verified_on, self.assured_date) if day), default=None)

    def ages(self, say: Say = plain) -> str:
        """For whom it is by age, in words, or nothing if no age is given."""
        return ages(self.minimum_age, self.maximum_age, say)

    def fold(self) -> None:
        """Keep what is searched in step with the names, the description and the terms."""
        organization = pointed_to(self, Organization, self.organization, self.organization_id)
        names = (organization.name, organization.alternate_name) if organization else ()
        terms = [pointed_to(link, TaxonomyTerm, link.term, link.term_id) for link in self.terms]
        self.search_name, self.search = searched(
            self.name, self.alternate_name, self.description, names, (term.name for term in terms if term)
        )

    @classmethod
    def add(cls, *, by: User, organization: str, name: str, **details: Any) -> Service:
        """Add a service that no package brought: known to staff, as checked today, and no import touches it.

        `details` are those of `write_entry`.
        """
        today = clock.today()
        service = cls(
            hsds_id=own_id(),
            organization=organization_called(organization),
            name=name,
            verified_on=today,
            verified_by_id=by.id,
        )
        db.session.add(service)
        db.session.flush()
        write_entry(service, name=name, **details)
        service.record(EventKind.SERVICE_ADDED, by=by)
        return service

    def rewrite(self, *, by: User, **details: Any) -> None:
        """Say differently what the agency wrote itself; an imported entry is only corrected."""
        if not self.own:
            raise RuleBroken(N_("This entry came with an import. Correct its status or its alert instead."))
        changed = write_entry(self, **details)
        if changed:
            self.rewritten_at = clock.now()  # a change of the phone alone must make a form opened before stale, too
            self.record(EventKind.SERVICE_CHANGED, by=by, fields=changed)

    def correct(
        self,
        *,
        by: User,
        status: ServiceStatus,
        alert: str | None,
        internal_note: str | None,
        capacity: Capacity | None,
        verified: bool,
    ) -> None:
        """Put right what staff know better; `verified` says that the whole entry was checked today.

        A corrected status or alert stays as it is when the directory is imported again.
        """
        today = clock.today()
        published: dict[str, Any] = {"status": status, "alert": alert or None}
        corrected = {name for name, value in published.items() if getattr(self, name) != value}
        values = published | {"internal_note": internal_note or None, "capacity": capacity}
        if corrected:
            values["corrected"] = sorted(corrected.union(self.corrected or ()))
        if capacity is None:
            values["capacity_on"] = None
        elif verified or capacity != self.capacity:
            values["capacity_on"] = today
        if verified:
            values |= {"verified_on": today, "verified_by_id": by.id}
        self.change(kind=EventKind.SERVICE_CHANGED, by=by, **values)


class ServiceAtLocation(FromDirectory, Model):
    """A service as it is offered at one place."""

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), index=True)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), index=True)
    description: Mapped[str | None] = mapped_column(sa.Text)
    service: Mapped[Service] = relationship(back_populates="places")
    location: Mapped[Location] = relationship()


def searched(
    name: str, alternate: str | None, about: str | None, organization: Iterable[str | None], terms: Iterable[str]
) -> tuple[str, str]:
    """What Service.search_name and Service.search hold for these texts."""
    own = folded(f"{name} {alternate or ''}")
    rest = " ".join(filter(None, [*organization, (about or "")[:SEARCHED_DESCRIPTION], *terms]))
    return own, f"{own} {folded(rest)}".strip()


@event.listens_for(orm.Session, "before_flush")
def fold_what_changed(session: orm.Session, _context: Any, _instances: Any) -> None:
    """Whatever is written through the session stays findable, a renamed organization's services too."""
    written: set[Any] = set()
    with session.no_autoflush:
        for row in (*session.new, *session.dirty):
            written.update(to_fold(row))
        for row in written - {None}:
            row.fold()


def to_fold(row: Any) -> Iterable[Any]:
    """What must be folded anew because this row is about to be written."""
    if isinstance(row, Service) and touched(row, "name", "alternate_name", "description", "organization", "terms"):
        return [row]
    if isinstance(row, Organization) and touched(row, "name", "alternate_name"):
        return row.services
    if isinstance(row, ServiceTerm):
        return [pointed_to(row, Service, row.service, row.service_id)]
    if isinstance(row, DirectoryAddress):
        return [pointed_to(row, Location, row.location, row.location_id)]
    return [row] if isinstance(row, ServiceArea) else []


def pointed_to(row: Any, model: Any, related: Any, number: int | None) -> Any:
    """What a row points to, also where it is not written yet and only the other's number was given."""
    session = orm.object_session(row)
    return related or (session.get(model, number) if session is not None and number is not None else None)


def touched(row: Any, *names: str) -> bool:
    """Whether the row is new, or any of these attributes is about to be written."""
    state = sa.inspect(row)
    return not state.persistent or any(state.attrs[name].history.has_changes() for name in names)
