"""The keys under which clients are filed: kept by the verbs, made anew when the rules change."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.models.agency.event import Event
from app.models.caseload.client import Address, AddressKind, BirthQuality, Client, Phone, RecordStatus
from app.models.caseload.filing import file_anew
from app.models.caseload.match_key import RULES, MatchKey, keys_to_file
from app.models.caseload.matching import Described, doubles_of, possible_matches


def keys_of(session, client):
    session.flush()
    return set(session.scalars(sa.select(MatchKey.key).where(MatchKey.client_id == client.id)))


@pytest.fixture
def sally(session, cast):
    return Client.add(
        by=cast.ana,
        first_name="Sally",
        last_name="De Haro",
        born_on=date(1980, 5, 1),
        birth_quality=BirthQuality.FULL,
        phones=[Phone(number="410 555 0142")],
        addresses=[Address(street="12 Main Street", zip="21201")],
    )


def test_adding_a_client_files_them(session, sally):
    assert keys_of(session, sally) == keys_to_file(sally.on_paper)
    assert len(keys_of(session, sally)) > 8
    assert sally.filed_by == RULES


def test_a_correction_files_them_under_the_new_name_and_no_longer_under_the_old(session, cast, sally):
    before = keys_of(session, sally)
    sally.correct(by=cast.ana, last_name="Marsh", phones=[])
    after = keys_of(session, sally)
    assert after == keys_to_file(sally.on_paper)
    assert before - after and after - before
    found = possible_matches(cast.ana, Described(names=("Sally", "Marsh"), born_on=date(1980, 5, 1)))
    assert [match.id for match in found] == [sally.id]
    assert possible_matches(cast.ana, Described(names=("Kim", "Lee"), phone="410 555 0142")) == []


def test_what_changes_neither_name_nor_reach_leaves_the_keys_alone(session, cast, sally):
    ids = set(session.scalars(sa.select(MatchKey.id)))
    sally.correct(by=cast.ana, what_helps="A quiet room")
    session.flush()
    assert set(session.scalars(sa.select(MatchKey.id))) == ids


def test_a_confidential_address_is_neither_filed_nor_compared(session, cast, sally):
    sally.correct(
        by=cast.ana, phones=[], addresses=[Address(kind=AddressKind.CONFIDENTIAL, street="9 Elm Row", zip="21999")]
    )
    session.flush()
    assert sally.on_paper.places == () and sally.on_paper.zips == frozenset()
    assert possible_matches(cast.ana, Described(names=("Kim", "Lee"), street="9 Elm Row", zip="21999")) == []
    told, untold = (
        possible_matches(cast.ana, Described(names=("Sally", "De Haro"), street=street, zip=zip))
        for street, zip in (("9 Elm Row", "21999"), (None, None))
    )
    assert [match.id for match in told] == [match.id for match in untold] == [sally.id]
    assert told[0].verdict == untold[0].verdict, "an address that is kept confidential must not be confirmed"


def test_clients_filed_by_older_rules_are_filed_anew_without_touching_their_version(session, cast, sally):
    session.flush()
    wanted, words, version = keys_of(session, sally), sally.search, sally.version
    lines = session.scalar(sa.select(sa.func.count()).select_from(Event))
    session.execute(sa.delete(MatchKey))
    session.execute(sa.update(Client).values(filed_by=0, search="", sort_name=""))
    everybody = session.scalar(sa.select(sa.func.count()).select_from(Client))
    session.expire_all()

    assert file_anew() == everybody
    assert file_anew() == 0
    session.expire_all()
    assert keys_of(session, sally) == wanted
    assert (sally.search, sally.version, sally.filed_by) == (words, version, RULES)
    assert cast.rosa.sort_name == "diaz rosa"
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == lines


def test_a_second_record_of_the_same_person_is_named_on_the_first_and_no_other_record_is(session, cast, sally):
    again = Client.add(by=cast.ana, first_name="Saly", last_name="Deharo", born_on=date(1980, 5, 1))
    Client.add(by=cast.ana, first_name="Sally", last_name="Brown", born_on=date(1991, 9, 9))
    session.flush()
    assert [match.id for match in doubles_of(cast.ana, sally)] == [again.id]
    assert [match.id for match in doubles_of(cast.ana, again)] == [sally.id]
    assert doubles_of(cast.ana, cast.rosa) == []


def test_a_double_out_of_reach_is_not_betrayed(session, cast, sally):
    again = Client.add(
        by=cast.di, first_name="Sally", last_name="De Haro", born_on=date(1980, 5, 1), kept_by_id=cast.harbor.id
    )
    session.flush()
    assert doubles_of(cast.ana, sally) == []
    assert [match.id for match in doubles_of(cast.di, again)] == [sally.id]
    again.restrict(by=cast.bo, to=[])
    session.flush()
    assert doubles_of(cast.ana, sally) == []


def test_a_record_that_was_merged_is_nobodys_double(session, cast, sally):
    Client.add(
        by=cast.ana, first_name="Sally", last_name="De Haro", born_on=date(1980, 5, 1), status=RecordStatus.MERGED
    )
    session.flush()
    assert doubles_of(cast.ana, sally) == []


def test_a_household_on_one_telephone_is_not_one_person(session, cast, sally):
    Client.add(
        by=cast.ana, first_name="Lena", last_name="De Haro", born_on=date(2012, 3, 9),
        phones=[Phone(number="410 555 0142")], addresses=[Address(street="12 Main Street", zip="21201")],
    )  # fmt: skip
    session.flush()
    described = Described(
        names=("Lena", "De Haro"), born_on=date(2012, 3, 9), phone="410 555 0142", street="12 Main Street"
    )
    assert [match.name for match in possible_matches(cast.ana, described)] == ["Lena De Haro"]
    assert doubles_of(cast.ana, sally) == []
