"""A clock that jumps: no fault of ours, no session that never ends, and a trail that stays in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event
from app.models.monitoring.note import Note
from app.models.monitoring.task import Task
from tests.browser import Visit
from tests.cast import PASSWORD

HERE = {"Sec-Fetch-Site": "same-origin"}
MOMENTS = {
    "a battery that is empty": datetime(1970, 1, 1, tzinfo=UTC),
    "a year back": datetime.now(UTC) - timedelta(days=365),
    "ten years ahead": datetime.now(UTC) + timedelta(days=3650),
    "the end of February in a leap year": datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    "the hour that is not there": datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    "the hour that is there twice, first": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "the hour that is there twice, again": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    "the last second of a year": datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    "after 2038": datetime(2040, 1, 19, 3, 14, 8, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_clock_lets_people_sign_in_read_and_write(app, cast, moment):
    with clock.at(MOMENTS[moment]):
        visit = Visit(app)
        answer = send(visit, "/sign-in", email="ana@millbrook.example", password=PASSWORD)
        assert answer.status_code == 303, answer.text[:300]
        for page in ("/", "/clients/", f"/clients/{cast.rosa.id}/", f"/cases/{cast.case.id}/notes/"):
            assert opened(visit, page).status_code == 200, page
        today = clock.today().isoformat()
        note = send(
            visit, f"/cases/{cast.case.id}/notes/", happened_on=today, method="phone", attendance="completed", text="x"
        )
        task = send(visit, f"/cases/{cast.case.id}/tasks/", title="x", due_on=today, assignee=str(cast.ana.id))
        assert {note.status_code, task.status_code} <= {303, 422}, "a clock may make a day wrong, but not us"
        for page in (
            "/",
            f"/clients/{cast.rosa.id}/",
            f"/cases/{cast.case.id}/notes/",
            f"/cases/{cast.case.id}/tasks/",
        ):
            assert opened(visit, page).status_code == 200, page
        assert opened(visit, "/healthz").status_code == 200


@pytest.mark.parametrize("night", [datetime(2026, 3, 8, 6, 0, tzinfo=UTC), datetime(2026, 11, 1, 4, 0, tzinfo=UTC)])
def test_a_note_of_every_half_hour_of_a_night_in_which_the_clocks_change(app, cast, night):
    """Times of day that are not there, or there twice, are taken as they are typed."""
    with clock.at(night + timedelta(hours=20)):
        visit = Visit(app).sign_in(cast.ana)
        day = (night + timedelta(hours=2)).date().isoformat()
        for half_hour in range(10):
            at = f"{half_hour // 2:02}:{30 * (half_hour % 2):02}"
            answer = send(
                visit, f"/cases/{cast.case.id}/notes/", happened_on=day, started_at=at, method="phone",
                attendance="completed", text=f"At {at}",
            )  # fmt: skip
            assert answer.status_code == 303, f"{at}: {answer.text[:300]}"
        assert opened(visit, f"/cases/{cast.case.id}/notes/").status_code == 200
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 10


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3650)])
def test_a_session_opened_by_a_clock_that_was_ahead_does_not_live_until_then(app, cast, ahead):
    now = clock.now()
    visit = Visit(app)
    with clock.at(now + ahead):
        assert send(visit, "/sign-in", email="ana@millbrook.example", password=PASSWORD).status_code == 303
        assert opened(visit, "/").status_code == 200
    with clock.at(now):
        assert opened(visit, "/").status_code == 303, "somebody stays signed in until the clock has caught up"


def test_a_session_that_was_used_by_a_clock_that_was_ahead_ends_too(app, cast):
    now = clock.now()
    with clock.at(now):
        visit = Visit(app).sign_in(cast.ana)
        assert opened(visit, "/").status_code == 200
    with clock.at(now + timedelta(minutes=40)):
        assert opened(visit, "/").status_code == 200
    with clock.at(now - timedelta(hours=2)):
        assert opened(visit, "/").status_code == 303


def test_a_clock_set_back_by_a_few_seconds_signs_nobody_out(app, cast):
    now = clock.now()
    with clock.at(now):
        visit = Visit(app).sign_in(cast.ana)
        assert opened(visit, "/").status_code == 200
    with clock.at(now - timedelta(seconds=30)):
        assert opened(visit, "/").status_code == 200


def test_failed_tries_of_a_clock_that_was_ahead_lock_nobody_out_for_years(app, cast):
    now = clock.now()
    with clock.at(now + timedelta(days=3650)):
        for _ in range(9):
            send(Visit(app), "/sign-in", email="ana@millbrook.example", password="wrong again and again")
    with clock.at(now):
        assert send(Visit(app), "/sign-in", email="ana@millbrook.example", password=PASSWORD).status_code == 303


def test_the_trail_stays_in_the_order_in_which_things_happened(app, cast):
    """Whatever the clock says, what came later stands later; and the page that shows it opens."""
    now, titles = clock.now(), []
    for number, jump in enumerate((0, 3650, -3650, 1, -1, 0)):
        with clock.at(now + timedelta(days=jump)):
            visit = Visit(app).sign_in(cast.ana)
            due = clock.today().isoformat()
            title = f"Number {number}"
            answer = send(visit, f"/cases/{cast.case.id}/tasks/", title=title, due_on=due, assignee=str(cast.ana.id))
            assert answer.status_code == 303
            titles.append(title)
    db.session.rollback()
    lines = db.session.scalars(sa.select(Event).where(Event.kind == "task_added").order_by(Event.id)).all()
    assert [db.session.get_one(Task, line.record_id).title for line in lines] == titles
    with clock.at(now):
        visit = Visit(app).sign_in(cast.bo)
        assert opened(visit, f"/clients/{cast.rosa.id}/trail/").status_code == 200


def opened(visit: Visit, path: str):
    db.session.rollback()
    with visit.app.app_context():
        return visit.client.get(path)


def send(visit: Visit, path: str, **data: str):
    db.session.rollback()
    with visit.app.app_context():
        return visit.client.post(path, headers=HERE, data=data)
