"""The score: what makes two records likely one person, what perhaps, and what never."""

from datetime import date

import pytest

from app.models.caseload.likeness.person import Person, person_of
from app.models.caseload.likeness.weighing import Band, weigh

HOME = ("12 Main Street", "Millbrook", "21201")
PHONE = "410 555 0142"


def rosa(**other):
    known = {"given": "Rosa", "family": "Díaz", "born_on": date(1992, 2, 11), "phones": [PHONE], "addresses": [HOME]}
    return person_of(**(known | other))


@pytest.mark.parametrize(
    ("other", "band"),
    [
        ({}, Band.LIKELY),
        ({"given": "Díaz", "family": "Rosa"}, Band.LIKELY),
        ({"given": "Roza", "phones": [], "addresses": []}, Band.LIKELY),
        ({"given": "Rosita", "born_on": None, "addresses": []}, Band.LIKELY),
        ({"family": "Marsh", "phones": [], "addresses": []}, Band.LIKELY),
        ({"born_on": date(1992, 11, 2), "phones": [], "addresses": []}, Band.LIKELY),
        ({"born_on": None, "phones": [], "addresses": []}, Band.PERHAPS),
        ({"given": "Roza", "born_on": None, "phones": [], "addresses": []}, Band.PERHAPS),
        ({"given": "R", "born_on": None, "phones": [], "addresses": []}, Band.PERHAPS),
        ({"given": "Kim", "family": "Lee", "born_on": None, "addresses": []}, Band.PERHAPS),
        ({"given": "Kim", "family": "Lee", "phones": [], "addresses": []}, Band.NO),
        ({"given": "Ana", "born_on": None, "phones": [], "addresses": []}, Band.NO),
    ],
)
def test_the_band(other, band):
    assert weigh(rosa(), rosa(**other)).band is band
    assert weigh(rosa(**other), rosa()).band is band


def test_people_of_one_household_are_not_one_person():
    daughter = rosa(given="Lucía", born_on=date(2015, 6, 1))
    assert weigh(rosa(), daughter).band is Band.NO
    assert weigh(rosa(), daughter).contradicted


def test_twins_are_shown_and_never_joined_by_themselves():
    verdict = weigh(rosa(given="Lucía"), rosa())
    assert not verdict.contradicted and verdict.band is Band.LIKELY


def test_a_father_and_a_son_of_one_name_are_perhaps_the_same_at_most():
    son = rosa(given="José", family="Díaz Jr.", born_on=date(1992, 2, 11))
    father = rosa(given="José", born_on=date(1960, 7, 3))
    assert weigh(son, father).band is Band.PERHAPS


def test_every_reason_is_said_the_weightiest_first():
    why = weigh(rosa(emails=["r@example.org"]), rosa(emails=["R@example.org"])).why
    assert why == ["same name", "same email", "same birth date", "same phone number", "same address"]
    assert weigh(rosa(), rosa(given="Elena")).why[0] == "same birth date"
    assert "a short form of the name" in weigh(rosa(), rosa(given="Rosita")).why
    assert "name sounds alike" in weigh(rosa(family="Cruz"), rosa(family="Kruse")).why


def test_a_number_that_many_people_have_tells_little():
    one = person_of(given="Kim", family="Lee", phones=[PHONE])
    assert weigh(one, rosa(born_on=None)).band is Band.PERHAPS
    assert weigh(one, rosa(born_on=None), shared={"4105550142"}).band is Band.NO


def test_a_former_or_other_name_counts_as_much_as_the_legal_one():
    married = rosa(family="Marsh", other_names=["Rosa Díaz"], phones=[], addresses=[])
    assert weigh(rosa(), married).why[0] == "same name"


def test_a_whole_name_in_one_field_is_taken_apart():
    assert weigh(person_of(given="Rosa Díaz"), person_of(given="Rosa", family="Díaz")).why == ["same name"]


def test_people_of_whom_nothing_is_known_are_nobody():
    assert weigh(Person(), Person()).band is Band.NO
    assert weigh(Person(), rosa()).band is Band.NO
    assert weigh(person_of(given="Rosa"), person_of(family="Rosa")).band is Band.NO


def test_one_name_is_enough_to_be_asked_about_when_both_have_only_one():
    assert weigh(person_of(given="Lucky"), person_of(given="Lucky")).band is Band.PERHAPS
    assert weigh(person_of(given="Lucky"), person_of(given="Lucky", family="Price")).band is Band.NO


def test_an_unsure_birth_date_speaks_by_its_year_alone():
    unsure = rosa(born_on=date(1992, 1, 1), sure=False, phones=[], addresses=[])
    assert "same birth year" in weigh(rosa(), unsure).why
    assert weigh(rosa(born_on=date(1992, 1, 1), phones=[], addresses=[]), unsure).why[0] == "same name"
