"""Importing an HSDS package into the directory: as far as it is sound, all or nothing, twice without doubling.

A row that is not sound is left out and reported; a column that may be empty and cannot be read is left blank, and that
is reported too. Rows that are here already are known by their HSDS id and updated in place; rows that the package does
not have stay as they are, since it may be one of several sources. What staff wrote is never touched, and neither are
the agency's own entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.package import FILES, PackageRefused, Source, read_package
from app.directory.report import Counts, ImportReport, LeftOut
from app.directory.run import Run, Taken
from app.directory.soundness import nowhere, sound_rows
from app.directory.tables import TABLES, Table
from app.models.agency.event import EventKind
from app.models.base import N_
from app.models.linking.directory_import import DirectoryImport
from app.models.linking.directory_row import OWN
from app.models.linking.directory_search import refold

if TYPE_CHECKING:
    from app.models.agency.user import User

# Rows written and compared at a time: few enough for one IN on SQLite.
BATCH = 500
Progress = Callable[[str, Counts], None]
T = TypeVar("T")


class NothingSound(PackageRefused):
    """There was a package, but no organization and no service in it could be taken; its report says why."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(N_("No organization and no service in it could be read. Nothing was imported."))
        self.report = report


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
            words = N_("%(file)s holds what Handrail does not keep and was not read.")
            run.report.remarks.append((words, {"file": source.name}))
    for file, rows in run.passed_over.items():
        words = N_("%(file)s: %(rows)s rows are about other records than services and were not read.")
        run.report.remarks.append((words, {"file": file, "rows": rows}))


def bring_in(run: Run, table: Table) -> None:
    """One table: read, compare, write, count."""
    before = {hsds_id for hsds_id in run.known(table.name) if not hsds_id.startswith(OWN)}
    seen: dict[str, int] = {}
    source = run.package.sources.get(table.name)
    if source is not None:
        taken = Taken()
        for rows in batches(sound_rows(run, table, source, seen, taken), BATCH):
            write(run, table, source, rows, taken)
        run.numbers.pop(table.name, None)
        if table.parent:
            join_parents(run, table, source, taken)
        counts = run.report.of(table.name)
        counts.added, counts.changed, counts.unchanged = len(taken.added), len(taken.changed), len(taken.unchanged)
    run.report.of(table.name).absent = len(before - seen.keys())


def batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most this size."""
    while batch := list(islice(rows, size)):
        yield batch


def write(run: Run, table: Table, source: Source, rows: list[tuple[int, dict[str, Any]]], taken: Taken) -> None:
    """Insert the rows that are new and update those that differ, but for what staff corrected."""
    columns = table.model.__table__.c
    names = table.attributes
    asked = [columns.hsds_id, columns.id, *(columns[name] for name in names)]
    asked += [columns.corrected] if "corrected" in columns else []
    here = columns.hsds_id.in_([values["hsds_id"] for _, values in rows])
    kept = {row.hsds_id: row._mapping for row in run.session.execute(sa.select(*asked).where(here))}
    new, changed = [], []
    for line, values in rows:
        before = kept.get(values["hsds_id"])
        if before is None:
            taken.added.add(values["hsds_id"])
            new.append(values | {"source": run.report.source[:255] or None} if table.sourced else values)
            continue
        after = {name: values[name] for name in names} | corrections(run, source, line, before, values)
        if any(before[name] != value for name, value in after.items()):
            taken.changed.add(values["hsds_id"])
            changed.append({"at": before["id"], **after})
        else:
            taken.unchanged.add(values["hsds_id"])
    if new:
        run.session.execute(sa.insert(table.model.__table__), new)
    update(run, table, names, changed)


def corrections(run: Run, source: Source, line: int, before: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What staff corrected in a row, which is kept; where the package says something else, that is reported."""
    kept = {name: before[name] for name in before.get("corrected") or ()}
    for name, value in kept.items():
        if value != values[name]:
            words = N_("%(column)s was corrected here by staff; that was kept.")
            run.report.alter(LeftOut(source.name, line, values["hsds_id"], words, {"column": name}))
    return kept


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
