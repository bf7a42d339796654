"""The blank intake form of a program, as a PDF made from what the screens ask now."""

from flask import Blueprint, abort, make_response, request
from flask_babel import gettext as _

from app import heavy
from app.access import LARGEST_ID, Can, may, me, require
from app.documents.intake_form_paper import particulars
from app.documents.rendering import RenderingFailed, RenderingUnavailable, render
from app.errors import answer
from app.extensions import db
from app.forms.intake.blank import questions
from app.forms.intake.intake_form import PaperForm
from app.models.caseload.client import PrintFormat
from app.models.caseload.program import Program
from app.models.intake.requirement import Requirement
from app.pages import page

bp = Blueprint("intake_forms", __name__)


@bp.get("/programs/<int:program_id>/intake-form")
def edit(program_id: int):
    """Which language and size, with the link to the paper."""
    return page("intake/intake_forms/edit.html", program=_program(program_id), form=PaperForm())


@bp.get("/programs/<int:program_id>/intake-form.pdf")
def show(program_id: int):
    program = _program(program_id)
    form = PaperForm(request.args)
    good = form.validate()
    asked = list(db.session.scalars(Requirement.of(program)))
    wanted = particulars(
        program,
        asked,
        questions=questions(),
        language=form.language.data.value if good and form.language.data else "en",
        size=form.size.data if good and form.size.data else PrintFormat.STANDARD,
    )
    db.session.rollback()
    try:
        with heavy.turn():
            content = render(wanted)
    except RenderingUnavailable as missing:
        return answer(503, message=str(missing))
    except RenderingFailed:
        return answer(503, message=_("The PDF could not be made just now. Nothing is lost: try again in a minute."))
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="intake-form-{wanted["language"]}.pdf"'
    return response


def _program(id: int) -> Program:
    """A program this person takes people into; the administrator looks at every program's form."""
    require(Can.RUN_AGENCY if may(Can.RUN_AGENCY) else Can.TAKE_IN)
    program = db.session.get(Program, id) if id < LARGEST_ID else None
    if program is None or not (may(Can.RUN_AGENCY) or program.id in me().program_ids):
        abort(404)
    return program
