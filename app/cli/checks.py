"""For developers: `check` runs everything that must hold before a change is done, `revise` writes a migration."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import click
import sqlalchemy as sa

from app import schema
from app.engines import prepare

MIGRATION_TESTS = "tests/test_migrations.py"


class Step(NamedTuple):
    """One check: its name and the arguments that make Python do it."""

    name: str
    arguments: list[str]


STEPS = [
    Step("style", ["-m", "ruff", "check", "--no-cache", "."]),
    Step("format", ["-m", "ruff", "format", "--check", "--no-cache", "."]),
    Step("security", ["-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "app", "migrations", "handrail", "wsgi.py"]),
    Step("types", ["-m", "mypy"]),
    Step("demo data", ["-m", "app.cli.checks"]),
    Step("migrations", ["-m", "pytest", "-q", MIGRATION_TESTS]),
    Step("tests", ["-m", "pytest", "-q", "--ignore", MIGRATION_TESTS]),
]


@click.command("check")
def check() -> None:
    """Run every check: style, types, demo data, migrations and tests.

    The demo data is built in an empty database that goes away again. The migrations go up and down with rows in
    every table, on SQLite and on Postgres. A browser or Postgres test that cannot run counts as failed.
    """
    failed = [step.name for step in STEPS if not passes(step)]
    if failed:
        click.echo(f"{len(failed)} of {len(STEPS)} checks failed: {', '.join(failed)}.")
        raise SystemExit(1)
    else:
        click.echo(f"All {len(STEPS)} checks passed.")


def passes(step: Step) -> bool:
    """Run one check in a process and a data folder of its own, and say in one line how it went."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="handrail-check-") as folder:
        done = subprocess.run(
            [sys.executable, *step.arguments],
            cwd=schema.ROOT,
            env=surroundings(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    passed = done.returncode == 0
    if not passed:
        click.echo(done.stdout)
    last = (done.stdout.strip().splitlines() or ["(it said nothing)"])[-1].strip("= ")
    click.echo(f"{'ok    ' if passed else 'FAILED'}  {step.name:<10}  {time.monotonic() - began:4.0f} s  {last}")
    return passed


def surroundings(folder: str) -> dict[str, str]:
    """The environment for a check: nothing may be skipped, and nobody's database is touched."""
    return {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "CI": "true",
        "HANDRAIL_DATA": folder,
        "PYTHONPATH": str(schema.ROOT),
    }


def build_demo_data() -> str:
    """Build the demonstration in the empty data folder of this process, by its own command; return what is in it.

    Raises AssertionError when there are no clients or SQLite finds the database unsound.
    """
    from app import create_app
    from app.extensions import db

    app = create_app()
    built = app.test_cli_runner().invoke(args=["demo", "--build-only"], catch_exceptions=False)
    assert built.exit_code == 0, built.output
    with app.app_context():
        counts = {
            table.name: db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in db.metadata.tables.values()
        }
        assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert db.session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert counts["client"], "the demonstration has no clients"
    empty = sorted(name for name, count in counts.items() if not count)
    return f"{sum(counts.values()):,} rows; without any: {', '.join(empty) or 'no table'}"


@click.command("revise")
@click.argument("message")
def revise(message: str) -> None:
    """Write a migration for what changed in the models.

    MESSAGE says in a few words what changes ("keep the language of a letter"). The new file holds what a program can
    see; read it, complete it (rows that must move, checks, triggers), and run `handrail check`.
    """
    with tempfile.TemporaryDirectory(prefix="handrail-revise-") as folder:
        path = write_revision(message, Path(folder))
    click.echo(f"Wrote {path.relative_to(schema.ROOT)}. Read it before you use it.")


def write_revision(message: str, folder: Path, *, migrations: Path = schema.MIGRATIONS) -> Path:
    """Compare the models with a database made by the revisions so far, in this folder; return the new file.

    Raises click.ClickException when nothing changed.
    """
    from alembic import command

    engine = sa.create_engine(f"sqlite:///{folder / 'revise.db'}")
    prepare(engine)
    try:
        so_far = schema.revisions(migrations) if any((migrations / "versions").glob("*.py")) else []
        if so_far:
            schema.migrate(engine, to=so_far[-1], migrations=migrations)
        settings = schema.config(migrations)
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            made = command.revision(
                settings, message, autogenerate=True, rev_id=f"{len(so_far) + 1:04}",
                process_revision_directives=refuse_empty,
            )  # fmt: skip
    finally:
        engine.dispose()
    if made is None or isinstance(made, list):
        raise click.ClickException("The models and the newest revision agree; there is nothing to write.")
    return Path(made.path)


def refuse_empty(_context: object, _revision: object, directives: list) -> None:
    """Write no file when there is no difference."""
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


commands: list[click.Command] = [check, revise]

if __name__ == "__main__":
    print(build_demo_data())
