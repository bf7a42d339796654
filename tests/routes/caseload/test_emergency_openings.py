"""Asking for a record in an emergency, and the supervisor's review of it."""

import pytest
import sqlalchemy as sa

from app.models.agency.event import Event, EventKind
from app.models.caseload.emergency import EmergencyOpening
from tests.cast import PASSWORD

REASON = "Her brother is at the door with a knife."


@pytest.fixture
def sealed(cast, session):
    """Rosa's number; her record is restricted to Bo."""
    cast.rosa.restrict(by=cast.bo, to=[])
    session.commit()
    return cast.rosa.number


def ask(visit, status=303, **given):
    page = visit.get("/clients/").click("Open it in an emergency")
    return page.submit("Open the record", status=status, **({"reason": REASON, "password": PASSWORD} | given))


def test_the_record_opens_and_the_supervisor_finds_it_on_her_day_and_reviews_it(visit, cast, session, sealed):
    visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    opened = ask(visit, number=sealed)
    assert "Rosa Díaz" in opened.text("h1") and "one hour" in opened.text("body")
    day = visit.sign_in(cast.bo).get("/")
    review = day.click("Cy Novak opened a record in an emergency")
    assert REASON in review.said() and "Rosa Díaz" in review.said()
    review.submit("Put my review on the trail", status=422)
    review.submit("Put my review on the trail", verdict="not_justified", review="There was no knife.")
    trail = visit.get(f"/clients/{cast.rosa.id}/trail/").said()
    assert "opened the record in an emergency" in trail and "not justified: There was no knife." in trail
    visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)


def test_every_wrong_guess_gets_the_same_answer_and_is_on_the_trail(visit, cast, session, sealed):
    visit.sign_in(cast.cy)
    said = set()
    for number in ("HR-999999", cast.hidden.number):
        answer = ask(visit, status=422, number=number)
        said.add(answer.text(".errors"))
        assert answer.all("[name=reason]")[0].text_content().strip() == REASON, "what was typed stays"
        assert not answer.all("[name=password]")[0].get("value")
    assert len(said) == 1 and "No record was opened." in said.pop()
    session.expire_all()
    lines = session.scalars(sa.select(Event).where(Event.kind == EventKind.EMERGENCY_REFUSED)).all()
    assert [(line.by_id, line.client_id, line.reason) for line in lines] == [(cast.cy.id, None, None)] * 2


def test_who_guesses_on_has_to_wait(visit, cast, session, sealed):
    visit.sign_in(cast.cy)
    for turn in range(EmergencyOpening.TRIES):
        ask(visit, status=422, number=f"HR-99{turn}")
    assert "Wait 15 minutes" in ask(visit, status=422, number=sealed).text(".errors")
    assert session.scalars(sa.select(EmergencyOpening)).all() == []


def test_a_wrong_password_is_a_wrong_guess(visit, cast, session, sealed):
    visit.sign_in(cast.cy)
    assert "password is not right" in ask(visit, status=422, number=sealed, password="not that one").text(".errors")
    assert session.scalar(sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.EMERGENCY_REFUSED)) == 1


def test_the_form_needs_to_know_whom_why_and_who_asks(visit, cast):
    visit.sign_in(cast.cy)
    page = visit.get("/emergency-openings/new")
    said = page.submit("Open the record", status=422, reason="because").text(".errors")
    assert "client number, or the name and the birth date" in said
    assert "at least ten characters" in said and "Write your password" in said


def test_a_supervisor_who_was_told_but_may_not_read_sees_the_number_alone(visit, cast, session):
    cast.rosa.restrict(by=cast.ana, to=[])
    session.commit()
    visit.sign_in(cast.cy)
    ask(visit, number=cast.rosa.number)
    day = visit.sign_in(cast.bo).get("/")
    assert cast.rosa.number in day.said() and "Rosa" not in day.said()
    review = day.click("Cy Novak opened a record in an emergency")
    assert "Rosa" not in review.said() and REASON in review.said()


def test_a_double_of_a_restricted_client_is_a_line_on_the_supervisors_day_alone(visit, cast, session, sealed):
    visit.sign_in(cast.cy).get("/clients/new").submit("Add the client", first_name="Rosa", last_name="Diaz", born_on="1992-02-11")
    assert "Perhaps on record twice" not in visit.get("/").said()
    found = visit.sign_in(cast.bo).get("/").click("Perhaps on record twice")
    assert "Cy Novak added a client who may be Rosa Díaz" in found.said()
    found.submit("Put it on the trail", finding="Another Rosa")
    assert "Perhaps on record twice" not in visit.get("/").said()
