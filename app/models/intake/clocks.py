"""The clocks of an intake (PRACTICE §3): by when what must have happened, from the day the person reached us."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.models.base import N_, Choice
from app.models.intake.choices import Urgency

if TYPE_CHECKING:
    from app.models.caseload.program import Program

SATURDAY = 5


class IntakeClock(Choice):
    """What is waited for."""

    TRIAGE = "triage", N_("Somebody must act")
    CONTACT = "contact", N_("First contact")
    INTAKE = "intake", N_("Finish the intake")


def business_days_after(day: date, days: int) -> date:
    """The day that many business days after; weekends do not count, holidays do."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def due_on(clock: IntakeClock, *, received_on: date, program: Program, triage: Urgency | None) -> date:
    """By when, with the program's days. An emergency is due on the day itself; what nobody triaged counts as urgent."""
    if clock is IntakeClock.INTAKE:
        return received_on + timedelta(days=program.intake_days)
    if clock is IntakeClock.CONTACT:
        return business_days_after(received_on, program.first_contact_days)
    return received_on if triage is Urgency.EMERGENCY else business_days_after(received_on, program.urgent_days)


def latest_due_by(clock: IntakeClock, day: date, *, program: Program, triage: Urgency | None = None) -> date:
    """The last day of arrival whose clock has run out, or runs out, on that day; the inverse of `due_on`."""
    received = day
    while due_on(clock, received_on=received, program=program, triage=triage) > day:
        received -= timedelta(days=1)
    return received
