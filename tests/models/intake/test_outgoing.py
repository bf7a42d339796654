"""Whatever tells somebody outside who a client is, against every way in which the permission may lack: nothing goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.documents import slip_paper
from app.documents.slip_paper import check_going_out
from app.models.agency.document import Paper
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.program import Program, Regime
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import FITTING, ConsentOutcome, ConsentType, Direction
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.linking.referral import Referral, ReferralMethod, ReferralType

CLINIC = "Harbor Law Clinic"
SHARED = ["identity", "need"]


def release(cast, case: Case, **changed: Any) -> Consent:
    """A whole release for the law clinic by the rules of the case's program."""
    usual: dict[str, Any] = {
        "type": FITTING[case.program.regime][0],
        "outcome": ConsentOutcome.SIGNED,
        "signed_on": clock.today() - timedelta(days=20),
        "recipient": CLINIC,
        "information": SHARED,
        "purpose": "So that a lawyer can call",
        "expires_on": clock.today() + timedelta(days=90),
        "risks": "They can help. They may be asked in court."
        if case.program.regime is Regime.VICTIM_SERVICES
        else None,
        "risks_explained": True,
        "copy_given": True,
    }
    return Consent.record_signed(case.client, case=case, by=case.worker, **(usual | changed))


# -- every way in which a permission may lack: what is done in the file of the case before something shall go out


def in_order(cast, case: Case) -> Consent | None:
    return release(cast, case)


def none_at_all(cast, case: Case) -> Consent | None:
    return None


def for_somebody_else(cast, case: Case) -> Consent | None:
    return release(cast, case, recipient="County Job Center")


def for_other_information(cast, case: Case) -> Consent | None:
    return release(cast, case, information=["identity", "language"])


def without_the_name(cast, case: Case) -> Consent | None:
    return release(cast, case, information=["need"])


def the_other_way(cast, case: Case) -> Consent | None:
    return release(cast, case, direction=Direction.OBTAIN)


def expired_yesterday(cast, case: Case) -> Consent | None:
    return release(cast, case, expires_on=clock.today() - timedelta(days=1))


def revoked_a_second_ago(cast, case: Case) -> Consent | None:
    given = release(cast, case)
    with clock.at(clock.now() - timedelta(seconds=1)):
        given.revoke(by=case.worker, how="on the phone")
    return given


def declined(cast, case: Case) -> Consent | None:
    return release(cast, case, outcome=ConsentOutcome.DECLINED, reason="Not now")


def never_signed(cast, case: Case) -> Consent | None:
    usual = {
        "recipient": CLINIC,
        "information": SHARED,
        "purpose": "x",
        "expires_on": clock.today() + timedelta(days=90),
    }
    kind = FITTING[case.program.regime][0]
    given = Consent.prepare(case, by=case.worker, type=kind, risks="Some", **usual)
    given.freeze(by=case.worker)
    return given


def entered_in_error(cast, case: Case) -> Consent | None:
    given = release(cast, case)
    given.mistake(by=case.worker, reason="Another client’s")
    return given


def replaced_by_less(cast, case: Case) -> Consent | None:
    given = release(cast, case)
    release(cast, case, information=["identity"])
    return given


def of_another_program(cast, case: Case) -> Consent | None:
    """A sealed program does not rest on a release of another one, and the others not on a sealed one's."""
    regime = Regime.STANDARD if case.program.regime.sealed else Regime.PART_2
    program = Program.add(
        by=cast.ada, name="Another", regime=Regime.PART_2 if not case.program.regime.sealed else regime
    )
    keeper, case.client.kept_by_id = case.client.kept_by_id, None
    other = Case.open(case.client, by=case.worker, program=program, received_on=clock.today())
    case.client.kept_by_id = keeper
    kind = FITTING[program.regime][0]
    usual = {"type": kind, "signed_on": clock.today() - timedelta(days=20), "recipient": CLINIC, "information": SHARED}
    ends = {"purpose": "x", "expires_on": clock.today() + timedelta(days=90), "copy_given": True}
    return Consent.record_signed(
        case.client, case=other, by=case.worker, outcome=ConsentOutcome.SIGNED, **(usual | ends)
    )


def a_consent_to_services(cast, case: Case) -> Consent | None:
    bare = {"recipient": None, "information": None, "expires_on": None}
    return release(cast, case, type=ConsentType.SERVICES, **bare)


LACKING = [
    none_at_all, for_somebody_else, for_other_information, without_the_name, the_other_way, expired_yesterday,
    revoked_a_second_ago, declined, never_signed, entered_in_error, replaced_by_less, of_another_program,
    a_consent_to_services,
]  # fmt: skip
Given = Callable[[Any, Case], Consent | None]


# -- everything that goes out with the name


def drafted(case: Case) -> Referral:
    return Referral.make(
        case, by=case.worker, domain=Domain.LEGAL, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        provider=CLINIC, what="Eviction defense", with_identity=True, shared=SHARED,
    )  # fmt: skip


def sends_a_referral(case: Case, given: Consent | None) -> None:
    drafted(case).send(by=case.worker)


def writes_down_a_sharing(case: Case, given: Consent | None) -> None:
    Disclosure.write_down(
        case.client, by=case.worker, case=case, happened_on=clock.today(), recipient=CLINIC, method=DisclosureMethod.PHONE,
        what="What she needs", purpose="To get help", basis=Basis.CONSENT, consent=given, information=SHARED,
    )  # fmt: skip


OUTGOING = [sends_a_referral, writes_down_a_sharing]


@pytest.fixture(params=list(Regime))
def case(request: pytest.FixtureRequest, cast) -> Case:
    """Rosa's case under each of the rules; her program is hers alone where it is victim services'."""
    cast.family.regime = request.param
    if request.param is Regime.VICTIM_SERVICES:
        cast.rosa.kept_by_id = cast.family.id
    return cast.case


def told(session) -> int:
    """How often the trail says that something was shared."""
    session.commit()
    return session.scalar(sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.INFORMATION_DISCLOSED))


@pytest.mark.parametrize("goes_out", OUTGOING)
def test_with_a_whole_release_it_goes(session, cast, case, goes_out):
    goes_out(case, in_order(cast, case))
    assert told(session) == 1


@pytest.mark.parametrize("goes_out", OUTGOING)
@pytest.mark.parametrize("lacking", LACKING)
def test_without_one_it_does_not(session, cast, case, goes_out, lacking: Given):
    given = lacking(cast, case)
    session.flush()
    with pytest.raises(RuleBroken):
        goes_out(case, given)
    assert told(session) == 0


# -- what went out rightly, and must not go out again: each thing that may happen to the release between two requests


def revoked(consent: Consent, case: Case) -> None:
    consent.revoke(by=case.worker)


def ended(consent: Consent, case: Case) -> None:
    consent.expires_on = clock.today() - timedelta(days=1)


def narrowed(consent: Consent, case: Case) -> None:
    release(None, case, information=["identity"], signed_on=clock.today())


def marked_wrong(consent: Consent, case: Case) -> None:
    consent.mistake(by=case.worker, reason="Wrong")


def under_stricter_rules(consent: Consent, case: Case) -> None:
    stricter = {Regime.STANDARD: Regime.PART_2, Regime.HIPAA: Regime.PART_2}
    case.program.regime = stricter.get(case.program.regime, Regime.HIPAA)


@pytest.mark.parametrize("happened", [revoked, ended, narrowed, marked_wrong, under_stricter_rules])
def test_the_next_slip_names_nobody_and_the_printed_one_is_not_printed_again(session, cast, case, happened):
    consent = in_order(cast, case)
    referral = drafted(case)
    referral.send(by=case.worker)
    named = slip_paper.issue(referral, by=case.worker)
    session.flush()
    assert named.particulars["with_identity"] and named.particulars["known_as"]
    check_going_out(named)
    happened(consent, case)
    session.flush()
    with pytest.raises(RuleBroken, match="names the client"):
        check_going_out(named)
    again = slip_paper.issue(referral, by=case.worker)
    assert (again.particulars["with_identity"], again.particulars["known_as"]) == (False, "")
    assert case.client.number.rsplit("-", 1)[-1] not in again.code.split("-")[1:2] or referral.id == case.client.id
    check_going_out(again)


def test_a_newer_release_for_the_same_recipient_takes_over(session, cast, case):
    in_order(cast, case)
    referral = drafted(case)
    referral.send(by=case.worker)
    newer = release(cast, case, information=[*SHARED, "language"], signed_on=clock.today())
    session.flush()
    assert referral.named_under is newer
    assert session.scalar(sa.select(sa.func.count(Paper.id))) == 0


def test_the_printed_slip_is_refused_on_the_very_next_request(visit, session, cast):
    consent = release(cast, cast.case)
    referral = drafted(cast.case)
    referral.send(by=cast.ana)
    paper = slip_paper.issue(referral, by=cast.ana)
    session.commit()
    visit.sign_in(cast.ana).get(f"/papers/{paper.id}.pdf")
    db_consent = session.get(Consent, consent.id)
    db_consent.revoke(by=cast.ana)
    session.commit()
    refused = visit.get(f"/papers/{paper.id}.pdf", status=409)
    assert "names the client" in refused.text()
    assert b"%PDF" not in refused.bytes
