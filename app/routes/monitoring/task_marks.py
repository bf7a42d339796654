"""Ticking a task as done, and taking the tick back."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.access import Can, fetch, me
from app.models.monitoring.task import Task
from app.pages import page, wants_fragment
from app.requests import safe_next

bp = Blueprint("task_marks", __name__, url_prefix="/tasks/<int:id>")


@bp.post("/done")
def create(id: int) -> Response | Answer:
    """Done; doing it twice is doing it once."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    task.finish(by=me())
    return _answer(task, said=_("The task is done."))


@bp.post("/undo")
def destroy(id: int) -> Response | Answer:
    """Not done after all."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    task.undo(by=me())
    return _answer(task, said=_("The task is open again."))


def _answer(task: Task, *, said: str) -> Response | Answer:
    """For htmx the row as it is now, with a toast that can undo it; else back to where the person was."""
    if wants_fragment():
        for_day = request.form.get("list") == "day"
        return page("monitoring/tasks/_marked.html", task=task, for_day=for_day, said=said)
    flash(said)
    asked = request.form.get("next")
    return redirect(safe_next(asked) if asked else url_for("tasks.index", case_id=task.case_id), 303)
