"""`measure-duplicates`: how well duplicates are recognised in a list of people, against pairs that are known."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import click

from app.models.caseload.likeness.pairs import likely_pairs
from app.transfer.known_pairs import Pair, read_pairs
from app.transfer.people import PeopleFile, read_people
from app.transfer.spreadsheet import NotATable


@click.command("measure-duplicates")
@click.argument("people", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pairs", type=click.Path(path_type=Path, dir_okay=False), help="A CSV of the pairs that are known.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows of the pairs found to this CSV file."
)
def measure_duplicates(people: Path, pairs: Path | None, out: Path | None) -> None:
    """Find the rows of PEOPLE, a CSV, that are likely the same person, and print how many and how fast.

    Columns are guessed from their names as an import does. Ids are never compared; they only serve to read PAIRS, whose
    two columns hold ids of the list or, called row_1 and row_2, row numbers of the sheet (its first row is 1). With
    --pairs precision (how many of the found are right) and recall (how many of the right are found) are printed.

    Nothing is stored, and no database is touched. Ends with 1 when a file cannot be read.
    """
    try:
        listed = read_people(people)
        known = read_pairs(pairs, listed) if pairs else None
        began = time.perf_counter()
        found = likely_pairs(listed.people)
        seconds = time.perf_counter() - began
        if out:
            _write(out, found, listed)
    except NotATable as why:
        raise click.ClickException(str(why)) from None
    click.echo(f"Columns understood: {', '.join(listed.understood)}.")
    click.echo(f"Rows: {len(listed.people):,}. Pairs found: {len(found):,}.")
    click.echo(_figures(found, known, seconds))


commands = [measure_duplicates]


def _figures(found: set[Pair], known: set[Pair] | None, seconds: float) -> str:
    """The last line: what was measured."""
    if known is None:
        return f"pairs {len(found)}  seconds {seconds:.2f}"
    right = len(found & known)
    precision = right / len(found) if found else 0.0
    recall = right / len(known)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return (
        f"pairs {len(found)}  known {len(known)}  precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}  "
        f"seconds {seconds:.2f}"
    )


def _write(out: Path, found: set[Pair], listed: PeopleFile) -> None:
    """The pairs as row numbers of the sheet: no name leaves the list."""
    try:
        with out.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["row_1", "row_2"])
            rows.writerows(sorted(found))
    except OSError as trouble:
        raise NotATable(f"{out} cannot be written: {trouble.strerror}.") from None
