"""The accounting of disclosures as a paper that a client can be handed."""

from flask import Blueprint, redirect, request, url_for

from app.access import Can, fetch, me
from app.documents import disclosure_paper
from app.forms.intake.disclosure import PeriodForm
from app.models.caseload.case import Case
from app.models.intake.accounting import usual_period

bp = Blueprint("disclosure_accounts", __name__)


@bp.post("/cases/<int:case_id>/disclosure-accounts/")
def create(case_id: int):
    """Issue the accounting of a case for the days asked for; its PDF is what the person sees next."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    form = PeriodForm(request.form)
    first, last = usual_period()
    days = (form.from_on.data or first, form.to_on.data or last) if form.validate() else (first, last)
    paper = disclosure_paper.issue(case, by=me(), from_on=min(days), to_on=max(days))
    return redirect(url_for("papers.show", id=paper.id), 303)
