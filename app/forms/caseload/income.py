"""What a person lives on, as of a day."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app import clock
from app.forms.base import Day, Form, Line, Money, Pick, Picks, Text, Whole
from app.models.caseload.answer import Answer
from app.models.caseload.income import Benefit, IncomeAmount, IncomeRecord, IncomeSource, Insurance
from app.models.caseload.poverty import LARGEST_HOUSEHOLD

AMOUNTS = {source: f"amount_{source.value}" for source in IncomeSource}


class IncomeForm(Form):
    """Income by source, help that is not cash, insurance, and the household it has to do for."""

    as_of_on = Day(_l("As of"), required=True, past=True)
    income = Pick(_l("Any income"), choices=Answer, required=True)
    named = Line(_l("Which other source"), max=100)
    household_size = Whole(_l("People in the household"), min=1, max=LARGEST_HOUSEHOLD)
    household_cents = Money(_l("Income of the whole household, a month"))
    benefits = Pick(_l("Any help that is not cash"), choices=Answer, required=True)
    benefit_kinds = Picks(_l("Which help"), Benefit)
    insurance = Pick(_l("Any health insurance"), choices=Answer, required=True)
    insurance_kinds = Picks(_l("Which insurance"), Insurance)
    note = Text(_l("Note"), max=500)

    @classmethod
    def of(cls, newest: IncomeRecord | None) -> IncomeForm:
        """The form for a new statement, as of today, begun with what the newest one says."""
        unsaid = {name: Answer.NOT_COLLECTED for name in ("income", "benefits", "insurance")}
        known = {name: getattr(newest, name) for name in cls.CARRIED} if newest is not None else {}
        amounts = {AMOUNTS[amount.source]: amount.cents for amount in newest.amounts} if newest is not None else {}
        other = next((a.named for a in newest.amounts if a.named), None) if newest is not None else None
        return cls(data=unsaid | known | amounts | {"named": other, "as_of_on": clock.today()})

    CARRIED = (
        "income",
        "benefits",
        "benefit_kinds",
        "insurance",
        "insurance_kinds",
        "household_size",
        "household_cents",
    )

    @property
    def amounts(self) -> list[Any]:
        """The fields of the amounts, source by source."""
        return [self[name] for name in AMOUNTS.values()]

    def validate_income(self, field: Any) -> None:
        given = [one for one in self.amounts if one.data is not None]
        if any(one.errors for one in self.amounts) or field.errors:
            return
        if field.data is Answer.YES and not given:
            raise ValidationError(_("Write at least one amount below, or change the answer “Yes”."))
        if field.data is not Answer.YES and given:
            raise ValidationError(_("Amounts are written below. Answer “Yes”, or take them out."))

    def validate_benefit_kinds(self, field: Any) -> None:
        _check_fits(self.benefits, field)

    def validate_insurance_kinds(self, field: Any) -> None:
        _check_fits(self.insurance, field)

    def validate_named(self, field: Any) -> None:
        if field.data and self[AMOUNTS[IncomeSource.OTHER]].data is None and not field.errors:
            raise ValidationError(_("Write the amount from the other source, or take this out."))

    @property
    def statement(self) -> dict[str, Any]:
        """The keyword arguments of `IncomeRecord.write_down`."""
        apart = {"named", *AMOUNTS.values()}
        found = [(source, self[name].data) for source, name in AMOUNTS.items() if self[name].data is not None]
        return {name: value for name, value in self.data.items() if name not in apart} | {
            "amounts": [
                IncomeAmount(
                    source=source, cents=cents, named=self.named.data if source is IncomeSource.OTHER else None
                )
                for source, cents in found
            ]
        }


for _source, _name in AMOUNTS.items():
    setattr(IncomeForm, _name, Money(_l(_source.label)))


def _check_fits(answer: Any, which: Any) -> None:
    """“Yes” says which, and nothing else does."""
    if which.errors or answer.errors:
        return
    if answer.data is Answer.YES and not which.data:
        raise ValidationError(_("Say which, or change the answer “Yes”."))
    if answer.data is not Answer.YES and which.data:
        raise ValidationError(_("Answer “Yes” above, or take this out."))


class IncomeErrorForm(Form):
    """Why a statement should not be on file."""

    reason = Line(_l("What is wrong with it"), max=500, required=True, message=_l("Write what is wrong with it."))
