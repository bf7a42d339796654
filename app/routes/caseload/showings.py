"""Showing the addresses of a client that are kept confidential, to one person, once."""

from typing import Any

from flask import Blueprint

from app.access import Can, fetch, me
from app.models.caseload.client import Client
from app.pages import page
from app.reports.details import details_of
from app.reports.record import head_of

bp = Blueprint("showings", __name__)


@bp.post("/clients/<int:client_id>/showings/")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    client.show_hidden_addresses(by=me())
    # Answered here and now: an address to come back to would show it without asking.
    head = head_of(client)
    about: dict[str, Any] = {"details": details_of(head), "revealed": True, "numbers": {}}
    return page("caseload/details/index.html", head=head, doubles=[], **about)
