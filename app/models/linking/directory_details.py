"""What belongs to a service, a place or an organization of the directory: how to reach it, when, at what cost."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import N_, Choice, Model
from app.models.linking.directory_row import FromDirectory, folded_places

if TYPE_CHECKING:
    from app.models.linking.directory import Location


class AddressType(Choice):
    """What an address is for (HSDS address.address_type)."""

    PHYSICAL = "physical", N_("Street address")
    POSTAL = "postal", N_("Mailing address")
    VIRTUAL = "virtual", N_("Online")


class PhoneType(Choice):
    """What a number reaches (the values HSDS names for phone.type)."""

    VOICE = "voice", N_("Phone")
    TEXT = "text", N_("Text messages")
    CELL = "cell", N_("Cell phone")
    FAX = "fax", N_("Fax")
    VIDEO = "video", N_("Video")
    PAGER = "pager", N_("Pager")
    TEXTPHONE = "textphone", N_("Text phone (TTY)")


class DirectoryAddress(FromDirectory, Model):
    """Where a place is, or where its mail goes."""

    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), index=True)
    attention: Mapped[str | None] = mapped_column(sa.String(255))
    address_1: Mapped[str] = mapped_column(sa.String(255))
    address_2: Mapped[str | None] = mapped_column(sa.String(255))
    city: Mapped[str] = mapped_column(sa.String(255))
    region: Mapped[str | None] = mapped_column(sa.String(255))
    state_province: Mapped[str] = mapped_column(sa.String(100))
    postal_code: Mapped[str] = mapped_column(sa.String(20))
    country: Mapped[str] = mapped_column(sa.String(60))
    address_type: Mapped[AddressType] = mapped_column(default=AddressType.PHYSICAL)
    location: Mapped[Location] = relationship(back_populates="addresses")

    @property
    def postal(self) -> bool:
        """Whether only mail goes there."""
        return self.address_type == AddressType.POSTAL

    @property
    def town(self) -> str:
        """City, state and postal code, on one line."""
        region = " ".join(part for part in (self.state_province, self.postal_code) if part)
        return ", ".join(part for part in (self.city, region) if part)

    @property
    def lines(self) -> list[str]:
        """The address as it stands on an envelope; the country only where it is not the United States."""
        country = "" if self.country.upper() in ("US", "USA") else self.country
        lines = (self.attention, self.address_1, self.address_2, self.region, self.town, country)
        return [line for line in lines if line]


class DirectoryContact(FromDirectory, Model):
    """A person to ask for."""

    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_at_location.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    title: Mapped[str | None] = mapped_column(sa.String(255))
    department: Mapped[str | None] = mapped_column(sa.String(255))
    email: Mapped[str | None] = mapped_column(sa.String(255))
    phones: Mapped[list[DirectoryPhone]] = relationship(order_by="DirectoryPhone.id")


class DirectoryPhone(FromDirectory, Model):
    """A number of a service, a place, an organization or a contact."""

    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("directory_contact.id"), index=True)
    service_at_location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_at_location.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(100))
    extension: Mapped[str | None] = mapped_column(sa.String(20))
    type: Mapped[PhoneType | None]
    description: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def fax(self) -> bool:
        """Whether nobody answers there."""
        return self.type == PhoneType.FAX

    @property
    def dial(self) -> str | None:
        """What a `tel:` link dials, or nothing where the text is not plainly one number."""
        return None if self.fax else dialled(self.number, self.extension)

    @property
    def shown(self) -> str:
        """The number with its extension."""
        return f"{self.number} ext. {self.extension}" if self.extension else self.number

    @property
    def about(self) -> str:
        """What the number is for; a mere “Phone 2” says nothing."""
        return "" if re.fullmatch(r"phone( \d+)?", self.description or "", re.IGNORECASE) else self.description or ""


KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
one_number = re.compile(r"([+(\s]*\d[\d\s().\-/A-Z]*?)(?:[\s,]*(?:X|EXT\.?|EXTENSION)\s*(\d{1,10}))?")


def dialled(number: str, extension: str | None = None) -> str | None:
    """The digits a phone dials for a number as people write it, letters as on its keys; nothing if it is none."""
    match = one_number.fullmatch(number.strip().upper())
    if match is None:
        return None
    digits = re.sub(r"[^\d+]", "", match[1].translate(KEYPAD))
    lengths = (10, 11) if re.search("[A-Z]", match[1]) else (3, 7, 10, 11, 12, 13, 14, 15)
    if len(digits.lstrip("+")) not in lengths:
        return None
    inside = match[2] or (extension if re.fullmatch("[0-9]{1,10}", extension or "") else None)
    return f"{digits};ext={inside}" if inside else digits


class Schedule(FromDirectory, Model):
    """When a service or a place is open, as a rule that repeats (the fields of iCalendar that HSDS takes over)."""

    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_at_location.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dtstart: Mapped[date | None]
    timezone: Mapped[str | None] = mapped_column(sa.String(20))
    until: Mapped[date | None]
    count: Mapped[int | None]
    wkst: Mapped[str | None] = mapped_column(sa.String(2))
    freq: Mapped[str | None] = mapped_column(sa.String(10))
    interval: Mapped[int | None]
    byday: Mapped[str | None] = mapped_column(sa.String(255))
    byweekno: Mapped[str | None] = mapped_column(sa.String(255))
    bymonthday: Mapped[str | None] = mapped_column(sa.String(255))
    byyearday: Mapped[str | None] = mapped_column(sa.String(1_000))
    description: Mapped[str | None] = mapped_column(sa.Text)
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    schedule_link: Mapped[str | None] = mapped_column(sa.String(2_000))
    attending_type: Mapped[str | None] = mapped_column(sa.String(255))
    notes: Mapped[str | None] = mapped_column(sa.Text)


class DirectoryLanguage(FromDirectory, Model):
    """A language spoken at a service, a place or a number, or how interpreters are arranged there."""

    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"), index=True)
    phone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("directory_phone.id"), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    code: Mapped[str | None] = mapped_column(sa.String(35))
    note: Mapped[str | None] = mapped_column(sa.Text)


def language_text(name: str | None, code: str | None, note: str | None) -> str:
    """A language, or its code where it has no name, with the note: `Spanish (by phone)`."""
    named = name or code or ""
    return f"{named} ({note})" if named and note else named or note or ""


class Accessibility(FromDirectory, Model):
    """How a place can be used by a person with a disability."""

    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), index=True)
    description: Mapped[str | None] = mapped_column(sa.Text)
    details: Mapped[str | None] = mapped_column(sa.Text)
    url: Mapped[str | None] = mapped_column(sa.String(2_000))

    @property
    def text(self) -> str:
        """What is said about it, on one line."""
        return ": ".join(part for part in (self.description, self.details) if part)


class CostOption(FromDirectory, Model):
    """What a service costs for some people or for some time; money in cents."""

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[str | None] = mapped_column(sa.Text)
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    amount_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    amount_description: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def amount(self) -> str:
        """The price: `$5`, `$7.50`, `EUR 12`, or nothing if none is given."""
        if self.amount_cents is None:
            return ""
        whole, cents = divmod(self.amount_cents, 100)
        money = f"{whole:,}.{cents:02}" if cents else f"{whole:,}"
        return f"${money}" if self.currency in (None, "USD") else f"{self.currency} {money}"

    @property
    def text(self) -> str:
        """For whom, how much, and what is said about it: `Seniors: $5, per visit`."""
        price = ", ".join(part for part in (self.amount, self.amount_description) if part)
        return ": ".join(part for part in (self.option, price) if part)

    def holds(self, on: date) -> bool:
        """Whether this price is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class RequiredDocument(FromDirectory, Model):
    """Something to bring."""

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), index=True)
    document: Mapped[str | None] = mapped_column(sa.Text)
    uri: Mapped[str | None] = mapped_column(sa.String(2_000))


class ServiceArea(FromDirectory, Model):
    """The area whose people a service is for."""

    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_at_location.id"), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    extent: Mapped[str | None] = mapped_column(sa.Text)
    extent_type: Mapped[str | None] = mapped_column(sa.String(60))
    uri: Mapped[str | None] = mapped_column(sa.String(2_000))
    # The name as Location.place holds towns.
    place: Mapped[str] = mapped_column(sa.Text, default="")

    def fold(self) -> None:
        """Keep what is searched in step with the name."""
        self.place = folded_places([self.name or ""])
