"""The front desk: finds, adds and takes in people, writes down contacts, and reads nothing that was written about them."""

import pytest
import sqlalchemy as sa

from app import clock
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case, CaseStatus
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task
from tests import rosas_file


@pytest.fixture
def desk(visit, cast, session):
    cast.rosa.safe_contact, cast.rosa.what_helps = "Text only before three", "She likes to draw"
    Alert.raise_for(
        cast.rosa, by=cast.ana, kind=AlertKind.NO_VOICEMAIL, what_to_do="Never leave a message",
        review_on=clock.today().replace(year=clock.today().year + 1),
    )  # fmt: skip
    Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="A long secret note")
    session.commit()
    return visit.sign_in(cast.fay)


def test_the_card_says_how_to_reach_somebody_and_who_the_worker_is_and_no_more(desk, cast):
    found = desk.get("/clients/", q="rosa")
    assert found.texts("tbody th a") == ["Rosa Díaz"] and "Ana Reyes" in found.said()
    card = found.click("Rosa Díaz")
    for words in (
        "(555) 010-0142",
        "Text only before three",
        "Never leave a message",
        "Ana Reyes",
        "Family stability",
        "Spanish",
    ):
        assert words in card.said()
    for words in ("secret", "likes to draw", "Service plan", "Needs", "Notes"):
        assert words not in card.said()
    asked = " ".join(desk.queries).lower()
    for table in ("note", "need", "plan", "task", "referral", "address", "intake"):
        assert f"from {table} " not in asked and f"join {table} " not in asked, f"{table} is read, and only hidden"
    assert "consent.recipient" not in asked, "of permissions only whether texting is forbidden"


def test_a_client_is_added_taken_in_and_waits_for_a_caseworker(desk, cast, session):
    added = desk.get("/").click("Add a client").submit("Add the client", first_name="Noor", last_name="Haddad")
    form = added.click("Open a case")
    assert not form.all("[name=worker]")
    form.submit("Open the case", presenting_concern="I have to leave my flat", urgency="urgent")
    case = session.scalars(sa.select(Case).order_by(Case.id.desc())).first()
    assert (case.status, case.worker, case.intake.presenting_concern) == (
        CaseStatus.INTAKE_PENDING, None, "I have to leave my flat",
    )  # fmt: skip
    assert "Noor Haddad" in desk.get("/").said()
    assert "Noor Haddad" in desk.sign_in(cast.bo).get("/team/").said()


def test_a_contact_goes_into_the_record_and_onto_the_list_of_the_caseworker(desk, cast, session):
    form = desk.get(f"/clients/{cast.rosa.id}/").click("Write down a contact")
    form.submit("Put it in the record", text="She asks when you come", ask="Call back before noon")
    note = session.scalars(sa.select(Note).order_by(Note.id.desc())).first()
    assert (note.by, note.text, note.case) == (cast.fay, "She asks when you come", cast.case)
    task = session.scalars(sa.select(Task)).one()
    assert (task.assignee, task.title, task.due_on) == (cast.ana, "Call back before noon", clock.today())
    assert "She asks when you come" in desk.sign_in(cast.ana).get(f"/cases/{cast.case.id}/notes/").said()


def test_bad_words_come_back(desk, cast):
    form = desk.get(f"/cases/{cast.case.id}/contacts/new")
    again = form.submit("Put it in the record", status=422, happened_on="2999-01-01", ask="Call back")
    assert again.all("[name=ask]")[0].get("value") == "Call back"


def test_the_front_desk_reads_no_row_of_the_file_but_the_card(cast, session):
    rosas_file.fill(cast)
    card = {"case", "assignment", "phone", "address", "other_name", "alert"}
    for model in rosas_file.of_client():
        rows = session.scalars(model.visible_to(cast.fay).where(model.client_id == cast.rosa.id)).unique().all()
        assert bool(rows) == (model.__table__.name in card), model.__name__


def test_a_contact_that_was_left_is_on_the_desks_day_and_given_back(desk, cast, session):
    form = desk.get(f"/cases/{cast.case.id}/contacts/new")
    form.submit("Put it in the record", status=422, text="She asks when you come", happened_on="2999-01-01")
    back = desk.get("/").click("Contact: Rosa Díaz")
    assert back.all("[name=text]")[0].text_content().strip() == "She asks when you come"
    back.submit("Put it in the record", happened_on=clock.today().isoformat())
    assert "Contact: Rosa" not in desk.get("/").said()


def test_the_desk_keeps_no_text_in_a_form_it_may_not_fill_in(desk, cast):
    kept = desk.client.post(
        f"/drafts/task_new/{cast.case.id}", data={"title": "x"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert kept.status_code == 403
