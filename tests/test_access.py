"""Who may do what, and who may not even know: every address of the program, asked by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import g
from werkzeug.exceptions import Forbidden, NotFound

from app.access import GRANTS, Can, fetch, may, require, visible
from app.engines import Base
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.requests import PERSONAL, PUBLIC, SETTING_UP
from tests import rosas_file
from tests.browser import Visit
from tests.test_house_rules import python_files

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
HERS = ("Rosa", "Díaz", "Marsh", "010-0142", rosas_file.SECRET)
NOBODYS = 987_654  # an id that no table has


class Address(NamedTuple):
    """One way to ask: the endpoint, the method, the address, and whether it names a record in Rosa's file."""

    endpoint: str
    method: str
    url: str
    hers: bool


@pytest.fixture
def hers(cast) -> dict[str, int]:
    """One row of everything in Rosa's file."""
    return rosas_file.fill(cast)


def addresses(app, ids: dict[str, int], *, others: dict[str, int] | None = None) -> list[Address]:
    """Every address of the program, with these records in the places of the numbers.

    The word before a number says which record it is: `/planned-needs/<int:id>` is a planned_need.
    """
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        url, hers = filled(rule.rule, ids, others or {})
        found += [Address(rule.endpoint, method, url, hers) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    assert len(found) > 30
    return found


PLAIN_PLACES = {"token": "no-such-token", "form": "note"}


def filled(rule: str, ids: dict[str, int], others: dict[str, int]) -> tuple[str, bool]:
    """A rule with a record in each place, and whether one of them is in the client's file."""
    hers = False

    def record(match: re.Match[str]) -> str:
        nonlocal hers
        table = singular(match["noun"])
        if table in ids:
            hers = True
            return f"/{match['noun']}/{ids[table]}"
        assert table in others or match["name"] == "about", f"{rule}: what is a {table}?"
        return f"/{match['noun']}/{others.get(table, 1)}"

    url = re.sub(r"/(?P<noun>[a-z-]+|<form>)/<int:(?P<name>\w+)>", record, rule)
    return re.sub(r"<(\w+)>", lambda match: PLAIN_PLACES[match[1]], url), hers


def singular(noun: str) -> str:
    """The table that a plural in an address speaks of: `planned-needs` → planned_need."""
    words = noun.replace("-", "_")
    if words.endswith("ies"):
        return words[:-3] + "y"
    return words.removesuffix("es") if words.endswith("sses") else words.removesuffix("s")


def everything_else(cast) -> dict[str, int]:
    """The records in addresses that are in nobody's file."""
    return {
        "service": cast.service.id,
        "user": cast.cy.id,
        "program": cast.family.id,
        "directory_import": NOBODYS,
        "sign_in": NOBODYS,
        "draft": NOBODYS,
        "requirement": NOBODYS,
        "stand_in": NOBODYS,
    }


@contextmanager
def undone(app) -> Iterator[None]:
    """Whatever is saved in here is taken back at the end."""
    db.session.remove()
    usual = db.engines[None]
    with usual.connect() as connection:
        transaction = connection.begin()
        db.engines[None] = connection
        try:
            yield
        finally:
            db.session.remove()
            db.engines[None] = usual
            if transaction.is_active:
                transaction.rollback()


def ask(visit: Visit, address: Address, **more: Any) -> Any:
    """Ask without minding the page: only who is let in counts here."""
    headers = SAME_SITE if address.method == "POST" else {}
    db.session.rollback()  # or this test's own reading would hold SQLite's one writer
    cookie = visit.client.get_cookie("handrail")
    with visit.app.app_context():
        answer = visit.client.open(
            address.url, method=address.method, headers=headers | more.pop("headers", {}), **more
        )
    if cookie is not None:  # signing out was one of the questions
        visit.client.set_cookie("handrail", cookie.value)
    return answer


def rows_of_everything() -> dict[str, int]:
    """How many rows each table has, the trail and the sign-ins apart."""
    apart = {"event", "sign_in", "sign_in_attempt", "once"}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in apart]
    return {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


# -- Nobody


def test_a_signed_out_visitor_is_led_to_the_door_from_every_address(app, cast, hers, visit):
    wrong = []
    for address in addresses(app, hers, others=everything_else(cast)):
        if address.endpoint in PUBLIC:
            continue
        answer = ask(visit, address)
        led = answer.status_code == 303 and answer.location.startswith("/sign-in?")
        kept = address.method != "GET" and answer.status_code == 401 and 'action="/sign-in"' in answer.text
        if not (led or kept):
            wrong.append(f"{address.method} {address.url}: {answer.status_code} {answer.location}")
        if any(word in answer.text for word in HERS):
            wrong.append(f"{address.method} {address.url} says {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_htmx_is_told_to_put_the_door_over_the_page_of_a_signed_out_visitor(app, cast, hers, visit):
    wrong = []
    for address in addresses(app, hers, others=everything_else(cast)):
        if address.endpoint not in PUBLIC:
            answer = ask(visit, address, headers={"HX-Request": "true"})
            told = answer.headers.get("HX-Retarget") == "#notices" and 'href="/sign-in?' in answer.text
            over = answer.headers.get("HX-Trigger") == "door:closed"  # the script puts the door over the page
            if answer.status_code != 401 or not (told and over) or any(word in answer.text for word in HERS):
                wrong.append(f"{address.method} {address.url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_public_addresses_are_few_and_hold_nothing_of_anybody(app, cast, hers, visit):
    public = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC}
    assert public == PUBLIC, "an endpoint is public that does not exist"
    for address in addresses(app, hers, others=everything_else(cast)):
        if address.endpoint in PUBLIC:
            assert not address.hers
            answer = ask(visit, address)
            led = answer.status_code == 303 and answer.location.startswith("/sign-in")  # a code without a password
            said = f"{address.method} {address.url}: {answer.status_code}"
            assert led or answer.status_code in (200, 404, 422, 503), said
            assert not any(word in answer.text for word in HERS)


# -- The stranger: works here, in another program


def test_to_a_stranger_nothing_in_rosas_file_is_there(app, cast, hers, visit):
    visit.sign_in(cast.cy)
    before = rows_of_everything()
    wrong = []
    for address in [a for a in addresses(app, hers, others=everything_else(cast)) if a.hers]:
        for headers in ({}, {"HX-Request": "true"}):
            answer = ask(visit, address, headers=headers)
            if answer.status_code != 404:
                wrong.append(f"{address.method} {address.url}{' (htmx)' if headers else ''}: {answer.status_code}")
            if any(word in answer.text for word in HERS):
                wrong.append(f"{address.method} {address.url} names her")
    assert not wrong, "\n".join(wrong)
    db.session.expire_all()
    assert rows_of_everything() == before


def test_not_hers_to_see_looks_just_like_not_there(app, cast, hers, visit):
    """The same status, page and headers, so that nobody can tell a record that is hidden from one that never was."""
    visit.sign_in(cast.cy)
    nobodys = {table: NOBODYS for table in hers}
    hidden = [a for a in addresses(app, hers, others=everything_else(cast)) if a.hers]
    absent = [a for a in addresses(app, nobodys, others=everything_else(cast)) if a.hers]
    assert [a.endpoint for a in hidden] == [a.endpoint for a in absent]
    wrong = []
    for here, there in zip(hidden, absent, strict=True):
        for headers in ({}, {"HX-Request": "true"}):
            shown, missing = ask(visit, here, headers=headers), ask(visit, there, headers=headers)
            if (shown.status_code, shown.data, list(shown.headers)) != (
                missing.status_code, missing.data, list(missing.headers),
            ):  # fmt: skip
                wrong.append(f"{here.method} {here.url} and {there.url} differ")
    assert not wrong, "\n".join(wrong)


ROUNDS, TRIES = 80, 3
# How many milliseconds, or which part of the whole, may lie between the two: a few queries more are noticed.
SLACK_MS, SLACK_PART = 0.6, 0.12


@pytest.mark.parametrize(
    "place", ["/clients/{client}/", "/cases/{case}/notes/", "/papers/{paper}.pdf", "/notes/{note}/addenda/new"]
)
def test_not_hers_to_see_takes_as_long_as_not_there(cast, hers, visit, place):
    """Asked in pairs, so that whatever else the machine does falls on both alike; their difference must not tell.

    A difference that is there is there each time; one that a busy machine makes is not: three tries, one must do.
    """
    visit.sign_in(cast.cy)
    hidden, absent = place.format(**hers), place.format(**{table: NOBODYS for table in hers})
    found = []
    for _try in range(TRIES):
        pairs = [(spent(visit, hidden), spent(visit, absent)) for _turn in range(ROUNDS)][10:]  # the first fill caches
        apart = abs(median(one - other for one, other in pairs))
        usual = median(other for _one, other in pairs)
        if apart < max(SLACK_MS, SLACK_PART * usual):
            return
        found.append(f"{apart:.2f} of {usual:.2f} ms")
    raise AssertionError(f"{place}: {', '.join(found)}")


def spent(visit: Visit, url: str) -> float:
    """The milliseconds until the answer that nothing is there."""
    db.session.rollback()
    with visit.app.app_context():
        began = perf_counter()
        answer = visit.client.get(url)
        took = perf_counter() - began
    assert answer.status_code == 404
    return took * 1000


def test_an_address_with_her_number_in_a_question_names_nothing_of_hers(app, cast, hers, visit):
    """`?case=`, `?client=`, `?q=` …: what a page is asked about is fetched like what it is of."""
    spoken_of = words_in_quotes("routes", "forms")
    ids = {name: value for table, value in hers.items() for name in (table, f"{table}_id")} | {
        "worker": cast.ana.id, "program": cast.family.id,
    }  # fmt: skip
    questions = {name: value for name, value in ids.items() if name in spoken_of} | {"q": "rosa"}
    assert {"case", "need", "goal"} <= set(questions)
    visit.sign_in(cast.cy)
    wrong = []
    for address in addresses(app, hers, others=everything_else(cast)):
        if address.hers or address.method != "GET" or address.endpoint in PUBLIC:
            continue
        for asked in [questions, *({name: questions[name]} for name in ("case", "need", "goal", "q"))]:
            answer = ask(visit, address, query_string=asked)
            if answer.status_code not in (200, 303, 403, 404):
                wrong.append(f"{address.url} with {asked}: {answer.status_code}")
            if any(word in answer.text.replace('value="rosa"', "") for word in HERS):
                wrong.append(f"{address.url} with {asked} names her")
    assert not wrong, "\n".join(wrong)


def words_in_quotes(*folders: str) -> set[str]:
    """Every single word that stands in quotes in this part of the program: among them, what addresses are asked."""
    return {
        word
        for path in python_files(*folders)
        for word in re.findall(r"[\"'](\w+)[\"']", path.read_text(encoding="utf-8"))
    }


def test_her_number_in_a_form_reaches_nothing(app, cast, hers, visit):
    """A stranger sends the forms of their own client with the numbers of hers in every field."""
    own = rosas_file.one_of_each_or_none(cast.lena.id)
    visit.sign_in(cast.cy)
    fields = {name: str(value) for table, value in hers.items() for name in (table, f"{table}_id", f"{table}s")}
    before = {model.__name__: belongs_to(model, cast.rosa.id) for model in rosas_file.of_client()}
    wrong = []
    for address in addresses(app, hers | own, others=everything_else(cast)):
        if address.method == "POST" and address.hers:
            with undone(app):
                answer = ask(visit, address, data=fields)
                if answer.status_code == 500 or any(word in answer.text for word in HERS):
                    wrong.append(f"{address.url}: {answer.status_code} {answer.text[:300]}")
                after = {model.__name__: belongs_to(model, cast.rosa.id) for model in rosas_file.of_client()}
                wrong += [f"{address.url} wrote into her {name}" for name in before if before[name] != after[name]]
    assert not wrong, "\n".join(wrong)


def belongs_to(model: Any, client_id: int) -> list[Any]:
    """Every value of this table in the client's file."""
    rows = db.session.execute(sa.select(model.__table__).where(model.client_id == client_id).order_by(model.id))
    return [tuple(row) for row in rows]


# -- The administrator: runs the agency, sees no client


def test_the_administrator_sees_no_client(app, cast, hers, visit):
    visit.sign_in(cast.ada)
    before = rows_of_everything()
    wrong = []
    for address in addresses(app, hers, others=everything_else(cast)):
        answer = ask(visit, address) if address.hers or address.method == "GET" else None
        if answer is None:
            continue
        if address.hers and answer.status_code not in (403, 404):
            wrong.append(f"{address.method} {address.url}: {answer.status_code}")
        if any(word in answer.get_data().decode(errors="replace") for word in HERS):  # a blank form comes as a PDF
            wrong.append(f"{address.method} {address.url} names her")
    assert not wrong, "\n".join(wrong)
    db.session.expire_all()
    assert rows_of_everything() == before


# -- A role, an address, an answer: the contract


NOBODY, ANA, BO, CY, ADA, FAY, REA = "nobody", "ana", "bo", "cy", "ada", "fay", "rea"
PEOPLE = (NOBODY, ANA, BO, CY, ADA, FAY, REA)
# door: led to sign in · yes: may, whatever comes of it · no: may not · hidden: is not there · open: for anybody
ANSWERS = {
    "door": {303, 401},
    "yes": {200, 303, 409, 422},
    "no": {403},
    "hidden": {404},
    "open": {200, 303, 404, 422, 503},
}

CONTRACT = """
#                            nobody  Ana     Bo      Cy      Ada     Fay     Rea
# agency
roles.index                  door    no      no      no      yes     no      no
trail_exports.new            door    no      no      no      yes     no      no
trail_exports.create         door    no      no      no      yes     no      no
trails.index                 door    no      no      no      yes     no      yes
trails.show                  door    no      hidden  no      yes     no      yes
documents.index              door    yes     yes     hidden  hidden  no      hidden
documents.show               door    yes     yes     hidden  hidden  hidden  hidden
documents.new                door    yes     yes     hidden  hidden  no      hidden
documents.create             door    yes     yes     hidden  hidden  no      hidden
drafts.index                 door    yes     yes     yes     yes     yes     yes
drafts.update                door    yes     yes     hidden  hidden  no      hidden
drafts.destroy               door    yes     yes     yes     yes     yes     yes
health.show                  open    open    open    open    open    open    open
invitations.show             open    open    open    open    open    open    open
invitations.update           open    open    open    open    open    open    open
my_day.index                 door    yes     yes     yes     yes     yes     yes
papers.show                  door    yes     yes     hidden  hidden  hidden  hidden
passwords.edit               door    yes     yes     yes     yes     yes     yes
passwords.update             door    yes     yes     yes     yes     yes     yes
preferences.update           door    yes     yes     yes     yes     yes     yes
requirements.index           door    no      no      no      yes     no      no
requirements.create          door    no      no      no      yes     no      no
requirements.destroy         door    no      no      no      hidden  no      no
usual_packets.create         door    no      no      no      yes     no      no
programs.new                 door    no      no      no      yes     no      no
programs.create              door    no      no      no      yes     no      no
programs.edit                door    no      no      no      yes     no      no
programs.update              door    no      no      no      yes     no      no
legal_texts.index            door    no      no      no      yes     no      no
settings.index               door    no      no      no      yes     no      no
settings.edit                door    no      no      no      yes     no      no
settings.update              door    no      no      no      yes     no      no
sign_ins.new                 open    open    open    open    open    open    open
sign_ins.create              open    open    open    open    open    open    open
sign_ins.destroy             door    yes     yes     yes     yes     yes     yes
team.index                   door    no      yes     no      no      no      yes
users.new                    door    no      no      no      yes     no      no
users.create                 door    no      no      no      yes     no      no
users.edit                   door    no      no      no      yes     no      no
users.update                 door    no      no      no      yes     no      no
accounts.create              door    no      no      no      yes     no      no
accounts.destroy             door    no      no      no      yes     no      no
confirmations.new            door    yes     yes     yes     yes     yes     yes
confirmations.create         door    yes     yes     yes     yes     yes     yes
new_passwords.edit           open    open    open    open    open    open    open
new_passwords.update         open    open    open    open    open    open    open
other_sessions.destroy       door    yes     yes     yes     yes     yes     yes
password_links.create        door    no      no      no      yes     no      no
password_requests.new        open    open    open    open    open    open    open
password_requests.create     open    open    open    open    open    open    open
presences.show               door    yes     yes     yes     yes     yes     yes
presences.update             door    yes     yes     yes     yes     yes     yes
qr_codes.show                door    yes     yes     yes     yes     yes     yes
recovery_codes.create        door    yes     yes     yes     yes     yes     yes
recovery_texts.create        door    hidden  hidden  hidden  hidden  hidden  hidden
second_factors.show          door    yes     yes     yes     yes     yes     yes
second_factors.create        door    yes     yes     yes     yes     yes     yes
second_factors.destroy       door    yes     yes     yes     yes     yes     yes
sessions.index               door    yes     yes     yes     yes     yes     yes
sessions.destroy             door    hidden  hidden  hidden  hidden  hidden  hidden
sign_in_codes.new            open    open    open    open    open    open    open
sign_in_codes.create         open    open    open    open    open    open    open
user_second_factors.destroy  door    no      no      no      yes     no      no
user_sign_ins.destroy        door    no      no      no      yes     no      no
# caseload
emergency_openings.new       door    yes     yes     yes     no      no      no
emergency_openings.create    door    yes     yes     yes     no      no      no
emergency_openings.edit      door    no      yes     hidden  hidden  hidden  hidden
emergency_openings.update    door    no      yes     hidden  hidden  hidden  hidden
possible_duplicates.edit     door    no      yes     hidden  hidden  hidden  hidden
possible_duplicates.update   door    no      yes     hidden  hidden  hidden  hidden
eco_maps.show                door    yes     yes     hidden  hidden  no      hidden
eco_maps.create              door    yes     yes     hidden  hidden  no      hidden
household_members.new        door    yes     yes     hidden  hidden  hidden  hidden
household_members.create     door    yes     yes     hidden  hidden  hidden  hidden
household_members.edit       door    yes     yes     hidden  hidden  hidden  hidden
household_members.update     door    yes     yes     hidden  hidden  hidden  hidden
household_members.destroy    door    yes     yes     hidden  hidden  hidden  hidden
households.new               door    yes     yes     hidden  hidden  no      hidden
households.create            door    yes     yes     hidden  hidden  no      hidden
people.index                 door    yes     yes     hidden  hidden  no      hidden
people.new                   door    yes     yes     hidden  hidden  no      hidden
relationships.new            door    yes     yes     hidden  hidden  no      hidden
relationships.create         door    yes     yes     hidden  hidden  no      hidden
relationships.edit           door    yes     yes     hidden  hidden  hidden  hidden
relationships.update         door    yes     yes     hidden  hidden  hidden  hidden
relationships.destroy        door    yes     yes     hidden  hidden  hidden  hidden
alerts.new                   door    yes     yes     hidden  hidden  no      hidden
alerts.create                door    yes     yes     hidden  hidden  no      hidden
alerts.edit                  door    yes     yes     hidden  hidden  no      hidden
alerts.destroy               door    yes     yes     hidden  hidden  no      hidden
assignments.new              door    yes     yes     hidden  hidden  no      hidden
assignments.create           door    yes     yes     hidden  hidden  no      hidden
stand_ins.index              door    yes     yes     yes     no      no      no
stand_ins.new                door    yes     yes     yes     no      no      no
stand_ins.create             door    yes     yes     yes     no      no      no
stand_ins.destroy            door    hidden  hidden  hidden  no      no      no
cases.show                   door    yes     yes     hidden  hidden  no      hidden
cases.new                    door    yes     yes     hidden  hidden  yes     hidden
cases.create                 door    yes     yes     hidden  hidden  yes     hidden
clients.index                door    yes     yes     yes     no      yes     no
clients.show                 door    yes     yes     hidden  hidden  yes     hidden
clients.new                  door    yes     yes     yes     no      yes     no
clients.create               door    yes     yes     yes     no      yes     no
clients.edit                 door    yes     yes     hidden  hidden  no      hidden
clients.update               door    yes     yes     hidden  hidden  no      hidden
names.edit                   door    yes     yes     hidden  hidden  no      hidden
names.update                 door    yes     yes     hidden  hidden  no      hidden
demographics.edit            door    yes     yes     hidden  hidden  no      hidden
demographics.update          door    yes     yes     hidden  hidden  no      hidden
languages.edit               door    yes     yes     hidden  hidden  no      hidden
languages.update             door    yes     yes     hidden  hidden  no      hidden
contact_details.edit         door    yes     yes     hidden  hidden  yes     hidden
contact_details.update       door    yes     yes     hidden  hidden  yes     hidden
addresses.edit               door    yes     yes     hidden  hidden  yes     hidden
addresses.update             door    yes     yes     hidden  hidden  yes     hidden
remarks.edit                 door    yes     yes     hidden  hidden  no      hidden
remarks.update               door    yes     yes     hidden  hidden  no      hidden
circumstances.edit           door    yes     yes     hidden  hidden  no      hidden
circumstances.update         door    yes     yes     hidden  hidden  no      hidden
income_records.new           door    yes     yes     hidden  hidden  no      hidden
income_records.create        door    yes     yes     hidden  hidden  no      hidden
income_errors.new            door    yes     yes     hidden  hidden  hidden  hidden
income_errors.create         door    yes     yes     hidden  hidden  hidden  hidden
identifiers.edit             door    yes     yes     hidden  hidden  hidden  hidden
identifiers.update           door    yes     yes     hidden  hidden  hidden  hidden
identifiers.destroy          door    yes     yes     hidden  hidden  hidden  hidden
identifier_showings.create   door    yes     yes     hidden  hidden  hidden  hidden
identifiers.new              door    yes     yes     hidden  hidden  no      hidden
identifiers.create           door    yes     yes     hidden  hidden  no      hidden
alert_reviews.new            door    yes     yes     hidden  hidden  no      hidden
alert_reviews.create         door    yes     yes     hidden  hidden  no      hidden
details.index                door    yes     yes     hidden  hidden  no      hidden
events.index                 door    yes     yes     hidden  hidden  no      hidden
holds.new                    door    yes     yes     hidden  hidden  no      hidden
holds.create                 door    yes     yes     hidden  hidden  no      hidden
holds.destroy                door    yes     yes     hidden  hidden  no      hidden
restrictions.new             door    no      yes     hidden  hidden  no      hidden
restrictions.create          door    no      yes     hidden  hidden  no      hidden
restrictions.destroy         door    no      yes     hidden  hidden  no      hidden
showings.create              door    yes     yes     hidden  hidden  no      hidden
duplicates.index             door    no      yes     no      no      no      no
distinctions.new             door    no      yes     hidden  hidden  no      hidden
distinctions.create          door    no      yes     hidden  hidden  no      hidden
distinctions.destroy         door    no      yes     hidden  hidden  hidden  hidden
face_sheets.show             door    yes     yes     hidden  hidden  no      hidden
merges.new                   door    no      yes     hidden  hidden  no      hidden
merges.create                door    no      yes     hidden  hidden  no      hidden
merges.show                  door    yes     yes     hidden  hidden  hidden  hidden
merges.destroy               door    no      yes     hidden  hidden  hidden  hidden
# intake
access_requests.index        door    yes     yes     hidden  hidden  no      hidden
access_requests.new          door    yes     yes     hidden  hidden  no      hidden
access_requests.create       door    yes     yes     hidden  hidden  no      hidden
access_requests.show         door    yes     yes     hidden  hidden  hidden  hidden
access_extensions.new        door    yes     yes     hidden  hidden  hidden  hidden
access_extensions.create     door    yes     yes     hidden  hidden  hidden  hidden
access_answers.new           door    yes     yes     hidden  hidden  hidden  hidden
access_answers.create        door    yes     yes     hidden  hidden  hidden  hidden
copies.create                door    yes     yes     hidden  hidden  hidden  hidden
statements.index             door    yes     yes     hidden  hidden  no      hidden
statements.new               door    yes     yes     hidden  hidden  no      hidden
statements.create            door    yes     yes     hidden  hidden  no      hidden
statement_responses.new      door    yes     yes     hidden  hidden  hidden  hidden
statement_responses.create   door    yes     yes     hidden  hidden  hidden  hidden
withholdings.new             door    yes     yes     hidden  hidden  hidden  hidden
withholdings.create          door    yes     yes     hidden  hidden  hidden  hidden
withholdings.destroy         door    yes     yes     hidden  hidden  hidden  hidden
disclosure_accounts.create   door    yes     yes     hidden  hidden  no      hidden
disclosures.index            door    yes     yes     hidden  hidden  no      hidden
disclosures.new              door    yes     yes     hidden  hidden  no      hidden
disclosures.create           door    yes     yes     hidden  hidden  no      hidden
disclosures.destroy          door    yes     yes     hidden  hidden  hidden  hidden
consents.index               door    yes     yes     hidden  hidden  no      hidden
consents.new                 door    yes     yes     hidden  hidden  no      hidden
consents.create              door    yes     yes     hidden  hidden  no      hidden
consents.edit                door    yes     yes     hidden  hidden  hidden  hidden
consents.destroy             door    yes     yes     hidden  hidden  hidden  hidden
inquiries.new                door    yes     yes     yes     no      yes     no
inquiries.create             door    yes     yes     yes     no      yes     no
eligibilities.edit           door    yes     yes     hidden  hidden  no      hidden
eligibilities.update         door    yes     yes     hidden  hidden  no      hidden
packets.edit                 door    yes     yes     hidden  hidden  no      hidden
packets.update               door    yes     yes     hidden  hidden  no      hidden
intake_forms.edit            door    yes     yes     hidden  yes     yes     no
intake_forms.show            door    yes     yes     hidden  yes     yes     no
waitlists.index              door    yes     yes     yes     no      no      no
consents.show                door    yes     yes     hidden  hidden  hidden  hidden
consents.update              door    yes     yes     hidden  hidden  hidden  hidden
consent_drafts.new           door    yes     yes     hidden  hidden  no      hidden
consent_drafts.create        door    yes     yes     hidden  hidden  no      hidden
consent_endings.create       door    yes     yes     hidden  hidden  hidden  hidden
consent_freezings.create     door    yes     yes     hidden  hidden  hidden  hidden
consent_signatures.new       door    yes     yes     hidden  hidden  hidden  hidden
consent_signatures.create    door    yes     yes     hidden  hidden  hidden  hidden
revocations.new              door    yes     yes     hidden  hidden  hidden  hidden
revocations.create           door    yes     yes     hidden  hidden  hidden  hidden
disclosure_notices.create    door    yes     yes     hidden  hidden  hidden  hidden
dispositions.create          door    yes     yes     hidden  hidden  no      hidden
intakes.edit                 door    yes     yes     hidden  hidden  no      hidden
intakes.update               door    yes     yes     hidden  hidden  no      hidden
# assessment
assessment_signatures.new    door    yes     yes     hidden  hidden  hidden  hidden
assessment_signatures.create door    yes     yes     hidden  hidden  hidden  hidden
assessments.index            door    yes     yes     hidden  hidden  no      hidden
assessments.show             door    yes     yes     hidden  hidden  hidden  hidden
assessments.create           door    yes     yes     hidden  hidden  no      hidden
assessments.update           door    yes     yes     hidden  hidden  hidden  hidden
assessments.destroy          door    yes     yes     hidden  hidden  hidden  hidden
needs.new                    door    yes     yes     hidden  hidden  hidden  hidden
needs.create                 door    yes     yes     hidden  hidden  hidden  hidden
needs.edit                   door    yes     yes     hidden  hidden  hidden  hidden
needs.update                 door    yes     yes     hidden  hidden  hidden  hidden
needs.destroy                door    yes     yes     hidden  hidden  hidden  hidden
no_needs.new                 door    yes     yes     hidden  hidden  hidden  hidden
no_needs.create              door    yes     yes     hidden  hidden  hidden  hidden
# planning
planned_supports.new         door    yes     yes     hidden  hidden  hidden  hidden
planned_supports.create      door    yes     yes     hidden  hidden  hidden  hidden
planned_supports.edit        door    yes     yes     hidden  hidden  hidden  hidden
planned_supports.update      door    yes     yes     hidden  hidden  hidden  hidden
planned_supports.destroy     door    yes     yes     hidden  hidden  hidden  hidden
# linking
services.new                 door    yes     yes     yes     yes     no      no
services.create              door    yes     yes     yes     yes     no      no
freezings.new                door    yes     yes     hidden  hidden  hidden  hidden
freezings.create             door    yes     yes     hidden  hidden  hidden  hidden
goal_marks.new               door    yes     yes     hidden  hidden  hidden  hidden
goal_marks.create            door    yes     yes     hidden  hidden  hidden  hidden
goal_moves.create            door    yes     yes     hidden  hidden  hidden  hidden
goals.show                   door    yes     yes     hidden  hidden  hidden  hidden
goals.new                    door    yes     yes     hidden  hidden  hidden  hidden
goals.create                 door    yes     yes     hidden  hidden  hidden  hidden
goals.edit                   door    yes     yes     hidden  hidden  hidden  hidden
goals.update                 door    yes     yes     hidden  hidden  hidden  hidden
goals.destroy                door    yes     yes     hidden  hidden  hidden  hidden
objectives.new               door    yes     yes     hidden  hidden  hidden  hidden
objectives.create            door    yes     yes     hidden  hidden  hidden  hidden
objectives.edit              door    yes     yes     hidden  hidden  hidden  hidden
objectives.update            door    yes     yes     hidden  hidden  hidden  hidden
objectives.destroy           door    yes     yes     hidden  hidden  hidden  hidden
planned_needs.new            door    yes     yes     hidden  hidden  hidden  hidden
planned_needs.create         door    yes     yes     hidden  hidden  hidden  hidden
planned_needs.destroy        door    yes     yes     hidden  hidden  hidden  hidden
planned_services.new         door    yes     yes     hidden  hidden  hidden  hidden
planned_services.create      door    yes     yes     hidden  hidden  hidden  hidden
planned_services.edit        door    yes     yes     hidden  hidden  hidden  hidden
planned_services.update      door    yes     yes     hidden  hidden  hidden  hidden
planned_services.destroy     door    yes     yes     hidden  hidden  hidden  hidden
plans.index                  door    yes     yes     hidden  hidden  no      hidden
plans.show                   door    yes     yes     hidden  hidden  hidden  hidden
plans.create                 door    yes     yes     hidden  hidden  no      hidden
plans.edit                   door    yes     yes     hidden  hidden  hidden  hidden
plans.update                 door    yes     yes     hidden  hidden  hidden  hidden
plans.destroy                door    yes     yes     hidden  hidden  hidden  hidden
previews.show                door    yes     yes     hidden  hidden  hidden  hidden
signatures.new               door    yes     yes     hidden  hidden  hidden  hidden
signatures.create            door    yes     yes     hidden  hidden  hidden  hidden
step_marks.new               door    yes     yes     hidden  hidden  hidden  hidden
step_marks.create            door    yes     yes     hidden  hidden  hidden  hidden
step_moves.create            door    yes     yes     hidden  hidden  hidden  hidden
steps.new                    door    yes     yes     hidden  hidden  hidden  hidden
steps.create                 door    yes     yes     hidden  hidden  hidden  hidden
steps.edit                   door    yes     yes     hidden  hidden  hidden  hidden
steps.update                 door    yes     yes     hidden  hidden  hidden  hidden
steps.destroy                door    yes     yes     hidden  hidden  hidden  hidden
case_referrals.index         door    yes     yes     hidden  hidden  no      hidden
directory_imports.index      door    no      no      no      yes     no      no
directory_imports.show       door    no      no      no      hidden  no      no
directory_imports.new        door    no      no      no      yes     no      no
directory_imports.create     door    no      no      no      yes     no      no
referral_outcomes.new        door    yes     yes     hidden  hidden  hidden  hidden
referral_outcomes.create     door    yes     yes     hidden  hidden  hidden  hidden
referral_sendings.create     door    yes     yes     hidden  hidden  hidden  hidden
referral_updates.new         door    yes     yes     hidden  hidden  hidden  hidden
referral_updates.create      door    yes     yes     hidden  hidden  hidden  hidden
referrals.index              door    yes     yes     yes     no      no      no
referrals.show               door    yes     yes     hidden  hidden  hidden  hidden
referrals.new                door    yes     yes     yes     no      no      no
referrals.create             door    yes     yes     hidden  hidden  no      hidden
referrals.edit               door    yes     yes     hidden  hidden  hidden  hidden
referrals.update             door    yes     yes     hidden  hidden  hidden  hidden
referrals.destroy            door    yes     yes     hidden  hidden  hidden  hidden
services.index               door    yes     yes     yes     yes     yes     no
services.show                door    yes     yes     yes     yes     yes     no
services.edit                door    yes     yes     yes     yes     no      no
services.update              door    yes     yes     yes     yes     no      no
slips.create                 door    yes     yes     hidden  hidden  hidden  hidden
# monitoring
contacts.new                 door    yes     yes     hidden  hidden  yes     hidden
contacts.create              door    yes     yes     hidden  hidden  yes     hidden
addenda.new                  door    yes     yes     hidden  hidden  hidden  hidden
addenda.create               door    yes     yes     hidden  hidden  hidden  hidden
note_errors.new              door    yes     yes     hidden  hidden  hidden  hidden
note_errors.create           door    yes     yes     hidden  hidden  hidden  hidden
notes.index                  door    yes     yes     hidden  hidden  no      hidden
notes.create                 door    yes     yes     hidden  hidden  no      hidden
task_cancellations.new       door    yes     yes     hidden  hidden  hidden  hidden
task_cancellations.create    door    yes     yes     hidden  hidden  hidden  hidden
task_marks.create            door    yes     yes     hidden  hidden  hidden  hidden
task_marks.destroy           door    yes     yes     hidden  hidden  hidden  hidden
tasks.index                  door    yes     yes     hidden  hidden  no      hidden
tasks.create                 door    yes     yes     hidden  hidden  no      hidden
tasks.edit                   door    yes     yes     hidden  hidden  hidden  hidden
tasks.update                 door    yes     yes     hidden  hidden  hidden  hidden
# closing
approvals.create             door    no      yes     hidden  hidden  hidden  hidden
closures.show                door    yes     yes     hidden  hidden  hidden  hidden
closures.create              door    yes     yes     hidden  hidden  no      hidden
closures.update              door    yes     yes     hidden  hidden  hidden  hidden
closures.destroy             door    yes     yes     hidden  hidden  hidden  hidden
reopenings.new               door    no      yes     hidden  hidden  hidden  hidden
reopenings.create            door    no      yes     hidden  hidden  hidden  hidden
returns.create               door    no      yes     hidden  hidden  hidden  hidden
"""


def contract() -> dict[str, dict[str, str]]:
    """The table, read: endpoint → person → answer."""
    rows = [line.split() for line in CONTRACT.strip().splitlines() if line.strip() and not line.startswith("#")]
    return {row[0]: dict(zip(PEOPLE, row[1:], strict=True)) for row in rows}


def test_every_endpoint_stands_in_the_contract(app):
    asked = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert asked - set(contract()) == set(), "not in the contract"
    assert set(contract()) - asked == set(), "in the contract, and not there"


@pytest.mark.parametrize("person", PEOPLE)
def test_the_contract_is_kept(app, cast, hers, visit, person):
    """Each endpoint, asked about Rosa, whose record only Ana and Bo may open."""
    if person != NOBODY:
        visit.sign_in(getattr(cast, person))
    db.session.commit()
    wrong = []
    for address in addresses(app, hers, others=everything_else(cast)):
        agreed = contract()[address.endpoint][person]
        with undone(app):
            answer = ask(visit, address)
        led = answer.status_code == 303 and answer.location.split("?")[0] == "/sign-in"
        at_the_door = led or answer.status_code == 401
        kept = answer.status_code in ANSWERS[agreed] and at_the_door == (agreed == "door")
        if not kept and not (
            address.endpoint.startswith(("sign_ins.", "sign_in_codes.")) and agreed in ("yes", "open")
        ):
            wrong.append(f"{address.endpoint} {address.method} {address.url}: {agreed}, but {answer.status_code}")
    assert not wrong, "\n".join(wrong)


# -- The pieces of access.py


def test_every_role_has_its_rights_and_no_right_is_without_a_role():
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Can)
    assert Can.SEE_CLIENTS not in GRANTS[Role.ADMINISTRATOR]


@pytest.fixture
def asking(app, cast, visit):
    """Be somebody inside a request, without a route."""

    @contextmanager
    def be(user: Any) -> Iterator[None]:
        visit.sign_in(user)
        cookie = visit.client.get_cookie("handrail")
        with app.test_request_context("/", headers={"Cookie": f"handrail={cookie.value}"}):
            g.agency = Agency.here()
            yield

    return be


def test_fetch_gives_what_is_in_reach_and_notes_that_it_was_opened(asking, cast):
    with asking(cast.ana):
        assert fetch(Case, cast.case.id, to=Can.WORK_CASES).id == cast.case.id
        assert g.opened == {(cast.rosa.id, cast.case.id): ("case", cast.case.id)}
        assert g.asked


def test_out_of_reach_is_not_there(asking, cast):
    with asking(cast.cy), pytest.raises(NotFound):
        fetch(Client, cast.rosa.id, to=Can.SEE_CLIENTS)


def test_in_reach_without_the_right_is_refused(asking, cast):
    with asking(cast.ana), pytest.raises(Forbidden):
        fetch(Case, cast.case.id, to=Can.ASSIGN_CASES)


@pytest.mark.parametrize("id", [0, -1, 2**63, 2**63 - 1, 10**30])
def test_a_number_that_no_record_can_have_is_not_there(asking, cast, id):
    with asking(cast.ana), pytest.raises(NotFound):
        fetch(Client, id, to=Can.SEE_CLIENTS)


def test_a_table_without_a_reach_of_its_own_cannot_be_listed(asking, cast):
    with asking(cast.ana), pytest.raises(TypeError):
        visible(Program)


def test_nobody_has_no_right_and_sees_nothing(app, cast):
    with app.test_request_context("/"):
        g.agency = Agency.here()
        assert not any(may(right) for right in Can)
        assert db.session.scalars(visible(Client)).all() == []
        with pytest.raises(Forbidden):
            require(Can.SEE_SERVICES)


# -- Reach


def seen_by(user: Any, model: Any = Client) -> set[int]:
    return set(db.session.scalars(model.visible_to(user).with_only_columns(model.id)))


def test_a_worker_reaches_the_clients_of_the_own_programs(app, cast):
    assert seen_by(cast.ana) == {cast.rosa.id}
    assert seen_by(cast.cy) == {cast.lena.id}
    assert seen_by(cast.di) == {cast.hidden.id}
    assert seen_by(cast.ada) == set()


def test_a_client_without_a_case_is_found_by_every_caseworker(app, cast):
    new = Client.add(by=cast.ana, first_name="Noor")
    db.session.flush()
    assert new.id in seen_by(cast.cy) and new.id in seen_by(cast.ana)
    assert new.id not in seen_by(cast.ada)


def test_even_that_somebody_is_known_to_the_harbor_stays_in_the_harbor(app, cast):
    """A victim-services program keeps its own records; after the case has ended, too."""
    assert cast.hidden.id not in seen_by(cast.ana) | seen_by(cast.bo) | seen_by(cast.cy)
    assert seen_by(cast.bo, Case) & {cast.hidden_case.id} == set()


def test_a_restricted_record_opens_for_the_people_named_on_it_alone(app, cast):
    cast.rosa.restrict(by=cast.bo, to=[])
    db.session.flush()
    assert cast.rosa.id not in seen_by(cast.ana)
    assert cast.rosa.id in seen_by(cast.bo)
    assert cast.case.id not in seen_by(cast.ana, Case)


def test_access_ends_with_the_membership(app, cast):
    cast.ana.work_in([], by=cast.ada)
    cast.case.assign(cast.bo, by=cast.bo)
    db.session.flush()
    assert seen_by(cast.ana) == set()


def test_an_assignment_opens_a_record_outside_of_the_own_programs_until_it_ends(app, cast):
    cast.case.assign(cast.cy, by=cast.bo)
    db.session.flush()
    assert cast.rosa.id in seen_by(cast.cy)
    cast.case.assign(cast.ana, by=cast.bo)
    db.session.flush()
    assert cast.rosa.id not in seen_by(cast.cy)


def test_what_hangs_on_a_case_is_reached_through_the_case(app, cast, hers):
    for model in rosas_file.of_client():
        rows = seen_by(cast.ana, model)
        assert hers[model.__table__.name] in rows, model.__name__
        assert not seen_by(cast.cy, model) & {hers[model.__table__.name]}, model.__name__
        assert seen_by(cast.ada, model) == set(), model.__name__


# -- What the trail says of it


def trail(**about: Any) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).filter_by(**about).order_by(Event.id)))


def test_a_refusal_is_on_the_trail_with_who_and_what(visit, cast):
    visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    refused = trail(kind=EventKind.ACCESS_REFUSED)
    assert [(e.by_id, e.record_kind, e.record_id) for e in refused] == [(cast.cy.id, "client", cast.rosa.id)]
    assert refused[0].client_id is None, "a refusal must not make the record known to the one refused"


def test_opening_a_record_is_on_the_trail(visit, cast):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    opened = trail(kind=EventKind.CLIENT_VIEWED, client_id=cast.rosa.id)
    assert [(e.by_id, e.endpoint, e.address) for e in opened] == [(cast.ana.id, "clients.show", "127.0.0.1")]


def test_endpoints_outside_of_the_rules_are_few_and_exist(app):
    asked = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert asked >= PERSONAL | PUBLIC - {"static"}
    assert len(PERSONAL | PUBLIC) <= 32
    assert SETTING_UP <= PERSONAL


def test_what_a_person_may_is_read_on_each_request(visit, cast):
    visit.sign_in(cast.bo).get("/team/")
    cast.bo.role = Role.CASEWORKER
    db.session.commit()
    visit.get("/team/", status=403)
