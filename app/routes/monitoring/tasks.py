"""The tasks of a case: by how soon they are due, added in one line, changed on a page of their own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, may, me
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.monitoring.task import TaskEdit, TaskForm
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.monitoring.task import Due, Task
from app.models.planning.goal import Actor, Goal, Step, StepStatus
from app.models.planning.plan import IN_FORCE, Plan
from app.pages import page, wants_fragment, whole
from app.reports.record import head_of
from app.requests import safe_next

bp = Blueprint("tasks", __name__)
FINISHED = 30


@bp.get("/cases/<int:case_id>/tasks/")
def index(case_id: int) -> Response:
    """Everything that is to be done, and beneath it what was."""
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    return _tab(case)


@bp.post("/cases/<int:case_id>/tasks/")
def create(case_id: int) -> Response | Answer:
    """Add one to somebody's list."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    case.check_open()
    form = TaskForm(request.form, people=_offered(case))
    if not form.validate():
        return _tab(case, form=form, status=422)
    task = Task.add(case, by=me(), **_arguments(form))
    flash(_("The task is on the list."))
    return redirect(url_for("tasks.index", case_id=case.id, added=task.id), 303)


@bp.get("/tasks/<int:id>/edit")
def edit(id: int) -> Response:
    """One task, with everything that can be said about it."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    return _form(task, TaskEdit(drafts.kept("task", id), people=_people(task), data=_values(task)))


@bp.post("/tasks/<int:id>/edit")
def update(id: int) -> Response | Answer:
    """Move its day, give it to somebody else, say where it is."""
    task = fetch(Task, id, to=Can.WORK_CASES)
    form = TaskEdit(sent(), people=_people(task), was_due_on=task.due_on)
    if not form.validate():
        return _form(task, form, status=422)
    meet(form, lambda: TaskEdit(people=_people(task), data=_values(task)), task)
    task.reschedule(by=me(), **_arguments(form))
    flash(_("The task is changed."))
    return redirect(_after(task), 303)


def _arguments(form: TaskForm) -> dict[str, Any]:
    given = dict(form.data)
    given["assignee"] = db.session.get_one(User, given["assignee"])
    return given


def _values(task: Task) -> dict[str, Any]:
    names = ("title", "due_on", "status", "type", "priority")
    return {name: getattr(task, name) for name in names} | {"assignee": task.assignee_id}


def _people(task: Task) -> list[tuple[int, str]]:
    """Who may do it, and who does it now even if they no longer may."""
    people = [(id, name) for id, name in db.session.execute(Task.assignable(task.case)) if id != task.assignee_id]
    return [(task.assignee_id, task.assignee.name), *people]


def _after(task: Task) -> str:
    asked = request.values.get("next")
    return safe_next(asked) if asked else url_for("tasks.index", case_id=task.case_id)


def _form(task: Task, form: TaskEdit, *, status: int = 200) -> Response:
    head = head_of(task.case.client, task.case)
    return page("monitoring/tasks/edit.html", head=head, task=task, form=form, next=_after(task), status=status)


def _tab(case: Case, *, form: TaskForm | None = None, status: int = 200) -> Response:
    head = None if wants_fragment() else head_of(case.client, case)
    tasks = _read(case)
    undone = [task for task in tasks if task.open_now]
    return page(
        "monitoring/tasks/index.html",
        fragment="monitoring/tasks/_tab.html",
        status=status,
        head=head,
        case=case,
        form=form or (_blank(case) if may(Can.WORK_CASES) and not case.closed else None),
        groups=[(due, [task for task in undone if task.due is due]) for due in Due],
        finished=[task for task in tasks if not task.open_now],
        client_steps=_steps_of_the_client(case),
        added=request.args.get("added", type=whole),
    )


def _blank(case: Case) -> TaskForm:
    return TaskForm(drafts.kept("task_new", case.id), people=_offered(case), data={"assignee": me().id})


def _offered(case: Case) -> list[tuple[int, str]]:
    """Me first, then everybody else who may be given a task of this case."""
    others = [(id, name) for id, name in db.session.execute(Task.assignable(case)) if id != me().id]
    return [(me().id, _("Me")), *others]


def _read(case: Case) -> list[Task]:
    """Everything to do, soonest first, and the last finished ones, newest first, in one query."""
    undone = Task.undone()
    newest = sa.func.row_number().over(
        partition_by=undone, order_by=[sa.func.coalesce(Task.done_at, Task.created_at).desc(), Task.id.desc()]
    )
    ranked = sa.select(Task.id, newest.label("rank")).where(Task.case_id == case.id).subquery()
    query = (
        Task.of(case)
        .join(ranked, ranked.c.id == Task.id)
        .where(sa.or_(undone, ranked.c.rank <= FINISHED))
        .options(
            joinedload(Task.assignee).options(lazyload(User.memberships)),
            joinedload(Task.done_by).options(lazyload(User.memberships)),
        )
    )
    tasks = list(db.session.scalars(query))
    finished = [task for task in tasks if not task.open_now]
    finished.sort(key=lambda task: (task.done_at or task.created_at, task.id), reverse=True)
    return [task for task in tasks if task.open_now] + finished


def _steps_of_the_client(case: Case) -> list[Any]:
    """What the client does, out of the plan in force: shown here, marked in the plan."""
    query = (
        sa.select(Step.id, Step.action, Step.due_on, Step.status, Goal.statement)
        .join(Goal, Goal.id == Step.goal_id)
        .join(Plan, Plan.id == Goal.plan_id)
        .where(
            Plan.case_id == case.id,
            Plan.status.in_(IN_FORCE),
            Step.actor == Actor.CLIENT,
            Step.status.not_in([StepStatus.DONE, StepStatus.NOT_NEEDED]),
        )
        .order_by(Step.due_on.is_(None), Step.due_on, Goal.position, Step.position)
    )
    return list(db.session.execute(query))
