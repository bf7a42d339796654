"""Forms of the directory: searching it, correcting an entry, importing a package."""

from __future__ import annotations

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.base import Form, Line, Pick, Text, Tick, Whole
from app.models.linking.directory import Capacity, ServiceStatus

# What a row's number can be on Postgres; a larger one in the address is no row, and not a failure.
LARGEST_ID = 2**31 - 1


class ServiceSearch(Form):
    """What is looked for, of which kind, and where."""

    q = Line(_l("What is needed"), max=200, kind="search")
    place = Line(_l("City or ZIP code"), max=100)
    kind = Whole(_l("Kind of help"), min=1, max=LARGEST_ID)
    term = Whole(_l("More exactly"), min=1, max=LARGEST_ID)
    closed = Tick(_l("Also services that have closed"))


class ServiceCorrection(Form):
    """What staff know better than the package it came from; the fields of Service.correct."""

    status = Pick(_l("Status"), choices=ServiceStatus, required=True)
    capacity = Pick(_l("Room for new people"), choices=Capacity, blank=_l("Not known"))
    alert = Text(_l("Alert"), max=2_000)
    internal_note = Text(_l("Internal note"), max=5_000)
    verified = Tick(_l("I checked this entry today"))


class DirectoryUpload(Form):
    """A zip with an HSDS package."""

    package = wtforms.FileField(_l("Zip file"))

    def validate_package(self, field: wtforms.FileField) -> None:
        """A file was chosen; whether it is sound shows when it is read."""
        if not getattr(field.data, "filename", ""):
            raise wtforms.ValidationError(_("Choose a zip file."))
