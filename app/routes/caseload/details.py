"""Everything written about a person, to read."""

from typing import Any

from flask import Blueprint, request

from app.access import Can, fetch, me
from app.models.agency.event import EventKind
from app.models.caseload.client import Client
from app.models.caseload.matching import doubles_of
from app.pages import page, whole
from app.reports.details import details_of
from app.reports.record import head_of
from app.requests import note

bp = Blueprint("details", __name__)


@bp.get("/clients/<int:client_id>/details/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    details = details_of(head)  # before the doubles, for which it reads the client's lists
    doubles = doubles_of(me(), client)
    if doubles:  # to be shown somebody is to have searched
        note(EventKind.SEARCHED)
    about: dict[str, Any] = {"details": details, "revealed": False, "numbers": {}}
    return page("caseload/details/index.html", head=head, doubles=doubles, **about)
