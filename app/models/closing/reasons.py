"""The lists of a closing (FIELDS §7)."""

from __future__ import annotations

from typing import NamedTuple

from app.models.base import N_, Choice


class ClosureReason(Choice):
    """Why the case ends."""

    GOALS_COMPLETED = "goals_completed", N_("Goals completed")
    NO_LONGER_NEEDED = "no_longer_needed", N_("No longer in need of service")
    CLIENT_CHOSE = "client_chose", N_("Client chose to end service")
    MUTUAL = "mutual", N_("Mutual agreement")
    LOST_CONTACT = "lost_contact", N_("Lost contact or does not engage")
    MOVED = "moved", N_("Moved out of area")
    NOT_ELIGIBLE = "not_eligible", N_("No longer eligible")
    TRANSFERRED = "transferred", N_("Transferred to comparable program")
    AGENCY_ENDED = "agency_ended", N_("Agency terminated (policy)")
    INCARCERATED = "incarcerated", N_("Incarcerated")
    HOSPITALIZED = "hospitalized", N_("Hospitalized or institutional care")
    DECEASED = "deceased", N_("Deceased")
    PROGRAM_ENDED = "program_ended", N_("Program or funding ended")
    OTHER = "other", N_("Other")


class Planned(Choice):
    """Whether the ending was planned with the client."""

    PLANNED = "planned", N_("Planned")
    UNPLANNED = "unplanned", N_("Unplanned")


class Completion(Choice):
    """How the service ended."""

    COMPLETED = "completed", N_("Completed")
    LEFT_EARLY = "left_early", N_("Left early")
    INVOLUNTARY = "involuntary", N_("Involuntary")


class OutcomeOfGoal(Choice):
    """What came of a goal, on the day the case closes."""

    MET = "met", N_("Met")
    PARTLY_MET = "partly_met", N_("Partially met")
    NOT_MET = "not_met", N_("Not met")
    DISCONTINUED = "discontinued", N_("Discontinued")
    DEFERRED = "deferred", N_("Deferred")


class FollowUp(Choice):
    """Whether the client agreed to be contacted after the closing."""

    AGREED = "agreed", N_("Yes, the client agreed")
    DECLINED = "declined", N_("No, the client does not want it")
    NOT_ASKED = "not_asked", N_("The client could not be asked")


class FollowUpAfter(Choice):
    """How long after the closing we ask how things are."""

    MONTH = "30", N_("After 30 days")
    QUARTER = "90", N_("After 90 days")
    HALF_YEAR = "180", N_("After 180 days")

    @property
    def days(self) -> int:
        return int(self.value)


NEEDS_EVIDENCE = (OutcomeOfGoal.DISCONTINUED, OutcomeOfGoal.DEFERRED)


class JudgedGoal(NamedTuple):
    """A goal of the plan, and what is said to have come of it."""

    goal_id: int
    thread: str
    statement: str
    outcome: OutcomeOfGoal | None
    evidence: str | None
