"""Where the day begins: what waits for the person who asks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import format_date

from app import clock
from app.access import Can, may, me, require
from app.pages import page
from app.reports.my_day import my_day
from app.reports.unfinished import Unfinished

bp = Blueprint("my_day", __name__)

LISTS = {"late", "today", "week", "silent", "returned", "to_sign", "scans", "reviews", "chase", "releases"}
# Where each form that keeps a draft is opened again, and what its number is called there.
DOORS = {
    "note": ("notes.index", "case_id"),
    "addendum": ("addenda.new", "note_id"),
    "closure": ("closures.show", "id"),
    "intake": ("intakes.edit", "case_id"),
    "case": ("cases.new", "client_id"),
    "client": ("clients.edit", "id"),
    "disclosure": ("disclosures.new", "client_id"),
    "assessment": ("assessments.show", "id"),
    "need": ("needs.edit", "id"),
    "need_new": ("needs.new", "assessment_id"),
    "plan": ("plans.edit", "id"),
    "goal": ("goals.edit", "id"),
    "goal_new": ("goals.new", "plan_id"),
    "step": ("steps.edit", "id"),
    "step_new": ("steps.new", "goal_id"),
    "signing": ("signatures.new", "plan_id"),
    "referral": ("referrals.new", "case"),
    "referral_edit": ("referrals.edit", "id"),
    "referral_update": ("referral_updates.new", "id"),
    "referral_outcome": ("referral_outcomes.new", "id"),
    "service": ("services.edit", "id"),
}


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
    return page("agency/my_day/index.html", greeting=part_of_the_day(), weekday=weekday, day=day, door=door)


def part_of_the_day() -> str:
    """Morning, afternoon or evening, on the agency's clock."""
    hour = clock.local(clock.now()).hour
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"


def door(draft: Unfinished) -> str:
    """Where an unfinished text can be gone on with; "" when its form is not known any more."""
    if draft.form == "client" and not draft.about:
        return url_for("clients.new")
    if draft.form not in DOORS:
        return ""
    endpoint, argument = DOORS[draft.form]
    about: dict[str, Any] = {argument: draft.about}
    return url_for(endpoint, **about)
