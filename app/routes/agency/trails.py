"""The trail of the agency, and of one member of staff: who did what, when; no client's content by virtue of a role."""

from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy.orm import lazyload

from app.access import LARGEST_ID, Can, may, me, require
from app.extensions import db
from app.forms.agency.trail import TrailFilter
from app.models.agency.asked import Asked
from app.models.agency.user import User
from app.pages import page
from app.reports.trail import Reader, known_of, page_of, staff_of
from app.reports.trail_days import by_day

bp = Blueprint("trails", __name__)


@bp.get("/trail/")
def index():
    """Everybody's."""
    require(Can.SEE_AGENCY_TRAIL)
    form = TrailFilter(request.args)
    staff = db.session.scalars(User.all_of_them().options(lazyload(User.memberships)))
    form.by.offer((user.id, user.name) for user in staff)
    return _page("agency/trails/index.html", form, form.asked())


@bp.get("/users/<int:id>/trail/")
def show(id: int):
    """One person's: for who sees everybody's, and for supervisors that of the people in their programs."""
    person = person_in_reach(id)
    form = TrailFilter(request.args)
    return _page("agency/trails/show.html", form, form.asked(person=person), person=person)


def person_in_reach(id: int) -> User:
    """The member of staff whose trail the person who asks may read; 403 without any right to it, 404 out of reach."""
    require(Can.SEE_AGENCY_TRAIL if may(Can.SEE_AGENCY_TRAIL) else Can.SEE_TEAM)
    query = staff_of(Reader(me(), may(Can.SEE_AGENCY_TRAIL)))
    return (db.session.scalar(query.where(User.id == id)) if 0 < id < LARGEST_ID else None) or abort(404)


def _page(template: str, form: TrailFilter, asked: Asked, **more: Any):
    reader = Reader(me(), may(Can.SEE_AGENCY_TRAIL))
    lines, earlier = page_of(asked, reader)
    days = by_day(lines, known_of(lines, reader))
    return page(template, form=form, asked=asked, days=days, earlier=earlier, **more)
