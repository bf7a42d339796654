"""The intake of a case, and the decision."""

from datetime import timedelta

import pytest

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.intake import Intake, IntakeMethod


@pytest.fixture
def fresh(cast, session):
    """A client at the door: a case that waits for its intake."""
    client = Client.add(by=cast.ana, first_name="Noor")
    case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    Intake.begin(case, by=cast.ana, received_on=clock.today(), method=IntakeMethod.PHONE)
    session.commit()
    return case


def test_the_intake_says_what_is_missing_and_saves_what_there_is(visit, cast, fresh):
    page = visit.sign_in(cast.ana).get(f"/cases/{fresh.id}/intake")
    assert "presenting concern" in page.text("aside.stack")
    saved = page.submit(
        "Save the intake",
        presenting_concern="I lost my papers.",
        urgency="urgent",
        referral_source="self",
        safety="safe",
    )
    assert "Still missing" not in saved.text("aside.stack")
    assert saved.text("#presenting_concern") == "I lost my papers."


def test_a_no_at_the_door_ends_the_case_as_not_opened(visit, cast, fresh, session):
    page = visit.sign_in(cast.ana).get(f"/cases/{fresh.id}/intake")
    page.submit("Record the decision", status=422)
    page.submit("Record the decision", disposition="not_eligible")
    assert session.get(Case, fresh.id).status is CaseStatus.NOT_OPENED


def test_a_waitlisted_person_waits(visit, cast, fresh, session):
    visit.sign_in(cast.ana).get(f"/cases/{fresh.id}/intake").submit("Record the decision", disposition="waitlisted")
    assert session.get(Case, fresh.id).status is CaseStatus.WAITLISTED


def test_a_decision_is_recorded_once(visit, cast, fresh):
    visit.sign_in(cast.ana)
    form = {"disposition": "accepted", "leaving_open": "She will bring the papers"}
    visit.post(f"/cases/{fresh.id}/intake/disposition", form)
    visit.post(f"/cases/{fresh.id}/intake/disposition", form, status=409)


def test_accepting_with_something_missing_asks_why(visit, cast, fresh, session):
    page = visit.sign_in(cast.ana).get(f"/cases/{fresh.id}/intake")
    again = page.submit("Record the decision", status=422, disposition="accepted")
    assert "write why" in again.text(".errors") and session.get(Case, fresh.id).intake.completed_on is None
    handing_over = again.submit("Record the decision", disposition="accepted", leaving_open="She will bring the papers")
    assert "To whom" in handing_over.text()
    line = session.query(Event).filter_by(kind=EventKind.INTAKE_COMPLETED, client_id=fresh.client_id).one()
    assert line.reason == "She will bring the papers"


def test_two_tabs_lose_neither_text(visit, cast, fresh):
    visit.sign_in(cast.ana)
    first, second = (visit.get(f"/cases/{fresh.id}/intake") for _ in range(2))
    first.submit("Save the intake", presenting_concern="First words")
    answer = second.submit("Save the intake", status=409, presenting_concern="Second words")
    assert "First words" in answer.text("[aria-labelledby=stale-h]") and "Second words" in answer.text(
        "[aria-labelledby=stale-h]"
    )


def test_a_day_in_the_future_is_refused_and_the_concern_stays(visit, cast, fresh):
    page = visit.sign_in(cast.ana).get(f"/cases/{fresh.id}/intake")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    again = page.submit("Save the intake", status=422, received_on=tomorrow, presenting_concern="<b>Kept</b>")
    assert again.text("#presenting_concern") == "<b>Kept</b>"


def test_a_stranger_reads_and_writes_no_intake(visit, cast):
    path = f"/cases/{cast.case.id}/intake"
    for person in (cast.cy, cast.ada):
        visit.sign_in(person).get(path, status=404)
        visit.post(path, {"presenting_concern": "x"}, status=404)
        visit.post(f"{path}/disposition", {"disposition": "accepted"}, status=404)


def test_a_case_without_an_intake_gets_one_when_it_is_saved(visit, cast, session):
    client = Client.add(by=cast.ana, first_name="Imported")
    case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{case.id}/intake")
    assert "Record the decision" not in page.text() and session.query(Intake).filter_by(case_id=case.id).count() == 0
    saved = page.submit("Save the intake", presenting_concern="Came with the import")
    assert "Record the decision" in saved.text()
    page.submit("Save the intake", status=409, presenting_concern="From another tab")
    assert session.query(Intake).filter_by(case_id=case.id).one().presenting_concern == "Came with the import"
