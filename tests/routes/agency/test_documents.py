"""Files in a client's record."""

import io

from PIL import Image

from app.models.agency.document import Document
from app.models.agency.event import Event, EventKind


def scan() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "white").save(out, "PNG")
    out.seek(0)
    return out, "scan.png"


def test_a_file_is_added_and_opened_and_the_opening_is_on_the_trail(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    listed = page.submit("Add the file", file=scan(), kind="income", title="Pay stubs")
    assert "Pay stubs" in listed.text("table")
    document = session.query(Document).one()
    answer = visit.get(f"/documents/{document.id}/file")
    assert answer.response.mimetype == "image/png"
    assert answer.response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.response.headers["Content-Security-Policy"]
    kinds = [event.kind for event in session.query(Event).filter_by(client_id=cast.rosa.id)]
    assert EventKind.DOCUMENT_ADDED in kinds and EventKind.DOCUMENT_OPENED in kinds


def test_a_text_file_is_never_shown_in_the_browser(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    page.submit("Add the file", file=(io.BytesIO(b"hello"), "a.txt"), kind="other", title="Letter")
    answer = visit.get(f"/documents/{session.query(Document).one().id}/file")
    assert answer.response.headers["Content-Disposition"].startswith("attachment")


def test_a_page_in_disguise_is_refused_and_the_words_stay(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    bad = (io.BytesIO(b"<html><script>1</script>"), "a.pdf")
    again = page.submit("Add the file", status=422, file=bad, kind="other", title="My title")
    assert "cannot be kept" in again.text(".errors") and again.all("#title")[0].get("value") == "My title"
    assert not session.query(Document).count()


def test_without_a_file_nothing_is_added(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    page.submit("Add the file", status=422, kind="other", title="Nothing")
    assert not session.query(Document).count()


def test_a_file_is_out_of_reach_for_a_stranger_and_an_administrator(visit, cast, session):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new").submit(
        "Add the file", file=scan(), kind="other", title="Hers"
    )
    id = session.query(Document).one().id
    for person in (cast.cy, cast.ada):
        visit.sign_in(person).get(f"/documents/{id}/file", status=404)
        visit.get(f"/clients/{cast.rosa.id}/documents/", status=404)
        visit.post(f"/clients/{cast.rosa.id}/documents/new", {"title": "x"}, status=404)
