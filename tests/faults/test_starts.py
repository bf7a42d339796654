"""Many starts on an empty folder at once, and an upgrade killed at any moment: a whole database, never half of one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import schema
from app.cli.serving import EVERYWHERE, address
from app.config import CannotStart, file_system
from app.engines import prepare
from tests import postgres
from tests.faults.server import Server, command, finished, free_port

HEAD = schema.revisions()[-1]


@pytest.fixture
def empty(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str | None]]:
    """A folder that is not there yet, and the address of an empty Postgres or None."""
    if engine_kind == "sqlite":
        yield tmp_path / "data", None
    else:
        with postgres.database(request.getfixturevalue("postgres_server")) as url:
            yield tmp_path / "data", url


@contextmanager
def opened(folder: Path, url: str | None) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url or f"sqlite:///{folder / 'handrail.db'}")
    prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def test_several_servers_that_start_at_once_on_an_empty_folder_all_serve_one_agency(empty):
    folder, url = empty
    servers = [Server(folder, database=url, workers=2) for _ in range(3)]
    for number, server in enumerate(servers):
        server.said = folder.parent / f"said-{number}"
    try:
        for server in servers:
            begin(server)
        links = [link for server in servers for link in first_links(server)]
        answers = [opens(server, link) for server in servers for link in links]
        assert len(links) == 3
        assert answers.count(200) == 3, "exactly one link is good, on each of the servers"
        assert all(200 <= answer < 500 for answer in answers)
        assert len((folder / "secret").read_text()) > 40
        assert (folder / "secret").stat().st_mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0
        with opened(folder, url) as engine:
            assert schema.current(engine) == HEAD
    finally:
        for server in servers:
            server.stop()


def begin(server: Server, *more: str) -> None:
    """Start it, and do not wait."""
    given = {"DATABASE_URL": server.database} if server.database else {}
    with server.said.open("w") as said:
        server.process = command("start", "--port", str(server.port), *more, folder=server.folder, said=said, **given)


def first_links(server: Server) -> list[str]:
    """The links that a start prints before it says that it serves."""
    assert server.process is not None
    until = time.monotonic() + 90
    while "Serving on" not in server.log():
        assert server.process.poll() is None and time.monotonic() < until, server.log()
        time.sleep(0.05)
    return re.findall(r"/invitations/[\w-]+", server.log())


def opens(server: Server, link: str) -> int:
    """The status of the page behind a link, once the server answers."""
    for _ in range(600):
        try:
            return server.ask("GET", link).status
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server never answered: {server.log()}")


def test_a_start_that_listens_everywhere_prints_an_address_that_opens(tmp_path):
    port = free_port()
    server = Server(tmp_path / "data", workers=1)
    server.port = port
    try:
        begin(server, "--host", "0.0.0.0", "--workers", "1")
        (link,) = first_links(server)
        shown = address("0.0.0.0", port)
        assert opens(server, link) == 200
        assert urllib.request.urlopen(f"{shown}{link}").status == 200
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("box.example", "http://box.example:8000"),
    ],
)
def test_what_is_printed_is_an_address_and_not_a_place_to_listen(host, shown):
    assert address(host, 8000) == shown
    assert "0.0.0.0" in EVERYWHERE


MOUNTS = """/dev/vda1 / ext4 rw 0 0
server:/home /people nfs4 rw 0 0
/dev/vdb1 /people/local xfs rw 0 0
s3fs /bucket fuse.s3fs rw 0 0
//nas/share /mnt/our\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/handrail", "ext4"),
        ("/people/ana/data", "nfs4"),
        ("/people/local/data", "xfs"),
        ("/peoples/data", "ext4"),
        ("/bucket/data", "fuse.s3fs"),
        ("/mnt/our files/data", "cifs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(folder, kind):
    assert file_system(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize("folder", ["/people/ana/data", "/bucket/data", "/mnt/our files/data"])
def test_sqlite_on_a_network_file_system_is_refused_in_words(folder, monkeypatch):
    from app import config

    monkeypatch.setattr(Path, "read_text", lambda *_args, **_more: MOUNTS)
    with pytest.raises(CannotStart, match="network file system"):
        config.refuse_far_away(Path(folder))
    config.refuse_far_away(Path("/people/local/data"))


# An upgrade that is killed

DIE = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from app import engines, schema
url, folder, last, to = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
engine = sa.create_engine(url); engines.prepare(engine)
count = 0
def counted(*_):
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(engine, "before_cursor_execute", counted)
sa.event.listen(engine, "commit", counted)
if to == "head":
    schema.make_ready(engine, folder)
else:
    schema.migrate(engine, to=to)
print(count)
"""


def upgrade_that_dies(
    engine: sa.Engine, folder: Path, *, at: int, to: str = "head"
) -> subprocess.CompletedProcess[str]:
    """An upgrade in a process of its own that kills itself before its statement number `at` (0: never); prints how many."""
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-c", DIE, url, str(folder), str(at), to],
        cwd=schema.ROOT, env={**os.environ, "PYTHONPATH": str(schema.ROOT)}, capture_output=True, text=True,
    )  # fmt: skip


def shape(engine: sa.Engine) -> tuple[str | None, list[str]]:
    """The revision and every table with its columns and indexes."""
    found = sa.inspect(engine)
    tables = []
    for table in sorted(found.get_table_names()):
        columns = sorted(column["name"] for column in found.get_columns(table))
        indexes = sorted(str(index["name"]) for index in found.get_indexes(table))
        tables.append(f"{table}({', '.join(columns)}; {', '.join(indexes)})")
    return schema.current(engine), tables


def test_an_upgrade_killed_at_any_moment_leaves_the_old_schema_or_the_new_one(empty, tmp_path, slow):
    folder, url = empty
    folder.mkdir()
    with opened(folder, url) as engine:
        statements = int(upgrade_that_dies(engine, folder, at=0).stdout)
        new = shape(engine)
        assert new[0] == HEAD and statements > 100
        for before in ["base", *schema.revisions()[:-1]]:
            schema.migrate(engine, to=before)
            old = shape(engine)
            (folder / "schema.lock").unlink(missing_ok=True)
            steps = int(upgrade_that_dies(engine, folder, at=0).stdout)
            assert shape(engine) == new
            schema.migrate(engine, to=before)
            assert shape(engine) == old
            moments = 12 if slow else 3
            for number in range(moments):
                at = 1 + (steps - 1) * number // (moments - 1)
                killed = upgrade_that_dies(engine, folder, at=at)
                assert killed.returncode == -signal.SIGKILL, killed.stderr
                engine.dispose()
                left = shape(engine)
                assert left in (old, new), f"killed at {at} of {steps}: neither old nor new"
                if left == new:
                    schema.migrate(engine, to=before)
            assert upgrade_that_dies(engine, folder, at=0).returncode == 0
            assert shape(engine) == new


@pytest.mark.slow
def test_an_upgrade_command_killed_by_the_clock_is_completed_by_the_next(empty):
    folder, url = empty
    for moment in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0):
        process = command("upgrade", folder=folder, database=url)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if folder.exists() or url:
            with opened(folder, url) as engine:
                assert schema.current(engine) in (None, HEAD)
    code, said = finished(command("upgrade", folder=folder, database=url))
    assert code == 0 and HEAD in said
