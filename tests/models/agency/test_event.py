"""The trail: rows are only ever added, and say who, when, which record and from where."""

import pytest
import sqlalchemy as sa

from app.engines import writing
from app.extensions import db
from app.models.agency.event import Event, EventKind, Origin, origin


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count(Event.id)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET reason = 'never happened'",
        "UPDATE event SET by_id = NULL WHERE id = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(session, cast, statement):
    before = count()
    assert before > 0
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(statement))
    session.rollback()
    assert count() == before


def test_it_refuses_the_program_as_well(session, cast):
    line = session.scalars(sa.select(Event).limit(1)).one()
    line.reason = "changed"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.flush()
    session.rollback()
    session.delete(session.scalars(sa.select(Event).limit(1)).one())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.flush()
    session.rollback()


def test_a_line_shares_the_fate_of_the_change(session, cast):
    before = count()
    cast.rosa.correct(by=cast.ana, pronouns="they/them")
    session.flush()
    assert count() == before + 1
    session.rollback()
    assert count() == before


def test_a_line_says_who_which_record_which_fields_and_from_where(session, cast):
    token = origin.set(Origin("10.1.2.3", "clients.update"))
    try:
        cast.rosa.correct(by=cast.ana, pronouns="they/them", email="rosa@m.example")
    finally:
        origin.reset(token)
    session.flush()
    line = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (line.kind, line.by, line.client_id, line.case_id) == (
        EventKind.CLIENT_CHANGED, cast.ana, cast.rosa.id, None,
    )  # fmt: skip
    assert (line.record_kind, line.record_id) == ("client", cast.rosa.id)
    assert sorted(line.fields) == ["email", "pronouns"]
    assert (line.address, line.endpoint) == ("10.1.2.3", "clients.update")


def test_what_hangs_on_a_case_names_client_and_case(session, cast):
    cast.intake.rewrite(by=cast.ana, referred_by="Her sister")
    session.flush()
    line = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (line.client_id, line.case_id, line.record_kind) == (cast.rosa.id, cast.case.id, "intake")


def test_no_line_holds_what_was_written(session, cast):
    """Names of fields, never their values: the trail is read by more people than the file."""
    cast.rosa.correct(by=cast.ana, safe_contact="quince orchard")
    session.flush()
    lines = session.execute(sa.select(Event.__table__)).all()
    assert "quince" not in str(lines)


def test_a_long_reason_is_cut_and_not_refused(session, cast):
    cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason="x" * 2000)
    session.flush()
    line = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert len(line.reason) == 500


def test_lines_are_in_the_order_in_which_they_were_written(session, cast):
    ids = session.scalars(sa.select(Event.id).order_by(Event.created_at, Event.id)).all()
    assert ids == sorted(ids)
    assert writing.get()
