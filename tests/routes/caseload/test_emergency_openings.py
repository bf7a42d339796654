"""Asking for a record in an emergency, and the supervisor's review of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.draft import Draft
from app.models.agency.event import Event, EventKind
from app.models.caseload.duplicate import PossibleDuplicate
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


def test_who_keeps_asking_meanwhile_does_not_wait_the_longer(visit, cast, session, sealed):
    visit.sign_in(cast.cy)
    for turn in range(EmergencyOpening.TRIES):
        ask(visit, status=422, number=f"HR-99{turn}")
    with clock.at(clock.now() + timedelta(minutes=10)):
        visit.sign_in(cast.cy)
        for _ in range(EmergencyOpening.TRIES):
            assert "Wait 15 minutes" in ask(visit, status=422, number=sealed).text(".errors")
    with clock.at(clock.now() + timedelta(minutes=16)):
        visit.sign_in(cast.cy)
        ask(visit, number=sealed)
    assert len(session.scalars(sa.select(EmergencyOpening)).all()) == 1


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


def test_without_another_supervisor_an_administrator_reviews_by_number_and_reason(visit, cast, session):
    cast.rosa.restrict(by=cast.ana, to=[])
    session.commit()
    assert "To review" not in visit.sign_in(cast.ada).get("/").said()
    visit.sign_in(cast.bo)
    ask(visit, number=cast.rosa.number)
    review = visit.sign_in(cast.ada).get("/").click("Bo Lindgren opened a record in an emergency")
    assert cast.rosa.number in review.said() and "Rosa" not in review.said() and REASON in review.said()
    review.submit("Put my review on the trail", verdict="justified", review="A life was in danger.")
    assert "To review" not in visit.get("/").said()


def test_a_double_of_a_restricted_client_is_a_line_on_the_supervisors_day_alone(visit, cast, session, sealed):
    visit.sign_in(cast.cy).get("/clients/new").submit(
        "Add the client", first_name="Rosa", last_name="Diaz", born_on="1992-02-11"
    )
    assert "Perhaps on record twice" not in visit.get("/").said()
    found = visit.sign_in(cast.bo).get("/").click("Perhaps on record twice")
    assert "Cy Novak added a client who may be Rosa Díaz" in found.said()
    found.submit("Put it on the trail", finding="Another Rosa")
    assert "Perhaps on record twice" not in visit.get("/").said()


def left(visit, session, name, about, **typed):
    """What the page keeps while somebody types, and the unfinished work after it."""
    session.rollback()
    kept = visit.client.post(f"/drafts/{name}/{about}", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert kept.status_code == 200
    return visit.get("/drafts/")


def test_a_review_that_was_left_is_given_back_and_never_names_whom_the_supervisor_may_not_see(visit, cast, session):
    cast.rosa.restrict(by=cast.ana, to=[])
    session.commit()
    ask(visit.sign_in(cast.cy), number=cast.rosa.number)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    listed = left(visit.sign_in(cast.bo), session, "emergency_review", opening.id, review="I asked Cy about it")
    assert "Review of an emergency opening" in listed.said() and "Rosa" not in listed.said()
    assert "Rosa" not in visit.get("/").said()
    review = listed.click("Review of an emergency opening")
    assert review.all("[name=review]")[0].text_content().strip() == "I asked Cy about it"
    review.submit("Put my review on the trail", verdict="justified")
    assert "Nothing is unfinished" in visit.get("/drafts/").said()


def test_a_review_that_comes_too_late_stays_readable(visit, cast, session, sealed):
    ask(visit.sign_in(cast.cy), number=sealed)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    page = visit.sign_in(cast.bo).get(f"/emergency-openings/{opening.id}/review")
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    opening.decide(by=cast.ana, justified=True, review="It was right")
    session.commit()
    late = page.submit("Put my review on the trail", status=422, verdict="not_justified", review="I see it otherwise")
    assert "reviewed already" in late.said() and "I see it otherwise" in late.said() and "It was right" in late.said()


def test_what_was_found_out_about_a_double_is_given_back(visit, cast, session, sealed):
    visit.sign_in(cast.cy).get("/clients/new").submit(
        "Add the client", first_name="Rosa", last_name="Diaz", born_on="1992-02-11"
    )
    visit.sign_in(cast.bo).get("/").click("Perhaps on record twice")
    number = session.scalars(sa.select(PossibleDuplicate)).one().id
    form = left(visit, session, "duplicate", number, finding="The birth dates").click(
        "Perhaps on record twice: Rosa Díaz"
    )
    assert form.all("[name=finding]")[0].get("value") == "The birth dates"


def test_the_form_that_opens_a_record_keeps_nothing(visit, cast, session, sealed):
    """Left over from one person, a number and a reason would stand there when another's record is to be opened."""
    visit.sign_in(cast.cy)
    assert not ask(visit, status=422, number="HR-999999").all("[name=draft]")
    assert not visit.get("/emergency-openings/new").all("[name=draft]")
    assert session.scalars(sa.select(Draft)).all() == []
