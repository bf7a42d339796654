"""Alerts, restrictions, and who opened a record."""

from datetime import timedelta

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.caseload.alert import Alert


def raised(visit, cast, **changed):
    page = visit.get(f"/clients/{cast.rosa.id}/alerts/new")
    values = {"kind": "no_voicemail", "what_to_do": "Text only, before 3 pm", "reason": "She said so", **changed}
    return page.submit("Raise the alert", **values)


def test_an_alert_stands_on_every_page_of_the_record_until_it_ends(visit, cast, session):
    visit.sign_in(cast.ana)
    raised(visit, cast)
    for path in (f"/clients/{cast.rosa.id}/", f"/clients/{cast.rosa.id}/consents/", f"/clients/{cast.rosa.id}/trail/"):
        assert "Text only, before 3 pm" in visit.get(path).text(".alert-safety")
    ending = visit.get(f"/alerts/{session.query(Alert).one().id}/end")
    ending.submit("End this alert", status=422)
    record = ending.submit("End this alert", reason="She moved out")
    assert not record.all(".alert-safety")


def test_an_alert_is_reviewed_within_a_year(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/alerts/new")
    late = (clock.today() + timedelta(days=400)).isoformat()
    again = page.submit("Raise the alert", status=422, kind="other", what_to_do="Careful", reason="x", review_on=late)
    assert "within the next year" in again.text(".errors") and "Careful" in again.text("#what_to_do")


def test_only_named_people_find_a_restricted_record(visit, cast):
    path = f"/clients/{cast.rosa.id}/"
    visit.sign_in(cast.ana).get(f"{path}restriction", status=403)
    asked = visit.sign_in(cast.bo).get(f"{path}restriction")
    assert [box.get("value") for box in asked.all("[name=staff][checked]")] == [str(cast.ana.id)], "who works with her"
    asked.submit("Restrict this record", staff=[])
    visit.sign_in(cast.ana).get(path, status=404)
    form = visit.sign_in(cast.bo).get(f"{path}restriction")
    form.submit("Change who can open it", staff=[str(cast.ana.id)])
    visit.sign_in(cast.ana).get(path)
    ending = visit.sign_in(cast.bo).get(f"{path}restriction")
    ending.submit("End the restriction", status=422)
    ending.submit("End the restriction", reason="No longer at risk")
    visit.sign_in(cast.ana).get(path)


def test_the_trail_says_who_opened_the_record(visit, cast, session):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    page = visit.get(f"/clients/{cast.rosa.id}/trail/")
    assert "Ana Reyes" in page.text("main") and "opened the record" in page.text("main")
    assert session.query(Event).filter_by(kind=EventKind.CLIENT_VIEWED, by_id=cast.ana.id).count() == 2


def test_a_stranger_raises_ends_and_reads_nothing(visit, cast, session):
    visit.sign_in(cast.ana)
    raised(visit, cast)
    alert = session.query(Alert).one().id
    visit.sign_in(cast.cy)
    for path in (f"/clients/{cast.rosa.id}/alerts/new", f"/alerts/{alert}/end"):
        visit.get(path, status=404)
        visit.post(path, {"reason": "x"}, status=404)
    visit.get(f"/clients/{cast.rosa.id}/trail/", status=404)
    visit.get(f"/clients/{cast.rosa.id}/restriction", status=404)
