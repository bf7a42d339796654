"""Who opened and changed this record, and who was refused it."""

from flask import Blueprint, request

from app.access import Can, fetch, may, me
from app.forms.agency.trail import FileTrailFilter
from app.models.caseload.client import Client
from app.pages import page
from app.reports.record import head_of
from app.reports.trail import Reader, known_in, page_of, people_of
from app.reports.trail_days import by_day

bp = Blueprint("events", __name__)


@bp.get("/clients/<int:client_id>/trail/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_TRAIL)
    form = FileTrailFilter(request.args)
    form.by.offer(people_of(client, me()))
    asked = form.asked(client=client)
    reader = Reader(me(), may(Can.SEE_AGENCY_TRAIL))
    lines, earlier = page_of(asked, reader)
    return page(
        "caseload/events/index.html",
        head=head_of(client),
        form=form,
        asked=asked,
        days=by_day(lines, known_in(client, lines)),
        earlier=earlier,
    )
