"""One import under way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.package import Package
from app.directory.report import ImportReport
from app.directory.tables import TABLES


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


@dataclass
class Taken:
    """The HSDS ids of one table's rows by what became of them, and the parent each names with its line."""

    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    parents: dict[str, tuple[str, int]] = field(default_factory=dict)
