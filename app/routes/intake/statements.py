"""What the client says of entries in the record, in their own words."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, lazyload

from app import clock, drafts
from app.access import Can, fetch, me
from app.engines import Instant
from app.extensions import db
from app.forms.intake.access_request import StatementForm
from app.models.assessment.assessment import Assessment, AssessmentStatus
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.closing.closure import Closure
from app.models.intake.statement import Statement
from app.models.monitoring.note import Method, Note
from app.models.planning.plan import Plan
from app.pages import page, whole
from app.reports.record import head_of

bp = Blueprint("statements", __name__)

MOST = 300


@bp.get("/cases/<int:case_id>/statements/")
def index(case_id: int):
    case = fetch(Case, case_id, to=Can.SEE_CLIENTS)
    entries = dict(_entries(case).values())
    people = (joinedload(Statement.by).lazyload("*"), joinedload(Statement.responded_by).lazyload("*"))
    said = db.session.scalars(Statement.of(case).options(*people)).all()
    return page("intake/statements/index.html", head=head_of(case.client, case), said=said, entries=entries)


@bp.get("/cases/<int:case_id>/statements/new")
def new(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    entries = _entries(case)
    form = _offered(StatementForm(drafts.kept("statement", case_id), data={"stated_on": clock.today()}), entries)
    asked = ("note", request.args.get("note", type=whole))
    chosen = next((number for number, (key, _words) in entries.items() if key == asked), None)
    if chosen is not None:
        form.entry.suggest(chosen)
    return page("intake/statements/new.html", head=head_of(case.client, case), form=form)


@bp.post("/cases/<int:case_id>/statements/new")
def create(case_id: int):
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    entries = _entries(case)
    form = _offered(StatementForm(request.form), entries)
    if form.validate():
        try:
            Statement.add(
                case,
                by=me(),
                stated_on=form.data["stated_on"],
                text=form.data["text"],
                about=_chosen(case, entries, form.entry.data),
            )
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is in the record, and on every copy, with the entry it belongs to."))
            return redirect(url_for("statements.index", case_id=case.id), 303)
    return page("intake/statements/new.html", head=head_of(case.client, case), form=form, status=422)


MODELS: dict[str, Any] = {"note": Note, "assessment": Assessment, "plan": Plan, "closure": Closure}


Entries = dict[int, tuple[tuple[str, int], str]]


def _entries(case: Case) -> Entries:
    """The entries of a case that a statement can belong to, numbered for the menu: (kind, id) and words. One query."""
    none: Any = (
        sa.cast(sa.null(), sa.Date), sa.cast(sa.null(), Instant), sa.cast(sa.null(), sa.Integer), sa.cast(sa.null(), sa.String),
    )  # fmt: skip
    notes = sa.select(sa.literal("note"), Note.id, Note.happened_on, none[1], none[2], sa.cast(Note.method, sa.String))
    newest = sa.select(Note.id).where(Note.case_id == case.id, Note.parent_id.is_(None))
    newest = newest.order_by(Note.happened_on.desc(), Note.id.desc()).limit(MOST)
    signed = sa.select(sa.literal("assessment"), Assessment.id, none[0], Assessment.signed_at, none[2], none[3]).where(
        Assessment.case_id == case.id, Assessment.status == AssessmentStatus.SIGNED
    )
    plans = sa.select(sa.literal("plan"), Plan.id, none[0], Plan.frozen_at, Plan.number, none[3])
    closings = sa.select(sa.literal("closure"), Closure.id, Closure.closed_on, none[1], none[2], none[3])
    rows = db.session.execute(
        sa.union_all(
            notes.where(Note.id.in_(newest)),
            signed,
            plans.where(Plan.case_id == case.id, Plan.frozen_at.is_not(None)),
            closings.where(Closure.case_id == case.id),
        )
    ).all()
    notes_first = sorted((row for row in rows if row[0] == "note"), key=lambda row: (row[2], row[1]), reverse=True)
    listed = notes_first + [row for row in rows if row[0] != "note"]
    found = [((kind, id), _words(kind, on, at, number, method)) for kind, id, on, at, number, method in listed]
    return dict(enumerate(found, 1))


def _words(kind: str, on: Any, at: Any, number: int | None, method: str | None) -> str:
    """What an entry is called in the menu."""
    day = _said(on or (clock.local(at).date() if at is not None else None))
    if kind == "note":
        return _("Note of %(day)s, %(method)s", day=day, method=_(Method(str(method)).label))
    if kind == "assessment":
        return _("Assessment of %(day)s", day=day)
    if kind == "plan":
        return _("Service plan, version %(number)s", number=number)
    return _("Closing of %(day)s", day=day)


def _said(on: Any) -> str:
    return format_date(on, "MMM d, y") if on else ""


def _offered(form: StatementForm, entries: Entries) -> StatementForm:
    form.entry.offer((number, words) for number, (_key, words) in entries.items())
    return form


def _chosen(case: Case, entries: Entries, number: int | None) -> Any:
    """The record that was chosen in the menu, or None for the case as a whole."""
    if number is None:
        return None
    (kind, id), _said_as = entries[number]
    model = MODELS[kind]
    query = sa.select(model).where(model.id == id, model.case_id == case.id).options(lazyload("*"))
    return db.session.scalars(query).one()
