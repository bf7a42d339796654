"""Showing one of a client's numbers, to one person, once."""

from flask import Blueprint, Response

from app.access import Can, fetch, me
from app.models.caseload.identifier import Identifier
from app.pages import page
from app.reports.details import details_of
from app.reports.record import head_of

bp = Blueprint("identifier_showings", __name__)


@bp.post("/identifiers/<int:id>/showings/")
def create(id: int) -> Response:
    """Answered here and now: an address to come back to would show it without asking."""
    row = fetch(Identifier, id, to=Can.WORK_CASES)
    number = row.show(by=me())
    head = head_of(row.client)
    return page(
        "caseload/details/index.html",
        head=head, details=details_of(head), revealed=False, numbers={row.id: number}, doubles=[],
    )  # fmt: skip
