"""Choosing a new password behind a link: from an administrator, or asked for by e-mail."""

import re
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.password_link import PasswordLink
from app.models.agency.user import User
from tests.browser import Visit
from tests.cast import PASSWORD
from tests.mailbox import mailbox

NEW = "nine slow purple kites"
ANA = "ana@millbrook.example"


@pytest.fixture
def post(own_app):
    """A mail server, and an app that knows it."""
    with mailbox() as box:
        own_app.config.update(SMTP=box.server, TRUSTED_HOSTS=["cases.example.org", "localhost"])
        yield box


@pytest.fixture
def door(own_app, post):
    return Visit(own_app)


def link_in(letter) -> str:
    """The path of the link in a letter, whose host is always the first of our own."""
    (link,) = re.findall(r"https?://\S+", letter.get_content())
    assert link.startswith("https://cases.example.org/")
    return link.removeprefix("https://cases.example.org")


def ask(door: Visit, email: str, **more):
    return door.post("/forgotten/", {"email": email}, status=200, **more)


# -- From an administrator


def test_an_administrators_link_works_once_and_signs_out_everywhere(visit, cast, app, session):
    ana = Visit(app).sign_in(cast.ana)
    made = visit.sign_in(cast.ada).get(f"/users/{cast.ana.id}/edit").submit("Make a link", status=200)
    link = made.text("#link").split("localhost")[1]
    ana.get("/")
    choosing = Visit(app).get(link)
    weak = choosing.submit("Use this password", status=422, password="password1234", again="password1234")
    assert "too easy" in weak.text(".errors")
    signed_in = weak.submit("Use this password", password=NEW, again=NEW)
    assert signed_in.text("h1") == "Sign in" and "new password is set" in signed_in.text(".notices")
    ana.get("/", status=303)
    visit.get(link, status=404)
    visit.post(link, {"password": PASSWORD, "again": PASSWORD}, status=404)
    session.expire_all()
    assert cast.ana.has_password(NEW)
    kinds = (EventKind.PASSWORD_LINK_MADE, EventKind.PASSWORD_RESET)
    made, chosen = (session.query(Event).filter_by(kind=kind).one() for kind in kinds)
    assert (made.by_id, made.record_id, chosen.by_id) == (cast.ada.id, cast.ana.id, cast.ana.id)


def test_a_newer_link_ends_the_older_and_each_ends_by_itself(session, cast):
    _first, one = PasswordLink.make(cast.ana, by=cast.ada)
    session.flush()
    _second, two = PasswordLink.make(cast.ana, by=cast.ada)
    session.flush()
    assert PasswordLink.with_token(one) is None and PasswordLink.with_token(two) is not None
    with clock.at(clock.now() + timedelta(days=2, seconds=1)):
        assert PasswordLink.with_token(two) is None


def test_a_closed_account_gets_no_link_and_its_links_end(session, cast):
    from app.models.base import RuleBroken

    _link, token = PasswordLink.make(cast.ana, by=cast.ada)
    session.flush()
    cast.ana.disable(by=cast.ada)
    session.flush()
    assert PasswordLink.with_token(token) is None
    with pytest.raises(RuleBroken, match="closed"):
        PasswordLink.make(cast.ana, by=cast.ada)


# -- By e-mail


def test_without_a_mail_server_nothing_of_it_is_there(visit, cast):
    visit.get("/forgotten/", status=404)
    visit.post("/forgotten/", {"email": ANA}, status=404)
    assert "by e-mail" not in visit.get("/sign-in").text()


def test_a_link_comes_by_mail_and_sets_a_new_password_once(door, post, cast, session):
    page = door.get("/sign-in").click("Get a link for a new password")
    sent = page.submit("Send me a link", status=200, email=" Ana@Millbrook.example")
    assert "If the address belongs to an account" in sent.text()
    letter = post.next()
    assert letter["To"] == ANA and letter["From"] == "handrail@millbrook.example"
    assert "Rosa" not in letter.get_content() and "Díaz" not in letter.get_content()
    link = link_in(letter)
    door.get(link).submit("Use this password", password=NEW, again=NEW)
    door.get(link, status=404)
    session.expire_all()
    assert cast.ana.has_password(NEW)


def test_a_link_by_mail_works_for_thirty_minutes(door, post, cast):
    ask(door, ANA)
    link = link_in(post.next())
    door.get(link)
    db.session.query(PasswordLink).update({"expires_at": clock.now() - timedelta(seconds=1)})
    db.session.commit()
    door.get(link, status=404)
    written = db.session.query(PasswordLink).one()
    assert written.created_at + PasswordLink.BY_MAIL == written.created_at + timedelta(minutes=30)
    assert link.rsplit("/", 1)[1] not in str(vars(written)), "only the hash is kept"


def test_what_the_browser_says_of_the_host_never_gets_into_a_letter(door, post, cast):
    with door.app.app_context():
        evil, ours = (
            door.client.post(
                "/forgotten/", data={"email": ANA}, headers={name: "evil.example", "Sec-Fetch-Site": "same-origin"}
            )
            for name in ("Host", "X-Forwarded-Host")
        )
    assert (evil.status_code, ours.status_code) == (400, 200)
    assert "evil" not in post.next().get_content() and len(post.letters) == 1


def test_known_unknown_and_closed_are_answered_the_same(door, post, cast):
    cast.cy.disable(by=cast.ada)
    db.session.commit()
    answers = [ask(door, email) for email in (ANA, "nobody@millbrook.example", "cy@millbrook.example")]
    post.next()
    assert len({(answer.status, answer.bytes) for answer in answers}) == 1
    assert len({tuple(sorted(answer.response.headers.keys())) for answer in answers}) == 1
    assert [letter["To"] for letter in post.letters] == [ANA]


def test_known_and_unknown_take_the_same_time(door, post, cast, monkeypatch):
    """The letter goes out beside the answer, and a link is written down for nobody too."""
    monkeypatch.setattr(PasswordLink, "PER_ACCOUNT", 1000)
    monkeypatch.setattr(PasswordLink, "PER_ADDRESS", 1000)

    def seconds(email: str) -> float:
        began = perf_counter()
        ask(door, email)
        return perf_counter() - began

    seconds(ANA), seconds("nobody0@millbrook.example")
    pairs = [(seconds(ANA), seconds(f"nobody{n}@millbrook.example")) for n in range(15)]
    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert 0.6 < known / unknown < 1.7, (known, unknown)


def test_nobodys_mailbox_is_flooded(door, post, cast):
    for _ in range(PasswordLink.PER_ACCOUNT + 4):
        assert ask(door, ANA).status == 200
    post.next()
    deadline = perf_counter() + 5
    while len(post.letters) < PasswordLink.PER_ACCOUNT and perf_counter() < deadline:
        post.came.wait(0.05)
    assert len(post.letters) == PasswordLink.PER_ACCOUNT


def test_a_mail_server_that_is_gone_is_no_fault_for_the_person_who_asks(door, post, cast, caplog):
    door.app.config["SMTP"] = post.server._replace(port=1)
    assert ask(door, ANA).status == 200
    deadline = perf_counter() + 5
    while "could not be sent" not in caplog.text and perf_counter() < deadline:
        post.came.wait(0.05)
    assert "could not be sent" in caplog.text and ANA not in caplog.text


def test_a_second_factor_is_still_asked_for_after_a_new_password(door, post, cast, session):
    from tests.models.agency.test_second_factor import with_factor

    with_factor(cast.ana)
    session.commit()
    ask(door, ANA)
    door.get(link_in(post.next())).submit("Use this password", password=NEW, again=NEW)
    asked = door.get("/sign-in").submit("Sign in", email=ANA, password=NEW)
    assert asked.text("h1") == "The code from your app"


def test_an_invitation_goes_by_mail_when_it_is_wished(door, post, cast):
    form = door.sign_in(cast.ada).get("/users/new")
    made = form.submit(
        "Make the link", status=200, name="Eve", email="eve@millbrook.example", role="caseworker", by_mail="y"
    )
    assert "sent to eve@millbrook.example" in made.text("main")
    letter = post.next()
    assert letter["To"] == "eve@millbrook.example"
    door.sign_out().get(link_in(letter))


def test_links_for_nobody_are_swept_away(session, cast):
    PasswordLink.ask(email="nobody@m.example", address="10.0.0.9")
    session.flush()
    assert session.scalar(sa.select(sa.func.count(PasswordLink.id))) == 1
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        PasswordLink.ask(email="nobody2@m.example", address="10.0.0.9")
        session.flush()
    assert session.scalar(sa.select(sa.func.count(PasswordLink.id))) == 1
    assert User.with_email("nobody@m.example") is None
