"""How Alembic meets our models and our databases: SQLite and Postgres, connected or writing SQL to a file."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import app.models  # noqa: F401  (fills the metadata)
from app.engines import Base
from app.schema import migrating


def plain_type(kind: str, item: Any, autogenerating: AutogenContext) -> str | bool:
    """Write what the database holds, not our classes: old revisions must run when the code has moved on."""
    if kind != "type":
        return False
    elif isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    elif isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    else:
        return False


settings: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "render_item": plain_type,
    "render_as_batch": True,
    "compare_type": True,
    "compare_server_default": True,
    "transactional_ddl": True,
}


def configured_engine() -> sa.Engine:
    """The database of the running app, or of one started for this when Alembic is called by itself."""
    from flask import current_app

    from app.extensions import db

    if current_app:
        return db.engine
    from app import create_app

    with create_app().app_context():
        return db.engine


def run(connection: sa.Connection) -> None:
    """Run the revisions that were asked for, inside the connection's transaction if it has one."""
    context.configure(connection=connection, **settings)
    with context.begin_transaction():
        context.run_migrations()


def run_offline() -> None:
    """Write the SQL of the revisions that were asked for, for a database that somebody else looks after."""
    context.configure(url=configured_engine().url, literal_binds=True, dialect_opts={"paramstyle": "named"}, **settings)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with migrating(configured_engine()) as own:
        run(own)
