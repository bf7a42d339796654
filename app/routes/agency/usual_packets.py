"""Beginning a program's packet with the papers that most programs hand out."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _

from app.access import LARGEST_ID, Can, me, require
from app.extensions import db
from app.models.caseload.program import Program
from app.models.intake.requirement import Requirement

bp = Blueprint("usual_packets", __name__)


@bp.post("/programs/<int:program_id>/usual-packet")
def create(program_id: int):
    require(Can.RUN_AGENCY)
    program = (db.session.get(Program, program_id) if program_id < LARGEST_ID else None) or abort(404)
    Requirement.add_usual_packet(program, by=me())
    flash(_("The usual packet is on the list. Take out what you do not hand out."))
    return redirect(url_for("requirements.index", program_id=program.id), 303)
