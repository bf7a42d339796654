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
from app.models.planning.plan import IN_FORCE, Plan, PlannedNeed, PlannedService, PlannedSupport
from app.models.planning.signature import CLIENT_SIDE, Signature, SignatureOutcome

GOALS, OBJECTIVES, STEPS, NEEDS, SERVICES, SUPPORTS, SIGNATURES = range(7)


def read_parts(plan: Plan) -> None:
    """Read all that a version is made of in one query, one row per part, however many goals and steps there are."""
    db.session.scalars(_with_parts(Plan.id == plan.id).options(load_only(Plan.id, Plan.version))).unique().all()


def read_in_force(case_id: int) -> Plan | None:
    """The version that holds now with all its parts, in one query; None when none does."""
    holds = sa.and_(Plan.case_id == case_id, Plan.status.in_(IN_FORCE))
    return db.session.scalars(_with_parts(holds)).unique().one_or_none()


def read_last_signed(plan: Plan) -> Plan | None:
    """The newest version before this one that the client's side signed, with all its parts; two queries at most.

    That is the copy the client holds. A version that was declined, or never came back, is not one.
    """
    signed = sa.exists().where(
        Signature.plan_id == Plan.id,
        Signature.role.in_(CLIENT_SIDE),
        Signature.outcome == SignatureOutcome.SIGNED,
    )
    newest = Plan.of_case(plan.case_id).where(Plan.number < plan.number, signed).with_only_columns(Plan.id).limit(1)
    id = db.session.scalar(newest) if plan.number > 1 else None
    return db.session.scalars(_with_parts(Plan.id == id)).unique().one() if id is not None else None


def signed_by_client_on(plan: Plan) -> date | None:
    """The last day that stands beside a signature of the client's side; nothing while there is none."""
    days = [s.signed_on for s in plan.signatures if s.role in CLIENT_SIDE and s.signed_on is not None]
    return max(days, default=None)


def _with_parts(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A version, joined with the numbers of the kinds of its parts, and to each number the parts of that kind."""
    part = sa.union_all(*(sa.select(sa.literal(kind).label("kind")) for kind in range(7))).subquery("part").c.kind

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
        .outerjoin(PlannedSupport, of(SUPPORTS, PlannedSupport.plan_id == Plan.id))
        .outerjoin(Signature, of(SIGNATURES, Signature.plan_id == Plan.id))
        .where(condition)
        .order_by(
            part,
            Goal.position,
            Objective.position,
            Step.position,
            PlannedNeed.id,
            PlannedService.position,
            PlannedSupport.position,
            Signature.id,
        )
        .options(
            contains_eager(Plan.goals).options(contains_eager(Goal.objectives), contains_eager(Goal.steps)),
            contains_eager(Plan.planned_needs),
            contains_eager(Plan.planned_services),
            contains_eager(Plan.supports),
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
