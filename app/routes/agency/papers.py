"""Issued papers, as PDF."""

from flask import Blueprint, make_response, request
from flask_babel import gettext as _

from app import heavy
from app.access import Can, fetch
from app.documents.issuing import Damaged, pdf_of
from app.documents.rendering import RenderingFailed, RenderingUnavailable
from app.documents.slip_paper import check_going_out
from app.errors import answer
from app.models.agency.document import Paper
from app.models.agency.event import EventKind
from app.requests import note

bp = Blueprint("papers", __name__, url_prefix="/papers")


@bp.get("/<int:id>.pdf")
def show(id: int):
    paper = fetch(Paper, id, to=Can.SEE_CLIENTS)
    check_going_out(paper)
    note(EventKind.PAPER_PRINTED, paper)
    name = paper.file_name
    try:
        with heavy.turn():
            content = pdf_of(paper)
    except RenderingUnavailable as missing:
        return answer(503, message=str(missing))
    except RenderingFailed:
        return answer(503, message=_("The PDF could not be made just now. Nothing is lost: try again in a minute."))
    except Damaged:
        return answer(500, message=_("This paper’s frozen text was changed in the database. Tell your administrator."))
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    kind = "attachment" if request.args.get("download") else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response
