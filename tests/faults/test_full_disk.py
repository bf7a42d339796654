"""A full disk: pages are still read, a write is refused in plain words, nothing is half saved, and it works again by itself."""

from __future__ import annotations

import os
import resource
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import clock
from app.engines import Base
from app.extensions import db
from app.models.agency.draft import Mark
from app.models.monitoring.task import Task
from tests.faults.server import Agency, Server, agency, no_inside_of_ours

ROOM = 24 * 1024 * 1024


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 24 MB in memory, where this machine lets us mount one."""
    folder.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Callable[[], None]:
    """Fill a disk to its last byte; what is returned makes room again."""
    filler = folder.parent / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 512):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler.unlink


def no_growth(server: Server) -> Callable[[], None]:
    """Forbid the processes that answer to write beyond the first page of any file, as a quota does."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in server.workers_pids()}
    assert before, "the server has no workers"
    for pid, (_soft, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))

    def undo() -> None:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    return undo


def test_a_full_disk(tmp_path):
    with small_disk(tmp_path / "disk"), agency(tmp_path / "disk" / "data") as there:
        survives(there, lambda _server: fill(there.folder))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs")
def test_a_quota(tmp_path):
    with agency(tmp_path / "data") as there:
        survives(there, no_growth)


def survives(there: Agency, runs_full: Callable[[Server], Callable[[], None]]) -> None:
    server = Server(there.folder, workers=1, token=there.token)
    server.said = there.folder.parent.parent / "said.txt"
    try:
        server.start()
        assert add(server, there, "Before") == 303
        counts = rows()
        make_room = runs_full(server)
        try:
            statuses = [add(server, there, "While it is full " + "x" * 3000) for _ in range(5)]
            assert set(statuses) <= {303, 507} and statuses[-1] == 507, statuses
            refused = post(server, there, "While it is full")
            assert refused.status == 507
            assert "no room left" in refused.text and "HR-" in refused.text
            assert "While it is full" in refused.text, "what was typed is gone from the page"
            no_inside_of_ours(refused.text)
            unkept = server.ask("POST", f"/cases/{there.case_id}/tasks/", too_long(there))
            assert unkept.status == 422, "a refused form whose draft finds no room is not shown again"
            assert "Too long " in unkept.text, "what was typed is gone from the form"
            for path in ("/", "/clients/", f"/clients/{there.client_id}/", f"/cases/{there.case_id}/tasks/"):
                read = server.ask("GET", path)
                assert read.status == 200, f"{path}: {read.status} {server.log()[-1500:]}"
            health = server.ask("GET", "/healthz")
            assert health.status == 503
            assert '"database":false' in health.text.replace(" ", "") or '"space":false' in health.text.replace(" ", "")
            saved = statuses.count(303)
            assert rows()["task"] == counts["task"] + saved
            half = {table: (counts[table], n) for table, n in rows().items() if n != counts[table]}
            assert not saved and set(half) <= {"event"} or saved, half
            assert "not on the trail" in server.log(), "an opened file that could not be put on the trail is in no log"
            assert "Rosa" not in server.log() and "While it is full" not in server.log()
        finally:
            make_room()
        assert add(server, there, "And after") == 303
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    finally:
        server.stop()


def add(server: Server, there: Agency, title: str) -> int:
    return post(server, there, title).status


def post(server: Server, there: Agency, title: str):
    data = {
        "title": title[:190],
        "due_on": (clock.today() + timedelta(days=3)).isoformat(),
        "assignee": str(there.ana_id),
        "details": title,
        "once": secrets.token_urlsafe(18),
    }
    return server.ask("POST", f"/cases/{there.case_id}/tasks/", data)


def too_long(there: Agency) -> dict[str, str]:
    """A task whose title is refused, in a form that keeps a draft of what was refused."""
    mark = Mark("task_new", there.case_id, page=secrets.token_urlsafe(18))
    return {"title": "Too long " + "x" * 100_000, "draft": str(mark), "once": secrets.token_urlsafe(18)}


def rows() -> dict[str, int]:
    """How many rows each table has."""
    db.session.rollback()
    counted = {
        t.name: db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in Base.metadata.sorted_tables
    }
    db.session.rollback()
    assert Task.__table__.name in counted
    return counted
