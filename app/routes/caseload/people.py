"""The people around a client: everybody on one page, and finding who is on record already."""

from collections.abc import Sequence

from flask import Blueprint, request

from app.access import Can, fetch, me, visible
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.caseload.client import Client, RecordStatus
from app.pages import page, wants_fragment, whole
from app.reports.people import homes_of, people_of
from app.reports.record import head_of
from app.requests import note

bp = Blueprint("people", __name__)
SHOWN = 8


@bp.get("/clients/<int:client_id>/people/")
def index(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    return page("caseload/people/index.html", head=head, people=people_of(client, reader=me()))


@bp.get("/clients/<int:client_id>/people/new")
def new(client_id: int):
    """Who is it? Somebody on record whom the worker may know of, or somebody who is not."""
    client = fetch(Client, client_id, to=Can.WORK_CASES)
    words = " ".join(request.args.get("q", "").split())[:200]
    found: Sequence[Client] = []
    if words:
        matching = visible(Client).where(
            *Client.matching(words), Client.id != client.id, Client.status.is_distinct_from(RecordStatus.MERGED)
        )
        found = db.session.scalars(matching.order_by(Client.sort_name, Client.id).limit(SHOWN)).all()
        if not wants_fragment() or request.args.get("go"):
            note(EventKind.SEARCHED)
    head = None if wants_fragment() else head_of(client)
    now = next((h for h in homes_of(client, reader=me()) if h.household.ended_on is None and not h.elsewhere), None)
    return page(
        "caseload/people/new.html",
        fragment="caseload/people/_found.html",
        head=head,
        client=client,
        home=now,
        words=words,
        found=found,
    )
