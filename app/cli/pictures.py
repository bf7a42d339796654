"""`pictures` saves every main screen and paper of the demonstration, to be looked at beside the designs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import click
import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from app.engines import Base
from app.extensions import db

PASSWORD = "only for the pictures"  # noqa: S105 # nosec B105 (of an invented agency that goes away again)
WIDTHS = (1280, 390)


class Screen(NamedTuple):
    """One screen: its name, who looks at it, its address, and whether a dark picture is made too."""

    name: str
    who: str
    path: str
    dark: bool = False


SCREENS = [
    Screen("02-my-day", "dana", "/", True),
    Screen("03-clients", "dana", "/clients/"),
    Screen("04-client-new", "dana", "/clients/new"),
    Screen("05-case-overview", "dana", "/cases/{rosa}/", True),
    Screen("06-case-plan", "dana", "/cases/{rosa}/plan/", True),
    Screen("07-plan-edit", "maya", "/plans/{draft}/edit"),
    Screen("07-plan-freeze", "maya", "/plans/{draft}/freeze/new"),
    Screen("07-plan-signatures", "dana", "/plans/{ready}/signatures/new"),
    Screen("08-case-needs", "dana", "/cases/{rosa}/needs/"),
    Screen("09-case-needs-draft", "dana", "/cases/{assessing}/needs/"),
    Screen("10-case-notes", "dana", "/cases/{rosa}/notes/"),
    Screen("11-case-referrals", "dana", "/cases/{rosa}/referrals/"),
    Screen("12-case-tasks", "dana", "/cases/{rosa}/tasks/"),
    Screen("13-case-documents", "dana", "/clients/{client}/documents/"),
    Screen("14-case-details", "dana", "/clients/{client}/details/"),
    Screen("14-case-people", "dana", "/clients/{client}/people/"),
    Screen("14-case-eco-map", "dana", "/clients/{client}/eco-map/", True),
    Screen("14-case-person-new", "dana", "/clients/{client}/relationships/new"),
    Screen("14-case-intake", "dana", "/cases/{rosa}/intake"),
    Screen("14-case-open", "dana", "/clients/{client}/cases/new"),
    Screen("15-closure", "dana", "/closures/{closing}/"),
    Screen("15-closure-waiting", "marcus", "/closures/{waiting}/"),
    Screen("16-services", "dana", "/services/?q=food"),
    Screen("16-service", "dana", "/services/{service}/"),
    Screen("17-refer", "dana", "/referrals/new?case={rosa}&service={service}"),
    Screen("18-referrals", "dana", "/referrals/?view=board"),
    Screen("18-referral", "dana", "/referrals/{referral}/"),
    Screen("19-team", "marcus", "/team/"),
    Screen("20-settings", "ruth", "/settings/"),
    Screen("21-trail", "ruth", "/trail/", True),
    Screen("21-trail-of-a-person", "marcus", "/users/{worker}/trail/"),
    Screen("21-trail-of-a-file", "dana", "/clients/{client}/trail/"),
    Screen("21-disclosures", "dana", "/clients/{client}/disclosures/"),
    Screen("21-disclosure-new", "dana", "/clients/{client}/disclosures/new"),
    Screen("22-error-not-found", "dana", "/nowhere"),
    Screen("22-error-not-allowed", "ruth", "/clients/"),
]


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--only", default="", help="Only the pictures whose name contains this.")
def pictures(folder: Path, only: str) -> None:
    """Save every main screen (1280 and 390 wide) and every paper's pages of the demonstration in FOLDER."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None or shutil.which("pdftoppm") is None:
        raise click.ClickException("Chromium and pdftoppm are needed: apt-get install chromium poppler-utils")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="handrail-pictures-") as data, agency(Path(data)) as (app, address):
        with app.app_context():
            known = records()
        screens = [screen for screen in SCREENS if only in screen.name]
        saved = save_screens(folder, screens, address, chromium, known, door=only in "01-sign-in")
        with app.app_context():
            pages = save_papers(folder, only)
    if not saved + pages:
        raise click.ClickException(f"No picture has a name with “{only}” in it.")
    click.echo(f"Saved {saved} pictures of screens and {pages} of papers in {folder}.")


commands = [pictures]


@contextmanager
def agency(data: Path) -> Iterator[tuple[Any, str]]:
    """The demonstration, built in a folder that goes away, and served on this machine alone."""
    from app import create_app, demo

    class Quiet(WSGIRequestHandler):
        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    uri = f"sqlite:///{data / 'pictures.db'}"
    app = create_app({"SECRET_KEY": "pictures " * 6, "DATA": data, "SQLALCHEMY_DATABASE_URI": uri, "PROXIES": 0})
    with app.app_context():
        Base.metadata.create_all(db.engine)
        demo.build(password=PASSWORD)
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def records() -> dict[str, int]:
    """The numbers of the records that the pictures show."""
    from app.models.agency.user import User
    from app.models.assessment.assessment import Assessment
    from app.models.caseload.case import Case
    from app.models.caseload.client import Client
    from app.models.closing.closure import Closure
    from app.models.linking.referral import Referral
    from app.models.planning.plan import Plan

    def first(column: Any, *conditions: Any) -> int:
        return db.session.scalars(sa.select(column).where(*conditions).order_by(column)).first() or 0

    client = first(Client.id, Client.first_name == "Rosa")
    rosa = first(Case.id, Case.client_id == client)
    referral = first(Referral.id, Referral.case_id == rosa)
    return {
        "client": client,
        "worker": first(User.id, User.name.startswith("Dana")),
        "rosa": rosa,
        "referral": referral,
        "service": first(Referral.service_id, Referral.id == referral),
        "draft": first(Plan.id, Plan.status == "draft"),
        "ready": first(Plan.id, Plan.status == "ready", Plan.case_id == rosa),
        "assessing": first(Assessment.case_id, Assessment.status == "draft"),
        "closing": first(Closure.id, Closure.submitted_at.is_(None)),
        "waiting": first(Closure.id, *Closure.awaiting_approval()),
    }


def save_screens(
    folder: Path, screens: list[Screen], address: str, chromium: str, known: dict[str, int], *, door: bool
) -> int:
    """Take the pictures; each person signs in once for each look."""
    from playwright.sync_api import sync_playwright

    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            wanted = [screen for screen in screens if scheme == "light" or screen.dark]
            for who in dict.fromkeys(screen.who for screen in wanted):
                page = browser.new_context(base_url=address, color_scheme=scheme).new_page()
                page.goto("/sign-in")
                if door and scheme == "light" and who == wanted[0].who:
                    taken += shots(page, folder, "01-sign-in")
                page.fill("#email", f"{who}@millbrook.example")
                page.fill("#password", PASSWORD)
                page.click("main button")
                for screen in (screen for screen in wanted if screen.who == who):
                    page.goto(screen.path.format(**known))
                    name = screen.name if scheme == "light" else "30-dark-" + screen.name[3:]
                    taken += shots(page, folder, name)
                page.context.close()
        browser.close()
    return taken


def shots(page: Any, folder: Path, name: str) -> int:
    """One picture for each width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    return len(WIDTHS)


def save_papers(folder: Path, only: str) -> int:
    """The pages of one paper of each kind and language."""
    from app.documents.issuing import pdf_of
    from app.models.agency.document import Paper

    newest = sa.select(sa.func.max(Paper.id)).group_by(Paper.kind, Paper.language)
    pages = 0
    for paper in db.session.scalars(sa.select(Paper).where(Paper.id.in_(newest))).all():
        name = f"40-print-{paper.kind.replace('_', '-')}{'' if paper.language == 'en' else '-' + paper.language}"
        if only in name:
            pages += save_pages(folder, name, pdf_of(db.session.get_one(Paper, paper.id)))
    return pages


def save_pages(folder: Path, name: str, pdf: bytes) -> int:
    """Each page of a PDF as a picture."""
    command = ["pdftoppm", "-r", "100", "-png", "-", str(folder / f"{name}-p")]
    subprocess.run(command, input=pdf, check=True, capture_output=True)
    return len(list(folder.glob(f"{name}-p-*.png")))
