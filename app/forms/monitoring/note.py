"""Forms of a contact note: writing it with its follow-up, correcting it, marking it as a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app import clock
from app.forms.base import Clock, Day, Form, Line, Pick, Picks, Ref, RefList, Text
from app.models.base import N_, Choice
from app.models.monitoring.note import Attendance, ContactWith, Method, Purpose

LENGTHS = (5, 10, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90, 105, 120, 150, 180, 240, 300, 360, 480)
FOLLOW_UP_IN = timedelta(days=7)


class NoteKind(Choice):
    """Which notes to show."""

    VISITS = "visits", N_("In person")
    CALLS = "calls", N_("Phone and video")
    MESSAGES = "messages", N_("Text, email and letter")
    MISSED = "missed", N_("Did not take place")


def length_in_words(minutes: int) -> str:
    """How long something took: `45 min`, `1 hour`, `1 hour 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(num)s hour", "%(num)s hours", hours)] if hours else []
    parts += [_("%(minutes)s min", minutes=rest)] if rest or not hours else []
    return " ".join(parts)


class NoteForm(Form):
    """One contact, and what follows from it. Its fields are the arguments of `Note.write`, with a task beside them."""

    method = Pick(_l("Kind of contact"), choices=Method, required=True, radio=True)
    happened_on = Day(_l("Date"), required=True, past=True, message=_l("Choose the day of the contact."))
    started_at = Clock(_l("Start time"))
    minutes = Ref(_l("How long"), blank=_l("Not noted"))
    attendance = Pick(_l("How it went"), choices=Attendance, required=True, radio=True)
    contact_with = Picks(_l("With whom"), ContactWith)
    text = Text(_l("What happened"), required=True, message=_l("Write what happened, in a sentence or more."))
    goals = RefList(_l("About which goals"))
    purpose = Picks(_l("What for"), Purpose)
    task_title = Line(_l("Follow-up"), max=300)
    task_assignee = Ref(_l("Who"))
    task_due_on = Day(_l("By"))

    def __init__(
        self, *args: Any, goals: Iterable[tuple[int, str]], people: Iterable[tuple[int, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.minutes.offer((minutes, length_in_words(minutes)) for minutes in LENGTHS)
        self.goals.offer(goals)
        self.task_assignee.offer(people)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound: nothing lies ahead of now, and a follow-up has its day."""
        good = super().validate(extra_validators)
        return all([good, self._begun(), self._dated()])

    def _begun(self) -> bool:
        if self.happened_on.data is None or self.started_at.data is None:
            return True
        if clock.from_local(self.happened_on.data, self.started_at.data) <= clock.now():
            return True
        self.started_at.errors = [*self.started_at.errors, _("This is later than now. Check the time, or am and pm.")]
        return False

    def _dated(self) -> bool:
        if not self.task_title.data or self.task_due_on.errors:
            return True
        if self.task_due_on.data is None:
            self.task_due_on.errors = [_("Choose the day by which the follow-up is done.")]
        elif self.task_due_on.data < clock.today():
            self.task_due_on.errors = [_("Choose today or a later day for the follow-up.")]
        return not self.task_due_on.errors

    @staticmethod
    def fresh(*, by_id: int, method: Method | None = None) -> dict[str, Any]:
        """What stands in a form that nobody has typed in: a completed contact with the client today, by phone."""
        return {
            "method": method or Method.PHONE,
            "happened_on": clock.today(),
            "attendance": Attendance.COMPLETED,
            "contact_with": [ContactWith.CLIENT.value],
            "task_assignee": by_id,
            "task_due_on": clock.today() + FOLLOW_UP_IN,
        }

    def details(self, threads: dict[int, str]) -> dict[str, Any]:
        """The keyword arguments of `Note.write`; `threads` tells each offered goal's thread by its id."""
        names = ("method", "happened_on", "started_at", "minutes", "attendance", "contact_with", "text", "purpose")
        about = [threads[goal_id] for goal_id in self.goals.data or []]
        return {name: self[name].data for name in names} | {"goal_threads": about or None}


class AddendumForm(Form):
    """Words added to a note that is signed."""

    text = Text(_l("Correction or addition"), required=True, message=_l("Write what is to be added."))


class NoteErrorForm(Form):
    """Why a note should not be there."""

    reason = Line(_l("What is wrong"), max=500, required=True, message=_l("Write why this note was entered in error."))
