"""Birth dates as they are misheard and mistyped."""

from datetime import date

import pytest

from app.models.caseload.likeness.births import Births, births_alike, written


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("19800501", "19800501", Births.SAME),
        ("19800501", "19800105", Births.SWAPPED),
        ("19800501", "19800502", Births.ONE_OFF),
        ("19800501", "19900501", Births.ONE_OFF),
        ("19800501", "19800711", Births.CLOSE),
        ("19800501", "19910501", Births.DAY_AND_MONTH),
        ("19800531", "19800914", Births.YEAR),
        ("19800501", "19810322", Births.NEARBY),
        ("19800501", "19860322", Births.DIFFERENT),
        ("19800501", "19550322", Births.GENERATION),
        ("19800501", "", Births.UNKNOWN),
        ("19800501", "19800000", Births.YEAR),
        ("19800501", "19810000", Births.UNKNOWN),
        ("19800000", "19850000", Births.DIFFERENT),
        ("19800000", "19500101", Births.GENERATION),
        ("19991332", "19991332", Births.SAME),
        ("19580230", "19580203", Births.ONE_OFF),
    ],
)
def test_what_two_birth_dates_say(one, other, what):
    assert births_alike(one, other) is what
    assert births_alike(other, one) is what


def test_of_a_date_that_is_not_sure_the_year_counts():
    assert written(date(1956, 1, 1), sure=False) == "19560000"
    assert written(date(1956, 2, 29)) == "19560229"
    assert written(None) == ""
