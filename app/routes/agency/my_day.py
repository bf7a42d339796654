"""Where the day begins: what waits for the person who asks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import format_date

from app import clock, drafts
from app.access import Can, may, me, require
from app.pages import page
from app.reports.card import waiting
from app.reports.emergencies import to_review
from app.reports.my_day import my_day
from app.reports.unfinished import unfinished

bp = Blueprint("my_day", __name__)

LISTS = {"late", "today", "week", "silent", "returned", "to_sign", "scans", "reviews", "chase", "releases", "intakes"}


@bp.get("/")
def index() -> Response:
    """My day for those who work with clients; for the others the way to what they are here for."""
    when: dict[str, Any] = {"greeting": part_of_the_day(), "weekday": format_date(clock.today(), "EEEE, MMMM d")}
    if may(Can.SEE_CLIENTS):
        require(Can.SEE_CLIENTS)
        asked = request.args.get("all", "")
        day = my_day(me(), approves=may(Can.APPROVE_CLOSURES), whole=asked if asked in LISTS else "")
        return page("agency/my_day/index.html", day=day, door=drafts.door, reviews=to_review(me()), **when)
    if may(Can.FIND_CLIENTS):
        require(Can.FIND_CLIENTS)
        left: dict[str, Any] = {"unfinished": unfinished(me()), "door": drafts.door}
        return page("agency/my_day/desk.html", waiting=waiting(me()), **left, **when)
    require(Can.RUN_AGENCY if may(Can.RUN_AGENCY) else Can.SEE_FIGURES)
    return page("agency/my_day/without_clients.html", reviews=to_review(me()), **when)


def part_of_the_day() -> str:
    """Morning, afternoon or evening, on the agency's clock."""
    hour = clock.local(clock.now()).hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
