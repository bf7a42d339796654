"""Everything that differs between SQLite and Postgres, and the base that both share."""

import enum
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
    """No compiling of queries: ours are long and quick, and compiling one takes longer than answering it.

    Postgres compiles what it takes for dear, and the questions of reach look dear to it: with 20,000 clients the
    client list took 0.6 s instead of 0.1 s, the list of referrals 4.6 s.
    """

    @event.listens_for(engine, "connect")
    def compile_nothing(dbapi: Any, _record: Any) -> None:
        dbapi.autocommit = True  # what is set inside a transaction goes when it is rolled back
        dbapi.execute("SET jit = off")
        dbapi.autocommit = False


def normal_url(url: str) -> str:
    """The address of a database, with the driver spelled out: `postgres://` and `postgresql://` mean psycopg 3."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url
