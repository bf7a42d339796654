"""The copy of the record that a client asked for: papers and files in one zip, made anew and kept nowhere."""

from flask import Blueprint, make_response
from flask_babel import gettext as _

from app import heavy
from app.access import Can, fetch, me, require_recent
from app.documents import record_copy
from app.documents.issuing import Damaged
from app.documents.rendering import RenderingFailed, RenderingUnavailable
from app.errors import answer
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.base import N_, RuleBroken
from app.models.intake.access_request import AccessRequest
from app.requests import note

bp = Blueprint("copies", __name__)


@bp.post("/access-requests/<int:access_request_id>/copies/")
def create(access_request_id: int):
    """Read everything first, then print it outside of any transaction, then note that it was made."""
    asked = fetch(AccessRequest, access_request_id, to=Can.WORK_CASES)
    require_recent()
    if not asked.may_be_copied:
        raise RuleBroken(N_("This request was denied or withdrawn. No copy is made for it."))
    note(EventKind.RECORD_COPIED, asked)
    name = f"record-{asked.client.number}.zip"
    gathered = record_copy.gathered(asked, by=me())
    db.session.rollback()
    try:
        with heavy.turn():
            content = record_copy.packed(gathered)
    except RenderingUnavailable as missing:
        return answer(503, message=str(missing))
    except Damaged:
        return answer(
            500, message=_("The frozen text of one of the papers was changed in the database. Tell your administrator.")
        )
    except RenderingFailed:
        return answer(503, message=_("The copy could not be made just now. Nothing is lost: try again in a minute."))
    with content:
        response = make_response(content.read())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
