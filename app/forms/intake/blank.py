"""The intake on paper: the questions of the screens' own forms, in their own order, so that the two cannot drift apart."""

from __future__ import annotations

from typing import Any

import wtforms

from app.forms.base import Form, Pick, Picks, Ref, Text, Tick
from app.forms.intake.inquiry import InquiryForm, Section
from app.forms.intake.intake import IntakeForm
from app.forms.intake.requirement import EligibilityForm

# What the inquiry asks, then what its own form and the intake's add to it. The program stands at the head of the paper.
PAGES: list[tuple[type[Form], tuple[Section, ...]]] = [
    (InquiryForm, InquiryForm.SECTIONS),
    (IntakeForm, (Section("", (("other_agencies",),)),)),
    (EligibilityForm, (Section(EligibilityForm.HOUSEHOLD, (("household_size", "monthly_income"),)),)),
]


def questions() -> list[dict[str, Any]]:
    """The sections of the blank form: title and rows of questions, each with its label, kind and options, in English."""
    return [
        {"title": str(section.title), "rows": rows}
        for form, sections in PAGES
        for section in sections
        if (rows := _rows(form(), section))
    ]


def _rows(form: Form, section: Section) -> list[dict[str, Any]]:
    rows = [[_question(form[name]) for name in row if not isinstance(form[name], Ref)] for row in section.rows]
    return [{"questions": row} for row in rows if row]


def _question(field: wtforms.Field) -> dict[str, Any]:
    options: list[str] = []
    if isinstance(field, Pick | Picks):
        options = [member.label for member in field.members]
    elif isinstance(field, Tick):
        options = [str(field.label.text)]
    kind = "text" if isinstance(field, Text) else "line"
    return {"label": str(field.label.text), "kind": kind, "options": [{"label": one} for one in options]}
