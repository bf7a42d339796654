"""Merging on screen: the list of pairs, both records side by side, one that leads to the other, and taking apart."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Phone, RecordStatus
from app.models.caseload.distinction import Distinction
from app.models.caseload.merge import Merge


@pytest.fixture
def twice(cast, session):
    """Rosa a second time, without a case."""
    second = Client.add(
        by=cast.fay, first_name="Rosa", last_name="Diaz", born_on=date(1992, 2, 11), email="rosa@example.org",
        phones=[Phone(number="555 010 0142", text=True)],
    )  # fmt: skip
    session.commit()
    return second


def test_the_pairs_in_reach_are_listed_with_reasons_and_searching_is_on_the_trail(cast, session, visit, twice):
    page = visit.sign_in(cast.bo).get("/duplicates/")
    assert "Likely the same" in page.text("main") and twice.number in page.text("main")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.SEARCHED)) == 1
    visit.sign_in(cast.ana).get("/duplicates/", status=403)


def test_a_pair_across_a_seal_or_a_restriction_is_on_nobodys_list(cast, session, visit):
    """Also not by its number: the harbor's record has a twin outside, a restricted one a twin in the open."""
    Client.add(by=cast.ana, first_name="Hope", last_name="Hidden", born_on=date(1990, 1, 2))
    cast.hidden.correct(by=cast.di, born_on=date(1990, 1, 2))
    Client.add(by=cast.ana, first_name="Lena", last_name="Kowalska", born_on=date(1950, 5, 5))
    cast.lena.correct(by=cast.cy, born_on=date(1950, 5, 5))
    session.commit()
    cast.lena.restrict(by=cast.cy, to=[])
    session.commit()
    page = visit.sign_in(cast.bo).get("/duplicates/")
    assert "0 pairs" in page.text("main") and cast.hidden.number not in page.text("main")


def test_two_people_are_told_apart_once_and_not_asked_about_again(cast, session, visit, twice):
    visit.sign_in(cast.bo)
    address = f"/clients/{cast.rosa.id}/distinctions/new?other={twice.id}"
    visit.get(address).submit("They are two people", status=422, **{"reason": ""})
    visit.get(address).submit("They are two people", **{"reason": "two cousins"})
    page = visit.get("/duplicates/")
    assert "0 pairs" in page.text("main") and "two cousins" in page.text("main")
    assert "may be on record twice" not in visit.get(f"/clients/{cast.rosa.id}/details/").text("main")
    session.rollback()
    distinction = session.scalars(sa.select(Distinction)).one()
    visit.post(f"/distinctions/{distinction.id}/end", status=303)
    assert "1 pair" in visit.get("/duplicates/").text("main")


def test_both_records_stand_side_by_side_and_the_chosen_words_are_kept(cast, session, visit, twice):
    visit.sign_in(cast.bo)
    page = visit.get(f"/clients/{cast.rosa.id}/merges/new?other={twice.id}")
    assert "rosa@example.org" in page.text("main") and "Díaz" in page.text("main")
    page.submit("Merge ", **{"reason": "same person", "side_last_name": "other"})
    session.rollback()
    assert (cast.rosa.last_name, cast.rosa.email) == ("Diaz", "rosa@example.org")
    assert session.get_one(Client, twice.id).status is RecordStatus.MERGED


def test_the_other_record_can_be_named_by_its_number(cast, session, visit, twice):
    visit.sign_in(cast.bo)
    assert "Merge two records" in visit.get(f"/clients/{cast.rosa.id}/merges/new?number={twice.number.lower()}").text(
        "main"
    )
    hidden = visit.get(f"/clients/{cast.rosa.id}/merges/new?number={cast.hidden.number}")
    absent = visit.get(f"/clients/{cast.rosa.id}/merges/new?number=HR-99999")
    assert "No record that you may open" in hidden.text("main") and "No record that you may open" in absent.text("main")
    visit.get(f"/clients/{cast.rosa.id}/merges/new?other={cast.hidden.id}", status=404)


def test_what_is_in_the_way_is_said_before_and_the_reason_typed_comes_back(cast, session, visit, twice):
    Case.open(twice, by=cast.ana, program=cast.family, received_on=clock.today())
    session.commit()
    page = visit.sign_in(cast.bo).get(f"/clients/{cast.rosa.id}/merges/new?other={twice.id}")
    assert "an open case in Family stability" in page.text("main")
    refused = page.submit("Merge ", status=422, **{"reason": "same person, I asked"})
    assert "same person, I asked" in refused.response.text and "an open case in Family stability" in refused.text(
        "main"
    )
    session.rollback()
    assert session.get_one(Client, twice.id).status is None


def test_a_record_changed_meanwhile_is_shown_again_and_nothing_is_merged(cast, session, visit, twice):
    page = visit.sign_in(cast.bo).get(f"/clients/{cast.rosa.id}/merges/new?other={twice.id}")
    session.get_one(Client, twice.id).correct(by=cast.ana, pronouns="she/her")
    session.commit()
    again = page.submit("Merge ", status=422, **{"reason": "same person"})
    assert "Look at them again" in again.text("main")
    again.submit("Merge ", **{"reason": "same person"})
    session.rollback()
    assert session.get_one(Client, twice.id).status is RecordStatus.MERGED


def test_the_address_of_a_merged_record_leads_to_the_other_for_those_in_reach(cast, session, visit, twice):
    Merge.make(cast.rosa, twice, by=cast.bo, reason="same")
    session.commit()
    visit.sign_in(cast.ana)
    assert visit.get(f"/clients/{twice.id}/", status=303).location == f"/clients/{cast.rosa.id}/"
    assert visit.get(f"/clients/{twice.id}/details/", status=303).location == f"/clients/{cast.rosa.id}/details/"
    assert "merged into another" in visit.post(f"/clients/{twice.id}/showings/", status=409).response.text
    visit.sign_in(cast.cy).get(f"/clients/{twice.id}/", status=404)


def test_the_trail_of_the_record_that_stays_tells_both_stories(cast, session, visit, twice):
    twice.correct(by=cast.ana, pronouns="she/her")
    session.commit()
    Merge.make(cast.rosa, twice, by=cast.bo, reason="same birth date")
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/")
    assert "changed the client’s details" in page.text("main") and "merged this record into another one" in page.text(
        "main"
    )
    everybody = visit.sign_in(cast.ada).get("/trail/")
    assert "Rosa" not in everybody.text("main") and cast.rosa.number in everybody.text("main")


def test_a_sealed_records_number_is_not_told_after_a_merge_within_the_program(cast, session, visit):
    again = Client.add(by=cast.di, first_name="Hope", last_name="Hiden", kept_by_id=cast.harbor.id)
    session.commit()
    Merge.make(cast.hidden, again, by=cast.di, reason="same")
    session.commit()
    assert again.number not in visit.sign_in(cast.ada).get("/trail/").text("main")


def test_taking_apart_asks_why_and_both_records_are_there_again(cast, session, visit, twice):
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason="same")
    session.commit()
    visit.sign_in(cast.bo)
    assert twice.number in visit.get(f"/merges/{merge.id}/").text("main")
    page = visit.get(f"/merges/{merge.id}/undo")
    page.submit("Take them apart", status=422, **{"reason": ""})
    page.submit("Take them apart", **{"reason": "two cousins"})
    assert "Diaz" in visit.get(f"/clients/{twice.id}/").text("h1")
    assert "two cousins" in visit.get(f"/merges/{merge.id}/").text("main")


def test_what_hinders_taking_apart_is_said_before(cast, session, visit, twice):
    third = Client.add(by=cast.ana, first_name="Rosita")
    session.commit()
    first = Merge.make(third, twice, by=cast.bo, reason="same")
    session.commit()
    Merge.make(cast.rosa, third, by=cast.bo, reason="same")
    session.commit()
    page = visit.sign_in(cast.bo).get(f"/merges/{first.id}/undo")
    assert "was itself merged into another record" in page.text("main")
    page.submit("Take them apart", status=422, **{"reason": "no"})
