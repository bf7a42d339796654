"""Telling two people apart whose records look alike, and taking that back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me
from app.forms.caseload.merge import DistinctionForm
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.distinction import Distinction
from app.pages import page
from app.pairing import choose, other_in_address
from app.reports.record import head_of

bp = Blueprint("distinctions", __name__)


@bp.get("/clients/<int:client_id>/distinctions/new")
def new(client_id: int):
    client = fetch(Client, client_id, to=Can.MERGE_CLIENTS)
    typed = drafts.kept("distinction", client_id)
    other = other_in_address(drafted=typed)
    if other is None:
        return choose(client, "distinction")
    if typed and typed.get("other") != str(other.id):  # it was about another pair
        drafts.leave("distinction", client_id)
        typed = None
    return _page(client, other, DistinctionForm(typed))


@bp.post("/clients/<int:client_id>/distinctions/new")
def create(client_id: int):
    client = fetch(Client, client_id, to=Can.MERGE_CLIENTS)
    other = other_in_address()
    if other is None:
        return choose(client, "distinction", status=422)
    form = DistinctionForm(request.form)
    if form.validate():
        try:
            Distinction.write(client, other, by=me(), reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("They are told apart. Nobody is asked about these two again."))
            return redirect(url_for("duplicates.index"), 303)
    return _page(client, other, form, status=422)


@bp.post("/distinctions/<int:id>/end")
def destroy(id: int):
    distinction = fetch(Distinction, id, to=Can.MERGE_CLIENTS)
    distinction.take_back(by=me())
    flash(_("It is taken back. The two are on the list again."))
    return redirect(url_for("duplicates.index"), 303)


def _page(client: Client, other: Client, form: DistinctionForm, *, status: int = 200):
    return page("caseload/distinctions/new.html", head=head_of(client), other=other, form=form, status=status)
