"""What is asked of the trail: whose, which sort of things, by whom, on which days, and from where on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice
from app.models.caseload.client import Client


class Sort(Choice):
    """What kind of thing was done: how the trail is filtered."""

    VIEWED = "viewed", N_("Viewed")
    CHANGED = "changed", N_("Changed")
    PRINTED = "printed", N_("Printed")
    SHARED = "shared", N_("Shared")
    REFUSED = "refused", N_("Refused")
    SEARCHED = "searched", N_("Searched")
    SIGNED_IN = "signed_in", N_("Signed in and out")
    EXPORTED = "exported", N_("Exported")
    ACCOUNTS = "accounts", N_("Accounts and settings")


OF_A_FILE = [Sort.VIEWED, Sort.CHANGED, Sort.PRINTED, Sort.SHARED, Sort.REFUSED, Sort.EXPORTED]

SORTS: dict[Sort, set[EventKind]] = {
    Sort.VIEWED: {EventKind.CLIENT_VIEWED, EventKind.ADDRESS_SHOWN, EventKind.DOCUMENT_OPENED},
    Sort.PRINTED: {
        EventKind.PAPER_ISSUED,
        EventKind.PAPER_PRINTED,
        EventKind.FACE_SHEET_PRINTED,
        EventKind.RECORD_COPIED,
    },
    Sort.SHARED: {EventKind.INFORMATION_DISCLOSED, EventKind.DISCLOSURE_IN_ERROR},
    Sort.REFUSED: {EventKind.ACCESS_REFUSED, EventKind.SIGN_IN_REFUSED},
    Sort.SEARCHED: {EventKind.SEARCHED},
    Sort.SIGNED_IN: {EventKind.SIGNED_IN, EventKind.SIGNED_OUT},
    Sort.EXPORTED: {EventKind.TRAIL_EXPORTED},
    Sort.ACCOUNTS: {
        EventKind.USER_INVITED,
        EventKind.USER_ADDED,
        EventKind.USER_CHANGED,
        EventKind.USER_DISABLED,
        EventKind.USER_ENABLED,
        EventKind.PASSWORD_CHANGED,
        EventKind.AGENCY_CHANGED,
        EventKind.PROGRAM_ADDED,
        EventKind.PROGRAM_CHANGED,
        EventKind.DIRECTORY_IMPORTED,
        EventKind.SERVICE_CHANGED,
    },
}
SORTS[Sort.CHANGED] = set(EventKind).difference(*SORTS.values())

# What is done to somebody's account, by whomever: it is on their page too.
TO_A_PERSON = (SORTS[Sort.ACCOUNTS] | {EventKind.SIGN_IN_REFUSED}) & {
    kind for kind in EventKind if kind.name.startswith(("USER_", "SIGN_IN_", "PASSWORD_"))
}


class Place(NamedTuple):
    """Where a page of the trail ends: the moment of a line and its number. The next page begins before it."""

    at: datetime
    number: int

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}-{self.number}"


@dataclass(frozen=True)
class Asked:
    """Whose trail, and which of its lines: the filters in the address. Neither client nor person is the agency's."""

    client: Client | None = None
    person: User | None = None
    sort: Sort | None = None
    by_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    before: Place | None = None

    @property
    def args(self) -> dict[str, str]:
        """The filters as they stand in an address; not whose trail, nor which page of it."""
        given = {"by": self.by_id, "sort": self.sort, "from_on": self.from_on, "to_on": self.to_on}
        return {name: str(value) for name, value in given.items() if value is not None}

    @property
    def kinds(self) -> list[EventKind]:
        """The kinds that were asked for; empty means all."""
        return sorted(SORTS[self.sort]) if self.sort is not None else []
