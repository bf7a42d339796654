"""What is different from the copy the client signed last, as it stands on a page of the printed plan (PRINT §5, 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.documents.cutting import shortened
from app.documents.particulars import row
from app.models.planning.changes import Change, How, changes_between
from app.models.planning.goal import Step
from app.models.planning.plan import Plan
from app.models.planning.reading import read_last_signed, signed_by_client_on
from app.words import N_

TEMPLATE = "service_plan"
# The whole of a text stands in the plan itself, and in the copy that was signed.
MOST = 600
PARTS = {
    "vision": N_("What I want"),
    "strengths": N_("My strengths"),
    "barriers": N_("What makes it hard"),
    "warning_signs": N_("Signs to watch for"),
    "what_helps": N_("What helps me"),
    "people_to_call": N_("People I can call"),
    "contingency": N_("If this plan stops working"),
    "exit_criteria": N_("When we will be finished"),
    "starts_on": N_("The day the plan starts"),
    "ends_on": N_("The day the plan ends"),
    "review_on": N_("Next review"),
    "support": N_("Who supports me"),
    "goal": N_("My goal"),
    "finished": N_("Goal I have finished with"),
    "goal_date": N_("The day I want to reach a goal by"),
    "objective": N_("Part of a goal"),
    "step": N_("A step"),
    "step_date": N_("The day of a step"),
    "service": N_("A service"),
    "need": N_("A need we are not working on now"),
}

Who = Callable[[Step], str]


def since_signed(plan: Plan, *, who: Who) -> dict[str, Any]:
    """The sheet of this version; its `version` is 0 when the client never signed an earlier one. Three queries at most.

    `who` says who does a step, as the plan's own table says it.
    """
    signed = read_last_signed(plan)
    if signed is None:
        return row(TEMPLATE, "changes")
    found = [change for change in changes_between(signed, plan) if _told(change)]
    return {
        "version": signed.number,
        "signed_on": _day(signed_by_client_on(signed)),
        **{how.value: [_row(change, who) for change in found if change.how is how] for how in How},
    }


def _told(change: Change) -> bool:
    """Whether the client can see it on paper: a goal that only moved to another area of life reads the same."""
    return change.was != change.now or change.before != change.after or change.standing[0] != change.standing[1]


def _row(change: Change, who: Who) -> dict[str, Any]:
    was, now = change.was, change.now
    dated = change.part in ("goal_date", "step_date")
    values = {
        "part": PARTS[change.part],
        "about": shortened(change.about, MOST) if dated else "",
        "area": change.label,
        "was": _words(was),
        "was_label": who(was) if isinstance(was, Step) else change.standing[0],
        "was_on": _day(change.before) or (_day(was.due_on) if isinstance(was, Step) else ""),
        "now": _words(now),
        "now_label": who(now) if isinstance(now, Step) else change.standing[1],
        "now_on": _day(change.after) or (_day(now.due_on) if isinstance(now, Step) else ""),
    }
    return {name: values[name] for name in row(TEMPLATE, "changes", change.how.value)}


def _words(said: str | Step) -> str:
    return shortened(said.action if isinstance(said, Step) else said, MOST)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
