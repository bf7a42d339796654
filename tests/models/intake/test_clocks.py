"""By when something must have happened after somebody reached us."""

from datetime import date, timedelta

import pytest

from app.models.caseload.program import Program
from app.models.intake.choices import Urgency
from app.models.intake.clocks import IntakeClock, business_days_after, due_on, latest_due_by

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [(0, 1, 1), (3, 1, 4), (4, 1, 7), (4, 2, 8), (5, 1, 7), (6, 1, 7), (0, 5, 7), (0, 0, 0), (5, 0, 5)],
)
def test_weekends_do_not_count(start, days, end):
    assert business_days_after(MONDAY + timedelta(days=start), days) == MONDAY + timedelta(days=end)


def test_the_usual_days_are_those_of_the_handbook():
    program, friday = Program.with_usual_clocks(), MONDAY + timedelta(days=4)

    def due(clock, triage=None):
        return due_on(clock, received_on=friday, program=program, triage=triage)

    assert due(IntakeClock.TRIAGE, Urgency.EMERGENCY) == friday
    assert due(IntakeClock.TRIAGE, Urgency.URGENT) == due(IntakeClock.TRIAGE) == date(2026, 11, 23)
    assert due(IntakeClock.CONTACT) == date(2026, 11, 24)
    assert due(IntakeClock.INTAKE) == date(2026, 12, 5)


@pytest.mark.parametrize("kind", IntakeClock)
@pytest.mark.parametrize("days", [1, 2, 5, 15])
def test_the_query_and_the_page_mean_the_same_day(kind, days):
    """`latest_due_by` is what the query asks; `due_on` is what the page says: one is the inverse of the other."""
    program = Program.with_usual_clocks()
    program.urgent_days = program.first_contact_days = program.intake_days = days
    for step in range(14):
        today = MONDAY + timedelta(days=step)
        last = latest_due_by(kind, today, program=program)
        for shift in range(-12, 3):
            received = last + timedelta(days=shift)
            ran_out = due_on(kind, received_on=received, program=program, triage=None) <= today
            assert ran_out == (received <= last), (kind, days, today, received)
