"""An agency on each engine, and its production server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.faults.server import Agency, Server, agency


@pytest.fixture
def own_postgres() -> Iterator[postgres.Own]:
    """A Postgres that this test may stop and start."""
    with postgres.own_server() as own:
        yield own


@pytest.fixture
def there(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    """An agency of its own, on SQLite and on Postgres."""
    if engine_kind == "sqlite":
        with agency(tmp_path / "data") as made:
            yield made
    else:
        own = request.getfixturevalue("own_postgres")
        with postgres.database(own.address) as address, agency(tmp_path / "data", address) as made:
            yield made


@pytest.fixture
def server(there: Agency) -> Iterator[Server]:
    """Its server, not yet started."""
    database = None if there.url.startswith("sqlite") else there.url
    one = Server(there.folder, database=database, token=there.token)
    yield one
    one.stop()
