"""The moment in which a case is closed: what others write then is either in the case before, or refused."""

from __future__ import annotations

from threading import Event as Signal
from threading import Thread

import pytest
import sqlalchemy as sa

from app import clock
from app.engines import writing
from app.extensions import db
from app.models.base import RuleBroken
from app.models.caseload.case import Case, CaseStatus
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task


def write_note(case, by):
    Note.write(case, by=by, happened_on=clock.today(), method=Method.PHONE, text="In the last moment")


def add_task(case, by):
    Task.add(case, by=by, title="In the last moment", due_on=clock.today())


@pytest.mark.parametrize(("verb", "model"), [(write_note, Note), (add_task, Task)])
def test_nothing_slips_into_a_case_in_the_moment_it_is_closed(app, cast, verb, model):
    """One person has closed the case and is about to commit; another, on a second connection, writes into it."""
    case_id, ana_id = cast.case.id, cast.ana.id
    db.session.rollback()
    has_read, outcome = Signal(), []

    def other():
        with app.app_context():
            writing.set(True)
            try:
                if db.engine.dialect.name != "sqlite":  # there a second writer waits before it may even begin
                    assert db.session.get_one(Case, case_id).status is CaseStatus.ACTIVE
                has_read.set()
                verb(db.session.get_one(Case, case_id), db.session.get_one(type(cast.ana), ana_id))
                db.session.commit()
                outcome.append("written")
            except RuleBroken as broken:
                outcome.append(broken.text)
            finally:
                has_read.set()
                db.session.remove()

    case = db.session.get_one(Case, case_id)
    case.status = CaseStatus.CLOSED
    db.session.flush()
    thread = Thread(target=other)
    if db.engine.dialect.name == "sqlite":
        has_read.set()
    thread.start()
    assert has_read.wait(10)
    thread.join(0.5)
    assert thread.is_alive(), f"the other did not wait: {outcome}"
    db.session.commit()
    thread.join(20)
    assert outcome == ["The case is closed. Reopen it before you add to it."]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_a_closing_waits_for_what_is_being_written(app, cast):
    """The other way round: who writes first is in the case before it closes."""
    case_id = cast.case.id
    db.session.rollback()
    closed = []

    def close():
        with app.app_context():
            writing.set(True)
            case = db.session.get_one(Case, case_id)
            case.hold()
            closed.append(db.session.scalar(sa.select(sa.func.count()).select_from(Note)))
            db.session.remove()

    write_note(db.session.get_one(Case, case_id), cast.ana)
    db.session.flush()
    thread = Thread(target=close)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive() and closed == []
    db.session.commit()
    thread.join(20)
    assert closed == [1]
