"""The door: coming in, being refused, and leaving."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn, SignInAttempt
from tests.browser import Visit
from tests.cast import PASSWORD

ANA = "ana@millbrook.example"


def kinds() -> list[EventKind]:
    db.session.rollback()
    wanted = [EventKind.SIGNED_IN, EventKind.SIGNED_OUT, EventKind.SIGN_IN_REFUSED]
    return list(db.session.scalars(sa.select(Event.kind).where(Event.kind.in_(wanted)).order_by(Event.id)))


def test_a_worker_comes_in_and_leaves_and_both_are_on_the_trail(visit, cast):
    inside = visit.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
    assert "Ana Reyes" in inside.text("header")
    door = inside.submit("Sign out")
    assert door.text("h1") == "Sign in"
    visit.get("/", status=303)
    assert kinds() == [EventKind.SIGNED_IN, EventKind.SIGNED_OUT]


@pytest.mark.parametrize("email", [ANA, "nobody@millbrook.example"])
def test_who_is_refused_reads_the_same_whoever_it_is_and_keeps_the_address(visit, cast, email):
    page = visit.get("/sign-in").submit("Sign in", email=email, password="not the one", status=422)
    assert "The e-mail address or the password is not right." in page.text(".errors")
    assert page.all("#email")[0].get("value") == email
    assert not page.all("#password")[0].get("value")
    assert page.text("title").startswith("Error: ")
    assert kinds() == [EventKind.SIGN_IN_REFUSED]


def test_the_page_of_a_refusal_is_the_same_for_known_and_unknown(visit, cast):
    pages = [
        visit.get("/sign-in").submit("Sign in", email=email, password="not the one", status=422)
        for email in (ANA, "ann@millbrook.example")
    ]
    assert pages[0].bytes.replace(b"ana@", b"") == pages[1].bytes.replace(b"ann@", b"")


def test_nine_tries_and_the_ninth_is_told_to_wait(visit, cast):
    for _ in range(8):
        visit.get("/sign-in").submit("Sign in", email=ANA, password="not the one", status=422)
    page = visit.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD, status=422)
    assert "Wait 15 minutes" in page.text(".errors")
    assert not visit.client.get_cookie("handrail")


def test_nothing_typed_is_asked_for_field_by_field(visit, cast):
    page = visit.get("/sign-in").submit("Sign in", status=422)
    assert page.texts(".errors li") == [
        "Work email: Write your work e-mail address.",
        "Password: Write your password.",
    ]


def test_one_comes_to_the_page_one_wanted(visit, cast):
    refused = visit.get("/clients/", status=303, q="ro")
    inside = visit.get(refused.location).submit("Sign in", email=ANA, password=PASSWORD)
    assert inside.path == "/clients/?q=ro"


def test_a_link_to_the_door_cannot_lead_elsewhere(visit, cast):
    door = visit.get("/sign-in?next=https://evil.example/")
    assert door.submit("Sign in", email=ANA, password=PASSWORD).path == "/"


def test_who_is_in_already_goes_on_inside(visit, cast):
    assert visit.sign_in(cast.ana).get("/sign-in", status=303).location == "/"


def test_a_new_sign_in_does_not_use_the_token_that_was_there(visit, cast):
    """Else a token planted in somebody's browser would become theirs (session fixation)."""
    visit.client.set_cookie("handrail", "planted")
    visit.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
    assert visit.client.get_cookie("handrail").value != "planted"
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id))) == 1


def test_a_closed_account_stays_outside(visit, cast):
    cast.ana.disable(by=cast.ada)
    db.session.commit()
    page = visit.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD, status=422)
    assert "is not right" in page.text(".errors")


def test_the_door_names_no_client_and_shows_no_way_in_besides(visit, cast):
    door = visit.get("/sign-in")
    assert not door.all("nav")
    assert "Rosa" not in door.text()


def test_signing_out_is_no_link(visit, cast):
    """A page elsewhere could follow a link for somebody (SecureDrop audit, SEC-01-003)."""
    visit.sign_in(cast.ana)
    assert visit.get("/sign-out", status=405)
    assert visit.get("/").status == 200


def test_somebody_who_tries_everything_from_the_same_house_keeps_nobody_out(visit, cast):
    visit.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD)
    for number in range(SignInAttempt.PER_ADDRESS):
        SignInAttempt.add(email=f"nobody-{number}@millbrook.example", address="127.0.0.1")
    db.session.commit()
    page = visit.get("/confirm/").submit("Go on", password=PASSWORD)
    assert "not right" not in page.text() and "Too many" not in page.text()
    other = Visit(visit.app)
    assert other.get("/sign-in").submit("Sign in", email=ANA, password=PASSWORD).path == "/"
    stranger = (
        Visit(visit.app).get("/sign-in").submit("Sign in", email="bo@millbrook.example", password=PASSWORD, status=422)
    )
    assert "Too many" in stranger.text(".errors"), "who never came in from here waits"
