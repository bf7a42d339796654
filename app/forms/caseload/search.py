"""Looking for clients: words, a saved view, filters and an order, all read from the address."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.forms.base import Form, Line, Pick, Ref
from app.models.caseload.case import Stage
from app.models.caseload.wanted import SORTS, View, Wanted


class ClientSearch(Form):
    """What stands in the address; whatever makes no sense there is left out of account.

    `view` says where is looked, with words or without. `home` is only the view that one came from and that shows again
    when the words are taken away: words alone are looked for among all clients.
    """

    q = Line(_l("Name, number, phone or birth date"), max=200, kind="search")
    view = HiddenField()
    home = HiddenField()
    stage = Pick(_l("Stage"), choices=Stage, blank=_l("Any stage"))
    program = Ref(_l("Program"), blank=_l("All my programs"))
    worker = Ref(_l("Caseworker"), blank=_l("Anyone"))
    language = Line(_l("Language"), max=60)
    sort = HiddenField()

    def wanted(self, *, team: bool) -> Wanted:
        """What to look for; when the address names no view, all clients for who sees the `team`, else one's own."""
        self.validate()
        for field in self:
            if field.errors:
                field.errors, field.raw_data, field.data = [], [], None
                field.typed = ""  # what Ref shows again
        self.usual = usual = View.ALL if team else View.MINE
        view, words = self._view_in(self.view), self.q.data
        chosen = view or (View.ALL if words else self._view_in(self.home) or usual)
        return Wanted(
            words=words or "",
            view=chosen,
            program_id=self.program.data,
            at_stage=self["stage"].data,
            worker_id=self.worker.data,
            language=self.language.data,
            sort=_known(self.sort.data, [*SORTS, *("-" + sort for sort in SORTS)]) or usual_sort(chosen),
            team=team,
        )

    @property
    def place(self) -> dict[str, str]:
        """What a search from here carries in its address: where it looks, if that was said beside words, or its home."""
        view, home = self._view_in(self.view), self._view_in(self.home)
        if view and self.q.data:
            return {"view": view.value}
        return {"home": (view or home or self.usual).value}

    def _view_in(self, field: HiddenField) -> View | None:
        known = _known(field.data, [view.value for view in View])
        return View(known) if known else None


def usual_sort(view: View) -> str:
    """How a view is sorted when nobody says: work by what is due, everybody by name."""
    return "name" if view is View.ALL else "due"


def _known(value: Any, known: list[str]) -> str | None:
    return value if value in known else None
