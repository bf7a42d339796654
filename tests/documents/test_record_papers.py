"""The face sheet and the copy of the record: what stands on them, and what does not."""

from __future__ import annotations

from app.documents import face_sheet
from app.documents.particulars import check
from app.documents.rendering import render
from app.models.caseload.client import Address, AddressKind
from app.models.intake.access_request import AccessRequest
from app.models.intake.disclosure import DisclosureMethod
from app.models.monitoring.note import Method, Note
from tests.documents import pdfs


def sheet(client, by) -> dict:
    """The particulars of a face sheet of somebody without an overview."""
    from types import SimpleNamespace

    cases = list(client.cases)
    head = SimpleNamespace(
        client=client, case=cases[0] if cases else None, cases=cases, alerts=[], last_contact=None, plan_in_force=None
    )
    return face_sheet.particulars(head, None, by=by, numbers=["HR-1099"])


def test_the_face_sheet_says_how_to_reach_safely_on_one_page_and_hides_the_confidential_address(cast, session):
    cast.rosa.correct(
        by=cast.ana, safe_contact="Text only, before three.",
        addresses=[Address(kind=AddressKind.CONFIDENTIAL, street="9 Quay Road", city="Millbrook")],
    )  # fmt: skip
    session.commit()
    found = sheet(cast.rosa, cast.ana)
    check(found)
    pdf = render(found)
    text = pdfs.text(pdf)
    assert len(pdfs.pages(pdf)) == 1 and "Not for release" in text
    assert "Text only, before three." in text and "HR-1099" in text and "Ana Reyes" in text
    assert "Quay" not in text and "confidential address on file" in text


def test_a_long_record_is_copied_in_parts_and_every_note_stands_once(cast, session, monkeypatch):
    from app.documents import record_copy

    monkeypatch.setattr(record_copy, "NOTES_IN_A_PART", 3)
    for number in range(7):
        Note.write(
            cast.case, by=cast.ana, happened_on=cast.case.received_on, method=Method.PHONE, text=f"Note {number}."
        )
    asked = AccessRequest.receive(
        cast.rosa, by=cast.ana, received_on=cast.case.received_on, how=DisclosureMethod.LETTER, what="All"
    )
    session.commit()
    papers = record_copy.gathered(asked, by=cast.ana).papers
    for paper in papers:
        check(paper)
    assert [len(paper["notes"]) for paper in papers] == [3, 3, 1] and [paper["part"] for paper in papers] == [1, 2, 3]
    assert [note["text"] for paper in papers for note in paper["notes"]] == [f"Note {number}." for number in range(7)]
    assert papers[0]["facts"] and not papers[1]["facts"]


def test_a_copy_holds_no_case_that_is_closed_to_whoever_makes_it(cast, session):
    from app.documents import record_copy

    asked = AccessRequest.receive(
        cast.hidden, by=cast.di, received_on=cast.hidden_case.received_on, how=DisclosureMethod.LETTER, what="All"
    )
    session.commit()
    assert [paper["has_case"] for paper in record_copy.gathered(asked, by=cast.di).papers] == [True]
    assert [paper["has_case"] for paper in record_copy.gathered(asked, by=cast.ana).papers] == [False]
