"""Two records in one address: which other one is meant, and choosing it when none is named."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, request
from werkzeug.datastructures import MultiDict

from app.access import Can, fetch, visible
from app.extensions import db
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge
from app.pages import page, whole
from app.reports.record import head_of


def other_in_address(*, drafted: MultiDict[str, str] | None = None) -> Client | None:
    """The other record: by its id in the address, by the client number typed, or of an unsaved text; None when none is meant.

    One that is out of reach is not there.
    """
    if "other" in request.args:
        return fetch(Client, request.args.get("other", 0, type=whole), to=Can.MERGE_CLIENTS)
    number = " ".join(request.args.get("number", "").split())[:30]
    if number:
        of_number = sa.select(Merge.now_in(Client.id)).where(sa.func.lower(Client.number) == number.lower())
        return db.session.scalar(visible(Client).where(Client.id.in_(of_number)))
    left = drafted.get("other", "") if drafted else ""
    return (
        fetch(Client, whole(left), to=Can.MERGE_CLIENTS)
        if left.isascii() and left.isdigit() and len(left) < 10
        else None
    )


def choose(client: Client, purpose: str, *, status: int = 200) -> Response:
    """The page that asks which other record is meant; `purpose` is merge or distinction."""
    values: dict[str, Any] = {"purpose": purpose, "typed": request.args.get("number", "")[:60]}
    return page("caseload/merges/choose.html", head=head_of(client), status=status, **values)
