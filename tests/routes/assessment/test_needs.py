"""The tab “Needs”: rating areas, writing the whole picture, signing, and looking again."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.forms.assessment.assessment import AssessmentForm
from app.forms.assessment.need import RatingForm
from app.models.agency.draft import Draft, Mark
from app.models.agency.event import Event, EventKind
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType, Need
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.planning.plan import Plan
from tests.models.planning.builders import assessed

RATING = {"level": "2", "status": "unmet", "priority": "1", "situation": "A sister’s floor", "strengths": ""}


def tab_of(visit, cast):
    return visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/needs/")


def editing(answer) -> str:
    """The mark of the text that a form was opened at."""
    return answer.all("input[name=opened]")[0].get("value")


def test_an_assessment_is_started_rated_described_and_signed(visit, cast):
    tab = tab_of(visit, cast)
    assert "No assessment yet" in tab.text("main")
    tab = tab.submit("Start an assessment", type="initial")
    assert "Initial. Started" in tab.text(".section-head") and "at least one area" in tab.text("#before-signing")
    form = tab.click("Add an area")
    assert form.text("h1") == "Add an area"
    id = db.session.scalars(sa.select(Assessment.id)).one()
    tab = visit.post(f"/assessments/{id}/needs/", RATING | {"domain": "homelessness"})
    assert "Homelessness" in tab.text("tbody") and "A sister’s floor" in tab.text("tbody")
    assert "2 of 5 Vulnerable" in tab.text("tbody") and "Need – unmet" in tab.text("tbody")
    tab = tab.click("Several with no need").submit("Rate as no need", domains=["food", "utilities"])
    assert tab.texts("tbody .who") == ["Homelessness", "Food", "Utilities"]
    page = tab.submit("Save and sign", summary="Needs a home.", sources=["interview"], own_goals="A door I can lock")
    assert "Nothing is missing." in page.text("main")
    tab = page.submit("Sign as Ana Reyes")
    assert "by Ana Reyes, Caseworker" in tab.text(".section-head")
    assert not tab.all("#add-area") and "Needs a home." in tab.text("main") and "Client interview" in tab.text("main")
    assert tab.texts("button")[-1] and "Start the service plan" in tab.text(".section-head")


def test_a_need_leads_to_a_goal_while_the_plan_is_written_and_to_a_service_always(visit, cast):
    assessed(cast)
    tab = tab_of(visit, cast)
    links = [a.get("href") for a in tab.all("tbody a")]
    assert links == [f"/services/?case={cast.case.id}&need={need}" for need in ("homelessness", "financial")]
    plan_id = Plan.begin(cast.case, by=cast.ana).id
    db.session.commit()
    tab = visit.get(f"/cases/{cast.case.id}/needs/")
    form = tab.click("Add a goal for Homelessness")
    assert form.path == f"/plans/{plan_id}/goals/new?domain=homelessness"
    assert form.all("select[name=domain] option[selected]")[0].get("value") == "homelessness"


def test_an_area_is_rated_again_and_taken_off(visit, cast):
    need = assessed(cast, sign=False).needs[0]
    form = tab_of(visit, cast).click("Edit Homelessness")
    assert "A sister’s floor" in form.text("textarea[name=situation]")
    visit.post(f"/needs/{need.id}/edit", RATING | {"opened": editing(form), "level": "4", "status": "met"})
    db.session.expire_all()
    assert (need.level, need.status) == (Level.STABLE, NeedStatus.MET)
    tab = visit.get(f"/needs/{need.id}/edit").submit("Take Homelessness off")
    assert tab.texts("tbody .who") == ["Financial", "Food"]


def test_htmx_gets_the_part_it_asked_for(visit, cast):
    assessment = assessed(cast, sign=False)
    need = assessment.needs[0]
    visit.sign_in(cast.ana)
    form = visit.get(f"/assessments/{assessment.id}/needs/new", htmx=True)
    assert not form.all("h1") and form.all("form[hx-post]")
    path = f"/assessments/{assessment.id}/needs/"
    refused = visit.post(path, {"situation": "kept"}, status=422, htmx=True, follow=False)
    assert refused.all(".errors[data-focus]") and refused.text("textarea[name=situation]") == "kept"
    row = visit.get(f"/needs/{need.id}/edit", htmx=True)
    assert row.all(f"#need-{need.id} form")
    sent = visit.post(
        f"/needs/{need.id}/edit", RATING | {"opened": editing(row), "level": "5"}, htmx=True, follow=False
    )
    areas = visit.get(sent.location, htmx=True)
    assert areas.response.headers["HX-Retarget"] == "#areas"
    assert areas.all("#areas") and areas.all("#before-signing[hx-swap-oob]") and not areas.all("h1")
    assert [e.get("id") for e in areas.all("[data-focus]")] == [f"need-{need.id}-edit"]
    assert "5 of 5 Thriving" in areas.text("#areas")


def test_wrong_input_comes_back_with_what_was_typed(visit, cast):
    assessment = assessed(cast, sign=False)
    visit.sign_in(cast.ana)
    for wrong, words in [
        ({}, "Say whether this is a need."),
        ({"status": "unmet"}, "Choose an area."),
        ({"status": "unmet", "domain": "food"}, "has a rating already"),
        ({"status": "nonsense", "domain": "legal"}, "Choose one from the list."),
        ({"status": "unmet", "domain": "legal", "level": "9"}, "Choose one from the list."),
        ({"status": "unmet", "domain": "legal", "priority": "٣"}, "whole number"),
        ({"status": "unmet", "domain": "legal", "situation": "x" * 2001}, "at most 2000"),
        ({"status": ["unmet", "met"], "domain": "legal"}, "more than once"),
    ]:
        answer = visit.post(f"/assessments/{assessment.id}/needs/", {"strengths": "kept"} | wrong, status=422)
        assert words in answer.text(".errors"), answer.text(".errors")
        assert answer.text("textarea[name=strengths]") == "kept"
    assert db.session.scalar(sa.select(sa.func.count(Need.id))) == 3
    for wrong in ({}, {"domains": "nonsense"}, {"domains": "food"}):
        visit.post(f"/assessments/{assessment.id}/no-needs/", wrong, status=422)
    visit.post(f"/cases/{cast.case.id}/assessments/", {"type": "nonsense"}, status=422)


def test_a_stale_rating_is_not_written_over(visit, cast):
    need = assessed(cast, sign=False).needs[0]
    form = visit.sign_in(cast.ana).get(f"/needs/{need.id}/edit")
    need.assessment.rate(need.domain, by=cast.bo, status=NeedStatus.UNMET, situation="Bo was quicker")
    db.session.commit()
    answer = visit.post(f"/needs/{need.id}/edit", RATING | {"opened": editing(form), "situation": "Mine"}, status=409)
    assert "Bo was quicker" in answer.text("main") and "Mine" in answer.text("main")
    db.session.expire_all()
    assert need.situation == "Bo was quicker"


def test_two_people_who_write_the_summary_lose_nothing(visit, cast):
    assessment = assessed(cast, sign=False)
    opened = tab_of(visit, cast).all("#whole input[name=opened]")[0].get("value")
    assessment.describe(by=cast.bo, summary="Bo was quicker")
    db.session.commit()
    answer = visit.post(f"/assessments/{assessment.id}/", {"summary": "Mine", "opened": opened}, status=409)
    assert "Bo was quicker" in answer.text("main") and "Mine" in answer.text("main")
    visit.post(f"/assessments/{assessment.id}/", {"summary": "Mine"}, status=409)


def test_an_unsaved_summary_comes_back_and_is_named_before_signing(visit, cast):
    assessment = assessed(cast, sign=False)
    opened = AssessmentForm(obj=assessment).opened
    Draft.keep(cast.ana, Mark("assessment", assessment.id), {"summary": ["Half a sent"], "opened": [opened]})
    db.session.commit()
    tab = tab_of(visit, cast)
    assert tab.text("textarea[name=summary]") == "Half a sent" and tab.all("[id^=draft-]")
    assert "not saved yet" in visit.get(f"/assessments/{assessment.id}/signature/new").text("main")
    tab.submit("Save", summary="A whole sentence")
    assert Draft.left_in(cast.ana, "assessment", assessment.id) == []


RATING_LEFT = {"situation": ["Half too"], "status": ["met"]}


def test_a_rating_that_was_not_sent_comes_back(visit, cast):
    assessment = assessed(cast, sign=False)
    need = assessment.needs[0]
    Draft.keep(
        cast.ana, Mark("need_new", assessment.id), {"domain": ["legal"], "situation": ["Half"], "status": ["met"]}
    )
    Draft.keep(cast.ana, Mark("need", need.id), RATING_LEFT | {"opened": [RatingForm(row=need).opened]})
    db.session.commit()
    form = visit.sign_in(cast.ana).get(f"/assessments/{assessment.id}/needs/new")
    assert form.text("textarea[name=situation]") == "Half" and form.all("[id^=draft-]")
    again = visit.get(f"/needs/{need.id}/edit", htmx=True)
    assert again.text("textarea[name=situation]") == "Half too"
    assert "not saved yet" in visit.get(f"/assessments/{assessment.id}/signature/new").text("main")
    form.submit("Add area")
    again.submit("Save")
    assert db.session.scalars(sa.select(Draft)).all() == []


def test_signing_without_something_needs_a_reason(visit, cast):
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.CRISIS)
    db.session.commit()
    visit.sign_in(cast.ana)
    path = f"/assessments/{assessment.id}/signature"
    assert "Rate at least one area first" in visit.get(f"{path}/new").text("main")
    visit.post(f"{path}/", {"leaving_open": "because"}, status=422)
    assessment.rate(Domain.SAFETY, by=cast.ana, status=NeedStatus.UNMET)
    db.session.commit()
    page = visit.get(f"{path}/new")
    assert "a summary" in page.text("main")
    assert "write why you sign without it" in page.submit("Sign as", status=422).text(".errors")
    page.submit("Sign as", leaving_open="She had to leave.")
    event = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.ASSESSMENT_SIGNED)).one()
    assert event.reason == "She had to leave."


def test_a_signed_assessment_cannot_be_changed_by_any_route(visit, cast):
    assessment = assessed(cast)
    need = assessment.needs[0]
    visit.sign_in(cast.ana)
    edition = editing(visit.get(f"/needs/{need.id}/edit"))
    for path, data in [
        (f"/assessments/{assessment.id}/", {"summary": "x", "opened": AssessmentForm(obj=assessment).opened}),
        (f"/assessments/{assessment.id}/needs/", RATING | {"domain": "legal"}),
        (f"/assessments/{assessment.id}/no-needs/", {"domains": "legal"}),
        (f"/assessments/{assessment.id}/discard", {}),
        (f"/needs/{need.id}/edit", RATING | {"opened": edition}),
        (f"/needs/{need.id}/remove", {}),
    ]:
        visit.post(path, data, status=409)
    visit.post(f"/assessments/{assessment.id}/signature/", {}, status=422)
    db.session.expire_all()
    assert assessment.summary == "Needs a home." and len(assessment.needs) == 3


def test_looking_again_shows_what_changed(visit, cast):
    assessed(cast)
    with clock.at(clock.now() + timedelta(days=1)):
        second = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.REASSESSMENT)
        second.rate(Domain.HOMELESSNESS, by=cast.ana, level=Level.SAFE, status=NeedStatus.MET, priority=1)
        second.rate(Domain.FINANCIAL, by=cast.ana, level=Level.CRISIS, status=NeedStatus.UNMET, priority=2)
        second.rate(Domain.LEGAL, by=cast.ana, level=Level.STABLE, status=NeedStatus.NONE)
        second.sign(by=cast.ana)
        db.session.commit()
    tab = tab_of(visit, cast)
    assert tab.texts("tbody td:last-child") == ["Up 2", "Down 1", "Same", "First time"]
    assert "total" not in tab.text("main").lower()
    old = tab.click("Initial,")
    assert old.text("h1") == "Initial assessment" and "1 of 5 In crisis" in old.text("tbody")


def test_an_assessment_is_discarded_after_asking(visit, cast):
    assessment = assessed(cast, sign=False)
    tab = tab_of(visit, cast).click("Discard this assessment").submit("Discard this assessment")
    assert "No assessment yet" in tab.text("main")
    db.session.expire_all()
    assert assessment.status is AssessmentStatus.IN_ERROR


def test_hostile_words_are_only_words(visit, cast):
    bad = "<script>alert(1)</script>"
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    assessment.rate(Domain.FOOD, by=cast.ana, status=NeedStatus.UNMET, situation=bad, strengths=bad)
    assessment.describe(by=cast.ana, summary=bad, strengths=bad, own_goals=bad)
    db.session.commit()
    for path in (f"/cases/{cast.case.id}/needs/", f"/needs/{assessment.needs[0].id}/edit"):
        page = visit.sign_in(cast.ana).get(path)
        assert b"<script>alert" not in page.bytes and b"&lt;script&gt;alert" in page.bytes


def test_every_area_rated_still_makes_a_page(visit, cast):
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    for domain in Domain:
        assessment.rate(domain, by=cast.ana, status=NeedStatus.UNMET, level=Level.CRISIS)
    db.session.commit()
    assert len(tab_of(visit, cast).all("tbody")) == len(Domain)
    visit.get(f"/assessments/{assessment.id}/needs/new")
    visit.get(f"/assessments/{assessment.id}/no-needs/new")


def test_a_closed_case_shows_its_needs_and_offers_no_change(visit, cast):
    assessed(cast, sign=False)
    cast.case.screen_out(by=cast.ana, reason="moved")
    db.session.commit()
    tab = tab_of(visit, cast)
    assert "Homelessness" in tab.text("tbody")
    assert not tab.all("#add-area") and not tab.all("form#whole")
