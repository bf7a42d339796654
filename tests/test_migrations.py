"""Every revision, up and down, with rows in every table, on SQLite and on Postgres; and what happens when one fails."""

import datetime
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click import ClickException

import app.models  # noqa: F401  (fills the metadata)
from app import schema
from app.cli.checks import write_revision
from app.engines import Base, prepare
from app.models.agency import chain
from tests import postgres

ROWS = 2
REVISIONS = schema.revisions() if list((schema.MIGRATIONS / "versions").glob("*.py")) else []

# Values for columns whose rules a filler that only knows types cannot guess: {(table, column): [row 1, row 2]}.
PARTICULAR: dict[tuple[str, str], list[Any]] = {
    ("consent", "type"): [
        "services",
        "release",
    ],  # other kinds are not known to earlier versions, which take them for releases
}
# Tables that hold one row at most.
SINGLE: set[str] = set()


@pytest.fixture
def engine(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database of this kind."""
    with fresh(engine_kind, request, tmp_path) as made:
        yield made


@pytest.fixture
def other_engine(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A second empty database of the same kind."""
    (tmp_path / "other").mkdir()
    with fresh(engine_kind, request, tmp_path / "other") as made:
        yield made


@contextmanager
def fresh(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[sa.Engine]:
    if kind == "sqlite":
        with opened(f"sqlite:///{folder / 'handrail.db'}") as engine:
            yield engine
    else:
        server = request.getfixturevalue("postgres_server")
        with postgres.database(server) as address, opened(address) as engine:
            yield engine


@contextmanager
def opened(address: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(address)
    prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A small line of revisions of its own, to which a test adds."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(schema.MIGRATIONS / name, folder)
    add(folder, "a1", None, "op.create_table('shelf', sa.Column('id', sa.Integer, primary_key=True))")
    return folder


def add(folder: Path, name: str, after: str | None, up: str) -> None:
    """Write a revision into a folder of migrations."""
    (folder / "versions" / f"{name}.py").write_text(
        f"import os, signal\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = {name!r}\ndown_revision = {after!r}\n\n\n"
        f"def upgrade():\n    {up}\n"
    )


# What the revisions make


def test_the_models_have_revisions():
    assert REVISIONS


def test_an_empty_database_becomes_what_the_models_say(engine, tmp_path):
    assert schema.upgrade(engine, tmp_path / "lock") == (None, REVISIONS[-1])
    assert differences(engine) == []


def test_no_constraint_index_or_trigger_is_forgotten(engine, other_engine, tmp_path):
    """Alembic's comparison does not look at checks, triggers and what happens on delete; this one does."""
    schema.upgrade(engine, tmp_path / "lock")
    Base.metadata.create_all(other_engine)
    assert anatomy(engine) == anatomy(other_engine)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_revision_can_be_taken_back_and_made_again_with_rows_in_every_table(engine, other_engine, revision):
    earlier = ["base", *REVISIONS][REVISIONS.index(revision)]
    schema.migrate(engine, to=revision)
    whole = anatomy(engine)
    full = fill(engine)

    schema.migrate(engine, to=earlier)
    if earlier != "base":
        schema.migrate(other_engine, to=earlier)
    assert anatomy(engine) == anatomy(other_engine)
    back = rows(engine)
    assert lost(full, back) == []

    schema.migrate(engine, to=revision)
    assert anatomy(engine) == whole
    assert lost(back, rows(engine)) == []


def test_permissions_and_alerts_go_to_the_case_they_belong_to(engine):
    """0009: to the only case; of several to the one whose referral rests on it; else to the sealed one."""
    schema.migrate(engine, to="0007")
    fill(engine)
    meta = sa.MetaData()
    meta.reflect(engine)
    case, consent, referral, program = (meta.tables[name] for name in ("case", "consent", "referral", "program"))
    schema.migrate(engine, to="0009")
    assert {(r["client_id"], r["case_id"]) for kind in ("alert", "consent") for r in rows(engine)[kind]} == {
        (1, 1),
        (2, 2),
    }

    schema.migrate(engine, to="0007")
    with engine.begin() as connection:  # the second case is the first client's too, and its program is sealed
        connection.execute(case.update().where(case.c.id == 2).values(client_id=1))
        connection.execute(consent.update().values(client_id=1))
        connection.execute(program.update().values(regime="standard"))
        connection.execute(program.update().where(program.c.id == 2).values(regime="part_2"))
        connection.execute(referral.update().values(client_id=1, case_id=1, consent_id=1))
    schema.migrate(engine, to="0009")
    assert {r["id"]: r["case_id"] for r in rows(engine)["consent"]} == {1: 1, 2: 2}
    assert {r["case_id"] for r in rows(engine)["alert"] if r["client_id"] == 1} == {None}, (
        "a warning stays for everybody"
    )


def test_an_account_of_a_role_the_earlier_version_does_not_know_is_closed_and_never_widened(engine):
    schema.migrate(engine, to="0009")
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE \"user\" SET role = 'reader', disabled_at = NULL WHERE id = 1")
    schema.migrate(engine, to="0007")
    first = rows(engine)["user"][0]
    assert first["role"] == "caseworker" and first["disabled_at"] is not None


def test_there_are_no_rows_missing_from_the_fill(engine, tmp_path):
    schema.upgrade(engine, tmp_path / "lock")
    filled = fill(engine)
    assert {table: len(found) for table, found in filled.items()} == {
        table: 1 if table in SINGLE else ROWS for table in Base.metadata.tables
    }


def test_a_revision_written_from_the_models_makes_what_they_say(engine, history, tmp_path):
    (history / "versions" / "a1.py").unlink()
    written = write_revision("begin", tmp_path, migrations=history)
    assert written.name == "0001_begin.py"
    assert "app." not in written.read_text(), "a revision must run when the code has moved on"
    (tmp_path / "revise.db").unlink()
    with pytest.raises(ClickException, match="nothing to write"):
        write_revision("again", tmp_path, migrations=history)

    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    assert differences(engine) == []
    schema.migrate(engine, to="base", migrations=history)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


def test_the_lines_of_an_older_trail_are_numbered_and_chained_as_the_program_does_it(engine):
    """Numbers with gaps (Postgres leaves them where something was taken back), instants with and without microseconds."""
    schema.migrate(engine, to="0003")
    fill(engine)
    old = sa.Table("event", sa.MetaData(), autoload_with=engine)
    moments = [
        datetime.datetime(2026, 3, 8, 7, 30),
        datetime.datetime(2026, 3, 8, 7, 30, 0, 7),
        datetime.datetime(1999, 12, 31),
    ]
    line = {"kind": "client_viewed", "fields": None, "reason": "“ñ” \\ \n 你", "address": None}
    with engine.begin() as connection:
        for number, moment in zip((5, 9, 10), moments, strict=True):
            connection.execute(old.insert().values(line | {"id": number, "created_at": moment, "fields": ["a", "ñ"]}))

    schema.migrate(engine, to="0004")

    table = sa.Table("event", sa.MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        lines = [dict(row) for row in connection.execute(table.select().order_by(table.c.id)).mappings()]
    assert [one["id"] for one in lines] == [1, 2, 3, 4, 5]
    assert [one["created_at"] for one in lines[2:]] == moments
    before = chain.FIRST
    for one in lines:
        assert one["hash"] == chain.digest(before, one)
        before = one["hash"]
    for statement in ("UPDATE event SET reason = 'x'", "DELETE FROM event"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)

    schema.migrate(engine, to="0003")
    with engine.begin() as connection:
        made = connection.execute(
            old.insert().values(line | {"created_at": moments[0]}).returning(old.c.id)
        ).scalar_one()
    assert made == 6, "the program of that schema goes on counting behind the last line"


# What happens when something is in the way


def test_an_upgrade_without_work_does_not_even_load_alembic(tmp_path, history):
    database = f"sqlite:///{tmp_path / 'handrail.db'}"
    assert finished(upgrade_elsewhere(database, tmp_path / "lock", history)) == "None a1 alembic"
    assert finished(upgrade_elsewhere(database, tmp_path / "lock", history)) == "a1 a1"


def test_workers_that_start_together_on_an_empty_database_make_the_schema_once(engine, tmp_path, history):
    add(history, "a2", "a1", "import time; time.sleep(0.5); op.create_table('book', sa.Column('id', sa.Integer))")
    address = engine.url.render_as_string(hide_password=False)
    workers = [upgrade_elsewhere(address, tmp_path / "lock", history) for _ in range(4)]
    assert sorted(finished(worker) for worker in workers) == ["None a2 alembic"] + ["a2 a2"] * 3


def test_a_revision_that_fails_leaves_the_old_schema(engine, tmp_path, history):
    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    add(history, "a2", "a1", "op.create_table('book', sa.Column('id', sa.Integer))")
    add(history, "a3", "a2", "op.create_table('page', sa.Column('id', sa.Integer)); raise RuntimeError('half way')")

    with pytest.raises(RuntimeError, match="half way"):
        schema.upgrade(engine, tmp_path / "lock", migrations=history)

    assert schema.current(engine) == "a1"
    assert sorted(sa.inspect(engine).get_table_names()) == ["alembic_version", "shelf"]


def test_an_upgrade_that_is_killed_leaves_the_old_schema_and_the_next_one_completes_it(engine, tmp_path, history):
    address = engine.url.render_as_string(hide_password=False)
    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    die = "os.kill(os.getpid(), signal.SIGKILL)"
    add(history, "a2", "a1", f"op.create_table('book', sa.Column('id', sa.Integer)); {die}")
    killed = upgrade_elsewhere(address, tmp_path / "lock", history)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert sorted(sa.inspect(engine).get_table_names()) == ["alembic_version", "shelf"]

    add(history, "a2", "a1", "op.create_table('book', sa.Column('id', sa.Integer))")
    assert schema.upgrade(engine, tmp_path / "lock", migrations=history) == ("a1", "a2")
    assert "book" in sa.inspect(engine).get_table_names()


def test_a_database_of_a_later_version_is_left_alone(engine, tmp_path, history):
    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    (history / "versions" / "a1.py").unlink()
    add(history, "b1", None, "op.create_table('book', sa.Column('id', sa.Integer))")
    with pytest.raises(schema.SchemaUnknown, match="revision a1, which this version of Handrail does not know"):
        schema.upgrade(engine, tmp_path / "lock", migrations=history)
    assert sorted(sa.inspect(engine).get_table_names()) == ["alembic_version", "shelf"]


def test_rebuilding_a_table_keeps_the_rows_that_point_at_it(engine, tmp_path, history):
    add(
        history,
        "a2",
        "a1",
        "op.create_table('book', sa.Column('id', sa.Integer, primary_key=True), sa.Column('shelf_id', sa.Integer, "
        "sa.ForeignKey('shelf.id', ondelete='CASCADE', name='fk_book_shelf_id')))",
    )
    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO shelf (id) VALUES (1)")
        connection.exec_driver_sql("INSERT INTO book (id, shelf_id) VALUES (7, 1)")
    add(
        history,
        "a3",
        "a2",
        "op.add_column('shelf', sa.Column('name', sa.String(20))); op.execute(\"UPDATE shelf SET name = 'top'\")"
        "\n    with op.batch_alter_table('shelf') as shelf:"
        "\n        shelf.alter_column('name', nullable=False, existing_type=sa.String(20))",
    )
    schema.upgrade(engine, tmp_path / "lock", migrations=history)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, shelf_id FROM book").all() == [(7, 1)]
        assert connection.exec_driver_sql("SELECT id, name FROM shelf").all() == [(1, "top")]
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_revision_may_not_leave_rows_that_point_at_nothing(tmp_path, history):
    add(
        history,
        "a2",
        "a1",
        "op.create_table('book', sa.Column('id', sa.Integer), sa.Column('shelf_id', sa.Integer, "
        "sa.ForeignKey('shelf.id'))); op.execute('INSERT INTO book VALUES (1, 99)')",
    )
    with opened(f"sqlite:///{tmp_path / 'handrail.db'}") as engine:
        with pytest.raises(sa.exc.IntegrityError, match="book → shelf"):
            schema.upgrade(engine, tmp_path / "lock", migrations=history)
        assert schema.current(engine) is None


@pytest.mark.parametrize("after", ["a9", "a1"], ids=["a missing revision", "two after one"])
def test_revisions_that_do_not_form_one_line_are_refused(history, after):
    add(history, "a2", "a1", "pass")
    add(history, "a3", after, "pass")
    with pytest.raises(ValueError, match="do not form one line"):
        schema.revisions(history)


def upgrade_elsewhere(address: str, lock: Path, migrations: Path) -> subprocess.Popen[str]:
    """Another process that upgrades the database and says from what, to what, and whether Alembic was needed."""
    words = (
        "import sys; from pathlib import Path; import sqlalchemy as sa; from app import engines, schema\n"
        "engine = sa.create_engine(sys.argv[1]); engines.prepare(engine)\n"
        "print(*schema.upgrade(engine, Path(sys.argv[2]), migrations=Path(sys.argv[3])),"
        " *(['alembic'] if 'alembic' in sys.modules else []))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", words, address, lock, migrations],
        cwd=schema.ROOT, env={**os.environ, "PYTHONPATH": str(schema.ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finished(process: subprocess.Popen[str]) -> str:
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 0, complained
    return said.strip()


# What a database is made of


def differences(engine: sa.Engine) -> list[Any]:
    """What Alembic would still change to make the database what the models say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, Base.metadata)


def anatomy(engine: sa.Engine) -> dict[str, Any]:
    """Everything the database keeps about its tables, in an order that does not depend on how they were made."""
    inspector = sa.inspect(engine)
    found: dict[str, Any] = {"triggers": triggers(engine)}
    for table in inspector.get_table_names():
        if table != "alembic_version":
            found[table] = {
                "columns": ordered(
                    {**column, "type": str(column["type"].compile(engine.dialect))}
                    for column in inspector.get_columns(table)
                ),
                "key": ordered([inspector.get_pk_constraint(table)]),
                "foreign": ordered(inspector.get_foreign_keys(table)),
                "unique": ordered(inspector.get_unique_constraints(table)),
                "indexes": ordered(inspector.get_indexes(table)),
                "checks": ordered(inspector.get_check_constraints(table)),
            }
    return found


def ordered(things: Any) -> list[str]:
    return sorted(repr(sorted((name, plain(value)) for name, value in thing.items())) for thing in things)


def plain(value: Any) -> Any:
    """A value that is written the same each time: the condition of a partial index is an object of its own."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return str(value) if isinstance(value, sa.ClauseElement) else value


def triggers(engine: sa.Engine) -> list[tuple[Any, ...]]:
    asked = {
        "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY 1, 2",
        "postgresql": "SELECT tgrelid::regclass::text, tgname, pg_get_functiondef(tgfoid), tgtype, tgenabled "
        "FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    }
    with engine.connect() as connection:
        found = connection.exec_driver_sql(asked[engine.dialect.name]).all()
    return [tuple(" ".join(part.split()) if isinstance(part, str) else part for part in row) for row in found]


# Rows for any table


def fill(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """Put rows into every table as it is at this revision, parents first, and return what is then there."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    waiting = {name: table for name, table in metadata.tables.items() if name != "alembic_version"}
    made: dict[str, list[dict[str, Any]]] = {}
    with engine.begin() as connection:
        while waiting:
            table = next_to_fill(waiting, made)
            made[table.name] = [row_for(table, n, made) for n in range(1 if table.name in SINGLE else ROWS)]
            for row in made[table.name]:
                connection.execute(table.insert().values(row))
            del waiting[table.name]
        link_late(connection, metadata, made)
    return rows(engine)


def next_to_fill(waiting: dict[str, sa.Table], made: dict[str, Any]) -> sa.Table:
    """A table whose parents are filled; failing that, one that only lacks parents it can do without for now."""
    for may_lack_optional in (False, True):
        for table in waiting.values():
            needed = {
                key.column.table.name
                for key in table.foreign_keys
                if key.column.table is not table and not (may_lack_optional and key.parent.nullable)
            }
            if needed <= set(made):
                return table
    raise AssertionError(f"these tables need each other before either can have a row: {sorted(waiting)}")


def row_for(table: sa.Table, n: int, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.computed is None:
            row[column.name] = value_for(column, n, made)
    return row


def value_for(column: sa.Column[Any], n: int, made: dict[str, list[dict[str, Any]]]) -> Any:
    table = column.table.name
    if (table, column.name) in PARTICULAR:
        known = PARTICULAR[table, column.name]
        return known[min(n, len(known) - 1)]
    for key in column.foreign_keys:
        parents = made.get(key.column.table.name)
        return parents[min(n, len(parents) - 1)][key.column.name] if parents else None
    return plain_value(column, n + 1)


def plain_value(column: sa.Column[Any], n: int) -> Any:
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return n % 2 == 0
    elif isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return n
    elif isinstance(kind, sa.DateTime):
        return datetime.datetime(2026, 1, n, 12, 30)
    elif isinstance(kind, sa.Date):
        return datetime.date(2026, 1, n)
    elif isinstance(kind, sa.Time):
        return datetime.time(9, n)
    elif isinstance(kind, sa.JSON):
        return {"row": n}
    elif isinstance(kind, sa.LargeBinary):
        return bytes([n])
    elif isinstance(kind, sa.String):
        return coded(column, n) or f"{n} {column.name} é"[: kind.length or 40]
    raise AssertionError(f"no value is known for a {kind!r} ({column.table.name}.{column.name}): add one here")


def coded(column: sa.Column[Any], n: int) -> str | None:
    """For a picklist's column one of its codes, as the models know them."""
    table = Base.metadata.tables.get(column.table.name)
    kind = table.columns[column.name].type if table is not None and column.name in table.columns else None
    return kind.enums[n % len(kind.enums)] if isinstance(kind, sa.Enum) else None


def link_late(connection: sa.Connection, metadata: sa.MetaData, made: dict[str, list[dict[str, Any]]]) -> None:
    """Fill the references that had to wait because two tables point at each other, or a table at itself."""
    for name, found in made.items():
        table = metadata.tables[name]
        late = [key for key in table.foreign_keys if any(row[key.parent.name] is None for row in found)]
        for key, row in itertools.product(late, found):
            parents = made[key.column.table.name]
            same = [table.c[one.name] == row[one.name] for one in table.primary_key]
            connection.execute(table.update().where(*same).values({key.parent.name: parents[-1][key.column.name]}))


def rows(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database, table by table, in the order of the keys."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()]
            for name, table in metadata.tables.items()
            if name != "alembic_version"
        }


def lost(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is no longer there of the rows before, in the tables and columns that still are."""
    missing: set[str] = set()
    for name in before.keys() & after.keys():
        if len(before[name]) != len(after[name]):
            missing.add(f"{name}: {len(before[name])} rows, now {len(after[name])}")
        for was, now in zip(before[name], after[name], strict=False):
            missing |= {f"{name}.{column}" for column in was.keys() & now.keys() if was[column] != now[column]}
    return sorted(missing)
