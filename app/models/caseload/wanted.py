"""What somebody looks for among the clients."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.base import N_, Choice
from app.models.caseload.case import Stage

SORTS = ("name", "due", "contact", "opened")


class View(Choice):
    """A saved view of the caseload."""

    MINE = "mine", N_("My clients")
    SILENT = "silent", N_("Without contact")
    TO_SIGN = "to_sign", N_("Plans to sign")
    ALL = "all", N_("All")


@dataclass(frozen=True)
class Wanted:
    """Words, a saved view, filters, and an order: one of `SORTS`, with a minus in front for the other way round.

    `team`: the views that warn are about everybody's cases in reach, not only one's own.
    """

    words: str = ""
    view: View = View.ALL
    program_id: int | None = None
    at_stage: Stage | None = None
    worker_id: int | None = None
    language: str | None = None
    sort: str = "name"
    team: bool = False

    @property
    def narrows_cases(self) -> bool:
        """Whether only clients with a certain case are wanted."""
        return self.view is not View.ALL or any((self.program_id, self.at_stage, self.worker_id))

    @property
    def filtered(self) -> bool:
        """Whether anything but the view narrows the list."""
        return any((self.words, self.program_id, self.at_stage, self.worker_id, self.language))

    @property
    def key(self) -> str:
        """What the list is sorted by, whichever way round."""
        return self.sort.removeprefix("-")

    @property
    def down(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")
