"""Answering a request for the record: given, in part, denied with reasons and appeal, or withdrawn."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import clock, drafts
from app.access import Can, fetch, me
from app.forms.intake.access_request import AnswerForm
from app.models.agency.agency import Agency
from app.models.base import RuleBroken
from app.models.intake.access_request import AccessRequest
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("access_answers", __name__)


@bp.get("/access-requests/<int:access_request_id>/answer")
def new(access_request_id: int):
    asked = fetch(AccessRequest, access_request_id, to=Can.WORK_CASES)
    usual = {"answered_on": clock.today(), "appeal": _usual_appeal()}
    return _page(asked, AnswerForm(drafts.kept("access_answer", access_request_id), data=usual))


@bp.post("/access-requests/<int:access_request_id>/answer")
def create(access_request_id: int):
    asked = fetch(AccessRequest, access_request_id, to=Can.WORK_CASES)
    form = AnswerForm(request.form)
    if form.validate():
        try:
            asked.answer(by=me(), **form.data)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("The answer is on record."))
            return redirect(url_for("access_requests.show", id=asked.id), 303)
    return _page(asked, form, status=422)


def _page(asked: AccessRequest, form: AnswerForm, *, status: int = 200):
    head = head_of(asked.client, case_id=asked.case_id)
    return page("intake/access_answers/new.html", head=head, it=asked, form=form, status=status)


def _usual_appeal() -> str:
    """Words to begin with: who looks at it again here, and where the client can complain outside."""
    contact = Agency.here().grievance_contact or _("our director")
    return _(
        "You can ask us to have somebody else look at this again. Tell %(contact)s. You can also complain to the U.S. "
        "Department of Health and Human Services, Office for Civil Rights. Nobody may treat you worse because you complain.",
        contact=contact,
    )
