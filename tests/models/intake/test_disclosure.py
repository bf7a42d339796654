"""Disclosures written down by hand, and the accounting of all that was shared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.documents import disclosure_paper
from app.documents.issuing import pdf_of
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.program import Regime
from app.models.intake import accounting
from app.models.intake.accounting import accounted, of_case, usual_period
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.linking.referral import Referral, ReferralMethod, ReferralType


def told(cast, *, client=None, by=None, **more: Any) -> Disclosure:
    """A call with the school."""
    usual: dict[str, Any] = {
        "happened_on": clock.today(),
        "recipient": "Mill Lane School",
        "method": DisclosureMethod.PHONE,
        "what": "That they move",
        "purpose": "To keep the places",
        "basis": Basis.CLIENT_REQUEST,
        "case": cast.case if client is None else None,
    }
    if more.get("consent") is not None:
        usual |= {"recipient": "Harbor Law Clinic", "information": ["need"]}
    made = Disclosure.write_down(client or cast.rosa, by=by or cast.ana, **(usual | more))
    db.session.flush()
    return made


def release(cast, **more: Any) -> Consent:
    usual = {"signed_on": clock.today() - timedelta(days=30), "expires_on": clock.today() + timedelta(days=30)}
    return Consent.record_signed(
        cast.rosa, by=cast.ana, type=ConsentType.RELEASE, outcome=ConsentOutcome.SIGNED, recipient="Harbor Law Clinic",
        information=["identity", "need"], purpose="so that they can help", **(usual | more),
    )  # fmt: skip


def sent(cast) -> Referral:
    """A referral that went out with Rosa's name."""
    release(cast)
    referral = Referral.make(
        cast.case, by=cast.ana, domain=Domain.LEGAL, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        service=cast.service, with_identity=True, shared=["identity", "need"],
    )  # fmt: skip
    referral.send(by=cast.ana)
    db.session.flush()
    return referral


def account(cast, reader=None, client=None, days: int = 365) -> list[accounting.Shared]:
    first = clock.today() - timedelta(days=days)
    return accounted(client or cast.rosa, reader=reader or cast.ana, from_on=first, to_on=clock.today())


def test_writing_it_down_is_on_the_trail_with_the_recipient(session, cast):
    made = told(cast)
    session.commit()
    line = session.scalars(sa.select(Event).where(Event.kind == EventKind.INFORMATION_DISCLOSED)).one()
    assert (line.by_id, line.client_id, line.case_id, line.reason) == (
        cast.ana.id,
        cast.rosa.id,
        cast.case.id,
        "Mill Lane School",
    )
    assert (line.record_kind, line.record_id) == ("disclosure", made.id)


def test_nothing_is_shared_in_the_future(session, cast):
    with pytest.raises(RuleBroken, match="future"):
        told(cast, happened_on=clock.today() + timedelta(days=1))


@pytest.mark.parametrize("days, good", [(-31, False), (-30, True), (0, True)])
def test_by_permission_only_under_a_release_in_force_on_that_day(session, cast, days, good):
    consent, on = release(cast), clock.today() + timedelta(days=days)
    if good:
        assert told(cast, basis=Basis.CONSENT, consent=consent, happened_on=on).consent is consent
    else:
        with pytest.raises(RuleBroken, match="not in force"):
            told(cast, basis=Basis.CONSENT, consent=consent, happened_on=on)


def test_not_under_one_that_had_ended_or_was_taken_back(session, cast):
    old = release(cast, signed_on=date(2024, 1, 1), expires_on=date(2024, 6, 1))
    with pytest.raises(RuleBroken, match="not in force"):
        told(cast, basis=Basis.CONSENT, consent=old)
    taken_back = release(cast)
    with clock.at(clock.now() - timedelta(days=3)):
        taken_back.revoke(by=cast.ana, how="by phone")
    with pytest.raises(RuleBroken, match="not in force"):
        told(cast, basis=Basis.CONSENT, consent=taken_back)
    assert told(cast, basis=Basis.CONSENT, consent=taken_back, happened_on=clock.today() - timedelta(days=5))


def test_a_permission_goes_with_the_permission_alone(session, cast):
    with pytest.raises(RuleBroken, match="Choose the permission"):
        told(cast, basis=Basis.CONSENT)
    with pytest.raises(RuleBroken, match="only when the permission"):
        told(cast, basis=Basis.SUBPOENA, consent=release(cast))


def test_another_clients_case_or_permission_is_refused(session, cast):
    with pytest.raises(RuleBroken, match="another client"):
        told(cast, case=cast.elder_case)
    with pytest.raises(RuleBroken, match="Choose the permission"):
        told(cast, client=cast.lena, by=cast.cy, basis=Basis.CONSENT, consent=release(cast))


def test_a_mistake_stays_readable_and_off_the_list_and_is_said_once(session, cast):
    made = told(cast)
    made.mistake(by=cast.ana, reason="Wrong client")
    (line,) = account(cast)
    assert line.in_error == "Wrong client" and not line.stands
    assert of_case([line], cast.case) == []
    with pytest.raises(RuleBroken, match="already"):
        made.mistake(by=cast.ana, reason="again")
    assert made.in_error_reason == "Wrong client"


def test_the_account_holds_referrals_with_the_name_and_what_was_written_down(session, cast):
    with clock.at(clock.now() - timedelta(days=2)):
        sent(cast)
    told(cast)
    by_hand, by_referral = account(cast)
    assert (by_hand.what, by_hand.basis, by_hand.by) == ("That they move", Basis.CLIENT_REQUEST, "Ana Reyes")
    assert by_referral.recipient == "Harbor Law Clinic" and by_referral.basis is Basis.CONSENT
    assert [item.value for item in by_referral.information] == ["identity", "need"]
    assert by_referral.permission_on == clock.today() - timedelta(days=32)
    assert by_referral.purpose == "so that they can help"


def test_a_referral_without_the_name_shares_nothing(session, cast):
    referral = Referral.make(
        cast.case, by=cast.ana, domain=Domain.LEGAL, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        service=cast.service, shared=["need"],
    )  # fmt: skip
    referral.send(by=cast.ana)
    assert account(cast) == []


def test_the_period_holds_both_its_days(session, cast):
    for days in (0, 10, 11):
        told(cast, happened_on=clock.today() - timedelta(days=days))
    assert [(clock.today() - line.on).days for line in account(cast, days=10)] == [0, 10]


def test_the_usual_period_is_six_years_on_a_leap_day_too():
    with clock.at(clock.from_local(date(2028, 2, 29), clock.local(clock.now()).time())):
        assert usual_period() == (date(2022, 2, 28), date(2028, 2, 29))


def test_what_a_sealed_program_shared_is_not_there_for_others(session, cast):
    cast.harbor.regime = Regime.PART_2
    sealed = Case.open(cast.rosa, by=cast.di, program=cast.harbor, received_on=clock.today(), worker=cast.di)
    told(cast, case=sealed, by=cast.di, recipient="The court")
    told(cast)
    assert [line.recipient for line in account(cast)] == ["Mill Lane School"]
    assert {line.recipient for line in account(cast, reader=cast.di)} == {"The court", "Mill Lane School"}
    assert (
        session.scalars(Disclosure.visible_to(cast.ana)).all()
        == session.scalars(Disclosure.visible_to(cast.ana).where(Disclosure.recipient == "Mill Lane School")).all()
    )
    for case, on_it in ((cast.case, "Mill Lane School"), (sealed, "The court")):
        paper = disclosure_paper.particulars(case, by=cast.di, from_on=clock.today(), to_on=clock.today())
        assert [row["recipient"] for row in paper["disclosures"]] == [on_it], "a paper is of one case"
    assert paper["program"] == ""


def test_the_paper_is_issued_printed_and_says_it_all(session, cast):
    sent(cast)
    told(cast, recipient_address="3 Mill Lane")
    first, last = usual_period()
    paper = disclosure_paper.issue(cast.case, by=cast.ana, from_on=first, to_on=last)
    session.commit()
    assert paper.code.startswith("DA-") and paper.language == "es" and paper.intact
    rows = paper.particulars["disclosures"]
    assert {row["recipient"] for row in rows} == {"Harbor Law Clinic", "Mill Lane School"}
    assert pdf_of(paper).startswith(b"%PDF")
    assert disclosure_paper.issue(cast.case, by=cast.ana, from_on=first, to_on=last).number == 2
