"""What a program asks at intake: kept by the administrator, answered person by person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.validators import ValidationError

from app.forms.base import Day, Form, Line, Pick, Whole
from app.models.caseload.poverty import LARGEST_HOUSEHOLD, PovertyArea
from app.models.intake.choices import Determination
from app.models.intake.consent import ConsentType
from app.models.intake.requirement import (
    OF_CRITERIA,
    OF_PAPERS,
    Answer,
    Requirement,
    RequirementKind,
    Standing,
)


class RequirementForm(Form):
    """One more line on a program's list."""

    kind = Pick(_l("What it is"), choices=RequirementKind, required=True, radio=True)
    text = Line(_l("In a few words"), max=200, required=True, message=_l("Write what is asked."))
    text_es = Line(_l("In Spanish, for the paper form"), max=200)
    poverty_limit = Whole(_l("Income up to this percentage of the poverty level"), min=1, max=1000)
    consent_type = Pick(_l("Answered by this permission"), choices=ConsentType, blank=_l("By none"))

    def validate_poverty_limit(self, field: Any) -> None:
        if field.data is not None and self.kind.data is RequirementKind.PAPER:
            raise ValidationError(_("Only a criterion has an income limit."))

    def validate_consent_type(self, field: Any) -> None:
        if field.data is not None and self.kind.data is RequirementKind.CRITERION:
            raise ValidationError(_("Only a paper is answered by a permission."))


class Dollars(Whole):
    """An amount in dollars, typed as `1,240`, `$1240` or `1240.50`; its data is in cents."""

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(value) for value in self.raw_data)
        return f"{self.data // 100:,}.{self.data % 100:02d}" if self.data is not None else ""

    def process_formdata(self, values: list[str]) -> None:
        text = values[0].strip().removeprefix("$").strip() if values else ""
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"([0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{2}))?", text)
        cents = int(found[1].replace(",", "")) * 100 + int(found[2] or 0) if found else -1
        if not self.min <= cents <= self.max:
            raise ValueError(_("Write an amount like 1,240 or 1240.50."))
        self.data = cents


class CriterionRow(Form):
    """Whether one criterion is met, and by what that was seen."""

    answer = Pick(_l("Answer"), choices=OF_CRITERIA, blank=_l("Not asked yet"))
    proof = Line(_l("Proof seen"), max=300)


class PaperRow(Form):
    """What became of one paper of the packet."""

    answer = Pick(_l("What became of it"), choices=OF_PAPERS, blank=_l("Not given yet"))
    on = Day(_l("Date on the paper"), past=True)
    reason = Line(_l("Why, if not signed"), max=500)
    expires_on = Day(_l("Exempt until"))

    def validate_reason(self, field: Any) -> None:
        if self.answer.data is Answer.EXEMPT and not field.data:
            raise ValidationError(_("Write why this paper can wait."))

    def validate_expires_on(self, field: Any) -> None:
        if self.answer.data is Answer.EXEMPT and field.data is None and not field.errors:
            raise ValidationError(_("Write until when it can wait."))


class AnswersForm(Form):
    """A form with one row for each of a program's requirements, whose words are the row's label."""

    ROW: type[Form]

    @classmethod
    def asking(cls, asked: Iterable[Requirement]) -> type[AnswersForm]:
        """The form for exactly these requirements."""
        rows = {f"line_{line.id}": FormField(cls.ROW, label=line.text) for line in asked}
        return type(cls.__name__, (cls,), {**rows, "__module__": cls.__module__, "asked": list(asked)})

    @classmethod
    def as_kept(cls, standing: Iterable[Standing], **kept: Any) -> AnswersForm:
        """The form as the record would fill it in."""
        names = list(cls.ROW())
        rows = {
            f"line_{one.requirement.id}": {field.name: getattr(one.given, field.name) for field in names}
            for one in standing
            if one.given is not None
        }
        return cls(data=rows | kept)

    @property
    def answers(self) -> list[tuple[Requirement, dict[str, Any]]]:
        """Every requirement that has an answer, with the keyword arguments of `RequirementAnswer.write`."""
        given = [(line, self[f"line_{line.id}"].form.data) for line in self.asked]
        return [(line, said) for line, said in given if said["answer"] is not None]

    asked: list[Requirement] = []


class EligibilityForm(AnswersForm):
    """Who lives in the household and what it has, the program's criteria, and what follows from them."""

    ROW = CriterionRow

    household_size = Whole(_l("People in the household"), min=1, max=LARGEST_HOUSEHOLD)
    monthly_income = Dollars(_l("Income of the household in a month, in dollars"), max=100_000_000)
    poverty_area = Pick(_l("Poverty level of"), choices=PovertyArea, required=True)
    determination = Pick(_l("Is the person eligible?"), choices=Determination, blank=_l("Not decided yet"), radio=True)

    HOUSEHOLD = _l("Household and income")
    BASIS = ("household_size", "monthly_income", "poverty_area", "determination")

    @property
    def basis(self) -> dict[str, Any]:
        """The keyword arguments of `Intake.determine`."""
        return {name: self[name].data for name in self.BASIS}


class PacketForm(AnswersForm):
    """The papers that everybody in the program gets."""

    ROW = PaperRow
