"""What the client allowed on paper."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Picks, Ref, Tick
from app.models.intake.consent import ConsentOutcome, ConsentType, Information


class ConsentForm(Form):
    """A consent to services, or a release of information for one recipient."""

    type = Pick(_l("What kind of permission"), choices=ConsentType, required=True, radio=True)
    outcome = Pick(_l("What the client said"), choices=ConsentOutcome, required=True, radio=True)
    signed_on = Day(_l("Date on the paper"), required=True, past=True, message=_l("Write the date on the paper."))
    recipient = Line(_l("Who may get the information"), max=200)
    information = Picks(_l("What may be shared"), Information)
    purpose = Line(_l("Why"), max=500)
    expires_on = Day(_l("Until"))
    reason = Line(_l("If declined: why"), max=500)
    copy_given = Tick(_l("The client got a copy"))
    case = Ref(_l("For which program"))


class RevocationForm(Form):
    """How the client took a permission back."""

    how = Line(_l("How the client told us"), max=200, required=True, message=_l("Write how the client told us."))
