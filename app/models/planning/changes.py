"""What is different in a newer version of a plan, said so that the client can be told before signing again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from app.models.base import N_, Choice
from app.models.planning.goal import Goal, Step
from app.models.planning.plan import NARRATIVE, Plan
from app.models.planning.reading import read_in_force


class How(Choice):
    """What became of a piece of the plan's text."""

    ADDED = "added", N_("Added")
    CHANGED = "changed", N_("Changed")
    REMOVED = "removed", N_("Taken out")


class Change(NamedTuple):
    """One difference: the words, a goal's or a step's own text or a label of ours, and two days when a date moved.

    `part` names the piece of the plan (a field of Plan, or goal, finished, goal_date, objective, step, step_date,
    service, support, need); `was` and `now` are its own words in both versions, a Step where it is one.
    """

    text: str
    about: str = ""
    before: date | None = None
    after: date | None = None
    label: str = ""
    how: How = How.CHANGED
    part: str = ""
    was: str | Step = ""
    now: str | Step = ""
    standing: tuple[str, str] = ("", "")


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
OBJECTIVE_TEXT = ("statement", "measure")


def changes_in(draft: Plan) -> tuple[Plan | None, list[Change]]:
    """The version that holds while this draft is written, and how the draft differs from it; None for a first one."""
    before = read_in_force(draft.case_id) if draft.number > 1 else None
    return before, changes_between(before, draft) if before is not None else []


def changes_between(older: Plan, newer: Plan) -> list[Change]:
    """Every difference in the text of two versions, in the order of the page; a goal or step is known by its thread."""
    return [
        *(
            _reworded(name, older, newer)
            for name in NARRATIVE
            if (getattr(older, name) or "") != (getattr(newer, name) or "")
        ),
        *(_moved(DATES[name], "", older, newer, name, part=name) for name in DATES if _differ(older, newer, name)),
        *_listed("support", older.supports, newer.supports),
        *_goals(older, newer),
        *_listed("service", older.planned_services, newer.planned_services),
        *_needs(older, newer),
    ]


def _differ(older: Any, newer: Any, name: str) -> bool:
    return getattr(older, name) != getattr(newer, name)


def _reworded(name: str, older: Plan, newer: Plan) -> Change:
    was, now = getattr(older, name) or "", getattr(newer, name) or ""
    return Change(PARTS[name], how=_how(was, now), part=name, was=was, now=now)


def _how(was: str, now: str) -> How:
    if not was:
        return How.ADDED
    return How.CHANGED if now else How.REMOVED


def _moved(text: str, about: str, older: Any, newer: Any, name: str, *, part: str) -> Change:
    return Change(text, about, getattr(older, name), getattr(newer, name), part=part)


def _goals(older: Plan, newer: Plan) -> Iterator[Change]:
    was = {goal.thread: goal for goal in older.goals}
    now = {goal.thread: goal for goal in newer.goals}
    for thread, goal in now.items():
        if thread in was:
            yield from _goal(was[thread], goal)
        else:
            yield Change(N_("Goal added"), goal.statement, how=How.ADDED, part="goal", now=goal.statement)
    for thread, goal in was.items():
        if thread not in now:
            text, part = (N_("Goal finished"), "finished") if goal.resolved else (N_("Goal taken out"), "goal")
            yield Change(text, goal.statement, how=How.REMOVED, part=part, was=goal.statement)


def _goal(was: Goal, now: Goal) -> Iterator[Change]:
    changed = [name for name in GOAL_TEXT if _differ(was, now, name)]
    if changed:
        before, after = _words(was, changed), _words(now, changed)
        yield Change(N_("Goal reworded"), now.statement, part="goal", was=before, now=after)
    if _differ(was, now, "target_on"):
        yield _moved(N_("Goal’s date moved"), now.statement, was, now, "target_on", part="goal_date")
    yield from _objectives(was, now)
    yield from _steps(was, now)


def _words(row: Any, names: Iterable[str]) -> str:
    """What stands in these fields, one to a line; an area of life is for staff and is not on the paper."""
    return "\n".join(getattr(row, name) for name in names if name != "domain" and getattr(row, name))


def _objectives(was: Goal, now: Goal) -> Iterator[Change]:
    before = {objective.thread: objective for objective in was.objectives}
    after = {objective.thread: objective for objective in now.objectives}
    for thread, objective in after.items():
        said = _words(objective, OBJECTIVE_TEXT)
        if thread not in before:
            yield Change(N_("Objective added"), objective.statement, how=How.ADDED, part="objective", now=said)
        elif any(_differ(before[thread], objective, name) for name in (*OBJECTIVE_TEXT, "due_on")):
            old = before[thread]
            yield Change(
                N_("Objective changed"),
                objective.statement,
                old.due_on if _differ(old, objective, "due_on") else None,
                objective.due_on if _differ(old, objective, "due_on") else None,
                part="objective",
                was=_words(old, OBJECTIVE_TEXT),
                now=said,
            )
    for thread, objective in before.items():
        if thread not in after:
            said = _words(objective, OBJECTIVE_TEXT)
            yield Change(N_("Objective taken out"), objective.statement, how=How.REMOVED, part="objective", was=said)


def _steps(was: Goal, now: Goal) -> Iterator[Change]:
    before = {step.thread: step for step in was.steps}
    after = {step.thread: step for step in now.steps}
    for thread, step in after.items():
        if thread in before:
            yield from _step(before[thread], step)
        else:
            yield Change(N_("Step added"), step.action, how=How.ADDED, part="step", now=step)
    for thread, step in before.items():
        if thread not in after:
            yield Change(N_("Step taken out"), step.action, how=How.REMOVED, part="step", was=step)


def _step(was: Step, now: Step) -> Iterator[Change]:
    if any(_differ(was, now, name) for name in ("action", "actor", "actor_name")):
        yield Change(N_("Step changed"), now.action, part="step", was=was, now=now)
    if _differ(was, now, "due_on"):
        yield _moved(N_("Step’s date moved"), now.action, was, now, "due_on", part="step_date")


LISTED = {
    "service": (("service", "provider", "phone", "frequency"), N_("Service added or changed"), N_("Service taken out")),
    "support": (("name", "relation", "helps_with"), N_("Support added or changed"), N_("Support taken out")),
}


def _listed(part: str, older: Iterable[Any], newer: Iterable[Any]) -> Iterator[Change]:
    """Differences in the services or the people a plan names; one is known by its name."""
    names, came, went = LISTED[part]
    was = {getattr(row, names[0]): row for row in older}
    now = {getattr(row, names[0]): row for row in newer}
    for name, row in now.items():
        old = was.get(name)
        said = ", ".join(getattr(row, field) for field in names if getattr(row, field))
        if old is None:
            yield Change(came, name, after=getattr(row, "starts_on", None), how=How.ADDED, part=part, now=said)
            continue
        before = ", ".join(getattr(old, field) for field in names if getattr(old, field))
        start, new_start = getattr(old, "starts_on", None), getattr(row, "starts_on", None)
        if start == new_start:
            start = new_start = None
        if before != said or start != new_start:
            yield Change(came, name, start, new_start, part=part, was=before, now=said)
    for name in [name for name in was if name not in now]:
        yield Change(went, name, how=How.REMOVED, part=part, was=name)


def _needs(older: Plan, newer: Plan) -> Iterator[Change]:
    was = {need.domain: need for need in older.planned_needs}
    now = {need.domain: need for need in newer.planned_needs}
    for domain, need in now.items():
        old = was.get(domain)
        if old is None or (old.answer, old.reason) != (need.answer, need.reason):
            yield Change(
                N_("Set aside, or its reason changed"),
                label=domain.label,
                how=How.CHANGED if old else How.ADDED,
                part="need",
                was=old.reason if old else "",
                now=need.reason,
                standing=(old.answer.label if old else "", need.answer.label),
            )
    for domain, need in was.items():
        if domain not in now:
            yield Change(
                N_("No longer set aside"),
                label=domain.label,
                how=How.REMOVED,
                part="need",
                was=need.reason,
                standing=(need.answer.label, ""),
            )
