"""What is sealed, what belongs to a case, how open the rest is, and who can be given what."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.agency import Openness
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Membership, Role, User
from app.models.base import RuleBroken
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case
from app.models.caseload.client import Client, NamedStaff
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.emergency import EmergencyOpening
from app.models.caseload.matching import Described, possible_matches
from app.models.caseload.program import Program, Regime
from app.models.intake.consent import Consent, ConsentOutcome
from app.models.intake.consent_terms import FITTING
from app.models.monitoring.task import Task
from tests.cast import PASSWORD


def colleague(cast, name, *programs, role=Role.CASEWORKER):
    email = f"{name.split()[0].lower()}@m.example"
    return User.add(name=name, email=email, role=role, password=PASSWORD, by=cast.ada, programs=list(programs))


@pytest.fixture
def recovery(cast, session):
    """A Part 2 program, Eli who works there and in Rosa's program, and Rosa's case in it."""
    program = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    eli = colleague(cast, "Eli Park", program, cast.family)
    session.flush()
    case = Case.open(cast.rosa, by=eli, program=program, received_on=clock.today(), worker=eli)
    session.flush()
    return program, eli, case


def seen(user, model):
    return set(db.session.scalars(model.visible_to(user).with_only_columns(model.id)))


def release(client, by, case, recipient="Clinic"):
    """A release of the kind that the rules of the case, or of the program that keeps the client, ask for."""
    keeper = case.program if case is not None else client.kept_by
    regime = keeper.regime if keeper is not None else Regime.STANDARD
    given = Consent.record_signed(
        client, by=by, case=case, type=FITTING[regime][0], copy_given=True, outcome=ConsentOutcome.SIGNED, signed_on=clock.today(),
        recipient=recipient, information=["identity"], purpose="To make an appointment",
        expires_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    db.session.flush()
    return given


# -- Permissions and alerts belong to a case


def test_a_release_of_a_sealed_program_is_seen_and_used_there_alone(cast, recovery):
    _program, eli, sealed_case = recovery
    given = release(cast.rosa, eli, sealed_case)
    assert given.id in seen(eli, Consent) and given.id not in seen(cast.ana, Consent) | seen(cast.bo, Consent)
    assert db.session.scalars(Consent.of(cast.rosa, reader=cast.ana)).all() == []
    assert Consent.release_for(sealed_case, "Clinic") is given
    assert Consent.release_for(cast.case, "Clinic") is None, "the other program may not rest on what it cannot see"


def test_a_general_release_is_not_enough_for_a_sealed_program(cast, recovery):
    _program, _eli, sealed_case = recovery
    given = release(cast.rosa, cast.ana, cast.case)
    assert Consent.release_for(cast.case, "Clinic") is given
    assert Consent.release_for(sealed_case, "Clinic") is None


def test_programs_that_are_not_sealed_rest_on_each_others_releases(cast, session):
    other = Case.open(cast.rosa, by=cast.cy, program=cast.elders, received_on=clock.today(), worker=cast.cy)
    session.flush()
    given = release(cast.rosa, cast.ana, cast.case)
    assert Consent.release_for(other, "Clinic") is given and given.id in seen(cast.cy, Consent)


def test_an_alert_of_a_case_stays_in_its_program_and_one_of_no_case_is_for_everybody(cast, recovery):
    _program, eli, sealed_case = recovery
    about = {"by": eli, "kind": AlertKind.OTHER, "review_on": clock.today() + timedelta(days=30)}
    own = Alert.raise_for(cast.rosa, what_to_do="Methadone at noon", case=sealed_case, **about)
    everywhere = Alert.raise_for(cast.rosa, what_to_do="The dog bites", **about)
    db.session.flush()
    assert {own.id, everywhere.id} <= seen(eli, Alert)
    assert seen(cast.ana, Alert) == {everywhere.id}
    assert seen(cast.fay, Alert) == {everywhere.id}, "the front desk is warned too"


def test_an_alert_ends_once_and_keeps_its_first_reason(cast, session):
    about = {"kind": AlertKind.OTHER, "review_on": clock.today() + timedelta(days=30)}
    alert = Alert.raise_for(cast.rosa, by=cast.ana, what_to_do="Look out", **about)
    alert.end(by=cast.ana, reason="He moved away")
    with pytest.raises(RuleBroken, match="ended already"):
        alert.end(by=cast.bo, reason="Again")
    assert alert.ended_reason == "He moved away"


# -- Known to a sealed program from the first moment


def test_somebody_added_for_part_2_is_found_by_nobody_else_before_the_first_case_and_after(cast, recovery):
    program, eli, _case = recovery
    sam = Client.add(by=eli, first_name="Sam", last_name="Sealed", kept_by_id=program.id)
    given = release(sam, eli, None)
    db.session.flush()
    assert sam.id in seen(eli, Client)
    for person in (cast.ana, cast.bo, cast.cy, cast.di, cast.fay):
        assert sam.id not in seen(person, Client)
        assert possible_matches(person, Described(names=("Sam", "Sealed"))) == []
    case = Case.open(sam, by=eli, program=program, received_on=clock.today(), worker=eli)
    db.session.flush()
    assert sam.id not in seen(cast.ana, Client)
    assert given.case is case, "what was in the record before the case goes with the case"
    Case.open(sam, by=eli, program=cast.family, received_on=clock.today(), worker=eli)
    db.session.flush()
    assert sam.id in seen(cast.ana, Client) and given.id not in seen(cast.ana, Consent)


def test_the_trail_does_not_name_people_of_a_sealed_program_to_those_outside(cast, recovery):
    program, eli, _case = recovery
    fern = colleague(cast, "Fern Oh", program)
    db.session.flush()
    for person in (fern, eli):
        Event.queue(EventKind.CLIENT_VIEWED, by_id=person.id, client_id=cast.rosa.id)
    db.session.commit()

    def who(reader):
        lines = sa.select(Event.by_id).where(Event.client_id == cast.rosa.id, Event.within(reader))
        return set(db.session.scalars(lines))

    assert fern.id in who(eli)
    assert fern.id not in who(cast.ana)
    assert eli.id in who(cast.ana), "Eli works in Ana's program too: that Eli looked tells nothing"


# -- Changing a program's regime


def test_a_program_with_cases_can_become_stricter_and_takes_its_papers_along(cast, session):
    given = release(cast.rosa, cast.ana, None)
    EmergencyOpening.ask(by=cast.cy, password=PASSWORD, reason="It cannot wait at all", number=cast.rosa.number)
    assert cast.rosa.id in seen(cast.cy, Client)
    cast.family.revise(by=cast.ada, regime=Regime.PART_2)
    session.flush()
    session.expire_all()
    assert given.case_id == cast.case.id
    assert cast.rosa.id not in seen(cast.cy, Client), "an hour that was running ends"
    assert cast.rosa.id in seen(cast.ana, Client)


def test_what_was_sealed_stays_sealed(cast, session, recovery):
    program, _eli, _case = recovery
    for looser in (Regime.STANDARD, Regime.HIPAA):
        with pytest.raises(RuleBroken, match="They stay sealed"):
            program.revise(by=cast.ada, regime=looser, reason="We want to")
    assert program.regime is Regime.PART_2
    empty = Program.add(by=cast.ada, name="Planned", regime=Regime.PART_2)
    session.flush()
    empty.revise(by=cast.ada, regime=Regime.STANDARD)
    assert empty.regime is Regime.STANDARD, "without a case there is nobody to protect yet"


def test_from_hipaa_to_standard_needs_a_reason_which_stays_on_the_trail(cast, session):
    cast.family.revise(by=cast.ada, regime=Regime.HIPAA)
    with pytest.raises(RuleBroken, match="becomes looser"):
        cast.family.revise(by=cast.ada, regime=Regime.STANDARD)
    cast.family.revise(by=cast.ada, regime=Regime.STANDARD, reason="We are not a covered entity after all")
    session.flush()
    lines = session.scalars(sa.select(Event).where(Event.kind == EventKind.PROGRAM_CHANGED).order_by(Event.id)).all()
    assert [(line.fields, line.reason) for line in lines] == [
        (["regime"], None), (["regime"], "We are not a covered entity after all"),
    ]  # fmt: skip


def test_clients_who_are_known_elsewhere_cannot_become_victim_services(cast, session):
    Case.open(cast.rosa, by=cast.cy, program=cast.elders, received_on=clock.today(), worker=cast.cy)
    session.flush()
    with pytest.raises(RuleBroken, match="known to other programs"):
        cast.family.revise(by=cast.ada, regime=Regime.VICTIM_SERVICES)


# -- How open the standard records are


def test_the_whole_agency(cast, session, recovery):
    _program, _eli, sealed_case = recovery
    cast.agency.openness = Openness.AGENCY
    session.flush()
    assert {cast.rosa.id, cast.lena.id} <= seen(cast.cy, Client)
    assert cast.hidden.id not in seen(cast.cy, Client)
    assert cast.case.id in seen(cast.cy, Case) and sealed_case.id not in seen(cast.cy, Case)
    cast.rosa.restrict(by=cast.bo, to=[])
    session.flush()
    assert cast.rosa.id not in seen(cast.cy, Client)
    assert seen(cast.ada, Client) == seen(cast.rea, Client) == set()
    assert cast.lena.id not in seen(cast.fay, Client), "the front desk keeps to its programs"


def test_only_those_assigned_and_their_supervisors(cast, session):
    eli = colleague(cast, "Eli Park", cast.family)
    session.flush()
    assert cast.rosa.id in seen(eli, Client)
    cast.agency.openness = Openness.ASSIGNED
    session.flush()
    assert cast.rosa.id not in seen(eli, Client) and cast.case.id not in seen(eli, Case)
    assert cast.rosa.id in seen(cast.ana, Client) & seen(cast.bo, Client) & seen(cast.fay, Client)
    assert eli.id not in {id for id, _name in session.execute(Task.assignable(cast.case))}
    cast.case.assign(eli, by=cast.bo)
    session.flush()
    assert cast.rosa.id in seen(eli, Client) and cast.rosa.id not in seen(cast.ana, Client)


def test_a_case_that_waits_is_open_to_its_program_and_a_closed_one_to_who_closed_it(cast, session):
    eli = colleague(cast, "Eli Park", cast.family)
    cast.agency.openness = Openness.ASSIGNED
    noor = Client.add(by=cast.ana, first_name="Noor")
    Case.open(noor, by=cast.ana, program=cast.family, received_on=clock.today())
    session.flush()
    assert noor.id in seen(eli, Client) and noor.id not in seen(cast.cy, Client)
    cast.case.end_assignments(by_closure=True)
    cast.case.status = "closed"
    session.flush()
    assert cast.rosa.id in seen(cast.ana, Client) and cast.rosa.id not in seen(eli, Client)


# -- Restricted records


def test_restricting_again_keeps_who_was_named_before(cast, session):
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.flush()
    cast.rosa.restrict(by=cast.bo, to=[cast.cy])
    session.flush()
    rows = session.scalars(sa.select(NamedStaff).where(NamedStaff.client_id == cast.rosa.id)).all()
    assert {(row.user_id, row.to_on) for row in rows} == {
        (cast.ana.id, clock.today()), (cast.bo.id, None), (cast.cy.id, None),
    }  # fmt: skip
    kept = session.scalars(sa.select(Event).where(Event.kind == EventKind.CLIENT_RESTRICTED).order_by(Event.id)).all()
    assert [line.reason for line in kept] == ["open to Ana Reyes, Bo Lindgren", "open to Bo Lindgren, Cy Novak"]
    cast.rosa.unrestrict(by=cast.bo, reason="Over")
    session.flush()
    assert all(row.to_on for row in cast.rosa.named_staff)


def test_ending_a_restriction_that_is_not_there_writes_nothing(cast, session):
    with pytest.raises(RuleBroken, match="not restricted"):
        cast.rosa.unrestrict(by=cast.bo, reason="Why not")
    assert session.scalars(sa.select(Event).where(Event.kind == EventKind.CLIENT_UNRESTRICTED)).all() == []


def test_a_restricted_case_is_offered_and_given_only_to_people_who_can_open_it(cast, session):
    eli = colleague(cast, "Eli Park", cast.family)
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.flush()
    offered = {user.id for user in session.scalars(cast.case.workable_by())}
    assert offered == {cast.ana.id, cast.bo.id} == {id for id, _name in session.execute(Task.assignable(cast.case))}
    with pytest.raises(RuleBroken, match="cannot open this record"):
        cast.case.assign(eli, by=cast.bo)


def test_a_sealed_case_is_not_given_to_somebody_outside_nor_any_case_to_the_front_desk(cast):
    for person in (cast.ana, cast.fay):
        with pytest.raises(RuleBroken, match="cannot open this record"):
            cast.hidden_case.assign(person, by=cast.di)
    with pytest.raises(RuleBroken, match="cannot open this record"):
        cast.case.assign(cast.fay, by=cast.bo)


def test_a_double_of_a_restricted_client_is_told_to_its_supervisor_and_to_nobody_else(cast, session):
    cast.rosa.restrict(by=cast.bo, to=[])
    described = Described(names=("Rosa", "Diaz"), born_on=cast.rosa.born_on)
    session.flush()
    assert possible_matches(cast.cy, described) == []
    double = Client.add(by=cast.cy, first_name="Rosa", last_name="Diaz", born_on=cast.rosa.born_on)
    PossibleDuplicate.notice(double, described, by=cast.cy)
    session.flush()
    noticed = session.scalars(PossibleDuplicate.to_settle(cast.bo)).one()
    assert (noticed.client, noticed.other, noticed.by) == (cast.rosa, double, cast.cy)
    assert seen(cast.cy, PossibleDuplicate) == seen(cast.ana, PossibleDuplicate) == set()
    noticed.settle(by=cast.bo, finding="Another Rosa")
    session.flush()
    assert session.scalars(PossibleDuplicate.to_settle(cast.bo)).all() == []


def test_whom_a_sealed_program_knows_is_not_looked_for_from_outside(cast, session):
    cast.hidden.restrict(by=cast.di, to=[])
    described = Described(names=("Hope", "Hidden"))
    session.flush()
    double = Client.add(by=cast.cy, first_name="Hope", last_name="Hidden")
    PossibleDuplicate.notice(double, described, by=cast.cy)
    session.flush()
    assert session.scalars(sa.select(PossibleDuplicate)).all() == []


# -- Small rules that had several homes


@pytest.mark.parametrize(
    ("from_day", "to_day", "holds"), [(0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)]
)
def test_whether_a_membership_holds_is_said_alike_in_python_and_in_the_database(cast, session, from_day, to_day, holds):
    membership = cast.cy.memberships[0]
    membership.from_on = clock.today() + timedelta(days=from_day)
    membership.to_on = clock.today() + timedelta(days=to_day) if to_day is not None else None
    session.flush()
    found = session.scalar(sa.select(Membership.id).where(Membership.id == membership.id, Membership.today()))
    assert membership.holds is holds is (found is not None)
