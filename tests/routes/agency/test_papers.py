"""Issued papers, as PDF: made once, the same bytes ever after, every printing on the trail."""

import hashlib
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app import clock
from app.documents import slip_paper
from app.extensions import db
from app.models.agency.document import Paper, StoredFile, canonical
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn
from app.models.assessment.domain import Domain
from app.models.linking.referral import Referral, ReferralMethod, ReferralType


@pytest.fixture
def slip(cast) -> int:
    """A slip for Rosa, issued and not printed yet."""
    referral = Referral.make(
        cast.case,
        by=cast.ana,
        domain=Domain.LEGAL,
        type=ReferralType.INFORMATION,
        method=ReferralMethod.SELF,
        service=cast.service,
    )
    referral.send(by=cast.ana)
    paper = slip_paper.issue(referral, by=cast.ana)
    db.session.commit()
    return paper.id


def test_a_paper_is_printed_and_is_the_same_bytes_ever_after(visit, cast, slip):
    first = visit.sign_in(cast.ana).get(f"/papers/{slip}.pdf")
    assert first.response.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(first.bytes)).pages)
    assert "Harbor Law Clinic" in text
    assert visit.get(f"/papers/{slip}.pdf").bytes == first.bytes
    assert db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 1


def test_the_first_printing_after_a_pause_takes_few_queries(visit, cast, slip):
    """Making and keeping the PDF, the line on the trail and the sign of life, all told."""
    visit.sign_in(cast.ana)
    db.session.execute(sa.update(SignIn).values(used_at=clock.now() - timedelta(minutes=5)))
    db.session.commit()
    visit.get(f"/papers/{slip}.pdf")
    assert len(visit.queries) <= 11
    assert db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 1


def test_every_printing_is_on_the_trail(visit, cast, slip):
    visit.sign_in(cast.ana)
    for _ in range(2):
        visit.get(f"/papers/{slip}.pdf")
    lines = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.PAPER_PRINTED)).all()
    assert [(line.by_id, line.record_id, line.client_id) for line in lines] == [(cast.ana.id, slip, cast.rosa.id)] * 2


def test_its_name_is_its_code_and_names_nobody(visit, cast, slip):
    visit.sign_in(cast.ana)
    code = db.session.get_one(Paper, slip).code
    shown = visit.get(f"/papers/{slip}.pdf").response.headers["Content-Disposition"]
    kept = visit.get(f"/papers/{slip}.pdf", download=1).response.headers["Content-Disposition"]
    assert shown == f'inline; filename="{code}.pdf"'
    assert kept == f'attachment; filename="{code}.pdf"'


def test_a_paper_whose_text_was_tampered_with_is_not_printed(visit, cast, slip):
    paper = db.session.get_one(Paper, slip)
    paper.particulars = paper.particulars | {"title": "Another"}
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/papers/{slip}.pdf", status=500)
    assert "changed in the database" in page.text()


def test_a_paper_that_cannot_be_made_says_so_and_loses_nothing(visit, cast, slip):
    paper = db.session.get_one(Paper, slip)
    paper.particulars = {"nothing": "fits"}
    paper.hash = hashlib.sha256(canonical(paper.particulars).encode()).hexdigest()
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/papers/{slip}.pdf", status=503)
    assert "Nothing is lost" in page.text()


def test_a_stranger_does_not_learn_that_it_is_there(visit, cast, slip):
    visit.sign_in(cast.cy).get(f"/papers/{slip}.pdf", status=404)
    visit.sign_in(cast.ada).get(f"/papers/{slip}.pdf", status=404)
    assert db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 0
