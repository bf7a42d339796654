"""Importing an HSDS package into the directory: as far as it is sound, all or nothing, twice without doubling.

A row that is not sound is left out and reported; a column that may be empty and cannot be read is left blank, and that
is reported too. Rows that are here already are known by their HSDS id and updated in place; rows that the package does
not have stay as they are, since it may be one of several sources. What staff wrote is never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.package import FILES, Package, PackageRefused, Row, Source, Words, read_package
from app.directory.report import Counts, ImportReport, LeftOut
from app.directory.tables import TABLES, Key, Table
from app.directory.values import Read, Unsound, cleaned
from app.models.agency.event import EventKind
from app.models.base import N_
from app.models.linking.directory_import import DirectoryImport
from app.models.linking.directory_search import refold

if TYPE_CHECKING:
    from app.models.agency.user import User

# Rows written and compared at a time: few enough for one IN on SQLite.
BATCH = 500
LONGEST_ID = 250
Progress = Callable[[str, Counts], None]
T = TypeVar("T")


class NothingSound(PackageRefused):
    """There was a package, but no organization and no service in it could be taken; its report says why."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(N_("No organization and no service in it could be read. Nothing was imported."))
        self.report = report


class LeaveOut(Exception):
    """This row is not taken, for this reason."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text)
        self.words: Words = (text, values)


@dataclass
class Run:
    """One import under way: where it reads and writes, what it reports, and the numbers of rows by their HSDS ids."""

    session: Session
    package: Package
    report: ImportReport
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)

    def number_of(self, table: str, hsds_id: str) -> int | None:
        """The number of the row with this HSDS id, or nothing."""
        return self.known(table).get(hsds_id)

    def known(self, table: str) -> dict[str, int]:
        """The numbers of all rows of a table by their HSDS ids."""
        if table not in self.numbers:
            model = next(known.model for known in TABLES if known.name == table)
            rows = self.session.execute(sa.select(model.hsds_id, model.id))
            self.numbers[table] = {hsds_id: number for hsds_id, number in rows}
        return self.numbers[table]


def import_directory(
    session: Session,
    path: Path | IO[bytes],
    by: User | None = None,
    *,
    name: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a package (a folder, a zip, or an uploaded zip called `name`) into the directory and report on it.

    Everything or, when it raises PackageRefused, nothing; the caller commits. `progress` hears of each table when it
    is done.
    """
    with session.begin_nested(), read_package(path, name=name) as package:
        run = Run(session, package, ImportReport(source=package.title, remarks=list(package.remarks)))
        for table in TABLES:
            bring_in(run, table)
            if progress is not None:
                progress(table.name, run.report.of(table.name))
        remark(run)
        if not run.report.of("organization").sound + run.report.of("service").sound:
            raise NothingSound(run.report)
        refold(session)
        keep(run, by)
    session.expire_all()
    return run.report


def keep(run: Run, by: User | None) -> None:
    """Keep the report, with a line on the trail that names the tables that changed."""
    kept = DirectoryImport(by=by, source=run.report.source, report=run.report.as_json())
    run.session.add(kept)
    touched = [name for name, counts in run.report.tables.items() if counts.added or counts.changed]
    kept.record(EventKind.DIRECTORY_IMPORTED, by=by, fields=touched)


def remark(run: Run) -> None:
    """Say which files were missed and which were passed over."""
    for table in ("organization", "service"):
        if table not in run.package.sources:
            run.report.remarks.append((N_("%(file)s is missing."), {"file": FILES[table]}))
    kept = {table.name for table in TABLES}
    for table, source in run.package.sources.items():
        if table not in kept:
            run.report.remarks.append((N_("%(file)s holds what Handrail does not keep and was not read."), {"file": source.name}))
    for file, rows in run.passed_over.items():
        words = N_("%(file)s: %(rows)s rows are about other records than services and were not read.")
        run.report.remarks.append((words, {"file": file, "rows": rows}))


def bring_in(run: Run, table: Table) -> None:
    """One table: read, compare, write, count."""
    before = set(run.known(table.name))
    seen: dict[str, int] = {}
    source = run.package.sources.get(table.name)
    if source is not None:
        taken = Taken()
        for rows in batches(sound_rows(run, table, source, seen, taken), BATCH):
            write(run, table, rows, taken)
        run.numbers.pop(table.name, None)
        if table.parent:
            join_parents(run, table, source, taken)
        counts = run.report.of(table.name)
        counts.added, counts.changed, counts.unchanged = len(taken.added), len(taken.changed), len(taken.unchanged)
    run.report.of(table.name).absent = len(before - seen.keys())


@dataclass
class Taken:
    """The HSDS ids of one table's rows by what became of them, and the parent each names with its line."""

    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    parents: dict[str, tuple[str, int]] = field(default_factory=dict)


def batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most this size."""
    while batch := list(islice(rows, size)):
        yield batch


def sound_rows(run: Run, table: Table, source: Source, seen: dict[str, int], taken: Taken) -> Iterator[dict[str, Any]]:
    """The rows of a file as values of ours; what is left out or altered goes into the report."""
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
        yield values


def is_about(run: Run, table: Table, source: Source, row: Row) -> bool:
    """Whether the row is about what we keep; an attribute of another record is passed over and only counted."""
    if table.name != "attribute" or row.unreadable:
        return True
    entity = cleaned(row.cells.get("link_entity", "")).casefold()
    if entity in FILES and entity != "service":
        run.passed_over[source.name] += 1
        return False
    if entity != "service":
        raise LeaveOut(N_("%(column)s is “%(found)s”, not the name of a table."), column="link_entity", found=entity[:60])
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
        return read(cell)
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


def write(run: Run, table: Table, rows: list[dict[str, Any]], taken: Taken) -> None:
    """Insert the rows that are new and update those that differ."""
    columns = table.model.__table__.c
    names = table.attributes
    ours = sa.select(columns.hsds_id, columns.id, *(columns[name] for name in names))
    kept = {row[0]: row for row in run.session.execute(ours.where(columns.hsds_id.in_([row["hsds_id"] for row in rows])))}
    new, changed = [], []
    for row in rows:
        before = kept.get(row["hsds_id"])
        if before is None:
            taken.added.add(row["hsds_id"])
            new.append(row | {"source": run.report.source or None} if table.sourced else row)
        elif tuple(before[2:]) != tuple(row[name] for name in names):
            taken.changed.add(row["hsds_id"])
            changed.append({"at": before[1], **{name: row[name] for name in names}})
        else:
            taken.unchanged.add(row["hsds_id"])
    if new:
        run.session.execute(sa.insert(table.model.__table__), new)
    update(run, table, names, changed)


def update(run: Run, table: Table, names: list[str], rows: list[dict[str, Any]]) -> None:
    """Write these columns of the rows at these numbers; an edit that was opened before finds them newer."""
    if not rows:
        return
    ours = table.model.__table__
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    if "version" in ours.c:
        values["version"] = ours.c.version + 1
    run.session.connection().execute(sa.update(ours).where(ours.c.id == sa.bindparam("at")).values(values), rows)


def join_parents(run: Run, table: Table, source: Source, taken: Taken) -> None:
    """Set the keys that point into the same table, now that all of its rows are there; none may be its own ancestor."""
    ours = table.model.__table__.c
    above: dict[str, str | None] = {}
    numbers = run.known(table.name)
    by_number = {number: hsds_id for hsds_id, number in numbers.items()}
    for hsds_id, parent in run.session.execute(sa.select(ours.hsds_id, ours[table.parent])):
        above[hsds_id] = by_number.get(parent)
    before = dict(above)
    for hsds_id, (parent, line) in taken.parents.items():
        words = nowhere(table.parent, table.name, parent) if parent and parent not in numbers else None
        above[hsds_id] = parent if parent in numbers else None
        if words is None and goes_round(hsds_id, above):
            above[hsds_id] = None
            words = N_("%(column)s leads back to the row itself."), {"column": table.parent}
        if words is not None:
            run.report.alter(LeftOut(source.name, line, hsds_id, *words))
    moved = [hsds_id for hsds_id in taken.parents if above[hsds_id] != before[hsds_id]]
    rows = [{"at": numbers[hsds_id], table.parent: numbers.get(above[hsds_id] or "")} for hsds_id in moved]
    update(run, table, [table.parent], rows)
    taken.changed |= taken.unchanged.intersection(moved)
    taken.unchanged -= taken.changed


def goes_round(hsds_id: str, above: dict[str, str | None]) -> bool:
    """Whether going from parent to parent comes back to the start."""
    at, met = above.get(hsds_id), set()
    while at is not None and at not in met:
        if at == hsds_id:
            return True
        met.add(at)
        at = above.get(at)
    return False
