"""What an administrator sets: the agency, its programs, its people."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.forms.agency.email import WorkEmail
from app.forms.base import Form, Line, Pick, Picks, RefList, Tick, Whole
from app.models.agency.agency import Openness, Required, SsnKept
from app.models.agency.user import Role
from app.models.caseload.poverty import PovertyArea
from app.models.caseload.program import Expected, Regime


class AgencyForm(Form):
    """What stands at the head of every paper, and how sign-in behaves."""

    name = Line(_l("Name of the agency"), max=160, required=True, message=_l("Write the agency’s name."))
    street = Line(_l("Street address"), max=200)
    city = Line(_l("City, state and ZIP"), max=200)
    phone = Line(_l("Phone"), max=40, kind="tel")
    zone = Line(_l("Time zone"), max=60, required=True)
    client_prefix = Line(_l("Letters before client numbers"), max=8, required=True)
    grievance_contact = Line(_l("Who takes complaints, with phone"), max=200)
    hotline = Line(_l("Local crisis line"), max=200)
    abuse_report_line = Line(_l("Line to report abuse"), max=200)
    openness = Pick(_l("Who may open a client’s record"), choices=Openness, required=True, radio=True)
    ssn = Pick(_l("Social Security numbers: what is kept"), choices=SsnKept, required=True)
    asks_gender = Tick(_l("Ask for gender identity"))
    poverty_area = Pick(_l("Poverty guidelines for"), choices=PovertyArea, required=True)
    idle_minutes = Whole(_l("Sign out after this many minutes without activity"), min=5, max=120, required=True)
    longest_hours = Whole(_l("Sign out after this many hours at the latest"), min=1, max=24, required=True)
    second_factor = Pick(_l("Who must sign in with a second factor"), choices=Required, required=True)
    draft_days = Whole(_l("Keep unsaved texts for this many days"), min=7, max=180, required=True)

    def __init__(self, *args: Any, without: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if not without:  # who leads must have one; only the demonstration begins without, and may stay so
            self.second_factor.withhold(Required.NOBODY)

    def validate_zone(self, field) -> None:
        if field.data and field.data not in available_timezones():
            raise ValidationError(_l("Write a time zone like America/New_York."))

    def validate_client_prefix(self, field) -> None:
        if field.data and not (field.data.isascii() and field.data.isalpha()):
            raise ValidationError(_l("Use letters only, like HR."))


class ProgramForm(Form):
    """A program and its clocks."""

    name = Line(_l("Name of the program"), max=120, required=True, message=_l("Write the program’s name."))
    regime = Pick(_l("Confidentiality"), choices=Regime, required=True)
    funders = Line(_l("Funders"), max=300)
    review_days = Whole(_l("Days until a plan is reviewed"), min=1, max=730, required=True)
    referral_days = Whole(_l("Days until a referral is followed up"), min=1, max=365, required=True)
    contact_days = Whole(_l("Days without contact before we ask why"), min=1, max=365, required=True)
    expects = Picks(_l("What its funders ask of each client"), Expected)
    urgent_days = Whole(_l("Business days until somebody acts on an urgent inquiry"), min=1, max=30, required=True)
    first_contact_days = Whole(
        _l("Business days until the first contact after a referral"), min=1, max=60, required=True
    )
    intake_days = Whole(_l("Days until an intake is complete"), min=1, max=365, required=True)
    retired = Tick(_l("Takes no more cases"))
    reason = Line(_l("Why the confidentiality becomes looser"), max=500)


class InvitationForm(Form):
    """Whom to invite, and as what."""

    name = Line(_l("Name"), max=120, required=True, message=_l("Write the person’s name."))
    email = WorkEmail(message=_l("Write the person’s e-mail address."))
    title = Line(_l("Job title"), max=120)
    role = Pick(_l("Role"), choices=Role, required=True, message=_l("Choose a role."))
    programs = RefList(_l("Works in these programs"))
    by_mail = Tick(_l("Send the link by e-mail too"))


class UserForm(Form):
    """What may be changed about a member of staff."""

    name = Line(_l("Name"), max=120, required=True)
    email = WorkEmail(message=_l("Write the person’s e-mail address."))
    title = Line(_l("Job title"), max=120)
    credentials = Line(_l("Credentials, as they stand under a signature"), max=120)
    phone = Line(_l("Phone"), max=40, kind="tel")
    role = Pick(_l("Role"), choices=Role, required=True)
    programs = RefList(_l("Works in these programs"))
