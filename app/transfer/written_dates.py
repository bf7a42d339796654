"""Dates as people write them into spreadsheets, in US and other orders, as Excel numbers, impossible, or half known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from app import clock

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene january enero", "feb february febrero", "mar march marzo", "apr abr april abril", "may mayo",
         "jun june junio", "jul july julio", "aug ago august agosto", "sep sept september septiembre setiembre",
         "oct october octubre", "nov november noviembre", "dec dic december diciembre"), 1,
    )
    for name in names.split()
}  # fmt: skip
EXCEL_BEGINS = date(1899, 12, 30)


def born_as_written(text: str, *, day_first: bool = False) -> str:
    """A birth date as eight digits, `19800501`; a year alone as `19800000`; nothing when no date can be made out.

    A date that does not exist (`02/30/1958`) keeps its digits, so that it can still be compared.
    """
    ascii_digits = re.sub(r"\d", lambda digit: str(int(digit[0])), text.strip())
    plain = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", "", ascii_digits)
    if re.fullmatch(r"\d{8}", plain):
        return (
            plain
            if 1880 <= int(plain[:4]) <= clock.today().year
            else _numbers(plain[:2], plain[2:4], plain[4:], day_first)
        )
    if re.fullmatch(r"\d{5}", plain):
        return f"{EXCEL_BEGINS + timedelta(days=int(plain)):%Y%m%d}"
    words = re.findall(r"[a-zá-ú]+|\d+", plain.casefold())
    months = [MONTHS[word] for word in words if word in MONTHS]
    numbers = [word for word in words if word.isdigit()]
    if months and len(numbers) == 2:
        year, day = (numbers[0], numbers[1]) if len(numbers[0]) == 4 else (numbers[1], numbers[0])
        return _made(year, months[0], int(day))
    if len(numbers) == 3:
        return _numbers(numbers[0], numbers[1], numbers[2], day_first)
    years = [number for number in numbers if re.fullmatch(r"(18[89]|19\d|20\d)\d", number)]
    return f"{years[0]}0000" if len(years) == 1 else ""


def day_comes_first(texts: Iterable[str]) -> bool:
    """Whether a column of dates must be day/month/year: some could not be read otherwise, and more than the reverse."""
    first = second = 0
    for text in texts:
        match = re.fullmatch(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\s*", text)
        if match:
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return first > second


def _numbers(one: str, two: str, three: str, day_first: bool) -> str:
    if len(one) == 4:
        return _made(one, int(two), int(three))
    month, day = (int(two), int(one)) if day_first else (int(one), int(two))
    if month > 12 >= day:
        month, day = day, month
    return _made(three, month, day)


def _made(year: str, month: int, day: int) -> str:
    full = int(year)
    if len(year) == 2:
        full += 2000 if full <= clock.today().year % 100 else 1900
    return f"{full:04d}{month:02d}{day:02d}" if 1 <= month <= 99 and 1 <= day <= 99 and len(f"{full}") == 4 else ""
