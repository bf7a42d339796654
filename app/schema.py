"""Bringing a database to the schema of this version: one worker at a time, wholly or not at all."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app import health
from app.engines import keep_lengths, let_go_of_lengths, writing

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
LOCK = 0x48414E445241494C  # "HANDRAIL": the number under which Postgres keeps the lock


class Unusable(RuntimeError):
    """The database must not be served: it is damaged, or no longer the one that was in this folder; the text says what to do."""


class SchemaUnknown(RuntimeError):
    """The database was last written by a version of Handrail that this one does not know."""


def upgrade(engine: Engine, lock_path: Path, *, migrations: Path = MIGRATIONS) -> tuple[str | None, str]:
    """Bring the database to the newest revision and tell (from, to); from is None for an empty database.

    Workers that start together wait for each other: on SQLite by `lock_path`, on Postgres by an advisory lock.
    Everything happens in one transaction, so a process killed at any moment leaves the old schema or the new one.
    Raises SchemaUnknown when the database is newer than the code.
    """
    with alone(engine, lock_path):
        known = revisions(migrations)
        before, head = current(engine), known[-1]
        if before is not None and before not in known:
            raise SchemaUnknown(
                f"The database is at revision {before}, which this version of Handrail does not know. "
                f"It knows revisions up to {head}: use the version that last opened this database, or a newer one."
            )
        if before != head:
            migrate(engine, to=head, migrations=migrations)
        return before, head


def make_ready(engine: Engine, folder: Path) -> tuple[str | None, str]:
    """What every command does before it touches the data: look for damage, then bring the schema up to date.

    Returns (from, to) like `upgrade`. The revision a SQLite file was left at is remembered beside it, so that a file
    that was cut off or mislaid is not taken for a new agency. Raises Unusable and SchemaUnknown.
    """
    lock = folder / "schema.lock"
    left_at = lock.read_text().strip() if engine.dialect.name == "sqlite" and lock.exists() else ""
    if left_at and _without_content(engine):  # before SQLite is asked: it would begin a new database there
        raise Unusable(
            f"The database {engine.url.database} is empty or gone, but it held an agency (at revision {left_at}). Nothing "
            f"was changed. Put the last backup in its place. If you mean to begin anew, delete {lock} first."
        )
    found = health.look_through(engine, folder)
    if found is not None:
        raise Unusable(
            f"The database {engine.url.database} is damaged ({found.splitlines()[-1][:100]}). Nothing was changed. "
            "Keep the damaged file, and put the last backup in its place (README, Backing up)."
        )
    before, after = upgrade(engine, lock)
    if engine.dialect.name == "sqlite" and left_at != after:
        lock.write_text(after)
    health.seen_sound(folder)
    return before, after


def _without_content(engine: Engine) -> bool:
    """Whether there is no SQLite file, or one of no bytes and no log to fill it from."""
    file = Path(engine.url.database or "")
    log = Path(f"{file}-wal")
    return not any(each.exists() and each.stat().st_size for each in (file, log))


def revisions(migrations: Path = MIGRATIONS) -> list[str]:
    """Every revision, oldest first, read from the files without importing Alembic (which takes longer than the rest).

    Raises ValueError unless they form one line from nothing to one newest revision.
    """
    after: dict[str | None, str] = {}
    files = sorted((migrations / "versions").glob("*.py"))
    for file in files:
        text = file.read_text(encoding="utf-8")
        after[_named("down_revision", text)] = _named("revision", text) or ""
    line: list[str] = []
    following = after.get(None)
    while following and following not in line:
        line.append(following)
        following = after.get(following)
    if not line or len(line) != len(files):
        raise ValueError(f"The {len(files)} files in {migrations / 'versions'} do not form one line of revisions.")
    return line


def _named(name: str, text: str) -> str | None:
    found = re.search(rf"""^{name}\b[^=\n]*=\s*["']([^"']+)["']""", text, re.MULTILINE)
    return found[1] if found else None


def current(engine: Engine) -> str | None:
    """The revision that the database is at, or None when it is empty."""
    token = writing.set(False)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    finally:
        writing.reset(token)


def migrate(engine: Engine, *, to: str, migrations: Path = MIGRATIONS) -> None:
    """Go up or down to a revision ("base" is the empty database), in one transaction.

    The caller holds the lock, or is alone anyway. Raises ValueError for a revision that is not in the files.
    """
    from alembic import command

    line = ["base", *revisions(migrations)]
    downwards = line.index(to) < line.index(current(engine) or "base")
    settings = config(migrations)
    with migrating(engine) as connection:
        settings.attributes["connection"] = connection
        (command.downgrade if downwards else command.upgrade)(settings, to)


def config(migrations: Path = MIGRATIONS) -> "Config":
    """Alembic's settings: those in pyproject.toml, for this folder of migrations."""
    from alembic.config import Config

    settings = Config(toml_file=ROOT / "pyproject.toml")
    settings.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return settings


@contextmanager
def migrating(engine: Engine) -> Iterator[sa.Connection]:
    """A connection inside one transaction in which tables may be rebuilt.

    SQLite alters a table by making it anew and dropping the old one; with foreign keys on, the drop would first
    delete every row. They can only be turned off outside of a transaction, and are checked before it ends.
    The lengths of texts are kept by triggers there; they are taken off meanwhile, and made anew for the tables as they
    then are.
    The engine is one that `app.engines.prepare` has seen; without it SQLite would commit each statement by itself.
    """
    sqlite = engine.dialect.name == "sqlite"
    token = writing.set(True)
    try:
        with engine.connect() as connection:
            if not sqlite:
                with connection.begin():
                    yield connection
                return
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    let_go_of_lengths(connection)
                    yield connection
                    _refuse_orphans(connection)
                    keep_lengths(connection)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")
    finally:
        writing.reset(token)


def _refuse_orphans(connection: sa.Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = ", ".join(sorted({f"{row[0]} → {row[2]}" for row in orphans}))
        raise sa.exc.IntegrityError(f"rows would point at nothing ({tables})", None, ValueError("foreign keys"))


@contextmanager
def alone(engine: Engine, lock_path: Path) -> Iterator[None]:
    """Hold the lock under which one worker at a time looks at the schema and changes it."""
    if engine.dialect.name == "sqlite":
        with lock_path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # the one before may have much to bring up to date
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            yield
