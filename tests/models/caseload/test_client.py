"""A client's record: names, reach, restriction, and how it is found."""

from datetime import date, timedelta

import pytest

from app import clock
from app.models.base import RuleBroken
from app.models.caseload.alert import Alert, AlertKind, AlertPriority
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client, Phone
from app.models.caseload.program import Program, Regime
from app.models.caseload.searching import as_date, digits


def found(session, user, words):
    return {client.name for client in session.scalars(Client.visible_to(user).where(*Client.matching(words)))}


def test_a_person_without_any_name_is_not_taken_in(cast, session):
    with pytest.raises(RuleBroken, match="at least one name"):
        Client.add(by=cast.ana)


def test_the_name_in_use_is_the_one_the_person_goes_by(cast):
    client = Client(first_name="Rosa", middle_name="María", last_name="Díaz", preferred_name="Ro", suffix="Jr.")
    assert (client.first, client.name, client.legal_name) == ("Ro", "Ro Díaz Jr.", "Rosa María Díaz Jr.")


def test_age_is_counted_in_whole_years():
    client = Client(born_on=date(2000, 2, 29))
    assert [client.age_on(day) for day in (date(2001, 2, 28), date(2001, 3, 1), date(1999, 1, 1))] == [0, 1, None]
    assert Client().age_on(date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    "words", ["ro", "díaz ROSA", "rosita", "marsh ro", "010-0142", "Feb 11, 1992", "2/11/92", "hr 1001", "1001"]
)
def test_a_client_is_found_by_parts_in_any_order(cast, session, words):
    assert found(session, cast.ana, words) == {"Rosa Díaz"}


@pytest.mark.parametrize("words", ["%", "_", "' or 1=1 --", "\\", "rosa nobody", "٠١٤٢", "***"])
def test_signs_are_only_signs(cast, session, words):
    assert "Rosa Díaz" not in found(session, cast.ana, words)


def test_names_of_several_words_are_found_as_one(cast, session):
    Client.add(by=cast.ana, first_name="María José", last_name="De Haro O'Neil")
    session.flush()
    for words in ("deharo", "mariajose", "de haro", "oneil", "o'neil"):
        assert found(session, cast.ana, words) == {"María José De Haro O'Neil"}


def test_a_changed_name_or_phone_is_found_at_once(cast, session):
    rosa = cast.rosa
    rosa.correct(by=cast.ana, last_name="Marín", phones=[Phone(number="555 777 1234")], other_names=[])
    session.flush()
    assert found(session, cast.ana, "marin") == found(session, cast.ana, "7771234") == {"Rosa Marín"}
    assert not found(session, cast.ana, "0142") and not found(session, cast.ana, "rosita")


def test_dates_and_digits_are_read_as_people_write_them():
    day = date(1992, 2, 11)
    assert {as_date(text) for text in ("1992-02-11", "2/11/1992", "02-11-1992", "Feb 11, 1992", "11 Feb 1992")} == {day}
    assert as_date("2/11/62") == date(1962, 2, 11) and as_date("soon") is None
    assert digits("+1 (555) 010-0142") == "5550100142" and digits("٥٥٥") == "" and digits(None) == ""


def test_a_person_without_a_case_is_known_to_every_caseworker_so_that_nobody_is_added_twice(cast, session):
    client = Client.add(by=cast.ana, first_name="New")
    session.flush()
    reach = {who: session.scalar(Client.visible_to(getattr(cast, who)).where(Client.id == client.id)) for who in
             ("ana", "bo", "cy", "di", "ada")}  # fmt: skip
    assert {who for who, seen in reach.items() if seen is not None} == {"ana", "bo", "cy", "di"}


def test_a_victim_services_record_is_never_joined_to_another_program(cast, session):
    with pytest.raises(RuleBroken, match="keeps its own client records"):
        Case.open(cast.rosa, by=cast.di, program=cast.harbor, received_on=clock.today())
    with pytest.raises(RuleBroken, match="belongs to one program alone"):
        Case.open(cast.hidden, by=cast.ana, program=cast.family, received_on=clock.today())


def test_being_assigned_opens_a_record_and_being_replaced_closes_it(cast, session):
    cast.case.assign(cast.cy, by=cast.bo)
    session.flush()
    assert session.scalar(Client.visible_to(cast.cy).where(Client.id == cast.rosa.id))
    cast.case.assign(cast.ana, by=cast.bo)
    session.flush()
    assert not session.scalar(Client.visible_to(cast.cy).where(Client.id == cast.rosa.id))


def test_a_restricted_record_opens_only_for_those_who_are_named(cast, session):
    cast.rosa.restrict(by=cast.bo, to=[])
    session.flush()
    assert not session.scalar(Client.visible_to(cast.ana).where(Client.id == cast.rosa.id))
    assert session.scalar(Client.visible_to(cast.bo).where(Client.id == cast.rosa.id))
    cast.rosa.unrestrict(by=cast.bo, reason="The order has ended")
    session.flush()
    assert session.scalar(Client.visible_to(cast.ana).where(Client.id == cast.rosa.id))


def test_reach_is_the_same_inside_another_question(cast, session):
    """A condition of reach keeps its own tables, whatever the question around it looks at."""
    clinic = Program.add(by=cast.ada, name="Recovery clinic", regime=Regime.PART_2)
    cast.di.work_in([cast.harbor, clinic], by=cast.ada)
    sealed = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today(), worker=cast.di)
    session.flush()
    joined = Client.visible_to(cast.ana).join(Case, Case.client_id == Client.id).where(Case.unsealed_for(cast.ana))
    assert {client.name for client in session.scalars(joined).unique()} == {"Rosa Díaz"}
    assert {case.id for case in session.scalars(Case.visible_to(cast.ana))} == {cast.case.id}
    assert sealed.id in {case.id for case in session.scalars(Case.visible_to(cast.di))}


def test_an_alert_is_looked_at_again_within_a_year_and_the_loudest_comes_first(cast, session):
    for days in (0, -1, 400):
        with pytest.raises(RuleBroken, match="within the next year"):
            Alert.raise_for(
                cast.rosa,
                by=cast.ana,
                kind=AlertKind.OTHER,
                what_to_do="x",
                review_on=clock.today() + timedelta(days=days),
            )
    for priority in (AlertPriority.LOW, AlertPriority.HIGH, AlertPriority.MEDIUM):
        Alert.raise_for(
            cast.rosa, by=cast.ana, kind=AlertKind.OTHER, what_to_do=priority.value, priority=priority,
            review_on=clock.today() + timedelta(days=30),
        )  # fmt: skip
    session.flush()
    loudest_first = Alert.visible_to(cast.ana).where(Alert.in_force(cast.rosa.id, cast.ana)).order_by(Alert.loudness())
    assert [alert.what_to_do for alert in session.scalars(loudest_first)] == ["high", "medium", "low"]


def test_a_case_begins_open_with_a_worker_and_waits_without_one(cast, session):
    client = Client.add(by=cast.ana, first_name="New")
    waiting = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    assert waiting.status is CaseStatus.INTAKE_PENDING and waiting.worker is None
    with pytest.raises(RuleBroken, match="already has a case"):
        Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    with pytest.raises(RuleBroken, match="in the future"):
        Case.open(client, by=cast.ana, program=cast.elders, received_on=clock.today() + timedelta(days=1))
    waiting.assign(cast.ana, by=cast.bo)
    assert waiting.status is CaseStatus.ACTIVE and waiting.opened_on == clock.today()
