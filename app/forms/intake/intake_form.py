"""How the blank intake form is wanted."""

from flask_babel import lazy_gettext as _l

from app.forms.base import Form, Pick
from app.models.base import N_, Choice
from app.models.caseload.client import PrintFormat


class PaperLanguage(Choice):
    """The languages in which papers have been written."""

    ENGLISH = "en", N_("English")
    SPANISH = "es", N_("Spanish")


class PaperForm(Form):
    """In which language, and in which size of print."""

    language = Pick(_l("Language"), choices=PaperLanguage, blank=_l("English"))
    size = Pick(_l("Print"), choices=PrintFormat, blank=_l("Standard print (12 pt)"))
