"""The chain of the trail: numbers without gaps, hashes that hang together, and whoever was at it is found out."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.engines import writing
from app.extensions import db
from app.models.agency import chain, verifying
from app.models.agency.event import KEEP, Event, EventKind
from app.models.agency.verifying import Damage, Mark, verify
from app.models.caseload.client import Client

TAKE_OFF = {
    "sqlite": [
        "DROP TRIGGER event_stays_update",
        "DROP TRIGGER event_stays_delete",
        "DROP TRIGGER event_stays_replace",
    ],
    "postgresql": ["ALTER TABLE event DISABLE TRIGGER USER"],
}
PUT_BACK = {"sqlite": [], "postgresql": ["ALTER TABLE event ENABLE TRIGGER USER"]}


@pytest.fixture
def trail(session, cast) -> int:
    """Some forty lines about Rosa, committed; returns how many there are in all."""
    for n in range(40):
        cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, fields=["pronouns"], reason=f"line {n} “ñ” 你")
    session.commit()
    return session.scalar(sa.select(sa.func.count(Event.id)))


def intrude(*statements: str) -> None:
    """What somebody with the database itself can do: take the triggers off and write, leaving no other trace."""
    db.session.rollback()
    with db.engine.begin() as connection:
        engine = connection.dialect.name
        for statement in [*TAKE_OFF[engine], *statements, *PUT_BACK[engine]]:
            connection.exec_driver_sql(statement)


def found(noted: Mark | None = None) -> tuple[int, Damage] | None:
    fault = verify(noted).fault
    return None if fault is None else (fault.number, fault.damage)


# -- Written


def test_lines_have_numbers_without_gaps_and_the_chain_is_whole(session, trail):
    assert list(session.scalars(sa.select(Event.id).order_by(Event.id))) == list(range(1, trail + 1))
    verdict = verify()
    assert (verdict.whole, verdict.lines, verdict.head.number) == (True, trail, trail)
    assert verdict.head.hash == session.scalar(sa.select(Event.hash).where(Event.id == trail))


def test_a_transaction_that_is_taken_back_leaves_no_gap(session, cast, trail):
    cast.rosa.correct(by=cast.ana, pronouns="they/them")
    session.flush()
    session.rollback()
    cast.rosa.correct(by=cast.ana, pronouns="ze/zir")
    session.commit()
    assert verify().head.number == trail + 1
    assert verify().whole


def test_a_refused_commit_leaves_no_line_behind_for_the_next_one(session, cast, trail):
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="never")
    session.add(Client(number=cast.lena.number))
    with pytest.raises(sa.exc.IntegrityError):
        session.commit()
    session.rollback()
    session.commit()
    assert (verify().lines, verify().whole) == (trail, True)


def test_a_session_that_is_closed_without_a_word_takes_its_lines_with_it(session, cast, trail):
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana)
    session.close()
    session.commit()
    assert verify().lines == trail


def test_back_to_a_savepoint_takes_back_what_was_recorded_since(session, cast, trail):
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="before")
    point = session.begin_nested()
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="within")
    point.rollback()
    with session.begin_nested():
        cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="kept")
    session.commit()
    reasons = session.scalars(sa.select(Event.reason).where(Event.id > trail).order_by(Event.id)).all()
    assert reasons == ["before", "kept"]
    assert verify().whole


def test_who_reads_the_trail_in_the_same_transaction_sees_the_new_line(session, cast, trail):
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="just now")
    mine = sa.select(Client).where(sa.exists().where(Event.client_id == Client.id, Event.reason == "just now"))
    assert session.scalars(mine).all() == [cast.rosa]
    session.commit()
    assert verify().whole


def test_an_instant_is_hashed_to_the_microsecond_whatever_its_time_zone(session, cast, trail):
    odd = datetime(2026, 3, 8, 2, 30, 0, 7, tzinfo=UTC)
    for moment in (odd, odd.astimezone(tz=clock._zone.get()), odd.replace(microsecond=0)):
        with clock.at(moment):
            cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana)
    session.commit()
    assert verify().whole


def test_a_hash_is_the_same_for_ever():
    """Written down, so that a change of the reckoning is noticed: it would make every older trail look damaged."""
    line = {
        "id": 7, "kind": EventKind.CLIENT_VIEWED, "by_id": 3, "client_id": None, "fields": ["a", "ñ"],
        "created_at": datetime(2026, 11, 21, 23, 59, 59, 5, tzinfo=UTC), "reason": 'said “"\\”',
    }  # fmt: skip
    assert chain.digest(chain.FIRST, line) == "fa49d0d29b2ecff4d873af8b4ad125a1fb304cc303697c74a01cb7c235e6984a"
    assert (
        chain.digest(chain.FIRST, line | {"later_column": None})
        == "fa49d0d29b2ecff4d873af8b4ad125a1fb304cc303697c74a01cb7c235e6984a"
    )
    naive = line | {"created_at": datetime(2026, 11, 21, 23, 59, 59, 5)}
    assert chain.digest(chain.FIRST, naive) == "fa49d0d29b2ecff4d873af8b4ad125a1fb304cc303697c74a01cb7c235e6984a"


def test_the_chain_costs_one_question_and_one_insert(session, cast, trail):
    asked: list[str] = []
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana)
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana)

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        session.commit()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert [statement.split()[0] for statement in asked] == ["SELECT", "INSERT"], asked


def test_many_who_write_at_once_make_one_chain_and_never_wait_for_each_other_for_ever(app, session, cast, trail):
    """Each thread changes two clients in its own order, then is recorded: with the lock in the middle they would lock."""
    rosa, lena, ana = cast.rosa.id, cast.lena.id, cast.ana.id
    session.commit()
    errors: list[BaseException] = []

    def work(turn: int) -> None:
        try:
            with app.app_context():
                for n in range(12):
                    writing.set(True)
                    Event.queue(EventKind.CLIENT_CHANGED, by_id=ana, client_id=rosa, reason=f"{turn}-{n}")
                    for id in sorted((rosa, lena)):
                        db.session.execute(sa.update(Client).where(Client.id == id).values(what_helps=f"{turn} {n}"))
                    Event.queue(EventKind.CLIENT_CHANGED, by_id=ana, client_id=lena)
                    db.session.commit()
                db.session.remove()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == [] and not any(thread.is_alive() for thread in threads)
    verdict = verify()
    assert (verdict.whole, verdict.lines) == (True, trail + 6 * 12 * 2)


def test_a_changed_key_and_a_line_about_it_do_not_lock_each_other_out(app, session, cast, trail):
    """Postgres locks the rows a line points at; whoever changes a person's e-mail holds that row, and records too."""
    ana = cast.ana.id
    session.commit()
    errors: list[BaseException] = []

    def change(turn: int) -> None:
        try:
            with app.app_context():
                for n in range(15):
                    writing.set(True)
                    if turn % 2:
                        db.session.execute(
                            sa.text('UPDATE "user" SET email = :e WHERE id = :i'),
                            {"e": f"{turn}{n}@x.example", "i": ana},
                        )
                    Event.queue(EventKind.USER_CHANGED, by_id=ana)
                    db.session.commit()
                db.session.remove()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=change, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == [] and verify().whole


# -- Refused by the database


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_the_line(session, trail, verb):
    statement = {"update": "UPDATE event SET reason = 'x' WHERE id = 1", "delete": "DELETE FROM event WHERE id = 1"}[
        verb
    ]
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(statement))


def test_a_line_cannot_be_replaced_nor_all_of_them_dropped_at_once(session, trail):
    replace = "INSERT OR REPLACE INTO event SELECT * FROM event WHERE id = 1"
    statement = replace if db.engine.dialect.name == "sqlite" else "TRUNCATE event"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(statement))
    session.rollback()
    assert verify().lines == trail


def test_every_promise_of_the_database_is_made_on_both_engines():
    for statements in KEEP.values():
        assert {verb for verb in ("update", "delete") for line in statements if f"BEFORE {verb}" in line} == {
            "update",
            "delete",
        }


# -- Found out


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'it was nothing'",
        "by_id = 3",
        "by_id = NULL",
        "kind = 'client_viewed'",
        "client_id = NULL",
        "record_id = 99",
        "record_kind = 'goal'",
        "fields = '[\"email\"]'",
        "address = '10.0.0.1'",
        "endpoint = 'x'",
        "created_at = '2020-01-01 00:00:00'",
        "hash = 'f00'",
    ],
)
def test_a_column_that_was_changed(trail, change):
    intrude(f"UPDATE event SET {change} WHERE id = 20")
    assert found() == (20, Damage.CHANGED)


def test_every_column_is_covered_by_the_hash():
    covered = {"id"} | {"reason", "by_id", "kind", "client_id", "record_id", "record_kind", "fields", "address"}
    covered |= {"endpoint", "created_at", "hash", "case_id"}
    assert set(Event.__table__.columns.keys()) == covered, "a new column: change it in the test above"


RUBBISH = {"sqlite": ["created_at = 'yesterday'", "fields = '{'", "kind = 'no such kind'", "reason = x'fffe'"]}
RUBBISH["postgresql"] = RUBBISH["sqlite"][2:3]  # it refuses the others itself


@pytest.mark.parametrize("number", range(4))
def test_rubbish_in_a_cell_is_damage_and_not_a_crash(session, trail, number):
    kinds = RUBBISH[db.engine.dialect.name]
    rubbish = kinds[number % len(kinds)]
    intrude(f"UPDATE event SET {rubbish} WHERE id = 20")
    assert found() == (20, Damage.CHANGED)


def test_a_line_that_was_changed_with_its_hash_made_anew(session, trail):
    table = Event.__table__
    query = sa.select(table).where(table.c.id.in_((19, 20))).order_by(table.c.id)
    before, line = [dict(row) for row in session.execute(query).mappings()]
    forged = chain.digest(before["hash"], line | {"reason": "forged"})
    intrude(f"UPDATE event SET reason = 'forged', hash = '{forged}' WHERE id = 20")
    assert found() == (21, Damage.CHANGED)


def test_a_line_from_the_middle_that_is_gone(trail):
    intrude("DELETE FROM event WHERE id = 20")
    assert found() == (20, Damage.MISSING)


def test_a_line_that_is_gone_while_the_others_moved_up(trail):
    shift = "".join(f"UPDATE event SET id = {n - 1} WHERE id = {n};" for n in range(21, trail + 1)).split(";")
    intrude("DELETE FROM event WHERE id = 20", *filter(None, shift))
    assert found() == (20, Damage.MISSING)


def test_the_first_line_that_is_gone(trail):
    intrude("DELETE FROM event WHERE id = 1")
    assert found() == (1, Damage.MISSING)


def test_the_last_lines_that_are_gone_are_missed_by_whoever_noted_the_head(trail):
    noted = verify().head
    intrude(f"DELETE FROM event WHERE id = {trail}")
    assert found() is None, "the chain alone cannot know"
    assert found(noted) == (trail, Damage.TAIL)


def test_a_tail_that_was_cut_and_grown_again_is_not_the_one_noted(session, cast, trail):
    noted = verify().head
    intrude(f"DELETE FROM event WHERE id = {trail}")
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="another line in its place")
    session.commit()
    assert found() is None
    assert found(noted) == (trail, Damage.REWRITTEN)


def test_a_trail_that_grew_since_the_head_was_noted_is_whole(session, cast, trail):
    noted = verify().head
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana)
    session.commit()
    assert found(noted) is None


COLUMNS = "created_at, kind, by_id, client_id, case_id, record_kind, record_id, fields, reason, address, endpoint, hash"


def test_a_line_that_was_put_in_between(trail):
    room = [f"UPDATE event SET id = {n + 1} WHERE id = {n}" for n in range(trail, 19, -1)]
    intrude(*room, f"INSERT INTO event (id, {COLUMNS}) SELECT 20, {COLUMNS} FROM event WHERE id = 5")
    assert found() == (20, Damage.INSERTED)


def test_a_line_that_was_put_before_the_first(trail):
    intrude(f"INSERT INTO event (id, {COLUMNS}) SELECT 0, {COLUMNS} FROM event WHERE id = 5")
    assert found() == (0, Damage.INSERTED)


def test_a_line_that_was_put_at_the_end(trail):
    intrude(f"INSERT INTO event (id, {COLUMNS}) SELECT {trail + 1}, {COLUMNS} FROM event WHERE id = 5")
    assert found() == (trail + 1, Damage.FOREIGN)


@pytest.mark.parametrize("other", [21, 30])
def test_two_lines_that_changed_places(trail, other):
    intrude(
        "UPDATE event SET id = -1 WHERE id = 20",
        f"UPDATE event SET id = 20 WHERE id = {other}",
        f"UPDATE event SET id = {other} WHERE id = -1",
    )
    assert found() == (20, Damage.ORDER)


def test_damage_is_found_across_the_batches_too(trail, monkeypatch):
    monkeypatch.setattr(verifying, "AT_ONCE", 7)
    assert found() is None
    intrude(
        "UPDATE event SET id = -1 WHERE id = 21",
        "UPDATE event SET id = 21 WHERE id = 22",
        "UPDATE event SET id = 22 WHERE id = -1",
    )
    assert found() == (21, Damage.ORDER)


def test_the_first_line_that_does_not_fit_is_the_one_that_is_told(trail):
    intrude("UPDATE event SET reason = 'x' WHERE id = 33", "UPDATE event SET reason = 'x' WHERE id = 12")
    assert found() == (12, Damage.CHANGED)


# -- The command


@pytest.fixture
def said(app, monkeypatch):
    """What `audit verify` prints and ends with."""
    monkeypatch.setattr("app.schema.current", lambda _engine: "newest")
    monkeypatch.setattr("app.schema.revisions", lambda: ["newest"])

    def run(*arguments: str) -> tuple[int, str]:
        db.session.remove()
        done = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
        return done.exit_code, done.output

    return run


def test_the_command_ends_with_one_line_that_holds_the_head(trail, said):
    code, words = said()
    assert code == 0 and words.count("\n") == 1
    assert re.search(rf"whole: {trail} lines, the last of 20\d\d-.* Head: {trail}:[0-9a-f]{{64}}$", words.strip())


def test_the_command_takes_the_head_it_printed(trail, said):
    head = said()[1].split("Head: ")[1].strip()
    assert said("--head", head)[0] == 0
    intrude(f"DELETE FROM event WHERE id >= {trail - 2}")
    code, words = said("--head", head)
    assert code == 1 and "tail cut" in words and f"line {trail - 2}" in words


def test_the_command_names_the_first_damaged_line_and_ends_with_one(trail, said):
    intrude("UPDATE event SET reason = 'x' WHERE id = 12")
    code, words = said()
    assert code == 1 and words.startswith("The trail is damaged at line 12: changed") and words.count("\n") == 1


@pytest.mark.parametrize("nonsense", ["12", "12:zz", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_a_head_that_is_none_is_refused_in_words(trail, said, nonsense):
    code, words = said("--head", nonsense)
    assert code == 2 and "as it was printed" in words


def test_help_says_to_note_the_head_down_elsewhere(app):
    words = " ".join(app.test_cli_runner().invoke(args=["audit", "verify", "--help"]).output.split())
    assert "outside of this machine" in words


def test_a_day_has_enough_lines_to_be_told_apart(trail):
    assert verify().written_at.replace(tzinfo=UTC) > clock.now() - timedelta(minutes=5)
