"""The notice that goes with what Part 2 let out (42 CFR 2.32)."""

from flask import Blueprint, redirect, url_for

from app.access import Can, fetch, me
from app.documents import release_paper
from app.models.intake.disclosure import Disclosure

bp = Blueprint("disclosure_notices", __name__, url_prefix="/disclosures/<int:disclosure_id>/notice")


@bp.post("/")
def create(disclosure_id: int):
    """Issue the notice, with the scope of the permission; its PDF is what the person sees next."""
    told = fetch(Disclosure, disclosure_id, to=Can.WORK_CASES)
    paper = release_paper.issue_notice(told, by=me())
    return redirect(url_for("papers.show", id=paper.id), 303)
