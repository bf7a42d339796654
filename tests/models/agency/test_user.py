"""Members of staff: their accounts, passwords, programs and roles."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn
from app.models.agency.user import Role, User
from app.models.base import RuleBroken
from app.passwords import common
from tests.cast import PASSWORD


def trail(kind: EventKind) -> list[tuple[int | None, int | None]]:
    """(who did it, about which record) of every line of this kind."""
    rows = db.session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.id))
    return [(row.by_id, row.record_id) for row in rows]


def add(cast, **more):
    return User.add(**{"name": "Eli Park", "email": "eli@m.example", "role": Role.CASEWORKER, "by": cast.ada} | more)


# -- Passwords


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 12"),
        ("short", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaaaa", "too easy"),
        ("abababababab", "too easy"),
        ("password1234", "too easy"),
        ("Password!!!!", "too easy"),
        ("1234567890123", "too easy"),
        ("eliparkeli12", "your own name"),
        ("EliParkEliPark", "your own name"),
    ],
)
def test_a_password_that_others_would_guess_is_refused(session, cast, password, words):
    with pytest.raises(RuleBroken, match=words):
        add(cast, password=password)


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse battery", "пароль из слов", "🌊🏔🌲🌵🦊🐝🍋🎈🎲🧭🪁🧩", "x y z 1 2 3 4 5"]
)
def test_any_other_password_is_taken_as_it_is(session, cast, password):
    user = add(cast, password=password)
    assert user.has_password(password)
    assert not user.has_password(password + " ") and not user.has_password(password.upper() + "!")


def test_a_password_is_kept_as_a_salted_argon2id_hash(session, cast):
    one, two = add(cast, password=PASSWORD), add(cast, email="two@m.example", password=PASSWORD)
    assert one.password_hash.startswith("$argon2id$") and one.password_hash != two.password_hash
    assert PASSWORD not in one.password_hash


def test_ten_thousand_common_passwords_are_known():
    assert len(common()) >= 9_000
    assert {"password", "qwertyuiop", "123456789"} <= common()


@pytest.mark.parametrize("kept", ["", "nonsense", "$argon2id$broken"])
def test_a_damaged_hash_opens_nothing(session, cast, kept):
    cast.ana.password_hash = kept
    assert not cast.ana.has_password(PASSWORD)


# -- Accounts


def test_an_address_is_taken_once_whatever_its_case(session, cast):
    with pytest.raises(RuleBroken, match="already has an account"):
        add(cast, email=" ANA@Millbrook.example ", password=PASSWORD)
    assert User.with_email("ANA@MILLBROOK.EXAMPLE") == cast.ana


def test_a_new_account_is_on_the_trail(session, cast):
    user = add(cast, password=PASSWORD)
    session.flush()
    assert trail(EventKind.USER_ADDED)[-1] == (cast.ada.id, user.id)


def test_closing_an_account_ends_every_sign_in_and_keeps_what_was_written(session, cast):
    for _ in range(2):
        SignIn.open(email=cast.ana.email, password=PASSWORD, address=None)
    cast.ana.disable(by=cast.ada)
    session.flush()
    session.expire_all()
    ended = session.scalars(sa.select(SignIn.ended_at).where(SignIn.user_id == cast.ana.id)).all()
    assert len(ended) == 2 and all(ended)
    assert not cast.ana.is_active and cast.case.worker == cast.ana
    assert trail(EventKind.USER_DISABLED) == [(cast.ada.id, cast.ana.id)]


def test_an_account_can_be_opened_again(session, cast):
    cast.ana.disable(by=cast.ada)
    cast.ana.enable(by=cast.ada)
    session.flush()
    assert SignIn.open(email=cast.ana.email, password=PASSWORD, address=None)
    assert trail(EventKind.USER_ENABLED) == [(cast.ada.id, cast.ana.id)]


def test_nobody_closes_their_own_account_or_changes_their_own_role(session, cast):
    with pytest.raises(RuleBroken, match="your own account"):
        cast.ada.disable(by=cast.ada)
    with pytest.raises(RuleBroken, match="your own role"):
        cast.ada.correct(by=cast.ada, role=Role.CASEWORKER)


def test_a_change_names_its_fields_on_the_trail_and_not_their_values(session, cast):
    cast.ana.correct(by=cast.ada, role=Role.CASEWORKER, title="Housing specialist", phone=cast.ana.phone)
    session.flush()
    (line,) = session.scalars(sa.select(Event).where(Event.kind == EventKind.USER_CHANGED))
    assert line.fields == ["title"]
    assert "Housing" not in str([getattr(line, c.key) for c in sa.inspect(Event).column_attrs])


def test_a_change_that_changes_nothing_leaves_no_line(session, cast):
    cast.ana.correct(by=cast.ada, role=Role.CASEWORKER, name=cast.ana.name)
    session.flush()
    assert trail(EventKind.USER_CHANGED) == []


def test_those_who_left_are_listed_last(session, cast):
    cast.ada.enable(by=None)
    cast.ana.disable(by=cast.ada)
    session.flush()
    assert session.scalars(User.all_of_them()).all()[-1] == cast.ana
    assert cast.ana not in session.scalars(User.working()).all()


# -- Programs


def test_a_membership_ends_and_is_never_deleted(session, cast):
    cast.ana.work_in([cast.elders], by=cast.ada)
    session.flush()
    assert cast.ana.program_ids == [cast.elders.id]
    assert [(m.program_id, m.to_on) for m in cast.ana.memberships] == [
        (cast.family.id, clock.today()),
        (cast.elders.id, None),
    ]


def test_the_same_programs_again_change_nothing(session, cast):
    before = [m.id for m in cast.ana.memberships]
    cast.ana.work_in([cast.family], by=cast.ada)
    assert [m.id for m in cast.ana.memberships] == before


def test_a_membership_counts_from_its_first_day_to_its_last(session, cast):
    (membership,) = cast.ana.memberships
    membership.from_on = clock.today() + timedelta(days=1)
    assert cast.ana.program_ids == []
    membership.from_on, membership.to_on = clock.today(), clock.today() + timedelta(days=1)
    assert cast.ana.program_ids == [cast.family.id]


# -- Names


@pytest.mark.parametrize(
    ("name", "initials", "first"),
    [("Ana Reyes", "AR", "Ana"), ("Madonna", "M", "Madonna"), ("María de la Cruz", "MC", "María")],
)
def test_a_name_has_initials_and_a_first_part(name, initials, first):
    user = User(name=name)
    assert (user.initials, user.first_name) == (initials, first)


def test_a_signature_has_name_credentials_and_title():
    user = User(name="Dana Whitfield", credentials="LBSW", title="Senior caseworker", role=Role.CASEWORKER)
    assert user.signature_name == "Dana Whitfield, LBSW, Senior caseworker"
    assert User(name="Ana", role=Role.SUPERVISOR).signature_name == "Ana, Supervisor"
