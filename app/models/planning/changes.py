"""What is different in a newer version of a plan, said so that the client can be told before signing again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from app.models.base import N_
from app.models.planning.goal import Goal, Step
from app.models.planning.plan import NARRATIVE, Plan
from app.models.planning.reading import read_in_force


class Change(NamedTuple):
    """One difference: the words, a goal's or a step's own text or a label of ours, and two days when a date moved."""

    text: str
    about: str = ""
    before: date | None = None
    after: date | None = None
    label: str = ""


PARTS = {
    "vision": N_("What the client wants was reworded"),
    "strengths": N_("Strengths were reworded"),
    "barriers": N_("What makes it hard was reworded"),
    "warning_signs": N_("Warning signs were reworded"),
    "what_helps": N_("What helps was reworded"),
    "people_to_call": N_("People to call were changed"),
    "contingency": N_("What to do if the plan stops working was reworded"),
    "exit_criteria": N_("When we will be finished was reworded"),
}
DATES = {
    "starts_on": N_("The start moved"),
    "review_on": N_("The next review moved"),
    "ends_on": N_("The end moved"),
}
GOAL_TEXT = ("statement", "own_words", "why", "domain", "measure", "baseline")


def changes_in(draft: Plan) -> tuple[Plan | None, list[Change]]:
    """The version that holds while this draft is written, and how the draft differs from it; None for a first one."""
    before = read_in_force(draft.case_id) if draft.number > 1 else None
    return before, changes_between(before, draft) if before is not None else []


def changes_between(older: Plan, newer: Plan) -> list[Change]:
    """Every difference in the text of two versions, in the order of the page; a goal or step is known by its thread."""
    return [
        *(Change(PARTS[name]) for name in NARRATIVE if (getattr(older, name) or "") != (getattr(newer, name) or "")),
        *(_moved(DATES[name], "", older, newer, name) for name in DATES if _differ(older, newer, name)),
        *_goals(older, newer),
        *_services(older, newer),
        *_needs(older, newer),
    ]


def _differ(older: Any, newer: Any, name: str) -> bool:
    return getattr(older, name) != getattr(newer, name)


def _moved(text: str, about: str, older: Any, newer: Any, name: str) -> Change:
    return Change(text, about, getattr(older, name), getattr(newer, name))


def _goals(older: Plan, newer: Plan) -> Iterator[Change]:
    was = {goal.thread: goal for goal in older.goals}
    now = {goal.thread: goal for goal in newer.goals}
    for thread, goal in now.items():
        if thread in was:
            yield from _goal(was[thread], goal)
        else:
            yield Change(N_("Goal added"), goal.statement)
    for thread, goal in was.items():
        if thread not in now:
            yield Change(N_("Goal finished") if goal.resolved else N_("Goal taken out"), goal.statement)


def _goal(was: Goal, now: Goal) -> Iterator[Change]:
    if any(_differ(was, now, name) for name in GOAL_TEXT):
        yield Change(N_("Goal reworded"), now.statement)
    if _differ(was, now, "target_on"):
        yield _moved(N_("Goal’s date moved"), now.statement, was, now, "target_on")
    yield from _objectives(was, now)
    yield from _steps(was, now)


def _objectives(was: Goal, now: Goal) -> Iterator[Change]:
    before = {objective.thread: objective for objective in was.objectives}
    after = {objective.thread: objective for objective in now.objectives}
    for thread, objective in after.items():
        if thread not in before:
            yield Change(N_("Objective added"), objective.statement)
        elif any(_differ(before[thread], objective, name) for name in ("statement", "measure", "due_on")):
            yield Change(N_("Objective changed"), objective.statement)
    yield from (Change(N_("Objective taken out"), before[thread].statement) for thread in before if thread not in after)


def _steps(was: Goal, now: Goal) -> Iterator[Change]:
    before = {step.thread: step for step in was.steps}
    after = {step.thread: step for step in now.steps}
    for thread, step in after.items():
        if thread in before:
            yield from _step(before[thread], step)
        else:
            yield Change(N_("Step added"), step.action)
    yield from (Change(N_("Step taken out"), before[thread].action) for thread in before if thread not in after)


def _step(was: Step, now: Step) -> Iterator[Change]:
    if any(_differ(was, now, name) for name in ("action", "actor", "actor_name")):
        yield Change(N_("Step changed"), now.action)
    if _differ(was, now, "due_on"):
        yield _moved(N_("Step’s date moved"), now.action, was, now, "due_on")


def _services(older: Plan, newer: Plan) -> Iterator[Change]:
    def said(plan: Plan) -> dict[tuple[Any, ...], str]:
        return {(s.service, s.provider, s.phone, s.frequency, s.starts_on): s.service for s in plan.planned_services}

    was, now = said(older), said(newer)
    yield from (Change(N_("Service added or changed"), now[key]) for key in now if key not in was)
    kept = set(now.values())
    yield from (Change(N_("Service taken out"), was[key]) for key in was if key not in now and was[key] not in kept)


def _needs(older: Plan, newer: Plan) -> Iterator[Change]:
    def said(plan: Plan) -> dict[str, tuple[str, str]]:
        return {need.domain.label: (need.answer.value, need.reason) for need in plan.planned_needs}

    was, now = said(older), said(newer)
    changed = [label for label in now if was.get(label) != now[label]]
    yield from (Change(N_("Set aside, or its reason changed"), label=label) for label in changed)
    yield from (Change(N_("No longer set aside"), label=label) for label in was if label not in now)
