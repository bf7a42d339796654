"""Setting up the second factor, coming in with it, and who cannot go on without."""

import re

import pytest

from app import clock, totp
from app.extensions import db
from app.models.agency.agency import Required
from app.models.agency.second_factor import RecoveryCode
from tests.browser import Visit
from tests.cast import PASSWORD

ANA = "ana@millbrook.example"


def shown_on_the_phone(key: str, *, ahead: int = 0) -> str:
    """What an app shows into which this key was typed."""
    import base64

    plain = key.replace(" ", "")
    secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    return totp.code_of(secret, totp.step_at(clock.now()) + ahead)


def set_up(visit: Visit) -> tuple[str, list[str]]:
    """Set it up as a person does; returns the key and the recovery codes."""
    page = visit.get("/second-factor/")
    key = page.text(".code-text")
    done = page.submit("Set it up", status=200, code=shown_on_the_phone(key, ahead=-1))
    return key, done.texts(".code-text")


def test_from_the_picture_to_coming_in_with_a_code(visit, cast, app):
    key, codes = set_up(visit.sign_in(cast.ana))
    assert len(codes) == 10
    other = Visit(app)
    asked = other.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
    assert asked.text("h1") == "The code from your app" and asked.path.startswith("/sign-in/code/"), (
        "it can be reloaded"
    )
    other.get("/", status=303)
    wrong = asked.submit("Sign in", code="000000", status=422)
    assert "not right" in wrong.text(".errors") and not wrong.all("#code")[0].get("value")
    inside = wrong.submit("Sign in", code=shown_on_the_phone(key))
    assert "Ana Reyes" in inside.text("header")


def test_a_recovery_code_opens_the_door_and_is_counted(visit, cast, app):
    _key, codes = set_up(visit.sign_in(cast.ana))
    other = Visit(app)
    other.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD).submit("Sign in", code=codes[3])
    assert "9 of 10 codes are left" in other.get("/second-factor/").text("main")


def test_a_replayed_code_is_refused_at_the_door(visit, cast, app):
    key, _codes = set_up(visit.sign_in(cast.ana))
    code = shown_on_the_phone(key)
    for status in (303, 422):
        asked = Visit(app).get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
        answer = asked.visit.post("/sign-in/code/", {"code": code, "next": "/"}, status=status, follow=False)
    assert "used before" in answer.text(".errors")


def test_the_picture_holds_the_key_and_is_gone_once_it_is_set_up(visit, cast):
    visit.sign_in(cast.ana)
    picture = visit.get("/second-factor/qr.svg")
    assert picture.response.mimetype == "image/svg+xml" and b"<path" in picture.bytes and b"script" not in picture.bytes
    set_up(visit)
    visit.get("/second-factor/qr.svg", status=404)


def test_setting_it_up_changes_the_token(visit, cast):
    visit.sign_in(cast.ana)
    before = visit.client.get_cookie("handrail").value
    set_up(visit)
    assert visit.client.get_cookie("handrail").value != before
    visit.get("/")


def test_what_was_sent_while_signed_out_survives_both_steps(visit, cast, app, session):
    key, _codes = set_up(visit.sign_in(cast.ana))
    form = visit.get(f"/cases/{cast.case.id}/notes/")
    visit.sign_out()
    door = form.submit("Save note", status=401, text="Rosa said a lot, and all of it must be kept through both steps")
    asked = door.submit("Sign in", status=200, email=ANA, password=PASSWORD)
    kept = asked.submit("Sign in", status=200, code=shown_on_the_phone(key))
    assert "all of it must be kept" in kept.text("textarea")


# -- Who must have one


@pytest.fixture
def leaders(cast):
    cast.agency.second_factor = Required.LEADERS
    db.session.commit()


def test_nothing_else_answers_before_it_is_set_up(app, cast, leaders, visit):
    from app.requests import PUBLIC, SETTING_UP
    from tests.test_access import addresses, ask, everything_else

    visit.sign_in(cast.bo)
    wrong = []
    for address in addresses(app, {}, others=AnyRecord(everything_else(cast))):
        if address.endpoint in PUBLIC | SETTING_UP:
            continue
        answer = ask(visit, address)
        led = answer.status_code == 303 and answer.location == "/second-factor/"
        if not (led or (address.method == "POST" and answer.status_code == 409)) or "Rosa" in answer.text:
            wrong.append(f"{address.method} {address.url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


class AnyRecord(dict):
    """Some record for every noun in an address."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name, default=None):
        return super().get(name, 1)


def test_who_must_have_one_is_led_to_it_and_then_goes_on(visit, cast, leaders):
    visit.post("/sign-in", {"email": "bo@millbrook.example", "password": PASSWORD}, follow=False)
    assert visit.get("/", status=303).location == "/second-factor/"
    page = visit.get("/second-factor/")
    assert not page.all("nav")
    page.submit("Set it up", status=200, code=shown_on_the_phone(page.text(".code-text"), ahead=-1))
    visit.get("/team/")
    assert "Take off" not in visit.get("/second-factor/").text("main")
    visit.post("/second-factor/remove", status=409)


def test_a_caseworker_goes_on_without_and_may_have_one(visit, cast, leaders):
    visit.sign_in(cast.ana).get("/clients/")
    set_up(visit)
    visit.get("/second-factor/").submit("Take off my second factor")
    db.session.expire_all()
    assert cast.ana.second_factor is None and RecoveryCode.left(cast.ana) == 0


def test_the_first_link_of_a_locked_out_agency_gets_an_administrator_in(app, cast, visit, session):
    from app.models.agency.sign_in import Invitation
    from app.models.agency.user import Role

    cast.agency.second_factor = Required.EVERYONE
    _invitation, token = Invitation.make(by=None, role=Role.ADMINISTRATOR)
    session.commit()
    password = "seven green ladders"
    account = {"name": "New Admin", "email": "new@m.example", "password": password, "again": password}
    visit.post(f"/invitations/{token}", account, follow=False)
    visit.get("/settings/", status=303)
    set_up(visit)
    visit.get("/settings/")


def test_new_recovery_codes_and_the_file_of_them(visit, cast):
    _key, old = set_up(visit.sign_in(cast.ana))
    page = visit.get("/second-factor/").submit("Make new recovery codes", status=200)
    codes = page.texts(".code-text")
    assert len(codes) == 10 and not set(codes) & set(old)
    file = page.submit("Save as a text file", status=200, code=codes)
    text = file.response.get_data(as_text=True)
    assert all(code in text for code in codes) and "attachment" in file.response.headers["Content-Disposition"]
    visit.post("/second-factor/recovery-codes.txt", {"code": ["=cmd()", old[0]]}, status=404)


def test_an_administrator_takes_it_off_and_the_person_is_told_at_the_next_sign_in(visit, cast, app):
    set_up(Visit(app).sign_in(cast.ana))
    visit.sign_in(cast.ada).get(f"/users/{cast.ana.id}/edit").submit("Take it off")
    inside = Visit(app).get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
    assert "Ada Min took off a colleague’s second factor" in inside.text("#notices")
    assert re.search(r"\d{1,2}:\d\d", inside.text("#notices"))
