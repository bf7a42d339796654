"""The agency's settings: one page that leads to all of them."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from app import drafts
from app.access import Can, me, require, require_recent
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.agency.settings import AgencyForm
from app.models.agency.agency import Required
from app.models.agency.user import User
from app.models.caseload.program import Program
from app.pages import page

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("/")
def index():
    require(Can.RUN_AGENCY)
    users = db.session.scalars(User.all_of_them().options(joinedload(User.second_factor))).all()
    programs = db.session.scalars(Program.all_of_them()).all()
    return page("agency/settings/index.html", users=users, programs=programs)


def _without() -> bool:
    """Whether the agency gets along without second factors: nobody can choose that, as a demonstration begins with it."""
    return g.agency.second_factor is Required.NOBODY


@bp.get("/agency")
def edit():
    require(Can.RUN_AGENCY)
    return page(
        "agency/settings/edit.html", form=AgencyForm(drafts.kept("agency", 0), obj=g.agency, without=_without())
    )


@bp.post("/agency")
def update():
    require(Can.RUN_AGENCY)
    require_recent()
    form = AgencyForm(sent(), without=_without())
    if not form.validate():
        return page("agency/settings/edit.html", form=form, status=422)
    meet(form, lambda: AgencyForm(obj=g.agency, without=_without()), g.agency)
    g.agency.rename(by=me(), **form.data)
    flash(_("The agency’s settings are saved."))
    return redirect(url_for("settings.index"), 303)
