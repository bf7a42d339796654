"""The team, for its supervisor."""

from flask import Blueprint, Response, request
from flask_babel import format_date

from app import clock
from app.access import Can, me, require
from app.pages import page
from app.reports.team import team
from app.reports.unfinished import left_behind

bp = Blueprint("team", __name__, url_prefix="/team")

LISTS = {"approvals", "to_sign", "reviews", "silent", "unassigned", "intakes"}


@bp.get("/")
def index() -> Response:
    """Who carries how much, what is late, what waits for a decision; for who may see figures only, the first."""
    require(Can.SEE_FIGURES)
    asked = request.args.get("all", "")
    return page(
        "agency/team/index.html",
        team=team(me(), whole=asked if asked in LISTS else ""),
        left=left_behind(me()),
        weekday=format_date(clock.today(), "EEEE, MMMM d"),
    )
