"""Everything that differs between SQLite and Postgres, and the base that both share."""

import enum
import re
import sqlite3
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, registry

writing: ContextVar[bool] = ContextVar("writing", default=True)


class Instant(sa.TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive in the database, the same on both engines."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


class Failure(enum.Enum):
    """Why a database did not do what it was asked, where that is nobody's mistake; FULL to READ_ONLY still let people read."""

    FULL = "no room is left on the disk"
    DAMAGED = "the database file is damaged"
    READ_ONLY = "the database cannot be written"
    BUSY = "too much is going on at once"
    AWAY = "the database cannot be reached"


# SQLite's primary result codes (https://sqlite.org/rescode.html).
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Failure.FULL,
    sqlite3.SQLITE_CORRUPT: Failure.DAMAGED,
    sqlite3.SQLITE_NOTADB: Failure.DAMAGED,
    sqlite3.SQLITE_READONLY: Failure.READ_ONLY,
    sqlite3.SQLITE_BUSY: Failure.BUSY,
    sqlite3.SQLITE_LOCKED: Failure.BUSY,
    sqlite3.SQLITE_IOERR: Failure.AWAY,
    sqlite3.SQLITE_CANTOPEN: Failure.AWAY,
    sqlite3.SQLITE_PROTOCOL: Failure.BUSY,
}
# A write that fails, or a shared index beside the log that cannot grow, is a full disk or a quota too.
_FULL_TOO = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
# Postgres's conditions, by the beginning of their SQLSTATE (appendix A of its manual); the longest that fits counts.
_OF_POSTGRES = {
    "53100": Failure.FULL,
    "XX001": Failure.DAMAGED,
    "XX002": Failure.DAMAGED,
    "25006": Failure.READ_ONLY,
    "40": Failure.BUSY,
    "55P03": Failure.BUSY,
    "53": Failure.BUSY,
    "57014": Failure.BUSY,
    "57": Failure.AWAY,
    "58": Failure.AWAY,
    "08": Failure.AWAY,
}


def failure(error: BaseException) -> Failure | None:
    """What kind of failure of the database an error tells of; None when it is a mistake of ours or of no database."""
    if isinstance(error, sa.exc.TimeoutError):  # no connection came free
        return Failure.BUSY
    if not isinstance(error, sa.exc.DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return Failure.FULL if code in _FULL_TOO else _OF_SQLITE.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next((_OF_POSTGRES[state[:n]] for n in (5, 2) if state[:n] in _OF_POSTGRES), None)
    lost = error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
    return Failure.AWAY if lost else None


def too_long(error: BaseException) -> bool:
    """Whether a text was refused because it does not fit its column, or holds the sign NUL, which no column takes."""
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return str(error.orig).startswith(TOO_LONG)
    return getattr(error.orig, "sqlstate", None) == "22001" or "cannot contain NUL" in str(error.orig)


naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base: named constraints, enums as short text, instants in UTC."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=naming),
        type_annotation_map={
            enum.StrEnum: sa.Enum(
                enum.StrEnum,
                native_enum=False,
                create_constraint=False,
                length=40,
                values_callable=lambda members: [member.value for member in members],
            ),
            datetime: Instant,
            date: sa.Date,
            dict[str, Any]: sa.JSON,
            list[str]: sa.JSON,
        },
    )


TOO_LONG = "too long for "
_LENGTHS = "_lengths_"


def keep_lengths(connection: sa.Connection) -> None:
    """Make SQLite refuse a text that is longer than its column was made for, as Postgres does by itself.

    The lengths are read off the tables as they stand, so that they are right at every revision; a text that was there
    before stays until somebody changes it. `let_go_of_lengths` comes first where triggers may be there already.
    """
    if connection.dialect.name != "sqlite":
        return
    for table, columns in _lengths(connection).items():
        longer = [f"(length(NEW.{c}) > {most} OR instr(NEW.{c}, char(0)) > 0)" for c, most in columns.items()]
        changed = [f"(NEW.{c} IS NOT OLD.{c} AND {test})" for c, test in zip(columns, longer, strict=True)]
        told = [f"SELECT RAISE(ABORT, '{TOO_LONG}{table}.{c}') WHERE" for c in (name.strip('"') for name in columns)]
        for verb, tests in (("insert", longer), (f"update OF {', '.join(columns)}", changed)):
            body = " ".join(f"{words} {test};" for words, test in zip(told, tests, strict=True))
            connection.exec_driver_sql(
                f'CREATE TRIGGER "{table}{_LENGTHS}{verb.split()[0]}" BEFORE {verb} ON "{table}" '
                f"WHEN {' OR '.join(tests)} BEGIN {body} END"
            )


def let_go_of_lengths(connection: sa.Connection) -> None:
    """Take the triggers of `keep_lengths` off, so that tables and columns can be changed."""
    if connection.dialect.name != "sqlite":
        return
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(name, ?)"
    for name in connection.exec_driver_sql(named, (_LENGTHS,)).scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def _lengths(connection: sa.Connection) -> dict[str, dict[str, int]]:
    """Table → column, in quotes → how many characters it was made for."""
    asked = (
        "SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND t.name NOT IN ('alembic_version', 'sqlite_sequence') ORDER BY t.name, c.name"
    )
    found: dict[str, dict[str, int]] = {}
    for table, column, kind in connection.exec_driver_sql(asked):
        if declared := re.fullmatch(r"VARCHAR\((\d+)\)", kind):
            found.setdefault(table, {})[f'"{column}"'] = int(declared[1])
    return found


@event.listens_for(Base.metadata, "after_create")
def _keep_lengths_of_new_tables(_metadata: sa.MetaData, connection: sa.Connection, **_more: Any) -> None:
    let_go_of_lengths(connection)
    keep_lengths(connection)


def prepare(engine: Engine) -> None:
    """Make each new connection behave: see `_prepare_sqlite` and `_prepare_postgres`."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _prepare_postgres(engine)


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, full sync, foreign keys, and write transactions that queue instead of failing."""

    @event.listens_for(engine, "connect")
    def open_carefully(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def _prepare_postgres(engine: Engine) -> None:
    """A writer that waits for another gives up after 15 seconds, as on SQLite; and no query is compiled.

    Ours are long and quick, and compiling one takes longer than answering it.
    Postgres compiles what it takes for dear, and the questions of reach look dear to it: with 20,000 clients the
    client list took 0.6 s instead of 0.1 s, the list of referrals 4.6 s.
    """

    @event.listens_for(engine, "connect")
    def set_up(dbapi: Any, _record: Any) -> None:
        dbapi.autocommit = True  # what is set inside a transaction goes when it is rolled back
        dbapi.execute("SET jit = off")
        dbapi.execute("SET lock_timeout = '15s'")
        dbapi.autocommit = False


def options(url: str) -> dict[str, Any]:
    """How the engine for this address is made: what people write never stands in a log, not even when it is refused.

    A Postgres that was restarted is noticed before a request is given its old connection, and one that does not answer
    is given up after five seconds.
    """
    always = {"hide_parameters": True}
    if url.startswith("postgresql"):
        return always | {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
    return always


def normal_url(url: str) -> str:
    """The address of a database, with the driver spelled out: `postgres://` and `postgresql://` mean psycopg 3."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url
