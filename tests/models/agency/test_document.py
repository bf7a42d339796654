"""Papers and files: bytes once, particulars frozen, names that name nobody."""

import hashlib
import re

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.agency.document import CLEAR, Document, DocumentKind, Paper, PaperKind, StoredFile, canonical, code_for
from app.models.agency.event import Event, EventKind


def attach(cast, content: bytes = b"%PDF-1", **more) -> Document:
    given = {
        "kind": DocumentKind.OTHER,
        "title": "A letter",
        "file_name": "letter.pdf",
        "media_type": "application/pdf",
    }
    document = Document.add(client=cast.rosa, by=cast.ana, content=content, **given | more)
    db.session.flush()
    return document


def issue(cast, **more) -> Paper:
    given = {"kind": PaperKind.SERVICE_PLAN, "number": 1, "title": "Service plan", "particulars": {"a": 1, "b": "é"}}
    paper = Paper.issue(case=cast.case, by=cast.ana, **given | {"code": "SP-1001-1-K7QD"} | more)
    db.session.flush()
    return paper


def test_the_same_bytes_are_kept_once(session, cast):
    one, two, other = attach(cast), attach(cast), attach(cast, b"%PDF-2")
    assert one.file_id == two.file_id != other.file_id
    assert one.file.sha256 == hashlib.sha256(b"%PDF-1").hexdigest()
    assert one.file.size == 6


def test_reading_a_list_of_files_does_not_read_their_bytes(session, cast):
    attach(cast)
    session.expire_all()
    stored = session.scalars(sa.select(StoredFile)).one()
    assert "content" in sa.inspect(stored).unloaded


def test_the_name_of_a_file_is_only_shown_and_cut_to_length(session, cast):
    assert attach(cast, file_name="../../etc/passwd").file_name == "../../etc/passwd"
    assert len(attach(cast, file_name="x" * 500).file_name) == 200


def test_adding_a_file_and_a_scan_are_two_things_on_the_trail(session, cast):
    from tests.rosas_file import signed_plan

    attach(cast)
    attach(cast, plan=signed_plan(cast))
    kinds = session.scalars(sa.select(Event.kind).where(Event.record_kind == "document").order_by(Event.id)).all()
    assert kinds == [EventKind.DOCUMENT_ADDED, EventKind.SCAN_ATTACHED]


def test_a_paper_is_frozen_with_its_hash(session, cast):
    paper = issue(cast)
    session.expire_all()
    assert paper.intact
    assert paper.hash == hashlib.sha256(canonical({"b": "é", "a": 1}).encode()).hexdigest()


def test_a_paper_whose_text_was_changed_in_the_database_is_not_intact(session, cast):
    paper = issue(cast)
    session.execute(sa.update(Paper).values(particulars={"a": 2}))
    session.expire_all()
    assert not paper.intact


def test_later_changes_of_the_values_do_not_reach_the_paper(session, cast):
    particulars = {"goals": ["a home"]}
    paper = issue(cast, particulars=particulars)
    particulars["goals"].append("smuggled in")
    session.flush()
    session.expire_all()
    assert paper.particulars == {"goals": ["a home"]} and paper.intact


def test_a_code_is_there_once(session, cast):
    issue(cast)
    with pytest.raises(sa.exc.IntegrityError):
        issue(cast)
    session.rollback()


def test_issuing_is_on_the_trail(session, cast):
    paper = issue(cast)
    (line,) = session.scalars(sa.select(Event).where(Event.kind == EventKind.PAPER_ISSUED))
    assert (line.by_id, line.record_id, line.client_id, line.case_id) == (
        cast.ana.id, paper.id, cast.rosa.id, cast.case.id,
    )  # fmt: skip


@pytest.mark.parametrize("kind", PaperKind)
def test_a_code_names_the_paper_and_nobody(kind):
    code = code_for(kind, "HR-2031", 3)
    assert re.fullmatch(rf"{kind.prefix}-2031-3-[{CLEAR}]{{4}}", code)
    assert len({code_for(kind, "HR-2031", 3) for _ in range(50)}) > 40


def test_codes_leave_out_what_is_misread_on_a_fax():
    assert not set("0O1IL2Z5S8B") & set(CLEAR)


def test_a_download_is_named_by_the_code(session, cast):
    assert issue(cast).file_name == "SP-1001-1-K7QD.pdf"


def test_canonical_text_is_the_same_for_the_same_values():
    assert canonical({"b": 1, "a": "ü"}) == canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'
