"""Thousands of hostile requests to every address and form there is: no fault of ours, nothing unescaped, no inside shown.

Addresses come from the URL map, fields from the forms on the pages, from the form classes and from the code: a new
form is attacked from the day it is there. The same seed sends the same requests.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

import lxml.html
import pytest
import sqlalchemy as sa

from app import clock
from app.engines import Base
from app.extensions import db
from app.models.agency.user import User
from tests import rosas_file
from tests.browser import Visit, _values
from tests.faults import hostile
from tests.test_access import addresses, everything_else

SEED = 20261121
PEOPLE = ("ana", "bo", "ada")
REQUESTS = 250
"""In one round, on a fresh agency. Ordinary: 4 rounds on each of two engines; --slow: 21 on each, which is more than ten thousand."""
ROUNDS, ALL_ROUNDS = 4, 21
FORMS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
UNESCAPED = re.compile(rb"<zqx|\" zqy=|' zqz=|49zqt|SECRET_KEY", re.IGNORECASE)
INSIDE = re.compile(
    rb"Traceback \(most|sqlalchemy|psycopg|sqlite3|werkzeug|jinja2\.|File \"/|site-packages|\bSELECT \w+\.|INSERT INTO|"
    rb"UndefinedError|OperationalError|DataError|/app/\w+\.py"
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "turn" in metafunc.fixturenames:
        metafunc.parametrize("turn", range(ALL_ROUNDS if metafunc.config.getoption("--slow") else ROUNDS))


def test_hostile_requests_meet_no_fault_of_ours_and_come_back_only_escaped(app, cast, turn, capsys):
    seed = SEED + turn
    attack = Attack(app, cast, random.Random(seed), person=PEOPLE[turn % 3])
    attack.run(REQUESTS)
    attack.plant()
    attack.read_everything_back()
    with capsys.disabled():
        counts = ", ".join(f"{status}: {count}" for status, count in sorted(attack.statuses.items()))
        print(
            f"\n  seed {seed}, {db.engine.dialect.name}, {attack.sent} requests: {counts}; {attack.escaped} came back escaped"
        )
    assert not attack.wrong, f"seed {seed}\n" + "\n".join(attack.wrong[:20])
    assert attack.sent >= REQUESTS
    assert attack.statuses[303] > 10 and attack.statuses[422] > 10 and attack.statuses[404] > 10, attack.statuses
    assert attack.stored(), "nothing hostile was ever stored: the attack stays outside"
    assert attack.escaped, "nothing hostile was ever read back"


class Attack:
    """One round: hostile requests from one person, then a look at everything they see."""

    def __init__(self, app: Any, cast: Any, chance: random.Random, *, person: str) -> None:
        self.app, self.cast, self.chance = app, cast, chance
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.sent = self.escaped = 0
        self.names = hostile.field_names()
        hers = rosas_file.fill(cast)
        found = addresses(app, hers, others=everything_else(cast))
        self.pages = [
            a.url for a in found if a.method == "GET" and ".pdf" not in a.url
        ]  # tests/documents attacks the paper
        self.posts = [
            a.url for a in found if a.method == "POST" and a.endpoint not in ("sign_ins.destroy", "passwords.update")
        ]
        self.ids = {person: getattr(cast, person).id}
        self.visits = {name: Visit(app).sign_in(getattr(cast, name)) for name in self.ids}
        db.session.remove()
        self.forms = {name: self.forms_of(name) for name in self.visits}

    def forms_of(self, person: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """(address, what a browser would send) of every form that this person meets on any page."""
        found = {}
        for page in self.pages:
            answer = self.open(person, "GET", page)
            if answer.status_code == 200 and answer.mimetype == "text/html" and answer.data:
                tree = lxml.html.document_fromstring(answer.data.decode())
                for form in tree.xpath("//form"):
                    own = form.xpath(".//input|.//select|.//textarea|.//button[@name]")
                    own += tree.xpath(f"//*[@form='{form.get('id')}'][@name]") if form.get("id") else []
                    action = form.get("action") or page
                    if action.endswith(("/sign-out", "/password")):
                        continue
                    fields = [(c.get("name"), v) for c in own if c.get("name") for v in _values(c) or [""]]
                    found[form.get("method", "get").lower(), action] = [(n, self.sound(n, v)) for n, v in fields]
        return [(f"{method} {action}", fields) for (method, action), fields in found.items()]

    def sound(self, name: str, value: str) -> str:
        """A field that a page shows empty, as a person would fill it in."""
        if value:
            return value
        elif name.endswith(("_on", "_until", "until")):
            return clock.today().isoformat()
        elif name.endswith("_id") or name in ("minutes", "priority"):
            return "1"
        return "Words"

    def run(self, count: int) -> None:
        """Send that many."""
        ways = [self.spoil_a_form] * 10 + [
            self.ask_oddly,
            self.invent_a_form,
            self.send_parts,
            self.odd_headers,
            self.odd_path,
        ] * 2
        ways += [self.odd_method]
        while self.sent < count:
            self.chance.choice(ways)(self.chance.choice(list(self.visits)))

    # -- the ways

    def spoil_a_form(self, person: str) -> None:
        """A real form of a real page, with some of its fields spoiled."""
        target, fields = self.chance.choice(self.forms[person])
        method, action = target.split(" ", 1)
        sent = hostile.spoiled(fields, self.chance)
        if self.chance.random() < 0.3:
            sent = [(n, v) for n, v in sent if n not in ("once", "version")] + hostile.pairs(self.names, self.chance)[
                :3
            ]
        body = hostile.encoded(sent, self.chance)
        if method == "get":
            self.ask(person, "GET", action.split("?")[0] + "?" + body.decode()[:60_000])
        else:
            self.ask(person, "POST", action, data=body, headers=FORMS)

    def ask_oddly(self, person: str) -> None:
        """Any page, with anything in its query."""
        asked = hostile.encoded(hostile.pairs(self.names, self.chance), self.chance).decode()[:60_000]
        self.ask(person, "GET", f"{self.chance.choice(self.pages)}?{asked}")

    def invent_a_form(self, person: str) -> None:
        """Any address that takes forms, sent fields of other forms."""
        body = hostile.encoded(hostile.pairs(self.names, self.chance), self.chance)
        self.ask(person, "POST", self.chance.choice(self.posts), data=body, headers=FORMS)

    def send_parts(self, person: str) -> None:
        """Multipart that is broken."""
        body, kind = hostile.multipart(self.names, self.chance)
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        if self.chance.random() < 0.2:
            headers["Content-Length"] = str(max(0, len(body) + self.chance.choice((-9, 9, 10_000))))
        self.ask(person, "POST", self.chance.choice(self.posts), data=body, headers=headers)

    def odd_headers(self, person: str) -> None:
        """A good request with bad headers."""
        method = self.chance.choice(("GET", "POST"))
        where = self.chance.choice(self.pages if method == "GET" else self.posts)
        self.ask(
            person,
            method,
            where,
            headers=FORMS | hostile.headers(self.chance),
            data=b"title=x" if method == "POST" else None,
        )

    def odd_path(self, person: str) -> None:
        """An address that is not quite one."""
        method = self.chance.choice(("GET", "GET", "POST"))
        path = hostile.spoiled_path(self.chance.choice(self.pages + self.posts), self.chance)
        self.ask(person, method, path, headers=FORMS)

    def odd_method(self, person: str) -> None:
        """Another method than the page expects."""
        self.ask(person, self.chance.choice(hostile.methods(self.app)), self.chance.choice(self.pages), headers=FORMS)

    # -- sending and looking

    def ask(self, person: str, method: str, path: str, **more: Any) -> None:
        """Send one, and look at what comes back."""
        self.sent += 1
        token = self.visits[person].client.get_cookie("handrail")
        what = f"{person} {method} {path[:300]} {str(more)[:700]}"
        try:
            answer = self.open(person, method, path, **more)
        except Exception as error:  # the server would answer with nothing at all
            self.wrong.append(f"{type(error).__name__} {str(error)[:300]}: {what}")
            return
        finally:
            if token is not None:
                self.visits[person].client.set_cookie("handrail", token.value)
        self.statuses[answer.status_code] += 1
        self.look(answer, what)
        if answer.status_code == 401:  # a request ended the session, or the time for what asks for the password again
            self.sign_in(person)

    def open(self, person: str, method: str, path: str, **more: Any) -> Any:
        """Send it as this person."""
        with self.app.app_context():
            return self.visits[person].client.open(path, method=method, buffered=True, **more)

    def sign_in(self, person: str) -> None:
        """Open a session as this person, for otherwise the door alone is attacked."""
        with self.app.app_context():
            self.visits[person].sign_in(db.session.get_one(User, self.ids[person]))
            db.session.remove()

    def look(self, answer: Any, what: str) -> None:
        """Note what may not be: a fault of ours, markup of theirs, our inside."""
        if answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code}: {what}")
        if answer.mimetype == "text/html":
            for pattern in (UNESCAPED, INSIDE):
                if found := pattern.search(answer.data):
                    around = answer.data[max(0, found.start() - 150) : found.end() + 80]
                    self.wrong.append(f"“{found[0].decode()}” in {around!r}: {what}")
        for name, value in answer.headers:
            if "zqx" in value and "<" in value or name == "x" or "\n" in value:
                self.wrong.append(f"header {name}: {value[:200]}: {what}")

    def plant(self) -> None:
        """Store what is certain to be shown again, whatever the round happened to store."""
        db.session.rollback()
        self.cast.rosa.last_name = self.cast.family.name = self.cast.agency.name = (
            f"Díaz {hostile.MARKUP[0]}{hostile.MARKUP[1]}"
        )
        db.session.commit()
        db.session.remove()

    def read_everything_back(self) -> None:
        """Open every page as everybody; what was stored is on them, escaped."""
        for person in self.ids:
            self.sign_in(person)
            for page in self.pages:
                answer = self.open(person, "GET", page)
                self.look(answer, f"{person} reads {page}")
                self.escaped += answer.data.count(b"&lt;zqx") + answer.data.count(b"&#34; zqy=")

    def stored(self) -> int:
        """How many texts in the database hold hostile markup, as it was typed."""
        db.session.rollback()
        texts = [c for t in Base.metadata.sorted_tables for c in t.columns if isinstance(c.type, sa.String)]
        held = [db.session.scalar(sa.select(sa.func.count()).where(sa.cast(c, sa.Text).like("%zq_%"))) for c in texts]
        db.session.rollback()
        return sum(held)
