"""What a program asks before it takes somebody, and how it stands for one person."""

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.models.base import RuleBroken
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.intake.intake import (
    Determination,
    Disposition,
    Intake,
    IntakeMethod,
    ReferralSource,
    SafetyScreen,
    Urgency,
)
from app.models.intake.requirement import Answer, Requirement, RequirementAnswer, RequirementKind, standing_in


@pytest.fixture
def county(cast, session):
    line = Requirement.add(cast.family, by=cast.ada, kind=RequirementKind.CRITERION, text="Lives in the county")
    session.flush()
    return line


@pytest.fixture
def rights(cast, session):
    line = Requirement.add(cast.family, by=cast.ada, kind=RequirementKind.PAPER, text="Client rights")
    session.flush()
    return line


@pytest.fixture
def asked(cast, session):
    """Somebody who said everything that is asked of everybody."""
    client = Client.add(by=cast.ana, first_name="Noor")
    case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    intake = Intake.begin(
        case, by=cast.ana, received_on=clock.today(), method=IntakeMethod.PHONE, safety=SafetyScreen.SAFE,
        presenting_concern="Rent", urgency=Urgency.ROUTINE, referral_source=ReferralSource.SELF,
    )  # fmt: skip
    session.flush()
    return intake


def lacks(intake):
    return [lack.text % lack.values for lack in intake.missing()]


def test_nothing_of_the_program_lacks_when_it_asks_nothing(asked):
    assert lacks(asked) == []


def test_a_criterion_lacks_until_it_is_met_and_the_person_found_eligible(cast, session, asked, county):
    assert lacks(asked) == ["that the person is eligible", "whether “Lives in the county” is met"]
    RequirementAnswer.write(asked.case, county, by=cast.ana, answer=Answer.NOT_MET)
    assert lacks(asked)[1] == "“Lives in the county” is not met"
    with pytest.raises(RuleBroken, match="still missing"):
        asked.complete(by=cast.ana, disposition=Disposition.ACCEPTED)
    RequirementAnswer.write(asked.case, county, by=cast.ana, answer=Answer.MET, proof="Power bill")
    asked.determine(by=cast.ana, determination=Determination.ELIGIBLE)
    assert lacks(asked) == []
    asked.complete(by=cast.ana, disposition=Disposition.ACCEPTED)


def test_earlier_answers_stay_on_record_and_the_same_answer_is_written_once(cast, session, asked, county):
    for answer in (Answer.PENDING, Answer.MET, Answer.MET):
        RequirementAnswer.write(asked.case, county, by=cast.ana, answer=answer)
    session.flush()
    rows = session.query(RequirementAnswer).filter_by(case_id=asked.case.id).order_by(RequirementAnswer.id)
    assert [row.answer for row in rows] == [Answer.PENDING, Answer.MET]
    assert [line.given.answer for line in standing_in(asked.case)] == [Answer.MET]


def test_an_exemption_has_a_reason_and_ends(cast, session, asked, rights):
    today = clock.today()
    with pytest.raises(RuleBroken, match="until when"):
        RequirementAnswer.write(asked.case, rights, by=cast.ana, answer=Answer.EXEMPT, reason="Cannot read today")
    with pytest.raises(RuleBroken, match="until when"):
        RequirementAnswer.write(asked.case, rights, by=cast.ana, answer=Answer.EXEMPT, expires_on=today)
    exempt = {"answer": Answer.EXEMPT, "reason": "Cannot read today"}
    with pytest.raises(RuleBroken, match="in the future"):
        RequirementAnswer.write(asked.case, rights, by=cast.ana, expires_on=today - timedelta(days=1), **exempt)
    RequirementAnswer.write(asked.case, rights, by=cast.ana, expires_on=today + timedelta(days=5), **exempt)
    assert lacks(asked) == []
    with clock.at(datetime.combine(today + timedelta(days=6), datetime.min.time(), UTC) + timedelta(hours=17)):
        assert lacks(asked) == ["the exemption from “Client rights” has ended"]


def test_a_permission_on_file_answers_its_paper_until_it_is_taken_back(cast, session, asked):
    Requirement.add(
        cast.family, by=cast.ada, kind=RequirementKind.PAPER, text="Consent", consent_type=ConsentType.SERVICES
    )
    session.flush()
    assert lacks(asked) == ["the paper “Consent”"]
    consent = Consent.record_signed(
        asked.case.client, case=asked.case, by=cast.ana, type=ConsentType.SERVICES, outcome=ConsentOutcome.SIGNED,
        signed_on=clock.today(),
    )  # fmt: skip
    session.flush()
    assert lacks(asked) == []
    consent.revoke(by=cast.ana, how="By phone")
    session.flush()
    assert lacks(asked) == ["the paper “Consent”"]


def test_what_another_program_asks_or_another_kind_answers_is_refused(cast, session, asked, county):
    other = Requirement.add(cast.elders, by=cast.ada, kind=RequirementKind.CRITERION, text="Over 60")
    session.flush()
    for line, answer in ((other, Answer.MET), (county, Answer.SIGNED)):
        with pytest.raises(RuleBroken, match="not asked in Family"):
            RequirementAnswer.write(asked.case, line, by=cast.ana, answer=answer)


def test_a_retired_line_is_asked_no_more_and_its_answers_stay(cast, session, asked, county):
    RequirementAnswer.write(asked.case, county, by=cast.ana, answer=Answer.NOT_MET)
    county.retire(by=cast.ada)
    session.flush()
    assert lacks(asked) == [] and session.query(RequirementAnswer).count() == 1


def test_words_stand_on_a_list_once_and_may_come_back_after_retiring(cast, session, county):
    again = {"kind": RequirementKind.CRITERION, "text": "LIVES in the county"}
    with pytest.raises(RuleBroken, match="already"):
        Requirement.add(cast.family, by=cast.ada, **again)
    county.retire(by=cast.ada)
    session.flush()
    Requirement.add(cast.family, by=cast.ada, **again)


def test_the_usual_packet_is_a_beginning_and_comes_once(cast, session):
    Requirement.add_usual_packet(cast.family, by=cast.ada)
    session.flush()
    assert len(session.scalars(Requirement.of(cast.family)).all()) == 5
    with pytest.raises(RuleBroken, match="has a packet"):
        Requirement.add_usual_packet(cast.family, by=cast.ada)


# -- who waits


def test_who_waits_is_decided_about_again_and_both_decisions_stay(cast, session, asked):
    asked.complete(by=cast.ana, disposition=Disposition.WAITLISTED, leaving_open="No place")
    assert asked.case.status is CaseStatus.WAITLISTED
    with pytest.raises(RuleBroken, match="on the waitlist already"):
        asked.complete(by=cast.ana, disposition=Disposition.WAITLISTED)
    asked.complete(by=cast.bo, disposition=Disposition.ACCEPTED)
    assert asked.case.status is CaseStatus.INTAKE_PENDING
    assert [(d.disposition, d.by.name) for d in asked.decisions] == [
        (Disposition.WAITLISTED, "Ana Reyes"),
        (Disposition.ACCEPTED, "Bo Lindgren"),
    ]
    with pytest.raises(RuleBroken, match="already complete"):
        asked.complete(by=cast.bo, disposition=Disposition.ACCEPTED)


def test_somebody_may_look_after_who_waits_and_the_case_opens_with_the_decision(cast, session, asked):
    asked.complete(by=cast.ana, disposition=Disposition.WAITLISTED)
    asked.case.assign(cast.ana, by=cast.bo)
    assert (asked.case.status, asked.case.opened_on) == (CaseStatus.WAITLISTED, None)
    asked.complete(by=cast.ana, disposition=Disposition.ACCEPTED)
    assert (asked.case.status, asked.case.opened_on) == (CaseStatus.ACTIVE, clock.today())


def test_a_case_that_opened_early_waits_all_the_same(cast, session, asked):
    asked.case.assign(cast.ana, by=cast.bo)
    asked.complete(by=cast.ana, disposition=Disposition.WAITLISTED)
    assert (asked.case.status, asked.case.opened_on) == (CaseStatus.WAITLISTED, None)
    session.flush()
    assert asked.case.stage == "intake"


def test_danger_is_an_emergency_whatever_else_was_chosen(asked):
    assert asked.triage is Urgency.ROUTINE
    asked.safety = SafetyScreen.DANGER
    assert asked.triage is Urgency.EMERGENCY
