"""What a service plan says on paper."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timedelta

import pytest

from app import clock
from app.documents.particulars import check
from app.documents.plan_paper import named, particulars
from app.documents.rendering import render
from app.extensions import db
from app.models.assessment.domain import Domain
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import AssignmentRole
from app.models.caseload.client import Interpreter, PrintFormat
from app.models.linking.directory import DirectoryAddress, Location, ServiceAtLocation
from app.models.linking.referral import Referral, ReferralMethod, ReferralOutcome, ReferralType
from app.models.planning.goal import Actor, StepStatus
from app.models.planning.plan import NeedAnswer, Plan
from tests.documents.pdfs import text as text_of
from tests.models.planning.builders import draft, in_force, ready


def test_a_frozen_version_says_everything_that_was_typed(session, cast):
    cast.agency.hotline = "Millbrook safe line, any hour: 555-0150"
    cast.agency.abuse_report_line = "555-0155"
    cast.agency.grievance_contact = "Bo Lindgren, supervisor, 555-0104"
    plan = draft(cast, goals=1)
    goal = plan.goals[0]
    goal.reword(by=cast.ana, why="We sleep on a floor.", baseline="with family")
    objective = goal.add_objective(by=cast.ana, statement="Find a place", measure="a key", due_on=date(2027, 3, 1))
    session.flush()
    for actor, name in [
        (Actor.CASEWORKER, None),
        (Actor.FAMILY, "Inés"),
        (Actor.FAMILY, None),
        (Actor.AGENCY, "Clinic"),
    ]:
        goal.add_step(
            by=cast.ana, action="Visit", actor=actor, actor_name=name, due_on=date(2027, 1, 2), objective=objective
        )
    plan.count_on(by=cast.ana, service="Rehousing", provider="Riverton", phone="555-0177", frequency="weekly")
    plan.set_aside(Domain.LIFE_SKILLS, by=cast.ana, answer=NeedAnswer.DECLINES, reason="No time")
    plan.rewrite(
        by=cast.ana, barriers="No car", warning_signs="No sleep", what_helps="Walking", exit_criteria="Three months",
        people_to_call="Inés, my sister: 555-0119\n\nPastor Ruth", contingency="We meet", ends_on=date(2027, 5, 20),
    )  # fmt: skip
    plan.freeze(by=cast.ana, leaving_open="later")
    session.commit()
    said = particulars(plan, draft=False)
    assert said["code"] == plan.code and said["draft"] is False and said["plan_number"] == "SP-1001"
    assert (said["version"], said["replaces_version"], said["replaces_signed_on"]) == (1, 0, "")
    assert said["client"] == {"name": "Rosa Díaz", "legal_name": "", "number": "HR-1001"}
    assert said["agency"]["address"] == "210 Canal Street\nMillbrook" and said["program"] == "Family stability"
    assert said["made_on"] == clock.today().isoformat() and said["ends_on"] == "2027-05-20"
    assert said["worker"] == {"name": "Ana Reyes", "title": "Caseworker", "phone": "555-0108"}
    assert said["vision"] == "A quiet home." and said["barriers"] == "No car" and said["born_on"] == ""
    (printed,) = said["goals"]
    assert printed["statement"] == "Goal number 1"
    assert printed["why"] == "“A door I can lock” We sleep on a floor."
    assert (printed["baseline"], printed["target"]) == ("with family", "a lease")
    assert [step["responsible"] for step in printed["steps"]] == ["Rosa", "Rosa"]
    (part,) = printed["objectives"]
    assert (part["statement"], part["measure"], part["by_when"]) == ("Find a place", "a key", "2027-03-01")
    assert [step["responsible"] for step in part["steps"]] == ["Ana", "Inés", "Family/support", "Clinic"]
    assert said["services"] == [
        {
            "service": "Rehousing",
            "provider": "Riverton",
            "where": "",
            "phone": "555-0177",
            "frequency": "weekly",
            "starts_on": "",
        }
    ]
    assert said["needs_not_now"] == [{"need": "Life skills/ADL", "standing": "Client declines", "reason": "No time"}]
    assert said["crisis"] == {
        "warning_signs": "No sleep",
        "what_helps": "Walking",
        "people": [{"name": "Inés, my sister", "phone": "555-0119"}, {"name": "Pastor Ruth", "phone": ""}],
        "hotlines": [
            {"name": "Millbrook safe line, any hour", "phone": "555-0150"},
            {"name": "To report abuse", "phone": "555-0155"},
        ],
    }
    assert said["grievance_contact"] == "Bo Lindgren, supervisor, 555-0104"
    assert said["representatives"] == [] and said["supervisor"] == {"name": "", "title": ""}
    check(copy.deepcopy(said))


def test_a_draft_has_no_code_and_says_that_it_is_one(session, cast):
    said = particulars(draft(cast), draft=True)
    assert said["draft"] is True and said["code"] == ""
    assert "Borrador sin firmar" in text_of(render(said))


def test_the_paper_is_in_the_language_the_client_reads(session, cast):
    plan = draft(cast)
    for spoken, written, code in [
        ("Spanish", None, "es"),
        ("Spanish", "English", "en"),
        (None, None, "en"),
        ("Haitian Creole", None, "ht"),
        ("Klingonish", None, "en"),
    ]:
        cast.rosa.spoken_language, cast.rosa.written_language = spoken, written
        session.flush()
        assert particulars(plan, draft=True)["language"] == code


def test_the_paper_is_in_the_size_the_client_reads(session, cast):
    plan = draft(cast)
    for size, said in [
        (PrintFormat.STANDARD, "standard"),
        (PrintFormat.LARGE, "large"),
        (PrintFormat.EXTRA_LARGE, "xl"),
    ]:
        cast.rosa.print_format = size
        session.flush()
        assert particulars(plan, draft=True)["size"] == said


def test_a_restricted_record_and_victim_services_name_no_program(session, cast):
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.commit()
    assert particulars(draft(cast), draft=True)["program"] == ""
    hidden = Plan.begin(cast.hidden_case, by=cast.di)
    session.commit()
    said = particulars(hidden, draft=True)
    assert said["program"] == "" and "Safe harbor" not in str(said)


def test_a_newer_version_says_which_signed_one_it_replaces(session, cast):
    first = in_force(cast)
    second = first.revise(by=cast.ana)
    session.commit()
    said = particulars(second, draft=True)
    assert (said["replaces_version"], said["replaces_signed_on"]) == (1, clock.today().isoformat())


def test_progress_is_not_printed_on_the_plan(session, cast):
    plan = ready(cast)
    before = particulars(plan, draft=False)["goals"]
    plan.goals[0].steps[0].mark(StepStatus.BLOCKED, by=cast.ana, barrier="Office closed")
    session.commit()
    assert particulars(plan, draft=False)["goals"] == before


def test_alerts_and_other_names_stay_off_the_paper(session, cast):
    Alert.raise_for(
        cast.rosa, by=cast.ana, kind=AlertKind.NO_VOICEMAIL, what_to_do="Never call the home",
        review_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    session.commit()
    said = str(particulars(draft(cast), draft=True))
    assert "Never call" not in said and "Rosita" not in said


def test_open_referrals_are_services_of_the_plan(session, cast):
    place = Location(hsds_id="loc-1", name="Office")
    address = DirectoryAddress(
        hsds_id="adr-1",
        address_1="88 Harbor Road",
        city="Millbrook",
        state_province="MD",
        postal_code="21201",
        country="US",
    )
    place.addresses = [address]
    session.add(ServiceAtLocation(hsds_id="sal-1", service=cast.service, location=place))
    how = {"by": cast.ana, "domain": Domain.LEGAL, "type": ReferralType.REFERRAL, "method": ReferralMethod.PHONE}
    open_one = Referral.make(cast.case, service=cast.service, **how)
    open_one.appointment_at = clock.from_local(date(2027, 1, 5), time(14, 30))
    Referral.make(cast.case, provider="Riverton", what="Rehousing", **how)
    ended = Referral.make(cast.case, provider="Closed door", **how)
    ended.send(by=cast.ana)
    ended.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())
    plan = draft(cast)
    plan.count_on(by=cast.ana, service="Rehousing", provider="Riverton", frequency="weekly")
    session.commit()
    found = particulars(plan, draft=True)["services"]
    assert [(one["service"], one["provider"]) for one in found] == [
        ("Rehousing", "Riverton"),
        ("Eviction defense", "Harbor Law Clinic"),
    ]
    assert found[1]["where"] == "88 Harbor Road, Millbrook, MD 21201" and found[1]["starts_on"] == "2027-01-05"
    assert found[0]["frequency"] == "weekly"


def test_lines_for_others_who_sign(session, cast):
    cast.case.assign(cast.bo, by=cast.bo, role=AssignmentRole.SUPERVISOR)
    cast.rosa.interpreter = Interpreter.YES
    plan = draft(cast)
    said = particulars(plan, draft=True, representative=True, supervisor=True)
    assert said["representatives"] == [{"name": "", "authority": ""}]
    assert said["supervisor"] == {"name": "Bo Lindgren", "title": "Supervisor"}
    assert said["interpreter"] == {"name": "", "language": "Spanish"}
    cast.rosa.born_on = date(clock.today().year - 10, 1, 1)
    session.commit()
    assert particulars(plan, draft=True)["representatives"] == [{"name": "", "authority": ""}]
    assert particulars(plan, draft=True, representative=False)["representatives"] == []


def test_a_case_nobody_is_assigned_to_still_prints(session, cast):
    cast.case.end_assignments()
    plan = Plan.begin(cast.case, by=cast.ana)
    goal = plan.add_goal(by=cast.ana, statement="A home")
    session.flush()
    goal.add_step(by=cast.ana, action="Call", actor=Actor.CASEWORKER)
    session.commit()
    said = particulars(plan, draft=True)
    assert said["worker"] == {"name": "", "title": "", "phone": ""}
    assert said["goals"][0]["steps"][0]["responsible"] == "Case manager"


@pytest.mark.parametrize(
    ("line", "name", "phone"),
    [
        ("Inés, my sister: 555-0119", "Inés, my sister", "555-0119"),
        ("Ana Reyes (555) 010-0142", "Ana Reyes", "(555) 010-0142"),
        ("988", "", "988"),
        ("Clinic +1 410 555 0100 ext. 12", "Clinic", "+1 410 555 0100 ext. 12"),
        ("Pastor Ruth", "Pastor Ruth", ""),
        ("My group, Thursdays at 7", "My group, Thursdays at 7", ""),
    ],
)
def test_a_telephone_number_is_found_at_the_end_of_a_line(line, name, phone):
    assert named(line) == {"name": name, "phone": phone}


def test_the_time_on_the_paper_is_the_agencys(session, cast):
    said = particulars(draft(cast), draft=True)
    moment = datetime.fromisoformat(said["issued_at"])
    assert moment.utcoffset() == clock.local(clock.now()).utcoffset()


def test_the_frozen_paper_reads_in_the_clients_language_and_names_its_version(session, cast):
    plan = ready(cast)
    text = text_of(render(particulars(plan, draft=False)))
    for words in ("Mi plan de servicios", "Goal number 1", "Step 1.1", plan.code, "My signature", "A quiet home."):
        assert words in text, words
    db.session.rollback()
