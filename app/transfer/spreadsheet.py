"""A table of text as it comes from somebody's spreadsheet: encoding, delimiter and header row are guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 200_000_000
DELIMITERS = ",;\t|"
LOOKED_FOR_HEADER = 20


class NotATable(Exception):
    """The file cannot be read as a table; the text says why, in plain words."""


@dataclass(frozen=True)
class Sheet:
    """A table: its columns' names, and each row with its number in the sheet (the first row of the file is 1)."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]

    def column(self, index: int) -> list[str]:
        """Every cell of a column, top to bottom."""
        return [cells[index] for _number, cells in self.rows]


def read_sheet(path: Path, *, known: Callable[[str], bool] = lambda _name: False) -> Sheet:
    """Read a CSV. The header is the row among the first twenty with most names that are `known`, else the first.

    Raises NotATable when there is nothing to read, or when it is no text (a workbook, a picture).
    """
    rows = [[_clean(cell) for cell in row] for row in _parsed(_text_of(path))]
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    if not numbered:
        raise NotATable(f"{path} holds no rows.")
    begins = max(range(min(LOOKED_FOR_HEADER, len(numbered))), key=lambda at: (_names_in(numbered[at][1], known), -at))
    columns = numbered[begins][1]
    width = len(columns)
    body = [(number, (row + [""] * width)[:width]) for number, row in numbered[begins + 1 :]]
    return Sheet(columns, body)


def _names_in(row: list[str], known: Callable[[str], bool]) -> int:
    return sum(1 for cell in row if cell and known(cell))


def _text_of(path: Path) -> str:
    """The file's text: UTF-8 or UTF-16 if it says so or fits, else the encoding of Western Windows."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotATable(f"{path} is too large to be a list of people ({MOST_BYTES // 1_000_000} MB at most).")
        raw = path.read_bytes()
    except OSError as trouble:
        raise NotATable(f"{path} cannot be read: {trouble.strerror}.") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(raw, "utf-16", path)
    if b"\x00" in raw[:4096] or raw.startswith(b"PK\x03\x04"):
        raise NotATable(f"{path} is not text. If it is a workbook, save the sheet as CSV first.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _decoded(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise NotATable(f"{path} is damaged: it says that it is {encoding.upper()}, and is not.") from None


def _parsed(text: str) -> list[list[str]]:
    delimiter = max(DELIMITERS, key=lambda sign: _evenness(text, sign))
    csv.field_size_limit(10_000_000)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _evenness(text: str, sign: str) -> tuple[int, int]:
    """How well a sign divides the first lines: in how many there are as many as in most, and how many that is."""
    counts = [line.count(sign) for line in text.splitlines()[:50] if line.strip()]
    usual = max(set(counts), key=lambda count: (counts.count(count) * (count > 0), count)) if counts else 0
    return (counts.count(usual) if usual else 0, usual)


def _clean(cell: str) -> str:
    return " ".join(cell.replace("\xa0", " ").replace("\x00", "").split())
