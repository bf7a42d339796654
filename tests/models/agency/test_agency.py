"""The agency itself."""

from datetime import UTC, datetime

import sqlalchemy as sa

from app import clock
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind


def test_there_is_one_agency_and_a_new_database_gets_one_with_a_plain_name(session, cast):
    assert Agency.here().name == "Millbrook Neighbor Services"
    session.execute(sa.delete(Agency))
    session.expunge_all()
    assert Agency.here().name == "Our agency"


def test_days_are_reckoned_in_the_agencys_time_zone(session, cast):
    midnight = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
    zones = {"America/New_York": 21, "Asia/Tokyo": 22, "UTC": 22}
    before = cast.agency.zone
    try:
        for zone, day in zones.items():
            cast.agency.zone = zone
            Agency.here()
            with clock.at(midnight):
                assert clock.today().day == day, zone
    finally:
        clock.keep_time_of(before)


def test_a_change_is_on_the_trail_by_field(session, cast):
    cast.agency.rename(by=cast.ada, name="Millbrook Neighbors", phone=cast.agency.phone)
    session.flush()
    (line,) = session.scalars(sa.select(Event).where(Event.kind == EventKind.AGENCY_CHANGED))
    assert line.fields == ["name"]


def test_the_head_of_a_paper_leaves_out_what_is_not_known(session, cast):
    cast.agency.street = None
    assert cast.agency.address_lines == ["Millbrook", "555-0100"]
