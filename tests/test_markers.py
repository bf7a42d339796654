"""A mark in every text of a sealed client's file: whoever is outside meets it nowhere, and nothing counts it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.engines import Base
from app.extensions import db
from app.models.agency.document import Document, Paper, StoredFile
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User
from app.models.caseload.client import Client
from app.models.caseload.program import Regime
from tests import rosas_file
from tests.cast import PASSWORD
from tests.test_access import NOBODYS, SAME_SITE, addresses, ask, everything_else, undone

MARK = "zqxmark"
# What finds her for who may: her names, birth date, number and phone, as somebody would type them.
WORDS = ["rosa", "diaz", "02/11/1992", "0142", "HR-1001", "marsh rosita"]
SCENES = ["restricted", "part_2", "victim_services"]


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, cast) -> Iterator[tuple[str, list[User], dict[str, int]]]:
    """Rosa's whole file under this seal, marked: (which, everybody outside, one row of each table)."""
    kind = request.param
    ids = rosas_file.fill(cast)
    outside = sealed(cast, kind)
    mark_everything(cast.rosa.id)
    db.session.commit()
    yield kind, outside, ids


def sealed(cast, kind: str) -> list[User]:
    """Seal Rosa's record in this way, and name everybody who must not meet it then."""
    # A supervisor: of her own program, but not named on the record; or of another program.
    eve = User.add(
        name="Eve Falk", email="eve@m.example", role=Role.SUPERVISOR, password=PASSWORD, by=cast.ada,
        programs=[cast.family if kind == "restricted" else cast.elders],
    )  # fmt: skip
    outside = [cast.cy, eve, cast.di, cast.ada, cast.rea]
    if kind == "restricted":
        cast.rosa.restrict(by=cast.bo, to=[cast.ana])
        return [*outside, cast.fay]
    cast.rosa.unrestrict(by=cast.bo, reason="for the test")
    cast.family.revise(by=cast.ada, regime=Regime(kind))
    return outside


def mark_everything(client_id: int) -> None:
    """Put the mark into every text column of every row that is hers, found through the mapped tables."""
    db.session.flush()
    db.session.execute(
        sa.update(Client).where(Client.id == client_id).values(**marks(Client, apart={"search", "sort_name"}))
    )
    db.session.execute(sa.update(Client).where(Client.id == client_id).values(search=Client.search + f" {MARK}"))
    for model in rosas_file.of_client():
        values = marks(model)
        if values:
            db.session.execute(sa.update(model).where(model.client_id == client_id).values(**values))
    files = [
        *db.session.scalars(sa.select(Document.file_id).where(Document.client_id == client_id)),
        *db.session.scalars(sa.select(Paper.file_id).where(Paper.client_id == client_id, Paper.file_id.is_not(None))),
    ]
    db.session.execute(sa.update(StoredFile).where(StoredFile.id.in_(files)).values(content=MARK.encode()))
    Event.queue(EventKind.CLIENT_CHANGED, by_id=None, client_id=client_id, reason=MARK, fields=[MARK])


def marks(model: Any, apart: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """A marked value for each column of this table that holds words; codes of picklists are no words."""
    values: dict[str, Any] = {}
    for column in model.__table__.columns:
        if column.name in apart or column.foreign_keys or isinstance(column.type, sa.Enum):
            continue
        if isinstance(column.type, sa.JSON):
            values[column.name] = {"mark": MARK} if model is Paper else [MARK]
        elif isinstance(column.type, sa.String):
            unique = column.unique or column.name in {"number", "code", "thread"}
            values[column.name] = sa.literal(MARK) + sa.cast(model.id, sa.String) if unique else MARK
    return values


def test_the_mark_stands_in_every_text_of_hers(scene):
    """Or the next test would find nothing because there is nothing to find."""
    _kind, _outside, ids = scene
    unmarked = []
    for table in Base.metadata.sorted_tables:
        words = [
            c
            for c in table.columns
            if isinstance(c.type, sa.String) and not isinstance(c.type, sa.Enum) and not c.foreign_keys
        ]
        if table.name in ids and table.name != "client" and words:
            row = db.session.execute(sa.select(*words).where(table.c.id == ids[table.name])).one()
            unmarked += [
                f"{table.name}.{c.name}" for c, value in zip(words, row, strict=True) if MARK not in (value or "")
            ]
    assert not unmarked
    assert len(ids) > 20


def test_who_is_outside_meets_the_mark_nowhere(app, cast, scene, visit, caplog):
    kind, outside, hers = scene
    caplog.set_level(logging.DEBUG)
    nobodys = {table: NOBODYS for table in hers}
    others = everything_else(cast)
    wrong = []
    htmx_too = {cast.cy.id, cast.fay.id}
    for id, name in [(person.id, person.name) for person in outside]:
        visit.sign_in(db.session.get_one(User, id))
        asked = [a for a in addresses(app, hers, others=others) if a.method == "GET"]
        asked += [a for a in addresses(app, nobodys, others=others) if a.method == "GET" and not a.hers]
        for address in asked:
            for headers in ({}, {"HX-Request": "true"}) if id in htmx_too else ({},):
                answer = ask(visit, address, headers=headers)
                if found_in(answer):
                    wrong.append(f"{name}: {address.url} {'(htmx) ' if headers else ''}{answer.status_code}")
        for address in (a for a in addresses(app, hers, others=others) if a.method != "GET"):
            with undone(app):
                if found_in(ask(visit, address)):
                    wrong.append(f"{name}: {address.method} {address.url}")
        wrong += [f"{name}: {said}" for said in searched(app, visit, cast, hers)]
        wrong += [f"{name}: {said}" for said in exported(app, visit, cast, hers)]
    assert not wrong, f"{kind}:\n" + "\n".join(wrong)
    assert MARK not in caplog.text


def exported(app, visit, cast, hers: dict[str, int]) -> list[str]:
    """What goes out of the house as a file: the trail of everybody, of each person, and of her file."""
    wrong = []
    for asked in ("", f"?user={cast.ana.id}", f"?user={cast.bo.id}", f"?client={hers['client']}"):
        with undone(app):
            answer = got(visit, f"/trail/exports/{asked}", method="POST", data={"reason": "for the auditors"})
            if found_in(answer):
                wrong.append(f"export {asked}")
    return wrong


def searched(app, visit, cast, hers: dict[str, int]) -> list[str]:
    """Search, autocomplete, choosers and duplicates, asked for her by every way in which she could be found."""
    wrong = []
    about = [
        f"{name}={value}"
        for name, value in (("case", hers["case"]), ("worker", cast.ana.id), ("program", cast.family.id))
    ]
    for words in WORDS:
        places = [
            f"/clients/?q={words}",
            f"/clients/?q={words}&view=all&go=1",
            f"/referrals/new?q={words}",
            f"/services/?q={words}",
        ]
        for place in places:
            for headers in ({}, {"HX-Request": "true"}):
                if found_in(got(visit, place, headers=headers)):
                    wrong.append(place)
    for place in ("/clients/", "/referrals/", "/team/", "/", "/services/"):
        wrong += [f"{place}?{one}" for one in about if found_in(got(visit, f"{place}?{one}"))]
    person = {"first_name": "Rosa", "last_name": "Díaz", "born_on": "1992-02-11", "phone": "555-010-0142"}
    if found_in(got(visit, "/clients/new", query_string=person, headers={"HX-Request": "true"})):
        wrong.append("duplicates while typing")
    with undone(app):
        if found_in(
            got(
                visit,
                "/clients/new",
                method="POST",
                data=person | {"interpreter": "no", "safe": "call"},
                headers=SAME_SITE,
            )
        ):
            wrong.append("duplicates on saving")
    with undone(app):
        guess = {"number": "HR-1001", "name": "Rosa", "born_on": "1992-02-11", "reason": "x" * 20, "password": "wrong"}
        if found_in(got(visit, "/emergency-openings/new", method="POST", data=guess, headers=SAME_SITE)):
            wrong.append("a wrong guess in an emergency")
    return wrong


def got(visit: Any, url: str, **more: Any) -> Any:
    """An answer, asked for in a context of its own: otherwise the request would share this test's."""
    db.session.rollback()
    with visit.app.app_context():
        return visit.client.open(url, **more)


def found_in(answer: Any) -> bool:
    """Whether the mark, or one of her names, stands in an answer: its text, its bytes, its headers."""
    text = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") or "json" in answer.mimetype else ""
    return MARK in text or MARK.encode() in answer.data or MARK in str(answer.headers)


def test_the_people_inside_do_meet_it(app, cast, scene, visit):
    """The same mark is on the pages of those who may read them: the search for it is not blind."""
    _kind, _outside, hers = scene
    visit.sign_in(cast.ana)
    assert found_in(got(visit, f"/clients/{hers['client']}/trail/"))
    assert found_in(got(visit, f"/cases/{hers['case']}/notes/"))
    assert found_in(got(visit, "/clients/?q=rosa&view=all"))


@pytest.mark.parametrize("kind", SCENES)
def test_no_number_and_no_list_of_those_outside_knows_of_the_file(cast, visit, kind):
    """Every list and count is the same, to the letter, before there is anything in the file and after."""
    outside = [
        person for person in sealed_empty(cast, kind) if person is not cast.di
    ]  # the file adds somebody Di knows
    db.session.commit()
    before = {person.name: everything_listed(visit, person) for person in outside}
    with clock.at(clock.now()):
        rosas_file.fill(cast, restrict=kind == "restricted")
    if kind == "restricted":
        cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    db.session.commit()
    after = {person.name: everything_listed(visit, person) for person in outside}
    for name, pages in before.items():
        for place, text in pages.items():
            assert after[name][place] == text, f"{name}: {place} changed"


def sealed_empty(cast, kind: str) -> list[User]:
    if kind != "restricted":
        cast.rosa.restrict(by=cast.bo, to=[cast.ana])
        return [person for person in sealed(cast, kind) if person.role is not Role.ADMINISTRATOR]
    return [person for person in sealed(cast, kind) if person.role not in (Role.ADMINISTRATOR, Role.READER)]


def everything_listed(visit, person: User) -> dict[str, str]:
    """The pages that list or count, without the keys that differ each time."""
    visit.sign_in(person)
    pages = {}
    for place in (
        "/",
        "/clients/",
        "/clients/?view=all",
        "/clients/?q=rosa",
        "/team/",
        "/referrals/",
        "/referrals/?view=board",
    ):
        text = got(visit, place).get_data(as_text=True)
        pages[place] = re.sub(r'name="once" value="[^"]*"', "", text)
    return pages
