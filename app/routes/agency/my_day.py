"""Where the day begins."""

from flask import Blueprint

from app.access import Can, may, require
from app.pages import page

bp = Blueprint("my_day", __name__)


@bp.get("/")
def index():
    require(Can.SEE_CLIENTS if may(Can.SEE_CLIENTS) else Can.RUN_AGENCY)
    return page("agency/my_day/index.html")
