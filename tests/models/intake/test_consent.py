"""Permissions by the rules of each program: what must be on them, who must sign, how they end, and what follows."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.program import Regime
from app.models.closing.closure import Closure
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import (
    FITTING,
    RELEASES,
    ConsentOutcome,
    ConsentStatus,
    ConsentType,
    Direction,
    Expiry,
    Information,
    Manner,
    types_in,
)
from app.models.intake.legal_text import current, every_version, in_force
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole

REGIMES = list(Regime)
WHOLE: dict[str, Any] = {
    "recipient": "Harbor Law Clinic",
    "information": ["identity", "need"],
    "purpose": "So that a lawyer can call",
}


def terms(cast, regime: Regime, **changed: Any) -> dict[str, Any]:
    """Everything that a usual release under these rules holds."""
    risks = "They can help in court. The court papers name the shelter." if regime is Regime.VICTIM_SERVICES else None
    usual = {"type": FITTING[regime][0], "expires_on": clock.today() + timedelta(days=90), "risks": risks}
    return WHOLE | usual | changed


def draft(cast, regime: Regime = Regime.STANDARD, **changed: Any) -> Consent:
    cast.family.regime = regime
    return Consent.prepare(cast.case, by=cast.ana, **terms(cast, regime, **changed))


def ready(cast, regime: Regime = Regime.STANDARD, **changed: Any) -> Consent:
    consent = draft(cast, regime, **changed)
    consent.freeze(by=cast.ana)
    return consent


def signed(role: SignerRole = SignerRole.CLIENT, name: str = "Rosa Díaz", **more: Any) -> Signature:
    usual = {"outcome": SignatureOutcome.SIGNED, "method": SignatureMethod.INK, "signed_on": clock.today()}
    return Signature(role=role, printed_name=name, **(usual | more))


def parent(**more: Any) -> Signature:
    return signed(SignerRole.GUARDIAN, "Inés Díaz", **({"authority": "Mother"} | more))


def answer(cast, consent: Consent, *signatures: Signature, **more: Any) -> Consent:
    usual = {"copy_given_on": clock.today(), "risks_explained": True}
    consent.record_answers(by=cast.ana, signatures=list(signatures or [signed()]), **(usual | more))
    return consent


def in_force_now(cast, regime: Regime = Regime.STANDARD, **changed: Any) -> Consent:
    return answer(cast, ready(cast, regime, **changed))


# -- what must be on it


@pytest.mark.parametrize("regime", REGIMES)
def test_a_release_goes_from_draft_to_ready_to_in_force(session, cast, regime):
    consent = draft(cast, regime)
    assert (consent.status, consent.active) == (ConsentStatus.DRAFT, False)
    consent.freeze(by=cast.ana)
    assert (consent.status, consent.active) == (ConsentStatus.READY, False)
    assert consent.code.startswith("RL-") and consent.discloser == "Millbrook Neighbor Services"
    answer(cast, consent)
    session.flush()
    assert (consent.status, consent.active, consent.scan_missing) == (ConsentStatus.ACTIVE, True, True)
    assert Consent.release_for(cast.case, "harbor law clinic") is consent
    kinds = set(session.scalars(sa.select(Event.kind).where(Event.record_kind == "consent")))
    session.commit()
    kinds = set(session.scalars(sa.select(Event.kind).where(Event.record_kind == "consent")))
    assert kinds == {EventKind.CONSENT_PREPARED, EventKind.CONSENT_FROZEN, EventKind.CONSENT_RECORDED}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("lacking", ["recipient", "information", "purpose", "expires_on"])
def test_it_cannot_be_printed_to_sign_while_something_lacks_and_the_draft_says_what(cast, regime, lacking):
    consent = draft(cast, regime, **{lacking: None})
    assert len(consent.obstacles_to_signing()) >= 1
    with pytest.raises(RuleBroken):
        consent.freeze(by=cast.ana)
    assert consent.status is ConsentStatus.DRAFT
    with pytest.raises(RuleBroken, match="waits for signature"):
        answer(cast, consent)


@pytest.mark.parametrize(
    "regime, changed, words",
    [
        (Regime.VICTIM_SERVICES, {"risks": None}, "good and what is risky"),
        (Regime.VICTIM_SERVICES, {"expires_on": date(2999, 1, 1)}, "within a year"),
        (Regime.VICTIM_SERVICES, {"expiry": Expiry.EVENT, "expires_when": "the trial"}, "ends on a day"),
        (Regime.VICTIM_SERVICES, {"conditions": "No bed without it"}, "nothing may depend"),
        (Regime.VICTIM_SERVICES, {"recipient": "The court; the police"}, "one recipient alone"),
        (Regime.STANDARD, {"expiry": Expiry.NONE}, "Say when it ends"),
        (Regime.HIPAA, {"expiry": Expiry.NONE}, "Say when it ends"),
        (Regime.HIPAA, {"expiry": Expiry.EVENT}, "what it ends with"),
        (Regime.HIPAA, {"expiry": Expiry.TREATMENT}, "Part 2 releases alone"),
        (Regime.STANDARD, {"to_class": True}, "class of recipients"),
        (Regime.PART_2, {"to_class": True}, "class of recipients"),
        (Regime.PART_2, {"expiry": Expiry.NONE}, "Say when it ends"),
        (Regime.PART_2, {"information": ["identity", "counseling_notes"]}, "release of their own"),
        (Regime.PART_2, {"type": ConsentType.PART_2_NOTES}, "for nothing else"),
        (Regime.PART_2, {"type": ConsentType.PART_2_CARE}, "does not sign"),
        (Regime.PART_2, {"intermediary": True}, "stands behind the intermediary"),
        (Regime.STANDARD, {"from_on": date(2026, 5, 1), "to_on": date(2026, 4, 1)}, "must come before"),
        (Regime.STANDARD, {"expires_on": date(2020, 1, 1)}, "end after the day"),
    ],
)
def test_each_regime_asks_for_its_own(cast, regime, changed, words):
    with pytest.raises(RuleBroken, match=words):
        ready(cast, regime, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"type": ConsentType.PART_2_CARE, "to_class": True, "recipient": None, "expiry": Expiry.NONE,
         "conditions": "We can still treat you, but we may not be able to bill your plan."},
        {"type": ConsentType.PART_2_CARE, "expiry": Expiry.TREATMENT, "conditions": "You still get care."},
        {"type": ConsentType.PART_2_NOTES, "information": ["counseling_notes"]},
        {"type": ConsentType.PART_2_PROCEEDINGS, "purpose": "Case 12-345, custody"},
        {"intermediary": True, "members": "My treating providers"},
        {"expiry": Expiry.EVENT, "expires_when": "the probation ends"},
    ],
)  # fmt: skip
def test_part_2_has_consents_of_its_own_for_care_notes_and_proceedings(cast, changed):
    consent = answer(cast, ready(cast, Regime.PART_2, **changed))
    assert consent.active
    named = consent.type in (ConsentType.PART_2, ConsentType.PART_2_CARE) and consent.recipient
    assert bool(Consent.release_for(cast.case, "Harbor Law Clinic")) == bool(named)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("kind", RELEASES)
def test_a_program_knows_the_releases_of_its_own_rules_alone(cast, regime, kind):
    assert (kind in types_in(regime)) == (kind in FITTING[regime])
    if kind not in FITTING[regime]:
        with pytest.raises(RuleBroken, match="Under the rules of this program"):
            draft(cast, regime, type=kind)


def test_victim_services_put_nobody_into_a_shared_database(cast):
    with pytest.raises(RuleBroken, match="shared database"):
        draft(cast, Regime.VICTIM_SERVICES, type=ConsentType.DATA_SHARING)


def test_a_draft_can_be_rewritten_and_a_final_paper_cannot(session, cast):
    consent = draft(cast, purpose=None)
    consent.rewrite(by=cast.ana, **terms(cast, Regime.STANDARD, recipient="County Job Center"))
    consent.freeze(by=cast.ana)
    with pytest.raises(RuleBroken, match="final"):
        consent.rewrite(by=cast.ana, **terms(cast, Regime.STANDARD))
    assert consent.recipient == "County Job Center"


def test_a_draft_of_rules_that_have_changed_since_is_begun_anew(cast):
    consent = draft(cast)
    cast.family.regime = Regime.HIPAA
    with pytest.raises(RuleBroken, match="rules have changed"):
        consent.freeze(by=cast.ana)


# -- who signs


def test_declining_needs_the_reason_and_allows_nothing(cast):
    consent = ready(cast)
    no = Signature(role=SignerRole.CLIENT, printed_name="Rosa", outcome=SignatureOutcome.DECLINED)
    with pytest.raises(RuleBroken, match="why Rosa did not sign"):
        answer(cast, consent, no)
    no.reason = "Wants to ask her sister"
    consent = answer(cast, ready(cast), no)
    assert (consent.status, consent.reason, consent.active) == (ConsentStatus.DECLINED, no.reason, False)


def test_a_witness_alone_is_no_answer(cast):
    with pytest.raises(RuleBroken, match="client’s signature"):
        answer(cast, ready(cast), signed(SignerRole.WITNESS, "Ann"))


def test_a_representative_shows_the_authority(cast):
    other = signed(SignerRole.REPRESENTATIVE, "Luz Ortega")
    with pytest.raises(RuleBroken, match="the right to sign"):
        answer(cast, ready(cast), other)
    other.authority = "Power of attorney of May 3"
    assert answer(cast, ready(cast), other).active


def a_child(cast) -> None:
    cast.rosa.born_on = clock.today() - timedelta(days=15 * 365)


@pytest.mark.parametrize(
    "regime, signers, alone, good",
    [
        (Regime.STANDARD, "client", False, False),
        (Regime.STANDARD, "parent", False, True),
        (Regime.STANDARD, "client", True, True),
        (Regime.HIPAA, "client", False, False),
        (Regime.HIPAA, "parent", False, True),
        (Regime.PART_2, "parent", False, False),
        (Regime.PART_2, "client", False, False),
        (Regime.PART_2, "both", False, True),
        (Regime.PART_2, "client", True, True),
        (Regime.PART_2, "parent", True, False),
        (Regime.VICTIM_SERVICES, "client", False, False),
        (Regime.VICTIM_SERVICES, "parent", False, False),
        (Regime.VICTIM_SERVICES, "both", False, True),
        (Regime.VICTIM_SERVICES, "client", True, True),
    ],
)
def test_who_signs_for_a_minor(cast, regime, signers, alone, good):
    a_child(cast)
    consent = ready(cast, regime, alone_reason="State law, 12 and older" if alone else None)
    rows = {"client": [signed()], "parent": [parent()], "both": [signed(), parent()]}[signers]
    if good:
        assert answer(cast, consent, *rows, parent_safe=True).active
    else:
        with pytest.raises(RuleBroken):
            answer(cast, consent, *rows, parent_safe=True)


def test_an_abuser_never_signs(cast):
    a_child(cast)
    with pytest.raises(RuleBroken, match="abuser may never sign"):
        answer(cast, ready(cast, Regime.VICTIM_SERVICES), signed(), parent())
    with pytest.raises(RuleBroken, match="abuser may never sign"):
        a_grown_up = cast.rosa
        a_grown_up.born_on = date(1990, 1, 1)
        answer(cast, ready(cast, Regime.VICTIM_SERVICES), signed(SignerRole.REPRESENTATIVE, "X", authority="Guardian"))


@pytest.mark.parametrize("regime", [Regime.HIPAA, Regime.PART_2, Regime.VICTIM_SERVICES])
def test_the_client_gets_a_copy_or_says_why_not(cast, regime):
    with pytest.raises(RuleBroken, match="copy"):
        answer(cast, ready(cast, regime), copy_given_on=None)
    consent = answer(cast, ready(cast, regime), copy_given_on=None, no_copy_reason="Not safe at home")
    assert consent.active and not consent.copy_given and consent.no_copy_reason == "Not safe at home"


def test_the_risks_are_explained_before_a_victim_signs(cast):
    with pytest.raises(RuleBroken, match="Explain to the client"):
        answer(cast, ready(cast, Regime.VICTIM_SERVICES), risks_explained=False)


def test_on_paper_the_client_may_allow_less_and_never_more(cast):
    less = answer(cast, ready(cast), information=["identity"])
    assert less.kinds == [Information.IDENTITY]
    with pytest.raises(RuleBroken, match="did not ask for that"):
        answer(cast, ready(cast), information=["identity", "hiv"])
    with pytest.raises(RuleBroken, match="Nothing was ticked"):
        answer(cast, ready(cast), information=[])
    with pytest.raises(RuleBroken, match="only end earlier"):
        answer(cast, ready(cast), expires_on=clock.today() + timedelta(days=91))
    assert answer(cast, ready(cast), expires_on=clock.today() + timedelta(days=9)).days_left == 9


@pytest.mark.parametrize("regime", [Regime.PART_2, Regime.VICTIM_SERVICES])
def test_a_paper_that_was_not_printed_here_is_held_to_the_same_rules(cast, regime):
    cast.family.regime = regime
    given = terms(cast, regime) | {"signed_on": clock.today(), "outcome": ConsentOutcome.SIGNED, "case": cast.case}
    with pytest.raises(RuleBroken):
        Consent.record_signed(cast.rosa, by=cast.ana, **given)
    given |= {"copy_given": True, "risks_explained": True}
    assert Consent.record_signed(cast.rosa, by=cast.ana, **given).active
    a_child(cast)
    with pytest.raises(RuleBroken, match="minor"):
        Consent.record_signed(cast.rosa, by=cast.ana, **given)


def test_simple_permissions_need_no_recipient(cast):
    for kind in [each for each in types_in(Regime.STANDARD) if not each.release]:
        bare = {"type": kind, "recipient": None, "information": None, "purpose": None, "expires_on": None}
        assert answer(cast, ready(cast, **bare)).active, kind


# -- how it ends


def test_it_ends_on_its_day_and_says_so_thirty_days_before(cast):
    consent = in_force_now(cast)
    for days, status in ((59, "active"), (60, "expiring"), (90, "expiring"), (91, "expired")):
        with clock.at(clock.now() + timedelta(days=days)):
            assert consent.status == status, days
            assert consent.active == (status != "expired")


def test_it_ends_with_what_it_waits_for(cast):
    consent = in_force_now(cast, expiry=Expiry.EVENT, expires_when="the lease is signed", expires_on=None)
    assert consent.expires_on is None and consent.active
    consent.come_to_its_end(by=cast.ana)
    assert consent.status is ConsentStatus.EXPIRED
    with pytest.raises(RuleBroken, match="does not wait"):
        consent.come_to_its_end(by=cast.ana)
    with pytest.raises(RuleBroken, match="does not wait"):
        in_force_now(cast).come_to_its_end(by=cast.ana)


def test_one_that_holds_until_the_end_of_treatment_ends_with_the_case(session, cast):
    care = {"type": ConsentType.PART_2_CARE, "conditions": "You still get care.", "expiry": Expiry.TREATMENT}
    consent = in_force_now(cast, Regime.PART_2, **care)
    assert consent.active
    cast.case.status = CaseStatus.CLOSED
    cast.case.closures.append(Closure(client_id=cast.rosa.id, by=cast.ana, closed_on=clock.today(), goal_outcomes=[]))
    assert consent.status is ConsentStatus.EXPIRED
    assert consent.in_force_on(clock.today()) and not consent.in_force_on(clock.today() + timedelta(days=1))


@pytest.mark.parametrize("manner", Manner)
def test_taking_it_back_is_honoured_at_once_in_words_and_in_writing(session, cast, manner):
    consent = in_force_now(cast)
    consent.revoke(by=cast.ana, manner=manner)
    assert (consent.status, consent.revoked_manner) == (ConsentStatus.REVOKED, manner)
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is None
    assert Consent.addressed_to(cast.case, "Harbor Law Clinic") == [consent]


def test_what_was_not_signed_cannot_be_taken_back(cast):
    for consent in (draft(cast), ready(cast)):
        with pytest.raises(RuleBroken, match="not signed"):
            consent.revoke(by=cast.ana)


def test_the_one_signed_last_holds_also_when_it_allows_less(session, cast):
    wide = in_force_now(cast, information=["identity", "need", "health"])
    elsewhere = in_force_now(cast, recipient="County Job Center")
    narrow = in_force_now(cast, information=["identity"])
    assert (wide.status, narrow.status) == (ConsentStatus.SUPERSEDED, ConsentStatus.ACTIVE)
    assert elsewhere.active
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is narrow
    narrow.revoke(by=cast.ana)
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is None, "the older one does not come back"
    assert Consent.addressed_to(cast.case, "Harbor Law Clinic")[0] is narrow


def test_one_entered_in_error_allows_nothing_and_stays_readable(cast):
    consent = in_force_now(cast)
    consent.mistake(by=cast.ana, reason="Another client’s paper")
    assert consent.status is ConsentStatus.IN_ERROR and not consent.active
    with pytest.raises(RuleBroken, match="already"):
        consent.mistake(by=cast.ana, reason="again")
    with pytest.raises(RuleBroken, match="not signed"):
        consent.revoke(by=cast.ana)


def test_on_the_day_it_was_taken_back_the_time_decides(cast):
    consent = in_force_now(cast)
    at_eleven = clock.from_local(clock.today(), time(11))
    with clock.at(at_eleven):
        consent.revoke(by=cast.ana)
    today = clock.today()
    assert consent.in_force_on(today, time(9)) and not consent.in_force_on(today, time(12))
    assert not consent.in_force_on(today), "without a time nobody knows what came first"
    assert not consent.in_force_on(today - timedelta(days=1)), "it was not signed yet"


@pytest.mark.parametrize(
    "direction, gives", [(Direction.RELEASE, True), (Direction.BOTH, True), (Direction.OBTAIN, False)]
)
def test_one_that_lets_them_tell_us_does_not_let_us_tell_them(cast, direction, gives):
    in_force_now(cast, direction=direction)
    assert (Consent.release_for(cast.case, "Harbor Law Clinic") is not None) == gives


def test_a_release_of_looser_rules_is_not_enough_for_hipaa(cast):
    in_force_now(cast)
    assert Consent.release_for(cast.case, "Harbor Law Clinic")
    cast.family.regime = Regime.HIPAA
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is None
    in_force_now(cast, Regime.HIPAA)
    assert Consent.release_for(cast.case, "Harbor Law Clinic")


def test_a_closed_case_prepares_nothing(cast):
    cast.case.status = CaseStatus.CLOSED
    with pytest.raises(RuleBroken, match="Reopen"):
        draft(cast)


def test_a_case_of_another_client_is_refused(cast):
    given = terms(cast, Regime.STANDARD) | {"signed_on": clock.today(), "outcome": ConsentOutcome.SIGNED}
    with pytest.raises(RuleBroken, match="another client"):
        Consent.record_signed(cast.rosa, by=cast.ana, case=cast.elder_case, **given)
    assert Case.open


# -- the wording


def test_every_text_has_a_day_a_source_and_both_languages():
    texts = every_version()
    assert {text.key for text in texts} >= {kind.value for kind in ConsentType if not kind.release}
    for text in texts:
        assert text.effective_on and text.source and text.statements
        for sentence in (text.title, *text.statements):
            assert sentence.en and sentence.es and sentence.en != sentence.es
    assert len(current()) == len({text.key for text in texts})


def test_the_text_that_counts_is_the_newest_that_has_begun():
    text = in_force("services")
    assert text.effective_on <= clock.today()
    assert in_force("services", on=date(2000, 1, 1)).version == 1, "before the first one, the first"
