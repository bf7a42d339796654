"""Taking more time to answer a request for the record: once, with the reason."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.intake.access_request import ExtensionForm
from app.models.base import RuleBroken
from app.models.intake.access_request import AccessRequest
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("access_extensions", __name__)


@bp.get("/access-requests/<int:access_request_id>/extension")
def new(access_request_id: int):
    asked = fetch(AccessRequest, access_request_id, to=Can.WORK_CASES)
    return _page(asked, ExtensionForm(drafts.kept("access_extension", access_request_id)))


@bp.post("/access-requests/<int:access_request_id>/extension")
def create(access_request_id: int):
    asked = fetch(AccessRequest, access_request_id, to=Can.WORK_CASES)
    form = ExtensionForm(request.form)
    if form.validate():
        try:
            asked.take_more_time(by=me(), reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("There are 30 days more. Tell the client why."))
            return redirect(url_for("access_requests.show", id=asked.id), 303)
    return _page(asked, form, status=422)


def _page(asked: AccessRequest, form: ExtensionForm, *, status: int = 200):
    head = head_of(asked.client, case_id=asked.case_id)
    return page("intake/access_extensions/new.html", head=head, it=asked, form=form, status=status)
