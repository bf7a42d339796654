"""Our answer to a statement of the client."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.intake.access_request import ResponseForm
from app.models.base import RuleBroken
from app.models.intake.statement import Statement
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("statement_responses", __name__)


@bp.get("/statements/<int:statement_id>/response")
def new(statement_id: int):
    statement = fetch(Statement, statement_id, to=Can.WORK_CASES)
    return _page(statement, ResponseForm(drafts.kept("statement_response", statement_id)))


@bp.post("/statements/<int:statement_id>/response")
def create(statement_id: int):
    statement = fetch(Statement, statement_id, to=Can.WORK_CASES)
    form = ResponseForm(request.form)
    if form.validate():
        try:
            statement.respond(by=me(), response=form.response.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The answer stands with the statement."))
            return redirect(url_for("statements.index", case_id=statement.case_id), 303)
    return _page(statement, form, status=422)


def _page(statement: Statement, form: ResponseForm, *, status: int = 200):
    head = head_of(statement.case.client, statement.case)
    return page("intake/statement_responses/new.html", head=head, it=statement, form=form, status=status)
