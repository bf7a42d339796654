"""Correcting a signed note by adding to it, and marking one as a mistake."""

import sqlalchemy as sa

from app import clock
from app.models.agency.draft import Draft, Mark
from app.models.monitoring.note import Method, Note
from tests.models.closing.story import closed
from tests.routes.monitoring import problems


def noted(cast, session) -> Note:
    note = Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="First words")
    session.commit()
    return note


def test_a_correction_stands_beneath_the_note_with_its_author(visit, cast, session):
    note = noted(cast, session)
    page = visit.sign_in(cast.bo).get(f"/cases/{cast.case.id}/notes/").click("Add a correction")
    assert "First words" in page.text("main")
    after = page.submit("Add it, signed", text="It was Friday.")
    assert after.texts("#notes p.as-typed") == ["First words", "It was Friday."]
    assert "Bo Lindgren, Supervisor" in after.text("#notes .quote")
    session.expire_all()
    assert session.get(Note, note.id).text == "First words"


def test_an_empty_correction_is_refused_and_a_draft_comes_back(visit, cast, session):
    note = noted(cast, session)
    Draft.keep(cast.ana, Mark("addendum", note.id), {"text": ["It was"]})
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/notes/{note.id}/addenda/new")
    assert page.text("textarea#text") == "It was"
    bad = page.submit("Add it, signed", status=422, text="  ")
    assert problems(bad) == ["Write what is to be added."]
    page.submit("Add it, signed", text="It was Friday.")
    assert session.scalar(sa.select(Draft)) is None


def test_a_correction_sent_twice_is_added_once(visit, cast, session):
    note = noted(cast, session)
    page = visit.sign_in(cast.ana).get(f"/notes/{note.id}/addenda/new")
    page.submit("Add it, signed", text="Once")
    page.submit("Add it, signed", text="Once")
    assert session.scalar(sa.select(sa.func.count(Note.id)).where(Note.parent_id == note.id)) == 1


def test_nothing_is_added_to_an_addendum_or_in_a_closed_case(visit, cast, session):
    note = noted(cast, session)
    addendum = note.add_to(by=cast.ana, text="More")
    session.commit()
    visit.sign_in(cast.ana)
    visit.post(f"/notes/{addendum.id}/addenda/new", {"text": "x"}, status=409)
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    visit.get(f"/notes/{note.id}/addenda/new", status=409)
    refused = visit.post(f"/notes/{note.id}/addenda/new", {"text": "Typed in vain"}, status=409)
    assert "Typed in vain" in refused.text("main")


def test_a_note_entered_in_error_stays_readable_with_the_reason(visit, cast, session):
    note = noted(cast, session)
    page = visit.sign_in(cast.ana).get(f"/notes/{note.id}/addenda/new").click("Mark it as entered in error")
    bad = page.submit("Mark as entered in error", status=422, reason="")
    assert problems(bad) == ["Write why this note was entered in error."]
    after = bad.submit("Mark as entered in error", reason="About <b>another</b> person")
    shown = after.text("#notes article")
    assert "Entered in error" in shown and "About <b>another</b> person" in shown and "Ana Reyes" in shown
    assert after.texts("#notes article s") == ["First words"]
    assert "Add a correction" not in shown
    assert after.texts("nav.tabs a[aria-current] .count") == [], "it counts nowhere"
    again = visit.post(f"/notes/{note.id}/error/new", {"reason": "x"}, status=409)
    assert "already" in again.text("main")


def test_a_mistake_can_be_marked_after_the_case_is_closed(visit, cast, session):
    note = noted(cast, session)
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/notes/")
    page.click("Entered in error?").submit("Mark as entered in error", reason="Found later")
    session.expire_all()
    assert session.get(Note, note.id).in_error_reason == "Found later"


def test_out_of_reach_is_not_there(visit, cast, session):
    note = noted(cast, session)
    for person in (cast.cy, cast.ada):
        visit.sign_in(person)
        for path in (f"/notes/{note.id}/addenda/new", f"/notes/{note.id}/error/new"):
            assert "First words" not in visit.get(path, status=404).text("body")
            visit.post(path, {"text": "x", "reason": "x"}, status=404)
    visit.sign_in(cast.ana)
    visit.get("/notes/999999/addenda/new", status=404)
    visit.get(f"/notes/{2**63}/error/new", status=404)
