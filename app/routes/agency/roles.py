"""Who may do what: the table the program itself goes by, for the administrator to read."""

from flask import Blueprint, g

from app.access import GRANTS, Can, require
from app.models.agency.agency import Openness
from app.models.agency.user import Role
from app.pages import page

bp = Blueprint("roles", __name__, url_prefix="/roles")


@bp.get("/")
def index():
    require(Can.RUN_AGENCY)
    return page(
        "agency/roles/index.html",
        roles=list(Role),
        rights=list(Can),
        grants=GRANTS,
        openness=Openness(g.agency.openness),
    )
