"""Very many invented clients: the same ones every time, and sound like those made through the verbs."""

import random

import pytest
import sqlalchemy as sa

from app import clock
from app.demo.bulk import add_clients
from app.extensions import db
from app.models.agency.user import Role, User
from app.models.caseload.case import OPEN, Assignment, Case, CaseStatus
from app.models.caseload.client import Client
from app.models.intake.intake import Intake
from app.models.linking.referral import Referral
from app.models.monitoring.note import Note
from app.models.monitoring.task import Task
from app.models.planning.plan import Plan
from tests.cast import PASSWORD


@pytest.fixture
def staffed(session, cast) -> None:
    """A supervisor and a caseworker in each open program, as in the demonstration."""
    User.add(
        name="Eli Park",
        email="eli@m.example",
        role=Role.CASEWORKER,
        password=PASSWORD,
        by=cast.ada,
        programs=[cast.elders],
    )
    session.commit()


def names() -> list[tuple[str, str, str]]:
    query = sa.select(Client.first_name, Client.last_name, Client.search).order_by(Client.id)
    return [tuple(row) for row in db.session.execute(query)]


def test_so_many_are_added_with_what_is_theirs(staffed, session, cast):
    before = len(names())
    add_clients(300, chance=random.Random(7))
    assert len(names()) == before + 300
    for model, least in ((Case, 250), (Intake, 250), (Note, 400), (Task, 100), (Referral, 50), (Plan, 10)):
        assert session.scalar(sa.select(sa.func.count(model.id))) > least, model.__name__


def test_a_large_agency_has_the_caseworkers_it_needs(staffed, session, cast):
    before = session.scalar(sa.select(sa.func.count(User.id)))
    add_clients(300, chance=random.Random(7))
    hired = session.scalars(sa.select(User).order_by(User.id).offset(before)).all()
    assert len(hired) == 3 and all(user.role is Role.CASEWORKER and user.program_ids for user in hired)
    carried = session.scalar(
        sa.select(sa.func.count(Assignment.id)).where(Assignment.user_id.in_([u.id for u in hired]))
    )
    assert carried > 50


def test_the_same_chance_gives_the_same_people(staffed, session, cast):
    before = len(names())
    add_clients(60, chance=random.Random(7))
    first = names()[before:]
    add_clients(60, chance=random.Random(7))
    second = names()[before + 60 :]
    add_clients(60, chance=random.Random(8))
    third = names()[before + 120 :]
    assert [row[:2] for row in first] == [row[:2] for row in second]
    assert [row[:2] for row in first] != [row[:2] for row in third]


def test_each_is_found_and_sorted_like_anybody_else(staffed, session, cast):
    add_clients(120, chance=random.Random(7))
    for client in session.scalars(sa.select(Client).order_by(Client.id.desc()).limit(120)):
        kept = (client.number, client.search, client.sort_name)
        client.be_findable()
        assert kept == (f"HR-{1000 + client.id}", client.search, client.sort_name)
        assert client.id in session.scalars(sa.select(Client.id).where(*Client.matching(client.number)))


def test_the_cases_are_in_states_that_the_verbs_would_make(staffed, session, cast):
    add_clients(400, chance=random.Random(7))
    cases = session.scalars(sa.select(Case).where(Case.client_id > cast.hidden.id)).all()
    assert {case.status for case in cases} >= {CaseStatus.ACTIVE, CaseStatus.CLOSED, CaseStatus.INTAKE_PENDING}
    for case in cases:
        running = [a for a in case.assignments if a.to_on is None]
        assert bool(case.opened_on) == (case.status in (*OPEN, CaseStatus.CLOSED))
        assert len(running) == (case.status in OPEN)
        assert (case.closed_on is not None) == (case.status is CaseStatus.CLOSED)
        assert case.program_id in (cast.family.id, cast.elders.id), "a sealed program keeps its own records"
        if case.closed_on:
            assert case.opened_on <= case.closed_on
    assert session.scalar(sa.select(sa.func.count(Assignment.id)).where(Assignment.from_on > Assignment.to_on)) == 0


def test_no_note_and_no_contact_lies_in_the_future(staffed, session, cast):
    add_clients(200, chance=random.Random(7))
    assert session.scalar(sa.select(sa.func.max(Note.happened_on))) <= clock.today()
    assert session.scalar(sa.select(sa.func.max(Case.received_on))) <= clock.today()


def test_a_worker_reaches_those_of_the_own_program(staffed, session, cast):
    add_clients(200, chance=random.Random(7))
    seen = session.scalar(sa.select(sa.func.count()).select_from(Client.visible_to(cast.ana).subquery()))
    assert 50 < seen < 200
