"""The blank intake form asks what the screens ask, in both languages, and says nothing about anybody."""

from __future__ import annotations

import pytest

from app.documents import intake_labels, labels
from app.documents.intake_form_paper import particulars
from app.documents.rendering import render
from app.documents.sentences import written
from app.extensions import db
from app.forms.intake.blank import questions
from app.forms.intake.inquiry import InquiryForm
from app.models.caseload.client import PrintFormat
from app.models.caseload.program import Program, Regime
from app.models.intake.requirement import Requirement, RequirementKind
from tests.documents import pdfs


@pytest.fixture
def asking(app):
    with app.test_request_context("/"):
        yield questions()


def said(sections) -> list[str]:
    """Every label of the form: titles, questions and options."""
    asked = [one for section in sections for row in section["rows"] for one in row["questions"]]
    options = [option["label"] for one in asked for option in one["options"]]
    return [section["title"] for section in sections if section["title"]] + [one["label"] for one in asked] + options


def test_every_field_of_the_inquiry_is_asked_on_the_screen_and_on_paper_once(app, asking):
    in_sections = [name for section in InquiryForm.SECTIONS for name in section.names]
    with app.test_request_context("/"):
        names = [field.name for field in InquiryForm()]
    assert sorted(in_sections) == sorted(set(names) - {"birth_quality"}), (
        "how sure a date is follows from how it is written"
    )
    on_paper = [one["label"] for section in asking for row in section["rows"] for one in row["questions"]]
    with app.test_request_context("/"):
        form = InquiryForm()
        assert {str(form[name].label.text) for name in in_sections if name != "program"} <= set(on_paper)


def test_every_question_has_its_spanish_and_no_label_is_left_over(asking):
    known = {message.id for message in written("es") if message.string}
    assert [label for label in said(asking) if label not in known] == []
    assert set(intake_labels.LABELS) - set(said(asking)) == set(), "asked no more: take them out"
    assert not set(intake_labels.LABELS) & set(labels.LABELS)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [PrintFormat.STANDARD, PrintFormat.LARGE])
def test_the_whole_form_is_printed_accessibly_with_the_programs_own_list(cast, session, asking, language, size):
    for kind, text, text_es in (
        (RequirementKind.CRITERION, "Lives in the county", "Vive en el condado"),
        (RequirementKind.PAPER, "House rules", None),
    ):
        Requirement.add(cast.family, by=cast.ada, kind=kind, text=text, text_es=text_es)
    db.session.flush()
    asked = list(db.session.scalars(Requirement.of(cast.family)))
    pdf = render(particulars(cast.family, asked, questions=asking, language=language, size=size))
    text = pdfs.text(pdf)
    assert pdfs.faults(pdf) == []
    assert ("Vive en el condado" if language == "es" else "Lives in the county") in text and "House rules" in text
    assert ("¿Está usted a salvo" if language == "es" else "Are you safe right now?") in text
    assert "Family stability" in text and min(pdfs.sizes(pdf)) >= (12 if size is PrintFormat.STANDARD else 18)


def test_a_sealed_programs_form_does_not_name_it(cast, session, asking):
    sealed = Program.add(by=cast.ada, name="Quiet recovery", regime=Regime.PART_2)
    db.session.flush()
    assert particulars(sealed, [], questions=asking)["program"] == ""
