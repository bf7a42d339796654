"""The decision at intake, and permissions."""

from datetime import timedelta

import pytest

from app import clock
from app.models.base import RuleBroken
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType, Information
from app.models.intake.intake import SCREENED_OUT, Disposition, Intake, IntakeMethod


@pytest.fixture
def fresh(cast, session):
    client = Client.add(by=cast.ana, first_name="Noor")
    case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    intake = Intake.begin(case, by=cast.ana, received_on=clock.today(), method=IntakeMethod.PHONE)
    session.flush()
    return intake


def test_an_intake_says_what_it_lacks(fresh):
    assert len(fresh.missing()) == 4


def test_accepting_with_something_missing_needs_a_reason(cast, fresh):
    with pytest.raises(RuleBroken, match="still missing"):
        fresh.complete(by=cast.ana, disposition=Disposition.ACCEPTED)
    fresh.complete(by=cast.ana, disposition=Disposition.ACCEPTED, leaving_open="She will bring the papers")
    assert fresh.completed_on == clock.today()
    with pytest.raises(RuleBroken, match="already complete"):
        fresh.complete(by=cast.ana, disposition=Disposition.ACCEPTED, leaving_open="Again")


@pytest.mark.parametrize("disposition", SCREENED_OUT)
def test_a_no_needs_no_reason_and_ends_the_case_as_not_opened(cast, session, fresh, disposition):
    fresh.complete(by=cast.ana, disposition=disposition)
    assert fresh.case.status is CaseStatus.NOT_OPENED
    with pytest.raises(RuleBroken, match="closed"):
        fresh.rewrite(by=cast.ana, presenting_concern="later")


RELEASE = {"type": ConsentType.RELEASE, "outcome": ConsentOutcome.SIGNED, "recipient": "Clinic", "purpose": "Help"}


def release(cast, **changed):
    today = clock.today()
    given = {**RELEASE, "signed_on": today, "information": ["identity"], "expires_on": today + timedelta(days=30)}
    return Consent.record_signed(cast.rosa, by=cast.ana, **{**given, **changed})


@pytest.mark.parametrize(
    "lacking, words",
    [
        ("recipient", "who may get"),
        ("purpose", "what for"),
        ("information", "what may be"),
        ("expires_on", "until when"),
    ],
)
def test_a_release_names_who_what_why_and_until_when(cast, lacking, words):
    with pytest.raises(RuleBroken, match=words):
        release(cast, **{lacking: None})


def test_a_release_opens_the_gate_for_its_recipient_alone_and_only_while_it_holds(cast, session):
    given = release(cast)
    session.flush()
    assert Consent.release_for(cast.case, "CLINIC") is given and Consent.release_for(cast.case, "Other") is None
    given.revoke(by=cast.ana, how="She said so")
    session.flush()
    assert Consent.release_for(cast.case, "Clinic") is None
    with pytest.raises(RuleBroken, match="already revoked"):
        given.revoke(by=cast.ana, how="Again")


def test_a_release_without_identity_lets_no_name_out(cast, session):
    release(cast, information=[Information.NEED.value])
    session.flush()
    assert Consent.release_for(cast.case, "Clinic") is None


def test_a_release_that_has_run_out_is_closed(cast, session):
    release(cast, signed_on=clock.today() - timedelta(days=9), expires_on=clock.today() - timedelta(days=1))
    session.flush()
    assert Consent.release_for(cast.case, "Clinic") is None
