"""A case with a past, for the tests of its ending: a signed assessment, a plan in force, contacts, referrals, tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, AssessmentType
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.caseload.case import Case
from app.models.closing.closure import Closure, ClosureReason, Completion, OutcomeOfGoal, Planned
from app.models.planning.goal import Actor
from app.models.planning.plan import Agreement, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole

GOALS = ("A safe home of our own", "Steady income")


def days(number: int) -> timedelta:
    return timedelta(days=number)


def assess(case: Case, *, by: User, type: AssessmentType = AssessmentType.INITIAL, **levels: Level) -> Assessment:
    """A signed assessment with these levels by domain."""
    assessment = Assessment.begin(case, by=by, type=type)
    for name, level in levels.items():
        assessment.rate(Domain(name), by=by, status=NeedStatus.UNMET, level=level)
    assessment.describe(by=by, summary="Talked for an hour.", sources=["interview"])
    assessment.sign(by=by)
    return assessment


def plan_in_force(case: Case, *, by: User, goals: tuple[str, ...] = GOALS) -> Plan:
    """A plan with these goals, signed today by client and caseworker."""
    plan = Plan.begin(case, by=by)
    for statement in goals:
        goal = plan.add_goal(by=by, statement=statement, domain=Domain.FINANCIAL)
        goal.add_step(by=by, action=f"First step to {statement}", actor=Actor.CLIENT, due_on=clock.today() + days(5))
    sign(plan, by=by)
    return plan


def sign(plan: Plan, *, by: User) -> None:
    """Freeze a draft and record both signatures."""
    plan.freeze(by=by, leaving_open="The rest comes at the review.")
    plan.record_signatures(
        by=by,
        signatures=[_signature(SignerRole.CLIENT, "Rosa Díaz"), _signature(SignerRole.CASEWORKER, by.name)],
        agreement=Agreement.AGREES,
        took_part=True,
        chose_services=True,
        copy_given_on=clock.today(),
    )


def _signature(role: SignerRole, name: str) -> Signature:
    return Signature(
        role=role,
        printed_name=name,
        outcome=SignatureOutcome.SIGNED,
        method=SignatureMethod.INK,
        signed_on=clock.today(),
    )


def written(**changes: Any) -> dict[str, Any]:
    """What a closing needs besides its goals, as keyword arguments of `rewrite`."""
    return {
        "reason": ClosureReason.GOALS_COMPLETED,
        "rationale": "Rosa reached what she set out to do.",
        "planned": Planned.PLANNED,
        "completion": Completion.COMPLETED,
        "closed_on": clock.today(),
        "aftercare": "Parent group, 14 Mill Lane, 410-555-0155, Thursdays 6 to 8 pm",
        "way_back": "Call 555-0100 and say that you were here before.",
        **changes,
    }


def write(closure: Closure, *, by: User, outcome: OutcomeOfGoal | None = OutcomeOfGoal.MET, **changes: Any) -> None:
    """Fill a closing in; every goal gets the same outcome."""
    outcomes = {goal.goal_id: (outcome, "A letter in the file.") for goal in closure.judged_goals()}
    closure.rewrite(by=by, goal_outcomes=outcomes, **written(**changes))


def closed(case: Case, *, by: User, approver: User) -> Closure:
    """The case, closed."""
    closure = Closure.begin(case, by=by)
    write(closure, by=by)
    closure.submit(by=by)
    closure.approve(by=approver)
    return closure
