"""Two records become one and are taken apart again: every table of a client's file, found by looking at the models."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app import clock
from app.engines import Base, Instant
from app.extensions import db
from app.models.agency.document import Paper
from app.models.agency.draft import Draft, Mark
from app.models.agency.event import Event, EventKind
from app.models.agency.verifying import verify
from app.models.base import RuleBroken, in_files
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case
from app.models.caseload.client import Address, AddressKind, Client, OtherName, Phone, RecordStatus
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.emergency import EmergencyOpening
from app.models.caseload.match_key import MatchKey
from app.models.caseload.matching import doubles_of
from app.models.caseload.merge import Merge, Side, differences
from app.models.caseload.program import Program, Regime
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.monitoring.note import Method, Note
from tests import rosas_file

WHY = "same birth date and telephone"


@pytest.fixture
def twice(cast, session):
    """Rosa, written down a second time by the colleagues in the elders' program."""
    second = Client.add(
        by=cast.cy, first_name="Rosa", middle_name="Maria", last_name="Diaz Marsh", born_on=date(1992, 2, 11),
        phones=[Phone(number="(555) 010-0142", text=True), Phone(number="555 010 0777", call=True)],
        addresses=[Address(kind=AddressKind.CONFIDENTIAL, street="9 Quay Road", city="Millbrook")],
        safe_contact="Only in the mornings.", email="rosa@example.org",
    )  # fmt: skip
    Case.open(second, by=cast.cy, program=cast.elders, received_on=clock.today(), worker=cast.cy)
    session.commit()
    return second


# -- A row in every table, made by looking at its columns


def one_in_every_table(client: Client, case: Case, user_id: int) -> None:
    """A row in each table of this client's file; what it points at is the client's own where it can be."""
    made: dict[str, int] = {"client": client.id, "case": case.id, "user": user_id}
    tables = [model.__table__ for model in in_files() if model is not Case]
    for table in [table for table in Base.metadata.sorted_tables if table in tables]:
        values = {column.name: value_for(column, made) for column in table.columns if not column.primary_key}
        try:
            with db.session.begin_nested():
                made[table.name] = db.session.scalar(sa.insert(table).values(values).returning(table.c.id))
        except sa.exc.IntegrityError:  # only one may be there, and there is one
            made[table.name] = db.session.scalars(sa.select(table.c.id).where(table.c.client_id == client.id)).first()
    db.session.commit()


def value_for(column: Any, made: dict[str, int]) -> Any:
    """Something that fits: the row made last for what points, else by the type; nothing where nothing need be."""
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column.table
        if target.name == "client" and column.name != "client_id":
            return db.session.scalar(sa.insert(target).values(needed_in(target, {})).returning(target.c.id))
        if target.name in made or not column.nullable:
            there = made.get(target.name) or db.session.scalar(sa.select(sa.func.max(target.c.id)))
            return there or db.session.scalar(sa.insert(target).values(needed_in(target, made)).returning(target.c.id))
        return None
    if column.name == "status" and column.table.name == "case":
        return "closed"
    if column.nullable:
        return None
    return of_type(column.type)


def needed_in(table: Any, made: dict[str, int]) -> dict[str, Any]:
    """The least that a row of this table must say."""
    return {c.name: value_for(c, made) for c in table.columns if not c.nullable and not c.primary_key}


def of_type(kind: Any) -> Any:
    if isinstance(kind, sa.Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    room = getattr(kind, "length", None) or 12
    plain = {
        bool: False,
        int: 1,
        str: uuid4().hex[: min(12, room)],
        date: date(2026, 1, 2),
        time: time(9),
        dict: {},
        list: [],
    }
    return clock.now() if isinstance(kind, Instant) else plain.get(kind.python_type, {})


def dump(*clients: int) -> dict[str, Any]:
    """Everything that the database holds of these clients, but for the version numbers, which only ever grow."""
    found: dict[str, Any] = {}
    for model in in_files():
        table = model.__table__
        columns = [c for c in table.columns if c.name != "version"]
        if model is MatchKey:  # made anew: what counts is under which keys the person is filed
            columns = [table.c.client_id, table.c.key]
        if model in (Merge,):
            continue
        rows = db.session.execute(sa.select(*columns).where(table.c.client_id.in_(clients)))
        found[table.name] = sorted(map(repr, rows))
    pointing = sa.select(PossibleDuplicate.id, PossibleDuplicate.other_id).where(
        PossibleDuplicate.other_id.in_(clients)
    )
    found["pointing"] = sorted(db.session.execute(pointing).all())
    columns = [c for c in Client.__table__.columns if c.name != "version"]
    found["client"] = [
        repr(row) for row in db.session.execute(sa.select(*columns).where(Client.id.in_(clients)).order_by(Client.id))
    ]
    return found


def lived_in(cast) -> None:
    """Rosa's file with something of everything, open again to those who work with her."""
    rosas_file.fill(cast)
    cast.rosa.unrestrict(by=cast.bo, reason="for the test")
    db.session.commit()


def left_with(client_id: int) -> dict[str, int]:
    """Table → how many rows still name this client as theirs."""
    counted = {
        model.__tablename__: db.session.scalar(sa.select(sa.func.count(model.id)).where(model.client_id == client_id))
        for model in in_files()
        if not model.made_anew
    }
    return {table: number for table, number in counted.items() if number}


def test_every_table_of_the_file_moves_and_comes_back_exactly(cast, session, twice):
    """Whichever tables there are: one row in each, by its columns, and one in each of the other record too."""
    mine, theirs = cast.case, session.scalars(sa.select(Case).where(Case.client_id == twice.id)).one()
    one_in_every_table(cast.rosa, mine, cast.ana.id)
    one_in_every_table(twice, theirs, cast.cy.id)
    for client in (cast.rosa, twice):  # such rows are made by no verb, which would have filed the person under them
        client.be_findable()
    session.commit()
    kept, gone = cast.rosa.id, twice.id
    before = dump(kept, gone)
    assert [model.__tablename__ for model in in_files() if not before.get(model.__tablename__)] == ["merge"]

    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    held_already = {"address": 1, "phone": 1, "circumstances": 1, "identifier": 1}
    assert left_with(gone) == held_already, (
        "only what the other record holds word for word, or can hold only once, stays"
    )
    for table, rows in before.items():
        if table not in ("client", "match_key", "pointing"):
            moved = session.scalar(
                sa.select(sa.func.count())
                .select_from(Base.metadata.tables[table])
                .where(sa.text(f"client_id = {kept}"))
            )
            assert moved == len(rows) - left_with(gone).get(table, 0) + (table in ("other_name", "merge")), table

    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()
    assert dump(kept, gone) == before


def test_the_whole_of_a_lived_in_record_moves_and_comes_back_exactly(cast, session, twice):
    """With everything that the verbs write into it, signed papers and files among them."""
    lived_in(cast)
    before = dump(cast.rosa.id, twice.id)
    papers = {paper.id: (paper.hash, paper.intact) for paper in session.scalars(sa.select(Paper))}
    merge = Merge.make(twice, cast.rosa, by=cast.bo, reason=WHY)
    session.commit()
    assert cast.case.client_id == twice.id
    assert set(left_with(cast.rosa.id)) <= {"phone", "distinction"}
    session.expire_all()
    assert {paper.id: (paper.hash, paper.intact) for paper in session.scalars(sa.select(Paper))} == papers
    merge.undo(by=cast.bo, reason="not she")
    session.commit()
    assert dump(cast.rosa.id, twice.id) == before
    assert verify().whole


# -- One record stays


def test_the_record_that_stays_is_found_by_both_numbers_and_all_names(cast, session, twice):
    number = twice.number
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    for words in (number, cast.rosa.number, "Maria Diaz Marsh", "010 0777"):
        found = session.scalars(Client.visible_to(cast.ana).where(*Client.matching(words))).all()
        assert found == [cast.rosa], words


def test_the_merged_record_is_in_nobodys_reach_and_leads_to_the_other(cast, session, twice):
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    assert twice.status is RecordStatus.MERGED
    for person in (cast.ana, cast.bo, cast.cy, cast.fay):
        assert session.scalar(Client.visible_to(person).where(Client.id == twice.id)) is None
    assert session.scalar(Merge.survivor_of(twice.id)) == cast.rosa.id
    assert cast.rosa.id in session.scalars(Client.visible_to(cast.cy).with_only_columns(Client.id)).all()


def test_a_merged_record_is_no_double_and_opens_in_no_emergency(cast, session, twice):
    number = twice.number
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    assert doubles_of(cast.bo, cast.rosa) == []
    opened = EmergencyOpening.ask(
        by=cast.cy, password="a quiet river bends twice", reason="she is in danger now", number=number
    )
    assert opened == cast.rosa


def test_each_field_is_as_chosen_and_the_other_record_keeps_its_own(cast, session, twice):
    proposed = {each.name: each.proposed for each in differences(cast.rosa, twice)}
    assert proposed["middle_name"] is Side.OTHER and proposed["last_name"] is Side.KEPT
    cast.rosa.correct(by=cast.ana, safe_contact="Never at work.")
    session.commit()
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY, choices={"last_name": Side.OTHER})
    session.commit()
    assert (cast.rosa.middle_name, cast.rosa.last_name, cast.rosa.email) == ("Maria", "Diaz Marsh", "rosa@example.org")
    assert cast.rosa.safe_contact == "Never at work.\nOnly in the mornings."
    assert (twice.first_name, twice.last_name) == ("Rosa", "Diaz Marsh")


def test_a_telephone_on_both_is_there_once_and_the_confidential_address_stays_so(cast, session, twice):
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    assert sorted(phone.number for phone in cast.rosa.phones) == ["(555) 010-0142", "555 010 0777"]
    assert [address.street for address in cast.rosa.hidden_addresses] == ["9 Quay Road"]


def test_both_records_say_so_on_the_trail_and_the_chain_stays_whole(cast, session, twice):
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()

    def kinds(client: Client) -> list[EventKind]:
        return list(session.scalars(sa.select(Event.kind).where(Event.client_id == client.id).order_by(Event.id)))[-2:]

    assert kinds(cast.rosa) == [EventKind.CLIENT_MERGED, EventKind.MERGE_UNDONE]
    assert kinds(twice) == [EventKind.CLIENT_MERGED_AWAY, EventKind.MERGE_UNDONE]
    reasons = session.scalars(sa.select(Event.reason).where(Event.kind == EventKind.CLIENT_MERGED)).all()
    assert reasons == [f"{twice.number}: {WHY}"]


def test_unsaved_texts_about_the_person_go_along_and_come_back(cast, session, twice):
    Draft.keep(cast.cy, Mark("alert", twice.id, page=f"{cast.cy.id}-abc"), {"what_to_do": ["call first"]})
    session.commit()
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY, drafts=("alert",))
    session.commit()
    assert session.scalar(sa.select(Draft.about)) == cast.rosa.id
    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()
    assert session.scalar(sa.select(Draft.about)) == twice.id


def test_a_suspicion_about_the_two_is_settled_and_open_again_afterwards(cast, session, twice):
    session.add(PossibleDuplicate(client=cast.rosa, other=twice, by=cast.cy))
    session.commit()
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    suspicion = session.scalars(sa.select(PossibleDuplicate)).one()
    assert suspicion.settled_by_id == cast.bo.id and (suspicion.client_id, suspicion.other_id) == (
        cast.rosa.id,
        twice.id,
    )
    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()
    assert session.scalars(sa.select(PossibleDuplicate)).one().settled_at is None


# -- What forbids it


def refused(kept: Client, other: Client, **more: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        Merge.make(kept, other, reason=WHY, **more)
    db.session.rollback()
    return str(broken.value)


def test_two_open_cases_in_one_program_are_refused(cast, session, twice):
    Case.open(twice, by=cast.bo, program=cast.family, received_on=clock.today())
    session.commit()
    assert "an open case in Family stability" in refused(cast.rosa, twice, by=cast.bo)
    assert twice.status is None and left_with(twice.id)


def test_a_victim_services_record_is_merged_with_no_other(cast, session):
    assert "Safe harbor keeps its records apart" in refused(cast.hidden, cast.rosa, by=cast.bo)
    assert "Safe harbor keeps its records apart" in refused(cast.rosa, cast.hidden, by=cast.bo)
    kept_by_harbor = Client.add(by=cast.di, first_name="Hope", kept_by_id=cast.harbor.id)
    nobodys = Client.add(by=cast.ana, first_name="Hope")
    session.commit()
    assert "keeps its records apart" in refused(kept_by_harbor, nobodys, by=cast.di)


def test_two_records_of_one_sealed_program_alone_can_be_merged(cast, session):
    again = Client.add(by=cast.di, first_name="Hope", last_name="Hiden", kept_by_id=cast.harbor.id)
    session.commit()
    Merge.make(cast.hidden, again, by=cast.di, reason=WHY)
    session.commit()
    assert again.status is RecordStatus.MERGED


def test_a_part_2_record_is_merged_with_no_other(cast, session, twice):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    Case.open(twice, by=cast.cy, program=clinic, received_on=clock.today())
    session.commit()
    assert "Recovery keeps its records apart" in refused(cast.rosa, twice, by=cast.bo)


def test_what_is_restricted_is_not_opened_to_others_by_a_merge(cast, session, twice):
    twice.restrict(by=cast.bo, to=[cast.cy])
    session.commit()
    assert "restricted" in refused(cast.rosa, twice, by=cast.bo)
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.commit()
    assert "restricted" in refused(cast.rosa, twice, by=cast.bo)
    cast.rosa.restrict(by=cast.bo, to=[cast.cy])
    session.commit()
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    assert sorted(named.user_id for named in cast.rosa.named_now) == sorted([cast.bo.id, cast.cy.id])


def test_a_record_is_merged_once_and_not_into_itself(cast, session, twice):
    assert "same record" in refused(cast.rosa, cast.rosa, by=cast.bo)
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    assert "merged into another record already" in refused(cast.rosa, twice, by=cast.bo)
    assert "merged into another record already" in refused(twice, cast.rosa, by=cast.bo)


def test_a_record_that_was_changed_meanwhile_is_looked_at_again(cast, session, twice):
    seen = (cast.rosa.version, twice.version)
    twice.correct(by=cast.cy, pronouns="she/her")
    session.commit()
    assert "Look at them again" in refused(cast.rosa, twice, by=cast.bo, versions=seen)


def test_texts_that_are_too_long_together_are_refused_and_not_cut(cast, session, twice):
    cast.rosa.correct(by=cast.ana, safe_contact="a" * 300)
    twice.correct(by=cast.cy, safe_contact="b" * 300)
    session.commit()
    assert "too long" in refused(cast.rosa, twice, by=cast.bo)


def test_nothing_is_written_into_a_record_that_was_merged(cast, session, twice):
    Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    soon = clock.today() + timedelta(days=30)
    with pytest.raises(RuleBroken, match="merged into another one"):
        Alert.raise_for(twice, by=cast.cy, kind=AlertKind.OTHER, what_to_do="x", review_on=soon)
    session.rollback()


# -- Taking apart


def test_what_was_added_since_stays_and_what_was_written_in_a_case_goes_with_it(cast, session, twice):
    moved = session.scalars(sa.select(Case).where(Case.client_id == twice.id)).one()
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    soon = clock.today() + timedelta(days=30)
    alert = Alert.raise_for(cast.rosa, by=cast.ana, kind=AlertKind.OTHER, what_to_do="x", review_on=soon)
    hers = Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="to the first")
    theirs = Note.write(moved, by=cast.cy, happened_on=clock.today(), method=Method.PHONE, text="to the second")
    cast.rosa.correct(by=cast.ana, email="new@example.org")
    session.commit()
    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()
    assert alert.client_id == hers.client_id == cast.rosa.id
    assert theirs.client_id == moved.client_id == twice.id
    assert (cast.rosa.email, cast.rosa.middle_name, twice.email) == ("new@example.org", None, "rosa@example.org")


def test_telephones_that_were_edited_since_are_back_in_both_records(cast, session, twice):
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    numbers = ["(555) 010-0142", "555 010 0777", "555 010 0999"]
    cast.rosa.correct(
        by=cast.ana, phones=[Phone(number=n, call=n.endswith("777"), text=n.endswith("142")) for n in numbers]
    )
    session.commit()
    merge.undo(by=cast.bo, reason="two sisters")
    session.commit()
    assert sorted(phone.number for phone in twice.phones) == ["(555) 010-0142", "555 010 0777"]
    assert sorted(phone.number for phone in cast.rosa.phones) == ["(555) 010-0142", "555 010 0999"]


def test_undoing_is_refused_when_the_record_was_merged_again_until_that_is_undone(cast, session, twice):
    third = Client.add(by=cast.ana, first_name="Rosita", last_name="Díaz")
    session.commit()
    first = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    second = Merge.make(third, cast.rosa, by=cast.bo, reason=WHY)
    session.commit()
    assert session.scalar(Merge.survivor_of(twice.id)) == third.id
    assert twice.number in third.numbers and cast.rosa.number in third.numbers
    with pytest.raises(RuleBroken, match="merged into another record"):
        first.undo(by=cast.bo, reason="x")
    session.rollback()
    second.undo(by=cast.bo, reason="x")
    session.commit()
    first.undo(by=cast.bo, reason="x")
    session.commit()
    assert twice.status is None and cast.rosa.status is None


def test_undoing_is_refused_when_something_new_rests_on_what_goes_back(cast, session, twice):
    lived_in(cast)
    release = rosas_file.one_of_each(cast.rosa.id)["consent"]
    merge = Merge.make(twice, cast.rosa, by=cast.bo, reason=WHY)
    session.commit()
    from app.models.intake.consent import Consent

    Disclosure.write_down(
        twice, by=cast.ana, happened_on=clock.today(), recipient="Harbor Law Clinic", method=DisclosureMethod.PHONE,
        what="the need", purpose="help", basis=Basis.CONSENT, consent=session.get_one(Consent, release),
        information=session.get_one(Consent, release).information,
    )  # fmt: skip
    session.commit()
    assert [str(each) for each in merge.obstacles_to_undoing()]
    with pytest.raises(RuleBroken, match="rests on what came from"):
        merge.undo(by=cast.bo, reason="x")
    session.rollback()
    assert twice.status is None and cast.rosa.status is RecordStatus.MERGED


def test_a_merge_is_undone_once(cast, session, twice):
    merge = Merge.make(cast.rosa, twice, by=cast.bo, reason=WHY)
    session.commit()
    merge.undo(by=cast.bo, reason="x")
    session.commit()
    with pytest.raises(RuleBroken, match="undone already"):
        merge.undo(by=cast.bo, reason="x")
    session.rollback()
    assert session.scalars(sa.select(OtherName).where(OtherName.client_id == cast.rosa.id)).all()
