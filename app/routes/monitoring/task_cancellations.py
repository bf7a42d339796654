"""Cancelling a task, with the reason."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, me
from app.forms.monitoring.task import TaskCancellation
from app.models.monitoring.task import Task
from app.pages import page
from app.reports.record import head_of
from app.requests import safe_next

bp = Blueprint("task_cancellations", __name__, url_prefix="/tasks/<int:id>/cancellation")


@bp.get("/new")
def new(id: int) -> Response:
    """Ask why."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    return _form(task, TaskCancellation(drafts.kept("task_cancellation", task.id)))


@bp.post("/new")
def create(id: int) -> Response | Answer:
    """Cancel it; the reason stays on record."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    form = TaskCancellation(request.form)
    if not form.validate():
        return _form(task, form, status=422)
    task.cancel(by=me(), reason=form.reason.data or "")
    flash(_("The task is cancelled."))
    return redirect(_after(task), 303)


def _after(task: Task) -> str:
    asked = request.values.get("next")
    return safe_next(asked) if asked else url_for("tasks.index", case_id=task.case_id)


def _form(task: Task, form: TaskCancellation, *, status: int = 200) -> Response:
    head = head_of(task.case.client, task.case)
    page_of_it = "monitoring/task_cancellations/new.html"
    return page(page_of_it, head=head, task=task, form=form, next=_after(task), status=status)
