"""Which lines of the trail, read from the address; and why they are taken out of the house."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.forms.base import Day, Form, Line, Pick, Ref
from app.models.agency.asked import OF_A_FILE, Asked, Place, Sort
from app.models.agency.user import User
from app.models.caseload.client import Client


class TrailFilter(Form):
    """What stands in the address; whatever makes no sense there is left out of account."""

    by = Ref(_l("Who"), blank=_l("Anybody"))
    sort = Pick(_l("What"), choices=Sort, blank=_l("Everything"))
    from_on = Day(_l("From"))
    to_on = Day(_l("To"))
    before = HiddenField()

    def asked(self, *, client: Client | None = None, person: User | None = None) -> Asked:
        """The lines asked for, of this client's file, of this person, or of the agency."""
        self.validate()
        for field in self:
            if field.errors:
                field.errors, field.raw_data, field.data = [], [], None
                field.typed = ""
        return Asked(
            client=client,
            person=person,
            sort=self["sort"].data,
            by_id=self.by.data if person is None else None,
            from_on=self.from_on.data,
            to_on=self.to_on.data,
            before=_place(self.before.data),
        )


class FileTrailFilter(TrailFilter):
    """The same for one client's file, in which only some sorts of things can happen."""

    sort = Pick(_l("What"), choices=OF_A_FILE, blank=_l("Everything"))


class TrailExportForm(Form):
    """Why the trail is taken out of the house."""

    reason = Line(_l("What is it for"), max=300, required=True, message=_l("Write what the export is for."))


def _place(text: Any) -> Place | None:
    """Where a page begins; None for anything that is no place."""
    at, _sep, number = str(text or "").partition("-")
    if not (text and at.isascii() and at.isdigit() and number.isascii() and number.isdigit()) or len(at) > 17:
        return None
    micro = int(at)
    return Place(
        datetime.fromtimestamp(micro // 1_000_000, UTC).replace(microsecond=micro % 1_000_000), int(number[:9])
    )
