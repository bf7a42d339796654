"""Who belongs to a client: what can be said, what the other side gets, and who may know."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.circle import circle_of, circle_on_paper
from app.models.caseload.client import Client
from app.models.caseload.program import Program, Regime
from app.models.caseload.relationship import Authority, Relationship, RelationshipType, Safe, Tie

R = RelationshipType


def told(client, by, type=R.FRIEND, name="Maribel", **more):
    return Relationship.write_down(client, by=by, type=type, name=name, **more)


def seen(client, reader):
    """What this person finds around the client: (name, type)."""
    from app.extensions import db

    return [(row.who, row.type) for row in db.session.scalars(Relationship.of(client.id, reader=reader))]


@pytest.fixture
def curtis(cast, session):
    """Another client of Ana's program."""
    curtis = Client.add(by=cast.ana, first_name="Curtis", last_name="Marsh")
    Case.open(curtis, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
    session.flush()
    return curtis


def test_somebody_needs_a_name_or_an_organization_unless_it_is_not_born_yet(cast, session):
    with pytest.raises(RuleBroken, match="Write who it is"):
        told(cast.rosa, cast.ana, name=None)
    assert told(cast.rosa, cast.ana, name=None, organization="Cedar Bakery").who == "Cedar Bakery"
    unborn = told(cast.rosa, cast.ana, R.UNBORN_CHILD, None, expected_on=clock.today() + timedelta(days=90))
    assert unborn.who == "Unborn child"
    with pytest.raises(RuleBroken, match="Only an unborn child"):
        told(cast.rosa, cast.ana, expected_on=clock.today())


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"safe": Safe.NO, "emergency_contact": True, "phone": "1"}, "cannot be the emergency contact"),
        ({"emergency_contact": True}, "phone number of the emergency contact"),
        ({"from_on": date(2200, 1, 1)}, "begun in the future"),
        ({"from_on": date(2020, 2, 1), "to_on": date(2020, 1, 1)}, "ended before it began"),
        ({"authority_until": date(2020, 1, 1)}, "Choose what this person may decide"),
    ],
)
def test_what_cannot_be_so_is_refused_when_written_and_when_changed(cast, details, words):
    with pytest.raises(RuleBroken, match=words):
        told(cast.rosa, cast.ana, **details)
    row = told(cast.rosa, cast.ana)
    with pytest.raises(RuleBroken, match=words):
        row.rewrite(by=cast.ana, **details)
    assert all(getattr(row, name) != value for name, value in details.items()), "a refusal leaves the row as it was"


def test_every_type_has_a_mirror_that_mirrors_it_or_can_be_no_client():
    for type in R:
        if type.mirror is not None:
            assert type.mirror.mirror is type
    assert {type for type in R if type.mirror is None} == {R.UNBORN_CHILD, R.COMMUNITY, R.PROFESSIONAL, R.ORGANIZATION}


def test_between_two_clients_the_mirror_stands_in_the_other_file_with_nothing_but_type_and_days(cast, session, curtis):
    since = date(2015, 5, 1)
    row = told(
        cast.rosa, cast.ana, R.PARENT, None, other=curtis, from_on=since, safe=Safe.NO, safety_note="Never call",
        phone="555-0101", tie=Tie.BROKEN, helps_with="nothing",
    )  # fmt: skip
    twin = row.twin
    assert (twin.client, twin.other, twin.type, twin.from_on, twin.twin) == (curtis, cast.rosa, R.CHILD, since, row)
    assert (twin.safe, twin.safety_note, twin.phone, twin.tie, twin.helps_with, twin.name) == (
        Safe.NOT_ASKED, None, None, Tie.ORDINARY, None, None,
    )  # fmt: skip
    row.rewrite(by=cast.ana, type=R.EX_PARTNER, to_on=date(2024, 1, 1), safety_note="Still never")
    assert (twin.type, twin.to_on, twin.safety_note) == (R.EX_PARTNER, date(2024, 1, 1), None)
    session.flush()
    written = [
        (e.client_id, e.record_id)
        for e in session.scalars(sa.select(Event).where(Event.kind == EventKind.RELATIONSHIP_ADDED))
    ]
    assert written == [(cast.rosa.id, row.id)], "the other file's trail does not tell what was said in this one"


def test_what_the_other_one_said_of_their_own_is_not_changed_from_here(cast, session, curtis):
    row = told(cast.rosa, cast.ana, R.PARTNER, None, other=curtis)
    row.twin.rewrite(by=cast.ana, name="Rosie")
    row.rewrite(by=cast.ana, type=R.EX_PARTNER)
    assert row.twin.type is R.PARTNER
    row.mistake(by=cast.ana, reason="Another Curtis")
    assert row.twin.in_error_at is None
    with pytest.raises(RuleBroken, match="entered in error"):
        row.rewrite(by=cast.ana, name="x")


def test_a_mistake_takes_the_mirror_along(cast, session, curtis):
    row = told(cast.rosa, cast.ana, R.PARTNER, None, other=curtis)
    row.mistake(by=cast.ana, reason="Another Curtis")
    session.flush()
    assert seen(cast.rosa, cast.ana) == [] and seen(curtis, cast.ana) == []


def test_nobody_is_linked_to_themselves_to_a_place_or_twice(cast, session, curtis):
    with pytest.raises(RuleBroken, match="own record"):
        told(cast.rosa, cast.ana, other=cast.rosa)
    with pytest.raises(RuleBroken, match="cannot be"):
        told(cast.rosa, cast.ana, R.ORGANIZATION, other=curtis)
    told(cast.rosa, cast.ana, R.SIBLING, None, other=curtis)
    with pytest.raises(RuleBroken, match="written down already"):
        told(cast.rosa, cast.ana, R.SIBLING, None, other=curtis)


# -- Who may know


def test_a_linked_person_shows_only_where_both_records_are_open(cast, session, curtis):
    told(cast.rosa, cast.ana, R.EX_PARTNER, None, other=curtis)
    session.flush()
    assert seen(cast.rosa, cast.bo) == [("Curtis Marsh", R.EX_PARTNER)]
    assert seen(curtis, cast.bo) == [("Rosa Díaz", R.EX_PARTNER)]
    cast.rosa.restrict(by=cast.ana, to=[])
    session.flush()
    assert seen(curtis, cast.bo) == [], "not even that there is somebody"
    cast.rosa.unrestrict(by=cast.ana, reason="x")
    curtis.restrict(by=cast.ana, to=[])
    session.flush()
    assert seen(cast.rosa, cast.bo) == []
    assert circle_of(cast.rosa, reader=cast.bo) == []


def test_what_the_client_told_stays_readable_and_says_nothing_of_the_other_record(cast, session, curtis):
    row = told(cast.rosa, cast.ana, R.EX_PARTNER, "Curt", other=curtis, safe=Safe.NO)
    curtis.restrict(by=cast.ana, to=[])
    session.flush()
    assert seen(cast.rosa, cast.bo) == [("Curt", R.EX_PARTNER)]
    on_record = sa.select(Relationship.on_record_for(cast.bo)).where(Relationship.id == row.id)
    assert not session.scalar(on_record)
    assert seen(curtis, cast.bo) == []


def test_a_victim_services_client_is_seen_from_no_other_side(cast, session):
    """Di reaches both; whoever works with the other one sees neither the person nor the mirror."""
    cast.di.work_in([cast.harbor, cast.elders], by=cast.ada)
    session.flush()
    told(cast.hidden, cast.di, R.PARENT, None, other=cast.lena)
    told(cast.lena, cast.di, R.SIBLING, None, other=cast.hidden)
    session.flush()
    assert len(seen(cast.lena, cast.di)) == 2 and len(seen(cast.hidden, cast.di)) == 2
    assert seen(cast.lena, cast.cy) == []
    assert circle_of(cast.lena, reader=cast.cy) == []


def test_what_is_said_within_a_sealed_case_stays_there_on_both_sides(cast, session, curtis):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    cast.di.work_in([cast.family, clinic], by=cast.ada)
    session.flush()
    case = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today())
    session.flush()
    told(cast.rosa, cast.di, R.FRIEND, "Sponsor Ted", case=case)
    told(cast.rosa, cast.di, R.EX_PARTNER, None, other=curtis, case=case)
    session.flush()
    assert len(seen(cast.rosa, cast.di)) == 2 and seen(curtis, cast.di) == [("Rosa Díaz", R.EX_PARTNER)]
    assert seen(cast.rosa, cast.ana) == [] and seen(curtis, cast.ana) == []
    told(cast.rosa, cast.ana, R.EX_PARTNER, None, other=curtis)  # a refusal would tell of what is hidden
    assert [near.who for near in circle_on_paper(case)] == ["Sponsor Ted"]
    assert circle_on_paper(cast.case) == []


def test_a_case_in_a_sealed_program_takes_the_people_along_when_it_is_the_only_one(cast, session):
    ivy = Client.add(by=cast.di, first_name="Ivy", kept_by_id=cast.harbor.id)
    row = told(ivy, cast.di, R.SIBLING, "June")
    case = Case.open(ivy, by=cast.di, program=cast.harbor, received_on=clock.today())
    assert row.case is case


def test_on_paper_stands_nobody_whose_name_the_client_did_not_tell(cast, session, curtis):
    told(cast.rosa, cast.ana, R.PARTNER, None, other=curtis)
    told(cast.rosa, cast.ana, R.SIBLING, "Inés", tie=Tie.STRONG)
    told(cast.rosa, cast.ana, R.FRIEND, "Not on the map", on_map=False)
    told(cast.rosa, cast.ana, R.FRIEND, "Long ago", to_on=date(2020, 1, 1))
    session.flush()
    assert [near.who for near in circle_on_paper(cast.case)] == ["Inés"]
    assert [near.who for near in circle_of(cast.rosa, reader=cast.ana)] == ["Curtis Marsh", "Inés"]


def test_the_papers_must_be_of_this_record(cast, session, curtis):
    from app.models.agency.document import Document, DocumentKind

    order = Document.add(
        client=curtis, by=cast.ana, kind=DocumentKind.LETTER, title="Order", file_name="o.pdf", content=b"%PDF-1.4",
        media_type="application/pdf",
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="document of this record"):
        told(cast.rosa, cast.ana, authority=Authority.PAYEE, document=order)
