"""What only a real browser shows: where the focus goes, what Back does, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.draft import Draft
from app.models.agency.sign_in import SignIn
from app.models.caseload.client import Client
from app.models.monitoring.note import Note
from app.models.monitoring.task import Task
from tests.e2e.conftest import on_sqlite
from tests.rosas_file import fill

pytestmark = [pytest.mark.browser, on_sqlite]


class Rosa(NamedTuple):
    """The numbers of Rosa's records."""

    client: int
    case: int


@pytest.fixture
def rosa(cast) -> Rosa:
    """Rosa's numbers; nothing is left under way that would hold SQLite's one writer."""
    numbers = Rosa(cast.rosa.id, cast.case.id)
    db.session.rollback()
    return numbers


def number_of(model: Any) -> int:
    """How many rows there are now."""
    db.session.rollback()
    number = db.session.scalar(sa.select(sa.func.count(model.id)))
    db.session.rollback()
    return number


def until(true: Callable[[], bool], *, seconds: float = 5) -> None:
    """Wait for something that the page sends by itself."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not happen"
        sleep(0.05)


def focused(one: Any) -> dict[str, Any]:
    """What holds the focus: its tag, id and words, and whether a person sees that it does."""
    return one.page.evaluate(
        """() => {
            const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
            const seen = style.outlineStyle !== "none" || e.matches("main, [tabindex='-1']");
            const text = (e.innerText || e.value || "").trim().slice(0, 80);
            return {tag: e.tagName, id: e.id, text, seen: seen && box.height > 0};
        }"""
    )


def tab_to(one: Any, words: str, *, most: int = 120) -> None:
    """Press Tab until the control with these words has the focus."""
    for _ in range(most):
        one.page.keyboard.press("Tab")
        if words in focused(one)["text"]:
            return
    raise AssertionError(f"Tab does not reach “{words}” on {one.page.url}")


def kept(one: Any) -> None:
    """Wait until the page says that what was typed is kept."""
    one.page.locator("[data-draft-state]").get_by_text(re.compile(r"Saved \d\d:\d\d")).first.wait_for()


# -- Searching


def test_searching_while_typing_keeps_the_place_and_the_address_and_back_works(person, cast):
    for name in ("Rosalind", "Rosario", "Mila"):
        Client.add(by=cast.ana, first_name=name, last_name="Winter")
    db.session.commit()
    ana = person("ana")
    ana.go("/clients/?view=all")
    box = ana.page.locator("#q")
    box.press_sequentially("ros win", delay=30)
    ana.page.wait_for_url(re.compile(r"q=ros[+%]"))
    ana.page.locator("#results").get_by_text("Mila Winter").wait_for(state="detached")
    assert box.evaluate("e => e === document.activeElement") and box.input_value() == "ros win"
    assert ana.page.locator("#results").get_by_role("link", name="Winter").count() == 2
    ana.page.locator("#results").get_by_role("link", name="Rosalind Winter").click()
    ana.page.wait_for_url(re.compile(r"/clients/\d+/"))
    ana.page.go_back()
    ana.page.locator("#results").get_by_text("Rosario Winter").wait_for()
    assert ana.page.locator("#q").input_value() == "ros win"


def test_no_name_stays_in_the_browsers_own_storage(person, rosa):
    ana = person("ana")
    ana.go(f"/clients/{rosa.client}/")
    ana.go("/clients/?q=ro")
    held = ana.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Rosa" not in held and "Díaz" not in held


# -- Typing


def test_a_note_typed_half_is_there_again_after_the_window_is_closed(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "She said, “It is better than last month.”")
    kept(ana)
    ana.page.close()
    elsewhere = person("ana", script=False, width=390)
    elsewhere.go(f"/cases/{rosa.case}/notes/")
    elsewhere.sees("Your unsaved text is back")
    assert elsewhere.control("textarea", "What happened", "main").input_value() == (
        "She said, “It is better than last month.”"
    )


def test_text_typed_just_before_leaving_is_kept_too(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "one last word")
    ana.go("/clients/")  # sooner than a draft is sent while one types
    until(lambda: number_of(Draft) == 1)
    ana.go(f"/cases/{rosa.case}/notes/")
    assert ana.control("textarea", "What happened", "main").input_value() == "one last word"


def test_a_saved_note_leaves_no_draft_behind(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "She came early.")
    ana.press("Save note")
    ana.page.locator("#notes-list").get_by_text("She came early.").wait_for()
    ana.go("/")
    ana.go(f"/cases/{rosa.case}/notes/")
    assert ana.page.locator("[id^=draft-]").count() == 0
    assert (number_of(Note), number_of(Draft)) == (1, 0)


def test_signed_out_meanwhile_the_page_says_so_and_the_text_stays(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "half a thought")
    kept(ana)
    db.session.execute(sa.update(SignIn).values(ended_at=clock.now()))
    db.session.commit()
    ana.page.locator("textarea[name=text]").press_sequentially(" and the rest")
    ana.page.locator("#door-password").wait_for()  # the door stands over the page now; another tab opens it too
    assert ana.page.locator("textarea[name=text]").input_value() == "half a thought and the rest"
    door = ana.context.new_page()
    door.goto("/sign-in")
    door.get_by_label("Work email").fill("ana@millbrook.example")
    door.get_by_label("Password").fill("a quiet river bends twice")
    door.get_by_role("button", name="Sign in").click()
    door.wait_for_load_state("networkidle")
    door.close()
    ana.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")  # the person comes back to it
    ana.page.locator("#door").wait_for(state="hidden")
    kept(ana)
    ana.press("Save note")
    ana.page.locator("#notes-list").get_by_text("half a thought and the rest").wait_for()
    assert number_of(Note) == 1


def test_without_a_connection_the_text_stays_and_it_is_said(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "in the lift")
    kept(ana)
    ana.context.set_offline(True)
    ana.page.get_by_role("button", name="Save note").click()
    ana.page.get_by_text("No connection").first.wait_for()
    assert ana.page.locator("textarea[name=text]").input_value() == "in the lift"
    ana.context.set_offline(False)
    ana.complaints.clear()
    ana.press("Save note")
    ana.page.locator("#notes-list").get_by_text("in the lift").wait_for()
    assert number_of(Note) == 1


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_an_impatient_double_click_saves_one_note(person, rosa, script):
    ana = person("ana", script=script)
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "She came early.")
    ana.page.get_by_role("button", name="Save note").dblclick()
    ana.page.locator("#notes-list").get_by_text("She came early.").wait_for()
    ana.settle()
    assert number_of(Note) == 1


# -- The focus


def test_a_refused_form_takes_the_focus_to_what_is_wrong(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.page.get_by_label("What happened").focus()
    tab_to(ana, "Save note")
    ana.page.keyboard.press("Enter")
    ana.page.locator(".errors").wait_for()
    ana.page.wait_for_timeout(300)  # the focus follows the swap
    assert "another look" in focused(ana)["text"]
    ana.page.keyboard.press("Tab")
    ana.page.keyboard.press("Enter")
    assert focused(ana)["tag"] == "TEXTAREA"


def test_a_note_is_written_and_saved_by_keyboard_alone_and_the_focus_is_not_lost(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    for _ in range(80):
        ana.page.keyboard.press("Tab")
        if focused(ana)["tag"] == "TEXTAREA":
            break
    ana.page.keyboard.type("Typed without a mouse.")
    tab_to(ana, "Save note")
    ana.page.keyboard.press("Enter")
    ana.page.locator("#notes-list").get_by_text("Typed without a mouse.").wait_for()
    until(lambda: focused(ana)["tag"] != "BODY")
    now = focused(ana)
    assert now["tag"] != "BODY" and now["seen"], now


def test_a_task_is_added_and_ticked_off_by_keyboard(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/tasks/")
    field = ana.control("input", "New task", "main")
    field.focus()
    ana.page.keyboard.type("Call the clinic")
    while focused(ana)["id"] != "due_on":
        ana.page.keyboard.press("Tab")
    ana.page.keyboard.type(f"12/31/{clock.today().year}")
    while focused(ana)["text"] != "Add":
        ana.page.keyboard.press("Tab")
    ana.page.keyboard.press("Enter")
    ana.page.locator("#tasks-tab ul").get_by_text("Call the clinic").wait_for()
    until(lambda: focused(ana)["tag"] != "BODY")
    now = focused(ana)
    assert now["tag"] != "BODY" and now["seen"], now
    button = ana.page.locator('form[action$="/done"] button').first
    button.focus()
    ana.page.keyboard.press("Enter")
    until(lambda: ana.page.locator('form[action$="/done"] button').count() == 0)
    db.session.rollback()
    assert [task.done_at is not None for task in db.session.scalars(sa.select(Task))] == [True]
    db.session.rollback()
    until(lambda: focused(ana)["tag"] != "BODY")
    assert focused(ana)["tag"] != "BODY"


def test_a_plan_is_edited_in_place_and_the_focus_is_never_lost(person, cast):
    ids = fill(cast)
    db.session.rollback()
    ana = person("ana")
    ana.go(f"/plans/{ids['plan']}/edit")
    ways = [("Add a step", "Cancel"), ("Add a goal", "Cancel")]
    for open_words, close_words in ways:
        link = ana.page.locator("main").get_by_role("link", name=open_words).first
        link.focus()
        ana.page.keyboard.press("Enter")
        ana.page.locator("main").get_by_role("link", name=close_words).first.wait_for()
        until(lambda: focused(ana)["tag"] not in ("BODY", "MAIN"))
        opened = focused(ana)
        assert opened["tag"] not in ("BODY", "MAIN") and opened["seen"], f"{open_words}: {opened}"
        ana.page.locator("main").get_by_role("link", name=close_words).first.focus()
        ana.page.keyboard.press("Enter")
        ana.page.locator("main").get_by_role("link", name=close_words).first.wait_for(state="detached")
        until(lambda: focused(ana)["tag"] not in ("BODY", "MAIN"))
        closed = focused(ana)
        assert closed["tag"] not in ("BODY", "MAIN") and closed["seen"], f"{close_words}: {closed}"


def test_menus_open_and_close_by_keyboard(person, rosa):
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/")
    summary = ana.page.locator("main details.menu > summary").first
    summary.focus()
    ana.page.keyboard.press("Enter")
    menu = ana.page.locator("main details.menu").first
    assert menu.get_attribute("open") is not None
    ana.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert summary.evaluate("e => e === document.activeElement")


def test_the_first_tab_leads_past_the_navigation(person, rosa):
    ana = person("ana")
    ana.go("/clients/")
    ana.page.keyboard.press("Tab")
    assert focused(ana)["text"] == "Skip to main content"
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("Tab")
    assert ana.page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


# -- Two people, one record


def test_a_stale_edit_shows_both_texts_and_loses_neither(person, rosa):
    ana, bo = person("ana"), person("bo")
    for one in (ana, bo):
        one.go(f"/clients/{rosa.client}/edit")
    bo.fill("Pronouns", "they/them")
    bo.press("Save")
    ana.fill("Pronouns", "she/they")
    ana.press("Save")
    ana.sees("Saved by Bo Lindgren while you were writing")
    assert ana.page.get_by_label("Pronouns: your text").input_value() == "she/they" and "they/them" in ana.text()
    db.session.expire_all()
    assert db.session.get_one(Client, rosa.client).pronouns == "they/them"
