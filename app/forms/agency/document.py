"""Adding a file to a client's record."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField

from app.forms.base import Form, Line, Pick, Ref
from app.models.agency.document import DocumentKind


class DocumentForm(Form):
    """A file, what it is, and what to call it."""

    file = FileField(_l("File"))
    kind = Pick(_l("Kind"), choices=DocumentKind, required=True, blank=_l("Choose one"), message=_l("Say what it is."))
    title = Line(
        _l("What to call it"), max=200, required=True, message=_l("Write a few words, such as “Pay stubs, October”.")
    )
    case = Ref(_l("Who finds it"), blank=_l("Everybody who may open this record"))
