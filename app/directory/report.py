"""What an import brought: counts by table, each row left out with the reason, and what was changed on the way in."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# More than anybody reads; the counts go on beyond it.
MOST_LISTED = 20_000


@dataclass(frozen=True)
class LeftOut:
    """One row that was not taken, or not as it was: where it stands, its id there, and why."""

    file: str
    line: int
    id: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The reason in words, untranslated."""
        return self.text % self.values if self.values else self.text


@dataclass
class Counts:
    """What became of one table's rows; `absent` are the rows of the directory that this package does not have."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    absent: int = 0

    @property
    def sound(self) -> int:
        """The rows of the package that are in the directory now."""
        return self.added + self.changed + self.unchanged


@dataclass
class ImportReport:
    """The report of one import, which can be kept as JSON and read back."""

    source: str
    tables: dict[str, Counts] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    altered: list[LeftOut] = field(default_factory=list)
    altered_rows: int = 0
    remarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, table: str) -> Counts:
        """The counts of one table, by its HSDS name."""
        return self.tables.setdefault(table, Counts())

    def leave_out(self, table: str, row: LeftOut) -> None:
        """Count a row that is not taken, and keep the reason."""
        self.of(table).left_out += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append(row)

    def alter(self, row: LeftOut) -> None:
        """Keep what was changed in a row that is taken."""
        self.altered_rows += 1
        if len(self.altered) < MOST_LISTED:
            self.altered.append(row)

    @property
    def left_out_rows(self) -> int:
        """How many rows were left out, listed or not."""
        return sum(counts.left_out for counts in self.tables.values())

    @property
    def unlisted(self) -> int:
        """How many rows are counted and no longer listed, because there were too many."""
        return self.left_out_rows + self.altered_rows - len(self.left_out) - len(self.altered)

    def as_csv(self) -> str:
        """Every listed row, left out or altered, as a spreadsheet that runs nothing when it is opened."""
        sheet = io.StringIO()
        writer = csv.writer(sheet)
        writer.writerow(["what", "file", "line", "id", "reason"])
        for what, rows in (("left out", self.left_out), ("changed on the way in", self.altered)):
            writer.writerows([what, inert(row.file), row.line, inert(row.id), inert(row.reason)] for row in rows)
        if self.unlisted:
            writer.writerow([f"and {self.unlisted} more", "", "", "", ""])
        return sheet.getvalue()

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The report that as_json() wrote."""
        return cls(
            source=values["source"],
            tables={name: Counts(**counts) for name, counts in values["tables"].items()},
            left_out=[LeftOut(**row) for row in values["left_out"]],
            altered=[LeftOut(**row) for row in values["altered"]],
            altered_rows=values["altered_rows"],
            remarks=[(text, words) for text, words in values["remarks"]],
        )


def inert(cell: str) -> str:
    """A spreadsheet cell that is not taken for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
