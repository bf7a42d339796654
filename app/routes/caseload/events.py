"""Who opened and changed this record."""

from flask import Blueprint
from sqlalchemy.orm import joinedload, lazyload

from app.access import Can, fetch, me
from app.extensions import db
from app.models.agency.event import Event
from app.models.agency.user import User
from app.models.caseload.client import Client
from app.pages import page, page_number, paged
from app.reports.record import head_of

bp = Blueprint("events", __name__)


@bp.get("/clients/<int:client_id>/trail/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_TRAIL)
    lines = Event.about(client, reader=me()).options(joinedload(Event.by).options(lazyload(User.memberships)))
    return page(
        "caseload/events/index.html",
        head=head_of(client),
        events=paged(db.session, lines, number=page_number(), size=50),
    )
