"""Where the day begins: what waits for the person who asks."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import format_date

from app import clock, drafts
from app.access import Can, may, me, require
from app.pages import page
from app.reports.my_day import my_day

bp = Blueprint("my_day", __name__)

LISTS = {"late", "today", "week", "silent", "returned", "to_sign", "scans", "reviews", "chase", "releases"}

@bp.get("/")
def index() -> Response:
    """My day for those who work with clients; for an administrator the way to the settings."""
    weekday = format_date(clock.today(), "EEEE, MMMM d")
    if not may(Can.SEE_CLIENTS):
        require(Can.RUN_AGENCY)
        return page("agency/my_day/administrator.html", greeting=part_of_the_day(), weekday=weekday)
    require(Can.SEE_CLIENTS)
    asked = request.args.get("all", "")
    day = my_day(me(), approves=may(Can.APPROVE_CLOSURES), whole=asked if asked in LISTS else "")
    return page("agency/my_day/index.html", greeting=part_of_the_day(), weekday=weekday, day=day, door=drafts.door)


def part_of_the_day() -> str:
    """Morning, afternoon or evening, on the agency's clock."""
    hour = clock.local(clock.now()).hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
