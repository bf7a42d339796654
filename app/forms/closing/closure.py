"""Forms of a closing: writing it, returning it, undoing it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Picks, Text, Tick
from app.models.closing.account import Account, hours
from app.models.closing.closure import Closure
from app.models.closing.reasons import (
    ClosureReason,
    Completion,
    FollowUp,
    FollowUpAfter,
    JudgedGoal,
    OutcomeOfGoal,
    Planned,
)


class ClosureForm(Form):
    """A closing as far as it is written; nothing is required to save it, the checklist says what is to send it."""

    reason = Pick(_l("Main reason"), choices=ClosureReason, radio=True)
    rationale = Text(_l("Why the case closes"))
    planned = Pick(_l("Was the ending planned?"), choices=Planned, radio=True)
    completion = Pick(_l("How the service ended"), choices=Completion, radio=True)
    who_decided = Line(_l("Who decided"), max=300)
    closed_on = Day(_l("Closing date"))
    contact_attempts = Text(_l("Tries to reach the client"))
    notice_sent_on = Day(_l("Notice of the closing sent on"))
    appeal_given = Tick(_l("The client was told of the right to appeal"))
    services_given = Text(_l("Services given"))
    situation_now = Text(_l("The situation now"))
    gains = Text(_l("Strengths and gains"))
    remaining_needs = Text(_l("Needs that remain"))
    risks = Text(_l("Risks at closing"))
    missing_documents = Text(_l("Documents missing from the file, and why"))
    recommendations = Text(_l("Recommendations"))
    supports = Text(_l("People to turn to first"))
    aftercare = Text(_l("Aftercare"))
    medications = Text(_l("Medication"))
    client_comments = Text(_l("What the client says about our work"))
    way_back = Text(_l("The way back"))
    follow_up = Pick(_l("May we contact the client after the closing?"), choices=FollowUp, radio=True)
    follow_up_after = Picks(_l("When we ask how things are"), FollowUpAfter)
    follow_up_how = Line(_l("Who asks, and how"), max=300)
    left_open = Line(_l("Why the case closes without what is still expected"), max=500)


SAVED = [
    "reason", "rationale", "planned", "completion", "who_decided", "closed_on", "contact_attempts", "notice_sent_on",
    "appeal_given", "services_given", "situation_now", "gains", "remaining_needs", "risks", "missing_documents",
    "recommendations", "supports", "aftercare", "medications", "client_comments", "way_back", "follow_up",
    "follow_up_after", "follow_up_how",
]  # fmt: skip


def outcome_name(goal_id: int) -> str:
    """What the field for the outcome of this goal is called."""
    return f"goal_{goal_id}_outcome"


def evidence_name(goal_id: int) -> str:
    """What the field for the evidence about this goal is called."""
    return f"goal_{goal_id}_evidence"


def closure_form(
    closure: Closure, goals: Iterable[JudgedGoal], *, typed: Any = None, account: Account | None = None
) -> ClosureForm:
    """The form of this closing with two fields per goal; what was typed wins over what is saved.

    With an `account`, services and tries to reach the client are drafted from the record where nothing is saved.
    """
    judged = list(goals)
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {name: getattr(closure, name) for name in SAVED}
    for number, goal in enumerate(judged, start=1):
        fields[outcome_name(goal.goal_id)] = Pick(
            _("What came of goal %(number)s", number=number), choices=OutcomeOfGoal, radio=True
        )
        fields[evidence_name(goal.goal_id)] = Line(_("How we know, or why"), max=1000)
        values |= {outcome_name(goal.goal_id): goal.outcome, evidence_name(goal.goal_id): goal.evidence}
    if account is not None:
        values["services_given"] = values["services_given"] or services_text(account)
        values["contact_attempts"] = values["contact_attempts"] or tries_text(account)
    return type("ClosureFormOfGoals", (ClosureForm,), fields)(typed, data=values)


def details(form: ClosureForm, goals: Iterable[JudgedGoal]) -> dict[str, Any]:
    """The keyword arguments of `Closure.rewrite`."""
    outcomes = {
        goal.goal_id: (form[outcome_name(goal.goal_id)].data, form[evidence_name(goal.goal_id)].data) for goal in goals
    }
    return {name: form[name].data for name in SAVED} | {"goal_outcomes": outcomes}


def in_words(form: ClosureForm) -> dict[str, str]:
    """Every field's label and what stands in it, as text: for showing two people's texts side by side."""
    return {str(field.label.text): _as_words(field.data) for field in form if field.name != "left_open"}


def _as_words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_(FollowUpAfter(code).label) for code in value)
    return _(value.label) if hasattr(value, "label") else str(value)


def services_text(account: Account) -> str:
    """What we gave, one line per kind: "Phone: 6 (2.5 hours)". The closure summary reads these lines again.

    What others gave after a referral stands among the referrals, with what came of each.
    """
    return "\n".join(_line(_(tally.method.label), tally.times, hours(tally.minutes)) for tally in account.tallies)


def _line(what: str, times: int, units: str) -> str:
    return f"{what}: {times} ({units})" if units else f"{what}: {times}"


def tries_text(account: Account) -> str:
    """The tries since the last contact, one line each: "2026-11-03; Phone; No show"."""
    return "\n".join(f"{c.on.isoformat()}; {_(c.method.label)}; {_(c.attendance.label)}" for c in account.tries_since)


class ReturnForm(Form):
    """What the worker should change."""

    comment = Text(_l("What to change"), max=1000, required=True, message=_l("Write what the worker should change."))


class ReopeningForm(Form):
    """Why a closed case is opened again."""

    reason = Line(_l("Why the case is reopened"), max=500, required=True, message=_l("Write why the case is reopened."))
