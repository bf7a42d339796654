"""The rows of a CSV file that may be badly written: what can be read is read, and the rest says why not."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.models.base import N_

LONGEST_CELL = 1_000_000
Words = tuple[str, dict[str, Any]]

# The limit belongs to the csv module as a whole; its own is too small for a long description.
csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True)
class Row:
    """One row of a file: its first line there, and its cells by column, or why it cannot be read."""

    line: int
    cells: dict[str, str]
    unreadable: Words | None = None


def rows_of(raw: Any, encoding: str, delimiter: str) -> Iterator[Row]:
    """The rows of one CSV file below its header; bytes that are not in the encoding make only their row unreadable."""
    if raw.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        yield Row(1, {}, (N_("The file is in UTF-16. Save it as UTF-8."), {}))
        return
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(raw, encoding=codec, errors="surrogateescape", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        line = 1
        try:
            header = [column.strip().casefold() for column in next(reader, [])]
            fault = fault_of(header)
            if fault is not None:
                yield Row(1, {}, fault)
                return
            line = reader.line_num + 1
            for cells in reader:
                if any(cells):
                    yield row_of(line, reader.line_num, header, cells)
                line = reader.line_num + 1
        except csv.Error:
            words = N_("From here on the file cannot be read: a quotation mark is probably not closed.")
            yield Row(line, {}, (words, {}))


def fault_of(header: list[str]) -> Words | None:
    """Why a file with this header cannot be read, or nothing."""
    if not header:
        return N_("The file is empty."), {}
    if "id" not in header:
        found = ", ".join(header)[:200].encode("utf-8", "replace").decode()
        return N_("The file has no column “id”. Its first line is: %(found)s"), {"found": found}
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        return N_("The file has the column “%(column)s” more than once."), {"column": twice[0]}
    return None


def row_of(first: int, last: int, header: list[str], cells: list[str]) -> Row:
    """The cells by column, or why the row cannot be trusted."""
    values = dict(zip(header, cells, strict=False))
    sound = {column: cell for column, cell in values.items() if "\x00" not in cell and not undecoded(cell)}
    if any("\x00" in cell for cell in cells):
        return Row(first, sound, (N_("The row has a NUL character in it."), {}))
    if any(undecoded(cell) for cell in cells):
        return Row(first, sound, (N_("The row is not in the encoding of the file (UTF-8 unless declared)."), {}))
    if len(cells) < len(header) and last > first:
        words = N_("The row ends early, at line %(last)s: a quotation mark is probably not closed.")
        return Row(first, values, (words, {"last": last}))
    if len(cells) < len(header) or any(cells[len(header) :]):
        words = N_("The row has %(cells)s cells where the first line has %(columns)s.")
        return Row(first, values, (words, {"cells": len(cells), "columns": len(header)}))
    return Row(first, values)


def undecoded(cell: str) -> bool:
    """Whether bytes of this cell were not in the file's encoding."""
    return not cell.isascii() and any("\udc80" <= character <= "\udcff" for character in cell)
