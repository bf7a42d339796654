"""The whole main job in a real browser: one client from the door to the closing summary."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from app import clock
from tests.e2e.conftest import on_sqlite

pytestmark = pytest.mark.browser


def words_of(pdf: bytes) -> str:
    """The text of a PDF on one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def scan(tmp_path: Path) -> str:
    """The page that came back, scanned."""
    path = tmp_path / "scan.png"
    Image.new("RGB", (200, 260), "white").save(path)
    return str(path)


def test_one_client_goes_the_whole_way(person, directory, scan):
    go_the_whole_way(person, scan, script=True)


@on_sqlite
def test_one_client_goes_the_whole_way_without_javascript(person, directory, scan):
    go_the_whole_way(person, scan, script=False)


def go_the_whole_way(person: Any, scan: str, *, script: bool) -> None:
    """Every step of the main job, and then the text of the closure summary."""
    ana = person("ana", script=script)
    walk = Walk(ana, scan)
    walk.find_and_take_in()
    walk.open_a_case()
    walk.assess()
    walk.plan()
    walk.sign()
    walk.link()
    walk.follow_up()
    walk.ask_to_close()
    summary = walk.approve(person("bo", script=script))
    for expected in (
        "Samira Haddad", "Goals completed", "A quiet place to live", "Met", "She signed a lease.",
        "Millbrook Parents’ Circle", "Call us and say that you were here before.", walk.provider,
    ):  # fmt: skip
        assert expected in summary, f"{expected!r} is not in: {summary}"
    walk.is_closed()


class Walk:
    """What a caseworker does, in the order in which it is done."""

    def __init__(self, ana: Any, scan: str) -> None:
        self.ana, self.scan, self.provider = ana, scan, ""

    def find_and_take_in(self) -> None:
        ana = self.ana
        ana.go("/clients/")
        ana.fill("Name, number, phone or birth date", "haddad")
        if ana.script:
            ana.page.get_by_text("No client matches").or_(ana.page.get_by_text("Nobody")).first.wait_for()
        ana.press("Apply")
        ana.follow("Add a client")
        ana.fill("First name", "Rosita")
        ana.fill("Last name", "Diaz")
        ana.press("Add the client")
        ana.sees("This may be someone we know")
        ana.fill("First name", "Samira")
        ana.fill("Last name", "Haddad")
        ana.fill("Date of birth", "Mar 4, 1989")
        ana.fill("Phone", "410 555 0199")
        ana.tick("Text messages")
        ana.press("Add the client")
        ana.sees("Samira Haddad")
        self.client = re.search(r"/clients/(\d+)/", ana.page.url)[1]

    def open_a_case(self) -> None:
        ana = self.ana
        ana.follow("Open a case")
        ana.fill("Presenting concern", "The rent went up and we have to leave.")
        ana.choose("Referral source", "Self")
        ana.choose("Urgency", "Urgent")
        ana.tick("Safe now")
        ana.tick("Signed")
        ana.fill("Date on the paper", clock.today().isoformat())
        ana.press("Open the case")
        self.case = re.search(r"/cases/(\d+)/", ana.page.url)[1]
        ana.go(f"/cases/{self.case}/intake")
        ana.choose("What was decided", "Accepted")
        ana.press("Record the decision")

    def assess(self) -> None:
        ana = self.ana
        ana.go(f"/cases/{self.case}/needs/")
        ana.press("Start an assessment")
        ana.follow("Add an area")
        ana.choose("Area", "Housing instability")
        ana.tick("1 In crisis")
        ana.tick("Need – unmet")
        ana.fill("The client’s priority", "1")
        ana.fill("Situation", "Has to leave by the end of the month.")
        ana.press("Add area")
        ana.sees("Has to leave by the end of the month.")
        ana.fill("Summary", "Housing comes first.")
        ana.fill("The client’s own goals", "A quiet home.")
        ana.tick("Client interview")
        ana.press("Save and sign")
        if ana.page.get_by_role("button", name="Sign as Ana Reyes").count():
            ana.press("Sign as Ana Reyes")
        ana.go(f"/cases/{self.case}/needs/")
        ana.press("Start the service plan")

    def plan(self) -> None:
        ana = self.ana
        ana.follow("Add a goal")
        ana.fill("Goal, in a few plain words", "A quiet place to live")
        ana.fill("In the client’s words", "I want to sleep at night.")
        ana.choose("Area of life", "Housing instability")
        ana.fill("Reach it by", (clock.today() + timedelta(days=90)).isoformat())
        ana.fill("How we will know it is reached", "A signed lease")
        ana.press("Add goal")
        ana.sees("A quiet place to live")
        ana.follow("Add a step")
        ana.fill("What will happen", "Visit two apartments")
        ana.choose("Who", "Samira")
        ana.fill("By when", (clock.today() + timedelta(days=14)).isoformat())
        ana.press("Add step")
        ana.sees("Visit two apartments")
        ana.press("Make ready for signature")
        ana.sees("Make version 1 ready for signature")
        if ana.control("textarea", "Why the plan goes on without it", "main").count():
            ana.fill("Why the plan goes on without it", "She wants to begin today.")
        ana.press("Make ready for signature")
        ana.sees("ready for signature")
        link = ana.page.locator('main a[href*="/papers/"]').first.get_attribute("href")
        paper = words_of(ana.pdf(link))
        for expected in (
            "Samira Haddad",
            "A quiet place to live",
            "Visit two apartments",
            "SP-",
            "Page 1 of",
            "My signature",
        ):
            assert expected in paper, f"{expected!r} is not on the plan: {paper}"
        assert ana.pdf(link) == ana.pdf(link)

    def sign(self) -> None:
        ana = self.ana
        ana.go(f"/cases/{self.case}/plan/")
        ana.follow("Record signatures")
        today = clock.today().isoformat()
        for signer in ("client", "caseworker"):
            ana.page.locator(f'[name="{signer}-outcome"][value="signed"]').check()
            ana.page.locator(f'[name="{signer}-signed_on"]').fill(today)
        ana.page.locator('[name="agreement"][value="agrees"]').check()
        ana.tick("The client took part")
        ana.page.locator('input[type="file"]').set_input_files(self.scan)
        ana.press("Record signatures")
        ana.sees("Active – signed")

    def link(self) -> None:
        ana = self.ana
        ana.go(f"/services/?case={self.case}&need=housing_instability")
        ana.fill("What is needed", "housing")
        ana.press("Search")
        ana.page.locator("#found article h3 a, #found h3 a").first.click()
        ana.settle()
        self.provider = ana.page.locator("h1").first.inner_text()
        ana.follow("Refer")
        ana.follow("Record a release")
        ana.fill("Why", "So that they can call her")
        ana.press("Record the permission")
        ana.tick("Yes, with the name")
        ana.fill("What Samira needs", "Help with a deposit.")
        ana.press("Send referral")
        ana.sees("Record what came of it")
        self.referral = re.search(r"/referrals/(\d+)/", ana.page.url)[1]
        slip = words_of(self.slip())
        assert "Samira" in slip and "RF-" in slip and "Help with a deposit." in slip, slip

    def slip(self) -> bytes:
        """The slip that the button issues; Chromium does not show a PDF here, so it is asked for."""
        ana = self.ana
        form = ana.page.locator('form[action$="/slip"]')
        issued = ana.context.request.post(
            form.get_attribute("action"),
            form={"once": form.locator('[name="once"]').get_attribute("value")},
            headers={"Origin": ana.page.url.split("/referrals")[0]},
        )
        assert issued.status == 200, issued.status
        return issued.body()

    def follow_up(self) -> None:
        ana = self.ana
        ana.go(f"/cases/{self.case}/notes/")
        ana.tick("Phone")
        ana.fill("What happened", "Samira said, “They called me back.”")
        ana.fill("Follow-up", "Ask about the lease")
        ana.press("Save note")
        ana.sees("They called me back")
        ana.go(f"/cases/{self.case}/tasks/")
        ana.sees("Ask about the lease")

    def ask_to_close(self) -> None:
        ana = self.ana
        ana.go(f"/cases/{self.case}/")
        ana.page.locator("main details.menu summary", has_text="More").first.click()
        ana.press("Close this case")
        for in_the_way in ("Ask about the lease", self.provider, "A quiet place to live", "Choose the main reason"):
            assert in_the_way in ana.text(), f"{in_the_way!r} is not among what is in the way: {ana.text()}"
        self.closure = re.search(r"/closures/(\d+)/", ana.page.url)[1]
        ana.go(f"/referrals/{self.referral}/")
        ana.follow("Record what came of it")
        ana.tick("Service received")
        ana.choose("How we know", "Client")
        ana.press("Save the outcome")
        ana.go(f"/cases/{self.case}/tasks/")
        ana.page.locator('form[action*="/tasks/"][action*="done"] button, form[action*="mark"] button').first.click()
        ana.settle()
        ana.go(f"/closures/{self.closure}/")
        ana.tick("Goals completed")
        ana.fill("Why the case closes", "She has a lease and chose to finish.")
        ana.tick("Planned")
        ana.tick("Completed")
        ana.page.locator('[name^="goal_"][name$="_outcome"][value="met"]').first.check()
        ana.page.locator('[name^="goal_"][name$="_evidence"]').first.fill("She signed a lease.")
        ana.fill("Aftercare", "Millbrook Parents’ Circle, 14 Mill Lane, 410-555-0155, Thursdays")
        ana.fill("The way back", "Call us and say that you were here before.")
        ana.press("Save for later")
        left_open = ana.control("input, textarea", "Why the case closes without", "main")
        if left_open.count():
            left_open.fill("She had no more time for a last meeting.")
        ana.press("Send to the supervisor to close")
        ana.sees("With the supervisor")

    def approve(self, bo: Any) -> str:
        bo.go("/team/")
        bo.page.locator(f'main a[href*="/closures/{self.closure}/"]').first.click()
        bo.settle()
        bo.press("Approve")
        summary = bo.page.get_by_role("link", name="Closure summary").first.get_attribute("href")
        return words_of(bo.pdf(summary))

    def is_closed(self) -> None:
        ana = self.ana
        ana.go(f"/cases/{self.case}/notes/")
        assert "Closed" in ana.text() and not ana.page.get_by_role("button", name="Save note").count()
