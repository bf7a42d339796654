"""Asking again before something that an unattended machine must not give away."""

from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn
from app.models.agency.user import User
from tests.cast import PASSWORD


@pytest.fixture
def long_ago(cast):
    """Make the password of everybody who is signed in be given eleven minutes ago."""

    def age() -> None:
        db.session.query(SignIn).update({"asked_at": clock.now() - timedelta(minutes=10, seconds=1)})
        db.session.commit()

    return age


def test_what_was_sent_comes_back_after_the_password(visit, cast, long_ago):
    page = visit.sign_in(cast.ada).get("/users/new")
    long_ago()
    asked = page.submit("Make the link", status=401, name="Eve Tran", email="eve@millbrook.example", role="caseworker")
    assert asked.text("h1") == "Is it still you?"
    wrong = asked.submit("Go on", status=422, password="not the one")
    assert "not right" in wrong.text(".errors")
    kept = wrong.submit("Go on", status=200, password=PASSWORD)
    assert "Eve Tran" in kept.text("dl")
    assert "Hand this link to Eve Tran" in kept.submit("Send it now", status=200).text("h1")
    visit.get("/users/new").submit("Make the link", status=200, name="Flo", email="flo@m.example", role="caseworker")


def test_a_button_without_words_leads_back_to_its_page(visit, cast, long_ago):
    visit.sign_in(cast.ada)
    ana = cast.ana.id
    long_ago()
    headers = {"Sec-Fetch-Site": "same-origin", "Referer": f"http://localhost/users/{ana}/edit"}
    with visit.app.app_context():
        asked = visit.client.post(f"/users/{ana}/account/close", headers=headers)
    assert asked.status_code == 401 and f'value="/users/{ana}/edit"' in asked.text and cast.ana.is_active
    back = visit.post("/confirm/", {"password": PASSWORD, "next": f"/users/{ana}/edit"})
    back.submit("Close this account")
    db.session.expire_all()
    assert not cast.ana.is_active


GUARDED = [
    "/users/{0}/edit", "/users/{0}/account/close", "/users/{0}/account/open", "/users/{0}/password-link",
    "/users/{0}/sign-ins/end", "/users/{0}/second-factor/remove", "/users/new", "/settings/agency",
    "/second-factor/", "/second-factor/remove", "/second-factor/recovery-codes/",
]  # fmt: skip


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_of_this_is_done_without_asking_again(visit, cast, long_ago, path):
    visit.sign_in(cast.ada)
    long_ago()
    before = db.session.query(User).filter(User.disabled_at.is_(None)).count()
    visit.post(path.format(cast.ana.id), {"name": "x"}, status=401)
    htmx = visit.post(path.format(cast.ana.id), {"name": "x"}, status=401, htmx=True)
    assert htmx.response.headers["HX-Trigger"] == "door:again" and "Is it still you" not in htmx.text()
    assert db.session.query(User).filter(User.disabled_at.is_(None)).count() == before


def test_asking_again_is_throttled_and_on_the_trail(visit, cast, long_ago, session):
    visit.sign_in(cast.ada)
    long_ago()
    for _ in range(8):
        visit.post("/confirm/", {"password": "wrong"}, status=422)
    refused = visit.post("/confirm/", {"password": PASSWORD}, status=422)
    assert "Wait 15 minutes" in refused.text(".errors")
    assert session.query(Event).filter_by(kind=EventKind.ASKED_AGAIN_REFUSED, by_id=cast.ada.id).count() == 8


def test_changing_the_password_asks_in_its_own_form_and_is_throttled_too(visit, cast):
    page = visit.sign_in(cast.ana).get("/password/")
    new = "nine slow purple kites"
    for _ in range(8):
        page.submit("Change my password", status=422, present="wrong", password=new, again=new)
    refused = page.submit("Change my password", status=422, present=PASSWORD, password=new, again=new)
    assert "Wait" in refused.text(".errors")
    db.session.expire_all()
    assert cast.ana.has_password(PASSWORD)


def test_a_new_password_changes_the_token_here(visit, cast):
    visit.sign_in(cast.ana)
    before = visit.client.get_cookie("handrail").value
    new = "nine slow purple kites"
    visit.get("/password/").submit("Change my password", present=PASSWORD, password=new, again=new)
    assert visit.client.get_cookie("handrail").value != before
    visit.get("/")


def test_over_the_page_the_answer_is_a_word_to_the_script(visit, cast, long_ago):
    visit.sign_in(cast.ada)
    long_ago()
    fragment = visit.get("/confirm/", htmx=True)
    assert "<html" not in fragment.response.get_data(as_text=True) and fragment.text("h2") == "Is it still you?"
    done = visit.post("/confirm/", {"password": PASSWORD}, status=204, htmx=True)
    assert "door:opened" in done.response.headers["HX-Trigger"]
