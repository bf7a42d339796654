"""Forms of the directory: searching it, correcting an entry, importing a package."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.base import Form, Line, Pick, Ref, Text, Tick, Whole
from app.models.linking.directory import Capacity, ServiceStatus

# What a row's number can be on Postgres; a larger one in the address is no row, and not a failure.
LARGEST_ID = 2**31 - 1


class ServiceSearch(Form):
    """What is looked for, of which kind, and where."""

    q = Line(_l("What is needed"), max=200, kind="search")
    place = Line(_l("City or ZIP code"), max=100)
    kind = Whole(_l("Kind of help"), min=1, max=LARGEST_ID)
    term = Whole(_l("More exactly"), min=1, max=LARGEST_ID)
    language = Line(_l("Language spoken there"), max=10)
    closed = Tick(_l("Also services that have closed"))


class ServiceCorrection(Form):
    """What staff know better than the package it came from; the fields of Service.correct."""

    status = Pick(_l("Status"), choices=ServiceStatus, required=True)
    capacity = Pick(_l("Room for new people"), choices=Capacity, blank=_l("Not known"))
    alert = Text(_l("Alert"), max=2_000)
    internal_note = Text(_l("Internal note"), max=5_000)
    verified = Tick(_l("I checked this entry today"))


class ServiceEntry(Form):
    """A service the agency knows of itself; the fields of Service.add and Service.rewrite."""

    organization = Line(_l("Organization"), max=255, required=True, message=_l("Write who offers it."))
    name = Line(_l("Service"), max=255, required=True, message=_l("Write what is offered, in a few words."))
    description = Text(_l("What it is"), max=5_000)
    term_id = Ref(_l("Kind of help"), blank=_l("Not said"))
    phone = Text(_l("Phone"), max=200)
    street = Line(_l("Street"), max=255)
    city = Line(_l("City"), max=255)
    state = Line(_l("State"), max=100)
    postal_code = Line(_l("ZIP code"), max=20)
    hours = Text(_l("Hours and days"), max=1_000)
    eligibility_description = Text(_l("Who can use it"), max=2_000)
    application_process = Text(_l("How to apply"), max=2_000)
    documents = Text(_l("Papers to bring"), max=1_000)
    fees_description = Line(_l("Cost"), max=500)
    languages = Line(_l("Languages spoken there"), max=300)

    def validate_phone(self, field: Text) -> None:
        """Each line is one number."""
        if any(len(line.strip()) > 100 for line in (field.data or "").splitlines()):
            raise wtforms.ValidationError(_("Write one number a line."))

    def validate_city(self, field: Line) -> None:
        """A street is in some city, and a state or a ZIP code alone leads nowhere."""
        if not field.data and (self.street.data or self.state.data or self.postal_code.data):
            raise wtforms.ValidationError(_("Write the city too."))


class OwnServiceCorrection(ServiceEntry, ServiceCorrection):
    """All of an entry of the agency's own: what Service.rewrite and Service.correct take."""

    @property
    def entry(self) -> dict[str, Any]:
        """The keyword arguments of Service.rewrite."""
        return {name: self[name].data for name in ENTRY}

    @property
    def correction(self) -> dict[str, Any]:
        """The keyword arguments of Service.correct."""
        return {name: self[name].data for name in CORRECTION}


CORRECTION = ("status", "capacity", "alert", "internal_note", "verified")
ENTRY = (
    "organization", "name", "description", "term_id", "phone", "street", "city", "state", "postal_code", "hours",
    "eligibility_description", "application_process", "documents", "fees_description", "languages",
)  # fmt: skip


class DirectoryUpload(Form):
    """A zip with an HSDS package."""

    package = wtforms.FileField(_l("Zip file"))

    def validate_package(self, field: wtforms.FileField) -> None:
        """A file was chosen; whether it is sound shows when it is read."""
        if not getattr(field.data, "filename", ""):
            raise wtforms.ValidationError(_("Choose a zip file."))
