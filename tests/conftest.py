"""Two engines, one cast, and a visitor: every test that touches the database runs on SQLite and on Postgres."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from app.engines import prepare
from app.extensions import db
from tests import postgres
from tests.browser import Visit
from tests.cast import Cast, people

ENGINES = ("sqlite", "postgres")
numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=[*ENGINES, "both"], default="both", help="which database to test on")
    parser.addoption(
        "--slow", action="store_true", help="the long tests too: more rounds of faults and of hostile input"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`handrail test` uses the cores there are, but each worker has a Postgres and a Chromium of its own: no more than four."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen_itself = any("engine_kind" in marker.args[0] for marker in metafunc.definition.iter_markers("parametrize"))
    if "engine_kind" in metafunc.fixturenames and not chosen_itself:
        chosen = metafunc.config.getoption("--engine")
        kinds = ENGINES if chosen == "both" else (chosen,)
        metafunc.parametrize("engine_kind", kinds, scope="session", indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "[postgres" in item.name:
            item.add_marker("postgres")
        if item.get_closest_marker("slow") and not item.config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="long: runs with --slow"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """On CI a browser or Postgres test that is skipped has failed."""
    report = yield
    needed = item.get_closest_marker("browser") or item.get_closest_marker("postgres")
    long = item.get_closest_marker("slow") and not item.config.getoption("--slow")
    if os.environ.get("CI") == "true" and report.skipped and needed and not long and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped on CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def slow(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for the long tests."""
    return bool(request.config.getoption("--slow"))


@pytest.fixture(scope="session")
def engine_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_master(postgres_server: str) -> Iterator[str]:
    with postgres.database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def master(
    engine_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Master]:
    """The app of this engine, and a database with the cast in it that each test finds untouched."""
    folder = tmp_path_factory.mktemp(f"master-{engine_kind}")
    if engine_kind == "sqlite":
        url = f"sqlite:///{folder / 'master.db'}"
    else:
        url = request.getfixturevalue("postgres_master")
    app = create_app(settings(url, folder))
    with app.app_context():
        cast = people()
        db.session.remove()
        db.engine.dispose()
    yield Master(app, cast, url, folder)


def settings(url: str, folder: Path) -> dict[str, object]:
    """What the app needs to know in a test."""
    return {
        "TESTING": False,
        "SECRET_KEY": "tests only " * 4,
        "DATA": folder,
        "SQLALCHEMY_DATABASE_URI": url,
        "PROXIES": 0,
        "BABEL_DEFAULT_LOCALE": "en",
    }


class Master:
    """What every test begins with."""

    def __init__(self, app, cast: dict, url: str, folder: Path) -> None:
        self.app, self.cast, self.url, self.folder = app, cast, url, folder
        self.kept = None if url.startswith("sqlite") else postgres.Kept(url)

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a database with the cast in it and nothing else: a copy of the file, or the rows put back."""
        if self.kept is not None:
            self.kept.put_back()
            yield self.url
        else:
            path = self.folder / f"copy-{next(numbers)}.db"
            shutil.copyfile(self.folder / "master.db", path)
            yield f"sqlite:///{path}"
            for file in self.folder.glob(f"{path.name}*"):
                file.unlink()


@pytest.fixture
def app(master: Master):
    """The app on a database of its own, with the cast in it."""
    with master.fresh() as url, master.app.app_context():
        engine = sa.create_engine(url)
        prepare(engine)
        before = db.engines[None]
        db.engines[None] = engine
        try:
            yield master.app
        finally:
            db.session.remove()
            engine.dispose()
            db.engines[None] = before


@pytest.fixture
def session(app):
    """The test's own session; what it should show to a visitor it commits."""
    return db.session


@pytest.fixture
def cast(app, master: Master) -> Cast:
    """Ana, Bo, Cy, Rosa and what is theirs, fresh from the database at each mention."""
    return Cast(master.cast)


@pytest.fixture
def visit(app) -> Visit:
    """A test browser that checks every page it opens for decency."""
    return Visit(app)


@pytest.fixture
def own_app(app, master: Master):
    """A second app on the same database that a test may change: register a route, set a setting, then ask it."""
    made = create_app(settings(db.engine.url.render_as_string(hide_password=False), master.folder))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def no_database_app(tmp_path_factory: pytest.TempPathFactory):
    """An app for what needs words and templates and no rows."""
    return create_app(settings("sqlite://", tmp_path_factory.mktemp("no-database")))
