"""Notes: event time and entry time, signed when saved, corrected only by addition."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.monitoring.note import Attendance, GoalName, Method, Note
from tests.models.closing.story import closed, days, plan_in_force, sign

NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("America/New_York"))


def write(cast, **details):
    given = {"happened_on": clock.today(), "method": Method.PHONE, "text": "We talked."} | details
    return Note.write(cast.case, by=cast.ana, **given)


def test_a_note_is_signed_with_name_and_title_when_it_is_written(cast, session):
    note = write(cast)
    session.commit()
    assert note.signed_as == "Ana Reyes, Caseworker"
    line = session.scalar(sa.select(Event).where(Event.kind == EventKind.NOTE_SIGNED))
    assert (line.by_id, line.record_id, line.case_id) == (cast.ana.id, note.id, cast.case.id)


def test_a_note_is_not_about_the_future(cast):
    with pytest.raises(RuleBroken):
        write(cast, happened_on=clock.today() + days(1))
    with clock.at(NOON), pytest.raises(RuleBroken):
        write(cast, started_at=time(12, 1))
    with clock.at(NOON):
        assert write(cast, started_at=time(12, 0)).started_at == time(12, 0)


def test_an_entry_more_than_72_hours_after_the_contact_is_late(cast, session):
    with clock.at(NOON):
        late = write(cast, happened_on=clock.today() - days(3), started_at=time(11, 59))
        in_time = write(cast, happened_on=clock.today() - days(3), started_at=time(12, 1))
        without_time = write(cast, happened_on=clock.today() - days(3))
        session.flush()
    assert late.late
    assert not in_time.late
    assert not without_time.late


def test_notes_come_newest_contact_first_and_without_a_time_on_top_of_their_day(cast, session):
    with clock.at(NOON):
        today = clock.today()
        morning = write(cast, started_at=time(9), text="morning")
        old = write(cast, happened_on=today - days(2), text="old")
        timeless = write(cast, text="timeless")
        later = write(cast, started_at=time(11), text="later")
        session.commit()
        assert list(session.scalars(Note.of(cast.case))) == [timeless, later, morning, old]


def test_a_correction_hangs_on_its_note_and_leaves_it_as_it_was(cast, session):
    note = write(cast)
    session.flush()
    note.add_to(by=cast.bo, text="It was Thursday.")
    session.commit()
    assert note.text == "We talked."
    assert [addendum.text for addendum in note.addenda] == ["It was Thursday."]
    assert list(session.scalars(Note.of(cast.case))) == [note]
    with pytest.raises(RuleBroken):
        note.addenda[0].add_to(by=cast.ana, text="More")


def test_a_note_in_error_stays_readable_and_counts_nowhere(cast, session):
    note = write(cast)
    session.flush()
    note.mark_in_error(by=cast.bo, reason="Another client’s file")
    session.commit()
    assert (note.text, note.in_error_by, note.in_error_reason) == ("We talked.", cast.bo, "Another client’s file")
    assert session.scalar(sa.select(Note).where(*Note.counts_as_contact())) is None
    with pytest.raises(RuleBroken):
        note.mark_in_error(by=cast.ana, reason="Again")


def test_only_a_contact_that_took_place_counts_as_contact(cast, session):
    for attendance in Attendance:
        write(cast, attendance=attendance, text=attendance.value)
    session.commit()
    counted = session.scalars(sa.select(Note).where(*Note.counts_as_contact()))
    assert [note.text for note in counted] == ["completed"]


def test_nothing_is_written_into_a_closed_case(cast, session):
    note = write(cast)
    closed(cast.case, by=cast.ana, approver=cast.bo)
    with pytest.raises(RuleBroken):
        write(cast)
    with pytest.raises(RuleBroken):
        note.add_to(by=cast.ana, text="More")
    note.mark_in_error(by=cast.bo, reason="Found out later")


def test_a_note_about_a_goal_follows_it_through_the_versions_of_the_plan(cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    session.flush()
    thread = plan.goals[1].thread
    plan.goals[0].mark(plan.goals[0].status.MET, by=cast.ana)
    second = plan.revise(by=cast.ana)
    session.flush()
    second.goals[0].reword(by=cast.ana, statement="Income that covers the rent")
    sign(second, by=cast.ana)
    session.flush()
    names = {goal.thread: goal for goal in GoalName.of(cast.case)}
    assert names[thread][2:] == (1, "Income that covers the rent", True)
    assert [goal.in_force for goal in names.values()] == [False, True]


def test_hours_of_the_clock_change_do_not_upset_late(cast, session):
    night = datetime(2026, 11, 1, 5, 30, tzinfo=ZoneInfo("UTC"))
    with clock.at(night + timedelta(days=4)):
        assert write(cast, happened_on=clock.local(night).date(), started_at=time(1, 30)).method is Method.PHONE
