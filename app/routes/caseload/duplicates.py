"""Records that may be one person's: the pairs in reach, those that were told apart, and those that were merged."""

from flask import Blueprint

from app.access import Can, me, require
from app.models.agency.event import EventKind
from app.pages import page, page_number
from app.reports.duplicates import merges_of, pairs_in, told_apart
from app.requests import note

bp = Blueprint("duplicates", __name__)


@bp.get("/duplicates/")
def index():
    require(Can.MERGE_CLIENTS)
    pairs = pairs_in(me(), number=page_number())
    if pairs.found:  # to be shown somebody is to have searched
        note(EventKind.SEARCHED)
    return page("caseload/duplicates/index.html", pairs=pairs, apart=told_apart(me()), merges=merges_of(me()))
