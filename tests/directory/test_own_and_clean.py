"""Markup in a package, twice imported and cleaned later; and what the agency wrote itself, which no import touches."""

import sqlalchemy as sa

from app.directory.importing import import_directory
from app.models.linking.directory import DirectoryPhone, Organization, Schedule, Service
from app.models.linking.directory_row import OWN
from tests.directory.packages import ORGANIZATION, SERVICE, contents, folder

MARKED = {
    **SERVICE,
    "name": "Women&#39;s &amp; children&#39;s rent help",
    "description": "<p>Pays a month.</p><p>Call <b>first</b>.<script>alert(1)</script></p>",
    "url": "https://rent.example.org/?a=1&amp;b=2",
}


def bring(session, path, **tables):
    report = import_directory(session(), folder(path, contents(**tables)))
    session.expire_all()
    return report


def service(session, hsds_id="s1"):
    return session.scalars(sa.select(Service).where(Service.hsds_id == hsds_id)).one()


def test_markup_is_undone_at_the_import_and_a_second_import_changes_nothing(session, tmp_path):
    first = bring(session, tmp_path, service=[MARKED])
    rent = service(session)
    assert rent.name == "Women's & children's rent help"
    assert rent.description == "Pays a month.\n\nCall first."
    assert rent.url == "https://rent.example.org/?a=1&b=2"
    assert "womens" in rent.search
    assert first.altered_rows == 0
    again = bring(session, tmp_path, service=[MARKED])
    assert (again.of("service").changed, again.of("service").unchanged) == (0, 1)


def test_what_an_earlier_version_imported_is_cleaned_by_the_next_import(session, tmp_path):
    bring(session, tmp_path, service=[SERVICE])
    table = Service.__table__
    session.execute(
        sa.update(table).where(table.c.hsds_id == "s1").values(name=MARKED["name"], description="<p>Old</p>")
    )
    report = bring(session, tmp_path, service=[MARKED])
    assert report.of("service").changed == 1
    assert service(session).name == "Women's & children's rent help"
    assert bring(session, tmp_path, service=[MARKED]).of("service").unchanged == 1


def test_a_name_of_nothing_but_markup_is_no_name(session, tmp_path):
    report = bring(session, tmp_path, service=[SERVICE, {**SERVICE, "id": "s2", "name": "<p> </p>"}])
    assert [(row.id, row.reason) for row in report.left_out] == [("s2", "name is empty.")]


def test_no_import_touches_or_counts_what_the_agency_wrote_itself(session, cast, tmp_path):
    own = Service.add(
        by=cast.ana, organization="St. Anne’s", name="Pantry shelf", phone="555-0136", street="9 Orchard", city="Millbrook",
        hours="Wednesday, 4 pm to 7 pm",
    )  # fmt: skip
    session.commit()
    theirs = {**SERVICE, "id": own.hsds_id, "name": "Taken over"}
    report = bring(session, tmp_path, organization=[ORGANIZATION], service=[SERVICE, theirs])
    assert own.hsds_id.startswith(OWN)
    assert [row.id for row in report.left_out] == [own.hsds_id]
    assert "agency’s own" in report.left_out[0].reason
    session.refresh(own)
    assert (own.name, own.organization.name) == ("Pantry shelf", "St. Anne’s")
    absent = {name: report.of(name).absent for name in ("organization", "service", "location", "phone", "schedule")}
    assert absent == {"organization": 1, "service": 1, "location": 0, "phone": 0, "schedule": 0}, (
        "the cast's own rows alone"
    )


def test_an_organization_that_is_there_is_not_added_again(session, cast):
    own = Service.add(by=cast.ana, organization="harbor law clinic", name="Saturday advice")
    assert own.organization_id == cast.service.organization_id
    assert session.scalar(sa.select(sa.func.count(Organization.id))) == 1


def test_rewriting_replaces_what_was_written_and_leaves_nothing_behind(session, cast):
    own = Service.add(
        by=cast.ana, organization="St. Anne’s", name="Pantry", phone="555-0136\n555-0137", hours="Mondays"
    )
    own.rewrite(
        by=cast.bo, phone="555-0138", hours=None, street="9 Orchard", city="Millbrook", state=None, postal_code=None
    )
    session.flush()
    session.expire_all()
    assert [p.number for p in session.scalars(sa.select(DirectoryPhone))] == ["555-0138"]
    assert list(session.scalars(sa.select(Schedule))) == []
    assert own.places[0].location.addresses[0].lines == ["9 Orchard", "Millbrook"]
    own.rewrite(by=cast.bo, street=None, city=None, state=None, postal_code=None)
    session.expire_all()
    assert own.places == []
