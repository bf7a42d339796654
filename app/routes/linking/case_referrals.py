"""The referrals of one case: a tab of the record."""

from flask import Blueprint

from app.access import Can, fetch
from app.models.caseload.case import Case
from app.pages import page
from app.reports.record import head_of
from app.reports.referrals import of_case

bp = Blueprint("case_referrals", __name__)


@bp.get("/cases/<int:case_id>/referrals/")
def index(case_id: int):
    """Every referral of the case, how far it came, and what has to happen next."""
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    return page("linking/referrals/case.html", head=head_of(case.client, case), listed=of_case(case))
