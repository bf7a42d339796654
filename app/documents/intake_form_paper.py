"""The blank intake form: a screen's questions on paper, to be filled in by hand. It is about nobody, and is not kept."""

from __future__ import annotations

from typing import Any

from app.documents import heading
from app.documents.particulars import blank, check
from app.models.caseload.client import PrintFormat
from app.models.caseload.program import Program
from app.models.intake.requirement import Requirement, RequirementKind


def particulars(
    program: Program,
    asked: list[Requirement],
    *,
    questions: list[dict[str, Any]],
    language: str = "en",
    size: PrintFormat = PrintFormat.STANDARD,
) -> dict[str, Any]:
    """What stands on the blank form of a program: `questions` of the screen's form, and the program's own list.

    A sealed program's name is left out: filled in, the paper would tell what somebody is helped with.
    """
    paper = blank("intake_form") | heading.issued()
    paper |= {
        "language": language,
        "size": heading.SIZES[size],
        "program": "" if program.regime.sealed else program.name,
        "sections": questions,
        "criteria": _words(asked, RequirementKind.CRITERION, language),
        "papers": _words(asked, RequirementKind.PAPER, language),
    }
    check(paper)
    return paper


def _words(asked: list[Requirement], kind: RequirementKind, language: str) -> list[str]:
    return [line.in_language(language) for line in asked if line.kind is kind]
