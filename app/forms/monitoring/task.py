"""Forms of a task: adding one quickly, changing it, cancelling it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.forms.base import Day, Form, Line, Pick, Ref
from app.models.monitoring.task import Priority, TaskStatus, TaskType

WAITING = [TaskStatus.OPEN, TaskStatus.IN_PROGRESS, TaskStatus.WAITING_CLIENT, TaskStatus.WAITING_OTHER]


class TaskForm(Form):
    """A task in one line: what, who, by when."""

    title = Line(_l("New task"), max=300, required=True, message=_l("Write what is to be done."))
    assignee = Ref(_l("Who"), required=True, message=_l("Choose who does it."))
    due_on = Day(_l("By"), required=True, message=_l("Choose the day by which it is done."))

    def __init__(
        self, *args: Any, people: Iterable[tuple[int, str]], was_due_on: date | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.assignee.offer(people)
        self.was_due_on = was_due_on

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound; a day that has passed can stay, but cannot be chosen anew."""
        good = super().validate(extra_validators)
        due_on = self.due_on.data
        if due_on is None or due_on >= clock.today() or due_on == self.was_due_on:
            return good
        self.due_on.errors = [*self.due_on.errors, _("Choose today or a later day.")]
        return False


class TaskEdit(TaskForm):
    """Everything that can be said about a task."""

    title = Line(_l("Task"), max=300, required=True, message=_l("Write what is to be done."))
    status = Pick(_l("Where it is"), choices=WAITING, required=True)
    type = Pick(_l("Kind"), choices=TaskType, required=True)
    priority = Pick(_l("Priority"), choices=Priority, required=True)


class TaskCancellation(Form):
    """Why a task is not to be done."""

    reason = Line(_l("Reason"), max=300, required=True, message=_l("Write why it is no longer to be done."))
