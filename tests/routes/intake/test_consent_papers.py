"""A permission from the draft to the signed paper and its end, as a person meets it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.document import Document, Paper, PaperKind
from app.models.agency.event import Event, EventKind
from app.models.caseload.client import PrintFormat
from app.models.caseload.program import Regime
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import ConsentOutcome, ConsentStatus, ConsentType
from app.models.intake.disclosure import Disclosure

CLINIC = "Harbor Law Clinic"
SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def only(session) -> Consent:
    session.expire_all()
    return session.scalars(sa.select(Consent).order_by(Consent.id.desc())).first()


def drafted(visit, cast, **more):
    """A draft of a release for the law clinic."""
    page = visit.get(f"/cases/{cast.case.id}/consents/new?recipient={CLINIC}")
    return page.submit("Save the draft", **({"purpose": "So that a lawyer can call"} | more))


def ready(visit, cast, **more):
    return drafted(visit, cast, **more).submit("Make it ready for signature")


def signed(visit, cast, **more):
    form = ready(visit, cast).click("Record signatures")
    return form.submit("Record signatures", **(SIGNED | more))


SIGNED = {"client-outcome": "signed", "client-signed_on": ""}


@pytest.fixture
def ana(visit, cast):
    SIGNED["client-signed_on"] = clock.today().isoformat()
    return visit.sign_in(cast.ana)


def test_a_draft_says_what_it_still_needs_and_is_printed_when_it_has_it(ana, session, cast):
    page = drafted(ana, cast, purpose="", information=[])
    assert "Say what for." in page.text("aside.stack") and "Say what may be shared." in page.text("aside.stack")
    assert "Make it ready" not in page.text("main")
    edited = page.click("Change the draft")
    assert edited.all("#recipient")[0].get("value") == CLINIC
    page = edited.submit("Save the draft", purpose="To help", information=["identity"])
    page = page.submit("Make it ready for signature")
    assert "Waiting for signature" in page.text(".section-head")
    paper = session.scalars(sa.select(Paper)).one()
    assert (paper.kind, paper.consent_id, paper.language) == (PaperKind.RELEASE, only(session).id, "es")
    assert paper.particulars["recipient"] == CLINIC and paper.particulars["both"]


@pytest.mark.parametrize("language, printed, both", [("en", "en", True), ("both", "es", True), ("es", "es", False)])
@pytest.mark.parametrize("size", PrintFormat)
def test_it_is_printed_in_the_language_and_the_size_that_are_chosen(ana, session, cast, language, printed, both, size):
    drafted(ana, cast).submit("Make it ready for signature", language=language, print_format=size.value)
    said = session.scalars(sa.select(Paper)).one().particulars
    wanted = {"standard": "standard", "large": "large", "extra_large": "xl"}[size.value]
    assert (said["language"], said["both"], said["size"]) == (printed, both, wanted)


def test_a_final_paper_cannot_be_edited_and_freezing_twice_is_refused(ana, session, cast):
    ready(ana, cast)
    consent = only(session)
    ana.get(f"/consents/{consent.id}/edit", status=409)
    ana.post(f"/consents/{consent.id}/edit", {"type": "release"}, status=409)
    ana.post(f"/consents/{consent.id}/freezing/", {"language": "en", "print_format": "standard"}, status=409)
    assert session.scalar(sa.select(sa.func.count(Paper.id))) == 1


def test_a_bad_choice_of_language_is_refused_and_nothing_is_final(ana, session, cast):
    drafted(ana, cast)
    consent = only(session)
    ana.post(f"/consents/{consent.id}/freezing/", {"language": "xx", "print_format": "standard"}, status=409)
    assert only(session).status is ConsentStatus.DRAFT


def test_what_came_back_is_recorded_with_its_scan_and_the_gate_opens(ana, session, cast):
    form = ready(ana, cast).click("Record signatures")
    boxes = ["identity", "need"]
    page = form.submit("Record signatures", **SIGNED, information=boxes, scan=(io.BytesIO(SCAN), "scan.pdf"))
    consent = only(session)
    assert "In force" in page.text(".section-head") and "scan missing" not in page.text(".section-head")
    assert consent.information == boxes and consent.document.client_id == cast.rosa.id
    assert Consent.release_for(cast.case, CLINIC) is not None
    assert page.click("Open the scan", status=200)


def test_a_signed_paper_without_its_scan_is_listed_until_it_is_attached(ana, session, cast):
    page = signed(ana, cast)
    assert "Signed – scan missing" in page.text(".section-head")
    form = page.click("Attach the scan")
    ana_file = {"kind": "consent", "title": "Signed", "file": (io.BytesIO(SCAN), "a.pdf")}
    once = {c.get("name"): c.get("value", "") for c in form.all("form[enctype] input[type=hidden]")}
    target = form.all("form[enctype]")[0].get("action")
    page = ana.post(target, once | ana_file, content_type="multipart/form-data")
    assert "scan missing" not in page.text(".section-head")
    assert only(session).document_id == session.scalars(sa.select(Document.id)).one()


def test_a_refused_signature_keeps_what_was_typed_and_changes_nothing(ana, session, cast):
    form = ready(ana, cast).click("Record signatures")
    wrong = {"client-outcome": "declined", "client-reason": "", "no_copy_reason": "Not <b>safe</b> at home"}
    again = form.submit("Record signatures", status=422, **wrong)
    assert again.all("#no_copy_reason")[0].get("value") == "Not <b>safe</b> at home"
    later = (clock.today() + timedelta(days=999)).isoformat()
    again = form.submit("Record signatures", status=422, **(SIGNED | {"expires_on": later}))
    assert "only end earlier" in again.text(".errors")
    assert only(session).status is ConsentStatus.READY and not only(session).signatures
    ana.get(f"/consents/{only(session).id}/signatures/new")


def test_declining_is_on_record_with_the_reason(ana, session, cast):
    form = ready(ana, cast).click("Record signatures")
    page = form.submit("Record signatures", **{"client-outcome": "declined", "client-reason": "Not the court"})
    assert "Declined" in page.text(".section-head") and "Not the court" in page.text("main")
    assert Consent.release_for(cast.case, CLINIC) is None


def test_taken_back_it_is_said_at_the_head_of_the_record_and_where_it_would_be_used(ana, session, cast):
    page = signed(ana, cast)
    assert "taken back" not in ana.get(f"/cases/{cast.case.id}/").text(".case-meta")
    listed = page.click("The client takes it back").submit("End this permission", manner="written", how="By letter")
    assert "Taken back" in listed.text("ul.rows")
    assert "1 release was taken back" in listed.text(".case-meta")
    assert "Share nothing" in ana.get(f"/cases/{cast.case.id}/").text("[aria-labelledby=releases-h]")
    form = ana.get(f"/referrals/new?case={cast.case.id}&service={cast.service.id}")
    assert "Rosa took back the release for Harbor Law Clinic" in form.text("#agree")
    line = session.scalars(sa.select(Event).where(Event.kind == EventKind.CONSENT_REVOKED)).one()
    assert line.reason == "By letter"


def test_one_that_ends_soon_is_said_at_the_head_on_my_day_and_in_the_referral(ana, session, cast):
    signed(ana, cast)
    consent = only(session)
    consent.expires_on = clock.today() + timedelta(days=12)
    session.commit()
    assert "1 release ends soon" in ana.get(f"/cases/{cast.case.id}/").text(".case-meta")
    assert "Rosa" in ana.get("/").text("main")
    form = ana.get(f"/referrals/new?case={cast.case.id}&service={cast.service.id}")
    assert "It ends soon" in form.text("#agree")


def test_a_new_one_like_it_begins_with_the_same_words_and_takes_its_place(ana, session, cast):
    page = signed(ana, cast)
    old = only(session).id
    form = page.click("A new one like it")
    assert form.all("#recipient")[0].get("value") == CLINIC
    form.submit("Save the draft").submit("Make it ready for signature").click("Record signatures").submit(
        "Record signatures", **SIGNED
    )
    session.expire_all()
    assert session.get(Consent, old).status is ConsentStatus.SUPERSEDED
    assert only(session).status is ConsentStatus.ACTIVE


def test_one_that_waits_for_something_ends_when_it_has_happened(ana, session, cast):
    page = drafted(ana, cast, expiry="event", expires_when="the lease is signed", expires_on="")
    page = page.submit("Make it ready for signature").click("Record signatures").submit("Record signatures", **SIGNED)
    page = page.submit("What it was to end with has happened")
    assert "It has ended" in page.text("main")
    assert Consent.release_for(cast.case, CLINIC) is None


def test_a_draft_that_is_not_wanted_stays_readable_and_allows_nothing(ana, session, cast):
    page = drafted(ana, cast).click("Not wanted")
    page.submit("Mark as entered in error", status=422, reason=" ")
    listed = page.submit("Mark as entered in error", reason="Typed twice")
    assert "Entered in error" in listed.text("ul.rows") and "Typed twice" in listed.text("ul.rows")
    ana.get(f"/consents/{only(session).id}/edit", status=409)


def test_two_people_who_edit_one_draft_are_shown_both_texts(ana, session, cast):
    drafted(ana, cast)
    id = only(session).id
    form = ana.get(f"/consents/{id}/edit")
    ana.get(f"/consents/{id}/edit").submit("Save the draft", purpose="Theirs")
    conflict = form.submit("Save the draft", status=409, purpose="Mine")
    assert "Mine" in conflict.said() and "Theirs" in conflict.said()
    assert only(session).purpose == "Theirs"


@pytest.mark.parametrize(
    "regime, kind", [(Regime.PART_2, ConsentType.RELEASE), (Regime.VICTIM_SERVICES, ConsentType.DATA_SHARING)]
)
def test_a_kind_that_the_rules_do_not_know_is_refused_in_words_with_what_was_typed(ana, session, cast, regime, kind):
    cast.family.regime = regime
    cast.rosa.kept_by_id = cast.family.id
    session.commit()
    data = {"type": kind.value, "recipient": "Somebody", "purpose": "Typed with care"}
    again = ana.post(f"/cases/{cast.case.id}/consents/new", data, status=422)
    assert again.all("#purpose")[0].get("value") == "Typed with care"
    assert session.scalars(sa.select(Consent)).all() == []


def test_a_part_2_sharing_prints_the_notice_that_goes_along(ana, session, cast):
    cast.family.regime = Regime.PART_2
    session.commit()
    given = Consent.record_signed(
        cast.rosa, case=cast.case, by=cast.ana, type=ConsentType.PART_2, outcome=ConsentOutcome.SIGNED, signed_on=clock.today(),
        recipient=CLINIC, information=["identity", "substance_use"], purpose="Treatment", copy_given=True,
        expires_on=clock.today() + timedelta(days=90),
    )  # fmt: skip
    session.commit()
    form = ana.get(f"/clients/{cast.rosa.id}/disclosures/new")
    today = clock.today().isoformat()
    said = {"happened_on": today, "recipient": CLINIC, "method": "fax", "what": "Dates", "purpose": "Care"}
    said |= {"basis": "consent", "consent": str(given.id)}
    wrong = form.submit("Put it on record", status=422, **said, information=["hiv"])
    assert "does not cover “HIV or AIDS”" in wrong.text(".errors")
    elsewhere = said | {"recipient": "Another clinic"}
    wrong = form.submit("Put it on record", status=422, **elsewhere, information=["identity"])
    assert "for Harbor Law Clinic alone" in wrong.text(".errors")
    listed = form.submit("Put it on record", **said, information=["identity"])
    told = session.scalars(sa.select(Disclosure)).one()
    assert told.notice_version == 1 and told.information == ["identity"]
    answer = ana.post(f"/disclosures/{told.id}/notice/", follow=False)
    assert "Print the notice" in listed.text("table") and answer.location.endswith(".pdf")
    paper = session.scalars(sa.select(Paper)).one()
    assert paper.kind is PaperKind.REDISCLOSURE_NOTICE and "2.64" in " ".join(paper.particulars["statements"])
    assert paper.particulars["permission_covers"].startswith("Name and how")


def test_what_needs_no_notice_gets_none(ana, session, cast):
    form = ana.get(f"/clients/{cast.rosa.id}/disclosures/new")
    form.submit("Put it on record", happened_on=clock.today().isoformat(),
                recipient="School", method="phone", what="x", purpose="y", basis="client_request")  # fmt: skip
    told = session.scalars(sa.select(Disclosure)).one()
    ana.post(f"/disclosures/{told.id}/notice/", status=409)


@pytest.mark.parametrize("outcome, offered", [(None, True), ("signed", True), ("declined", False), ("revoked", False)])
def test_texts_are_offered_only_while_the_consent_to_them_stands(visit, session, cast, outcome, offered):
    if outcome:
        given = Consent.record_signed(
            cast.rosa, case=cast.case, by=cast.ana, type=ConsentType.TEXTING, signed_on=clock.today(), reason="No",
            outcome=ConsentOutcome.DECLINED if outcome == "declined" else ConsentOutcome.SIGNED,
        )  # fmt: skip
        if outcome == "revoked":
            given.revoke(by=cast.ana)
    session.commit()
    visit.sign_in(cast.ana)
    assert ("Safe: text" in visit.get(f"/clients/{cast.rosa.id}/details/").text("main")) == offered
    form = visit.get(f"/referrals/new?case={cast.case.id}&service={cast.service.id}")
    assert ("Text" in form.text("[aria-labelledby=reach-h]")) == offered
    visit.sign_in(cast.fay)
    assert ("Safe: text" in visit.get(f"/clients/{cast.rosa.id}/").text("main")) == offered


def test_the_administrator_reads_the_wording_and_is_told_to_have_counsel_review_it(visit, cast):
    page = visit.sign_in(cast.ada).get("/settings/").click("Read it")
    assert "Have counsel review it" in page.text("main") and "45 CFR 164.508" in page.text("main")
    visit.sign_in(cast.ana).get("/settings/legal-texts/", status=403)


def test_the_counsel_note_is_on_no_paper(ana, session, cast):
    ready(ana, cast)
    assert "counsel" not in str(session.scalars(sa.select(Paper)).one().particulars).lower()


def test_a_stranger_finds_no_draft_and_signs_nothing(visit, session, cast):
    visit.sign_in(cast.ana)
    ready(visit, cast)
    id = only(session).id
    visit.sign_in(cast.cy)
    for path in ("", "edit", "error", "signatures/new", "revocation/new"):
        visit.get(f"/consents/{id}/{path}", status=404)
    visit.post(f"/consents/{id}/signatures/new", dict(SIGNED), status=404)
    visit.post(f"/consents/{id}/freezing/", {}, status=404)
