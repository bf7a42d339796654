"""Forms of a plan as a whole: its words and dates, needs set aside, services counted on, and the freeze."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.assessment.row import RowForm, Sentence
from app.forms.base import Day, Form, Line, Pick, Text, Tick
from app.models.assessment.domain import Domain
from app.models.planning.plan import NeedAnswer

PLAN_FORM = "words"


class PlanForm(Form):
    """The client's words and the dates; the fields of Plan.rewrite."""

    vision = Text(_l("In the client’s own words"))
    strengths = Text(_l("Strengths"))
    barriers = Text(_l("What makes it hard"))
    starts_on = Day(_l("Plan starts"), required=True)
    review_on = Day(_l("Next review"))
    ends_on = Day(_l("Plan ends"))
    warning_signs = Text(_l("Signs to watch for"))
    what_helps = Text(_l("What helps"))
    people_to_call = Text(_l("People to call"))
    exit_criteria = Text(_l("When we will be finished"))
    contingency = Text(_l("What we do if the plan stops working"))

    def __init__(self, formdata: Any = None, **given: Any) -> None:
        super().__init__(formdata, **given)
        for field in self:
            field.render_kw = {"form": PLAN_FORM}  # goals, with forms of their own, stand between these fields


class PlannedNeedForm(RowForm):
    """A need that is not worked on now, and why; the fields of Plan.set_aside."""

    domain = Pick(_l("Need"), choices=Domain, blank=_l("Choose a need"), required=True, message=_l("Choose a need."))
    answer = Pick(
        _l("What happens with it"), choices=NeedAnswer, blank=_l("Choose"), required=True, message=_l("Choose one.")
    )
    reason = Line(_l("Why not now"), max=500, required=True, message=_l("Write why it is not worked on now."))


class PlannedServiceForm(RowForm):
    """A service the plan counts on; the fields of Plan.count_on."""

    service = Line(_l("Service"), max=200, required=True, message=_l("Write which service."))
    provider = Line(_l("Who gives it"), max=200)
    phone = Line(_l("Phone"), max=40, kind="tel")
    frequency = Line(_l("How often"), max=120)
    starts_on = Day(_l("From when"))


class PlannedSupportForm(RowForm):
    """Somebody who supports the client; the fields of Plan.rely_on."""

    name = Line(_l("Who"), max=160, required=True, message=_l("Write who it is."))
    relation = Line(_l("Who they are to the client"), max=120)
    helps_with = Line(_l("What they help with"), max=300)


class FreezeForm(Form):
    """Making a version ready for signature; whoever goes on although something is missing says why."""

    leaving_open = Sentence(_l("Why the plan goes on without it"), max=500)
    representative = Tick(_l("A parent, guardian or legal representative signs too"))
    supervisor = Tick(_l("The supervisor signs too"))

    def __init__(self, formdata: Any = None, *, incomplete: bool, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.incomplete = incomplete

    def validate(self, extra_validators: Any = None) -> bool:
        """Something is missing: a reason is needed."""
        good = super().validate(extra_validators)
        if self.incomplete and not self.leaving_open.data:
            self.leaving_open.errors = [_("Add what is missing, or write why the plan goes on without it.")]
            return False
        return good
