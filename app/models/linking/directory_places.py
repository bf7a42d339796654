"""Who offers help, and where: organizations and their locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import N_, Choice, Model
from app.models.linking.directory_details import Accessibility, DirectoryAddress
from app.models.linking.directory_row import FromDirectory, folded_places, web_link

if TYPE_CHECKING:
    from app.models.linking.directory import Service


class LocationType(Choice):
    """What kind of place it is (HSDS location.location_type)."""

    PHYSICAL = "physical", N_("Place to visit")
    POSTAL = "postal", N_("Postal address")
    VIRTUAL = "virtual", N_("Online or by phone")


class Organization(FromDirectory, Model):
    """An agency that offers services."""

    name: Mapped[str] = mapped_column(sa.String(255), index=True)
    alternate_name: Mapped[str | None] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    email: Mapped[str | None] = mapped_column(sa.String(255))
    website: Mapped[str | None] = mapped_column(sa.String(2_000))
    tax_status: Mapped[str | None] = mapped_column(sa.String(255))
    tax_id: Mapped[str | None] = mapped_column(sa.String(255))
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[str | None] = mapped_column(sa.String(255))
    logo: Mapped[str | None] = mapped_column(sa.String(2_000))
    uri: Mapped[str | None] = mapped_column(sa.String(2_000))
    parent_organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    source: Mapped[str | None] = mapped_column(sa.String(255))
    services: Mapped[list[Service]] = relationship(back_populates="organization")

    @property
    def link(self) -> str | None:
        """The website, if it may be shown as a link."""
        return web_link(self.website)


class Location(FromDirectory, Model):
    """A place, a postal address or a virtual place at which services are offered."""

    location_type: Mapped[LocationType] = mapped_column(default=LocationType.PHYSICAL)
    url: Mapped[str | None] = mapped_column(sa.String(2_000))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    alternate_name: Mapped[str | None] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    transportation: Mapped[str | None] = mapped_column(sa.Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    external_identifier: Mapped[str | None] = mapped_column(sa.String(255))
    external_identifier_type: Mapped[str | None] = mapped_column(sa.String(255))
    source: Mapped[str | None] = mapped_column(sa.String(255))
    # Towns and postal codes as they are searched, each after a blank so that a word is found by its beginning.
    place: Mapped[str] = mapped_column(sa.Text, default="")
    organization: Mapped[Organization | None] = relationship()
    addresses: Mapped[list[DirectoryAddress]] = relationship(
        back_populates="location", order_by="(DirectoryAddress.address_type, DirectoryAddress.id)"
    )
    accessibility: Mapped[list[Accessibility]] = relationship(order_by="Accessibility.id")

    @property
    def link(self) -> str | None:
        """The web address, if it may be shown as a link."""
        return web_link(self.url)

    @property
    def to_visit(self) -> list[DirectoryAddress]:
        """The addresses a person can go to; the postal ones only where there is no other."""
        return [address for address in self.addresses if not address.postal] or self.addresses

    def fold(self) -> None:
        """Keep what is searched in step with the addresses."""
        self.place = folded_places(address.town for address in self.to_visit)
