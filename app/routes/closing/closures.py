"""Closing a case: one page with what is in the way, the text of the closing, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, fetch, may, me
from app.conflicts import meet, sent
from app.errors import answer
from app.extensions import db
from app.forms.closing.closure import ClosureForm, ReturnForm, closure_form, details, in_words
from app.models.agency.document import Paper
from app.models.agency.draft import Draft
from app.models.agency.user import User
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.closing.account import Account
from app.models.closing.checklist import Check, Part, Standing, checks, progress, records_of
from app.models.closing.closure import Closure
from app.models.closing.reasons import JudgedGoal
from app.pages import page

bp = Blueprint("closures", __name__)


@bp.post("/cases/<int:case_id>/closure/")
def create(case_id: int) -> Answer:
    """Start closing, or go on with what was started."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    closure = case.closure or Closure.begin(case, by=me())
    return redirect(url_for("closures.show", id=closure.id), 303)


@bp.get("/closures/<int:id>/")
def show(id: int) -> Response:
    """The checklist with the form while it is being written; afterwards what was written and what became of it."""
    closure = fetch(Closure, id, to=Can.SEE_CLIENTS)
    if closure.writable and may(Can.WORK_CASES):
        return _writing(closure)
    return _reading(closure)


@bp.post("/closures/<int:id>/")
def update(id: int) -> Response | Answer:
    """Save what is written so far and, if asked, send it to the supervisor."""
    closure = fetch(Closure, id, to=Can.WORK_CASES)
    goals = closure.judged_goals()
    form = closure_form(closure, goals, typed=sent())
    try:
        closure.check_writable()
    except RuleBroken as broken:
        return answer(409, message=_(broken.text), typed=in_words(form), back=url_for("closures.show", id=id))
    if not form.validate():
        return _writing(closure, form=form, goals=goals, status=422)
    meet(form, lambda: closure_form(closure, goals), closure)
    closure.rewrite(by=me(), **details(form, goals))
    if request.form.get("then") == "send":
        return _send(closure, form)
    flash(_("Saved. The case is not closed yet."))
    return redirect(url_for("closures.show", id=id), 303)


def _send(closure: Closure, form: ClosureForm) -> Answer:
    """Send it if nothing is in the way; if something is, what was written is saved all the same."""
    found = closure.obstacles()
    if any(check.standing is Standing.MUST for check in found):
        flash(_("Saved, but not sent: something must be finished first."), "warning")
    elif found and not form.left_open.data:
        flash(_("Saved, but not sent: add what is still expected, or write why the case closes without it."), "warning")
    else:
        closure.submit(by=me(), leaving_open=form.left_open.data)
        flash(_("The closing is with the supervisor."))
    return redirect(url_for("closures.show", id=closure.id), 303)


@bp.post("/closures/<int:id>/withdraw")
def destroy(id: int) -> Answer:
    """Stop closing: the case goes on."""
    closure = fetch(Closure, id, to=Can.WORK_CASES)
    closure.withdraw(by=me())
    Draft.drop(me(), "closure", id)
    flash(_("The closing is stopped. The case goes on."))
    return redirect(url_for("cases.show", id=closure.case_id), 303)


def _writing(
    closure: Closure, *, form: ClosureForm | None = None, goals: list[JudgedGoal] | None = None, status: int = 200
) -> Response:
    goals = closure.judged_goals() if goals is None else goals
    account, records = Account.of(closure.case), records_of(closure)
    listed = checks(closure, goals, account, records)
    if form is None:
        form = closure_form(closure, goals, typed=drafts.kept("closure", closure.id), account=account)
        form.open_at(closure_form(closure, goals))
    return page(
        "closing/closures/edit.html",
        status=status,
        closure=closure,
        form=form,
        goals=goals,
        account=account,
        alerts=[row for row in records if row.kind == "alert"],
        parts=[(part, [check for check in listed if check.part is part]) for part in Part],
        progress=progress(listed),
    )


def _reading(closure: Closure) -> Response:
    goals, account = closure.judged_goals(), Account.of(closure.case)
    return page(
        "closing/closures/show.html",
        closure=closure,
        goals=goals,
        account=account,
        papers=_papers(closure) if closure.approved_at else [],
        obstacles=_since_sent(closure, goals, account) if closure.waiting else [],
        names=_names(closure),
        form=ReturnForm(drafts.kept("closure_return", closure.id)),
    )


def _papers(closure: Closure) -> list[Paper]:
    issued = sa.select(Paper).where(Paper.closure_id == closure.id).order_by(Paper.id)
    return list(db.session.scalars(issued))


def _since_sent(closure: Closure, goals: list[JudgedGoal], account: Account) -> list[Check]:
    """What came up since it was sent, and bars the approval."""
    listed = checks(closure, goals, account, records_of(closure))
    return [c for c in listed if c.standing is Standing.MUST or (c.in_the_way and not closure.left_open)]


def _names(closure: Closure) -> dict[int | None, str]:
    """The names of those who sent, approved and reopened it, by their ids."""
    ids = [closure.submitted_by_id, closure.approved_by_id, closure.reopened_by_id]
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_([id for id in ids if id])))
    return {None: "", **dict(rows.all())}
