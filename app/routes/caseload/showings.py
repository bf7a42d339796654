"""Showing the addresses of a client that are kept confidential, to one person, once."""

from flask import Blueprint

from app.access import Can, fetch, me
from app.models.caseload.client import Client
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("showings", __name__)


@bp.post("/clients/<int:client_id>/showings/")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    client.show_hidden_addresses(by=me())
    # Answered here and now: an address to come back to would show it without asking.
    return page("caseload/details/index.html", head=head_of(client), revealed=True, doubles=[])
