"""Writing down that something was told outside of the program, and asking for an accounting."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Clock, Day, Form, Line, Pick, Picks, Ref, Text
from app.models.intake.consent_terms import Information
from app.models.intake.disclosure import Basis, DisclosureMethod


class DisclosureForm(Form):
    """When, what, to whom, by what right, what for."""

    happened_on = Day(_l("When"), required=True, past=True, message=_l("Write the day on which it was shared."))
    recipient = Line(_l("Who got it"), max=200, required=True, message=_l("Write who got the information."))
    recipient_address = Line(_l("Their address"), max=300)
    method = Pick(_l("How"), choices=DisclosureMethod, required=True, blank=_l("Choose one"))
    what = Text(_l("What was shared"), max=2000, required=True, message=_l("Write in a few words what was shared."))
    purpose = Text(_l("What for"), max=1000, required=True, message=_l("Write in a few words what it was for."))
    basis = Pick(_l("Why it was allowed"), choices=Basis, required=True, radio=True)
    consent = Ref(_l("Which permission"), blank=_l("None"))
    information = Picks(_l("Which kinds of information were shared"), Information)
    happened_at = Clock(_l("At what time"))
    case = Ref(_l("In which case"), blank=_l("Choose one"), required=True, message=_l("Choose the case it belongs to."))


class DisclosureMistakeForm(Form):
    """Why a disclosure should not be on record."""

    reason = Line(_l("What is wrong"), max=500, required=True, message=_l("Write what is wrong with it."))


class PeriodForm(Form):
    """From one day to another."""

    from_on = Day(_l("From"))
    to_on = Day(_l("To"))
