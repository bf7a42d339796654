"""How a person lives, as of a day."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app import clock
from app.forms.base import Day, Form, Pick
from app.models.caseload.answer import Answer
from app.models.caseload.circumstances import Circumstances, Education, Employment, Housing


class CircumstancesForm(Form):
    """The answers that hold from a day on."""

    as_of_on = Day(_l("As of"), required=True, past=True)
    housing = Pick(_l("Housing"), choices=Housing, required=True)
    employment = Pick(_l("Work"), choices=Employment, required=True)
    education = Pick(_l("Schooling"), choices=Education, required=True)
    veteran = Pick(_l("Veteran"), choices=Answer, required=True)
    disabling_condition = Pick(_l("Disabling condition"), choices=Answer, required=True)

    @classmethod
    def of(cls, now: Circumstances | None) -> CircumstancesForm:
        """The form as what is on file fills it in, as of today."""
        answers: dict[str, Any] = now.answers if now is not None else {}
        empty = {name: kind("not_collected") for name, kind in Circumstances.QUESTIONS.items()}
        return cls(data=empty | answers | {"as_of_on": clock.today()})
