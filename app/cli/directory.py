"""`import-directory`: bring an HSDS package into the directory of services."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from app import schema
from app.directory.importing import NothingSound, import_directory
from app.directory.package import PackageRefused
from app.directory.report import Counts, ImportReport
from app.extensions import db

FEW = 20


@click.command("import-directory")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every row left out, with the reason, to this CSV file.",
)
@with_appcontext
def bring_in(path: Path, report: Path | None) -> None:
    """Import a directory of services: an HSDS folder, or a zip of one, at PATH.

    Rows are added or updated in place; a second import of the same package changes nothing. What is not sound is left
    out and reported, and the rest is imported, all in one transaction. Ends with 1, and changes nothing, when nothing
    in the package can be used.
    """
    if not path.exists():
        raise click.ClickException(f"There is no folder or file {path}.")
    bring_up_to_date()
    try:
        brought = import_directory(db.session(), path, progress=tell)
        db.session.commit()
    except NothingSound as refused:
        db.session.rollback()
        tell_reasons(refused.report, report)
        raise click.ClickException(f"{path}: {refused}") from None
    except PackageRefused as refused:
        db.session.rollback()
        raise click.ClickException(f"{path}: {refused} Nothing was imported.") from None
    tell_reasons(brought, report)
    parts = (f"{noun} {summed(brought.of(table))}" for table, noun in SUMMED.items())
    click.echo(f"Imported {path}: {'; '.join(parts)}.")


def bring_up_to_date() -> None:
    """Make the tables in an empty database, or bring them to this version; tables made without revisions stay."""
    if schema.current(db.engine) is not None or not sa.inspect(db.engine).has_table("service"):
        schema.make_ready(db.engine, Path(current_app.config["DATA"]))


SUMMED = {"organization": "organizations", "location": "locations", "service": "services"}


def summed(counts: Counts) -> str:
    """The counts of one table in words."""
    return f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged, {counts.left_out} left out"


def tell(table: str, counts: Counts) -> None:
    """One line for a table that is done, if there was anything in it."""
    if counts.sound or counts.left_out:
        absent = f", {counts.absent} here and not in this package" if counts.absent else ""
        click.echo(f"  {table:<20} {summed(counts)}{absent}")


def tell_reasons(report: ImportReport, path: Path | None) -> None:
    """The remarks, the first rows left out and altered with the reasons, and where the rest is."""
    for text, values in report.remarks:
        click.echo(text % values)
    for what, rows, count in (
        ("Left out", report.left_out, report.left_out_rows),
        ("Changed on the way in", report.altered, report.altered_rows),
    ):
        if not rows:
            continue
        click.echo(f"{what} ({count}):")
        for row in rows[:FEW]:
            click.echo(f"  {row.file}, line {row.line}{f', {row.id}' if row.id else ''}: {row.reason}")
        if count > FEW:
            click.echo(f"  … and {count - FEW} more" + ("" if path else "; --report FILE.csv lists them") + ".")
    if path is not None:
        path.write_text(report.as_csv(), encoding="utf-8-sig", newline="")
        click.echo(f"Wrote {path}.")


commands: list[click.Command] = [bring_in]
