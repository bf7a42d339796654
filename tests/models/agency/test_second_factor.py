"""The second factor: what is taken, what is spent, what the database holds, and who may take it off."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock, totp
from app.extensions import db
from app.models.agency.agency import Required
from app.models.agency.event import Event, EventKind
from app.models.agency.second_factor import RecoveryCode, SecondFactor
from app.models.agency.sign_in import SignIn
from app.models.base import RuleBroken
from tests.cast import PASSWORD

HERE = "10.0.0.1"


def code(user, *, ahead: int = 0, salt: str = "") -> str:
    """What this person's app shows now, or some steps later."""
    salt = salt or user.second_factor.salt
    return totp.code_of(SecondFactor.secret_of(user, salt), totp.step_at(clock.now()) + ahead)


def with_factor(user) -> list[str]:
    """Give this person a second factor; returns the recovery codes."""
    codes = SecondFactor.set_up(user, salt="salt", code=code(user, salt="salt", ahead=-1))
    db.session.flush()
    return codes


def half_open(user, address: str = HERE) -> SignIn:
    sign_in, _token = SignIn.open(email=user.email, password=PASSWORD, address=address)
    db.session.flush()
    return sign_in


def kinds() -> list[EventKind]:
    return list(db.session.scalars(sa.select(Event.kind).order_by(Event.id)))


def test_the_password_alone_opens_nothing_any_more(session, cast):
    with_factor(cast.ana)
    sign_in = half_open(cast.ana)
    assert sign_in.waiting and not sign_in.good(cast.agency) and sign_in.awaits_code()
    assert EventKind.SIGNED_IN not in kinds()
    old = sign_in.token_hash
    token = sign_in.give_code(code(cast.ana), address=HERE)
    session.flush()
    assert sign_in.good(cast.agency) and SignIn.with_token(token) == sign_in and sign_in.token_hash != old
    assert kinds()[-1] == EventKind.SIGNED_IN


def test_a_code_is_taken_once(session, cast):
    with_factor(cast.ana)
    now = code(cast.ana)
    half_open(cast.ana).give_code(now, address=HERE)
    with pytest.raises(RuleBroken, match="used before"):
        half_open(cast.ana).give_code(now, address=HERE)


def test_a_code_older_than_one_that_was_used_is_spent_too(session, cast):
    with_factor(cast.ana)
    half_open(cast.ana).give_code(code(cast.ana, ahead=1), address=HERE)
    with pytest.raises(RuleBroken):
        half_open(cast.ana).give_code(code(cast.ana), address=HERE)


def test_the_code_that_set_it_up_opens_nothing(session, cast):
    now = code(cast.ana, salt="salt")
    SecondFactor.set_up(cast.ana, salt="salt", code=now)
    with pytest.raises(RuleBroken):
        half_open(cast.ana).give_code(now, address=HERE)


def test_a_wrong_code_sets_nothing_up(session, cast):
    with pytest.raises(RuleBroken, match="not right"):
        SecondFactor.set_up(cast.ana, salt="salt", code="000000" if code(cast.ana, salt="salt") != "000000" else "1")
    assert cast.ana.second_factor is None


def test_waiting_for_the_code_ends_after_ten_minutes(session, cast):
    with_factor(cast.ana)
    sign_in = half_open(cast.ana)
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        assert not sign_in.awaits_code()


def test_guessing_codes_is_throttled_like_guessing_passwords(session, cast):
    with_factor(cast.ana)
    sign_in = half_open(cast.ana)
    for _ in range(8):
        with pytest.raises(RuleBroken, match="not right"):
            sign_in.give_code("wrong", address=HERE)
        session.flush()
    with pytest.raises(RuleBroken, match="Wait 15 minutes"):
        sign_in.give_code(code(cast.ana), address=HERE)


def test_ten_recovery_codes_open_the_door_once_each_and_are_kept_as_hashes(session, cast):
    codes = with_factor(cast.ana)
    assert len(set(codes)) == 10 and RecoveryCode.left(cast.ana) == 10
    kept = set(session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not any(one in hashed or one.replace("-", "") in hashed for one in codes for hashed in kept)
    half_open(cast.ana).give_code(codes[0].upper().replace("-", " "), address=HERE)
    assert RecoveryCode.left(cast.ana) == 9 and EventKind.RECOVERY_CODE_USED in kinds()
    with pytest.raises(RuleBroken):
        half_open(cast.ana).give_code(codes[0], address=HERE)


def test_one_persons_recovery_code_is_nothing_to_another(session, cast):
    codes = with_factor(cast.ana)
    with_factor(cast.bo)
    with pytest.raises(RuleBroken):
        half_open(cast.bo).give_code(codes[0], address=HERE)
    assert RecoveryCode.left(cast.ana) == 10


def test_new_recovery_codes_end_the_old_ones(session, cast):
    old = with_factor(cast.ana)
    RecoveryCode.make(cast.ana)
    session.flush()
    assert RecoveryCode.among(cast.ana, old) == [] and RecoveryCode.left(cast.ana) == 10


def test_the_database_alone_makes_no_code(app, session, cast):
    """What makes the secret is not in it: with another server key the same rows mean another secret."""
    with_factor(cast.ana)
    real = SecondFactor.secret_of(cast.ana, cast.ana.second_factor.salt)
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "the key of somebody who stole the database" * 2
    try:
        assert SecondFactor.secret_of(cast.ana, cast.ana.second_factor.salt) != real
    finally:
        app.config["SECRET_KEY"] = before
    assert SecondFactor.secret_of(cast.bo, cast.ana.second_factor.salt) != real
    row = session.execute(sa.select(SecondFactor.__table__)).one()
    assert totp.typed_key(real).replace(" ", "") not in str(row) and real.hex() not in str(row)


def test_who_must_have_one_cannot_drop_it(session, cast):
    with_factor(cast.bo)
    cast.agency.second_factor = Required.LEADERS
    with pytest.raises(RuleBroken, match="needs a second factor"):
        cast.bo.second_factor.take_off(by=cast.bo)
    assert cast.agency.requires_second_factor_of(cast.ada) and not cast.agency.requires_second_factor_of(cast.ana)
    cast.agency.second_factor = Required.EVERYONE
    assert cast.agency.requires_second_factor_of(cast.ana)


def test_who_need_not_have_one_takes_it_off_and_the_trail_says_so(session, cast):
    with_factor(cast.ana)
    cast.ana.second_factor.take_off(by=cast.ana)
    session.flush()
    session.expire_all()
    assert cast.ana.second_factor is None and RecoveryCode.left(cast.ana) == 0
    assert kinds()[-1] == EventKind.SECOND_FACTOR_REMOVED


def test_an_administrator_takes_off_a_colleagues_and_the_person_is_told_once(session, cast):
    half_open(cast.ana)
    with_factor(cast.ana)
    inside = half_open(cast.ana)
    inside.give_code(code(cast.ana), address=HERE)
    cast.ana.second_factor.take_off(by=cast.ada)
    session.flush()
    session.expire_all()
    assert inside.ended_at is not None, "signed out everywhere"
    told = half_open(cast.ana).news()
    assert [(event.kind, event.by_id) for event in told] == [(EventKind.SECOND_FACTOR_RESET, cast.ada.id)]
    assert half_open(cast.ana).news() == []


def test_a_stranger_elsewhere_cannot_keep_the_real_person_out(session, cast):
    """Somebody who fails all the time from outside fills the count of the account; where Ana works it is not counted."""
    half_open(cast.ana, address=HERE)
    for _ in range(8):
        with pytest.raises(RuleBroken, match="not right"):
            SignIn.open(email=cast.ana.email, password="wrong", address="203.0.113.9")
        session.flush()
    with pytest.raises(RuleBroken, match="Wait"):
        SignIn.open(email=cast.ana.email, password=PASSWORD, address="203.0.113.9")
    assert SignIn.open(email=cast.ana.email, password=PASSWORD, address=HERE)


def test_tries_from_where_the_person_works_count_there(session, cast):
    half_open(cast.ana, address=HERE)
    for _ in range(8):
        with pytest.raises(RuleBroken, match="not right"):
            SignIn.open(email=cast.ana.email, password="wrong", address=HERE)
        session.flush()
    with pytest.raises(RuleBroken, match="Wait"):
        SignIn.open(email=cast.ana.email, password=PASSWORD, address=HERE)


def test_a_role_that_changes_ends_every_sign_in(session, cast):
    from app.models.agency.user import Role

    inside = half_open(cast.ana)
    cast.ana.correct(by=cast.ada, role=Role.SUPERVISOR)
    session.flush()
    session.expire_all()
    assert inside.ended_at is not None


def test_another_email_address_is_taken_only_when_it_is_free(session, cast):
    with pytest.raises(RuleBroken, match="already has an account"):
        cast.ana.correct(by=cast.ada, role=cast.ana.role, email=" BO@millbrook.example")
    inside = half_open(cast.ana)
    cast.ana.correct(by=cast.ada, role=cast.ana.role, email="Ana.Reyes@millbrook.example")
    session.flush()
    session.expire_all()
    assert cast.ana.email == "ana.reyes@millbrook.example" and inside.ended_at is not None


def test_the_agencys_own_words_make_no_password(session, cast):
    for password in ("millbrook neighbor", "Family Stability 1", "elder support 22", "Safe.Harbor-2026"):
        with pytest.raises(RuleBroken, match="own name|agency"):
            cast.ana.choose_password(password)
    cast.ana.choose_password("a blue kite over millbrook")


def test_a_password_is_the_same_on_every_keyboard(session, cast):
    cast.ana.choose_password("drei grüne ﬁsche")
    assert cast.ana.has_password("drei gru\u0308ne fische") and not cast.ana.has_password("drei grune fische")
