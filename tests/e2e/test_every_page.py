"""Every main page of the demonstration, as people with different eyes, hands and screens meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from app import create_app, demo
from app.engines import Base
from app.extensions import db
from app.models.caseload.case import Case
from app.models.closing.closure import Closure
from app.models.linking.referral import Referral
from app.models.planning.plan import Plan
from tests.conftest import settings
from tests.e2e.conftest import Person, Quiet

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor/axe-core@4.14.1/axe.min.js"
PASSWORD = "four quiet green rivers"

WORKER = [
    "/", "/clients/", "/clients/?q=rosa", "/clients/?q=nobody+at+all", "/clients/new", "/clients/1/", "/clients/1/details/",
    "/clients/1/edit", "/clients/1/cases/new", "/clients/1/alerts/new", "/clients/1/consents/", "/clients/1/consents/new",
    "/clients/1/documents/", "/clients/1/documents/new", "/clients/1/trail/", "/cases/1/", "/cases/1/intake",
    "/cases/1/needs/", "/cases/1/plan/", "/cases/1/notes/", "/cases/1/tasks/", "/cases/1/referrals/", "/cases/1/hold",
    "/cases/1/assignments/new", "/services/", "/services/?q=food&case=1", "/services/5/", "/referrals/",
    "/referrals/?view=board", "/referrals/new?case=1&service=5", "/password/", "/drafts/", "/second-factor/", "/sign-ins/",
    "/clients/1/disclosures/", "/clients/1/disclosures/new", "/emergency-openings/new", "/services/new", "/nowhere",
]  # fmt: skip
FRONT_DESK = ["/", "/clients/", "/clients/?q=ben", "/clients/new", "/clients/5/", "/cases/5/contacts/new"]
READER = ["/", "/team/", "/trail/"]
SUPERVISOR = ["/", "/team/", "/clients/", "/users/2/trail/"]
ADMINISTRATOR = [
    "/",
    "/settings/",
    "/settings/agency",
    "/programs/new",
    "/users/new",
    "/roles/",
    "/trail/",
    "/trail/exports/new",
    "/directory-imports/new",
    "/clients/",
]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, int]]]:
    """The demonstration, served; and the numbers of the records whose pages are looked at."""
    folder = tmp_path_factory.mktemp("agency")
    app = create_app(settings(f"sqlite:///{folder / 'demo.db'}", folder))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        demo.build(password=PASSWORD)
        found = {
            "draft": db.session.scalars(sa.select(Plan.id).where(Plan.status == "draft")).first(),
            "ready": db.session.scalars(sa.select(Plan.id).where(Plan.status == "ready").order_by(Plan.id)).first(),
            "referral": db.session.scalars(sa.select(Referral.id).where(Referral.case_id == 1)).first(),
            "closing": db.session.scalars(sa.select(Closure.id).where(Closure.submitted_at.is_(None))).first(),
            "waiting": db.session.scalars(sa.select(Closure.id).where(*Closure.awaiting_approval())).first(),
            "closed": db.session.scalars(sa.select(Case.id).where(Case.status == "closed")).first(),
        }
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", found
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def paths(found: dict[str, int], name: str) -> list[str]:
    """The pages that this person looks at."""
    of_worker = [
        *WORKER, f"/plans/{found['ready']}/", f"/plans/{found['ready']}/signatures/new",
        f"/referrals/{found['referral']}/", f"/closures/{found['closing']}/",
    ]  # fmt: skip
    of_supervisor = [*SUPERVISOR, f"/closures/{found['waiting']}/", f"/cases/{found['closed']}/"]
    maya = [f"/plans/{found['draft']}/edit", f"/plans/{found['draft']}/freeze/new"]
    return {"dana": of_worker, "marcus": of_supervisor, "ruth": ADMINISTRATOR, "maya": maya,
            "nia": FRONT_DESK, "edith": READER}[name]  # fmt: skip


@pytest.fixture
def come_in(agency, chromium) -> Iterator[Any]:
    """A signed-in person of the demonstration in a window of this size."""
    opened: list[Person] = []

    def come(name: str, **more: Any) -> Person:
        context = chromium.new_context(base_url=agency[0], **more)
        person = Person(context, more.get("java_script_enabled", True))
        opened.append(person)
        person.go("/sign-in")
        person.fill("Work email", f"{name}@millbrook.example")
        person.fill("Password", PASSWORD)
        person.press("Sign in")
        return person

    yield come
    for one in opened:
        one.context.close()


SEEN = [(1280, "light"), (390, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SEEN)
@pytest.mark.parametrize("name", ["dana", "marcus", "ruth", "maya", "nia", "edith"])
def test_axe_finds_nothing_serious(agency, come_in, name, width, scheme):
    person = come_in(name, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    found = []
    for path in paths(agency[1], name):
        person.page.goto(path)
        person.page.add_script_tag(path=str(AXE))
        result = person.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{path}: {violation['id']} ({violation['impact']}): {node['html'][:160]}"
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"][:2]
        ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_scrolls_sideways(agency, come_in, width):
    for name in ("dana", "marcus", "ruth", "maya", "nia", "edith"):
        person = come_in(name, viewport={"width": width, "height": 900})
        for path in paths(agency[1], name):
            person.page.goto(path)
            wide = person.page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide on a screen of {width}"


def test_nothing_is_refused_by_the_policy_and_nothing_fails(agency, come_in):
    for name in ("dana", "marcus", "ruth", "maya", "nia", "edith"):
        person = come_in(name, viewport={"width": 1280, "height": 900})
        for path in paths(agency[1], name):
            answer = person.page.goto(path)
            assert answer.status < 500, path
        expected = [c for c in person.complaints if re.search(r"status of (403|404)", c)]
        assert person.complaints == expected


def test_every_link_and_button_can_be_reached_by_keyboard(agency, come_in):
    person = come_in("dana", viewport={"width": 1280, "height": 900})
    for path in ("/cases/1/plan/", "/cases/1/notes/", "/clients/"):
        person.page.goto(path)
        person.page.keyboard.press("Tab")
        assert person.page.evaluate("() => document.activeElement.className") == "skip"
        reached = set()
        for _ in range(150):
            person.page.keyboard.press("Tab")
            said = person.page.evaluate(
                "() => { const e = document.activeElement; const s = getComputedStyle(e);"
                " return [e.tagName, e.innerText || e.name || '', s.outlineStyle] }"
            )
            if said[0] == "BODY":
                break
            assert said[2] != "none", f"{path}: the focus cannot be seen on {said}"
            reached.add(said[1])
        assert len(reached) > 15, f"{path}: {reached}"
