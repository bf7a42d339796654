"""Files in a client's record."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from app import clock
from app.models.agency.document import Document, StoredFile
from app.models.agency.event import Event, EventKind
from app.models.caseload.case import Case
from app.models.caseload.program import Program, Regime
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.planning.plan import Plan


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


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.svg"),
        (b"MZ\x90\x00\x03", "setup.exe"),
        (b"#!/bin/sh\necho", "run.txt"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "broken.png"),
        (b"PK\x05\x06" + b"\x00" * 18, "empty.docx"),
        (b"%PDF-1.4 <script>alert(1)</script> %%EOF", "both.pdf"),
        (b"", "nothing.pdf"),
        (b"x" * 100_001, "large.txt"),
    ],
)
def test_hostile_files_are_refused_with_words_and_nothing_is_kept(visit, cast, session, monkeypatch, content, name):
    monkeypatch.setattr("app.uploads.LARGEST", 100_000)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    again = page.submit("Add the file", status=422, file=(io.BytesIO(content), name), kind="other", title="Mine")
    assert again.texts(".field-error") and again.all("#title")[0].get("value") == "Mine"
    assert not session.query(Document).count() and not session.query(StoredFile).count()


def test_a_name_is_shown_and_never_used(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/new")
    bad = (scan()[0], "../../etc/<script>alert(1)</script>.png")
    listed = page.submit("Add the file", file=bad, kind="other", title="<script>alert(2)</script>")
    assert b"<script>alert" not in listed.bytes and "<script>alert(2)</script>" in listed.text("table")
    document = session.query(Document).one()
    assert "/" not in document.file_name and document.file_name.endswith(".png")
    answer = visit.get(f"/documents/{document.id}/file")
    assert "script" not in answer.response.headers["Content-Disposition"]
    assert (
        visit.get(f"/documents/{document.id}/file?download=1")
        .response.headers["Content-Disposition"]
        .startswith("attachment")
    )


def test_a_plan_of_another_client_takes_no_scan(visit, cast, session):
    plan = Plan.begin(cast.elder_case, by=cast.cy)
    session.commit()
    path = f"/clients/{cast.rosa.id}/documents/new?plan={plan.id}"
    visit.sign_in(cast.ana).get(path, status=404)
    visit.post(path, {"kind": "other", "title": "x"}, status=404)
    visit.get(f"/clients/{cast.rosa.id}/documents/new?plan=x")


def test_a_file_of_a_sealed_program_stays_in_it(visit, cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery clinic", regime=Regime.PART_2)
    cast.di.work_in([cast.harbor, clinic, cast.family], by=cast.ada)
    Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today(), worker=cast.di)
    session.commit()
    page = visit.sign_in(cast.di).get(f"/clients/{cast.rosa.id}/documents/new")
    chosen = page.all("#case option[selected]")[0].text_content()
    assert "Recovery clinic" in chosen
    page.submit("Add the file", file=scan(), kind="health", title="Lab result")
    id = session.query(Document).one().id
    assert visit.get(f"/documents/{id}/file")
    visit.sign_in(cast.ana).get(f"/documents/{id}/file", status=404)
    assert "Lab result" not in visit.get(f"/clients/{cast.rosa.id}/documents/").text()


def test_a_file_sent_twice_is_kept_once(visit, cast, session):
    form = {"kind": "other", "title": "Letter", "once": "b" * 24}
    for _ in range(2):
        data = {**form, "file": scan()}
        visit.sign_in(cast.ana).post(
            f"/clients/{cast.rosa.id}/documents/new", data, content_type="multipart/form-data", follow=False
        )
    assert session.query(Document).count() == 1


def test_a_permission_that_ends_soon_is_said_above_the_documents(visit, cast, session):
    for recipient, days in (("County Job Center", 12), ("Harbor Law Clinic", 200)):
        Consent.record_signed(
            cast.rosa,
            by=cast.ana,
            type=ConsentType.RELEASE,
            outcome=ConsentOutcome.SIGNED,
            signed_on=clock.today(),
            recipient=recipient,
            information=["identity"],
            purpose="Help",
            expires_on=clock.today() + timedelta(days=days),
        )
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/documents/")
    assert "One permission ends soon" in page.text(".notice.is-warn") and "Harbor" not in page.text(".notice.is-warn")
    again = page.click("Record a new one")
    assert again.all("#recipient")[0].get("value") == "County Job Center"
