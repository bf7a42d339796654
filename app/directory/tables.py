"""The tables of HSDS 3.2.3 that Handrail keeps: which columns each has, what must be there, and what it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.directory.csv_rows import LONGEST_CELL, Words
from app.directory.values import (
    LONGEST_TEXT,
    Read,
    cents,
    choice,
    day,
    days,
    decimal,
    extension,
    hour,
    instant,
    text,
    whole,
    whole_text,
)
from app.models.base import N_
from app.models.linking.directory import Location, LocationType, Organization, Service, ServiceAtLocation, ServiceStatus
from app.models.linking.directory_details import (
    Accessibility,
    AddressType,
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryLanguage,
    DirectoryPhone,
    PhoneType,
    RequiredDocument,
    Schedule,
    ServiceArea,
)
from app.models.linking.directory_terms import ServiceTerm, Taxonomy, TaxonomyTerm
from app.models.linking.directory_words import DAYS


@dataclass(frozen=True)
class Key:
    """A column that points to a row of another table."""

    column: str
    table: str
    to: str = ""
    required: bool = False

    @property
    def attribute(self) -> str:
        """The name it has on our side."""
        return self.to or self.column


@dataclass(frozen=True)
class Table:
    """How the rows of one HSDS table become rows of ours.

    `required` columns and `strict` ones (which may be empty, but not wrong) decide about the whole row; any other
    column that cannot be read is left blank, and that is reported. A row with `any_of` keys needs one of them.
    `parent` is a key into the same table.
    """

    name: str
    model: Any
    columns: dict[str, Read | None]
    required: tuple[str, ...] = ()
    strict: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    any_of: tuple[str, ...] = ()
    parent: str = ""
    sourced: bool = False
    check: Callable[[dict[str, Any]], Iterator[tuple[tuple[str, ...], Words]]] | None = None

    @cached_property
    def readers(self) -> dict[str, Read]:
        """How each column is read; plain text as long as the database has room for it."""
        return {column: read or self.plain(column) for column, read in self.columns.items()}

    def plain(self, column: str) -> Read:
        """Plain text for this column; what is an address on the web or a code is not cut."""
        longest = getattr(sa.inspect(self.model).columns[self.attribute(column)].type, "length", None)
        return text(longest or LONGEST_TEXT) if longest in (None, 255) else whole_text(longest or LONGEST_TEXT)

    def attribute(self, column: str) -> str:
        """The name a column has on our side."""
        return self.renamed.get(column, column)

    @cached_property
    def attributes(self) -> list[str]:
        """The names on our side of everything that is compared and written, but for the parent."""
        return [*(self.attribute(column) for column in self.columns), *(key.attribute for key in self.keys)]


def columns(plain: str, **read: Read) -> dict[str, Read | None]:
    """Columns of plain text, and those that are read in their own way."""
    return {**dict.fromkeys(plain.split()), **read}


def sensible_ages(values: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Words]]:
    """The youngest is not older than the oldest."""
    youngest, oldest = values["minimum_age"], values["maximum_age"]
    if youngest is not None and oldest is not None and youngest > oldest:
        words = N_("minimum_age %(youngest)s is more than maximum_age %(oldest)s; both were left blank.")
        yield ("minimum_age", "maximum_age"), (words, {"youngest": f"{youngest:g}", "oldest": f"{oldest:g}"})


AGE = decimal(0, 130)
TABLES = (
    Table("taxonomy", Taxonomy, columns("name description uri version"), required=("name",)),
    Table(
        "taxonomy_term",
        TaxonomyTerm,
        columns("code name description taxonomy language term_uri"),
        required=("name",),
        keys=(Key("taxonomy_id", "taxonomy"),),
        parent="parent_id",
    ),
    Table(
        "organization",
        Organization,
        columns(
            "name alternate_name description email website tax_status tax_id legal_status logo uri",
            year_incorporated=whole(1000, 2200),
        ),
        required=("name",),
        parent="parent_organization_id",
        sourced=True,
    ),
    Table(
        "location",
        Location,
        columns(
            "url name alternate_name description transportation external_identifier external_identifier_type",
            location_type=choice(LocationType),
            latitude=decimal(-90, 90),
            longitude=decimal(-180, 180),
        ),
        required=("location_type",),
        keys=(Key("organization_id", "organization"),),
        sourced=True,
    ),
    Table(
        "service",
        Service,
        columns(
            "program_id name alternate_name description url email interpretation_services application_process "
            "fees_description wait_time fees accreditations eligibility_description assurer_email licenses alert",
            status=choice(ServiceStatus),
            minimum_age=AGE,
            maximum_age=AGE,
            assured_date=day,
            last_modified=instant,
        ),
        required=("name", "status"),
        keys=(Key("organization_id", "organization", required=True),),
        sourced=True,
        check=sensible_ages,
    ),
    Table(
        "service_at_location",
        ServiceAtLocation,
        columns("description"),
        keys=(Key("service_id", "service", required=True), Key("location_id", "location", required=True)),
    ),
    Table(
        "contact",
        DirectoryContact,
        columns("name title department email"),
        keys=(
            Key("organization_id", "organization"),
            Key("service_id", "service"),
            Key("service_at_location_id", "service_at_location"),
            Key("location_id", "location"),
        ),
        any_of=("organization_id", "service_id", "service_at_location_id", "location_id"),
    ),
    Table(
        "phone",
        DirectoryPhone,
        columns("number description", extension=extension, type=choice(PhoneType)),
        required=("number",),
        keys=(
            Key("location_id", "location"),
            Key("service_id", "service"),
            Key("organization_id", "organization"),
            Key("contact_id", "contact"),
            Key("service_at_location_id", "service_at_location"),
        ),
        any_of=("location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"),
    ),
    Table(
        "address",
        DirectoryAddress,
        columns(
            "attention address_1 address_2 city region state_province postal_code country",
            address_type=choice(AddressType),
        ),
        required=("address_1", "city", "state_province", "postal_code", "country", "address_type"),
        keys=(Key("location_id", "location", required=True),),
    ),
    Table(
        "schedule",
        Schedule,
        columns(
            "timezone byweekno bymonthday byyearday description schedule_link attending_type notes",
            valid_from=day,
            valid_to=day,
            dtstart=day,
            until=day,
            count=whole(1, 100_000),
            interval=whole(1, 1_000),
            wkst=choice(DAYS),
            freq=choice(("WEEKLY", "MONTHLY")),
            byday=days,
            opens_at=hour,
            closes_at=hour,
        ),
        strict=("opens_at", "closes_at"),
        keys=(
            Key("service_id", "service"),
            Key("location_id", "location"),
            Key("service_at_location_id", "service_at_location"),
        ),
        any_of=("service_id", "location_id", "service_at_location_id"),
    ),
    Table(
        "language",
        DirectoryLanguage,
        columns("name code note"),
        keys=(Key("service_id", "service"), Key("location_id", "location"), Key("phone_id", "phone")),
        any_of=("service_id", "location_id", "phone_id"),
    ),
    Table(
        "accessibility",
        Accessibility,
        columns("description details url"),
        keys=(Key("location_id", "location", required=True),),
    ),
    Table(
        "cost_option",
        CostOption,
        columns("option currency amount_description", valid_from=day, valid_to=day, amount=cents),
        renamed={"amount": "amount_cents"},
        keys=(Key("service_id", "service", required=True),),
    ),
    Table(
        "required_document",
        RequiredDocument,
        columns("document uri"),
        keys=(Key("service_id", "service", required=True),),
    ),
    Table(
        "service_area",
        ServiceArea,
        columns("name description extent_type uri", extent=whole_text(LONGEST_CELL)),
        keys=(Key("service_id", "service"), Key("service_at_location_id", "service_at_location")),
        any_of=("service_id", "service_at_location_id"),
    ),
    Table(
        "attribute",
        ServiceTerm,
        columns("link_type value label"),
        keys=(
            Key("link_id", "service", to="service_id", required=True),
            Key("taxonomy_term_id", "taxonomy_term", to="term_id", required=True),
        ),
    ),
)

# What each table is called on the pages.
LABELS = {
    "taxonomy": N_("Taxonomies"),
    "taxonomy_term": N_("Categories"),
    "organization": N_("Organizations"),
    "location": N_("Locations"),
    "service": N_("Services"),
    "service_at_location": N_("Services at locations"),
    "contact": N_("Contacts"),
    "phone": N_("Phones"),
    "address": N_("Addresses"),
    "schedule": N_("Opening hours"),
    "language": N_("Languages"),
    "accessibility": N_("Accessibility"),
    "cost_option": N_("Costs"),
    "required_document": N_("Required documents"),
    "service_area": N_("Areas served"),
    "attribute": N_("Categories of services"),
}
