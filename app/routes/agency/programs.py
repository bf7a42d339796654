"""Programs, kept by the administrator."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import LARGEST_ID, Can, me, require
from app.conflicts import meet, sent
from app.extensions import db
from app.forms.agency.settings import ProgramForm
from app.models.base import RuleBroken
from app.models.caseload.program import Program
from app.pages import page

bp = Blueprint("programs", __name__, url_prefix="/programs")


@bp.get("/new")
def new():
    require(Can.RUN_AGENCY)
    return page(
        "agency/programs/form.html",
        form=ProgramForm(drafts.kept("program_new", 0), obj=Program.with_usual_clocks()),
        program=None,
    )


@bp.post("/new")
def create():
    require(Can.RUN_AGENCY)
    form = ProgramForm(request.form)
    if form.validate() and Program.named(form.name.data) is not None:
        form.refuse("There is a program of this name already.")
    if not form.validate():
        return page("agency/programs/form.html", form=form, program=None, status=422)
    Program.add(by=me(), **{name: value for name, value in form.data.items() if name != "reason"})
    flash(_("The program is added."))
    return redirect(url_for("settings.index"), 303)


@bp.get("/<int:id>/edit")
def edit(id: int):
    program = _program(id)
    return page("agency/programs/form.html", form=ProgramForm(drafts.kept("program", id), obj=program), program=program)


@bp.post("/<int:id>/edit")
def update(id: int):
    program = _program(id)
    form = ProgramForm(sent())
    other = Program.named(form.name.data) if form.name.data else None
    if other is not None and other.id != program.id:
        form.refuse("There is a program of this name already.")
    if not form.validate():
        return page("agency/programs/form.html", form=form, program=program, status=422)
    meet(form, lambda: ProgramForm(obj=program), program)
    try:
        program.revise(by=me(), **form.data)
    except RuleBroken as broken:
        db.session.rollback()
        form.refuse(broken.text, **broken.values)
        return page("agency/programs/form.html", form=form, program=_program(id), status=422)
    flash(_("The program is saved."))
    return redirect(url_for("settings.index"), 303)


def _program(id: int) -> Program:
    require(Can.RUN_AGENCY)
    return (db.session.get(Program, id) if id < LARGEST_ID else None) or abort(404)
