"""What the front desk writes down: somebody called or came, and what the worker is to do about it."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Text
from app.models.monitoring.note import Attendance, Method


class ContactForm(Form):
    """A contact in a few words, and a task for the caseworker if there is one."""

    happened_on = Day(_l("When"), required=True, past=True, message=_l("Write the day."))
    method = Pick(_l("How"), choices=Method, required=True, message=_l("Choose how."))
    attendance = Pick(_l("What came of it"), choices=Attendance, required=True)
    text = Text(_l("What was said, in a few words"), max=1000, required=True, message=_l("Write what was said."))
    ask = Line(_l("What the caseworker is to do"), max=300)
    due_on = Day(_l("By when"))
