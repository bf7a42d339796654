"""A client asks for the record: the clock, more time, the answer, the copy, and the statements that go with it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.document import Document, DocumentKind
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.intake.access_request import AccessOutcome, AccessRequest, DenialGround
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.intake.statement import Statement
from app.models.intake.withholding import Withholding
from app.models.monitoring.note import Method, Note
from tests.documents import pdfs


@pytest.fixture
def asked(cast, session):
    """Rosa asked ten days ago for everything."""
    request = AccessRequest.receive(
        cast.rosa,
        by=cast.ana,
        received_on=clock.today() - timedelta(days=10),
        how=DisclosureMethod.LETTER,
        what="All of it",
    )
    session.commit()
    return request


# -- The clock


def test_the_clock_runs_thirty_days_and_thirty_more_once(cast, session, asked):
    assert asked.days_left == 20
    asked.take_more_time(by=cast.ana, reason="the archive")
    assert asked.days_left == 50
    with pytest.raises(RuleBroken, match="only once"):
        asked.take_more_time(by=cast.ana, reason="again")


def test_more_time_is_taken_before_the_thirty_days_are_over(cast, session, asked):
    with clock.at(clock.now() + timedelta(days=21)), pytest.raises(RuleBroken, match="30 days are over"):
        asked.take_more_time(by=cast.ana, reason="late")


def test_a_denial_needs_its_ground_its_reason_and_the_way_to_appeal(cast, session, asked):
    denied = {"outcome": AccessOutcome.DENIED, "answered_on": clock.today()}
    for missing in ("ground", "reason", "appeal"):
        given = {"ground": DenialGround.ENDANGER, "reason": "x", "appeal": "ask Bo"} | {missing: None}
        with pytest.raises(RuleBroken, match="ground, the reason"):
            asked.answer(by=cast.ana, **denied, **given)
    asked.answer(by=cast.ana, **denied, ground=DenialGround.ENDANGER, reason="x", appeal="ask Bo")
    assert asked.ground.reviewable and not asked.may_be_copied
    assert session.scalars(sa.select(Disclosure)).all() == []


def test_what_was_given_is_a_sharing_that_the_client_asked_for(cast, session, asked):
    asked.answer(
        by=cast.ana, outcome=AccessOutcome.GIVEN, answered_on=clock.today(), given_how=DisclosureMethod.IN_PERSON
    )
    shared = session.scalars(sa.select(Disclosure)).one()
    assert (shared.basis, shared.recipient, shared.what) == (Basis.CLIENT_REQUEST, cast.rosa.name, "All of it")
    with pytest.raises(RuleBroken, match="answered already"):
        asked.take_more_time(by=cast.ana, reason="x")


# -- On screen


def test_a_request_is_written_down_and_shows_its_days(cast, session, visit):
    visit.sign_in(cast.ana)
    page = visit.get(f"/clients/{cast.rosa.id}/access-requests/new")
    page.submit("Write it down", status=422, how="", what="")
    page.submit(
        "Write it down", how="letter", what="My notes", received_on=(clock.today() - timedelta(days=5)).isoformat()
    )
    listed = visit.get(f"/clients/{cast.rosa.id}/access-requests/").text("main")
    assert "My notes" in listed and "25 days left" in listed


def test_a_late_request_says_so(cast, session, visit, asked):
    with clock.at(clock.now() + timedelta(days=22)):
        page = visit.sign_in(cast.ana).get(f"/access-requests/{asked.id}/")
        assert "2 days late" in page.text("main")


def test_an_incomplete_answer_is_refused_with_what_was_typed(cast, session, visit, asked):
    page = visit.sign_in(cast.ana).get(f"/access-requests/{asked.id}/answer")
    refused = page.submit(
        "Put the answer", status=422, outcome="partly", given_how="letter", ground="", reason="half a sentence"
    )
    assert "half a sentence" in refused.response.text and "Choose the ground" in refused.text("main")


# -- The copy


@pytest.fixture
def written(cast, session):
    """Rosa's record with two notes, one of them kept back, a statement, and a file."""
    case, ana = cast.case, cast.ana
    told = Note.write(case, by=ana, happened_on=clock.today(), method=Method.PHONE, text="We spoke of the quince.")
    back = Note.write(case, by=ana, happened_on=clock.today(), method=Method.PHONE, text="The neighbor’s medlar.")
    Withholding.keep_back(back, by=ana, ground=DenialGround.CONFIDENCE, reason="told in confidence")
    said = Statement.add(case, by=ana, stated_on=clock.today(), text="It was a pear.", about=told)
    said.respond(by=ana, response="We stand corrected.")
    Document.add(
        client=cast.rosa, case=case, by=ana, kind=DocumentKind.LETTER, title="Letter", file_name="../../lease?.pdf",
        content=b"%PDF-1.4 lease", media_type="application/pdf",
    )  # fmt: skip
    session.commit()


def copied(visit, session, asked) -> dict[str, bytes]:
    address = f"/access-requests/{asked.id}/copies/"
    session.rollback()
    with visit.app.app_context():
        answer = visit.client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200 and answer.mimetype == "application/zip", answer.text[:500]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    answer.close()
    return found


def test_the_copy_holds_the_record_and_the_files_and_leaves_out_what_is_kept_back(cast, session, visit, asked, written):
    visit.sign_in(cast.ana)
    found = copied(visit, session, asked)
    assert sorted(found)[0].startswith("files/") and all(".." not in name for name in found)
    assert found[next(name for name in found if "lease" in name)] == b"%PDF-1.4 lease"
    text = pdfs.text(found["record-1-of-1.pdf"])
    assert "We spoke of the quince." in text and "It was a pear." in text and "We stand corrected." in text
    assert "medlar" not in text and "neighbor" not in text
    assert "Algunas notas no están en esta copia" in text, "Rosa reads Spanish"
    session.rollback()
    made = session.scalars(sa.select(Event).where(Event.kind == EventKind.RECORD_COPIED)).one()
    assert (made.by_id, made.client_id, made.record_id) == (cast.ana.id, cast.rosa.id, asked.id)


def test_the_password_is_asked_again_before_a_copy_is_made(cast, session, visit, asked):
    visit.sign_in(cast.ana)
    address = f"/access-requests/{asked.id}/copies/"
    session.rollback()
    with clock.at(clock.now() + timedelta(minutes=11)), visit.app.app_context():
        answer = visit.client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.mimetype != "application/zip"
    session.rollback()
    assert session.scalars(sa.select(Event).where(Event.kind == EventKind.RECORD_COPIED)).all() == []


def test_no_copy_is_made_of_what_was_denied(cast, session, visit, asked):
    asked.answer(
        by=cast.ana,
        outcome=AccessOutcome.DENIED,
        answered_on=clock.today(),
        ground=DenialGround.LEGAL,
        reason="x",
        appeal="y",
    )
    session.commit()
    visit.sign_in(cast.ana)
    address = f"/access-requests/{asked.id}/copies/"
    session.rollback()
    with visit.app.app_context():
        answer = visit.client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 409


# -- Statements


def test_a_statement_belongs_to_an_entry_of_its_own_case_and_is_answered_once(cast, session):
    note = Note.write(cast.elder_case, by=cast.cy, happened_on=clock.today(), method=Method.PHONE, text="x")
    with pytest.raises(RuleBroken, match="another case"):
        Statement.add(cast.case, by=cast.ana, stated_on=clock.today(), text="x", about=note)
    session.rollback()
    said = Statement.add(cast.case, by=cast.ana, stated_on=clock.today(), text="x")
    assert said.entry is None
    said.respond(by=cast.ana, response="y")
    with pytest.raises(RuleBroken, match="answered already"):
        said.respond(by=cast.ana, response="z")


def test_a_statement_is_added_on_screen_to_the_note_it_came_from(cast, session, visit):
    note = Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="We spoke.")
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/statements/new?note={note.id}")
    page.submit("Add it to the record", text="I did not say that.")
    shown = visit.get(f"/cases/{cast.case.id}/statements/").text("main")
    assert "I did not say that." in shown and "Note of" in shown


def test_a_note_is_kept_back_once_and_let_go_again(cast, session, visit):
    note = Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="We spoke.")
    session.commit()
    visit.sign_in(cast.ana).get(f"/notes/{note.id}/withholdings/new").submit(
        "Keep it back", ground="psychotherapy", reason="x"
    )
    session.rollback()
    kept = session.scalars(sa.select(Withholding)).one()
    assert "kept back" in visit.get(f"/notes/{note.id}/withholdings/new").text("main")
    visit.post(f"/withholdings/{kept.id}/end", status=303)
    session.rollback()
    assert Withholding.of(note) is None
