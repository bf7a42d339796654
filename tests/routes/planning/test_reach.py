"""Who reaches the needs and the plan: every endpoint, every method, whole page and part of a page."""

from __future__ import annotations

import pytest

from app.extensions import db
from app.models.assessment.domain import Domain
from app.models.planning.plan import NeedAnswer
from tests.models.planning.builders import draft

OURS = {
    "assessments", "assessment_signatures", "needs", "no_needs", "plans", "goals", "objectives", "steps", "goal_moves",
    "step_moves", "goal_marks", "step_marks", "planned_needs", "planned_services", "planned_supports", "freezings", "previews",
    "signatures",
}  # fmt: skip
ONE_OF = {
    "assessments": "assessment", "needs": "need", "plans": "plan", "goals": "goal", "goal_moves": "goal",
    "goal_marks": "goal", "objectives": "objective", "steps": "step", "step_moves": "step", "step_marks": "step",
    "planned_needs": "planned_need", "planned_services": "planned_service", "planned_supports": "planned_support",
}  # fmt: skip


@pytest.fixture
def addresses(app, cast):
    """Every address of ours with every method it takes, filled in with Rosa's records."""
    plan = draft(cast)
    objective = plan.goals[0].add_objective(by=cast.ana, statement="One")
    service = plan.count_on(by=cast.ana, service="Law clinic")
    support = plan.rely_on(by=cast.ana, name="Inés")
    plan.set_aside(Domain.FINANCIAL, by=cast.ana, answer=NeedAnswer.DEFERRED, reason="Later")
    db.session.commit()
    ids = {
        "case": cast.case.id, "assessment": plan.assessment_id, "need": plan.assessment.needs[0].id, "plan": plan.id,
        "goal": plan.goals[0].id, "objective": objective.id, "step": plan.goals[0].steps[0].id,
        "planned_need": plan.planned_needs[0].id, "planned_service": service.id,
        "planned_support": support.id,
    }  # fmt: skip
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            area = rule.endpoint.split(".")[0]
            if area in OURS:
                values = {
                    name: ids[ONE_OF[area] if name == "id" else name.removesuffix("_id")] for name in rule.arguments
                }
                path = rule.build(values)[1]
                found += [(method, path) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def ask(visit, method, path, **how):
    return (visit.get if method == "GET" else visit.post)(path, follow=False, **how)


def test_every_address_is_known(addresses):
    assert len(addresses) > 50 and len({path for _method, path in addresses}) > 35


def test_a_stranger_finds_nothing_anywhere(visit, cast, addresses):
    visit.sign_in(cast.cy)
    for method, path in addresses:
        for htmx in (False, True):
            answer = ask(visit, method, path, status=404, htmx=htmx)
            for secret in ("Rosa", "Goal number", "Law clinic", "sister"):
                assert secret not in answer.response.get_data(as_text=True), f"{method} {path} tells {secret}"


def test_an_administrator_sees_no_clients_needs_or_plan(visit, cast, addresses):
    visit.sign_in(cast.ada)
    for method, path in addresses:
        ask(visit, method, path, status=404)


def test_nobody_gets_in_without_signing_in(visit, cast, addresses):
    for method, path in addresses:
        if method == "GET":
            assert "/sign-in" in ask(visit, method, path, status=303).location
        else:
            assert ask(visit, method, path, status=401).all("form[action='/sign-in']")
        assert ask(visit, method, path, status=401, htmx=True).response.headers["HX-Retarget"] == "#notices"


def test_the_caseworker_and_the_supervisor_reach_every_one(app, visit, cast, addresses):
    for person in (cast.ana, cast.bo):
        visit.sign_in(person)
        for method, path in addresses:
            if method == "GET" and not path.endswith(".pdf"):
                with app.app_context():
                    status = visit.client.get(path).status_code
                assert status in (200, 303, 409), f"{method} {path}: {status}"


def test_ids_that_are_not_there_are_not_there(visit, cast, addresses):
    visit.sign_in(cast.ana)
    for path in ("/plans/999/", "/goals/999/", "/steps/999/edit", "/assessments/999/", f"/plans/{2**63}/", "/plans/0/"):
        visit.get(path, status=404)
