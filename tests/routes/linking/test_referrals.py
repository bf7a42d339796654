"""Referrals as a person meets them: made, sent under the gate, followed up, ended, printed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.document import Paper
from app.models.agency.draft import Draft, Mark
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.directory import DirectoryPhone, Organization, Service, ServiceStatus
from app.models.linking.referral import (
    Referral,
    ReferralMethod,
    ReferralOutcome,
    ReferralStatus,
    ReferralType,
    ReferralUpdate,
)
from app.models.planning.plan import Plan, PlanStatus

HOSTILE = "<script>alert(1)</script> & <b>"


@pytest.fixture
def ana(visit, cast):
    """Ana, signed in."""
    return visit.sign_in(cast.ana)


def made(cast, *, days=0, by=None, case=None, send=True, **details):
    """A referral, committed; sent `days` ago unless it is to stay a draft."""
    if "provider" not in details:
        details.setdefault("service", cast.service)
    by = by or cast.ana
    values = {"domain": Domain.LEGAL, "type": ReferralType.REFERRAL, "method": ReferralMethod.PHONE}
    then = clock.from_local(clock.today() - timedelta(days=days), clock.local(clock.now()).time())  # by the calendar
    with clock.at(then):
        referral = Referral.make(case or cast.case, by=by, **values | details)
        if send:
            referral.send(by=by)
    db.session.commit()
    return referral


def release(cast, recipient="Harbor Law Clinic", information=("identity", "need", "language"), signed=0):
    """A release of Rosa's in force, signed so many days ago, committed."""
    consent = Consent.record_signed(
        cast.rosa,
        by=cast.ana,
        type=ConsentType.RELEASE,
        outcome=ConsentOutcome.SIGNED,
        signed_on=clock.today() - timedelta(days=signed),
        recipient=recipient,
        information=list(information),
        purpose="Referral",
        expires_on=clock.today() + timedelta(days=300),
    )
    db.session.commit()
    return consent


def only_referral(cast):
    """The one referral of Rosa's case."""
    return db.session.scalars(sa.select(Referral).where(Referral.case_id == cast.case.id)).one()


def new_form(ana, cast):
    """The form that refers Rosa to the law clinic."""
    return ana.get("/referrals/new", case=cast.case.id, service=cast.service.id)


def send(form, *, status=303, **values):
    """Press Send on a form that says the usual things."""
    return form.submit("Send referral", status=status, **{"agreed": "nameless", "domain": "legal"} | values)


# -- making one


def test_a_client_is_referred_to_a_service_of_the_directory(ana, cast):
    page = send(new_form(ana, cast), need_text="The client needs a lawyer", contact="Ms. Adeyemi", urgency="urgent")
    assert "on record as sent" in page.text("#notices")
    referral = only_referral(cast)
    assert (referral.service_id, referral.provider, referral.what) == (
        cast.service.id,
        "Harbor Law Clinic",
        "Eviction defense",
    )
    assert (referral.status, referral.sent_on) == (ReferralStatus.SENT, clock.today())
    assert referral.follow_up_on == clock.today() + timedelta(days=14)
    assert (referral.need_text, referral.contact) == ("The client needs a lawyer", "Ms. Adeyemi")
    assert referral.urgency == "urgent"
    assert referral.shared == ["language", "need"]
    assert referral.by_id == cast.ana.id
    assert page.path.endswith(f"/referrals/{referral.id}/")


def test_the_page_says_how_to_reach_the_client_safely(ana, session, cast):
    page = new_form(ana, cast)
    assert "Tell them how to reach Rosa safely" in page.text(".alert-safety")
    assert "Text (555) 010-0142." in page.text(".alert-safety")
    cast.rosa.safe_contact = "Only through her sister"
    session.commit()
    assert "Only through her sister" in new_form(ana, cast).text(".alert-safety")
    cast.rosa.safe_contact = None
    cast.rosa.phones = []
    session.commit()
    assert "go through you" in new_form(ana, cast).text(".alert-safety")


def test_without_a_release_the_page_shows_two_ways(ana, cast):
    page = new_form(ana, cast)
    link = [a.get("href") for a in page.all("a") if "Record a release" in a.text_content()][0]
    assert f"/clients/{cast.rosa.id}/" in link
    assert "recipient=Harbor+Law+Clinic" in link
    assert "next=/referrals/new" in link.replace("%2F", "/")
    assert "without the name" in page.text("#refer .notice.is-info")
    assert "No release for Harbor Law Clinic is in force" in page.text("#agree")


def test_with_a_release_the_page_names_it(ana, cast):
    consent = release(cast)
    page = new_form(ana, cast)
    assert "Release for Harbor Law Clinic, until" in page.text("#agree")
    assert str(consent.expires_on.year) in page.text("#agree")
    assert not [a for a in page.texts("a") if "Record a release" in a]


def test_the_name_goes_out_under_a_release(ana, session, cast):
    consent = release(cast)
    send(new_form(ana, cast), agreed="named", need_text="Rosa needs a lawyer")
    referral = only_referral(cast)
    assert (referral.with_identity, referral.consent_id) == (True, consent.id)
    assert referral.shared == ["identity", "language", "need"]
    kinds = session.scalars(sa.select(Event.kind).where(Event.record_kind == "referral")).all()
    assert EventKind.INFORMATION_DISCLOSED in kinds


@pytest.mark.parametrize("why", ["none", "revoked", "expired", "other recipient", "no identity"])
def test_the_name_stays_here_without_a_release_that_fits(why, ana, session, cast):
    if why != "none":
        consent = release(
            cast,
            recipient="County Job Center" if why == "other recipient" else "Harbor Law Clinic",
            information=["need"] if why == "no identity" else ["identity", "need", "language"],
        )
        if why == "revoked":
            consent.revoke(by=cast.ana, how="By phone")
        if why == "expired":
            consent.expires_on = clock.today() - timedelta(days=1)
        session.commit()
    page = send(new_form(ana, cast), status=422, agreed="named", need_text="Rosa needs a lawyer", contact="Ms. Adeyemi")
    said = {"revoked": "took back the release for Harbor", "expired": "release for Harbor Law Clinic has ended"}
    assert said.get(why, "There is no release for Harbor Law Clinic in force") in page.text(".errors")
    assert page.text("#need_text") == "Rosa needs a lawyer"
    assert page.all("#contact")[0].get("value") == "Ms. Adeyemi"
    assert page.all("input[name=agreed][value=named][checked]")
    assert [a for a in page.texts("a") if "Record a release" in a]
    assert "Error:" in page.text("title")
    assert session.scalars(sa.select(Referral)).all() == []
    assert not session.scalars(sa.select(Event).where(Event.kind == EventKind.INFORMATION_DISCLOSED)).all()


def test_a_release_covers_what_is_shared_or_nothing_goes(ana, session, cast):
    release(cast, information=["identity", "need"])
    page = send(new_form(ana, cast), status=422, agreed="named", shared=["language", "need"])
    assert "does not cover “Language”" in page.text(".errors")
    send(page, agreed="named", shared=["need"])
    assert only_referral(cast).shared == ["identity", "need"]


def test_without_the_name_no_text_says_it(ana, session, cast):
    page = send(new_form(ana, cast), status=422, need_text="Rosa needs a lawyer")
    assert "what you wrote says “Rosa”" in page.text(".errors")
    assert page.text("#need_text") == "Rosa needs a lawyer"
    assert session.scalars(sa.select(Referral)).all() == []


def test_nothing_goes_out_without_the_clients_yes(ana, session, cast):
    form = new_form(ana, cast)
    page = form.submit("Send referral", status=422, domain="legal")
    assert "Say whether the client agrees" in page.text(".errors")
    page = send(page, status=422, agreed="not_yet")
    assert "only with the client’s yes" in page.text(".errors")
    assert session.scalars(sa.select(Referral)).all() == []


def test_a_draft_is_kept_without_a_yes_and_nothing_is_sent(ana, session, cast):
    page = new_form(ana, cast).submit("Save as draft", domain="legal", agreed="named", need_text="For Rosa")
    referral = only_referral(cast)
    assert (referral.status, referral.sent_on, referral.with_identity) == (ReferralStatus.DRAFT, None, True)
    assert "Nothing was sent" in page.text("#notices")
    assert "There is no release for Harbor Law Clinic in force" in page.text("#referral")
    assert not [b for b in page.texts("button") if "Send referral" in b]


def test_a_provider_who_is_not_listed_is_written_down(ana, cast):
    page = ana.get("/referrals/new", case=cast.case.id)
    page = send(page, provider="Sra. Luz", what="Ropa", domain="material_hardship")
    referral = only_referral(cast)
    assert (referral.service_id, referral.provider, referral.what) == (None, "Sra. Luz", "Ropa")
    assert "Not in the directory" in page.text("#referral")


def test_a_release_for_an_unlisted_provider_is_found_by_the_name(ana, cast):
    release(cast, recipient="Sra. Luz")
    page = ana.get("/referrals/new", case=cast.case.id)
    assert "In force: Sra. Luz" in page.text("#agree")
    send(page, agreed="named", provider="sra luz", what="Ropa", domain="food", shared=["need"])
    assert only_referral(cast).consent is not None


def test_it_must_say_where_to_and_for_which_need(ana, session, cast):
    page = ana.get("/referrals/new", case=cast.case.id).submit("Save as draft", status=422, contact="Luz")
    said = page.texts(".errors li")
    assert len(said) == 2
    assert "Choose a service, or write the provider’s name." in said[0]
    assert "Choose the need." in said[1]
    assert page.all("#contact")[0].get("value") == "Luz"
    assert session.scalars(sa.select(Referral)).all() == []


def test_bad_input_comes_back_with_what_was_typed(ana, session, cast):
    values = {
        "appointment_on": "tomorrow",
        "follow_up_on": "2020-01-01",
        "sent_on": str(clock.today() + timedelta(days=2)),
        "contact": "x" * 201,
    }
    page = send(new_form(ana, cast), status=422, **values)
    said = " ".join(page.texts(".errors li"))
    assert "Write a day like" in said
    assert "Choose today or a later day" in said
    assert "today or in the past" in said
    assert "at most 200 characters" in said
    assert page.all("#follow_up_on")[0].get("value") == "2020-01-01"
    for path, value in (("domain", "gold"), ("type", "x"), ("service", "999"), ("shared", "secrets"), ("goal", "77")):
        data = {"then": "send", "agreed": "nameless", "domain": "legal", "type": "referral", "method": "phone"}
        data |= {"urgency": "routine", "service": str(cast.service.id), path: value}
        ana.post(f"/cases/{cast.case.id}/referrals/", data, status=422)
    assert session.scalars(sa.select(Referral)).all() == []


def test_an_appointment_has_a_day_and_a_time(ana, cast):
    day = str(clock.today() + timedelta(days=5))
    page = send(new_form(ana, cast), status=422, appointment_on=day)
    assert "Add the time" in page.text(".errors")
    page = send(page, status=422, appointment_on="", appointment_time="10:30")
    assert "Add the day" in page.text(".errors")
    send(page, appointment_on=day, appointment_time="10:30 am")
    at = clock.local(only_referral(cast).appointment_at)
    assert (str(at.date()), at.hour, at.minute) == (day, 10, 30)


def test_sent_twice_it_is_one_referral(ana, session, cast):
    form = new_form(ana, cast)
    first = send(form)
    second = send(form)
    assert first.path == second.path
    assert len(session.scalars(sa.select(Referral)).all()) == 1


def test_need_and_goal_that_led_here_are_chosen_already(ana, session, cast):
    plan = Plan.begin(cast.case, by=cast.ana)
    goal = plan.add_goal(by=cast.ana, statement="Stay in our home", domain=Domain.HOUSING_INSTABILITY)
    session.flush()
    plan.status = PlanStatus.SIGNED
    session.commit()
    for args in ({"need": "housing_instability"}, {"goal": goal.id}):
        page = ana.get("/referrals/new", case=cast.case.id, service=cast.service.id, **args)
        assert page.texts("#domain option[selected]") == ["Housing instability"]
        assert page.texts("#goal option[selected]") == ["Stay in our home"]
    send(page, domain="housing_instability")
    assert only_referral(cast).goal_thread == goal.thread
    shown = ana.get(f"/cases/{cast.case.id}/referrals/")
    assert "Goal: Stay in our home" in shown.text(".rows")


def test_a_need_of_another_case_is_not_chosen(ana, cast):
    page = ana.get("/referrals/new", case=cast.case.id, service=cast.service.id, need="999999")
    assert [o for o in page.texts("#domain option[selected]") if o != "Choose one"] == []


def test_what_was_being_typed_comes_back(ana, session, cast):
    typed = {"service": [str(cast.service.id)], "need_text": ["Half a sentence"], "domain": ["legal"]}
    Draft.keep(cast.ana, Mark("referral", cast.case.id), typed)
    session.commit()
    page = new_form(ana, cast)
    assert page.text("#need_text") == "Half a sentence"
    assert "Your unsaved text is back" in page.text()
    assert page.all("form#refer input[name=draft]")[0].get("value").startswith(f"referral:{cast.case.id}:")
    assert ana.get("/referrals/new", case=cast.case.id).text("h1") == "Refer Rosa to Harbor Law Clinic"
    send(page, agreed="nameless")
    assert session.scalars(sa.select(Draft)).all() == []


def test_what_was_typed_for_one_provider_never_lands_in_the_form_for_another(ana, session, cast):
    Draft.keep(cast.ana, Mark("referral", cast.case.id), {"provider": ["Sra. Luz"], "need_text": ["For Luz only"]})
    session.commit()
    page = new_form(ana, cast)
    assert page.text("#need_text") == ""
    assert "Another referral is unfinished" in page.text()
    assert page.click("Go on with that one").text("#need_text") == "For Luz only"
    assert len(session.scalars(sa.select(Draft)).all()) == 1


def test_a_service_that_has_ended_takes_nobody(ana, session, cast):
    cast.service.status = ServiceStatus.DEFUNCT
    session.commit()
    page = ana.get("/referrals/new", case=cast.case.id, service=cast.service.id, status=409)
    assert "no longer offered" in page.text()


def test_nothing_is_referred_from_a_closed_case(ana, session, cast):
    form = new_form(ana, cast)
    cast.case.status = CaseStatus.CLOSED
    session.commit()
    send(form, status=409)
    ana.get("/referrals/new", case=cast.case.id, status=409)
    assert session.scalars(sa.select(Referral)).all() == []


def test_without_a_case_the_page_asks_whom_it_is_for(ana, session, cast):
    page = ana.get("/referrals/new", service=cast.service.id)
    assert "Eviction defense, Harbor Law Clinic" in page.text(".page-head")
    assert [t.split(" (")[0] for t in page.texts("#case option")] == ["Rosa Díaz"]
    assert page.submit("Go on").text("h1") == "Refer Rosa to Harbor Law Clinic"
    found = page.submit("Find", q="diaz ro")
    assert found.click("Rosa Díaz").text("h1") == "Refer Rosa to Harbor Law Clinic"
    assert "Nobody" in page.submit("Find", q="Kowalska").text("main")


def test_closed_cases_are_not_offered(ana, session, cast):
    cast.case.status = CaseStatus.CLOSED
    session.commit()
    page = ana.get("/referrals/new", q="Rosa")
    assert not page.all("#case")
    assert "Nobody" in page.text("main")


def test_odd_addresses_lead_nowhere(ana, cast):
    ana.get("/referrals/new", service=999, status=404)
    ana.get("/referrals/new", service="x", status=404)
    ana.get("/referrals/new", case="9" * 25, service=cast.service.id)
    ana.get("/referrals/new", case=999, status=404)
    ana.get("/referrals/99/", status=404)


# -- drafts


def test_a_draft_is_changed_and_sent(ana, session, cast):
    referral = made(cast, send=False, with_identity=True, need_text="Rosa needs a lawyer", shared=["need"])
    page = ana.get(f"/referrals/{referral.id}/").click("Without the name")
    assert page.all("input[name=agreed][value=nameless][checked]")
    page = send(page, status=422)
    assert "says “Rosa”" in page.text(".errors")
    page = send(page, need_text="The client needs a lawyer")
    session.expire_all()
    assert (referral.status, referral.with_identity, referral.shared) == (ReferralStatus.SENT, False, ["need"])
    assert referral.need_text == "The client needs a lawyer"


def test_a_draft_goes_as_it_stands_once_the_release_is_there(ana, session, cast):
    referral = made(cast, send=False, with_identity=True)
    release(cast)
    page = ana.get(f"/referrals/{referral.id}/")
    page = page.submit("Send referral", status=422)
    assert "Ask the client first" in page.text(".errors")
    page = page.submit("Send referral", agreed="y")
    session.expire_all()
    assert referral.status is ReferralStatus.SENT
    assert referral.may_be_named


def test_a_draft_without_a_release_is_not_sent_round_the_page(ana, session, cast):
    referral = made(cast, send=False, with_identity=True)
    ana.post(f"/referrals/{referral.id}/sending", {"agreed": "y"}, status=409)
    session.expire_all()
    assert referral.status is ReferralStatus.DRAFT


def test_sending_twice_is_refused_and_the_same_press_is_not(ana, session, cast):
    referral = made(cast, send=False)
    page = ana.get(f"/referrals/{referral.id}/")
    page.submit("Send referral", agreed="y")
    page.submit("Send referral", agreed="y")
    ana.post(f"/referrals/{referral.id}/sending", {"agreed": "y"}, status=409)
    sendings = sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.REFERRAL_SENT)
    assert session.scalar(sendings) == 1


def test_two_people_changing_a_draft_lose_nothing(ana, session, cast):
    referral = made(cast, send=False, need_text="As it was")
    page = ana.get(f"/referrals/{referral.id}/edit")
    referral.rewrite(
        by=cast.bo,
        service=cast.service,
        domain=Domain.LEGAL,
        type=ReferralType.REFERRAL,
        method=ReferralMethod.PHONE,
        need_text="What Bo wrote",
    )
    session.commit()
    page = page.submit("Save as draft", status=409, need_text="What Ana wrote")
    assert "What Ana wrote" in page.text("main")
    assert "What Bo wrote" in page.text("main")
    session.expire_all()
    assert referral.need_text == "What Bo wrote"


def test_a_refused_change_can_be_sent_again(ana, session, cast):
    referral = made(cast, send=False)
    page = ana.get(f"/referrals/{referral.id}/edit")
    page = send(page, status=422, need_text="For Rosa")
    page = send(page, need_text="For the client")
    session.expire_all()
    assert referral.need_text == "For the client"


def test_what_was_sent_is_not_changed(ana, cast):
    referral = made(cast)
    ana.get(f"/referrals/{referral.id}/edit", status=409)
    ana.post(f"/referrals/{referral.id}/edit", {"need_text": "x"}, status=409)


# -- reading one


def test_the_page_shows_everything_about_it(ana, session, cast):
    release(cast, signed=30)
    cast.service.alert = "Use the side door"
    session.add(DirectoryPhone(service_id=cast.service.id, number="(410) 555-0161", description="Intake desk"))
    referral = made(
        cast,
        days=20,
        with_identity=True,
        shared=["need"],
        contact="Ms. Adeyemi",
        need_text="Rosa needs a lawyer",
        bring="The lease",
    )
    page = ana.get(f"/referrals/{referral.id}/")
    said = page.text("#referral")
    for words in (
        "Harbor Law Clinic",
        "Eviction defense",
        "No reply in 20 days. Call them.",
        "(410) 555-0161",
        "Ask for Ms. Adeyemi",
        "Rosa needs a lawyer",
        "The lease",
        "Use the side door",
        "Under the release of",
        "6 days late",
    ):
        assert words in said
    assert page.texts(".loop li.is-done") == ["Sent"]
    assert page.texts(".loop [aria-current=step]") == ["Sent"]
    assert page.all("a[href^='tel:4105550161']")


def test_reading_one_is_on_the_clients_trail(ana, session, cast):
    referral = made(cast)
    ana.get(f"/referrals/{referral.id}/")
    line = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert line.kind is EventKind.CLIENT_VIEWED
    assert (line.client_id, line.record_kind, line.record_id) == (cast.rosa.id, "referral", referral.id)


def test_a_safety_alert_is_said_before_a_slip_is_printed(ana, session, cast):
    referral = made(cast)
    assert "safe to take this paper home" not in ana.get(f"/referrals/{referral.id}/").text()
    Alert.raise_for(
        cast.rosa,
        by=cast.ana,
        kind=AlertKind.NO_VOICEMAIL,
        what_to_do="Text only",
        review_on=clock.today() + timedelta(days=30),
    )
    session.commit()
    assert "safe to take this paper home" in ana.get(f"/referrals/{referral.id}/").text("#referral")


def test_hostile_text_is_only_text(ana, cast):
    details = dict.fromkeys(("provider", "what", "need_text", "contact", "bring", "ask"), HOSTILE)
    referral = made(cast, **details)
    update = {"status": "accepted", "on": str(clock.today()), "text": HOSTILE}
    ana.post(f"/referrals/{referral.id}/updates/", update)
    edited = made(cast, send=False, **details)
    for path in (
        f"/referrals/{referral.id}/",
        f"/referrals/{referral.id}/updates/new",
        f"/referrals/{referral.id}/outcome/new",
        f"/referrals/{edited.id}/edit",
        f"/referrals/{edited.id}/",
        f"/cases/{cast.case.id}/referrals/",
        "/referrals/",
        "/referrals/?view=board",
        "/referrals/new?q=%3Cscript%3E",
    ):
        page = ana.get(path)
        assert "<script>alert" not in page.bytes.decode()
        assert "&lt;script&gt;" in page.bytes.decode()


# -- following up


def test_what_was_heard_is_recorded(ana, session, cast):
    referral = made(cast, days=20)
    page = ana.get(f"/referrals/{referral.id}/").click("Record what you heard")
    assert page.texts("#status option[selected]") == ["Sent"]
    soon = clock.today() + timedelta(days=6)
    values = {"status": "scheduled", "on": str(clock.today()), "method": "phone", "text": "They have room"}
    values |= {"follow_up_on": str(soon), "appointment_on": str(soon), "appointment_time": "14:30"}
    page = ana.post(f"/referrals/{referral.id}/updates/", values)
    assert "They have room" in page.text("#heard-h + .rail")
    session.expire_all()
    assert (referral.status, referral.follow_up_on) == (ReferralStatus.SCHEDULED, soon)
    assert clock.local(referral.appointment_at).hour == 14
    assert page.texts(".loop li.is-done") == ["Sent", "Accepted"]


def test_a_try_that_reached_nobody_keeps_the_status_and_moves_the_day(ana, session, cast):
    referral = made(cast, days=20)
    assert referral.late
    page = ana.get(f"/referrals/{referral.id}/updates/new").submit("Save what you heard", text="Left a message")
    session.expire_all()
    assert (referral.status, referral.late) == (ReferralStatus.SENT, False)
    assert "Left a message" in page.text("#referral")


def test_htmx_gets_the_referral_alone(ana, session, cast):
    referral = made(cast)
    part = ana.get(f"/referrals/{referral.id}/updates/new", htmx=True)
    assert not part.bytes.lstrip().lower().startswith(b"<!doctype")
    assert part.all("#referral [data-focus]")
    data = {"status": "gold", "on": str(clock.today()), "text": "Kept"}
    part = ana.post(f"/referrals/{referral.id}/updates/", data, htmx=True, status=422)
    assert "Kept" in part.text("#referral textarea")
    assert part.all(".errors[data-focus]")
    done = ana.post(f"/referrals/{referral.id}/updates/", data | {"status": "accepted"}, htmx=True, follow=False)
    part = ana.get(done.location, htmx=True)
    assert part.all("#referral #referral-h[data-focus]")
    assert "What you heard is on record" in part.text("#toasts")


def test_bad_news_comes_back_with_what_was_typed(ana, session, cast):
    referral = made(cast, days=3)
    page = ana.get(f"/referrals/{referral.id}/updates/new")
    tomorrow, long_ago = clock.today() + timedelta(days=1), clock.today() - timedelta(days=4)
    page = page.submit("Save what you heard", status=422, on=str(tomorrow), text="Typed", follow_up_on="2020-02-02")
    assert "today or in the past" in page.text(".errors")
    assert "today or a later day" in page.text(".errors")
    assert page.text("textarea") == "Typed"
    data = {"status": "accepted", "on": str(long_ago)}
    assert "before the referral was sent" in ana.post(f"/referrals/{referral.id}/updates/", data, status=409).text()
    assert session.scalars(sa.select(ReferralUpdate)).all() == []


def test_the_list_leads_to_the_form_with_the_answer_chosen_and_back(ana, session, cast):
    made(cast)
    page = ana.get("/referrals/", view="board").click("They replied: yes")
    assert page.texts("#status option[selected]") == ["Accepted"]
    assert not page.all("form[hx-post*='updates']")
    back = page.submit("Save what you heard")
    assert back.path.startswith("/referrals/?view=board")
    assert only_referral(cast).status is ReferralStatus.ACCEPTED


def test_from_the_list_one_comes_to_the_outcome_too(ana, cast):
    made(cast)
    page = ana.get("/referrals/?whose=mine").click("Update").click("Record what came of it")
    back = page.submit("Save the outcome", outcome="no_show")
    assert back.path == "/referrals/?whose=mine"
    assert only_referral(cast).outcome is ReferralOutcome.NO_SHOW


def test_next_leads_only_to_our_own_pages(ana, cast):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        referral = made(cast)
        data = {"outcome": "no_funds", "on": str(clock.today()), "next": target}
        answer = ana.post(f"/referrals/{referral.id}/outcome", data, follow=False)
        assert answer.location == "/"
        page = ana.get(f"/referrals/{made(cast).id}/updates/new", next=target)
        assert "evil" not in page.bytes.decode()


# -- what came of it


def test_the_outcome_completes_the_referral(ana, session, cast):
    referral = made(cast)
    page = ana.get(f"/referrals/{referral.id}/").click("Record what came of it")
    page = page.submit("Save the outcome", status=422, outcome="received", text="Coats for both")
    assert "how you know" in page.text(".errors")
    assert page.text("textarea") == "Coats for both"
    page = page.submit("Save the outcome", outcome="received", confirmed_by="client")
    session.expire_all()
    assert (referral.status, referral.outcome, referral.confirmed_by) == ("completed", "received", "client")
    assert "Loop closed" in page.text("#referral")
    assert "Coats for both" in page.text("#referral")
    assert not [a for a in page.texts("a") if "Record what" in a]


def test_a_no_is_an_outcome_with_its_reason(ana, session, cast):
    referral = made(cast)
    page = ana.get(f"/referrals/{referral.id}/outcome/new", next="/closures/3/")
    data = {"outcome": "no_funds", "on": str(clock.today()), "barrier": "cost", "next": "/closures/3/"}
    assert page.all("input[name=next]")[0].get("value") == "/closures/3/"
    answer = ana.post(f"/referrals/{referral.id}/outcome", data, follow=False)
    assert answer.location == "/closures/3/"
    session.expire_all()
    assert (referral.status, referral.barrier) == ("closed", "cost")
    said = ana.get(f"/referrals/{referral.id}/").text("#referral")
    assert "Declined by provider – no funds" in said
    assert "In the way: Cost" in said


def test_an_outcome_is_recorded_once(ana, cast):
    referral = made(cast)
    data = {"outcome": "no_funds", "on": str(clock.today())}
    ana.post(f"/referrals/{referral.id}/outcome", data)
    ana.post(f"/referrals/{referral.id}/outcome", data, status=409)
    ana.get(f"/referrals/{referral.id}/outcome/new", status=409)
    ana.get(f"/referrals/{referral.id}/updates/new", status=409)


def test_bad_outcomes_are_refused(ana, session, cast):
    referral = made(cast)
    page = ana.get(f"/referrals/{referral.id}/outcome/new")
    page = page.submit("Save the outcome", status=422, on=str(clock.today() + timedelta(days=1)))
    said = page.texts(".errors li")
    assert len(said) == 2
    assert "Choose one." in said[0]
    assert "This day must be today or in the past." in said[1]
    ana.post(f"/referrals/{referral.id}/outcome", {"outcome": "gold", "on": str(clock.today())}, status=422)
    session.expire_all()
    assert referral.outcome is None


def test_of_a_draft_one_can_only_say_that_it_is_not_wanted(ana, session, cast):
    referral = made(cast, send=False)
    page = ana.get(f"/referrals/{referral.id}/outcome/new")
    assert [i.get("value") for i in page.all("input[name=outcome]")] == ["client_declined", "not_needed"]
    ana.post(f"/referrals/{referral.id}/outcome", {"outcome": "received", "on": str(clock.today())}, status=422)
    page.submit("Save the outcome", outcome="not_needed")
    session.expire_all()
    assert (referral.status, referral.sent_on) == (ReferralStatus.CLOSED, None)


def test_entered_in_error_needs_a_reason_and_stays_readable(ana, session, cast):
    referral = made(cast)
    page = ana.get(f"/referrals/{referral.id}/")
    page = page.submit("Mark as entered in error", status=422)
    assert "Write why it is wrong" in page.text(".errors")
    page = page.submit("Mark as entered in error", reason="Wrong client")
    assert "Wrong client" in page.text("#referral")
    listed = ana.get(f"/cases/{cast.case.id}/referrals/")
    assert "1 referral entered in error" in listed.text("main")
    assert listed.texts(".ref") == []
    assert "Harbor" not in ana.get("/referrals/").text("main")
    ana.post(f"/referrals/{referral.id}/error", {"reason": "Again"}, status=409)
    ana.get(f"/referrals/{referral.id}/outcome/new", status=409)


# -- the slip


def slip(ana, referral):
    """Print a slip, and read what was frozen on it."""
    answer = ana.post(f"/referrals/{referral.id}/slip", follow=False)
    paper = db.session.scalars(sa.select(Paper).order_by(Paper.id.desc())).first()
    assert answer.location == f"/papers/{paper.id}.pdf"
    return paper


def test_a_slip_is_issued_and_listed(ana, session, cast):
    referral = made(cast)
    first, second = slip(ana, referral), slip(ana, referral)
    assert (first.number, second.number) == (1, 2)
    assert first.code != second.code
    page = ana.get(f"/referrals/{referral.id}/")
    assert [t.split()[:2] for t in page.texts("#slips-h ~ ul a")] == [["Slip", "2"], ["Slip", "1"]]
    assert first.code in page.text("#referral")
    assert "Without the name" in page.text("#slips-h ~ ul")


def test_pressed_twice_it_is_one_slip_and_it_comes_as_a_pdf(ana, session, cast):
    referral = made(cast)
    page = ana.get(f"/referrals/{referral.id}/")
    data = {"once": page.all("form[action$='/slip'] input[name=once]")[0].get("value")}
    first = ana.post(f"/referrals/{referral.id}/slip", data, follow=False)
    second = ana.post(f"/referrals/{referral.id}/slip", data, follow=False)
    assert first.location == second.location
    assert len(session.scalars(sa.select(Paper)).all()) == 1
    made_now, kept = ana.client.get(first.location), ana.client.get(first.location)
    assert (made_now.mimetype, made_now.data[:5]) == ("application/pdf", b"%PDF-")
    assert made_now.data == kept.data


def test_a_slip_names_the_client_only_while_the_release_is_in_force(ana, session, cast):
    consent = release(cast)
    referral = made(cast, with_identity=True, shared=["need"], need_text="Rosa needs a lawyer")
    named = slip(ana, referral)
    assert named.particulars["with_identity"]
    assert "Do not give this one out" not in ana.get(f"/referrals/{referral.id}/").text()
    consent = session.get_one(Consent, consent.id)
    consent.revoke(by=cast.ana, how="By phone")
    session.commit()
    page = ana.get(f"/referrals/{referral.id}/")
    assert "a slip printed now names nobody" in page.text("#referral")
    assert "Do not give this one out" in page.text("#slips-h ~ ul")
    nameless = slip(ana, referral)
    assert not nameless.particulars["with_identity"]
    assert "Rosa" not in str(nameless.particulars)


def test_no_slip_before_it_is_sent_or_after_it_ended(ana, session, cast):
    referral = made(cast, send=False)
    ana.post(f"/referrals/{referral.id}/slip", status=409)
    referral = made(cast)
    referral.end(by=cast.ana, outcome=ReferralOutcome.NO_FUNDS, on=clock.today())
    session.commit()
    ana.post(f"/referrals/{referral.id}/slip", status=409)
    assert session.scalars(sa.select(Paper)).all() == []


# -- the case's list


def test_the_tab_shows_open_referrals_first_with_how_far_they_came(ana, session, cast):
    done = made(cast, provider="Fulton Closet", what="School clothes")
    done.end(by=cast.ana, outcome=ReferralOutcome.RECEIVED, on=clock.today(), confirmed_by="client")
    late = made(cast, days=20)
    accepted = made(cast, provider="Riverton", what="Rent help")
    accepted.hear(by=cast.ana, status=ReferralStatus.ACCEPTED, on=clock.today())
    made(cast, send=False, provider="Library", what="English class")
    session.commit()
    page = ana.get(f"/cases/{cast.case.id}/referrals/")
    titles = [t.split(" ")[0] for t in page.texts(".ref h3 a")]
    assert titles == ["Library", "Riverton", "Harbor", "Fulton"]
    assert page.text(".section-head .sub") == "3 open, 1 closed"
    assert [len(r.cssselect(".is-done")) for r in page.all(".loop")] == [0, 2, 1, 4]
    assert [t for t in page.texts(".ref h3 .tag")] == ["Draft", "No reply yet", "Loop closed"]
    assert "No reply in 20 days. Call them." in page.texts(".ref-next")[2]
    assert late.late


def test_an_empty_tab_says_the_first_step(ana, cast):
    page = ana.get(f"/cases/{cast.case.id}/referrals/")
    assert "No referrals yet" in page.text(".empty")
    assert page.all(f"a[href='/services/?case={cast.case.id}']")


def test_a_closed_cases_list_is_only_read(ana, session, cast):
    referral = made(cast)
    cast.case.status = CaseStatus.CLOSED
    session.commit()
    page = ana.get(f"/cases/{cast.case.id}/referrals/")
    assert not [a for a in page.texts("main a") if "Update" in a or "Find a service" in a]
    page = ana.get(f"/referrals/{referral.id}/")
    assert not [a for a in page.texts("#referral a") if "Record" in a]
    ana.get(f"/referrals/{referral.id}/updates/new", status=409)


# -- everybody's list and board


def another_case(cast, name, worker):
    """A case of the family program with this worker."""
    client = Client.add(by=cast.ana, first_name=name, last_name="Price")
    return Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today(), worker=worker)


def test_mine_are_those_i_made_and_those_of_my_cases(ana, visit, session, cast):
    bos = another_case(cast, "Wendell", cast.bo)
    made(cast, provider="One", by=cast.bo)
    made(cast, provider="Two", case=bos)
    made(cast, provider="Three", case=bos, by=cast.bo)
    assert sorted(ana.get("/referrals/").texts("#results h3 a")) == ["One", "Two"]
    visit.sign_in(cast.bo)
    assert sorted(visit.get("/referrals/").texts("#results h3 a")) == ["One", "Three", "Two"]
    assert sorted(visit.get("/referrals/?whose=team").texts("#results h3 a")) == ["One", "Three", "Two"]


def test_handed_over_cases_bring_their_referrals_along(visit, session, cast):
    made(cast, days=20)
    cast.case.assign(cast.bo, by=cast.bo)
    session.commit()
    page = visit.sign_in(cast.bo).get("/referrals/?whose=call")
    assert page.texts("#results h3 a") == ["Eviction defense"]
    assert "1" in page.text(".tabbar a[href='/referrals/'] .count")


def test_what_needs_a_call_is_what_the_navigation_counts(ana, session, cast):
    made(cast, days=14, provider="Due today")
    made(cast, days=30, provider="Late")
    made(cast, provider="Not yet")
    made(cast, send=False, provider="Draft")
    page = ana.get("/referrals/?whose=call")
    assert page.texts("#results h3 a") == ["Late", "Due today"]
    assert "2" in page.text(".tabbar a[href='/referrals/'] .count")
    assert "2" in page.text("#whose-call .count")


def test_the_team_is_for_supervisors(ana, visit, cast):
    assert "Whole team" not in ana.get("/referrals/").text("#results")
    for whose in ("team", "long"):
        ana.get(f"/referrals/?whose={whose}", status=403)
    assert "Whole team" in visit.sign_in(cast.bo).get("/referrals/").text("#results")


def test_what_nobody_asked_about_for_ten_days_comes_to_the_supervisor(visit, cast):
    made(cast, days=23, provider="Nine days late")
    made(cast, days=24, provider="Ten days late")
    made(cast, days=40, provider="Draft", send=False)
    page = visit.sign_in(cast.bo).get("/referrals/?whose=long")
    assert page.texts("#results h3 a") == ["Ten days late"]
    assert "1" in page.text("#whose-long .count")
    assert "Ana Reyes" in page.text("#results")


def test_the_list_is_by_lane_and_what_presses_comes_first(ana, session, cast):
    made(cast, send=False, provider="Draft")
    made(cast, days=16, provider="Late")
    made(cast, days=2, provider="Fresh")
    accepted = made(cast, days=3, provider="Yes")
    accepted.hear(by=cast.ana, status=ReferralStatus.WAITLISTED, on=clock.today())
    started = made(cast, days=3, provider="Going")
    started.hear(by=cast.ana, status=ReferralStatus.IN_PROGRESS, on=clock.today())
    done = made(cast, days=3, provider="Done")
    done.end(by=cast.ana, outcome=ReferralOutcome.NO_SHOW, on=clock.today())
    old = made(cast, days=90, provider="Long ago")
    old.end(by=cast.ana, outcome=ReferralOutcome.NO_SHOW, on=clock.today() - timedelta(days=70))
    session.commit()
    page = ana.get("/referrals/")
    lanes = ["To send 1", "Waiting for reply 2", "Accepted 1", "Service started 1", "Finished 1"]
    assert page.texts("#results h2") == lanes
    names = ["Draft", "Late", "Fresh", "Yes", "Going", "Done"]
    assert page.texts("#results h3 a") == names
    board = ana.get("/referrals/?view=board")
    assert board.texts(".lane h2") == lanes
    assert board.texts(".card h3 a") == names
    assert ana.get("/referrals/?lane=finished").texts("#results h3 a") == ["Done", "Long ago"]
    assert ana.get("/referrals/?lane=gold&whose=x&page=-3").texts("#results h3 a") == names


def test_long_lists_come_in_pages_and_long_lanes_are_cut(ana, session, cast):
    for number in range(32):
        made(cast, days=number % 9, provider=f"Provider {number}")
    first = ana.get("/referrals/")
    assert len(first.texts("#results h3 a")) == 25
    assert first.texts("#results h2") == ["Waiting for reply 32"]
    second = first.click("Next")
    assert len(second.texts("#results h3 a")) == 7
    assert "page=2" in second.path
    board = ana.get("/referrals/?view=board")
    assert len(board.texts(".card")) == 5
    more = board.click("Show 27 more")
    assert more.texts("#results h2") == ["Waiting for reply 32"]
    assert "view" not in more.path


def test_the_list_alone_answers_htmx(ana, cast):
    made(cast)
    part = ana.get("/referrals/?view=board", htmx=True)
    assert part.all(".board")
    assert not part.all("h1")


def test_an_empty_list_says_so(ana, cast):
    assert "No referrals here" in ana.get("/referrals/").text(".empty")
    assert "Nothing waits for a call" in ana.get("/referrals/?whose=call").text(".empty")
    assert len(ana.get("/referrals/?view=board").texts(".lane")) == 5


# -- who may


def paths(cast, referral):
    """Every address, with the method that works there."""
    id, case = referral.id, cast.case.id
    return [
        ("GET", f"/cases/{case}/referrals/"),
        ("GET", f"/referrals/new?case={case}&service={cast.service.id}"),
        ("POST", f"/cases/{case}/referrals/"),
        ("GET", f"/referrals/{id}/"),
        ("GET", f"/referrals/{id}/edit"),
        ("POST", f"/referrals/{id}/edit"),
        ("POST", f"/referrals/{id}/sending"),
        ("GET", f"/referrals/{id}/updates/new"),
        ("POST", f"/referrals/{id}/updates/"),
        ("GET", f"/referrals/{id}/outcome/new"),
        ("POST", f"/referrals/{id}/outcome"),
        ("POST", f"/referrals/{id}/slip"),
        ("POST", f"/referrals/{id}/error"),
    ]


@pytest.mark.parametrize("who", ["cy", "ada", "di"])
def test_nobody_out_of_reach_gets_anywhere(who, visit, session, cast):
    referral = made(cast, send=False)
    visit.sign_in(getattr(cast, who))
    for method, path in paths(cast, referral):
        page = visit.get(path, status=404) if method == "GET" else visit.post(path, status=404)
        assert "Rosa" not in page.bytes.decode()
        assert "Harbor" not in page.bytes.decode()
    session.expire_all()
    assert referral.status is ReferralStatus.DRAFT
    assert session.scalars(sa.select(Paper)).all() == []


def test_an_administrator_sees_no_referrals(visit, cast):
    made(cast)
    visit.sign_in(cast.ada)
    visit.get("/referrals/", status=403)
    visit.get("/referrals/new", status=403)


def test_a_stranger_finds_nobody_of_ours_in_any_list(visit, cast):
    made(cast, days=30)
    visit.sign_in(cast.cy)
    for path in ("/referrals/", "/referrals/?whose=call", "/referrals/?view=board", "/referrals/new?q=Rosa"):
        assert "Díaz" not in visit.get(path).text()


def test_signed_out_one_is_sent_to_the_door(visit, cast):
    referral = made(cast)
    for method, path in [*paths(cast, referral), ("GET", "/referrals/")]:
        if method == "GET":
            assert "/sign-in" in visit.get(path, status=303).location
        else:
            assert visit.post(path, status=401).all("form[action='/sign-in']")


def test_a_restricted_record_hides_its_referrals(visit, session, cast):
    referral = made(cast)
    cast.rosa.restrict(by=cast.bo, to=[cast.bo])
    session.commit()
    visit.sign_in(cast.ana).get(f"/referrals/{referral.id}/", status=404)
    assert "Rosa" not in visit.get("/referrals/").text()
    assert "Rosa" not in visit.get("/referrals/new?q=Rosa").text("main")
    visit.sign_in(cast.bo).get(f"/referrals/{referral.id}/")


def test_another_organization_with_the_same_service_is_another_recipient(ana, session, cast):
    other = Organization(hsds_id="org-2", name="County Legal Aid")
    service = Service(hsds_id="svc-2", organization=other, name="Eviction defense", status="active")
    session.add_all([other, service])
    session.commit()
    release(cast, recipient="Eviction defense")
    form = ana.get("/referrals/new", case=cast.case.id, service=service.id)
    page = send(form, status=422, agreed="named")
    assert "no release for County Legal Aid" in page.text(".errors")
