"""What a person lives on: statements as of a day, with the poverty guideline of that day pinned to them."""

from datetime import date, timedelta

import pytest

from app import clock
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.answer import Answer
from app.models.caseload.income import IncomeAmount, IncomeRecord, IncomeSource
from app.models.caseload.poverty import PovertyArea, guideline_on


def statement(cast, *, on=None, cents=133_000, **said):
    said = {"income": Answer.YES, "household_size": 1} | said
    amounts = [IncomeAmount(source=IncomeSource.EARNED, cents=cents)] if said["income"] is Answer.YES else None
    return IncomeRecord.write_down(cast.rosa, by=cast.ana, as_of_on=on or date(2026, 3, 1), amounts=amounts, **said)


@pytest.mark.parametrize(
    ("area", "size", "day", "year", "dollars"),
    [
        ("contiguous", 1, date(2025, 6, 1), 2025, 15_650),
        ("contiguous", 4, date(2025, 6, 1), 2025, 32_150),
        ("alaska", 2, date(2025, 6, 1), 2025, 26_430),
        ("hawaii", 3, date(2025, 6, 1), 2025, 30_650),
        ("contiguous", 1, date(2026, 1, 12), 2025, 15_650),
        ("contiguous", 1, date(2026, 1, 13), 2026, 15_960),
        ("contiguous", 8, date(2026, 6, 1), 2026, 55_720),
        ("alaska", 8, date(2026, 6, 1), 2026, 69_650),
        ("hawaii", 8, date(2026, 6, 1), 2026, 64_070),
    ],
)
def test_the_guideline_is_the_one_in_effect_on_the_day(area, size, day, year, dollars):
    found = guideline_on(day, area=PovertyArea(area), size=size)
    assert (found.year, found.cents) == (year, dollars * 100) and "HHS" in found.source


def test_before_the_first_guideline_on_file_there_is_none(cast, session):
    assert guideline_on(date(2024, 12, 31), area=PovertyArea.CONTIGUOUS, size=1) is None
    record = statement(cast, on=date(2024, 12, 31))
    assert (record.guideline_year, record.percent) == (None, "")


def test_the_percentage_is_pinned_and_never_worked_out_again(cast, session):
    record = statement(cast)
    assert (record.guideline_year, record.guideline_cents, record.percent) == (2026, 1_596_000, "100.0")
    Agency.here().poverty_area = PovertyArea.ALASKA
    session.flush()
    session.expire_all()
    assert (record.percent, record.guideline_area) == ("100.0", PovertyArea.CONTIGUOUS)
    assert statement(cast).guideline_cents == 1_995_000


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        ({"household_size": None}, ""),
        ({"income": Answer.UNKNOWN}, ""),
        ({"income": Answer.DECLINED}, ""),
        ({"income": Answer.NO}, "0.0"),
        ({"household_size": 4}, "48.4"),
        ({"household_cents": 275_000, "household_size": 4}, "100.0"),
        ({"income": Answer.UNKNOWN, "household_cents": 0}, "0.0"),
    ],
)
def test_what_is_compared_is_the_households_income_where_it_is_known(cast, session, said, percent):
    assert statement(cast, **said).percent == percent


@pytest.mark.parametrize(
    "wrong",
    [
        {"income": Answer.YES, "amounts": []},
        {"income": Answer.NO, "amounts": [IncomeAmount(source=IncomeSource.SSI, cents=1)]},
        {"income": Answer.NO, "benefits": Answer.YES},
        {"income": Answer.NO, "benefit_kinds": ["snap"]},
        {"income": Answer.NO, "insurance": Answer.DECLINED, "insurance_kinds": ["medicaid"]},
    ],
)
def test_an_answer_and_what_is_listed_have_to_fit(cast, session, wrong):
    with pytest.raises(RuleBroken):
        IncomeRecord.write_down(cast.rosa, by=cast.ana, as_of_on=clock.today(), **wrong)


def test_a_statement_is_of_today_or_before(cast, session):
    with pytest.raises(RuleBroken, match="today or in the past"):
        statement(cast, on=clock.today() + timedelta(days=1))


def test_the_newest_day_holds_whenever_it_was_written_and_errors_count_nowhere(cast, session):
    newer, older = statement(cast, on=date(2026, 6, 1)), statement(cast, on=date(2026, 2, 1))
    session.flush()
    assert IncomeRecord.newest(cast.rosa) is newer
    newer.mark_in_error(by=cast.bo, reason="Somebody else’s")
    session.flush()
    assert IncomeRecord.newest(cast.rosa) is older
    with pytest.raises(RuleBroken, match="already"):
        newer.mark_in_error(by=cast.bo, reason="again")
    session.commit()
    kinds = [line.kind for line in session.query(Event).filter_by(record_kind="income_record")]
    assert kinds.count(EventKind.INCOME_WRITTEN) == 2 and kinds.count(EventKind.INCOME_IN_ERROR) == 1
