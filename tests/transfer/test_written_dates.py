"""Birth dates as they stand in real spreadsheets."""

import pytest

from app.transfer.written_dates import born_as_written, day_comes_first


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("2/13/62", "19620213"), ("09/19/2008", "20080919"), ("1973-04-21", "19730421"), ("19930226", "19930226"),
        ("15-Nov-76", "19761115"), ("February 27, 1973", "19730227"), ("27 February 1973", "19730227"),
        ("04.25.2013", "20130425"), ("23350", "19631205"), ("1956", "19560000"), ("abt 1980", "19800000"),
        ("5 de mayo de 1980", "19800505"), ("1990-01-01T00:00:00", "19900101"), ("1/1/1990 0:00:00", "19900101"),
        ("25/12/1980", "19801225"), ("02/30/1958", "19580230"), ("02132001", "20010213"), ("2/29/2000", "20000229"),
        ("19991332", "19991332"), ("1/2/03", "20030102"), ("1/2/31", "19310102"),
        ("", ""), ("?", ""), ("unknown", ""), ("N/A", ""), ("refused", ""), ("12", ""), ("1980 or 1981", ""),
        ("0/0/0000", ""), ("99999999999", ""), ("٢/١٣/١٩٦٢", "19620213"), ("١٩٦٢٠٢١٣", "19620213"), ("abt spring", ""),
    ],
)  # fmt: skip
def test_a_date_as_written(text, born):
    assert born_as_written(text) == born


def test_whether_the_day_comes_first_is_seen_from_the_whole_column():
    assert day_comes_first(["01/02/1980", "25/12/1980", "13-01-1990"])
    assert not day_comes_first(["01/02/1980", "12/25/1980"])
    assert not day_comes_first(["", "unknown", "01/02/1980"])
    assert born_as_written("01/02/1980", day_first=True) == "19800201"
