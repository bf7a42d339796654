"""The rules of a referral: gate 3, following up, what came of it, and what goes without the name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.caseload.case import CaseStatus
from app.models.caseload.client import OtherName, Phone
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.directory import ServiceStatus
from app.models.linking.naming import naming
from app.models.linking.referral import (
    WAITING,
    Awaited,
    ConfirmedBy,
    Referral,
    ReferralMethod,
    ReferralOutcome,
    ReferralStatus,
    ReferralType,
)

CLINIC = "Harbor Law Clinic"


def release(cast, *, recipient=CLINIC, information=("identity", "need", "language"), days=365, signed=0, **more):
    """A release of Rosa's, signed `signed` days ago, ending `days` from today."""
    today = clock.today()
    values = {
        "type": ConsentType.RELEASE,
        "outcome": ConsentOutcome.SIGNED,
        "signed_on": today - timedelta(days=signed),
        "recipient": recipient,
        "information": list(information),
        "purpose": "Referral",
        "expires_on": today + timedelta(days=days),
    }
    return Consent.record_signed(cast.rosa, by=cast.ana, **values | more)


def draft(cast, **details):
    """A draft of a referral of Rosa's to the law clinic in the directory, or to whom `provider` names."""
    if "provider" not in details:
        details.setdefault("service", cast.service)
    values = {"domain": Domain.LEGAL, "type": ReferralType.REFERRAL, "method": ReferralMethod.PHONE}
    return Referral.make(cast.case, by=cast.ana, **values | details)


def sent(cast, **details):
    """A referral that went out without the name."""
    referral = draft(cast, **details)
    referral.send(by=cast.ana)
    return referral


def trail(session, referral, kind):
    """The lines of this kind on the trail about this referral."""
    session.flush()
    query = sa.select(Event).where(Event.kind == kind, Event.record_kind == "referral", Event.record_id == referral.id)
    return list(session.scalars(query))


# -- making one


def test_a_new_referral_is_a_draft_and_nothing_is_sent(session, cast):
    referral = draft(cast)
    assert (referral.status, referral.sent_on, referral.follow_up_on) == (ReferralStatus.DRAFT, None, None)
    assert (referral.provider, referral.what) == ("Harbor Law Clinic", "Eviction defense")
    assert len(trail(session, referral, EventKind.REFERRAL_MADE)) == 1
    assert trail(session, referral, EventKind.INFORMATION_DISCLOSED) == []


def test_a_provider_who_is_not_in_the_directory_never_blocks(session, cast):
    referral = sent(cast, provider="Sra. Luz, Calle 8", what="Ropa para niños")
    assert (referral.service, referral.provider, referral.what) == (None, "Sra. Luz, Calle 8", "Ropa para niños")
    assert sent(cast, provider="Food bank").what == "Food bank"


def test_a_referral_says_where_to(session, cast):
    with pytest.raises(RuleBroken, match="provider’s name"):
        draft(cast, provider="")


def test_nothing_is_referred_from_a_closed_case(session, cast):
    cast.case.status = CaseStatus.CLOSED
    with pytest.raises(RuleBroken, match="Reopen"):
        draft(cast)


def test_a_service_that_has_ended_takes_nobody(session, cast):
    referral = draft(cast)
    cast.service.status = ServiceStatus.DEFUNCT
    assert "no longer offered" in referral.obstacles_to_sending()[0].text
    with pytest.raises(RuleBroken, match="Eviction defense is no longer offered"):
        referral.send(by=cast.ana)
    cast.service.status = ServiceStatus.TEMPORARILY_CLOSED
    referral.send(by=cast.ana)


def test_the_name_is_among_what_is_shared_exactly_when_it_goes_along(session, cast):
    assert draft(cast, with_identity=True, shared=["language"]).shared == ["identity", "language"]
    assert draft(cast, with_identity=True).shared == ["identity"]
    assert draft(cast, shared=["need", "identity"]).shared == ["need"]
    assert draft(cast).shared is None


def test_a_draft_can_be_changed_and_a_sent_referral_cannot(session, cast):
    referral = draft(cast)
    details = {"domain": Domain.FOOD, "type": ReferralType.WARM_HANDOFF, "method": ReferralMethod.FAX}
    referral.rewrite(by=cast.ana, provider="Food bank", what="Boxes", with_identity=True, **details)
    session.flush()
    assert (referral.service_id, referral.provider, referral.shared) == (None, "Food bank", ["identity"])
    line = trail(session, referral, EventKind.REFERRAL_UPDATED)[0]
    assert {"domain", "provider", "service"} <= set(line.fields)
    referral.rewrite(by=cast.ana, provider="Food bank", what="Boxes", **details)
    referral.send(by=cast.ana)
    with pytest.raises(RuleBroken, match="sent already"):
        referral.rewrite(by=cast.ana, provider="Other", what="Boxes", **details)


# -- gate 3


def test_the_name_goes_out_under_a_release_and_the_disclosure_is_on_the_trail(session, cast):
    consent = release(cast)
    referral = draft(cast, with_identity=True, shared=["need"])
    referral.send(by=cast.ana)
    session.flush()
    assert referral.status is ReferralStatus.SENT
    assert referral.consent is consent
    assert referral.may_be_named
    line = trail(session, referral, EventKind.INFORMATION_DISCLOSED)[0]
    assert (line.fields, line.reason, line.client_id) == (["identity", "need"], CLINIC, cast.rosa.id)


def refused(cast, referral, match):
    with pytest.raises(RuleBroken, match=match):
        referral.send(by=cast.ana)
    assert referral.status is ReferralStatus.DRAFT
    assert referral.consent is None
    assert referral.obstacles_to_sending()


def test_the_name_does_not_go_out_without_a_release(session, cast):
    referral = draft(cast, with_identity=True)
    refused(cast, referral, "no release for Harbor Law Clinic")
    assert trail(session, referral, EventKind.INFORMATION_DISCLOSED) == []
    assert trail(session, referral, EventKind.REFERRAL_SENT) == []


def test_an_expired_release_does_not_count(session, cast):
    release(cast, signed=30, days=-1)
    refused(cast, draft(cast, with_identity=True), "has ended")


def test_a_release_counts_on_its_last_day(session, cast):
    release(cast, signed=30, days=0)
    draft(cast, with_identity=True).send(by=cast.ana)


def test_a_revoked_release_does_not_count(session, cast):
    release(cast).revoke(by=cast.ana, how="By phone")
    refused(cast, draft(cast, with_identity=True), "took back the release")


def test_a_declined_release_does_not_count(session, cast):
    release(cast, outcome=ConsentOutcome.DECLINED, reason="Not now")
    refused(cast, draft(cast, with_identity=True), "no release")


def test_a_release_for_somebody_else_does_not_count(session, cast):
    release(cast, recipient="County Job Center")
    refused(cast, draft(cast, with_identity=True), "no release")


def test_a_release_of_another_client_does_not_count(session, cast):
    consent = release(cast)
    consent.client_id = cast.lena.id
    session.flush()
    refused(cast, draft(cast, with_identity=True), "no release")


def test_a_consent_to_services_is_no_release(session, cast):
    release(cast, type=ConsentType.SERVICES)
    refused(cast, draft(cast, with_identity=True), "no release")


def test_a_release_that_does_not_name_the_identity_does_not_count(session, cast):
    release(cast, information=["need", "language"])
    refused(cast, draft(cast, with_identity=True), "no release")


def test_a_release_for_a_service_of_that_name_at_another_provider_does_not_count(session, cast):
    release(cast, recipient="Food pantry")
    elsewhere = draft(cast, provider="Saint Mary", what="Food pantry", with_identity=True)
    refused(cast, elsewhere, "no release for Saint Mary")


def test_a_release_may_name_the_provider_with_the_service_and_in_any_spelling(session, cast):
    release(cast, recipient="HARBOR  law clinic – Eviction Defense")
    draft(cast, with_identity=True).send(by=cast.ana)


def test_what_is_shared_must_be_on_the_release(session, cast):
    release(cast, information=["identity", "need"])
    referral = draft(cast, with_identity=True, shared=["need", "health", "work"])
    assert [h.values["information"] for h in referral.obstacles_to_sending()] == ["Health", "Work and training history"]
    refused(cast, referral, "does not cover “Health”")


def test_the_name_cannot_have_gone_out_before_the_release_was_signed(session, cast):
    release(cast, signed=2)
    referral = draft(cast, with_identity=True)
    with pytest.raises(RuleBroken, match="signed after that day"):
        referral.send(by=cast.ana, on=clock.today() - timedelta(days=3))
    assert referral.status is ReferralStatus.DRAFT
    referral.send(by=cast.ana, on=clock.today() - timedelta(days=2))
    assert referral.sent_on == clock.today() - timedelta(days=2)


def test_no_name_stands_on_a_paper_after_the_release_ends(session, cast):
    consent = release(cast)
    referral = draft(cast, with_identity=True)
    assert not referral.may_be_named
    referral.send(by=cast.ana)
    assert referral.may_be_named
    consent.revoke(by=cast.ana, how="In person")
    assert not referral.may_be_named


def test_without_the_name_only_the_need_and_the_language_go_along(session, cast):
    referral = draft(cast, shared=["need", "language", "income"])
    with pytest.raises(RuleBroken, match="“Income” could tell who it is"):
        referral.send(by=cast.ana)
    draft(cast, shared=["need", "language"]).send(by=cast.ana)


def test_without_the_name_no_text_says_it_in_passing(session, cast):
    for text in ("Rosa needs a lawyer", "for ROSA’S case", "la señora Diaz", "call rosita", "Her number is 5550100142"):
        refused(cast, draft(cast, need_text=text), "what you wrote says")
    refused(cast, draft(cast, ask=f"File {cast.rosa.number}"), cast.rosa.number)
    refused(cast, draft(cast, bring="Rosa's papers"), "Rosa's")
    draft(cast, need_text="The client needs a lawyer before the end of the month.").send(by=cast.ana)


def test_what_counts_as_a_name(session, cast):
    rosa = cast.rosa
    rosa.other_names.append(OtherName(text="An de la Cruz"))
    rosa.phones.append(Phone(number="555-01"))
    session.flush()
    assert naming(rosa, "an apartment, de la calle") is None
    assert naming(rosa, "An needs one") == "An"
    assert naming(rosa, "señor Cruz-Lima") == "Cruz-Lima"
    assert naming(rosa, "primrosa rosary 555-01") is None
    assert naming(rosa, "") is None


# -- sending and following up


def test_nothing_is_sent_twice(session, cast):
    referral = sent(cast)
    with pytest.raises(RuleBroken, match="sent already"):
        referral.send(by=cast.ana)
    assert len(trail(session, referral, EventKind.REFERRAL_SENT)) == 1


def test_the_day_to_ask_again_comes_from_the_programs_clock(session, cast):
    assert sent(cast).follow_up_on == clock.today() + timedelta(days=14)
    cast.family.referral_days = 5
    assert sent(cast).follow_up_on == clock.today() + timedelta(days=5)
    referral = draft(cast)
    referral.send(by=cast.ana, follow_up_on=clock.today() + timedelta(days=2))
    assert referral.follow_up_on == clock.today() + timedelta(days=2)


def test_a_day_in_the_past_is_no_day_to_ask_again(session, cast):
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(RuleBroken, match="today or a later day"):
        draft(cast).send(by=cast.ana, follow_up_on=yesterday)
    with pytest.raises(RuleBroken, match="today or a later day"):
        sent(cast).hear(by=cast.ana, status=ReferralStatus.SENT, on=clock.today(), follow_up_on=yesterday)


def test_a_referral_is_not_sent_in_the_future(session, cast):
    with pytest.raises(RuleBroken, match="future"):
        draft(cast).send(by=cast.ana, on=clock.today() + timedelta(days=1))


def test_what_was_heard_is_kept_and_the_next_day_to_ask_moves_on(session, cast):
    referral = sent(cast)
    soon = clock.today() + timedelta(days=3)
    visit = clock.now() + timedelta(days=2)
    referral.hear(
        by=cast.bo,
        status=ReferralStatus.SCHEDULED,
        on=clock.today(),
        method=ReferralMethod.PHONE,
        text="They have a place on Tuesday",
        follow_up_on=soon,
        appointment_at=visit,
    )
    session.flush()
    assert (referral.status, referral.follow_up_on, referral.appointment_at) == (ReferralStatus.SCHEDULED, soon, visit)
    update = referral.updates[0]
    assert (update.by, update.method, update.text) == (cast.bo, ReferralMethod.PHONE, "They have a place on Tuesday")
    assert (update.client_id, update.case_id) == (cast.rosa.id, cast.case.id)
    referral.hear(by=cast.ana, status=ReferralStatus.IN_PROGRESS, on=clock.today())
    assert (referral.follow_up_on, referral.appointment_at) == (soon, visit)
    assert [update.status for update in referral.updates] == [ReferralStatus.IN_PROGRESS, ReferralStatus.SCHEDULED]


def test_nothing_is_heard_about_a_draft_so_that_nobody_walks_round_the_gate(session, cast):
    referral = draft(cast, with_identity=True)
    with pytest.raises(RuleBroken, match="not been sent yet"):
        referral.hear(by=cast.ana, status=ReferralStatus.SENT, on=clock.today())
    assert referral.status is ReferralStatus.DRAFT


def test_nothing_is_heard_in_the_future_or_before_it_was_sent(session, cast):
    referral = sent(cast)
    for days, match in ((1, "future"), (-1, "before the referral was sent")):
        on = clock.today() + timedelta(days=days)
        with pytest.raises(RuleBroken, match=match):
            referral.hear(by=cast.ana, status=ReferralStatus.ACCEPTED, on=on)
        with pytest.raises(RuleBroken, match=match):
            referral.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=on)
    assert referral.updates == []


def test_an_end_is_recorded_as_an_outcome(session, cast):
    referral = sent(cast)
    for status in set(ReferralStatus) - set(WAITING):
        with pytest.raises(RuleBroken, match="as an outcome"):
            referral.hear(by=cast.ana, status=status, on=clock.today())


# -- what came of it


def test_a_received_service_completes_the_referral(session, cast):
    referral = sent(cast)
    outcome = {"outcome": ReferralOutcome.PARTIAL, "on": clock.today(), "confirmed_by": ConfirmedBy.CLIENT}
    referral.end(by=cast.ana, text="Two of three visits", **outcome)
    assert (referral.status, referral.follow_up_on, referral.posts_passed) == (ReferralStatus.COMPLETED, None, 4)
    assert referral.updates[0].text == "Two of three visits"
    assert trail(session, referral, EventKind.REFERRAL_ENDED)[0].fields == ["partial"]


def test_a_received_service_needs_a_word_on_how_we_know(session, cast):
    referral = sent(cast)
    for outcome in (ReferralOutcome.RECEIVED, ReferralOutcome.PARTIAL):
        with pytest.raises(RuleBroken, match="how you know"):
            referral.end(by=cast.ana, outcome=outcome, on=clock.today())
    assert referral.status is ReferralStatus.SENT


def test_any_other_outcome_closes_it_and_keeps_how_far_it_came(session, cast):
    referral = sent(cast)
    referral.hear(by=cast.ana, status=ReferralStatus.ACCEPTED, on=clock.today())
    referral.end(by=cast.ana, outcome=ReferralOutcome.NO_SHOW, on=clock.today())
    assert (referral.status, referral.posts_passed) == (ReferralStatus.CLOSED, 2)
    early = sent(cast)
    early.end(by=cast.ana, outcome=ReferralOutcome.NO_RESPONSE, on=clock.today())
    assert early.posts_passed == 1


def test_what_came_of_it_is_said_once(session, cast):
    referral = sent(cast)
    referral.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())
    with pytest.raises(RuleBroken, match="on record already"):
        referral.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())
    with pytest.raises(RuleBroken, match="on record already"):
        referral.hear(by=cast.ana, status=ReferralStatus.ACCEPTED, on=clock.today())


def test_a_draft_can_only_turn_out_not_to_be_wanted(session, cast):
    referral = draft(cast)
    for outcome in set(ReferralOutcome) - set(referral.possible_outcomes):
        with pytest.raises(RuleBroken, match="never sent"):
            referral.end(by=cast.ana, outcome=outcome, on=clock.today(), confirmed_by=ConfirmedBy.CLIENT)
    referral.end(by=cast.ana, outcome=ReferralOutcome.NOT_NEEDED, on=clock.today())
    assert (referral.status, referral.posts_passed) == (ReferralStatus.CLOSED, 0)


def test_nothing_is_followed_up_in_a_closed_case(session, cast):
    referral = sent(cast)
    cast.case.status = CaseStatus.CLOSED
    with pytest.raises(RuleBroken, match="Reopen"):
        referral.hear(by=cast.ana, status=ReferralStatus.ACCEPTED, on=clock.today())
    with pytest.raises(RuleBroken, match="Reopen"):
        referral.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())


def test_entered_in_error_keeps_the_reason_and_counts_nowhere(session, cast):
    referral = sent(cast)
    referral.mistake(by=cast.ana, reason="Wrong client")
    session.flush()
    assert (referral.status, referral.follow_up_on, referral.late) == (ReferralStatus.IN_ERROR, None, False)
    assert referral.updates[0].text == "Wrong client"
    assert trail(session, referral, EventKind.REFERRAL_UPDATED)[0].reason == "Wrong client"
    assert referral not in list(session.scalars(Referral.of(cast.case)))
    with pytest.raises(RuleBroken, match="already"):
        referral.mistake(by=cast.ana, reason="Again")


# -- what there is to know


def test_the_rail_shows_how_far_it_came_and_when(session, cast):
    with clock.at(datetime(2026, 3, 2, 15, tzinfo=UTC)):
        referral = draft(cast)
        assert referral.posts_passed == 0
        referral.send(by=cast.ana)
        assert referral.posts_passed == 1
    with clock.at(datetime(2026, 3, 9, 15, tzinfo=UTC)):
        referral.hear(by=cast.ana, status=ReferralStatus.WAITLISTED, on=date(2026, 3, 5))
        referral.hear(by=cast.ana, status=ReferralStatus.IN_PROGRESS, on=date(2026, 3, 9))
    assert referral.posts_passed == 3
    assert [referral.reached_on(post) for post in (1, 2, 3, 4)] == [
        date(2026, 3, 2),
        date(2026, 3, 5),
        date(2026, 3, 9),
        None,
    ]


def test_a_referral_is_late_the_day_after_somebody_should_have_asked(session, cast):
    with clock.at(datetime(2026, 3, 2, 15, tzinfo=UTC)):
        referral = sent(cast)
    for day, late, days in ((16, False, 0), (17, True, 1), (26, True, 10)):
        with clock.at(datetime(2026, 3, day, 15, tzinfo=UTC)):
            assert (referral.late, referral.days_late) == (late, days)
    with clock.at(datetime(2026, 3, 26, 15, tzinfo=UTC)):
        assert referral.days_waiting == 24
        referral.end(by=cast.ana, outcome=ReferralOutcome.NO_RESPONSE, on=date(2026, 3, 26))
        assert not referral.late


def test_a_draft_is_never_late(session, cast):
    assert not draft(cast, follow_up_on=clock.today() - timedelta(days=40)).late


def test_what_has_to_happen_next(session, cast):
    referral = draft(cast)
    assert referral.awaited is Awaited.SENDING
    referral.send(by=cast.ana)
    assert referral.awaited is Awaited.REPLY
    expected = {
        ReferralStatus.RECEIVED: Awaited.REPLY,
        ReferralStatus.WAITLISTED: Awaited.PLACE,
        ReferralStatus.ACCEPTED: Awaited.APPOINTMENT,
        ReferralStatus.IN_PROGRESS: Awaited.SERVICE,
    }
    for status, awaited in expected.items():
        referral.hear(by=cast.ana, status=status, on=clock.today())
        assert referral.awaited is awaited
    referral.hear(
        by=cast.ana, status=ReferralStatus.SCHEDULED, on=clock.today(), appointment_at=clock.now() + timedelta(hours=1)
    )
    assert referral.awaited is Awaited.APPOINTMENT
    with clock.at(clock.now() + timedelta(hours=2)):
        assert referral.awaited is Awaited.NEWS
    referral.end(by=cast.ana, outcome=ReferralOutcome.NO_SHOW, on=clock.today())
    assert referral.awaited is Awaited.NOTHING


def test_every_status_has_a_place_on_the_rail_and_in_a_lane():
    from app.models.linking.referral import POSTS
    from app.reports.referrals import LANE_OF

    outside = {ReferralStatus.DRAFT, ReferralStatus.CLOSED, ReferralStatus.IN_ERROR}
    assert set(POSTS) == set(ReferralStatus) - outside
    assert set(LANE_OF) == set(ReferralStatus) - {ReferralStatus.IN_ERROR}
