"""Which rows of a list are known to be the same person, to measure what was found against it."""

from __future__ import annotations

from pathlib import Path

from app.transfer.people import PeopleFile
from app.transfer.spreadsheet import NotATable, Sheet, read_sheet

VERDICTS = ("score", "match", "label", "same", "truth")

Pair = tuple[int, int]


def read_pairs(path: Path, people: PeopleFile) -> set[Pair]:
    """The pairs of a file as rows of the list, the earlier first.

    The two columns hold what some column of the list holds (an id, looked at for this alone), or, called “row …”, the
    numbers of the rows in the sheet. Where a column says how sure each pair is, those under one half do not count.
    Raises NotATable when a pair names a row that is not in the list.
    """
    sheet = read_sheet(path, known=lambda name: not name.replace(".", "").isdigit())
    columns, rows_by = _columns_with_rows(path, sheet, people)
    sure = next(
        (at for at, name in enumerate(sheet.columns) if any(word in name.casefold() for word in VERDICTS)), None
    )
    found = set()
    for number, cells in sheet.rows:
        if sure is not None and not _holds(cells[sure]):
            continue
        named = [rows_by.get(cells[at]) for at in columns]
        if None in named:
            raise NotATable(
                f"{path}, row {number}: {cells[columns[0]]} and {cells[columns[1]]} are not both in the list."
            )
        one, other = sorted(row for row in named if row is not None)
        if one != other:
            found.add((one, other))
    if not found:
        raise NotATable(f"{path} holds no pairs.")
    return found


def _columns_with_rows(path: Path, sheet: Sheet, people: PeopleFile) -> tuple[list[int], dict[str, int]]:
    """The two columns that name rows of the list, and how."""
    numbered = {str(number): number for number in people.people}
    called_row = [at for at, name in enumerate(sheet.columns) if "row" in name.casefold()]
    if len(called_row) == 2:
        return called_row, numbered
    fitting: list[tuple[int, dict[str, int]]] = []
    for at in range(len(sheet.columns)):
        rows_by = people.rows_by({cell for cell in sheet.column(at) if cell})
        if rows_by is not None:
            fitting.append((at, rows_by))
    if len(fitting) < 2:
        raise NotATable(
            f"{path}: two columns are needed that name rows of the list by an id or as “row 1” and “row 2”."
        )
    return [fitting[0][0], fitting[1][0]], fitting[0][1]


def _holds(cell: str) -> bool:
    try:
        return float(cell) >= 0.5
    except ValueError:
        return cell.casefold() in ("yes", "true", "y", "same", "match")
