"""Reading a whole version, or every version, takes one query however large it is."""

from __future__ import annotations

import contextlib

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.agency.document import Document, DocumentKind, Paper, PaperKind
from app.models.assessment.domain import Domain
from app.models.planning.goal import Actor
from app.models.planning.plan import NeedAnswer, Plan
from app.models.planning.reading import chosen_of, read_around, read_needs, read_parts, versions_of
from tests.models.planning.builders import draft, in_force


@contextlib.contextmanager
def queries():
    """The SELECTs that run meanwhile."""
    said: list[str] = []

    def count(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    yield said
    sa.event.remove(db.engine, "before_cursor_execute", count)


@pytest.mark.parametrize(("goals", "steps"), [(0, 0), (1, 1), (20, 10)])
def test_all_parts_of_a_version_come_in_one_query(session, cast, goals, steps):
    plan = draft(cast, goals=goals, steps=steps)
    plan.count_on(by=cast.ana, service="Law clinic")
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="Later")
    session.commit()
    id = plan.id
    session.expunge_all()
    plan = session.get_one(Plan, id)
    with queries() as said:
        read_parts(plan)
        found = [[step.action for step in goal.steps] for goal in plan.goals]
        nothing = [goal.objectives for goal in plan.goals]
        rest = (len(plan.planned_needs), len(plan.planned_services), plan.signatures)
    assert len(said) == 1
    assert found == [[f"Step {g}.{s}" for s in range(1, steps + 1)] for g in range(1, goals + 1)]
    assert nothing == [[]] * goals and rest == (1, 1, [])


def test_objectives_and_signatures_are_read_too(session, cast):
    plan = draft(cast, goals=2)
    goal = plan.goals[1]
    second = goal.add_objective(by=cast.ana, statement="Second")
    first = goal.add_objective(by=cast.ana, statement="Third")
    session.flush()
    goal.add_step(by=cast.ana, action="Under", actor=Actor.CLIENT, objective=second)
    session.commit()
    id, second_id, first_id = plan.id, second.id, first.id
    session.expunge_all()
    plan = session.get_one(Plan, id)
    with queries() as said:
        read_parts(plan)
        read_around(plan)
        read_needs(plan)
        goal = plan.goals[1]
        assert [o.id for o in goal.objectives] == [second_id, first_id]
        assert [s.action for s in goal.steps_of(goal.objectives[0])] == ["Under"]
        assert [s.action for s in goal.loose_steps] == ["Step 2.1", "Step 2.2"]
        assert plan.case.client.first == "Rosa" and plan.case.worker.first_name == "Ana"
        assert [need.domain for need in plan.unanswered_needs] == [Domain.FINANCIAL]
    assert len(said) == 3, "\n".join(s[s.index("FROM") :][:90] for s in said)


def test_the_versions_come_with_paper_scan_and_day_of_signature(session, cast):
    first = in_force(cast)
    Paper.issue(
        case=cast.case, by=cast.ana, kind=PaperKind.SERVICE_PLAN, number=1, title="x", particulars={}, code="SP-1",
        plan_id=first.id,
    )  # fmt: skip
    Document.add(
        client=cast.rosa, case=cast.case, plan=first, by=cast.ana, kind=DocumentKind.SIGNED_PLAN, title="x",
        file_name="x.pdf", content=b"%PDF-", media_type="application/pdf",
    )  # fmt: skip
    first.revise(by=cast.ana)
    session.commit()
    with queries() as said:
        versions = versions_of(cast.case.id)
    assert len([s for s in said if "FROM plan" in s or 'FROM "plan"' in s]) == 1
    assert [version.plan.number for version in versions] == [2, 1]
    newest, oldest = versions
    assert (newest.paper_id, newest.scan_id, newest.signed_on) == (None, None, None)
    assert oldest.paper_id and oldest.scan_id and oldest.signed_on == first.signatures[0].signed_on
    assert chosen_of(versions) is oldest


def test_without_a_version_in_force_the_newest_is_shown(session, cast):
    plan = draft(cast)
    assert chosen_of(versions_of(cast.case.id)).plan is plan
    assert chosen_of([]) is None
