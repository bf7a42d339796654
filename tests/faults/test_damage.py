"""A damaged database file: refused at the start in words, noticed while running, and never written on."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.monitoring.note import Method, Note
from tests.faults.server import Server, agency, command, finished, no_inside_of_ours


def cut_off(path: Path) -> None:
    """The second half is gone."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)


def cut_to_nothing(path: Path) -> None:
    """A file of no bytes: to SQLite that is a new, empty database."""
    path.write_bytes(b"")


def other_head(path: Path) -> None:
    """The first bytes are not a database's."""
    with path.open("r+b") as file:
        file.write(b"PK\x03\x04 no database at all")


def flipped(path: Path) -> None:
    """Every bit of some pages in the middle is the other way round."""
    with path.open("r+b") as file:
        for page in range(8, 60, 3):
            file.seek(page * 4096)
            content = file.read(4096)
            file.seek(page * 4096)
            file.write(bytes(byte ^ 0xFF for byte in content))


@pytest.mark.parametrize("damage", [cut_off, cut_to_nothing, other_head, flipped])
@pytest.mark.parametrize("verb", ["start", "upgrade"])
def test_a_damaged_database_is_refused_in_words_and_left_as_it_is(tmp_path, verb, damage: Callable[[Path], None]):
    if verb == "upgrade" and damage is not cut_to_nothing:
        pytest.skip("the same code; once is enough")
    with agency(tmp_path / "data"):
        close_the_log()
    path = tmp_path / "data" / "handrail.db"
    damage(path)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    code, said = finished(command(verb, folder=tmp_path / "data"))
    assert code == 1, said
    assert "backup" in said and "Traceback" not in said and "sqlalchemy" not in said
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before, "the damaged file was changed"


def test_damage_that_is_met_while_running_stops_all_writing_and_says_so(tmp_path):
    with agency(tmp_path / "data") as there:
        write_a_note(there)
        server = Server(there.folder, token=there.token)
        try:
            server.start()
            notes = f"/cases/{there.case_id}/notes/"
            assert server.ask("GET", notes).status == 200
            root = close_the_log("SELECT rootpage FROM sqlite_master WHERE name = 'note'")
            size = int(close_the_log("PRAGMA page_size"))
            with (there.folder / "handrail.db").open("r+b") as file:
                file.seek((int(root) - 1) * size)
                file.write(b"\xff" * size)
            met = server.ask("GET", notes)
            assert met.status == 503, met.text[:500]
            assert "damaged" in met.text
            no_inside_of_ours(met.text)
            for _ in range(4):  # whichever worker is asked
                refused = server.ask("POST", f"/cases/{there.case_id}/tasks/", task(there))
                assert refused.status == 503
                assert "damaged" in refused.text and "restore the last backup" in refused.text
                assert "Call the clinic" in refused.text, "what was typed is gone from the page"
            assert server.ask("GET", "/services/").status == 200, "what is sound can no longer be read"
            health = server.ask("GET", "/healthz")
            assert health.status == 503 and '"sound":false' in health.text.replace(" ", "")
        finally:
            server.stop()
        code, said = finished(command("start", "--port", str(server.port), folder=there.folder))
        assert code == 1 and "damaged" in said and "backup" in said


def test_after_the_backup_is_in_its_place_writing_goes_on(tmp_path):
    with agency(tmp_path / "data") as there:
        close_the_log()
        (there.folder / "damaged").touch()  # met by a server that ran before
        server = Server(there.folder, token=there.token)
        try:
            server.start()
            assert server.ask("POST", f"/cases/{there.case_id}/tasks/", task(there)).status == 303
        finally:
            server.stop()


def test_a_database_that_cannot_be_reached_is_said_in_words(tmp_path):
    nobody = "postgresql://nobody:hunter2@127.0.0.1:1/none"
    for verb in ("start", "upgrade", "first-link"):
        code, said = finished(command(verb, folder=tmp_path / "data", database=nobody))
        assert code == 1
        assert "cannot be reached" in said and "Traceback" not in said and "hunter2" not in said


def close_the_log(question: str = "PRAGMA user_version") -> object:
    """Put everything from SQLite's log into the file, then ask; nobody keeps an old page after this."""
    db.session.remove()
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(question).scalar()
        connection.exec_driver_sql("PRAGMA user_version = 7")
        connection.commit()
    raw = db.engine.raw_connection()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    db.engine.dispose()
    return found


def write_a_note(there) -> None:
    case, ana = db.session.get_one(Case, there.case_id), db.session.get_one(User, there.ana_id)
    Note.write(case, by=ana, happened_on=clock.today(), method=Method.PHONE, text="She called")
    db.session.commit()


def task(there) -> dict[str, str]:
    return {
        "title": "Call the clinic",
        "due_on": (clock.today() + timedelta(days=3)).isoformat(),
        "assignee": str(there.ana_id),
        "once": secrets.token_urlsafe(18),
    }
