"""What a program asks at intake, kept by the administrator."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from app import drafts
from app.access import LARGEST_ID, Can, me, require
from app.extensions import db
from app.forms.intake.requirement import RequirementForm
from app.models.base import RuleBroken
from app.models.caseload.program import Program
from app.models.intake.requirement import Requirement, RequirementKind
from app.pages import page

bp = Blueprint("requirements", __name__)


@bp.get("/programs/<int:program_id>/requirements/")
def index(program_id: int):
    program = _program(program_id)
    typed = drafts.kept("requirement", program_id)
    form = RequirementForm(typed) if typed else RequirementForm(data={"kind": RequirementKind.CRITERION})
    return _list_page(program, form)


@bp.post("/programs/<int:program_id>/requirements/")
def create(program_id: int):
    program, form = _program(program_id), RequirementForm(request.form)
    if form.validate():
        try:
            Requirement.add(program, by=me(), **form.data)
        except RuleBroken as broken:
            form.refuse(broken.text, **broken.values)
        else:
            flash(_("It is on the list. Every intake that is not complete asks for it from now on."))
            return redirect(url_for("requirements.index", program_id=program_id), 303)
    return _list_page(program, form, status=422)


@bp.post("/requirements/<int:id>/retirement")
def destroy(id: int):
    require(Can.RUN_AGENCY)
    line = (db.session.get(Requirement, id) if id < LARGEST_ID else None) or abort(404)
    line.retire(by=me())
    flash(_("Nobody is asked for it any more. What was answered stays on record."))
    return redirect(url_for("requirements.index", program_id=line.program_id), 303)


def _program(id: int) -> Program:
    require(Can.RUN_AGENCY)
    return (db.session.get(Program, id) if id < LARGEST_ID else None) or abort(404)


def _list_page(program: Program, form: RequirementForm, *, status: int = 200):
    lines = db.session.scalars(Requirement.ever_of(program)).all()
    return page(
        "agency/requirements/index.html",
        program=program,
        lines=lines,
        kinds=list(RequirementKind),
        form=form,
        status=status,
    )
