"""Merging two records, telling two people apart, and taking a merge apart."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.base import Form, Line, Pick
from app.forms.caseload.details import ClientForm
from app.models.base import Choice
from app.models.caseload.client import Race
from app.models.caseload.merge import Difference, Side


class DistinctionForm(Form):
    """Why two records that look alike are two people's."""

    reason = Line(
        _l("How you know that they are two people"), max=400, required=True, message=_l("Write how you know it.")
    )


class UndoingForm(Form):
    """Why two merged records are taken apart again."""

    reason = Line(_l("Why they are taken apart"), max=400, required=True, message=_l("Write why."))


class MergeForm(Form):
    """Why two records are one person's; and, in the forms made by `merge_form`, whose words stand in each field."""

    reason = Line(
        _l("How you know that they are one person"), max=400, required=True, message=_l("Write how you know it.")
    )

    @property
    def choices(self) -> dict[str, Side]:
        """Field of the client → whose words stand in it."""
        return {
            field.name.removeprefix("side_"): field.data
            for field in self
            if field.name.startswith("side_") and field.data
        }


def merge_form(differing: list[Difference]) -> type[MergeForm]:
    """A form with a choice for each field in which two records differ."""
    fields = {
        f"side_{one.name}": Pick(label_of(one.name), choices=one.sides, required=True, radio=True, default=one.proposed)
        for one in differing
    }
    return type("MergeOfTwoForm", (MergeForm,), {"__module__": __name__, **fields})


def label_of(name: str) -> Any:
    """What a field of the client is called on screen."""
    unbound = getattr(ClientForm, name, None)
    given = unbound.args[0] if unbound is not None and unbound.args else None
    return given or OTHERS.get(name) or name.replace("_", " ").capitalize()


def in_words(name: str, value: Any) -> str:
    """What a field of the client holds, as a person reads it."""
    if value in (None, "", []):
        return str(_("Nothing"))
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Choice):
        return str(_(value.label))
    if isinstance(value, date):
        return str(format_date(value, "MMM d, y"))
    if isinstance(value, list):
        return ", ".join(str(_(Race(code).label)) if name == "race" else str(code) for code in value)
    return str(value)


OTHERS = {"birth_quality": _l("How sure the birth date is"), "status": _l("Record status")}
