"""Warning everybody who is about to contact a client, and ending the warning."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Ref, RefList, Text, Tick
from app.models.caseload.alert import AlertKind, AlertPriority


class AlertForm(Form):
    """What to look out for, what to do, and until when it holds."""

    kind = Pick(_l("Kind of alert"), choices=AlertKind, required=True, blank=_l("Choose one"))
    priority = Pick(_l("Priority"), choices=AlertPriority, required=True)
    what_to_do = Text(
        _l("What to do"), max=500, required=True, message=_l("Write what colleagues have to do, or not do.")
    )
    reason = Text(_l("Why"), max=500, required=True, message=_l("Write what the alert rests on."))
    review_on = Day(_l("Look at it again on"), required=True)
    client_aware = Tick(_l("The client knows about this alert"))
    case = Ref(_l("Who sees it"), blank=_l("Everybody who may open this record"))


class AlertReviewForm(Form):
    """An alert that was looked at and still holds."""

    priority = Pick(_l("Priority"), choices=AlertPriority, required=True)
    what_to_do = Text(
        _l("What to do"), max=500, required=True, message=_l("Write what colleagues have to do, or not do.")
    )
    reason = Text(_l("Why"), max=500, required=True, message=_l("Write what the alert rests on."))
    review_on = Day(_l("Look at it again on"), required=True)
    client_aware = Tick(_l("The client knows about this alert"))


class EndingForm(Form):
    """Why something that held does not hold any more."""

    reason = Line(_l("Why it ends"), max=500, required=True, message=_l("Write why it ends."))


class RestrictionForm(Form):
    """Who may open the record."""

    staff = RefList(_l("Who may open this record, besides you"))
