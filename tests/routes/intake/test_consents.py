"""Permissions: recorded from paper, and taken back."""

from datetime import timedelta

from app import clock
from app.models.intake.consent import Consent, Information


def release(visit, cast, **changed):
    page = visit.get(f"/clients/{cast.rosa.id}/consents/new?recipient=Harbor Law Clinic")
    values = {"purpose": "So that a lawyer can call", **changed}
    return page.submit("Record the permission", **values)


def test_a_release_is_recorded_and_opens_the_gate_for_its_recipient_alone(visit, cast, session):
    visit.sign_in(cast.ana)
    listed = release(visit, cast)
    assert "In force" in listed.text("ul.rows")
    assert Consent.release_for(cast.case, "HARBOR law clinic") is not None
    assert Consent.release_for(cast.case, "Harbor Law") is None


def test_a_release_without_an_end_is_refused_and_what_was_typed_stays(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/consents/new?recipient=Clinic")
    again = page.submit("Record the permission", status=422, purpose="<script>x</script>", expires_on="")
    assert "until when" in again.text(".errors")
    assert again.all("#purpose")[0].get("value") == "<script>x</script>"


def test_a_release_that_ends_before_it_was_signed_is_refused(visit, cast):
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/consents/new?recipient=Clinic")
    page.submit("Record the permission", status=422, purpose="Because", expires_on=yesterday)


def test_a_declined_consent_needs_the_reason(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/consents/new")
    page.submit("Record the permission", status=422, outcome="declined")
    listed = page.submit("Record the permission", outcome="declined", reason="Wants to think about it")
    assert "Declined" in listed.text("ul.rows")


def test_the_client_takes_a_release_back_and_sharing_stops(visit, cast):
    visit.sign_in(cast.ana)
    listed = release(visit, cast)
    ending = listed.click("The client takes it back")
    ending.submit("End this permission", status=422, how=" ")
    ending.submit("End this permission", how="By phone")
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is None
    consent = Consent.of(cast.rosa, reader=cast.ana)
    assert "By phone" in visit.get(f"/clients/{cast.rosa.id}/consents/").text("ul.rows") and consent is not None


def test_a_release_without_identity_does_not_open_the_gate(visit, cast):
    visit.sign_in(cast.ana)
    release(visit, cast, information=[Information.NEED.value])
    assert Consent.release_for(cast.case, "Harbor Law Clinic") is None


def test_a_stranger_finds_no_permissions_and_records_none(visit, cast):
    visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/consents/", status=404)
    visit.post(f"/clients/{cast.rosa.id}/consents/new", {"type": "services"}, status=404)
    visit.sign_in(cast.ada).get(f"/clients/{cast.rosa.id}/consents/", status=404)
