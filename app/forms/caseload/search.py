"""Looking for clients: words, a saved view, filters and an order, all read from the address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.forms.base import Form, Line, Pick, Ref
from app.models.caseload.case import Stage
from app.models.caseload.wanted import SORTS, View, Wanted


class ClientSearch(Form):
    """What stands in the address; whatever makes no sense there is left out of account."""

    q = Line(_l("Name, number, phone or birth date"), max=200, kind="search")
    view = HiddenField()
    stage = Pick(_l("Stage"), choices=Stage, blank=_l("Any stage"))
    program = Ref(_l("Program"), blank=_l("All my programs"))
    worker = Ref(_l("Caseworker"), blank=_l("Anyone"))
    language = Line(_l("Language"), max=60)
    sort = HiddenField()

    def wanted(self, *, usual: View) -> Wanted:
        """What to look for; `usual` is the view when the address names none. Words are looked for among all clients."""
        self.validate()
        for field in self:
            if field.errors:
                field.errors, field.raw_data, field.data = [], [], None
                field.typed = ""  # what Ref shows again
        view = _known(self.view.data, [v.value for v in View])
        chosen = View.ALL if self.q.data else View(view) if view else usual
        return Wanted(
            words=self.q.data or "",
            view=chosen,
            program_id=self.program.data,
            at_stage=self["stage"].data,
            worker_id=self.worker.data,
            language=self.language.data,
            sort=_known(self.sort.data, [*SORTS, *("-" + sort for sort in SORTS)]) or usual_sort(chosen),
        )


def usual_sort(view: View) -> str:
    """How a view is sorted when nobody says: work by what is due, everybody by name."""
    return "name" if view is View.ALL else "due"


def _known(value: Any, known: list[str]) -> str | None:
    return value if value in known else None
