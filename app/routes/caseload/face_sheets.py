"""The face sheet: one page about a person for staff, made on the fly and kept nowhere."""

from flask import Blueprint, make_response, request
from flask_babel import gettext as _

from app import heavy
from app.access import Can, fetch, me
from app.documents import face_sheet
from app.documents.rendering import RenderingFailed, RenderingUnavailable, render
from app.errors import answer
from app.models.agency.event import EventKind
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge
from app.pages import whole
from app.reports.overview import overview_of
from app.reports.record import head_of
from app.requests import note

bp = Blueprint("face_sheets", __name__)


@bp.get("/clients/<int:client_id>/face-sheet.pdf")
def show(client_id: int):
    client = fetch(Client, client_id, to=Can.SEE_CLIENTS)
    head = head_of(client, case_id=request.args.get("case", type=whole))
    overview = overview_of(head) if head.case is not None else None
    particulars = face_sheet.particulars(head, overview, by=me(), numbers=Merge.numbers_in(client.id))
    note(EventKind.FACE_SHEET_PRINTED, client)
    name = f"face-sheet-{client.number}.pdf"
    try:
        with heavy.turn():
            content = render(particulars)
    except RenderingUnavailable as missing:
        return answer(503, message=str(missing))
    except RenderingFailed:
        return answer(503, message=_("The face sheet could not be made just now. Try again in a minute."))
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
