"""How alike two birth dates are, with the errors that are made when they are spoken, heard and typed."""

from __future__ import annotations

import enum
from datetime import date

from rapidfuzz.distance import OSA


class Births(enum.IntEnum):
    """What two birth dates say about each other."""

    GENERATION = 0
    DIFFERENT = 1
    UNKNOWN = 2
    NEARBY = 3
    YEAR = 4
    CLOSE = 5
    DAY_AND_MONTH = 6
    ONE_OFF = 7
    SWAPPED = 8
    SAME = 9


A_MONTH = 45
A_YEAR = 400
GENERATION = 12 * 365


def written(day: date | None, *, sure: bool = True) -> str:
    """A birth date as eight digits; of a date that is not sure the year alone, `19560000`."""
    if day is None:
        return ""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}" if sure else f"{day.year:04d}0000"


def births_alike(one: str, other: str) -> Births:
    """Compare two dates as `written`; an impossible one (`19991332`) is compared by its digits."""
    if not one or not other:
        return Births.UNKNOWN
    if one[4:] == "0000" or other[4:] == "0000":
        return _years_alike(one[:4], other[:4])
    if one == other:
        return Births.SAME
    if one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]:
        return Births.SWAPPED
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return Births.ONE_OFF
    if one[4:] == other[4:]:
        return Births.DAY_AND_MONTH
    off = sum(a != b for a, b in zip(one, other, strict=True))
    if off == 2:
        return Births.CLOSE
    if one[:4] == other[:4]:
        return Births.YEAR
    days = abs(_days(one) - _days(other))
    if days <= A_YEAR or abs(days - 3652) <= A_MONTH:
        return Births.NEARBY
    return Births.DIFFERENT if days < GENERATION else Births.GENERATION


def _days(born: str) -> int:
    """Days since the year 0, near enough; good for impossible dates too."""
    return round(int(born[:4]) * 365.25 + int(born[4:6]) * 30.44 + int(born[6:]))


def _years_alike(one: str, other: str) -> Births:
    """When only a year is known of one of them: the same, one off (an age was counted), or another person's."""
    apart = abs(int(one) - int(other))
    if apart == 0:
        return Births.YEAR
    if apart == 1:
        return Births.UNKNOWN
    return Births.DIFFERENT if apart < 12 else Births.GENERATION
