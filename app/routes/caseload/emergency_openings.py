"""Opening a record in an emergency, and a supervisor's review of it.

The page that asks is the same whether or not a record exists: it is asked by number, or by name and birth date, and
every wrong guess is answered with the same words, counted, and put on the trail. That form keeps no draft: in a hurry,
the number and the reason left over from one person would stand in it for another.
"""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import Can, fetch, me, require
from app.forms.caseload.emergency import EmergencyForm, ReviewForm, Verdict
from app.models.agency.event import EventKind
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.emergency import TOO_MANY, EmergencyOpening
from app.pages import page
from app.reports.emergencies import review_of
from app.requests import note

bp = Blueprint("emergency_openings", __name__, url_prefix="/emergency-openings")


@bp.get("/new")
def new():
    require(Can.BREAK_GLASS)
    return page("caseload/emergency_openings/new.html", form=EmergencyForm())


@bp.post("/new")
def create():
    require(Can.BREAK_GLASS)
    form = EmergencyForm(request.form)
    if form.validate():
        try:
            client = _open(form)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
            if broken.text != TOO_MANY:  # a try that was not looked at is none: whoever waits comes in
                note(EventKind.EMERGENCY_REFUSED)
        else:
            return redirect(url_for("clients.show", id=client.id), 303)
    return page("caseload/emergency_openings/new.html", form=form, status=422)


def _open(form: EmergencyForm) -> Client:
    """The record that was asked for, opened if it was out of reach."""
    client = EmergencyOpening.ask(
        by=me(),
        password=form.password.data,
        reason=form.reason.data or "",
        number=form.number.data,
        name=form.name.data,
        born_on=form.born_on.data,
    )
    if client.id in EmergencyOpening.ids_opened_by(me()):
        flash(_("This record is open to you for one hour. The supervisors are told, and review it."))
    else:
        flash(_("You can open this record anyway: nothing was broken."))
    return client


@bp.get("/<int:id>/review")
def edit(id: int):
    opening = fetch(EmergencyOpening, id, to=Can.REVIEW_OPENINGS)
    form = ReviewForm(drafts.kept("emergency_review", id))
    return page("caseload/emergency_openings/edit.html", it=review_of(opening, me()), form=form)


@bp.post("/<int:id>/review")
def update(id: int):
    opening = fetch(EmergencyOpening, id, to=Can.REVIEW_OPENINGS)
    form = ReviewForm(request.form)
    if form.validate():
        try:
            justified = form.verdict.data is Verdict.JUSTIFIED
            opening.decide(by=me(), justified=justified, review=form.review.data or "")
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("Your review is on the trail."))
            return redirect(url_for("my_day.index"), 303)
    return page("caseload/emergency_openings/edit.html", it=review_of(opening, me()), form=form, status=422)
