"""The door over the page: when the time is up nothing typed is lost, and nothing behind it can be read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, totp
from app.extensions import db
from app.models.agency.draft import Draft
from app.models.agency.second_factor import SecondFactor
from app.models.agency.sign_in import SignIn
from app.models.monitoring.note import Note
from tests.cast import PASSWORD
from tests.e2e.conftest import Person, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
AXE = Path(__file__).parent / "vendor/axe-core@4.14.1/axe.min.js"
NOTE = "Rosa said the landlord gave her until Friday."


@pytest.fixture
def rosas_notes(cast) -> str:
    """The address of Rosa's notes; nothing is left under way that would hold SQLite's one writer."""
    path = f"/cases/{cast.case.id}/notes/"
    db.session.rollback()
    return path


def idle(**ago: Any) -> None:
    """Let everybody's last sign of life on the server be this long ago."""
    db.session.rollback()
    db.session.execute(sa.update(SignIn).values(used_at=clock.now() - timedelta(**ago)))
    db.session.commit()
    db.session.remove()


def hour_later(one: Person) -> None:
    """The time is up, on the server and in the browser."""
    idle(minutes=61)
    one.page.clock.fast_forward("01:01:00")
    one.page.locator("#door-password").wait_for()


def typing(person: Any, path: str, **more: Any) -> Person:
    """Ana, in the middle of a note."""
    ana = person("ana", **more)
    ana.page.clock.install()
    ana.go(path)
    ana.page.locator("textarea[name=text]").fill(NOTE)
    ana.page.clock.fast_forward("00:02")
    ana.sees("Saved ")
    return ana


def notes() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(sa.select(Note.text)))
    db.session.remove()
    return found


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_signing_in_over_the_page_by_keyboard_keeps_what_was_typed(person, rosas_notes, width, scheme):
    ana = typing(person, rosas_notes, width=width, color_scheme=scheme)
    title = ana.page.title()
    hour_later(ana)
    page = ana.page
    page.locator("#door-password:focus").wait_for()
    assert "Rosa" not in page.title() and not page.locator(".app").is_visible()
    opaque = "getComputedStyle(document.querySelector('#door'), '::backdrop').backgroundColor"
    assert page.evaluate(opaque).startswith("rgb("), "what stands behind can be seen"
    for _ in range(3):
        page.keyboard.press("Escape")
    assert not page.locator(
        ".app"
    ).is_visible()  # a browser lets Escape close any dialog the second time: it opens again
    page.locator("#door[open] #door-password:focus").wait_for()
    page.keyboard.type("not the one")
    page.keyboard.press("Enter")
    page.get_by_text("is not right").wait_for()
    page.locator("#door .errors:focus").wait_for()
    assert axe(ana) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#door").wait_for(state="hidden")
    assert page.title() == title and page.locator(".app").is_visible()
    assert page.locator("textarea[name=text]").input_value() == NOTE
    assert page.evaluate("document.activeElement.name") == "text"
    ana.press("Save note")
    ana.sees("The note is saved")
    assert notes() == [NOTE]


def axe(one: Person) -> list[str]:
    """What axe-core has to say about the page as it stands."""
    one.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = one.page.evaluate("axe.run(document.querySelector('dialog[open]'))")
    return [f"{each['id']}: {each['help']}" for each in found["violations"]]


def test_a_warning_comes_first_and_staying_is_one_key(person, rosas_notes):
    ana = typing(person, rosas_notes)
    idle(minutes=59)
    ana.page.clock.fast_forward("59:00")
    ana.page.locator("#door-closing").wait_for()
    assert ana.page.evaluate("document.activeElement.id") == "door-closing-stay" and axe(ana) == []
    ana.page.keyboard.press("Enter")
    ana.page.locator("#door-closing").wait_for(state="hidden")
    ana.settle()
    fresh = db.session.scalar(sa.select(SignIn.used_at))
    db.session.remove()
    assert clock.now() - fresh < timedelta(minutes=1)
    assert ana.page.evaluate("document.activeElement.name") == "text"


def test_who_types_at_that_moment_is_not_disturbed(person, rosas_notes):
    ana = typing(person, rosas_notes)
    ana.page.clock.fast_forward("57:30")
    idle(minutes=59)
    ana.page.locator("textarea[name=text]").press_sequentially(" And more.")
    ana.page.clock.fast_forward("00:40")
    ana.page.wait_for_timeout(500)
    ana.settle()
    assert not ana.page.locator("#door-closing").is_visible() and not ana.page.locator("#door").is_visible()
    fresh = db.session.scalar(sa.select(SignIn.used_at))
    db.session.remove()
    assert clock.now() - fresh < timedelta(minutes=1)


def test_a_draft_that_meets_the_closed_door_opens_it_and_is_saved_afterwards(person, rosas_notes):
    ana = typing(person, rosas_notes)
    idle(minutes=61)
    ana.page.locator("textarea[name=text]").press_sequentially(" Typed too late.")
    ana.page.clock.fast_forward("00:02")
    ana.page.locator("#door-password").fill(PASSWORD)
    ana.page.keyboard.press("Enter")
    ana.page.locator("#door").wait_for(state="hidden")
    ana.settle()
    kept = list(db.session.scalars(sa.select(Draft.values)))
    db.session.remove()
    assert "Typed too late." in str(kept)


def test_a_search_that_meets_the_closed_door_opens_it_without_leaving_the_page(person, cast):
    db.session.rollback()
    ana = person("ana")
    ana.go("/clients/")
    idle(minutes=61)
    ana.page.locator("#q").fill("ros")
    ana.page.locator("#door-password").wait_for()
    assert "/sign-in" not in ana.page.url and ana.page.locator("#q").input_value() == "ros"
    ana.page.locator("#door-password").fill(PASSWORD)
    ana.page.keyboard.press("Enter")
    ana.page.locator("#door").wait_for(state="hidden")
    assert not ana.page.locator(".at-the-door").count()
    ana.page.locator("#q").fill("rosa")
    ana.page.get_by_role("link", name="Rosa Díaz").first.wait_for()


def test_somebody_else_does_not_inherit_the_page(person, rosas_notes):
    ana = typing(person, rosas_notes)
    hour_later(ana)
    ana.page.locator("#door-email").fill("cy@millbrook.example")
    ana.page.locator("#door-password").fill(PASSWORD)
    ana.page.keyboard.press("Enter")
    ana.page.get_by_role("heading", level=1, name="Cy").wait_for()
    assert NOTE not in ana.page.content()
    drafts = db.session.execute(sa.select(Draft.user_id, SignIn.user_id).join(SignIn, SignIn.user_id == Draft.user_id))
    owners = {row[0] for row in drafts}
    cy = db.session.scalar(sa.select(SignIn.user_id).order_by(SignIn.id.desc()))
    db.session.remove()
    assert cy not in owners and len(owners) == 1


def test_another_person_on_another_tab_takes_the_page_away_too(person, rosas_notes):
    ana = typing(person, rosas_notes)
    other = ana.context.new_page()
    other.goto("/password/")
    other.locator("summary.user").click()
    other.get_by_role("button", name="Sign out").locator("visible=true").first.click()
    other.get_by_label("Work email").fill("cy@millbrook.example")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("heading", level=1, name="Cy").wait_for()
    ana.page.clock.fast_forward("00:10")
    ana.page.bring_to_front()
    ana.page.evaluate("window.dispatchEvent(new Event('focus'))")
    ana.page.get_by_role("heading", level=1, name="Cy").wait_for()


def test_the_code_is_asked_for_over_the_page_as_well(person, cast, rosas_notes):
    ana = typing(person, rosas_notes)
    user = cast.ana
    now = totp.step_at(clock.now())
    secret = SecondFactor.secret_of(user, "salt")
    SecondFactor.set_up(user, salt="salt", code=totp.code_of(secret, now - 1))
    db.session.commit()
    hour_later(ana)
    ana.page.locator("#door-password:focus").fill(PASSWORD)
    ana.page.keyboard.press("Enter")
    ana.page.locator("#door-code:focus").wait_for()
    assert axe(ana) == []
    ana.page.keyboard.type(totp.code_of(secret, totp.step_at(clock.now())))
    ana.page.keyboard.press("Enter")
    ana.page.locator("#door").wait_for(state="hidden")
    assert ana.page.locator("textarea[name=text]").input_value() == NOTE


def test_without_javascript_the_page_of_the_door_keeps_it(person, rosas_notes):
    ana = person("ana", script=False)
    ana.go(rosas_notes)
    ana.page.locator("textarea[name=text]").fill(NOTE)
    idle(minutes=61)
    ana.press("Save note")
    ana.fill("Password", PASSWORD)
    ana.press("Sign in")
    ana.press("Send it now")
    assert notes() == [NOTE]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_the_pages_of_the_way_in(person, cast, width, scheme):
    key = cast.ada.id
    db.session.rollback()
    ada = person("ada", width=width, color_scheme=scheme)
    wrong = []
    for path in (
        "/second-factor/",
        "/sign-ins/",
        "/confirm/",
        "/password/",
        f"/users/{key + 1}/edit",
        "/settings/agency",
    ):
        ada.go(path)
        ada.page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong += [f"{path}: {each['id']} {each['help']}" for each in ada.page.evaluate("axe.run()")["violations"]]
        if ada.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path} scrolls sideways")
    assert not wrong, "\n".join(wrong)
