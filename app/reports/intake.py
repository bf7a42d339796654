"""What stands on an intake's page besides its form: how the program's requirements stand, what is missing, what was decided."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.case import Case
from app.models.intake.intake import Intake, IntakeDecision, Lack
from app.models.intake.requirement import RequirementKind, Standing, standing_in


@dataclass(frozen=True)
class Folder:
    """Everything about an intake that is not in its own fields."""

    standing: list[Standing]
    missing: list[Lack]
    decisions: list[IntakeDecision]

    @property
    def criteria(self) -> list[Standing]:
        return [line for line in self.standing if line.requirement.kind is RequirementKind.CRITERION]

    @property
    def papers(self) -> list[Standing]:
        return [line for line in self.standing if line.requirement.kind is RequirementKind.PAPER]


def intake_in(case: Case) -> Intake | None:
    """The intake of a case with its decisions and who made them, in one query; None where none is saved."""
    query = (
        sa.select(Intake)
        .where(Intake.case_id == case.id)
        .options(
            joinedload(Intake.decisions).joinedload(IntakeDecision.by).options(lazyload(User.memberships)),
        )
    )
    return db.session.scalars(query).unique().one_or_none()


def folder_of(intake: Intake) -> Folder:
    """The folder of an intake; of one that is not saved yet only what its own fields lack."""
    if intake.id is None:
        return Folder([], intake.missing([]), [])
    standing = standing_in(intake.case)
    return Folder(standing, intake.missing(standing) if intake.decidable else [], intake.decisions)
