"""Opening a record in an emergency: for an hour, with a reason and the password, reviewed; never what is sealed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.emergency import NOT_OPENED, EmergencyOpening
from app.models.caseload.program import Program, Regime
from tests.cast import PASSWORD

REASON = "Her brother is at the door with a knife."


@pytest.fixture
def sealed(cast, session):
    """Rosa's record, restricted to Bo."""
    cast.rosa.restrict(by=cast.bo, to=[])
    session.flush()
    return cast.rosa


def ask(cast, by=None, **given):
    return EmergencyOpening.ask(**{"by": by or cast.cy, "password": PASSWORD, "reason": REASON} | given)


def reaches(user, client) -> bool:
    return db.session.scalar(Client.visible_to(user).where(Client.id == client.id)) is not None


def test_a_restricted_record_opens_for_an_hour_and_then_closes(cast, session, sealed):
    assert not reaches(cast.cy, sealed)
    assert ask(cast, number=sealed.number.lower()) is sealed
    assert reaches(cast.cy, sealed)
    assert session.scalar(Case.visible_to(cast.cy).where(Case.id == cast.case.id)) is not None
    assert not reaches(cast.ana, sealed), "it opens to the one who asked, and to nobody else"
    with clock.at(clock.now() + timedelta(minutes=59)):
        assert reaches(cast.cy, sealed)
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert not reaches(cast.cy, sealed)


def test_a_record_of_another_program_opens_too_by_name_and_birth_date(cast):
    assert not reaches(cast.cy, cast.rosa)
    assert ask(cast, name="diaz ROSA", born_on=date(1992, 2, 11)) is cast.rosa
    assert reaches(cast.cy, cast.rosa)


def test_the_trail_and_the_supervisors_are_told_with_the_reason(cast, session, sealed):
    ask(cast, number=sealed.number)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    line = session.scalars(sa.select(Event).where(Event.kind == EventKind.EMERGENCY_OPENED)).one()
    assert (line.by_id, line.client_id, line.reason) == (cast.cy.id, sealed.id, REASON)
    assert [reviewer.user for reviewer in opening.reviewers] == [cast.bo]
    assert session.scalars(EmergencyOpening.to_review(cast.bo)).all() == [opening]


def test_when_no_supervisor_reaches_the_record_those_of_the_program_are_told(cast, session):
    eve = colleague(cast, "Eve Falk", cast.elders, role=Role.SUPERVISOR)
    cast.rosa.restrict(by=cast.ana, to=[])
    session.flush()
    ask(cast, number=cast.rosa.number)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    assert [reviewer.user for reviewer in opening.reviewers] == [cast.bo]
    assert session.scalars(EmergencyOpening.to_review(cast.bo)).all() == [opening]
    assert session.scalars(EmergencyOpening.to_review(eve)).all() == []


def test_a_supervisor_who_opens_a_record_alone_is_reviewed_by_the_administrators(cast, session):
    cast.rosa.restrict(by=cast.ana, to=[])
    session.flush()
    ask(cast, by=cast.bo, number=cast.rosa.number)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    assert [reviewer.user for reviewer in opening.reviewers] == [cast.ada]
    assert session.scalars(EmergencyOpening.to_review(cast.ada)).all() == [opening]
    assert not reaches(cast.ada, cast.rosa), "whoever reviews the reason does not read the record by that"


def colleague(cast, name, *programs, role=Role.CASEWORKER):
    email = f"{name.split()[0].lower()}@m.example"
    return User.add(name=name, email=email, role=role, password=PASSWORD, by=cast.ada, programs=list(programs))


def test_what_one_reaches_anyway_is_not_broken_open(cast, session):
    assert ask(cast, by=cast.ana, number=cast.rosa.number) is cast.rosa
    assert session.scalars(sa.select(EmergencyOpening)).all() == []


@pytest.mark.parametrize(
    "guess", [{"number": "HR-999999"}, {"number": "%"}, {"name": "Rosa", "born_on": date(2001, 1, 1)}, {}]
)
def test_a_wrong_guess_opens_nothing(cast, session, guess):
    with pytest.raises(RuleBroken, match="No record was opened"):
        ask(cast, **guess)
    assert session.scalars(sa.select(EmergencyOpening)).all() == []


@pytest.mark.parametrize("who", ["cy", "ana", "bo", "di"])
def test_victim_services_answer_as_if_nobody_were_there(cast, session, who):
    """Not even to a colleague of the program whom a restriction keeps out."""
    eli = colleague(cast, "Eli Park", cast.harbor)
    cast.hidden.restrict(by=eli, to=[])
    session.flush()
    with pytest.raises(RuleBroken) as refused:
        ask(cast, by=getattr(cast, who), number=cast.hidden.number)
    assert refused.value.text == NOT_OPENED


def test_part_2_opens_to_nobody_outside_the_program_and_to_its_own_people_when_restricted(cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    inside, also = colleague(cast, "Eli Park", clinic), colleague(cast, "Fern Oh", clinic)
    session.flush()
    sam = Client.add(by=inside, first_name="Sam", kept_by_id=clinic.id)
    Case.open(sam, by=inside, program=clinic, received_on=clock.today(), worker=inside)
    sam.restrict(by=inside, to=[])
    session.flush()
    with pytest.raises(RuleBroken, match="No record was opened"):
        ask(cast, number=sam.number)
    assert not reaches(also, sam)
    assert ask(cast, by=also, number=sam.number) is sam
    assert reaches(also, sam)


def test_opening_a_record_leaves_its_part_2_case_sealed(cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    inside = colleague(cast, "Eli Park", clinic, cast.family)
    session.flush()
    sealed_case = Case.open(cast.rosa, by=inside, program=clinic, received_on=clock.today(), worker=inside)
    session.flush()
    ask(cast, number=cast.rosa.number)
    seen = set(session.scalars(Case.visible_to(cast.cy).with_only_columns(Case.id)))
    assert cast.case.id in seen and sealed_case.id not in seen


def test_the_password_and_a_real_reason_are_needed(cast, session, sealed):
    for given, words in [
        ({"password": "not it at all"}, "password is not right"),
        ({"reason": "  urgent  "}, "ten characters"),
    ]:
        with pytest.raises(RuleBroken, match=words):
            ask(cast, number=sealed.number, **given)
    assert not reaches(cast.cy, sealed)


def test_who_guesses_too_often_waits_a_quarter_of_an_hour_even_with_the_right_number(cast, session, sealed):
    for _try in range(EmergencyOpening.TRIES):
        Event.queue(EventKind.EMERGENCY_REFUSED, by_id=cast.cy.id)
    session.commit()
    with pytest.raises(RuleBroken, match="Too many tries"):
        ask(cast, number=sealed.number)
    assert ask(cast, by=cast.ana, number=sealed.number) is sealed, "others are not kept waiting"
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert ask(cast, number=sealed.number) is sealed


def test_a_review_is_given_once_by_somebody_else_and_closes_what_was_not_right(cast, session, sealed):
    ask(cast, number=sealed.number)
    opening = session.scalars(sa.select(EmergencyOpening)).one()
    with pytest.raises(RuleBroken, match="Somebody else"):
        opening.decide(by=cast.cy, justified=True, review="Of course it was.")
    opening.decide(by=cast.bo, justified=False, review="He was curious.")
    session.flush()
    assert not reaches(cast.cy, sealed)
    line = session.scalars(sa.select(Event).where(Event.kind == EventKind.EMERGENCY_REVIEWED)).one()
    assert (line.by_id, line.client_id, line.reason) == (cast.bo.id, sealed.id, "not justified: He was curious.")
    assert session.scalars(EmergencyOpening.to_review(cast.bo)).all() == []
    with pytest.raises(RuleBroken, match="reviewed already"):
        opening.decide(by=cast.bo, justified=True, review="On second thoughts.")


def test_somebody_who_stops_doing_casework_does_not_keep_the_hour(cast, session, sealed):
    ask(cast, number=sealed.number)
    cast.cy.role = Role.FRONT_DESK
    session.flush()
    assert not reaches(cast.cy, sealed)
