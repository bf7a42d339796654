"""Restricting a record to named people, and ending that."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.extensions import db
from app.forms.caseload.alert import EndingForm, RestrictionForm
from app.models.agency.user import CLIENT_ROLES, User
from app.models.caseload.case import Assignment, Case
from app.models.caseload.client import Client
from app.pages import page
from app.reports.record import head_of

bp = Blueprint("restrictions", __name__)


@bp.get("/clients/<int:client_id>/restriction")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.RESTRICT_CLIENTS)
    form = RestrictionForm(data={"staff": suggested(client)})
    form.staff.offer([(user.id, user.signature_name) for user in colleagues()])
    return page(
        "caseload/restrictions/new.html",
        head=head_of(client),
        form=form,
        ending=EndingForm(drafts.kept("restriction_end", client_id)),
    )


@bp.post("/clients/<int:client_id>/restriction")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.RESTRICT_CLIENTS)
    others = colleagues()
    form = RestrictionForm(request.form)
    form.staff.offer([(user.id, user.signature_name) for user in others])
    if not form.validate():
        head = head_of(client)
        return page("caseload/restrictions/new.html", head=head, form=form, ending=EndingForm(), status=422)
    client.restrict(by=me(), to=[user for user in others if user.id in form.staff.data])
    flash(_("Only the people you named can open this record now."))
    return redirect(url_for("clients.show", id=client.id), 303)


@bp.post("/clients/<int:client_id>/restriction/end")
def destroy(client_id: int):
    client = fetch(Client, client_id, to=Can.RESTRICT_CLIENTS)
    ending = EndingForm(request.form)
    if not ending.validate():
        form = RestrictionForm(data={"staff": [named.user_id for named in client.named_now]})
        form.staff.offer([(user.id, user.signature_name) for user in colleagues()])
        return page("caseload/restrictions/new.html", head=head_of(client), form=form, ending=ending, status=422)
    client.unrestrict(by=me(), reason=ending.reason.data)
    flash(_("The restriction has ended."))
    return redirect(url_for("clients.show", id=client.id), 303)


def suggested(client: Client) -> list[int]:
    """Who is named now; for a record that is not restricted yet, who works with the client."""
    if client.restricted:
        return [named.user_id for named in client.named_now]
    cases = Case.visible_to(me()).where(Case.client_id == client.id).with_only_columns(Case.id)
    working = sa.select(Assignment.user_id).where(Assignment.case_id.in_(cases), Assignment.to_on.is_(None))
    return list(db.session.scalars(working))


def colleagues() -> list[User]:
    """Everybody who works with clients, but the one who asks."""
    working = User.working().where(User.role.in_(CLIENT_ROLES), User.id != me().id)
    return list(db.session.scalars(working))
