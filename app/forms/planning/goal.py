"""Forms of goals, objectives and steps: their text while the plan is a draft, and how they are coming along."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from app.forms.assessment.row import RowForm, Sentence
from app.forms.base import Day, Line, Pick, Ref, Text
from app.models.assessment.domain import Domain
from app.models.planning.goal import Actor, GoalStatus, Objective, StepStatus


class GoalForm(RowForm):
    """What the client wants; the fields of Plan.add_goal and Goal.reword."""

    statement = Line(
        _l("Goal, in a few plain words"), max=300, required=True, message=_l("Write the goal in a few plain words.")
    )
    own_words = Text(_l("In the client’s words"), max=1_000)
    domain = Pick(_l("Area of life"), choices=Domain, blank=_l("Choose an area"))
    target_on = Day(_l("Reach it by"))
    why = Text(_l("Why it matters"), max=1_000)
    baseline = Line(_l("How things are now"), max=300)
    measure = Line(_l("How we will know it is reached"), max=500)


class ObjectiveForm(RowForm):
    """A measurable part of a goal; the fields of Goal.add_objective and Objective.reword."""

    statement = Line(_l("Objective"), max=500, required=True, message=_l("Write what will be so."))
    measure = Line(_l("We will know it worked when"), max=500)
    due_on = Day(_l("By when"))


class StepForm(RowForm):
    """What somebody does, by when; the fields of Goal.add_step and Step.reword."""

    action = Sentence(_l("What will happen"), max=500, required=True, message=_l("Write what will happen."))
    actor = Pick(_l("Who"), choices=Actor, blank=_l("Not decided"))
    actor_name = Line(_l("Name"), max=160)
    due_on = Day(_l("By when"))
    objective_id = Ref(_l("Belongs to"), blank=_l("The goal itself"))

    def __init__(
        self, formdata: Any = None, *, client: str, worker: str, objectives: list[Objective], **given: Any
    ) -> None:
        super().__init__(formdata, **given)
        names = {Actor.CLIENT: client, Actor.CASEWORKER: worker}
        self.actor.choices = [SelectChoice("", _("Not decided"))] + [
            SelectChoice(actor.value, names.get(actor) or _(actor.label)) for actor in Actor
        ]
        self.objective_id.offer([(objective.id, objective.statement) for objective in objectives])

    def validate_actor_name(self, field: Line) -> None:
        """A name belongs to somebody."""
        if field.data and self.actor.data is None:
            raise ValidationError(_("Choose who this is: family or support, or another agency."))


class StepMarkForm(RowForm):
    """How a step is coming along; the fields of Step.mark."""

    status = Pick(_l("How it is coming along"), choices=StepStatus, required=True, radio=True)
    done_on = Day(_l("Done on"), past=True)
    barrier = Line(_l("What stands in the way"), max=500)


class GoalMarkForm(RowForm):
    """How a goal stands; the fields of Goal.mark."""

    status = Pick(_l("How the goal stands"), choices=GoalStatus, required=True)
    reason = Line(_l("Why"), max=500)
