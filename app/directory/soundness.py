"""Which rows of a package can be taken, and with which values: the reasons for leaving one out are all here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.directory.csv_rows import Row, Words
from app.directory.package import FILES, Source
from app.directory.report import LeftOut
from app.directory.run import Run, Taken
from app.directory.tables import Key, Table
from app.directory.values import Read, Unsound, cleaned
from app.models.base import N_
from app.models.linking.directory_row import OWN

LONGEST_ID = 250


class LeaveOut(Exception):
    """This row is not taken, for this reason."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text)
        self.words: Words = (text, values)


def sound_rows(
    run: Run, table: Table, source: Source, seen: dict[str, int], taken: Taken
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a file as values of ours, each with its line; what is left out or altered goes into the report."""
    for row in source.rows():
        hsds_id = cleaned(row.cells.get("id", ""))
        altered: list[Words] = []
        try:
            if not is_about(run, table, source, row):
                continue
            values = sound(run, table, row, seen, altered)
        except LeaveOut as left:
            run.report.leave_out(table.name, LeftOut(source.name, row.line, hsds_id[:LONGEST_ID], *left.words))
            continue
        for words in altered:
            run.report.alter(LeftOut(source.name, row.line, hsds_id, *words))
        if table.parent:
            taken.parents[hsds_id] = (cleaned(row.cells.get(table.parent, "")), row.line)
        yield row.line, values


def is_about(run: Run, table: Table, source: Source, row: Row) -> bool:
    """Whether the row is about what we keep; an attribute of another record is passed over and only counted."""
    if table.name != "attribute" or row.unreadable:
        return True
    entity = cleaned(row.cells.get("link_entity", "")).casefold()
    if entity in FILES and entity != "service":
        run.passed_over[source.name] += 1
        return False
    if entity != "service":
        words = N_("%(column)s is “%(found)s”, not the name of a table.")
        raise LeaveOut(words, column="link_entity", found=entity[:60])
    return True


def sound(run: Run, table: Table, row: Row, seen: dict[str, int], altered: list[Words]) -> dict[str, Any]:
    """The values of one row; raises LeaveOut if it cannot be taken, and lists what had to be altered."""
    hsds_id = identified(row, seen)
    values: dict[str, Any] = {"hsds_id": hsds_id}
    for column, read in table.readers.items():
        values[table.attribute(column)] = value_of(table, column, read, row, altered)
    for key in table.keys:
        values[key.attribute] = pointed_to(run, key, row, altered)
    if table.any_of and not any(values[key] for key in table.any_of):
        named = next((column for column in table.any_of if cleaned(row.cells.get(column, ""))), None)
        if named is None:
            raise LeaveOut(N_("It hangs on nothing: %(columns)s are all empty."), columns=", ".join(table.any_of))
        text, words = altered[-1]
        raise LeaveOut(text, **words)
    for columns, remark in table.check(values) if table.check else ():
        values.update(dict.fromkeys(columns))
        altered.append(remark)
    return values


def identified(row: Row, seen: dict[str, int]) -> str:
    """The row's HSDS id, if the row can be read and the id is one and new in this file."""
    hsds_id = cleaned(row.cells.get("id", ""))
    if row.unreadable is not None:
        raise LeaveOut(row.unreadable[0], **row.unreadable[1])
    if not hsds_id:
        raise LeaveOut(N_("%(column)s is empty."), column="id")
    if len(hsds_id) > LONGEST_ID:
        raise LeaveOut(N_("The id has more than %(most)s characters."), most=LONGEST_ID)
    if hsds_id.startswith(OWN):
        raise LeaveOut(N_("The id begins with “%(own)s”: that is an entry of this agency’s own."), own=OWN)
    if hsds_id in seen:
        raise LeaveOut(N_("The id stands twice in this file; the row on line %(line)s was taken."), line=seen[hsds_id])
    seen[hsds_id] = row.line
    return hsds_id


def value_of(table: Table, column: str, read: Read, row: Row, altered: list[Words]) -> Any:
    """The value of one column; blank, with a remark, where it may be and cannot be read."""
    cell = cleaned(row.cells.get(column, ""))
    if not cell:
        if column in table.required:
            raise LeaveOut(N_("%(column)s is empty."), column=column)
        return None
    try:
        value = read(cell)
        if value is None and column in table.required:
            raise LeaveOut(N_("%(column)s is empty."), column=column)
        return value
    except Unsound as unsound:
        if unsound.kept is None and column in table.required + table.strict:
            raise LeaveOut(unsound.text, column=column, **unsound.values) from None
        altered.append((unsound.text, {"column": column, **unsound.values}))
        return unsound.kept


def pointed_to(run: Run, key: Key, row: Row, altered: list[Words]) -> int | None:
    """The number of the row that a key points to; blank, with a remark, where it points nowhere and may be blank."""
    hsds_id = cleaned(row.cells.get(key.column, ""))
    if not hsds_id:
        if key.required:
            raise LeaveOut(N_("%(column)s is empty."), column=key.column)
        return None
    number = run.number_of(key.table, hsds_id)
    if number is None:
        words, values = nowhere(key.column, key.table, hsds_id)
        if key.required:
            raise LeaveOut(words, **values)
        altered.append((words, values))
    return number


def nowhere(column: str, table: str, hsds_id: str) -> Words:
    """The words for a key that points to no row."""
    words = N_("%(column)s points to %(id)s, which is not among the %(table)s rows that were taken.")
    return words, {"column": column, "id": hsds_id[:60], "table": table}
