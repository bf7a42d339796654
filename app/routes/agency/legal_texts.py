"""The legal wording of papers, for the administrator and the agency's counsel to read."""

from flask import Blueprint

from app.access import Can, require
from app.models.intake.legal_text import current
from app.pages import page

bp = Blueprint("legal_texts", __name__, url_prefix="/settings/legal-texts")


@bp.get("/")
def index():
    require(Can.RUN_AGENCY)
    return page("agency/legal_texts/index.html", texts=current())
