"""The poverty level of an intake: rounding that never lets anybody slip under a limit, and the pinned year."""

from datetime import UTC, date, datetime

import pytest

from app import clock
from app.models.caseload import poverty
from app.models.caseload.poverty import PovertyArea, guideline_on


@pytest.mark.parametrize(
    ("size", "area", "dollars"),
    [
        (1, PovertyArea.CONTIGUOUS, 15_650),
        (4, PovertyArea.CONTIGUOUS, 32_150),
        (8, PovertyArea.CONTIGUOUS, 54_150),
        (1, PovertyArea.ALASKA, 19_550),
        (3, PovertyArea.ALASKA, 33_310),
        (2, PovertyArea.HAWAII, 24_320),
    ],
)
def test_the_guideline_of_2025(size, area, dollars):
    assert guideline_on(date(2025, 6, 1), size=size, area=area).cents == 100 * dollars


def test_a_percentage_within_a_limit_is_an_income_within_it():
    one = guideline_on(date(2025, 6, 1), size=1, area=PovertyArea.CONTIGUOUS)
    assert one.percent_held_against_a_limit(15_650_00) == 100
    assert one.percent_held_against_a_limit(15_650_01) == 101
    assert one.percent_held_against_a_limit(0) == 0


def test_the_year_is_the_newest_in_effect_on_that_day():
    area = PovertyArea.CONTIGUOUS
    years = [guideline_on(date(2026, 1, day), size=1, area=area).year for day in (12, 13)]
    assert years == [2025, 2026]
    assert guideline_on(date(2024, 5, 1), size=1, area=area) is None


def test_what_was_reckoned_stays_when_a_new_year_comes_until_the_numbers_change(cast, session, monkeypatch):
    intake, said = cast.intake, {"household_size": 2, "monthly_income": 200_000, "poverty_area": PovertyArea.CONTIGUOUS}
    with clock.at(datetime(2025, 6, 1, 15, tzinfo=UTC)):
        intake.determine(by=cast.ana, **said)
    assert (intake.poverty_year, intake.poverty_percent) == (2025, 114)
    next_year = {
        "effective": "2027-01-12",
        "source": "invented",
        "dollars": {"contiguous": {"one": 20_000, "each_further": 6_000}},
    }
    later = {**poverty._tables(), 2027: next_year}
    monkeypatch.setattr(poverty, "_tables", lambda: later)
    with clock.at(datetime(2027, 6, 1, 15, tzinfo=UTC)):
        intake.determine(by=cast.ana, **said)
        assert (intake.poverty_year, intake.poverty_percent) == (2025, 114)
        intake.determine(by=cast.ana, **said | {"monthly_income": 210_000})
        assert (intake.poverty_year, intake.poverty_percent) == (2027, 97)
        intake.determine(by=cast.ana, **said | {"household_size": None})
    assert (intake.poverty_year, intake.poverty_percent) == (None, None)
