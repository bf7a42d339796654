"""Finding out that a person is on record already."""

from datetime import date

import pytest

from app.models.caseload.client import Client, Phone
from app.models.caseload.matching import Described, possible_matches


@pytest.fixture
def known(session, cast):
    """People on record, each with something that makes them hard to find."""

    def add(first, last, **more):
        return Client.add(by=cast.ana, first_name=first, last_name=last, **more)

    add("Sally", "De Haro", born_on=date(1980, 5, 1))
    add("José", "Núñez", phones=[Phone(number="(555) 234-9876")])
    add("Katherine", "Johnson-Smith", born_on=date(1975, 12, 31))
    add("Nguyen", "Thi Mai")
    add(None, None, preferred_name="Lucky")
    add("Wendell", "Price", phones=[Phone(number="555-0177")])
    session.flush()


def names_of(cast, *names, born_on=None, phone=None):
    found = possible_matches(cast.ana, Described(names=names, born_on=born_on, phone=phone))
    return [match.name for match in found]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (("Rosa", "Diaz"), "Rosa Díaz"),
        (("ROSA", "DÍAZ"), "Rosa Díaz"),
        (("Diaz", "Rosa"), "Rosa Díaz"),
        (("Roza", "Diaz"), "Rosa Díaz"),
        (("Rosa", "Diáz "), "Rosa Díaz"),
        (("Rosa Maria", "Diaz"), "Rosa Díaz"),
        (("Rosita", "Marsh"), "Rosa Díaz"),
        (("Sally", "DeHaro"), "Sally De Haro"),
        (("Sally", "de haro"), "Sally De Haro"),
        (("Saly", "Deharo"), "Sally De Haro"),
        (("De Haro", "Sally"), "Sally De Haro"),
        (("Jose", "Nunez"), "José Núñez"),
        (("Jose", "Nuñes"), "José Núñez"),
        (("Katharine", "Johnson Smith"), "Katherine Johnson-Smith"),
        (("Katherine", "JohnsonSmith"), "Katherine Johnson-Smith"),
        (("Katherine", "Smith"), "Katherine Johnson-Smith"),
        (("Catherine", "Johnson-Smith"), "Katherine Johnson-Smith"),
        (("Mai Thi", "Nguyen"), "Nguyen Thi Mai"),
        (("", "", "Lucky"), "Lucky"),
        (("lucky",), "Lucky"),
    ],
)
def test_a_name_is_recognised_in_whatever_way_it_is_written(known, cast, typed, name):
    assert names_of(cast, *typed)[:1] == [name]


@pytest.mark.parametrize(
    "typed",
    [
        ("Rosa", "Kowalska"),
        ("Ana", "Diaz"),
        ("Rosalind", "Dietrich"),
        ("Sally", "Miller"),
        ("Jose", "Price"),
        ("Mai", "Price"),
        ("x",),
        ("%", "_"),
        ("'; drop table client; --",),
        ("",),
        (),
    ],
)
def test_somebody_else_is_not_taken_for_one_of_them(known, cast, typed):
    assert names_of(cast, *typed) == []


@pytest.mark.parametrize("phone", ["5552349876", "(555) 234 9876", "1-555-234-9876", "+1 555 234 9876", "234-9876"])
def test_a_phone_is_recognised_by_its_digits(known, cast, phone):
    assert names_of(cast, "Somebody", "Else", phone=phone) == ["José Núñez"]


@pytest.mark.parametrize("phone", ["2349", "555", "5559999999", "٥٥٥٢٣٤٩٨٧٦", "call me"])
def test_another_phone_or_too_few_digits_tell_nothing(known, cast, phone):
    assert names_of(cast, "Somebody", "Else", phone=phone) == []


def test_a_number_on_file_without_its_area_code_is_the_same_line(known, cast):
    assert names_of(cast, "Somebody", "Else", phone="(410) 555-0177") == ["Wendell Price"]


def test_a_birth_date_alone_says_nothing_but_with_one_name_it_does(known, cast):
    assert names_of(cast, "Tom", "Brown", born_on=date(1980, 5, 1)) == []
    assert names_of(cast, "Sally", "Brown", born_on=date(1980, 5, 1)) == ["Sally De Haro"]


def test_the_likeliest_comes_first_with_every_reason(known, cast, session):
    Client.add(by=cast.ana, first_name="Rosa", last_name="Dias", born_on=date(1992, 11, 2))
    found = possible_matches(
        cast.ana, Described(names=("Rosa", "Díaz"), born_on=date(1992, 2, 11), phone="(555) 010-0142")
    )
    assert [match.name for match in found] == ["Rosa Díaz", "Rosa Dias"]
    assert found[0].why == ["same name", "same birth date", "same phone number"]
    assert found[1].why == ["similar name", "birth date with day and month swapped"]
    assert [match.likely for match in found] == [True, True]
    assert [program for program, _status in found[0].cases] == ["Family stability"]


def test_at_most_five_are_shown(cast, session):
    for _ in range(8):
        Client.add(by=cast.ana, first_name="Maria", last_name="Garcia")
    assert names_of(cast, "Maria", "Garcia") == ["Maria Garcia"] * 5


def test_a_sealed_record_is_not_betrayed_by_a_warning(cast, session):
    described = Described(names=("Hope", "Hidden"))
    assert possible_matches(cast.ana, described) == []
    assert [match.name for match in possible_matches(cast.di, described)] == ["Hope Hidden"]


def test_a_restricted_record_is_not_betrayed_either(cast, session):
    cast.rosa.restrict(by=cast.bo, to=[])
    session.flush()
    assert names_of(cast, "Rosa", "Diaz") == []


def test_a_case_in_a_sealed_program_is_not_named(cast, session):
    from app.models.caseload.case import Case
    from app.models.caseload.program import Program, Regime

    clinic = Program.add(by=cast.ada, name="Recovery clinic", regime=Regime.PART_2)
    Case.open(cast.rosa, by=cast.di, program=clinic, received_on=date(2026, 1, 5))
    session.flush()
    found = possible_matches(cast.ana, Described(names=("Rosa", "Diaz")))
    assert [program for program, _status in found[0].cases] == ["Family stability"]


def test_an_administrator_learns_nothing(cast):
    assert possible_matches(cast.ada, Described(names=("Rosa", "Diaz"))) == []


def test_it_takes_two_queries(cast, session):
    import sqlalchemy as sa

    reader, agency = cast.ana, cast.agency
    assert reader.program_ids and agency.openness  # both are at hand in every request
    asked = []
    engine = session.get_bind()
    count = lambda *args: asked.append(args[2])  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        possible_matches(reader, Described(names=("Rosa", "Diaz"), born_on=date(1992, 2, 11), phone="5550100142"))
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert len(asked) == 2
