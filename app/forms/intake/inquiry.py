"""The first contact on one page: who calls, how to reach them safely, and what they came for."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.base import Ref
from app.forms.caseload.client import NewClientForm, Safe
from app.forms.intake.intake import CameFor


class Section(NamedTuple):
    """A part of a form that is asked together: its title, its rows of fields, and whether it is folded away at first."""

    title: Any
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False

    @property
    def names(self) -> list[str]:
        """The names of its fields, in order."""
        return [name for row in self.rows for name in row]


class InquiryForm(NewClientForm, CameFor):
    """An inquiry needs some name; everything else is written down as far as the person says it.

    `SECTIONS` is the order in which it is asked, on the screen and on the blank paper form alike: a field that is not
    in it is on neither.
    """

    kept_by = None  # type: ignore[assignment]  # follows from the program
    program = Ref(_l("Program"), required=True, message=_l("Choose a program."))

    SECTIONS = (
        Section(_l("Who is it"), (("first_name", "last_name"), ("born_on",))),
        Section(_l("Safe ways to reach the person"), (("phone",), ("safe",), ("safe_contact",))),
        Section(_l("Safety"), (("safety",),)),
        Section(_l("What they came for"), (("presenting_concern",), ("urgency", "program"))),
        Section(_l("How it began"), (("referral_source", "referred_by"), ("method", "received_on"))),
        Section(
            _l("More about the person"),
            (
                ("immediate_needs",),
                ("preferred_name", "pronouns"),
                ("spoken_language", "interpreter"),
                ("street",),
                ("city", "state", "zip"),
                ("confidential",),
            ),
            folded=True,
        ),
    )

    def validate_safe(self, field: Any) -> None:
        """What is not ticked is not safe: nothing has to be ticked while somebody is on the phone."""
        chosen = field.data or []
        if Safe.NONE in chosen and len(chosen) > 1 and not field.errors:
            raise ValidationError(_("Choose what is safe, or “None of these”, but not both."))

    @property
    def opens(self) -> bool:
        """Whether something in the folded sections was typed or refused, so that they must be seen."""
        names = [name for section in self.SECTIONS if section.folded for name in section.names]
        return any(self[name].errors or (self[name].data and name != "interpreter") for name in names)
