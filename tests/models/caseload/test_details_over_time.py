"""What changes in a life: names, age, how somebody lives, and warnings that have to be looked at again."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.alert import Alert, AlertKind, AlertPriority
from app.models.caseload.answer import Answer
from app.models.caseload.circumstances import Circumstances, Employment, Housing
from app.models.caseload.client import BirthQuality, Client, NameKind, OtherName


def ids(session, words):
    return set(session.scalars(sa.select(Client.id).where(*Client.matching(words))))


def test_a_new_legal_name_keeps_the_one_until_now_and_both_are_found(cast, session):
    rosa = cast.rosa
    rosa.correct(by=cast.ana, last_name="Marín", keep_former=True)
    session.flush()
    former = rosa.other_names[-1]
    assert (former.text, former.kind, former.to_on) == ("Rosa Díaz", NameKind.FORMER_LEGAL, clock.today())
    for words in ("diaz", "marin", "rosita"):
        assert rosa.id in ids(session, words), words


def test_a_spelling_that_is_mended_keeps_nothing(cast, session):
    cast.rosa.correct(by=cast.ana, last_name="Dias")
    assert [name.text for name in cast.rosa.other_names] == ["Rosita Marsh"]
    cast.rosa.correct(by=cast.ana, pronouns="ze", keep_former=True)
    assert [name.text for name in cast.rosa.other_names] == ["Rosita Marsh"]


def test_a_name_with_its_days_is_not_written_anew_when_nothing_changed(cast, session):
    name = {"text": "Rosa Marsh", "kind": NameKind.MARRIED, "from_on": date(2012, 5, 1), "to_on": date(2019, 2, 1)}
    cast.rosa.correct(by=cast.ana, other_names=[OtherName(**name)])
    session.commit()
    before = session.query(Event).count()
    cast.rosa.correct(by=cast.ana, other_names=[OtherName(**name)])
    session.commit()
    assert session.query(Event).count() == before
    cast.rosa.correct(by=cast.ana, other_names=[OtherName(**(name | {"to_on": None}))])
    session.commit()
    assert session.query(Event).order_by(Event.id.desc()).first().fields == ["other_names"]


def test_twelve_names_of_two_hundred_letters_are_all_found(cast, session):
    names = [f"Person{n:02d}".ljust(60, "a") + " " + f"Nummer{n:02d}".ljust(139, "b") for n in range(12)]
    cast.rosa.correct(by=cast.ana, other_names=names)
    session.flush()
    session.expire_all()
    assert [name.text for name in cast.rosa.other_names] == names and all(len(name) == 200 for name in names)
    for n in range(12):
        assert ids(session, f"nummer{n:02d}") == {cast.rosa.id}


def test_an_age_that_was_said_grows_with_the_years():
    client = Client(age_said=40, age_said_on=date(2024, 3, 1))
    assert [client.age_on(day) for day in (date(2024, 3, 1), date(2025, 2, 28), date(2026, 3, 1), date(2023, 1, 1))] == [
        40, 40, 42, None,
    ]  # fmt: skip
    assert not client.age_is_sure


def test_somebody_born_on_the_29th_of_february_has_a_birthday_every_year():
    client = Client(born_on=date(2004, 2, 29), birth_quality=BirthQuality.FULL)
    assert [client.age_on(day) for day in (date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 28), date(2024, 2, 29))] == [
        17, 18, 19, 20,
    ]  # fmt: skip
    assert client.age_is_sure


def test_an_unborn_child_is_on_record_by_the_day_it_is_due(cast, session):
    due = clock.today() + timedelta(days=120)
    child = Client.add(
        by=cast.ana, first_name="Baby", last_name="Díaz", born_on=due, birth_quality=BirthQuality.APPROXIMATE
    )
    assert child.expected and child.age is None
    for born_on, quality in (
        (due, BirthQuality.FULL), (clock.today() + timedelta(days=301), BirthQuality.APPROXIMATE),
    ):  # fmt: skip
        with pytest.raises(RuleBroken, match="in the past"):
            child.correct(by=cast.ana, born_on=born_on, birth_quality=quality)
    child.correct(by=cast.ana, born_on=clock.today(), birth_quality=BirthQuality.FULL)
    assert not child.expected and child.age == 0


def test_how_somebody_lives_is_as_of_a_day_and_what_held_before_stays(cast, session):
    rosa, today = cast.rosa, clock.today()
    spring, summer = today - timedelta(days=200), today - timedelta(days=100)
    Circumstances.write_down(rosa, by=cast.ana, as_of_on=spring, housing=Housing.RENT, veteran=Answer.NO)
    Circumstances.write_down(rosa, by=cast.bo, as_of_on=summer, housing=Housing.HOMELESS, veteran=Answer.NO)
    session.flush()
    assert Circumstances.on(rosa, spring).housing is Housing.RENT
    assert Circumstances.on(rosa, summer - timedelta(days=1)).housing is Housing.RENT
    assert Circumstances.on(rosa, today).housing is Housing.HOMELESS
    assert Circumstances.on(rosa, spring - timedelta(days=1)) is None


def test_the_same_day_is_corrected_and_the_same_answers_are_not_written_twice(cast, session):
    rosa, today = cast.rosa, clock.today()
    first = Circumstances.write_down(rosa, by=cast.ana, as_of_on=today, employment=Employment.PART_TIME)
    session.flush()
    again = Circumstances.write_down(rosa, by=cast.bo, as_of_on=today, employment=Employment.RETIRED)
    session.flush()
    assert again is first and first.employment is Employment.RETIRED
    assert Circumstances.write_down(rosa, by=cast.ana, as_of_on=today, employment=Employment.RETIRED) is None
    session.commit()
    lines = session.query(Event).filter_by(kind=EventKind.CIRCUMSTANCES_CHANGED).all()
    assert [(line.by_id, line.fields) for line in lines] == [
        (cast.ana.id, ["employment"]),
        (cast.bo.id, ["employment"]),
    ]
    with pytest.raises(RuleBroken, match="in the past"):
        Circumstances.write_down(rosa, by=cast.ana, as_of_on=today + timedelta(days=1), employment=Employment.FARM)


def test_an_alert_past_its_review_says_so_until_somebody_looks_again(cast, session):
    with clock.at(clock.now() - timedelta(days=60)):
        alert = Alert.raise_for(
            cast.rosa, by=cast.ana, kind=AlertKind.OTHER, what_to_do="x", reason="She said so",
            review_on=clock.today() + timedelta(days=30),
        )  # fmt: skip
        assert not alert.overdue
    assert alert.overdue
    said = {"what_to_do": "Meet at the library", "priority": AlertPriority.LOW, "reason": "She said so"}
    for days in (0, 367):
        with pytest.raises(RuleBroken, match="within the next year"):
            alert.look_again(by=cast.bo, review_on=clock.today() + timedelta(days=days), **said)
    alert.look_again(by=cast.bo, review_on=clock.today() + timedelta(days=90), **said)
    session.commit()
    line = session.query(Event).filter_by(kind=EventKind.ALERT_REVIEWED).one()
    assert (
        not alert.overdue and line.by_id == cast.bo.id and set(line.fields) == {"what_to_do", "priority", "review_on"}
    )
    alert.end(by=cast.bo, reason="moved")
    with pytest.raises(RuleBroken, match="ended already"):
        alert.look_again(by=cast.bo, review_on=clock.today() + timedelta(days=90), **said)
