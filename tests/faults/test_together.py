"""Many people at one record and one person at one button, against the real server: nothing is lost, nothing is there twice."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import lxml.html
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn, hashed
from app.models.agency.user import Role, User
from app.models.caseload.client import Client
from app.models.monitoring.task import Task
from tests.browser import _values
from tests.cast import PASSWORD
from tests.faults.server import Agency, Said, Server

MANY = 20
CONFLICT = "[aria-labelledby=stale-h]"


class Person(NamedTuple):
    """Somebody at a browser of their own."""

    name: str
    token: str


def colleagues(there: Agency) -> list[Person]:
    """Twenty caseworkers of Ana's program, signed in."""
    ana = db.session.get_one(User, there.ana_id)
    people = []
    for number in range(MANY):
        person = Person(f"Worker {chr(ord('A') + number)}", secrets.token_urlsafe(32))
        email = f"worker-{number}@millbrook.example"
        programs = [membership.program for membership in ana.memberships]
        user = User.add(
            name=person.name, email=email, role=Role.CASEWORKER, password=PASSWORD, by=ana, programs=programs
        )
        db.session.add(SignIn(user=user, token_hash=hashed(person.token)))
        people.append(person)
    db.session.commit()
    return people


def all_at_once(act: Callable[[int], None]) -> None:
    """Let as many threads as there are people begin at the same moment, and wait for all of them."""
    together, failed = threading.Barrier(MANY), []

    def begin(number: int) -> None:
        together.wait(60)
        try:
            act(number)
        except BaseException as error:  # noqa: BLE001 (told below, where the test can see it)
            failed.append(f"{number}: {error!r}")

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    assert not failed, failed[:3]


def form_of(page: Said) -> dict[str, str]:
    """What a browser would send of the form that edits a record, or of the conflict's, as it stands."""
    tree = lxml.html.document_fromstring(page.text)
    (form,) = [f for f in tree.cssselect("form[method=post]") if f.cssselect("[name=what_helps]")]
    controls = form.xpath(".//input|.//select|.//textarea")
    return {control.get("name"): value for control in controls for value in _values(control)}


def test_of_twenty_people_who_edit_one_record_every_accepted_save_is_kept_and_the_rest_are_told(
    there: Agency, server: Server
):
    """All have the form open and save a line of their own at the same moment. Who is told puts both texts together on
    the page that tells it, and saves that: three at a time, so that they go on getting in each other's way.
    """
    people = colleagues(there)
    before = db.session.get_one(Client, there.client_id).version
    db.session.remove()
    server.start()
    path = f"/clients/{there.client_id}/edit"
    statuses: Counter[int] = Counter()
    all_have_it, three = threading.Barrier(MANY), threading.Semaphore(3)

    def add_a_line(number: int) -> None:
        person = people[number]
        form = form_of(server.ask("GET", path, within=120, token=person.token))
        all_have_it.wait(120)
        said = saved(person, form | {"what_helps": line_of(person)})
        with three:
            while said.status == 409:
                form = form_of(said)
                both = f"{form['theirs-what_helps']}\n{line_of(person)}"
                said = saved(person, form | {"choose-what_helps": "mine", "what_helps": both})

    def saved(person: Person, form: dict[str, str]) -> Said:
        said = server.ask("POST", path, form, within=120, token=person.token)
        statuses[said.status] += 1
        assert said.status in (303, 409), f"{said.status}: {said.text[:500]}"
        if said.status == 409:
            shown = lxml.html.document_fromstring(said.text).cssselect(CONFLICT)[0].text_content()
            assert line_of(person) in shown, "what was typed is gone from the page"
            assert any(line_of(other) in shown for other in people if other is not person)
        return said

    all_at_once(add_a_line)

    rosa = db.session.get_one(Client, there.client_id)
    assert Counter(rosa.what_helps.split("\n")) == Counter(map(line_of, people))
    assert statuses[303] == MANY and statuses[409] >= MANY - 1, statuses
    assert rosa.version == before + MANY
    saves = sa.select(Event.by_id).where(Event.kind == EventKind.CLIENT_CHANGED, Event.client_id == rosa.id)
    assert len(set(db.session.scalars(saves))) == MANY
    assert "Traceback" not in server.log()
    print(f"{MANY} people, {statuses[303]} saves kept, {statuses[409]} told and saved again")


def line_of(person: Person) -> str:
    return f"{person.name} was here."


def test_a_button_pressed_twenty_times_at_once_adds_one_task_and_leads_to_the_same_place(there: Agency, server: Server):
    server.start()
    sent = {
        "title": "Call the clinic",
        "due_on": (clock.today() + timedelta(days=3)).isoformat(),
        "assignee": str(there.ana_id),
        "once": secrets.token_urlsafe(18),
    }
    answers: list[Said] = []
    all_at_once(lambda _number: answers.append(server.ask("POST", f"/cases/{there.case_id}/tasks/", sent, within=120)))
    assert {answer.status for answer in answers} == {303}, Counter(answer.status for answer in answers)
    assert len({answer.location for answer in answers}) == 1
    assert db.session.scalar(sa.select(sa.func.count(Task.id)).where(Task.title == "Call the clinic")) == 1
    added = sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.TASK_ADDED)
    assert db.session.scalar(added) == 1
    assert "Traceback" not in server.log()
