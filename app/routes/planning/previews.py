"""A draft as it would be printed: made on the fly, with its watermark, and kept nowhere."""

from flask import Blueprint, make_response
from flask_babel import gettext as _

from app import heavy
from app.access import Can, fetch
from app.documents.plan_paper import particulars
from app.documents.rendering import RenderingFailed, RenderingUnavailable, render
from app.errors import answer
from app.models.agency.event import EventKind
from app.models.base import N_, RuleBroken
from app.models.planning.plan import Plan
from app.models.planning.reading import read_around, read_parts
from app.requests import note

bp = Blueprint("previews", __name__)


@bp.get("/plans/<int:plan_id>/preview.pdf")
def show(plan_id: int):
    plan = fetch(Plan, plan_id, to=Can.SEE_CLIENTS)
    if not plan.draft:
        raise RuleBroken(N_("This version is frozen. Open its paper instead."))
    read_around(plan)
    read_parts(plan)
    note(EventKind.PAPER_PRINTED, plan)
    name = f"draft-version-{plan.number}.pdf"
    try:
        with heavy.turn():
            content = render(particulars(plan, draft=True))
    except RenderingUnavailable as missing:
        return answer(503, message=str(missing))
    except RenderingFailed:
        return answer(503, message=_("The preview could not be made just now. Nothing is lost: try again in a minute."))
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
