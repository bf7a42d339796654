"""From the text of a cell to the value of a column: what each kind of column accepts, and what it says of the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from app.directory.markup import plain_text
from app.models.base import N_, Choice
from app.models.linking.directory_words import byday_part

LONGEST_TEXT = 20_000
# How much of a text with markup is read: enough for the longest text that is kept, whatever its tags weigh.
LONGEST_MARKED = 100_000
Read = Callable[[str], Any]


class Unsound(Exception):
    """The text is no value of this kind: the words say why, `kept` is what can be kept of it, if anything."""

    def __init__(self, text: str, kept: Any = None, **values: Any) -> None:
        super().__init__(text)
        self.text = text
        self.kept = kept
        self.values = values


controls = {code: None for code in (*range(9), *range(11, 13), *range(14, 32), *range(127, 160))}
number = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,15})?")
iso_day = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
time_of_day = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*([Zz]|[+-][0-9]{2}:?[0-9]{2})?")


def cleaned(cell: str) -> str:
    """The text in normal form, with plain line ends and no other control characters."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    text = cell.replace("\r\n", "\n").replace("\r", "\n").translate(controls)
    return unicodedata.normalize("NFC", text).strip()


def text(longest: int) -> Read:
    """Any text, without markup; of a longer one the beginning is kept."""

    def read(cell: str) -> str | None:
        if "&" in cell or "<" in cell:
            cell = cleaned(plain_text(cell[:LONGEST_MARKED]).replace("\xa0", " "))
        if not cell:
            return None
        if len(cell) > longest:
            words = N_("%(column)s has %(length)s characters; the first %(most)s were kept.")
            raise Unsound(words, kept=cell[:longest].rstrip(), length=len(cell), most=longest)
        return cell

    return read


def whole_text(longest: int) -> Read:
    """A text that means nothing when it is cut, such as an address on the web."""

    def read(cell: str) -> str:
        cell = cell.replace("&amp;", "&")
        if len(cell) > longest:
            words = N_("%(column)s has %(length)s characters, more than %(most)s.")
            raise Unsound(words, length=len(cell), most=longest)
        return cell

    return read


def choice(values: type[Choice] | tuple[str, ...]) -> Read:
    """One of the values HSDS names, in upper or lower case."""
    known = {str(value).casefold(): value for value in values}

    def read(cell: str) -> Any:
        try:
            return known[cell.casefold().replace("_", " ")]
        except KeyError:
            words = N_("%(column)s is “%(found)s”, not one of: %(known)s.")
            raise Unsound(words, found=cell[:60], known=", ".join(str(value) for value in values)) from None

    return read


def decimal(least: float, most: float) -> Read:
    """A number within bounds, written with plain digits."""

    def read(cell: str) -> float:
        if not number.fullmatch(cell):
            raise Unsound(N_("%(column)s is “%(found)s”, not a number."), found=cell[:60])
        if not least <= float(cell) <= most:
            words = N_("%(column)s is %(found)s, not between %(least)s and %(most)s.")
            raise Unsound(words, found=cell[:60], least=f"{least:g}", most=f"{most:g}")
        return float(cell)

    return read


def whole(least: int, most: int) -> Read:
    """A whole number within bounds; a spreadsheet's `7.0` is 7."""
    within = decimal(least, most)

    def read(cell: str) -> int:
        value = within(cell)
        if not value.is_integer():
            raise Unsound(N_("%(column)s is “%(found)s”, not a whole number."), found=cell[:60])
        return int(value)

    return read


def cents(cell: str) -> int:
    """An amount of money, in cents."""
    decimal(0, 1_000_000_000)(cell)
    return int((Decimal(cell) * 100).to_integral_value())


def extension(cell: str) -> str:
    """A telephone extension; HSDS calls it a number, and a spreadsheet makes `12.0` of it."""
    return whole_text(20)(cell.removesuffix(".0"))


def day(cell: str) -> date:
    """A date as YYYY-MM-DD; a time after it is passed over."""
    match = iso_day.fullmatch(cell)
    try:
        found = date.fromisoformat(match[1]) if match else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise Unsound(N_("%(column)s is “%(found)s”, not a date such as 2026-11-24."), found=cell[:60])
    return found


def instant(cell: str) -> datetime:
    """A date and time; one without a time zone is in UTC."""
    try:
        found = datetime.fromisoformat(cell)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        if not 1900 <= found.year <= 2200:
            raise ValueError(cell)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        words = N_("%(column)s is “%(found)s”, not a date and time such as 2026-11-24T10:00:00Z.")
        raise Unsound(words, found=cell[:60]) from None


def hour(cell: str) -> time:
    """A time of day, `10:00` and `10:00:00` alike, as the clock on the spot shows it; 24:00 is midnight."""
    match = time_of_day.fullmatch(cell)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3]) if match else (99, 0, 0)
    if hours == 24 and not minutes and not seconds:
        hours = 0
    if match is None or hours > 23 or minutes > 59 or seconds > 59:
        raise Unsound(N_("%(column)s is “%(found)s”, not a time of day."), found=cell[:60])
    found = time(hours, minutes, seconds)
    if (match[4] or "").upper() == "Z" and found != time(0):
        words = N_("%(column)s is “%(found)s”; it was taken as the time on the spot. Check the hours.")
        raise Unsound(words, kept=found, found=cell[:60])
    return found


def days(cell: str) -> str:
    """Days as iCalendar lists them: `MO,TU`, or `2MO,-1FR` of a month."""
    parts = [part.strip() for part in cell.upper().split(",")]
    if not all(byday_part.fullmatch(part) for part in parts) or len(cell) > 255:
        raise Unsound(N_("%(column)s is “%(found)s”, not days such as MO,TU."), found=cell[:60])
    return ",".join(parts)
