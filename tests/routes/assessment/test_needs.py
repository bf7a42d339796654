"""The tab “Needs”: rating areas, writing the whole picture, signing."""

from __future__ import annotations

from app.extensions import db
from app.models.agency.draft import Draft
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType, Need
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.planning.plan import Plan


def begun(cast, *rated: tuple[Domain, Level | None, NeedStatus]) -> Assessment:
    """An assessment of Rosa's case with these ratings, not signed."""
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    for domain, level, status in rated:
        assessment.rate(domain, by=cast.ana, level=level, status=status)
    db.session.commit()
    return assessment


def test_an_assessment_is_started_rated_and_signed(visit, cast):
    tab = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/needs/")
    assert "No assessment yet" in tab.text("main")
    tab = tab.submit("Start an assessment", type="initial")
    assert "Initial. Started" in tab.text(".section-head")
    form = tab.click("Add an area")
    rating = {"domain": "homelessness", "level": "1", "status": "unmet", "priority": "1", "situation": "On a sister’s floor"}
    tab = visit.post(f"/assessments/1/needs/", rating)
    assert tab.texts("tbody th") == ["Homelessness On a sister’s floor Find a service for Homelessness"]
    assert "1 of 5 In crisis" in tab.text("tbody")
    print(len(visit.queries), *visit.queries, sep="\n")
