"""Contact notes of a case: the list, and the form on top of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, may, me
from app.errors import answer
from app.extensions import db
from app.forms.base import cleaned
from app.forms.monitoring.note import NoteForm, NoteKind, length_in_words
from app.models.agency.user import User
from app.models.base import Choice
from app.models.caseload.case import Case
from app.models.monitoring.note import Attendance, GoalName, Method, Note
from app.models.monitoring.task import Task
from app.pages import Page, page, page_number, wants_fragment, whole
from app.reports.record import head_of

bp = Blueprint("notes", __name__, url_prefix="/cases/<int:case_id>/notes")
ON_A_PAGE = 20
KINDS: dict[NoteKind, sa.ColumnElement[bool]] = {
    NoteKind.VISITS: Note.method.in_([Method.OFFICE, Method.HOME, Method.COMMUNITY, Method.GROUP]),
    NoteKind.CALLS: Note.method.in_([Method.PHONE, Method.VIDEO]),
    NoteKind.MESSAGES: Note.method.in_([Method.TEXT, Method.EMAIL, Method.LETTER]),
    NoteKind.MISSED: Note.attendance != Attendance.COMPLETED,
}


@bp.get("/")
def index(case_id: int) -> Response:
    """The notes, newest contact first; `kind` in the address narrows them, `saved` names the one just written."""
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    return _tab(case)


@bp.post("/")
def create(case_id: int) -> Response | Answer:
    """Write a note and, in the same form, the follow-up."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    if case.closed:
        return _too_late(case)
    goals = GoalName.of(case)
    form = NoteForm(request.form, goals=_offered(goals), people=_people(case))
    if not form.validate():
        return _tab(case, form=form, goals=goals, status=422)
    note = Note.write(case, by=me(), **form.details({goal.id: goal.thread for goal in goals if goal.in_force}))
    if form.task_title.data and form.task_due_on.data:
        assignee = db.session.get(User, form.task_assignee.data) if form.task_assignee.data else None
        title, due_on = form.task_title.data, form.task_due_on.data
        Task.add(case, by=me(), title=title, due_on=due_on, assignee=assignee, note_id=note.id)
    with_task = form.task_title.data is not None
    flash(_("The note is saved, and the follow-up is on the list.") if with_task else _("The note is saved."))
    return redirect(url_for("notes.index", case_id=case.id, saved=note.id, _anchor=f"note-{note.id}"), 303)


def _too_late(case: Case) -> Response:
    """The case was closed while the note was being written: the text is given back."""
    typed = {_("What happened"): cleaned(request.form.get("text"), lines=True) or ""}
    message = _("The case is closed. Reopen it before you add to it.")
    return answer(409, message=message, typed=typed, back=url_for("notes.index", case_id=case.id))


def _tab(
    case: Case, *, form: NoteForm | None = None, goals: list[GoalName] | None = None, status: int = 200
) -> Response:
    """The whole tab, or the part of it that htmx asked for."""
    only_list = wants_fragment() and request.headers.get("HX-Target") == "notes-list"
    head = None if wants_fragment() else head_of(case.client, case)
    goals = GoalName.of(case) if goals is None else goals
    if form is None and not only_list:
        form = _blank(case, goals)
    kind = _chosen(NoteKind, request.args.get("kind"))
    return page(
        "monitoring/notes/index.html",
        fragment="monitoring/notes/_list.html" if only_list else "monitoring/notes/_tab.html",
        status=status,
        head=head,
        case=case,
        form=form,
        writable=may(Can.WORK_CASES) and not case.closed,
        notes=_page_of(Note.of(case).where(KINDS[kind]) if kind else Note.of(case)),
        goals={goal.thread: goal for goal in goals},
        kind=kind,
        kinds=list(NoteKind),
        saved=request.args.get("saved", type=whole),
        length=length_in_words,
        only_list=only_list,
    )


def _blank(case: Case, goals: list[GoalName]) -> NoteForm:
    """The form as it begins, or with what this person left in it unsaved."""
    typed = drafts.kept("note", case.id)
    fresh = NoteForm.fresh(by_id=me().id, method=_chosen(Method, request.args.get("method")))
    return NoteForm(typed, goals=_offered(goals), people=_people(case), data=fresh)


def _offered(goals: list[GoalName]) -> list[tuple[int, str]]:
    in_force = sorted((goal for goal in goals if goal.in_force), key=lambda goal: goal.number)
    return [(goal.id, _("Goal %(number)s: %(goal)s", number=goal.number, goal=goal.statement)) for goal in in_force]


def _people(case: Case) -> list[tuple[int, str]]:
    """Me first, then who works on the case now: what is nearly always wanted; others are chosen on the task itself."""
    on_case = {a.user_id: a.user.name for a in case.assignments if a.to_on is None and a.user.is_active}
    return [(me().id, _("Me")), *((id, name) for id, name in on_case.items() if id != me().id)]


def _chosen(kind: type[Choice], asked: str | None) -> Any:
    return next((member for member in kind if member.value == asked), None)


def _page_of(select: sa.Select[Any]) -> Page[Note]:
    """One page of notes with authors, addenda and the number of all of them; beyond the end it is the first one."""
    whole = select.add_columns(sa.func.count().over()).options(
        _person(Note.by),
        _person(Note.in_error_by),
        joinedload(Note.addenda).options(_person(Note.by), _person(Note.in_error_by), lazyload(Note.addenda)),
    )
    for number in sorted({page_number(), 1}, reverse=True):
        found = db.session.execute(whole.limit(ON_A_PAGE).offset((number - 1) * ON_A_PAGE)).unique().all()
        if found or number == 1:
            break
    return Page(items=[row[0] for row in found], number=number, size=ON_A_PAGE, total=found[0][1] if found else 0)


def _person(relation: Any) -> Any:
    return joinedload(relation).options(lazyload(User.memberships))
