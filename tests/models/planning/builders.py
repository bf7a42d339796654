"""Plans as far as a test needs them, made through the verbs: a draft, one that waits for signatures, one in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.extensions import db
from app.models.assessment.assessment import Assessment, AssessmentType
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.planning.goal import Actor
from app.models.planning.plan import Agreement, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole
from tests.cast import Cast


def assessed(cast: Cast, *, sign: bool = True) -> Assessment:
    """Rosa's first assessment: no home, little money, food is no need."""
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    assessment.rate(
        Domain.HOMELESSNESS,
        by=cast.ana,
        level=Level.CRISIS,
        status=NeedStatus.UNMET,
        priority=1,
        situation="A sister’s floor",
    )
    assessment.rate(Domain.FINANCIAL, by=cast.ana, level=Level.VULNERABLE, status=NeedStatus.UNMET, priority=2)
    assessment.rate(Domain.FOOD, by=cast.ana, level=Level.STABLE, status=NeedStatus.NONE)
    assessment.describe(
        by=cast.ana, summary="Needs a home.", strengths="Patient", own_goals="A quiet home.", sources=["interview"]
    )
    if sign:
        assessment.sign(by=cast.ana)
    db.session.commit()
    return assessment


def draft(cast: Cast, *, goals: int = 1, steps: int = 2) -> Plan:
    """A draft in which nothing that is needed is missing, with a signed assessment behind it."""
    if Assessment.latest_signed(cast.case) is None:
        assessed(cast)
    plan = Plan.begin(cast.case, by=cast.ana)
    for number in range(1, goals + 1):
        goal = plan.add_goal(
            by=cast.ana,
            statement=f"Goal number {number}",
            own_words="A door I can lock",
            domain=Domain.HOMELESSNESS,
            measure="a lease",
            target_on=clock.today() + timedelta(days=90),
        )
        for place in range(1, steps + 1):
            due_on = clock.today() + timedelta(days=place)
            goal.add_step(by=cast.ana, action=f"Step {number}.{place}", actor=Actor.CLIENT, due_on=due_on)
    db.session.commit()
    return plan


def ready(cast: Cast, **how: Any) -> Plan:
    """A version that waits for signatures."""
    plan = draft(cast, **how)
    plan.freeze(by=cast.ana, leaving_open="Rosa wants to begin with the home.")
    db.session.commit()
    return plan


def signature(role: SignerRole, name: str, **other: Any) -> Signature:
    """A signature in ink, today, unless said otherwise."""
    values: dict[str, Any] = {
        "outcome": SignatureOutcome.SIGNED,
        "method": SignatureMethod.INK,
        "signed_on": clock.today(),
    }
    return Signature(role=role, printed_name=name, **values | other)


def sign(plan: Plan, cast: Cast, **client: Any) -> Plan:
    """Record that Rosa (how she did is in `client`) and Ana signed."""
    plan.record_signatures(
        by=cast.ana,
        signatures=[
            signature(SignerRole.CLIENT, "Rosa Díaz", **client),
            signature(SignerRole.CASEWORKER, "Ana Reyes"),
        ],
        agreement=Agreement.AGREES,
        took_part=True,
        chose_services=True,
    )
    db.session.commit()
    return plan


def in_force(cast: Cast, **how: Any) -> Plan:
    """A version that both signed."""
    return sign(ready(cast, **how), cast)
