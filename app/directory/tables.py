"""The tables of HSDS 3.2.3 that Handrail keeps: which columns each has, what must be there, and what it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.directory.package import Words
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
        cut = longest is None or longest == 255
        return text(longest or LONGEST_TEXT) if cut else whole_text(longest)

    def attribute(self, column: str) -> str:
        """The name a column has on our side."""
        return self.renamed.get(column, column)

    @cached_property
    def attributes(self) -> list[str]:
        """The names on our side of everything that is compared and written, but for the parent."""
        return [*(self.attribute(column) for column in self.columns), *(key.attribute for key in self.keys)]


def plain(names: str) -> dict[str, Read | None]:
    """Columns of plain text."""
    return dict.fromkeys(names.split())


def sensible_ages(values: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Words]]:
    """The youngest is not older than the oldest."""
    youngest, oldest = values["minimum_age"], values["maximum_age"]
    if youngest is not None and oldest is not None and youngest > oldest:
        words = N_("minimum_age %(youngest)s is more than maximum_age %(oldest)s; both were left blank.")
        yield ("minimum_age", "maximum_age"), (words, {"youngest": f"{youngest:g}", "oldest": f"{oldest:g}"})


AGE = decimal(0, 130)
TABLES = (
    Table("taxonomy", Taxonomy, plain("name description uri version"), required=("name",)),
    Table(
        "taxonomy_term",
        TaxonomyTerm,
        plain("code name description taxonomy language term_uri"),
        required=("name",),
        keys=(Key("taxonomy_id", "taxonomy"),),
        parent="parent_id",
    ),
    Table(
        "organization",
        Organization,
        plain("name alternate_name description email website tax_status tax_id legal_status logo uri")
        | {"year_incorporated": whole(1000, 2200)},
        required=("name",),
        parent="parent_organization_id",
        sourced=True,
    ),
    Table(
        "location",
        Location,
        {"location_type": choice(LocationType), "latitude": decimal(-90, 90), "longitude": decimal(-180, 180)}
        | plain("url name alternate_name description transportation external_identifier external_identifier_type"),
        required=("location_type",),
        keys=(Key("organization_id", "organization"),),
        sourced=True,
    ),
    Table(
        "service",
        Service,
        plain("program_id name alternate_name description url email interpretation_services application_process")
        | plain("fees_description wait_time fees accreditations eligibility_description assurer_email licenses alert")
        | {"status": choice(ServiceStatus), "minimum_age": AGE, "maximum_age": AGE}
        | {"assured_date": day, "last_modified": instant},
        required=("name", "status"),
        keys=(Key("organization_id", "organization", required=True),),
        sourced=True,
        check=sensible_ages,
    ),
    Table(
        "service_at_location",
        ServiceAtLocation,
        plain("description"),
        keys=(Key("service_id", "service", required=True), Key("location_id", "location", required=True)),
    ),
    Table(
        "contact",
        DirectoryContact,
        plain("name title department email"),
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
        plain("number description") | {"extension": extension, "type": choice(PhoneType)},
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
        plain("attention address_1 address_2 city region state_province postal_code country")
        | {"address_type": choice(AddressType)},
        required=("address_1", "city", "state_province", "postal_code", "country", "address_type"),
        keys=(Key("location_id", "location", required=True),),
    ),
    Table(
        "schedule",
        Schedule,
        {"valid_from": day, "valid_to": day, "dtstart": day, "until": day, "opens_at": hour, "closes_at": hour}
        | {"count": whole(1, 100_000), "interval": whole(1, 1_000), "byday": days}
        | {"wkst": choice(DAYS), "freq": choice(("WEEKLY", "MONTHLY"))}
        | plain("timezone byweekno bymonthday byyearday description schedule_link attending_type notes"),
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
        plain("name code note"),
        keys=(Key("service_id", "service"), Key("location_id", "location"), Key("phone_id", "phone")),
        any_of=("service_id", "location_id", "phone_id"),
    ),
    Table(
        "accessibility",
        Accessibility,
        plain("description details url"),
        keys=(Key("location_id", "location", required=True),),
    ),
    Table(
        "cost_option",
        CostOption,
        plain("option currency amount_description") | {"valid_from": day, "valid_to": day, "amount": cents},
        renamed={"amount": "amount_cents"},
        keys=(Key("service_id", "service", required=True),),
    ),
    Table(
        "required_document",
        RequiredDocument,
        plain("document uri"),
        keys=(Key("service_id", "service", required=True),),
    ),
    Table(
        "service_area",
        ServiceArea,
        plain("name description extent_type uri") | {"extent": whole_text(1_000_000)},
        keys=(Key("service_id", "service"), Key("service_at_location_id", "service_at_location")),
        any_of=("service_id", "service_at_location_id"),
    ),
    Table(
        "attribute",
        ServiceTerm,
        plain("link_type value label"),
        keys=(
            Key("link_id", "service", to="service_id", required=True),
            Key("taxonomy_term_id", "taxonomy_term", to="term_id", required=True),
        ),
    ),
)
