"""Showing an address that is kept confidential, to one person, once."""

from flask import Blueprint

from app.access import Can, fetch, me
from app.models.caseload.client import Address
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("showings", __name__)


@bp.post("/addresses/<int:address_id>/showings/")
def create(address_id: int):
    address = fetch(Address, address_id, to=Can.SEE_CLIENTS)
    address.reveal(by=me())
    # Answered here and now: an address to come back to would show it without asking.
    return page("caseload/details/index.html", head=head_of(address.client), shown_id=address.id)
