"""Whether the database can do its work: it can be written, there is room left, and its file is sound.

Damage is met by reading. Whoever meets it leaves a mark in the data folder, and from then on every worker refuses to
write, so that good pages are not written beside bad ones; what can be read is still read. A start looks through the
whole file: it takes the mark away when it finds nothing, and does not serve when it does.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.engines import Failure, failure, writing

LEAST_FREE = 100 * 1024 * 1024
LOOK_AGAIN_AFTER = 600
"""Seconds between two looks through the file of a running server."""
LONGEST_LOOK = 2
"""Seconds such a look may take; in a file too large for it only the beginning is looked at."""

_looked_at: dict[str, float] = {}


@dataclass(frozen=True)
class Health:
    """What a watchdog is told: whether the database takes a write, is undamaged, and has room to grow."""

    database: bool
    sound: bool
    space: bool


def health_of(engine: Engine, folder: Path) -> Health:
    """Look at the database and the disk now; never raises for a failure of theirs."""
    look_now_and_then(engine, folder)
    return Health(
        database=writable(engine, folder),
        sound=not damaged(folder),
        space=shutil.disk_usage(folder).free > LEAST_FREE,
    )


def writable(engine: Engine, folder: Path) -> bool:
    """Whether a write really reaches the disk; the one that is tried leaves nothing behind.

    SQLite writes the number `user_version` as it is; Postgres puts an empty message into its log.
    """
    token = writing.set(True)
    try:
        with Session(engine) as session, session.begin():
            connection = session.connection()
            if engine.dialect.name == "sqlite":
                number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
                connection.exec_driver_sql(f"PRAGMA user_version = {number}")
            else:
                connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'handrail', '')")
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        note(error, folder)
        return False
    else:
        return True
    finally:
        writing.reset(token)


def damaged(folder: Path) -> bool:
    """Whether damage was met since the last start."""
    return _mark(folder).exists()


def note(error: BaseException, folder: Path) -> Failure | None:
    """What kind of failure this is; damage is marked, for all workers and the next start."""
    kind = failure(error)
    if kind is Failure.DAMAGED:
        _mark(folder).touch()
    return kind


def look_now_and_then(engine: Engine, folder: Path) -> None:
    """Look through a SQLite file for damage, every ten minutes at most, and mark what is found."""
    path = engine.engine.url.database or ""
    before = _looked_at.get(path)
    if before is None or time.monotonic() - before > LOOK_AGAIN_AFTER:
        _looked_at[path] = time.monotonic()
        if look_through(engine, folder, longest=LONGEST_LOOK) is not None:
            _mark(folder).touch()


def look_through(engine: Engine, folder: Path, *, longest: float | None = None) -> str | None:
    """The first damage found in a SQLite file, or None; after `longest` seconds the rest is left alone.

    Postgres looks after its own files.
    """
    if engine.dialect.name != "sqlite":
        return None
    token = writing.set(False)
    try:
        with Session(engine) as session:
            connection = session.connection()
            raw = connection.connection.dbapi_connection
            until = time.monotonic() + (longest or 0)
            if longest is not None:
                raw.set_progress_handler(lambda: time.monotonic() > until, 100_000)  # type: ignore[union-attr]
            try:
                found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            finally:
                raw.set_progress_handler(None, 0)  # type: ignore[union-attr]
    except sa.exc.OperationalError as error:
        return "damaged" if note(error, folder) is Failure.DAMAGED else None
    except sa.exc.DBAPIError as error:
        return str(error.orig)
    finally:
        writing.reset(token)
    return None if found == "ok" else str(found)


def seen_sound(folder: Path) -> None:
    """The whole file was looked through, and nothing found: writing may go on."""
    _mark(folder).unlink(missing_ok=True)


def _mark(folder: Path) -> Path:
    return folder / "damaged"
