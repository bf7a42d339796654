"""Taking the trail out of the house as a spreadsheet: with a reason, and itself on the trail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request, stream_with_context, url_for

from app import clock
from app.access import LARGEST_ID, Can, fetch, may, me, require, require_recent
from app.extensions import db
from app.forms.agency.trail import FileTrailFilter, TrailExportForm, TrailFilter
from app.heavy import within_a_turn
from app.models.agency.asked import Asked
from app.models.agency.event import Event
from app.models.agency.user import User
from app.models.caseload.client import Client
from app.pages import page
from app.reports.trail import Reader, people_of, staff_of
from app.reports.trail_export import counted, exported

bp = Blueprint("trail_exports", __name__)


@bp.get("/trail/exports/new")
def new():
    """How many lines it would be, and the question what for; `client` or `user` in the address is whose trail."""
    asked = _asked()
    count, _last = counted(asked, _reader())
    return _page(TrailExportForm(), asked, count)


@bp.post("/trail/exports/")
def create():
    """The spreadsheet, sent piece by piece; that it was taken, why, and how many lines, is on the trail."""
    asked = _asked()
    require_recent()
    form = TrailExportForm(request.form)
    count, last = counted(asked, _reader())
    if not form.validate():
        return _page(form, asked, count, status=422)
    pieces = within_a_turn(stream_with_context(exported(asked, _reader(), last=last)))
    Event.exported(by=me(), lines=count, reason=form.reason.data, client=asked.client, person=asked.person)
    response = Response(pieces, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="trail-{clock.today().isoformat()}.csv"'
    return response


def _asked() -> Asked:
    """Whose trail, and which lines of it, as the address says; in the reach of the person who asks."""
    require(Can.EXPORT_TRAIL)
    client_id, user_id = _number("client"), _number("user")
    if client_id is not None:
        client = fetch(Client, client_id, to=Can.SEE_TRAIL)
        form: TrailFilter = FileTrailFilter(request.args)
        form.by.offer(people_of(client, me()))
        asked = form.asked(client=client)
    elif user_id is not None:
        require(Can.SEE_AGENCY_TRAIL if may(Can.SEE_AGENCY_TRAIL) else Can.SEE_TEAM)
        person = db.session.scalar(staff_of(_reader()).where(User.id == user_id))
        asked = TrailFilter(request.args).asked(person=person or abort(404))
    else:
        require(Can.SEE_AGENCY_TRAIL)
        form = TrailFilter(request.args)
        form.by.offer((user.id, user.name) for user in db.session.scalars(staff_of(_reader())))
        asked = form.asked()
    return replace(asked, before=None)


def _number(name: str) -> int | None:
    """A record's number in the address; 404 for what is none."""
    text = request.args.get(name, "")
    if not text:
        return None
    good = text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < LARGEST_ID
    return int(text) if good else abort(404)


def _reader() -> Reader:
    return Reader(me(), may(Can.SEE_AGENCY_TRAIL))


def _page(form: TrailExportForm, asked: Asked, count: int, status: int = 200):
    whose: dict[str, Any] = {}
    if asked.client is not None:
        whose, back = {"client": asked.client.id}, url_for("events.index", client_id=asked.client.id)
    elif asked.person is not None:
        whose, back = {"user": asked.person.id}, url_for("trails.show", id=asked.person.id)
    else:
        back = url_for("trails.index")
    action = url_for("trail_exports.create", **(whose | asked.args))
    return page(
        "agency/trail_exports/new.html", form=form, asked=asked, lines=count, action=action, back=back, status=status
    )
