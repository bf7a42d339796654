"""The caseload: one row per client in reach, with the case it is about, the next step and the last contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency, Openness
from app.models.agency.user import User
from app.models.caseload.alert import Alert
from app.models.caseload.case import LIVING, Assignment, Case, CaseStatus, Stage, stage_of
from app.models.caseload.client import Client, Interpreter
from app.models.caseload.program import SEALED, Program
from app.models.caseload.wanted import View, Wanted
from app.models.monitoring.note import Note
from app.models.monitoring.task import Task
from app.models.planning.plan import Plan, PlanStatus
from app.reports.contact import without_contact


@dataclass(frozen=True)
class Row:
    """A client on the list, the case that the row is about (None: there is none), and what is next in it."""

    client: Client
    alerts: int
    case_id: int | None
    status: CaseStatus | None
    stage: Stage | None
    program: str | None
    worker: str | None
    next_step: str | None
    due_on: date | None
    last_contact: date | None
    opened_on: date | None

    @property
    def interpreter(self) -> bool:
        return self.client.interpreter is not Interpreter.NO


@dataclass(frozen=True)
class Counts:
    """How many clients each saved view holds; None where nobody asked."""

    mine: int | None = None
    silent: int | None = None
    to_sign: int | None = None

    def total_of(self, wanted: Wanted) -> int | None:
        """The number of clients wanted, when it is one of these."""
        return None if wanted.filtered else getattr(self, wanted.view.value, None)


@dataclass(frozen=True)
class Found:
    """One page of the caseload: its rows, its number from 1, its size, and how many clients there are in all."""

    rows: list[Row]
    number: int
    size: int
    total: int


def programs_of(user: User) -> list[Program]:
    """The programs this person works in, by name, the retired ones too: their old cases are still looked up.

    Where records are open to the whole agency, every program that is not sealed.
    """
    programs: sa.ColumnElement[bool] = Program.id.in_(user.program_ids)
    if Agency.here().openness is Openness.AGENCY:
        programs = sa.or_(programs, Program.regime.not_in(SEALED))
    return list(db.session.scalars(sa.select(Program).where(programs).order_by(Program.name)))


def workers_beside(programs: list[Program]) -> list[tuple[int, str]]:
    """Everyone who does casework in one of these programs today: (id, name), by name."""
    return [
        (id, name) for id, name in db.session.execute(User.working_in(*programs).with_only_columns(User.id, User.name))
    ]


def counts_of(user: User, programs: list[Program]) -> Counts:
    """The numbers on somebody's own saved views, in one look at their cases; a whole team's are not counted ahead."""
    mine = _case_conditions(user, Wanted(view=View.MINE), programs)
    numbers = (
        Client.visible_to(user)
        .join(Case, Case.client_id == Client.id)
        .where(*mine)
        .with_only_columns(
            sa.func.count(Client.id.distinct()),
            sa.func.count(sa.case((_silent(programs), Case.client_id)).distinct()),
            sa.func.count(sa.case((_to_sign(), Case.client_id)).distinct()),
        )
    )
    return Counts(*db.session.execute(numbers).one())


def caseload(
    user: User, wanted: Wanted, programs: list[Program], *, number: int, size: int = 25, total: int | None = None
) -> Found:
    """One page of the caseload, in two queries, or in one when the total is known; beyond the end is the last page."""
    conditions = _case_conditions(user, wanted, programs)
    found = having = _found(user, wanted)
    if wanted.narrows_cases:
        having = _having(found, conditions)
    if total is None:
        total = _number_of(having)
    number = min(max(1, number), max(1, -(-total // size)))
    page = (
        _page_of(having if wanted.key == "name" else found, conditions, user, wanted)
        .limit(size)
        .offset((number - 1) * size)
        .subquery("page")
    )
    rows = _rows(page, conditions, user, wanted) if total else []
    return Found(rows=rows, number=number, size=size, total=total)


def mine_among(user: User, wanted: Wanted, programs: list[Program]) -> int:
    """How many of the clients wanted are this person's own: what the same search finds in the view `mine`."""
    own = replace(wanted, view=View.MINE)
    return _number_of(_having(_found(user, own), _case_conditions(user, own, programs)))


# -- which clients, and which case of each


def _having(found: sa.Select[Any], conditions: list[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Those with such a case, gathered once: asked anew for each client, all of a worker's cases were looked through."""
    return found.where(Client.id.in_(sa.select(Case.client_id).where(*conditions).correlate(None)))


def _number_of(clients: sa.Select[Any]) -> int:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(clients.with_only_columns(Client.id).subquery())) or 0
    )


def _found(user: User, wanted: Wanted) -> sa.Select[Any]:
    """The clients in reach with these words and this language."""
    found = Client.visible_to(user)
    if wanted.words:
        found = found.where(*Client.matching(wanted.words))
    if wanted.language:
        found = found.where(sa.func.lower(Client.spoken_language) == wanted.language.lower())
    return found


def _case_conditions(user: User, wanted: Wanted, programs: list[Program]) -> list[sa.ColumnElement[bool]]:
    """What must be true of a case so that its client is wanted."""
    conditions = [Case.unsealed_for(user)]
    if wanted.view is not View.ALL:
        conditions.append(Case.status.in_(LIVING))
        if wanted.view is View.MINE or not wanted.team:
            conditions.append(Case.id.in_(Assignment.work_of(user.id)))
    if wanted.view is View.SILENT:
        conditions.append(_silent(programs))
    if wanted.view is View.TO_SIGN:
        conditions.append(_to_sign())
    if wanted.program_id:
        conditions.append(Case.program_id == wanted.program_id)
    if wanted.worker_id:
        conditions.append(_assigned_to(wanted.worker_id))
    if wanted.at_stage:
        conditions.append(stage_of() == wanted.at_stage.value)
    return conditions


def _assigned_to(user_id: int) -> sa.ColumnElement[bool]:
    return Case.id.in_(Assignment.cases_of(user_id))


def _to_sign() -> sa.ColumnElement[bool]:
    return Case.id.in_(sa.select(Plan.case_id).where(Plan.status == PlanStatus.READY))


def _silent(programs: list[Program]) -> sa.ColumnElement[bool]:
    """No contact within the days that the case's program allows."""
    today = clock.today()
    return without_contact({program.id: today - timedelta(days=program.contact_days) for program in programs})


# A case's rank among the wanted cases of its client: a living one before an ended one, the reader's own before a
# colleague's, the newer before the older; its id is what remains of the rank.
BEYOND_IDS = 2**40


def _chosen(conditions: list[sa.ColumnElement[bool]], user: User) -> sa.Subquery:
    """Of each client's wanted cases the one that matters most: (client_id, case_id)."""
    living = sa.case((Case.status.in_(LIVING), sa.literal(2 * BEYOND_IDS, sa.BigInteger)), else_=0)
    own = sa.case((_assigned_to(user.id), sa.literal(BEYOND_IDS, sa.BigInteger)), else_=0)
    rank = sa.func.max(living + own + Case.id)
    return (
        sa.select(Case.client_id, (rank % BEYOND_IDS).label("case_id"))
        .where(*conditions)
        .group_by(Case.client_id)
        .subquery("chosen")
    )


# -- in which order


def _page_of(found: Any, conditions: list[sa.ColumnElement[bool]], user: User, wanted: Wanted) -> Any:
    """The clients in the wanted order, each with the day it is sorted by and the case that the day belongs to.

    By name there is no day, and no case is looked for: that is left to the few rows of the page.
    """
    if wanted.key == "name":
        case_id: Any = sa.cast(sa.null(), sa.BigInteger)
        key: Any = sa.cast(sa.null(), sa.Date)
    else:
        chosen = _chosen(conditions, user)
        found = found.join(chosen, chosen.c.client_id == Client.id, isouter=not wanted.narrows_cases)
        # What has no day comes last, but whom nobody ever reached comes first.
        empty = date.min if wanted.down or wanted.key == "contact" else date.max
        case_id = chosen.c.case_id
        key = sa.func.coalesce(DAYS[wanted.key](case_id).scalar_subquery(), empty, type_=sa.Date)
    each = found.with_only_columns(
        Client.id.label("client_id"), Client.sort_name, key.label("key"), case_id.label("case_id")
    )
    # Few match words: looking at all of them is quicker than walking the whole index of names until a page is full.
    by_name = sa.func.coalesce(Client.sort_name, "") if wanted.words else Client.sort_name
    return each.order_by(*_order(wanted, Client.id, by_name, sa.literal_column("key")))


def _order(wanted: Wanted, id: Any, name: Any, key: Any) -> list[Any]:
    if wanted.key == "name":
        return [name.desc(), id.desc()] if wanted.down else [name, id]
    return [key.desc() if wanted.down else key, name, id]


# The day of one case each, answered from an index alone: of all the cases there are, only those on the list are asked.


def _next_due(case_id: Any) -> sa.Select[Any]:
    return sa.select(sa.func.min(Task.due_on)).where(Task.case_id == case_id, Task.undone())


def _last_contact(case_id: Any) -> sa.Select[Any]:
    return sa.select(sa.func.max(Note.happened_on)).where(Note.case_id == case_id, *Note.counts_as_contact())


def _opened(case_id: Any) -> sa.Select[Any]:
    return sa.select(Case.opened_on).where(Case.id == case_id)


DAYS = {"due": _next_due, "contact": _last_contact, "opened": _opened}


# -- what the rows say


def _rows(page: sa.Subquery, conditions: list[sa.ColumnElement[bool]], user: User, wanted: Wanted) -> list[Row]:
    """The rows of a page, with everything shown on them."""
    cases = sa.select(Case.id).where(Case.client_id == page.c.client_id, *conditions)
    order = (Case.status.not_in(LIVING), ~_assigned_to(user.id), Case.id.desc())
    main = cases.order_by(*order).limit(1).correlate(page).scalar_subquery()
    task = (
        sa.select(Task)
        .where(Task.case_id == Case.id, Task.undone())
        .order_by(Task.due_on, Task.id)
        .limit(1)
        .correlate(Case)
    )
    contact = (
        sa.select(sa.func.max(Note.happened_on))
        .where(Note.case_id == Case.id, *Note.counts_as_contact())
        .correlate(Case)
    )
    alerts = sa.select(sa.func.count(Alert.id)).where(Alert.in_force(Client.id, user))
    query = (
        sa.select(
            Client,
            alerts.correlate(Client).scalar_subquery().label("alerts"),
            Case.id.label("case_id"),
            Case.status,
            sa.case((Case.id.is_not(None), stage_of())).label("stage"),
            Program.name.label("program"),
            Assignment.worker_of(Case.id).label("worker"),
            task.with_only_columns(Task.title).scalar_subquery().label("next_step"),
            task.with_only_columns(Task.due_on).scalar_subquery().label("due_on"),
            contact.scalar_subquery().label("last_contact"),
            Case.opened_on,
        )
        .select_from(page)
        .join(Client, Client.id == page.c.client_id)
        .outerjoin(Case, Case.id == sa.func.coalesce(page.c.case_id, main))
        .outerjoin(Program, Program.id == Case.program_id)
        .order_by(*_order(wanted, page.c.client_id, page.c.sort_name, page.c.key))
    )
    return [_row(row) for row in db.session.execute(query)]


def _row(row: Any) -> Row:
    values = dict(row._mapping)
    values["client"] = values.pop("Client")
    values["stage"] = Stage(values["stage"]) if values["stage"] else None
    return Row(**values)
