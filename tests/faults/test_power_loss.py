"""The power fails while people write: what was acknowledged is there when it is back, and the database is sound.

Four people save tasks through the program on SQLite, in threads of this process, while every call that writes, cuts or
syncs the database or its log is recorded (`tests.faults.power`), checkpoints among them. Then the states in which the
disk could be found are made, for a failure after any of the calls: what was synced is there; of what was not, any part
is, in any order, in sectors of 512 bytes, some of them nonsense. In each the database is opened by a fresh connection.

This shows that Handrail and SQLite ask for a sync before anybody is told "saved", in the right order, and recover by
themselves. It does not show that a disk keeps what it says it synced, nor a failure between two recorded calls that
Python cannot see (file names in the folder: the log is taken to be there), nor Postgres, which does this itself; and a
sample of the states is looked at, not all. With the setting `synchronous=NORMAL` the same test finds losses.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.engines import prepare
from app.extensions import db
from app.models.agency import verifying
from tests.faults.power import Cut, Recording, Written, recorded
from tests.faults.server import Agency, Said, agency
from tests.faults.writers import Writers

ENOUGH = 40


class Inside:
    """The program asked in this process, as `Server` asks it over the network."""

    def __init__(self, there: Agency, acknowledge: Callable[[str], None]) -> None:
        self.app, self.token, self.acknowledge = there.app, there.token, acknowledge

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Said:
        client = self.app.test_client()  # type: ignore[attr-defined]
        client.set_cookie("handrail", self.token)
        answer = client.open(path, method=method, data=data, headers={"Sec-Fetch-Site": "same-origin"})
        if answer.status_code == 303 and data is not None:
            self.acknowledge(data["title"])
        return Said(answer.status_code, answer.headers.get("Location") or "", answer.text)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory):
    with agency(tmp_path_factory.mktemp("power") / "data") as made:
        yield made


def run(there: Agency, *settings: str) -> Recording:
    """Let four people write until enough is acknowledged, and record it; settings are given to every connection."""
    db.session.remove()
    db.engine.dispose()  # the last connection empties the log into the database

    def set_up(dbapi: Any, _record: Any) -> None:
        for setting in ("wal_autocheckpoint=60", *settings):  # sooner than usual, so that many are among the states
            dbapi.execute(f"PRAGMA {setting}")

    sa.event.listen(db.engine, "connect", set_up)
    try:
        with recorded(there.folder / "handrail.db") as recording:
            with db.engine.connect() as stays, Writers(Inside(there, recording.acknowledge), there) as writers:  # type: ignore[arg-type]
                stays.rollback()
                until = time.monotonic() + 120
                while len(writers.acknowledged) < ENOUGH and time.monotonic() < until:
                    threading.Event().wait(0.02)
            writers.check_nothing_lost_or_doubled()
            made = list(recording.calls)
        db.session.remove()
        db.engine.dispose()
        recording.calls = made
        return recording
    finally:
        sa.event.remove(db.engine, "connect", set_up)


def moments(recording: Recording, count: int, chance: random.Random) -> list[int]:
    """After how many calls the power fails: right after each acknowledgement, and anywhere else."""
    told = [number + 1 for number, call in enumerate(recording.calls) if type(call).__name__ == "Acknowledged"]
    return told + [chance.randint(1, len(recording.calls)) for _ in range(max(0, count - len(told)))]


def tasks(path: Path) -> Counter[str]:
    """The tasks of a database found after a failure; it must be sound."""
    found = sqlite3.connect(path)
    try:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        return Counter(title for (title,) in found.execute("SELECT title FROM task"))
    finally:
        found.close()


def test_after_the_power_failed_at_any_moment_nothing_acknowledged_is_lost(there: Agency, tmp_path: Path, slow: bool):
    recording, chance = run(there), random.Random(20261122)
    kinds = Counter((type(c).__name__, getattr(c, "file", "")[-4:]) for c in recording.calls)
    assert kinds["Acknowledged", ""] >= ENOUGH and kinds["Synced", "-wal"] >= ENOUGH, kinds
    assert kinds["Synced", "l.db"] >= 3, f"no checkpoint was among what was recorded: {kinds}"
    when = moments(recording, 3000 if slow else 150, chance)
    lasting = 0
    for number, moment in enumerate(when):
        disk = recording.after_failure(moment, chance)
        path = disk.put_into(tmp_path)
        there_are, told = tasks(path), recording.acknowledged(moment)
        lost = [title for title in told if not there_are[title]]
        assert not lost, f"after call {moment} of {len(recording.calls)}: acknowledged and lost: {lost}"
        assert max(there_are.values(), default=1) == 1
        lasting += len(told)
        if number % 10 == 0:
            the_trail_is_whole(path)
    assert lasting > len(when)
    print(f"{len(recording.calls)} calls {dict(kinds)}; {len(when)} states, none with a loss")


def test_the_same_states_show_losses_where_the_program_does_not_wait_for_the_disk(there: Agency, tmp_path: Path):
    """With NORMAL the log is synced before a checkpoint only: were this setting ever lost, the test above would fail."""
    recording, chance = run(there, "synchronous=NORMAL"), random.Random(20261123)
    when = moments(recording, 60, chance)
    losing = 0
    for moment in when:
        there_are = tasks(recording.after_failure(moment, chance).put_into(tmp_path))
        losing += any(not there_are[title] for title in recording.acknowledged(moment))
    assert losing > len(when) / 10
    print(f"{losing} of {len(when)} states with a loss")


def the_trail_is_whole(path: Path) -> None:
    """The chain of the trail fits, and the database can be written as it is."""
    engine = sa.create_engine(f"sqlite:///{path}")
    prepare(engine)
    before = db.engines[None]
    db.engines[None] = engine
    try:
        assert verifying.verify().whole
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE agency SET city = 'Written after it'")
    finally:
        engine.dispose()
        db.engines[None] = before


def test_what_is_recorded_makes_the_files_that_are_really_there(there: Agency):
    """All calls in their order give the database and the log, byte for byte: nothing went past the recording."""
    db.session.remove()
    db.engine.dispose()
    path = there.folder / "handrail.db"
    with recorded(path) as recording:
        with db.engine.connect() as stays:
            stays.rollback()
            with Writers(Inside(there, recording.acknowledge), there, count=1) as writers:  # type: ignore[arg-type]
                while len(writers.acknowledged) < 5:
                    threading.Event().wait(0.02)
            db.session.remove()
            everything = [call for call in recording.calls if isinstance(call, Written | Cut)]
            recording.calls = list(everything)
            all_of_it = _Always()
            disk = recording.after_failure(len(everything), all_of_it)  # type: ignore[arg-type]
            assert disk.database == path.read_bytes()
            assert disk.log == Path(f"{path}-wal").read_bytes()
        db.session.remove()
        db.engine.dispose()


class _Always:
    """A chance that lets everything reach the disk."""

    def choice(self, _ways: Any) -> str:
        return "all"

    def randint(self, _low: int, high: int) -> int:
        return high
