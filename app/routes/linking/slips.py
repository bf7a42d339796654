"""The slip the client takes along."""

from flask import Blueprint, redirect, url_for

from app.access import Can, fetch, me
from app.documents.slip_paper import issue
from app.models.linking.referral import Referral

bp = Blueprint("slips", __name__)


@bp.post("/referrals/<int:id>/slip")
def create(id: int):
    """Issue a slip as of now; its PDF is what the person sees next."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    paper = issue(referral, by=me())
    return redirect(url_for("papers.show", id=paper.id), 303)
