"""Opening a case."""

from datetime import timedelta

import pytest

from app import clock
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome


@pytest.fixture
def noor(cast, session):
    client = Client.add(by=cast.ana, first_name="Noor", last_name="Haddad")
    session.commit()
    return client.id


def test_a_case_is_opened_with_its_intake_consent_and_worker_in_one_form(visit, cast, noor, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{noor}/cases/new")
    page.submit(
        "Open the case", presenting_concern="I clean offices at night.", urgency="routine", consent="signed",
        consent_on=clock.today().isoformat(),
    )  # fmt: skip
    case = session.query(Case).filter_by(client_id=noor).one()
    assert (case.status, case.worker.name, case.intake.urgency) == (CaseStatus.ACTIVE, "Ana Reyes", "routine")
    assert session.query(Consent).filter_by(client_id=noor).one().outcome is ConsentOutcome.SIGNED


def test_without_a_worker_the_case_waits_for_its_intake(visit, cast, noor, session):
    visit.sign_in(cast.ana).get(f"/clients/{noor}/cases/new").submit("Open the case", worker="")
    assert session.query(Case).filter_by(client_id=noor).one().status is CaseStatus.INTAKE_PENDING


def test_sent_twice_it_opens_one_case(visit, cast, noor, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{noor}/cases/new")
    page.submit("Open the case")
    page.submit("Open the case")
    assert session.query(Case).filter_by(client_id=noor).count() == 1


def test_bad_words_come_back_with_what_was_typed(visit, cast, noor, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{noor}/cases/new")
    again = page.submit(
        "Open the case", status=422, program="999", received_on="2026-13-45", consent="declined",
        presenting_concern="<script>kept</script>",
    )  # fmt: skip
    said = again.text(".errors")
    assert "Choose one from the list" in said and "Write a day" in said and "Write the date on the paper" in said
    assert again.text("#presenting_concern") == "<script>kept</script>"
    assert not session.query(Case).filter_by(client_id=noor).count()


def test_a_second_open_case_in_the_same_program_is_refused_in_the_form(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/cases/new")
    again = page.submit("Open the case", status=422, presenting_concern="Once more")
    assert "already has a case" in again.text(".errors") and again.text("#presenting_concern") == "Once more"


def test_a_victim_services_program_takes_no_client_of_another_program(visit, cast, session):
    cast.di.work_in([cast.harbor, cast.family], by=cast.ada)
    session.commit()
    page = visit.sign_in(cast.di).get(f"/clients/{cast.rosa.id}/cases/new")
    again = page.submit("Open the case", status=422, program=str(cast.harbor.id))
    assert "keeps its own client records" in again.text(".errors")
    hidden = visit.get(f"/clients/{cast.hidden.id}/cases/new")
    hidden.submit("Open the case", status=422, program=str(cast.family.id))


def test_a_worker_opens_cases_only_in_her_own_programs(visit, cast, noor):
    page = visit.sign_in(cast.cy).get(f"/clients/{noor}/cases/new")
    assert page.texts("#program option") == ["Choose a program", "Elder support"]
    visit.post(f"/clients/{noor}/cases/new", {"program": cast.family.id, "received_on": str(clock.today()),
                                              "method": "phone"}, status=422)  # fmt: skip


def test_a_future_day_is_refused(visit, cast, noor):
    page = visit.sign_in(cast.ana).get(f"/clients/{noor}/cases/new")
    page.submit("Open the case", status=422, received_on=(clock.today() + timedelta(days=1)).isoformat())


def test_a_stranger_opens_no_case_for_rosa(visit, cast):
    for person in (cast.cy, cast.ada):
        visit.sign_in(person).get(f"/clients/{cast.rosa.id}/cases/new", status=404)
        visit.post(f"/clients/{cast.rosa.id}/cases/new", {"program": 1}, status=404)


def test_who_works_for_victim_services_keeps_a_person_apart_unless_she_says_otherwise(visit, cast, session):
    cast.di.work_in([cast.harbor, cast.family], by=cast.ada)
    session.commit()
    page = visit.sign_in(cast.di).get("/clients/new")
    page.submit("Add the client", first_name="Secretia", last_name="Hideaway")
    assert session.query(Client).filter_by(last_name="Hideaway").one().kept_by_id == cast.harbor.id
    assert "Hideaway" not in visit.sign_in(cast.ana).get("/clients/", q="hideaway").text("#results")
    open_to_all = visit.sign_in(cast.di).get("/clients/new")
    open_to_all.submit("Add the client", first_name="Publia", last_name="Openly", kept_by="")
    assert session.query(Client).filter_by(last_name="Openly").one().kept_by_id is None
