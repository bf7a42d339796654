"""Reading plans as pages need them: everything of one version, and every version of a case, in one query each."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload, load_only
from sqlalchemy.orm.attributes import set_committed_value

from app.extensions import db
from app.models.agency.document import Document, Paper, PaperKind
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment
from app.models.caseload.case import Assignment, Case
from app.models.planning.goal import Goal, Objective, Step
from app.models.planning.plan import IN_FORCE, Plan, PlannedNeed, PlannedService
from app.models.planning.signature import CLIENT_SIDE, Signature

GOALS, OBJECTIVES, STEPS, NEEDS, SERVICES, SIGNATURES = range(6)


def read_parts(plan: Plan) -> None:
    """Read all that a version is made of in one query, one row per part, however many goals and steps there are."""
    db.session.scalars(_with_parts(Plan.id == plan.id).options(load_only(Plan.id, Plan.version))).unique().all()


def read_in_force(case_id: int) -> Plan | None:
    """The version that holds now with all its parts, in one query; None when none does."""
    holds = sa.and_(Plan.case_id == case_id, Plan.status.in_(IN_FORCE))
    return db.session.scalars(_with_parts(holds)).unique().one_or_none()


def _with_parts(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A version, joined with the numbers of the kinds of its parts, and to each number the parts of that kind."""
    part = sa.union_all(*(sa.select(sa.literal(kind).label("kind")) for kind in range(6))).subquery("part").c.kind

    def of(kind: int, is_its: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.and_(part == kind, is_its)

    return (
        sa.select(Plan)
        .join(part.table, sa.true())
        .outerjoin(Goal, sa.and_(part.in_([GOALS, OBJECTIVES, STEPS]), Goal.plan_id == Plan.id))
        .outerjoin(Objective, of(OBJECTIVES, Objective.goal_id == Goal.id))
        .outerjoin(Step, of(STEPS, Step.goal_id == Goal.id))
        .outerjoin(PlannedNeed, of(NEEDS, PlannedNeed.plan_id == Plan.id))
        .outerjoin(PlannedService, of(SERVICES, PlannedService.plan_id == Plan.id))
        .outerjoin(Signature, of(SIGNATURES, Signature.plan_id == Plan.id))
        .where(condition)
        .order_by(
            part,
            Goal.position,
            Objective.position,
            Step.position,
            PlannedNeed.id,
            PlannedService.position,
            Signature.id,
        )
        .options(
            contains_eager(Plan.goals).options(contains_eager(Goal.objectives), contains_eager(Goal.steps)),
            contains_eager(Plan.planned_needs),
            contains_eager(Plan.planned_services),
            contains_eager(Plan.signatures),
        )
    )


def read_around(plan: Plan) -> None:
    """Read the case a version belongs to, with its client, program and workers, in one query."""
    worker = joinedload(Case.assignments).joinedload(Assignment.user).options(lazyload(User.memberships))
    case = db.session.scalars(sa.select(Case).where(Case.id == plan.case_id).options(worker)).unique().one()
    set_committed_value(plan, "case", case)


def read_needs(plan: Plan) -> None:
    """Read the assessment behind a version, with its ratings, in one query."""
    if plan.assessment_id is not None:
        query = sa.select(Assessment).where(Assessment.id == plan.assessment_id).options(joinedload(Assessment.needs))
        set_committed_value(plan, "assessment", db.session.scalars(query).unique().one())


class Version(NamedTuple):
    """One version in a case's list: the ids of its paper and of its scan, and when the client signed."""

    plan: Plan
    paper_id: int | None
    scan_id: int | None
    signed_on: date | None


def versions_of(case_id: int) -> list[Version]:
    """Every version of a case's plan, newest first, without the discarded ones, in one query."""
    paper = sa.select(sa.func.max(Paper.id)).where(Paper.plan_id == Plan.id, Paper.kind == PaperKind.SERVICE_PLAN)
    scan = sa.select(sa.func.max(Document.id)).where(Document.plan_id == Plan.id)
    signed = sa.select(sa.func.max(Signature.signed_on)).where(
        Signature.plan_id == Plan.id, Signature.role.in_(CLIENT_SIDE)
    )
    columns = [query.scalar_subquery() for query in (paper, scan, signed)]
    rows = db.session.execute(Plan.of_case(case_id).add_columns(*columns))
    return [Version(*row) for row in rows]


def chosen_of(versions: list[Version]) -> Version | None:
    """The version to show first: the one in force, else the newest."""
    return next((version for version in versions if version.plan.holds), versions[0] if versions else None)
