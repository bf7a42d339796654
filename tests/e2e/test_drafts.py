"""Two tabs, reloads, restarts and impatient fingers: no duplicate, and no lost text."""

from __future__ import annotations

from threading import Thread

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from app.extensions import db
from app.models.agency.draft import Draft
from app.models.agency.event import Event, EventKind
from app.models.caseload.client import Client
from app.models.monitoring.note import Note
from tests.e2e.conftest import Person, Quiet, on_sqlite
from tests.e2e.test_by_hand import kept, number_of, rosa, until  # noqa: F401  (rosa is a fixture)

pytestmark = [pytest.mark.browser, on_sqlite]


def another_tab(one):
    """A second window of the same person in the same browser."""
    tab = Person.__new__(Person)
    tab.context, tab.script, tab.complaints = one.context, one.script, one.complaints
    tab.page = one.context.new_page()
    tab.page.set_default_timeout(10_000)
    return tab


def texts_kept() -> list[str]:
    db.session.rollback()
    found = sorted(draft.values["text"][0] for draft in db.session.scalars(sa.select(Draft)))
    db.session.rollback()
    return found


def test_two_tabs_with_the_same_form_keep_two_texts(person, rosa):  # noqa: F811
    ana = person("ana")
    other = another_tab(ana)
    for tab in (ana, other):
        tab.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "typed in the first tab")
    kept(ana)
    other.fill("What happened", "typed in the second tab")
    kept(other)
    assert texts_kept() == ["typed in the first tab", "typed in the second tab"]
    other.press("Save note")
    other.page.locator("#notes-list").get_by_text("typed in the second tab").wait_for()
    until(lambda: texts_kept() == ["typed in the first tab"])
    ana.page.locator("textarea[name=text]").press_sequentially(" and more")
    until(lambda: texts_kept() == ["typed in the first tab and more"])


def test_two_tabs_that_took_up_the_same_text_do_not_type_over_each_other(person, rosa):  # noqa: F811
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "begun")
    kept(ana)
    other = another_tab(ana)
    other.go(f"/cases/{rosa.case}/notes/")
    other.sees("Your unsaved text is back")
    other.fill("What happened", "begun, on with it here")
    kept(other)
    ana.fill("What happened", "begun, and there")
    until(lambda: texts_kept() == ["begun, and there", "begun, on with it here"])
    third = another_tab(ana)
    third.go("/drafts/")
    assert third.page.locator("main ul.rows > li").count() == 2


def test_a_reload_in_the_middle_brings_the_text_back_and_sending_it_saves_once(person, rosa):  # noqa: F811
    ana = person("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "before the reload")
    kept(ana)
    ana.page.reload()
    assert ana.control("textarea", "What happened", "main").input_value() == "before the reload"
    ana.press("Save note")
    ana.page.locator("#notes-list").get_by_text("before the reload").wait_for()
    ana.page.reload()
    assert (number_of(Note), number_of(Draft)) == (1, 0)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_double_click_on_an_edit_changes_once(person, rosa, script):  # noqa: F811
    ana = person("ana", script=script)
    ana.go(f"/clients/{rosa.client}/edit")
    ana.fill("Pronouns", "she/they")
    ana.page.get_by_role("button", name="Save the details").dblclick()
    ana.page.wait_for_url(f"**/clients/{rosa.client}/details/")
    ana.settle()
    db.session.rollback()
    changes = sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.CLIENT_CHANGED)
    assert db.session.scalar(changes) == 1
    db.session.rollback()
    assert number_of(Draft) == 0


def test_back_and_save_again_is_told_and_loses_nothing(person, rosa):  # noqa: F811
    ana = person("ana")
    ana.go(f"/clients/{rosa.client}/edit")
    ana.fill("Pronouns", "first")
    ana.press("Save the details")
    ana.page.go_back()
    ana.settle()
    ana.fill("Pronouns", "second")
    ana.press("Save the details")
    if ana.page.locator("[aria-labelledby=stale-h]").count():  # the page came out of the browser's memory, as it was
        ana.page.get_by_label("Take mine").check()
        ana.complaints.clear()
        ana.press("Save this")
    db.session.rollback()
    assert db.session.get_one(Client, rosa.client).pronouns == "second"
    db.session.rollback()


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("width", [1280, 390])
def test_two_people_choose_field_by_field(person, rosa, script, width):  # noqa: F811
    ana, bo = person("ana", script=script, width=width), person("bo")
    for one in (ana, bo):
        one.go(f"/clients/{rosa.client}/edit")
    bo.fill("Pronouns", "they/them")
    bo.press("Save the details")
    ana.fill("Pronouns", "she/they")
    ana.press("Save the details")
    ana.sees("Saved by Bo Lindgren while you were writing")
    assert ana.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    ana.page.get_by_label("Take mine").check()
    ana.page.get_by_label("Pronouns: your text").fill("she/they (prefers they)")
    ana.complaints.clear()
    ana.press("Save this")
    db.session.rollback()
    assert db.session.get_one(Client, rosa.client).pronouns == "she/they (prefers they)"
    db.session.rollback()
    until(lambda: number_of(Draft) == 0)


def test_the_server_may_be_restarted_between_typing_and_saving(app, chromium, rosa):  # noqa: F811
    db.session.remove()

    def serve(port: int):
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        return server, thread

    def stop(server, thread) -> None:
        server.shutdown()
        thread.join()
        server.server_close()

    first = serve(0)
    port = first[0].server_port
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=f"http://127.0.0.1:{port}")
    ana = Person(context, True)
    ana.sign_in("ana")
    ana.go(f"/cases/{rosa.case}/notes/")
    ana.fill("What happened", "before the restart")
    kept(ana)
    stop(*first)
    ana.page.locator("textarea[name=text]").press_sequentially(", while it was down")
    ana.page.locator("[data-draft-state]").get_by_text("Not saved yet").first.wait_for()
    second = serve(port)
    try:
        ana.page.locator("textarea[name=text]").press_sequentially(", and after")
        until(lambda: texts_kept() == ["before the restart, while it was down, and after"], seconds=20)
        ana.press("Save note")
        ana.page.locator("#notes-list").get_by_text("while it was down, and after").wait_for()
        assert (number_of(Note), number_of(Draft)) == (1, 0)
    finally:
        context.close()
        stop(*second)
