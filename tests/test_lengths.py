"""Texts that are longer than their column, column by column: both databases refuse them, whatever let them through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, redirect

from app import schema
from app.access import Can, require
from app.engines import Base, too_long
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.user import User
from tests.browser import Visit
from tests.test_migrations import ROWS, fill, fresh, opened, row_for, rows

APPEND_ONLY = {"event"}
SIGN = "ñ"  # two bytes: what counts is signs


def limited() -> list[sa.Column[Any]]:
    """Every column of the models that has a length."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    return [c for c in columns if isinstance(c.type, sa.String) and c.type.length is not None]


@pytest.fixture(scope="module")
def filled(engine_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A database brought to this version by the migrations, with rows in every table."""
    folder = tmp_path_factory.mktemp("lengths")
    with fresh(engine_kind, request, folder) as engine:
        schema.upgrade(engine, folder / "lock")
        yield engine, fill(engine)


def test_every_column_takes_a_text_that_just_fits_and_none_that_is_one_sign_longer(filled):
    engine, made = filled
    known = sa.MetaData()
    known.reflect(engine)
    tried = 0
    with engine.connect() as connection:
        for column in limited():
            name, table = column.name, known.tables[column.table.name]
            fits, longer = SIGN * column.type.length, SIGN * (column.type.length + 1)
            another = table.insert().values(row_for(table, ROWS, made))
            assert found(connection, another.values({name: longer})) == "too long", column
            assert found(connection, another.values({name: fits})) != "too long", column
            if table.name not in APPEND_ONLY and not column.foreign_keys:
                (key,) = table.primary_key
                change = table.update().where(key == made[table.name][0][key.name])
                assert found(connection, change.values({name: longer})) == "too long", column
                assert found(connection, change.values({name: fits})) == "taken", column
            tried += 1
    assert tried > 200, "the columns were not found"
    assert rows(engine) == made


def found(connection: sa.Connection, statement: Any) -> str:
    """What the database said to a change, which is taken back."""
    inner = connection.begin_nested()
    try:
        connection.execute(statement)
    except sa.exc.DBAPIError as error:
        return "too long" if too_long(error) else f"against another rule: {error.orig}"
    else:
        return "taken"
    finally:
        inner.rollback()


def test_a_text_hides_no_length_behind_a_zero_byte(filled):
    """SQLite counts the signs up to the first NUL; Postgres takes none at all."""
    engine, _made = filled
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as refused:
        connection.execute(sa.text("UPDATE client SET first_name = :said"), {"said": "a\0" + "b" * 1000})
    assert too_long(refused.value)


def test_a_text_that_was_too_long_before_is_in_nobodys_way(tmp_path: Path):
    """An SQLite database of an earlier version may hold such texts: the rest of the row can still be changed."""
    with opened(f"sqlite:///{tmp_path / 'handrail.db'}") as engine:
        schema.migrate(engine, to="0009")
        fill(engine)
        old = "x" * 500
        with engine.begin() as connection:
            for name in (
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE 'client_lengths_%'")
                .scalars()
                .all()
            ):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.execute(sa.text("UPDATE client SET first_name = :old WHERE id = 1"), {"old": old})
        schema.upgrade(engine, tmp_path / "lock")
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE client SET first_name = first_name, last_name = 'Other' WHERE id = 1"))
        with engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT first_name, last_name FROM client WHERE id = 1").one()
            assert row == (old, "Other")
            with pytest.raises(sa.exc.DBAPIError, match="too long for client.first_name"):
                connection.execute(sa.text("UPDATE client SET first_name = first_name || 'y' WHERE id = 1"))


@pytest.mark.parametrize("quietly", [False, True], ids=["a page", "htmx"])
def test_a_text_that_only_the_database_refuses_is_shown_again_and_nothing_is_saved(own_app, cast, quietly):
    bp = Blueprint("forgetful", __name__)

    @bp.post("/forgetful")
    def create():
        require(Can.SEE_CLIENTS)
        Agency.here().city = "x" * 5000
        return redirect("/", 303)

    own_app.register_blueprint(bp)
    visit = Visit(own_app).sign_in(cast.ana)
    before = Agency.here().city
    db.session.rollback()
    headers = {"Sec-Fetch-Site": "same-origin"} | ({"HX-Request": "true"} if quietly else {})
    with own_app.app_context():
        answer = visit.client.post("/forgetful", headers=headers, data={"city": "A very long name"})
    assert answer.status_code == 409
    assert "longer than there is room for" in answer.text
    assert quietly or "A very long name" in answer.text, "what was typed is gone from the page"
    db.session.rollback()
    assert Agency.here().city == before and db.session.scalar(sa.select(sa.func.count(User.id)))
