"""A real server on the cast's database, and real browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from app.directory.importing import import_directory
from app.extensions import db
from tests.cast import PASSWORD
from tests.postgres import absent

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ROOT.parent / "shared/data/directories/baltimore_charmcare/hsds-3.2.3"
SAMPLE = ROOT / "app/directory/sample/baltimore"


# What the browser does is the same on both engines; the walk with JavaScript is made on both.
on_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


class Quiet(WSGIRequestHandler):
    """A server that says nothing of each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for all browser tests: Debian's."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        absent("no Chromium: install it (apt install chromium) or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def live(app) -> Iterator[str]:
    """The address of the app, served for real on this machine alone."""
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def directory(app) -> None:
    """Baltimore's directory: whole where it is at hand, else the sample that ships."""
    import_directory(db.session(), WHOLE if WHOLE.exists() else SAMPLE)
    db.session.commit()
    db.session.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """When a test fails, say what stood on each person's screen."""
    try:
        return (yield)
    except Exception:
        for one in getattr(item, "people", []):
            print(f"--- {one.page.url}\n{one.text()[:3000]}")
        raise


@pytest.fixture
def person(live: str, chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Opens a browser for somebody and signs them in through the door."""
    opened: list[Person] = []
    request.node.people = opened

    def come_in(name: str, *, script: bool = True, width: int = 1280, **more: Any) -> Person:
        context = chromium.new_context(
            java_script_enabled=script, viewport={"width": width, "height": 900}, base_url=live, **more
        )
        opened.append(Person(context, script))
        opened[-1].sign_in(name)
        return opened[-1]

    yield come_in
    for one in opened:
        one.context.close()
    for one in opened:
        assert not one.complaints, one.complaints


class Person:
    """Somebody at a browser: reads labels, presses buttons; whatever the browser complains of is kept."""

    def __init__(self, context: Any, script: bool) -> None:
        self.context, self.script = context, script
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda m: self._complain(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self._complain(str(e)))
        self.page.on("requestfailed", lambda r: self._complain(f"{r.failure} {r.url}"))
        self.page.on("response", lambda r: self._complain(f"{r.status} {r.url}") if r.status >= 500 else None)

    def _complain(self, text: str) -> None:
        # A refused form is an answer, too, and so is the door; and a newer search, or a step elsewhere, breaks off the older request.
        expected = ("401", "422", "409", "htmx:afterRequest", "htmx:sendAbort", "ERR_ABORTED")
        if not any(word in text for word in expected):
            self.complaints.append(f"{self.page.url}: {text}")

    def sign_in(self, name: str) -> None:
        """Through the door, like everybody."""
        self.go("/sign-in")
        self.fill("Work email", f"{name}@millbrook.example")
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        assert self.page.get_by_role("heading", level=1).first.inner_text()

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    def control(self, kind: str, label: str, within: str) -> Any:
        """The first visible control of this kind with this label."""
        labelled = self.page.get_by_label(label, exact=False)
        return self.page.locator(within).locator(kind).and_(labelled).locator("visible=true").first

    def fill(self, label: str, value: str, within: str = "main") -> None:
        """Write into the field with this label."""
        self.control("input, textarea", label, within).fill(value)

    def choose(self, label: str, words: str, within: str = "main") -> None:
        """Choose from the menu with this label."""
        self.control("select", label, within).select_option(label=words)

    def tick(self, words: str, within: str = "main") -> None:
        """Tick a box or a radio button, by its words."""
        self.control("input", words, within).check()

    def press(self, words: str, within: str = "main", exact: bool = False) -> None:
        """Press the first button with these words, and wait for what it does."""
        self.page.locator(within).get_by_role("button", name=words, exact=exact).first.click()
        self.settle()

    def follow(self, words: str, within: str = "main", exact: bool = False) -> None:
        """Follow the first link with these words."""
        self.page.locator(within).get_by_role("link", name=words, exact=exact).first.click()
        self.settle()

    def settle(self) -> None:
        """Until nothing is under way any more."""
        self.page.wait_for_load_state("networkidle")

    def sees(self, words: str) -> None:
        """These words stand on the page."""
        self.page.get_by_text(words).first.wait_for()

    def text(self) -> str:
        """All words of the page's main part."""
        return self.page.locator("main").inner_text()

    def pdf(self, path: str) -> bytes:
        """The bytes of a PDF that this person may open."""
        answer = self.context.request.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()
