"""The record's head and the overview of a case."""

from datetime import date, time, timedelta

import pytest

from app import clock
from app.models.assessment.assessment import Assessment, AssessmentType
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case
from app.models.closing.closure import Closure
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.referral import Referral, ReferralMethod, ReferralStatus, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task
from app.models.planning.goal import Actor, StepStatus
from app.models.planning.plan import Agreement, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole


def day(offset: int) -> date:
    return clock.today() + timedelta(days=offset)


def signed(role: SignerRole, name: str) -> Signature:
    return Signature(
        role=role,
        printed_name=name,
        outcome=SignatureOutcome.SIGNED,
        method=SignatureMethod.INK,
        signed_on=clock.today(),
    )


@pytest.fixture
def lived(cast, session):
    """Rosa's case with something of everything in it."""
    ana, case, rosa = cast.ana, cast.case, cast.rosa
    for level in ("1", "3"):
        assessment = Assessment.begin(case, by=ana, type=AssessmentType.INITIAL)
        assessment.rate(Domain.SAFETY, by=ana, status=NeedStatus.UNMET, level=Level(level), priority=1)
        assessment.rate(Domain.LEGAL, by=ana, status=NeedStatus.MET)
        assessment.sign(by=ana)
        session.flush()
    plan = Plan.begin(case, by=ana)
    goal = plan.add_goal(by=ana, statement="A safe home", domain=Domain.HOUSING_INSTABILITY, target_on=day(90))
    goal.add_step(by=ana, action="See two flats", actor=Actor.CLIENT, due_on=day(4))
    goal.add_step(by=ana, action="Call the landlord", actor=Actor.CASEWORKER, due_on=day(9))
    plan.add_goal(by=ana, statement="Work", domain=Domain.EMPLOYMENT)
    plan.freeze(by=ana, leaving_open="She wants to begin")
    plan.record_signatures(
        by=ana,
        signatures=[signed(SignerRole.CLIENT, "Rosa Díaz"), signed(SignerRole.CASEWORKER, "Ana Reyes")],
        agreement=Agreement.AGREES,
        took_part=True,
        chose_services=True,
        copy_given_on=clock.today(),
    )
    goal.steps[0].mark(StepStatus.DONE, by=ana)
    Note.write(
        case,
        by=ana,
        happened_on=day(-3),
        method=Method.OFFICE,
        text="We talked. <script>1</script>",
        started_at=time(14, 30),
        minutes=50,
    )
    Note.write(case, by=ana, happened_on=day(-1), method=Method.PHONE, text="Rang", attendance=Attendance.ATTEMPTED)
    Task.add(case, by=ana, title="Ask for the ledger", due_on=day(-2))
    referral = Referral.make(
        case,
        by=ana,
        domain=Domain.LEGAL,
        type=ReferralType.REFERRAL,
        method=ReferralMethod.PHONE,
        provider="Harbor Law Clinic",
        what="Eviction help",
    )
    referral.send(by=ana)
    referral.hear(by=ana, status=ReferralStatus.ACCEPTED, on=clock.today(), text="Friday at ten")
    for recipient, days in (("Harbor Law Clinic", 200), ("County Job Center", 12)):
        Consent.record_signed(
            rosa,
            by=ana,
            type=ConsentType.RELEASE,
            outcome=ConsentOutcome.SIGNED,
            signed_on=clock.today(),
            recipient=recipient,
            information=["identity"],
            purpose="Help",
            expires_on=day(days),
        )
    Alert.raise_for(rosa, by=ana, kind=AlertKind.NO_VOICEMAIL, what_to_do="Text only", review_on=day(30))
    session.commit()


def test_the_head_says_what_must_be_seen(visit, cast, lived):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert page.text("title").startswith("Overview: Rosa Díaz") and page.text("h1") == "Rosa Díaz"
    assert "she/her, 34" in page.text(".case-title") or "she/her" in page.text(".case-title")
    assert "HR-1001" in page.text(".case-meta") and "Ana Reyes" in page.text(".case-meta")
    assert "No voicemail. Text only" in page.text(".alert-safety")
    facts = dict(zip(page.texts(".case-facts dt"), page.texts(".case-facts dd"), strict=True))
    assert facts["Language"].startswith("Spanish") and facts["Program"] == "Family stability"
    assert facts["Stage"] == "Linking and monitoring"
    assert "2 days late" in facts["Next task"] and "Ask for the ledger" in facts["Next task"]
    assert "In person – office" in facts["Last contact"], "an attempt is no contact"
    tabs = page.texts(".tabs a")
    assert tabs == [
        "Overview", "Needs", "Service plan", "Notes2", "Referrals1", "Tasks1", "Documents", "People", "Details",
    ]  # fmt: skip


def test_the_overview_shows_what_is_next_and_what_was(visit, cast, lived):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert page.texts(".journey .is-done") and page.text(".journey [aria-current=step]").startswith("Review")
    coming = page.text("section[aria-labelledby=next-h]")
    assert coming.index("Ask for the ledger") < coming.index("Call the landlord")
    assert "See two flats" not in coming and "Goal: A safe home" in coming
    goals = page.texts("section[aria-labelledby=goals-h] li")
    assert "1 of 2 steps" in goals[0] and "No steps yet" in goals[1]
    rail = page.texts("#activity .rail li")
    assert rail[0].startswith("Harbor Law Clinic: Accepted. Friday at ten")
    assert any("made the service plan, version 1, ready for signature" in line for line in rail)
    assert "3 of 5" in page.text("table.scores") and "up 2" in page.text("table.scores")
    aside = page.text("section[aria-labelledby=releases-h]")
    assert "Ends in 12 days" in aside and "Consent to services is not on file" in aside
    assert b"<script>1" not in page.bytes


def test_the_whole_timeline_is_one_click_away(visit, cast, lived):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert len(page.texts("#activity .rail li")) == 8
    everything = page.click("Show more")
    rail = everything.texts("#activity .rail li")
    assert any("We talked. <script>1</script>" in line and "2:30" in line and "50 min" in line for line in rail)
    assert any(line.startswith("Phone (Attempted – no contact) by Ana Reyes. Rang") for line in rail)
    assert any(line.startswith("The case was opened in Family stability") for line in rail)
    assert any("signed the assessment" in line for line in rail) and any("took on this case" in line for line in rail)
    assert any("finished the intake: Accepted" in line for line in rail)


def test_what_the_stage_asks_for_comes_first(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert "Find out what Rosa needs" in page.text("section[aria-labelledby=next-h]")
    assert "No goals yet" in page.text("section[aria-labelledby=goals-h]")
    assert "has not allowed us to share" in page.text("section[aria-labelledby=releases-h]")


def test_a_plan_that_is_not_in_force_is_called_so(visit, cast, session):
    plan = Plan.begin(cast.case, by=cast.ana)
    goal = plan.add_goal(by=cast.ana, statement="A safe home")
    goal.add_step(by=cast.ana, action="Draft only", actor=Actor.CLIENT, due_on=day(4))
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert "not in force yet" in page.text("section[aria-labelledby=goals-h]")
    assert "Draft only" not in page.text("section[aria-labelledby=next-h]")


def test_a_closed_case_is_read_and_not_written(visit, cast, session, lived):
    closure = Closure.begin(cast.case, by=cast.ana)
    closure.closed_on, closure.approved_at, closure.approved_by_id = clock.today(), clock.now(), cast.bo.id
    cast.case.status = "closed"
    cast.case.end_assignments(by_closure=True)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert "Closed" in page.text(".case-meta") and "Ana Reyes" in page.text(".case-meta")
    assert "Write a note" not in page.text(".case-top") and "Mark done" not in page.text()
    assert "Reopen this case" not in page.text(".case-top")
    assert any("closed the case" in line for line in page.texts("#activity .rail li"))
    assert "Reopen this case" in visit.sign_in(cast.bo).get(f"/cases/{cast.case.id}/").text(".case-top")


def test_a_case_on_hold_says_until_when(visit, cast, session):
    cast.case.pause(by=cast.ana, reason="In hospital", until=day(5))
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert "In hospital" in page.text("section[aria-labelledby=next-h]") and "On hold" in page.text(".case-meta")
    assert page.submit("Go on").text(".case-meta").count("On hold") == 0


def test_who_must_not_be_contacted_is_said_on_every_page(visit, cast, session):
    cast.rosa.correct(by=cast.ana, preferred_contact="do_not")
    session.commit()
    for path in (f"/cases/{cast.case.id}/", f"/clients/{cast.rosa.id}/details/", f"/clients/{cast.rosa.id}/edit"):
        assert "Don’t reach out" in visit.sign_in(cast.ana).get(path).text(".alert-safety")


@pytest.mark.parametrize("who", ["cy", "ada", "di"])
def test_a_case_is_out_of_reach_for_others(visit, cast, who):
    visit.sign_in(getattr(cast, who)).get(f"/cases/{cast.case.id}/", status=404)


def test_a_long_history_costs_no_more_queries(visit, cast, session, lived):
    for number in range(40):
        Note.write(cast.case, by=cast.bo, happened_on=day(-number), method=Method.PHONE, text=f"Note {number}")
        Task.add(cast.case, by=cast.ana, title=f"Task {number}", due_on=day(number))
    for _ in range(3):
        Case.open(cast.rosa, by=cast.cy, program=cast.elders, received_on=day(-1), worker=cast.cy).screen_out(
            by=cast.cy, reason="No"
        )
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/?activity=all")
    assert len(page.texts("#activity .rail li")) > 40 and len(page.texts(".case-head .pills a")) == 4
