"""The waitlist of each program, in the order of urgency and date that it keeps by itself."""

from flask import Blueprint, request

from app.access import Can, me, require
from app.models.caseload.program import Program
from app.pages import Page, page, page_number, whole
from app.reports.caseload import programs_of
from app.reports.waitlist import lengths, waitlist

bp = Blueprint("waitlists", __name__)


@bp.get("/waitlist/")
def index():
    require(Can.SEE_CLIENTS)
    programs = programs_of(me())
    numbers = lengths(me(), programs)
    chosen = _chosen(programs, numbers)
    if chosen is None:
        return page("intake/waitlists/index.html", programs=programs, numbers=numbers, chosen=None, waiting=None)
    found = waitlist(me(), chosen, number=page_number(), total=numbers.get(chosen.id, 0))
    waiting = Page(items=found.rows, number=found.number, size=found.size, total=found.total)
    return page("intake/waitlists/index.html", programs=programs, numbers=numbers, chosen=chosen, waiting=waiting)


def _chosen(programs: list[Program], numbers: dict[int, int]) -> Program | None:
    """The program asked for, else the one in which most people wait; one out of reach is not there."""
    asked = request.args.get("program", type=whole)
    found = next((program for program in programs if program.id == asked), None)
    return found or max(programs, key=lambda program: numbers.get(program.id, 0), default=None)
