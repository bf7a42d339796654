"""The program's list, kept by the administrator and answered person by person; and the waitlist it leads to."""

from datetime import timedelta

import pytest

from app import clock
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.intake import Disposition, Intake, IntakeMethod, SafetyScreen, Urgency
from app.models.intake.requirement import Requirement, RequirementAnswer, RequirementKind


def arrived(cast, session, name, *, days=0, waits=False, program=None, **details):
    """Somebody who reached us that many days ago."""
    client = Client.add(by=cast.ana, first_name=name)
    on = clock.today() - timedelta(days=days)
    case = Case.open(client, by=cast.ana, program=program or cast.family, received_on=on)
    intake = Intake.begin(case, by=cast.ana, received_on=on, **{"method": IntakeMethod.PHONE, **details})
    if waits:
        intake.complete(by=cast.ana, disposition=Disposition.WAITLISTED)
    session.commit()
    return case


@pytest.fixture
def listed(cast, session):
    """A program that asks two things."""
    for kind, text, limit in (
        (RequirementKind.CRITERION, "Income up to 150 %", 150),
        (RequirementKind.PAPER, "House rules", None),
    ):
        Requirement.add(cast.family, by=cast.ada, kind=kind, text=text, poverty_limit=limit)
    session.commit()
    return session.query(Requirement).order_by(Requirement.id).all()


def test_the_administrator_keeps_the_list(visit, cast, session):
    page = visit.sign_in(cast.ada).get(f"/programs/{cast.family.id}/edit").click("What is asked at intake")
    page = page.submit("Begin with the usual packet")
    assert "Grievance procedure" in page.said()
    again = page.submit("Add it", status=422)
    assert "Write what is asked" in again.text(".errors")
    again = page.submit("Add it", status=422, text="Rent", kind="paper", poverty_limit="200")
    assert "Only a criterion has an income limit" in again.text(".errors")
    page = page.submit("Add it", text="Lives in the county", text_es="Vive en el condado")
    assert "Vive en el condado" in page.said()
    page = page.submit("Take out")
    assert "Retired" in page.said()
    visit.sign_in(cast.bo).get(f"/programs/{cast.family.id}/requirements/", status=403)


def test_household_and_income_become_a_percentage_with_its_year(visit, cast, session, listed):
    case = arrived(cast, session, "Noor")
    page = visit.sign_in(cast.ana).get(f"/cases/{case.id}/intake").click("Write down eligibility")
    again = page.submit("Save", status=422, household_size="0", monthly_income="12 dollars")
    assert "whole number from 1" in again.text(".errors") and "amount like" in again.text(".errors")
    done = again.submit("Save", household_size="4", monthly_income="$3,215.00", determination="eligible",
                        **{f"line_{listed[0].id}-answer": "met", f"line_{listed[0].id}-proof": "Pay stubs"})  # fmt: skip
    assert "117 % of the poverty level of 2026" in done.said() and "Proof: Pay stubs" in done.said()
    assert case.intake.monthly_income == 321_500
    assert "within 150 %" in visit.get(f"/cases/{case.id}/eligibility").said()


def test_a_paper_is_exempted_with_a_reason_and_an_end(visit, cast, session, listed):
    case, row = arrived(cast, session, "Noor"), f"line_{listed[1].id}"
    page = visit.sign_in(cast.ana).get(f"/cases/{case.id}/packet")
    again = page.submit("Save the packet", status=422, **{f"{row}-answer": "exempt"})
    assert "why this paper can wait" in again.text(".errors") and "until when it can wait" in again.text(".errors")
    late = (clock.today() - timedelta(days=1)).isoformat()
    again = page.submit("Save the packet", status=422, **{
        f"{row}-answer": "exempt", f"{row}-reason": "In hospital", f"{row}-expires_on": late})  # fmt: skip
    assert "must end in the future" in again.text(".errors")
    end = (clock.today() + timedelta(days=9)).isoformat()
    done = again.submit("Save the packet", **{f"{row}-expires_on": end})
    assert "In hospital" in done.said() and "House rules" not in done.text("aside.stack")


def test_two_people_who_answer_at_once_lose_neither(visit, cast, session, listed):
    case, row = arrived(cast, session, "Noor"), f"line_{listed[0].id}-answer"
    visit.sign_in(cast.ana)
    first, second = (visit.get(f"/cases/{case.id}/eligibility") for _ in range(2))
    first.submit("Save", **{row: "met"})
    stale = second.submit("Save", status=409, **{row: "not_met"})
    assert "Income up to 150 %" in stale.said()
    assert session.query(RequirementAnswer).count() == 1


def test_a_program_that_asks_nothing_says_so(visit, cast, session):
    case = arrived(cast, session, "Noor")
    visit.sign_in(cast.ana)
    assert "everybody may be served" in visit.get(f"/cases/{case.id}/eligibility").said()
    assert "hands out no papers" in visit.get(f"/cases/{case.id}/packet").said()


# -- the waitlist and the clocks


def test_the_waitlist_orders_itself_by_urgency_and_day(visit, cast, session):
    arrived(cast, session, "Old", days=30, urgency=Urgency.ROUTINE, waits=True)
    arrived(cast, session, "Unsaid", days=50, waits=True)
    arrived(cast, session, "Fresh", days=2, urgency=Urgency.URGENT, waits=True)
    arrived(cast, session, "Older", days=40, urgency=Urgency.ROUTINE, waits=True)
    arrived(cast, session, "Danger", days=1, urgency=Urgency.ROUTINE, safety=SafetyScreen.DANGER, waits=True)
    arrived(cast, session, "Elsewhere", days=90, urgency=Urgency.EMERGENCY, waits=True, program=cast.elders)
    page = visit.sign_in(cast.ana).get("/waitlist/")
    assert page.texts("tbody th a") == ["Danger", "Fresh", "Older", "Old", "Unsaid"]
    assert "Elsewhere" in visit.sign_in(cast.cy).get("/waitlist/").said()
    assert "Nobody waits for Safe harbor" in visit.sign_in(cast.di).get(f"/waitlist/?program={cast.family.id}").said()
    visit.sign_in(cast.fay).get("/waitlist/", status=403)


def test_a_long_waitlist_has_pages_and_few_queries(visit, cast, session):
    for number in range(30):
        arrived(cast, session, f"Person {number:02}", days=40 - number, urgency=Urgency.ROUTINE, waits=True)
    page = visit.sign_in(cast.ana).get("/waitlist/?page=2")
    assert page.texts("tbody th a") == [f"Person {number}" for number in range(25, 30)]
    assert page.texts("tbody th .faint")[0] == "26."
    assert visit.get("/waitlist/?page=99").texts("tbody th .faint")[0] == "26."
    visit.get("/waitlist/?program=٣&page=x")


def test_who_gets_a_place_leaves_the_list(visit, cast, session):
    case = arrived(cast, session, "Noor", waits=True)
    page = visit.sign_in(cast.ana).get("/waitlist/").click("Decide")
    page.submit("Record the decision", disposition="accepted", leaving_open="A place is free")
    session.expire_all()
    assert session.get(Case, case.id).status is CaseStatus.INTAKE_PENDING
    assert "Nobody waits" in visit.get("/waitlist/").said()


def test_intakes_that_must_not_wait_are_on_the_supervisors_page(visit, cast, session):
    arrived(cast, session, "Now", urgency=Urgency.EMERGENCY)
    arrived(cast, session, "Calm", urgency=Urgency.ROUTINE)
    arrived(cast, session, "Silent", days=7, urgency=Urgency.ROUTINE, method=IntakeMethod.ONLINE)
    arrived(cast, session, "Slow", days=20, urgency=Urgency.ROUTINE)
    arrived(cast, session, "Sealed", days=20, urgency=Urgency.EMERGENCY, program=cast.harbor)
    arrived(cast, session, "Waits", days=20, urgency=Urgency.URGENT, waits=True)
    page = visit.sign_in(cast.bo).get("/team/")
    assert page.texts("[aria-labelledby=intakes-h] a.item-title") == ["Now", "Slow", "Silent"]
    assert page.texts("[aria-labelledby=intakes-h] .item-meta span:first-child") == [
        "Somebody must act", "Finish the intake", "First contact",
    ]  # fmt: skip


def test_a_programs_own_days_count(visit, cast, session):
    arrived(cast, session, "Slow", days=20, urgency=Urgency.ROUTINE)
    cast.family.intake_days = 30
    session.commit()
    assert not visit.sign_in(cast.bo).get("/team/").all("[aria-labelledby=intakes-h]")


def test_a_late_intake_is_on_the_day_of_its_worker(visit, cast, session):
    case = arrived(cast, session, "Slow", days=20, urgency=Urgency.ROUTINE)
    case.assign(cast.ana, by=cast.bo)
    session.commit()
    assert visit.sign_in(cast.ana).get("/").texts("[aria-labelledby=intakes-h] a.item-title") == ["Slow"]


def test_the_blank_form_is_for_those_who_take_people_in(visit, cast):
    visit.sign_in(cast.fay)
    assert "Open the paper" in visit.get(f"/programs/{cast.family.id}/intake-form").said()
    visit.get(f"/programs/{cast.elders.id}/intake-form.pdf", status=404)
    answer = visit.get(f"/programs/{cast.family.id}/intake-form.pdf?language=es&size=large")
    assert answer.bytes.startswith(b"%PDF") and answer.response.mimetype == "application/pdf"
    assert visit.get(f"/programs/{cast.family.id}/intake-form.pdf?language=xx&size=9").bytes.startswith(b"%PDF")
