"""Leave cover: who stands in for whom. A caseworker arranges it for themselves, a supervisor for the team."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, drafts
from app.access import LARGEST_ID, Can, may, me, require
from app.extensions import db
from app.forms.caseload.stand_in import StandInForm
from app.models.agency.user import User
from app.models.base import RuleBroken
from app.models.caseload.stand_in import StandIn
from app.pages import page
from app.reports.caseload import programs_of
from app.reports.stand_ins import colleagues, covered_of, mine_to_see

bp = Blueprint("stand_ins", __name__, url_prefix="/stand-ins")


@bp.get("/")
def index():
    require(Can.WORK_CASES)
    return page("caseload/stand_ins/index.html", rows=mine_to_see(me(), team=may(Can.ASSIGN_CASES)))


@bp.get("/new")
def new():
    require(Can.WORK_CASES)
    usual = {"from_on": clock.today()}
    typed = drafts.kept("stand_in", 0)
    form = _offering(StandInForm(typed) if typed else StandInForm(data=usual))
    if not typed:
        form.user.suggest(request.args.get("user", me().id, type=int))
    return page("caseload/stand_ins/new.html", form=form)


@bp.post("/new")
def create():
    require(Can.WORK_CASES)
    form = _offering(StandInForm(request.form))
    if form.validate():
        away, stand_in = (db.session.get_one(User, field.data) for field in (form.user, form.stand_in))
        try:
            row = StandIn.arrange(
                away, stand_in, by=me(), from_on=form.data["from_on"], to_on=form.data["to_on"], note=form.note.data
            )
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            shut = covered_of(row, reader=me()).shut
            flash(_("%(name)s stands in from the first day on.", name=stand_in.name))
            if shut:
                flash(
                    ngettext(
                        "%(num)s case stays closed to them: restricted or sealed. Hand it over.",
                        "%(num)s cases stay closed to them: restricted or sealed. Hand those over one by one.",
                        shut,
                    )
                )
            return redirect(url_for("stand_ins.index"), 303)
    return page("caseload/stand_ins/new.html", form=form, status=422)


@bp.post("/<int:id>/end")
def destroy(id: int):
    require(Can.WORK_CASES)
    row = (db.session.get(StandIn, id) if id < LARGEST_ID else None) or abort(404)
    if row.id not in {one.id for one in mine_to_see(me(), team=may(Can.ASSIGN_CASES))} or not _may_end(row):
        abort(404)
    row.end(by=me())
    flash(_("It has ended. The cases are on the list of %(name)s alone.", name=row.user.name))
    return redirect(url_for("stand_ins.index"), 303)


def _may_end(row: StandIn) -> bool:
    return may(Can.ASSIGN_CASES) or me().id in (row.user_id, row.by_id)


def _offering(form: StandInForm) -> StandInForm:
    """A caseworker is away themselves; a supervisor speaks for everybody in their programs. Colleagues stand in."""
    beside = colleagues(me(), programs_of(me()))
    form.user.offer(beside if may(Can.ASSIGN_CASES) else [(me().id, me().name)])
    form.stand_in.offer(beside)
    return form
