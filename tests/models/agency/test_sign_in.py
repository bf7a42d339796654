"""Coming in: the same words for everybody who is refused, a limit to guessing, and how long one stays."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import Invitation, SignIn, SignInAttempt, hashed
from app.models.agency.user import Role, hasher
from app.models.base import RuleBroken
from tests.cast import PASSWORD

ANA = "ana@millbrook.example"
HERE, THERE = "10.0.0.1", "10.0.0.2"


def refused(email: str = ANA, password: str = "not the one", address: str = HERE) -> str:
    """What is said to somebody who is refused."""
    with pytest.raises(RuleBroken) as broken:
        SignIn.open(email=email, password=password, address=address)
    db.session.flush()
    return broken.value.text


def test_the_right_password_opens_and_the_token_is_known_once(session, cast):
    sign_in, token = SignIn.open(email=" ANA@Millbrook.Example ", password=PASSWORD, address=HERE)
    session.flush()
    assert SignIn.with_token(token) == sign_in and sign_in.user == cast.ana
    assert sign_in.token_hash == hashed(token) and len(token) >= 43


def test_every_sign_in_has_a_token_of_its_own(session, cast):
    tokens = {SignIn.open(email=ANA, password=PASSWORD, address=HERE)[1] for _ in range(3)}
    assert len(tokens) == 3


def test_coming_in_and_being_refused_are_on_the_trail(session, cast):
    SignIn.open(email=ANA, password=PASSWORD, address=HERE)
    refused()
    refused("nobody@millbrook.example")
    lines = session.scalars(sa.select(Event).order_by(Event.id).where(Event.kind.in_(["signed_in", "sign_in_refused"])))
    assert [(line.kind, line.by_id, line.record_kind, line.record_id) for line in lines] == [
        (EventKind.SIGNED_IN, cast.ana.id, "sign_in", 1),
        (EventKind.SIGN_IN_REFUSED, None, "user", cast.ana.id),
        (EventKind.SIGN_IN_REFUSED, None, None, None),
    ]


# -- Nobody learns who works here


def test_unknown_wrong_and_closed_are_told_the_same(session, cast):
    unknown, wrong = refused("nobody@millbrook.example"), refused()
    cast.ana.disable(by=cast.ada)
    assert refused(password=PASSWORD) == unknown == wrong
    assert "ana" not in wrong.casefold()


def test_known_and_unknown_take_the_same_time(session, cast):
    def time_of(email: str) -> float:
        began = perf_counter()
        refused(email)
        return perf_counter() - began

    refused(), refused("nobody0@millbrook.example")
    known = median(time_of(ANA) for _ in range(5))
    unknown = median(time_of(f"nobody{n}@millbrook.example") for n in range(5))
    # One hashing costs far more than the look-up: without it, unknown would be many times quicker.
    assert 0.5 < known / unknown < 2


# -- Guessing


def test_after_eight_tries_even_the_right_password_waits(session, cast):
    for _ in range(8):
        assert "is not right" in refused()
    assert "Wait 15 minutes" in refused(password=PASSWORD)


def test_the_real_person_gets_in_after_fifteen_minutes(session, cast):
    for _ in range(8):
        refused()
    with clock.at(clock.now() + timedelta(minutes=15, seconds=1)):
        assert SignIn.open(email=ANA, password=PASSWORD, address=HERE)


def test_a_guesser_who_goes_on_does_not_lengthen_the_wait(session, cast):
    """Tries while one waits are not counted: else anybody could keep Ana out for good."""
    for _ in range(8):
        refused()
    for minutes in range(1, 15):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            assert "Wait" in refused()
    with clock.at(clock.now() + timedelta(minutes=15, seconds=1)):
        assert SignIn.open(email=ANA, password=PASSWORD, address=HERE)


def test_the_tries_of_one_account_do_not_count_for_another(session, cast):
    for _ in range(8):
        refused()
    assert SignIn.open(email="bo@millbrook.example", password=PASSWORD, address=HERE)


def test_one_address_that_tries_many_accounts_waits_too(session, cast):
    for number in range(SignInAttempt.PER_ADDRESS):
        session.add(SignInAttempt(email=f"{number}@millbrook.example", address=THERE))
    session.flush()
    assert "Wait" in refused("bo@millbrook.example", PASSWORD, THERE)
    assert SignIn.open(email="bo@millbrook.example", password=PASSWORD, address=HERE)


def test_capitals_and_spaces_are_no_new_account_to_guess_at(session, cast):
    for number in range(8):
        refused(" " * number + ANA.upper())
    assert "Wait" in refused(password=PASSWORD)


@pytest.mark.parametrize("email", ["", "x" * 5000, "\x00", "'; DROP TABLE user; --", "ａｎａ@millbrook.example"])
def test_odd_addresses_are_refused_in_the_same_words(session, cast, email):
    assert "is not right" in refused(email.replace("\x00", ""))


# -- Staying


def test_a_sign_in_is_good_until_one_of_four_things_happens(session, cast):
    agency = cast.agency
    sign_in, _token = SignIn.open(email=ANA, password=PASSWORD, address=HERE)
    session.flush()
    assert sign_in.good(agency)
    sign_in.used_at = clock.now() - timedelta(minutes=agency.idle_minutes)
    assert not sign_in.good(agency), "idle too long"
    sign_in.used_at, sign_in.created_at = clock.now(), clock.now() - timedelta(hours=agency.longest_hours)
    assert not sign_in.good(agency), "older than a working day"
    sign_in.created_at = clock.now()
    cast.ana.disabled_at = clock.now()
    assert not sign_in.good(agency), "the account is closed"
    cast.ana.disabled_at = None
    sign_in.end(by=cast.ana)
    assert not sign_in.good(agency), "signed out"


def test_a_clock_that_went_backwards_keeps_nobody_signed_in_for_ever(session, cast):
    sign_in, _token = SignIn.open(email=ANA, password=PASSWORD, address=HERE)
    session.flush()
    with clock.at(clock.now() + timedelta(days=400)):
        assert not sign_in.good(cast.agency)


def test_one_can_sign_out_everywhere_else(session, cast):
    here, _token = SignIn.open(email=ANA, password=PASSWORD, address=HERE)
    there, _token = SignIn.open(email=ANA, password=PASSWORD, address=THERE)
    bos, _token = SignIn.open(email="bo@millbrook.example", password=PASSWORD, address=THERE)
    session.flush()
    SignIn.end_all(cast.ana, but=here)
    session.expire_all()
    assert (here.ended_at, bos.ended_at) == (None, None) and there.ended_at is not None


def test_a_weaker_hash_is_made_stronger_at_the_next_sign_in(session, cast):
    from argon2 import PasswordHasher

    cast.ana.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    SignIn.open(email=ANA, password=PASSWORD, address=HERE)
    assert not hasher.check_needs_rehash(cast.ana.password_hash)
    assert cast.ana.has_password(PASSWORD)


# -- Invitations


def invite(cast, **more):
    return Invitation.make(**{"by": cast.ada, "role": Role.CASEWORKER, "programs": [cast.elders]} | more)


def test_an_invitation_makes_one_account_with_its_role_and_programs(session, cast):
    invitation, token = invite(cast)
    session.flush()
    assert Invitation.with_token(token) == invitation
    user = invitation.accept(name="Eli Park", email="Eli@m.example", password=PASSWORD)
    session.flush()
    assert (user.role, user.email, user.program_ids) == (Role.CASEWORKER, "eli@m.example", [cast.elders.id])
    assert Invitation.with_token(token) is None
    with pytest.raises(RuleBroken, match="already used"):
        invitation.accept(name="Someone else", email="else@m.example", password=PASSWORD)


def test_an_invitation_ends_after_its_days(session, cast):
    _invitation, token = invite(cast, days=2)
    session.flush()
    with clock.at(clock.now() + timedelta(days=2, seconds=1)):
        assert Invitation.with_token(token) is None


def test_an_invitation_for_somebody_who_is_here_already_is_refused(session, cast):
    with pytest.raises(RuleBroken, match="already has an account"):
        invite(cast, email="ANA@millbrook.example")


def test_the_database_holds_no_link_that_opens_anything(session, cast):
    invitation, token = invite(cast)
    assert token not in str(vars(invitation)) and invitation.token_hash == hashed(token)


@pytest.mark.parametrize("token", ["", "x", "' OR '1'='1", "é" * 50])
def test_an_odd_link_is_no_invitation(session, cast, token):
    invite(cast)
    session.flush()
    assert Invitation.with_token(token) is None
