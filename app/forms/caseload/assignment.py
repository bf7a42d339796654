"""Who is responsible for a case, and pausing one."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Ref, RefList, Text
from app.models.caseload.case import AssignmentRole


class AssignmentForm(Form):
    """Hand a case over, with a note."""

    role = Pick(_l("As what"), choices=AssignmentRole, required=True)
    worker = Ref(_l("To whom"), blank=_l("Choose one"), required=True, message=_l("Choose who takes over."))
    note = Text(_l("What they need to know"), max=1000)
    keeping_tasks = RefList(_l("Tasks that stay with the one who has the case now"))
    keeping_referrals = RefList(_l("Referrals they go on following up"))


class HoldForm(Form):
    """Why a case pauses, and until when."""

    reason = Line(_l("Why it pauses"), max=500, required=True, message=_l("Write why the case pauses."))
    until = Day(_l("Look at it again on"), required=True)
