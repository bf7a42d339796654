"""Households: who lives together, moves, the head, and what kind of household it is."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.base import RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Sex
from app.models.caseload.household import Household, HouseholdMember, HouseholdType, Living, RelationToHead, type_of
from app.reports.people import homes_of, people_of

H, T = RelationToHead, HouseholdType
TODAY = date(2026, 11, 20)


def aged(relation, years, sex=None):
    return Living(relation, None if years is None else date(TODAY.year - years, 1, 1), sex)


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ([aged(H.SELF, None)], T.SINGLE),
        ([aged(H.SELF, 40), aged(H.PARTNER, 41)], T.TWO_ADULTS),
        ([aged(H.SELF, 40), aged(H.PARTNER, 41), aged(H.UNRELATED, 30)], T.ADULTS),
        ([aged(H.SELF, 30, Sex.FEMALE), aged(H.CHILD, 5)], T.SINGLE_MOTHER),
        ([aged(H.SELF, 30, Sex.MALE), aged(H.CHILD, 5)], T.SINGLE_FATHER),
        ([aged(H.SELF, 30), aged(H.CHILD, 17)], T.SINGLE_PARENT),
        ([aged(H.SELF, 30), aged(H.PARTNER, 31), aged(H.CHILD, 5)], T.TWO_PARENTS),
        ([aged(H.SELF, 30), aged(H.UNRELATED, 31), aged(H.CHILD, 5)], T.UNRELATED_ADULTS),
        ([aged(H.SELF, 60), aged(H.CHILD, 30), aged(H.OTHER_RELATIVE, 5)], T.GENERATIONS),
        ([aged(H.SELF, 30), aged(H.OTHER_RELATIVE, 28), aged(H.CHILD, 5)], T.OTHER),
        ([aged(H.SELF, 17), aged(H.CHILD, 1)], T.OTHER),
        ([aged(H.SELF, 40), aged(H.PARTNER, None)], T.UNKNOWN),
        ([aged(H.SELF, 30, Sex.FEMALE), aged(H.CHILD, 5), aged(H.CHILD, None)], T.SINGLE_MOTHER),
        ([aged(H.SELF, 30), aged(H.NOT_COLLECTED, 5)], T.UNKNOWN),
        ([], T.UNKNOWN),
    ],
)
def test_the_kind_of_household_follows_from_ages_and_relations(members, kind):
    assert type_of(members, TODAY) is kind


def test_who_turns_eighteen_is_an_adult_on_that_day():
    young = Living(H.CHILD, date(2008, 11, 20))
    assert type_of([aged(H.SELF, 40), young], date(2026, 11, 19)) is T.SINGLE_PARENT
    assert type_of([aged(H.SELF, 40), young], date(2026, 11, 20)) is T.TWO_ADULTS


@pytest.fixture
def home(cast, session):
    """Rosa with a child, at Curtis's, who is the head."""
    home = Household.begin(cast.rosa, by=cast.ana, relation=H.PARTNER, begun_on=date(2020, 1, 1))
    home.add_member(by=cast.ana, relation=H.SELF, name="Curtis")
    home.add_member(by=cast.ana, relation=H.CHILD, name="Mateo", born_on=date(2017, 3, 1), occupation="grade 4")
    session.flush()
    return home


def member(home, name):
    return next(m for m in home.members if m.who.startswith(name))


def test_a_household_has_one_head(cast, session, home):
    assert home.head.who == "Curtis"
    with pytest.raises(RuleBroken, match="Curtis is the head already"):
        home.add_member(by=cast.ana, relation=H.SELF, name="Mateo’s uncle")
    with pytest.raises(RuleBroken, match="Curtis is the head already"):
        member(home, "Rosa").rewrite(by=cast.ana, relation=H.SELF)
    member(home, "Curtis").rewrite(by=cast.ana, left_on=clock.today())
    session.flush()
    member(home, "Rosa").rewrite(by=cast.ana, relation=H.SELF)
    session.flush()
    assert home.head.is_client


def test_the_database_knows_of_no_second_head_either(cast, session, home):
    session.add(HouseholdMember(client=cast.rosa, household=home, relation=H.SELF, name="Two", by=cast.ana))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_a_move_takes_some_along_and_leaves_the_others_where_they_are(cast, session, home):
    day = clock.today() - timedelta(days=3)
    taking = [member(home, "Mateo")]
    now = Household.begin(cast.rosa, by=cast.ana, relation=H.SELF, begun_on=day, after=home, taking=taking)
    session.flush()
    assert home.ended_on == day
    assert [(m.who, m.left_on) for m in home.members] == [("Rosa Díaz", day), ("Curtis", None), ("Mateo", day)]
    assert [(m.who, m.joined_on, m.occupation) for m in now.members] == [
        ("Rosa Díaz", day, None),
        ("Mateo", day, "grade 4"),
    ]
    people = people_of(cast.rosa, reader=cast.ana)
    assert people.home.household is now and [h.household for h in people.earlier_homes] == [home]
    with pytest.raises(RuleBroken, match="This household is over"):
        home.add_member(by=cast.ana, relation=H.CHILD, name="Nobody")


def test_nobody_moves_out_before_they_moved_in(cast, session, home):
    with pytest.raises(RuleBroken, match="before they moved in"):
        Household.begin(cast.rosa, by=cast.ana, relation=H.SELF, begun_on=date(2019, 1, 1), after=home)
    with pytest.raises(RuleBroken, match="before they moved in"):
        member(home, "Mateo").rewrite(by=cast.ana, joined_on=date(2021, 1, 1), left_on=date(2020, 6, 1))
    with pytest.raises(RuleBroken, match="cannot be in the future"):
        member(home, "Mateo").rewrite(by=cast.ana, left_on=clock.today() + timedelta(days=1))


def test_who_was_entered_in_error_is_off_the_household_and_stays_on_file(cast, session, home):
    member(home, "Mateo").mistake(by=cast.ana, reason="He is his cousin")
    session.flush()
    assert [m.row.who for m in people_of(cast.rosa, reader=cast.ana).home.members] == ["Rosa Díaz", "Curtis"]
    with pytest.raises(RuleBroken, match="This is the client"):
        member(home, "Rosa").mistake(by=cast.ana, reason="x")


def test_size_kind_and_income_are_of_who_lives_there_now(cast, session, home):
    member(home, "Rosa").rewrite(by=cast.ana, income_cents=124_000)
    member(home, "Curtis").rewrite(by=cast.ana, left_on=clock.today(), income_cents=999_900)
    session.flush()
    shown = people_of(cast.rosa, reader=cast.ana).home
    assert (shown.size, shown.incomes, shown.kind) == (2, [124_000], T.UNKNOWN)
    member(home, "Rosa").rewrite(by=cast.ana, relation=H.SELF)
    session.flush()
    assert people_of(cast.rosa, reader=cast.ana).home.kind is T.SINGLE_PARENT


@pytest.fixture
def sam(cast, session):
    """Another client of Ana's program."""
    sam = Client.add(by=cast.ana, first_name="Sam", last_name="Okoye", born_on=date(2012, 5, 5))
    Case.open(sam, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
    session.flush()
    return sam


def test_another_client_in_the_household_shows_where_both_records_are_open(cast, session, home, sam):
    home.add_member(by=cast.ana, relation=H.CHILD, other=sam)
    session.flush()
    names = [(m.row.who, m.record) for m in people_of(cast.rosa, reader=cast.bo).home.members]
    assert ("Sam Okoye", sam) in names
    theirs = people_of(sam, reader=cast.bo).home
    assert theirs.elsewhere and theirs.household is home and theirs.size == 4
    sam.restrict(by=cast.ana, to=[])
    session.flush()
    shown = people_of(cast.rosa, reader=cast.bo).home
    assert [m.row.who for m in shown.members] == ["Rosa Díaz", "Curtis", "Mateo"] and shown.size == 3


def test_the_other_file_says_nothing_where_this_one_is_closed(cast, session, home, sam):
    home.add_member(by=cast.ana, relation=H.CHILD, other=sam)
    cast.rosa.restrict(by=cast.ana, to=[])
    session.flush()
    assert homes_of(sam, reader=cast.bo) == []


def test_a_name_the_client_told_says_nothing_of_the_other_records_birth_date(cast, session, home, sam):
    row = home.add_member(by=cast.ana, relation=H.CHILD, other=sam, name="Sammy")
    sam.restrict(by=cast.ana, to=[])
    session.flush()
    shown = next(m for m in people_of(cast.rosa, reader=cast.bo).home.members if m.row is row)
    assert (shown.row.who, shown.record, shown.age, shown.born_on) == ("Sammy", None, None, None)
    open_ = next(m for m in people_of(cast.rosa, reader=cast.ana).home.members if m.row is row)
    assert open_.record is sam and open_.age is not None


def test_a_head_whom_the_worker_may_not_know_of_steps_back_unseen(cast, session, sam):
    home = Household.begin(cast.rosa, by=cast.ana, relation=H.OTHER_RELATIVE)
    hidden = home.add_member(by=cast.ana, relation=H.SELF, other=sam)
    sam.restrict(by=cast.ana, to=[])
    session.flush()
    member(home, "Rosa").rewrite(by=cast.bo, relation=H.SELF)
    session.flush()
    assert hidden.relation is H.NOT_COLLECTED and home.head.is_client


def test_a_move_ends_the_place_in_another_clients_household(cast, session, home, sam):
    row = home.add_member(by=cast.ana, relation=H.CHILD, other=sam)
    session.flush()
    Household.begin(sam, by=cast.ana, relation=H.SELF, leaving=[row])
    session.flush()
    assert row.left_on == clock.today() and not people_of(sam, reader=cast.ana).home.elsewhere
