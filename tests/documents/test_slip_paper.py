"""What a referral slip says, and what it must not: read from the directory, named only under a release in force."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.documents.heading import reading_language
from app.documents.particulars import Unfit, check
from app.documents.rendering import render
from app.documents.slip_paper import how_to_reach, issue, particulars
from app.models.agency.document import Paper, PaperKind
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.base import RuleBroken
from app.models.caseload.client import OtherName, Phone, PreferredContact, PrintFormat
from app.models.caseload.program import Regime
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.directory import Location, ServiceAtLocation, ServiceStatus
from app.models.linking.directory_details import (
    Accessibility,
    AddressType,
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryLanguage,
    DirectoryPhone,
    PhoneType,
    RequiredDocument,
    Schedule,
    ServiceArea,
)
from app.models.linking.referral import Referral, ReferralMethod, ReferralOutcome, ReferralType
from tests.documents.pdfs import pages as pages_of
from tests.documents.pdfs import text as text_of


def release(cast, *information, type=ConsentType.RELEASE):
    """A release of Rosa's for the law clinic."""
    return Consent.record_signed(
        cast.rosa,
        case=cast.case,
        by=cast.ana,
        type=type,
        copy_given=True,
        outcome=ConsentOutcome.SIGNED,
        signed_on=clock.today(),
        recipient="Harbor Law Clinic",
        information=["identity", *information],
        purpose="Referral",
        expires_on=date(clock.today().year + 1, 11, 16),
    )


def sent(cast, **details):
    """A referral of Rosa's that went out, to the law clinic unless `provider` says where."""
    if "provider" not in details:
        details.setdefault("service", cast.service)
    values = {"domain": Domain.LEGAL, "type": ReferralType.REFERRAL, "method": ReferralMethod.PHONE}
    referral = Referral.make(cast.case, by=cast.ana, **values | details)
    referral.send(by=cast.ana)
    return referral


def slip(cast, referral):
    """Its particulars as of now."""
    return particulars(referral, by=cast.ana, code="RF-1-1-ABCD")


def place(session, cast, street, **more):
    """Another place of the law clinic."""
    location = Location(name=street, organization=cast.service.organization, **more)
    town = {"city": "Millbrook", "state_province": "MD", "postal_code": "21201", "country": "US"}
    location.addresses = [
        DirectoryAddress(address_1="PO Box 1", address_type=AddressType.POSTAL, **town),
        DirectoryAddress(address_1=street, **town),
    ]
    session.add(ServiceAtLocation(service=cast.service, location=location))
    session.flush()
    return location


@pytest.fixture
def listed(session, cast):
    """The law clinic with everything the directory can say about it."""
    service = cast.service
    service.alert = "Use the side door."
    service.internal_note = "They are slow."
    service.interpretation_services = "Other languages by telephone."
    service.fees_description = "Free"
    place(session, cast, "88 Harbor Road", transportation="Bus 14 to Harbor and Main")
    session.add_all(
        [
            DirectoryPhone(service_id=service.id, number="(410) 555-0100", type=PhoneType.FAX),
            DirectoryPhone(service_id=service.id, number="(410) 555-0161", extension="3"),
            DirectoryPhone(organization_id=service.organization_id, number="(410) 555-0999"),
            Schedule(service_id=service.id, freq="WEEKLY", byday="MO,TU,WE,TH", opens_at=time(9), closes_at=time(16)),
            DirectoryLanguage(service_id=service.id, name="English"),
            DirectoryLanguage(service_id=service.id, name="Spanish"),
            RequiredDocument(service_id=service.id, document="Photo ID"),
            CostOption(service_id=service.id, option="Copies", amount_cents=500, currency="USD"),
        ]
    )
    session.flush()
    return service


def test_the_directory_says_where_to_go(session, cast, listed):
    found = slip(cast, sent(cast, contact="Ms. Adeyemi", bring="The lease\n\n  A pen  "))
    assert found["to"] == {
        "organization": "Harbor Law Clinic",
        "service": "Eviction defense",
        "person": "Ms. Adeyemi",
        "phone": "(410) 555-0161 ext. 3",
        "address": "88 Harbor Road\nMillbrook, MD 21201",
        "hours": ["lun a jue, de 9\N{NO-BREAK SPACE}a.m. a 4\N{NO-BREAK SPACE}p.m."],
        "bus": "Bus 14 to Harbor and Main",
    }
    assert found["documents"] == ["Photo ID"]
    assert found["bring"] == ["The lease", "A pen"]
    assert found["cost"] == "Copies $5; Free"
    assert found["languages"] == "English, Spanish. Other languages by telephone"
    assert found["alert"] == "Use the side door."
    assert found["need"] == "Legal"
    assert "They are slow" not in str(found)


def test_the_directory_says_who_it_is_for_and_how_to_begin(session, cast, listed):
    cast.rosa.spoken_language = "English"
    listed.eligibility_description = "Tenants with a court date"
    listed.minimum_age = 18
    listed.application_process = "Call first.\nThen come."
    listed.wait_time = "Two weeks"
    session.add(ServiceArea(service_id=listed.id, name="Harford County"))
    location = session.scalars(sa.select(Location)).one()
    session.add(Accessibility(location_id=location.id, description="Ramp at the side door"))
    session.flush()
    session.expire_all()
    found = slip(cast, sent(cast))
    assert found["for_whom"] == ["Tenants with a court date", "Age 18 and over", "People who live in: Harford County"]
    assert (found["apply"], found["wait"], found["access"]) == (
        "Call first.\nThen come.",
        "Two weeks",
        "Ramp at the side door",
    )


def test_long_texts_are_cut_at_a_sentence_and_the_clients_copy_stays_one_page(session, cast, listed):
    cast.rosa.spoken_language = "English"
    sentence = "Bring every paper you have about your home and your income. "
    for name in ("eligibility_description", "application_process", "fees_description"):
        setattr(listed, name, sentence * 30)
    listed.minimum_age, listed.interpretation_services = 18, None
    session.add_all(RequiredDocument(service_id=listed.id, document=f"Document {n}") for n in range(9))
    session.add_all(
        Schedule(service_id=listed.id, description=f"Room {n}, every second day of the month") for n in range(9)
    )
    session.flush()
    session.expire_all()
    found = slip(cast, sent(cast))
    assert found["apply"].startswith(sentence.strip()) and found["apply"].endswith(". (More: ask us.)")
    assert found["documents"][-1] == found["to"]["hours"][-1] == "(More: ask us.)"
    assert all(len(text) < 300 for text in (found["apply"], found["cost"], *found["for_whom"]))
    client_copy = [text for text in pages_of(render(found)) if "client copy" in text]
    assert len(client_copy) == 1 and "Page 1 of 1" in client_copy[0]


def test_what_the_directory_does_not_know_is_named_once_to_be_asked_for(session, cast):
    cast.rosa.spoken_language = "English"
    text = text_of(render(slip(cast, sent(cast))))
    asked = " ".join(text.split())
    assert "We do not know, so please ask them: phone; address; hours and days; by bus;" in asked
    assert "Nothing recorded" not in pages_of(render(slip(cast, sent(cast))))[0]


def test_without_numbers_of_its_own_the_organizations_are_given(session, cast):
    session.add(DirectoryPhone(organization_id=cast.service.organization_id, number="(410) 555-0999"))
    session.flush()
    assert slip(cast, sent(cast))["to"]["phone"] == "(410) 555-0999"


def test_the_directory_says_whom_to_ask_for_when_nobody_is_written_down(session, cast):
    session.add(DirectoryContact(service_id=cast.service.id, name="Ms. Adeyemi", title="Intake"))
    session.flush()
    assert slip(cast, sent(cast))["to"]["person"] == "Ms. Adeyemi, Intake"
    assert slip(cast, sent(cast, contact="Mr. Li"))["to"]["person"] == "Mr. Li"


def test_of_many_places_the_first_few_are_given(session, cast):
    cast.rosa.spoken_language = "English"
    for number in range(5):
        place(session, cast, f"{number} Main Street")
    address = slip(cast, sent(cast))["to"]["address"].splitlines()
    assert address[::2] == ["0 Main Street", "1 Main Street", "2 Main Street", "And 2 more places: call and ask."]


def test_an_unlisted_provider_is_printed_as_it_was_written(session, cast):
    found = slip(cast, sent(cast, provider="Sra. Luz", what="Ropa para niños"))
    assert (found["to"]["organization"], found["to"]["service"]) == ("Sra. Luz", "Ropa para niños")
    assert (found["to"]["phone"], found["to"]["hours"], found["documents"], found["cost"]) == ("", [], [], "")
    assert slip(cast, sent(cast, provider="Food bank"))["to"]["service"] == ""


def test_a_closed_service_is_said_to_be_closed(session, cast, listed):
    referral = sent(cast)
    listed.status = ServiceStatus.TEMPORARILY_CLOSED
    cast.rosa.written_language = "English"
    assert slip(cast, referral)["alert"] == "This service is closed for now. Call before you go.\n\nUse the side door."


# -- whose referral it is


def test_under_a_release_it_says_who_and_how_to_reach_them_safely(session, cast):
    consent = release(cast, "need", "language")
    cast.rosa.safe_contact = "Text only, before 3 pm."
    cast.rosa.preferred_name = "Rosie"
    found = slip(cast, sent(cast, with_identity=True, shared=["need", "language"], need_text="Rosa has to move."))
    assert found["with_identity"]
    assert found["client"] == {"name": "Rosie Díaz", "legal_name": "Rosa Díaz", "number": cast.rosa.number}
    assert (found["known_as"], found["safe_contact"]) == ("Rosie Díaz", "Text only, before 3 pm.")
    assert (found["reason"], found["client_language"]) == ("Rosa has to move.", "Spanish")
    assert found["shared"] == (
        "Name and how to reach the client safely; Language; The need and the reason for the referral. Nothing else."
    )
    assert found["permission_on"] == str(consent.signed_on)
    assert found["permission_ends"] == f"November 16, {clock.today().year + 1}"
    assert found["notice"] == ""


def test_what_is_not_shared_is_not_printed(session, cast):
    release(cast)
    found = slip(cast, sent(cast, with_identity=True, need_text="She has to move."))
    assert (found["need"], found["reason"], found["client_language"]) == ("", "", "")
    assert found["shared"] == "Name and how to reach the client safely. Nothing else."


def test_without_the_name_nothing_names_or_numbers_the_client(session, cast):
    found = slip(cast, sent(cast, shared=["need"], need_text="The client has to move."))
    assert not found["with_identity"]
    assert found["client"] == {"name": "", "legal_name": "", "number": ""}
    assert (found["known_as"], found["safe_contact"], found["shared"]) == ("", "", "")
    assert found["reason"] == "The client has to move."
    said = str(found)
    assert not [mark for mark in ("Rosa", "Díaz", "Rosita", "Marsh", "010-0142", cast.rosa.number) if mark in said]


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_when_the_release_ends_the_next_slip_names_nobody(end, session, cast):
    consent = release(cast, "need")
    details = {"need_text": "Rosa has to move.", "ask": "Call Díaz", "bring": "Rosa's ID\nThe lease"}
    referral = sent(cast, with_identity=True, shared=["need"], **details)
    assert slip(cast, referral)["known_as"] == "Rosa Díaz"
    if end == "revoked":
        consent.revoke(by=cast.ana, how="By phone")
    else:
        consent.expires_on = clock.today() - timedelta(days=1)
    found = slip(cast, referral)
    assert not found["with_identity"]
    assert (found["reason"], found["bring"]) == ("", [])
    assert found["ask"] == "Please tell us whether you can help, and when."
    assert not [mark for mark in ("Rosa", "Díaz", cast.rosa.number) if mark in str(found)]


def test_a_nameless_slip_that_names_somebody_is_unfit(session, cast):
    found = slip(cast, sent(cast))
    with pytest.raises(Unfit):
        check(found | {"known_as": "Rosa"})
    with pytest.raises(Unfit):
        check(found | {"safe_contact": "Text 555-0142"})


def test_a_part_2_program_sends_its_notice_along(session, cast):
    cast.family.regime = Regime.PART_2
    release(cast, "need", type=ConsentType.PART_2)
    named = slip(cast, sent(cast, with_identity=True, shared=["need"]))
    assert named["notice"] == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    assert slip(cast, sent(cast))["notice"] == ""


def test_how_to_reach_the_client_is_only_what_is_safe(session, cast):
    rosa = cast.rosa
    rosa.phones = [
        Phone(number="555-0001", text=True),
        Phone(number="555-0002"),
        Phone(number="555-0003", call=True, voicemail=True, note="After 6 pm"),
        Phone(number="555-0004", call=True, text=True),
    ]
    assert how_to_reach(rosa).splitlines() == [
        "Text 555-0001.",
        "Call 555-0003. You may leave voicemail. After 6 pm",
        "Text or call 555-0004. Do not leave voicemail.",
    ]
    rosa.safe_contact = "Only through her sister."
    assert how_to_reach(rosa) == "Only through her sister."


def test_when_nothing_is_safe_the_provider_goes_through_us(session, cast):
    release(cast)
    referral = sent(cast, with_identity=True)
    cast.rosa.phones = []
    through = "Please reach the client only through Ana Reyes, 555-0108."
    assert slip(cast, referral)["safe_contact"] == through
    cast.rosa.safe_contact = "Text 555-0001"
    assert slip(cast, referral)["safe_contact"] == "Text 555-0001"
    cast.rosa.preferred_contact = PreferredContact.DO_NOT
    assert slip(cast, referral)["safe_contact"] == through


# -- the paper itself


def test_it_is_in_the_language_the_client_reads(session, cast):
    rosa = cast.rosa
    codes = {"Spanish": "es", "español": "es", "English": "en", "Amharic": "am", "Elvish": "en", None: "es"}
    for language, code in codes.items():
        rosa.written_language = language
        assert reading_language(rosa) == code
    rosa.written_language = rosa.spoken_language = None
    assert reading_language(rosa) == "en"


def test_it_is_printed_as_large_as_the_client_needs(session, cast):
    referral = sent(cast)
    for size, word in zip(PrintFormat, ("standard", "large", "xl"), strict=True):
        cast.rosa.print_format = size
        assert slip(cast, referral)["size"] == word


def test_days_and_times_are_the_agencys(session, cast):
    at = clock.from_local(clock.today() + timedelta(days=5), time(10, 30))
    referral = sent(cast, appointment_at=at)
    found = slip(cast, referral)
    assert datetime.fromisoformat(found["appointment_at"]) == at
    assert found["appointment_at"][11:16] == "10:30"
    assert found["sent_on"] == str(clock.today())
    assert found["check_in_on"] == str(clock.today() + timedelta(days=14))
    with clock.at(clock.now() + timedelta(days=20)):
        assert slip(cast, referral)["check_in_on"] == ""


def test_the_worker_is_the_one_who_has_the_case_now(session, cast):
    referral = sent(cast)
    assert slip(cast, referral)["worker"]["name"] == "Ana Reyes"
    cast.case.assign(cast.bo, by=cast.bo)
    worker = slip(cast, referral)["worker"]
    assert (worker["name"], worker["title"], worker["phone"]) == ("Bo Lindgren", "Supervisor", "555-0108")


def test_issuing_freezes_it_under_a_code_and_a_number(session, cast):
    release(cast)
    named, nameless = sent(cast, with_identity=True), sent(cast)
    first, second = issue(named, by=cast.ana), issue(named, by=cast.bo)
    third = issue(nameless, by=cast.ana)
    session.flush()
    assert [paper.number for paper in (first, second, third)] == [1, 2, 1]
    assert first.code.startswith(f"RF-{cast.rosa.number.split('-')[1]}-1-")
    assert third.code.startswith(f"RF-{nameless.id}-1-")
    assert cast.rosa.number.split("-")[1] not in third.code
    assert (third.kind, third.referral_id, third.language) == (PaperKind.REFERRAL_SLIP, nameless.id, "es")
    assert third.title == "Referral slip: Harbor Law Clinic"
    assert all(paper.intact for paper in (first, second, third))
    assert first.particulars["code"] == first.code
    issued = session.scalars(sa.select(Event.by_id).where(Event.kind == EventKind.PAPER_ISSUED)).all()
    assert issued == [cast.ana.id, cast.bo.id, cast.ana.id]


def test_a_draft_and_an_ended_referral_have_no_slip(session, cast):
    values = {"domain": Domain.LEGAL, "type": ReferralType.REFERRAL, "method": ReferralMethod.PHONE}
    draft = Referral.make(cast.case, by=cast.ana, provider="Clinic", **values)
    with pytest.raises(RuleBroken, match="not been sent yet"):
        issue(draft, by=cast.ana)
    ended = sent(cast)
    ended.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())
    with pytest.raises(RuleBroken, match="on record already"):
        issue(ended, by=cast.ana)
    assert session.scalars(sa.select(Paper)).all() == []


def test_what_was_issued_stays_as_it_was(session, cast, listed):
    referral = sent(cast)
    paper = issue(referral, by=cast.ana)
    session.flush()
    listed.alert = "Moved to Pier Lane."
    listed.organization.name = "Pier Law"
    session.expire_all()
    assert paper.particulars["alert"] == "Use the side door."
    assert paper.particulars["to"]["organization"] == "Harbor Law Clinic"
    assert paper.intact


def test_a_nameless_slip_prints_without_a_name(session, cast, listed):
    rosa = cast.rosa
    rosa.other_names.append(OtherName(text="La Rosita"))
    text = text_of(render(slip(cast, sent(cast, shared=["need", "language"], need_text="The client has to move."))))
    assert "Adónde ir" in text or "ayuda" in text
    assert "No name on this paper" in text
    assert "88 Harbor Road" in text
    assert not [mark for mark in ("Rosa", "Díaz", "Rosita", cast.rosa.number) if mark in text]


def test_a_named_slip_prints_with_everything(session, cast, listed):
    release(cast, "need", "language")
    cast.rosa.safe_contact = "Text only, before 3 pm."
    details = {"shared": ["need", "language"], "need_text": "She has to move.", "bring": "The lease"}
    details["contact"] = "Ms. Li"
    text = text_of(render(slip(cast, sent(cast, with_identity=True, **details))))
    assert "Referral for Rosa Díaz" in text
    for words in ("Text only, before 3 pm.", "She has to move.", "The lease", "Photo ID", "Ms. Li"):
        assert words in text
