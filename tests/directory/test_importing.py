"""Importing: as far as it is sound, with a reason for every row that is not, and never half."""

from contextlib import contextmanager
from datetime import date, time

import pytest
import sqlalchemy as sa

from app.directory import importing, soundness
from app.directory.importing import NothingSound, import_directory
from app.directory.package import PackageRefused
from app.directory.report import ImportReport
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.linking.directory import (
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryImport,
    DirectoryLanguage,
    DirectoryPhone,
    Location,
    Organization,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceStatus,
    ServiceTerm,
    TaxonomyTerm,
)
from app.models.linking.directory_details import PhoneType
from tests.directory.packages import ADDRESS, AT, FILES, LOCATION, ORGANIZATION, SERVICE, contents, folder

MODELS = (Organization, Location, Service, ServiceAtLocation, DirectoryAddress, DirectoryPhone, Schedule, ServiceTerm)


@pytest.fixture
def bring(session, tmp_path):
    """Import a small package; the rows of a table are given by its HSDS name."""

    def bring(files=None, **tables):
        report = import_directory(session(), folder(tmp_path, files or contents(**tables)))
        session.expire_all()
        for old in tmp_path.iterdir():
            old.unlink()
        return report

    return bring


@contextmanager
def untouched():
    """Undo what is done inside: many small imports on one database."""
    outer = db.session.begin_nested()
    try:
        yield
    finally:
        outer.rollback()
        db.session.expire_all()


def counts(report, table):
    found = report.of(table)
    return (found.added, found.changed, found.unchanged, found.left_out)


def one(model, hsds_id):
    return db.session.scalar(sa.select(model).where(model.hsds_id == hsds_id))


def left(report):
    """(file, line, id, reason) of each row that was left out."""
    return [(row.file, row.line, row.id, row.reason) for row in report.left_out]


def altered(report):
    return [(row.id, row.reason) for row in report.altered]


def how_many(session):
    return {model.__name__: session.scalar(sa.select(sa.func.count()).select_from(model)) for model in MODELS}


def test_a_package_is_brought_in_with_everything_that_hangs_together(bring):
    report = bring(
        location=[LOCATION],
        service_at_location=[AT],
        address=[ADDRESS],
        phone=[{"id": "p1", "service_id": "s1", "number": "410-555-0142", "extension": "12.0", "type": "Voice"}],
        taxonomy_term=[{"id": "t1", "name": "Housing", "description": "x"}],
        attribute=[{"id": "x1", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "t1"}],
        cost_option=[{"id": "c1", "service_id": "s1", "amount": "12.5", "currency": "USD"}],
        required_document=[{"id": "r1", "service_id": "s1", "document": "Photo ID"}],
        service_area=[{"id": "w1", "service_id": "s1", "name": "Harford County"}],
        contact=[{"id": "k1", "service_id": "s1", "name": "Front desk"}],
        language=[{"id": "g1", "phone_id": "p1", "name": "Spanish"}],
    )
    assert report.left_out == [] and report.altered == []
    service = one(Service, "s1")
    assert service.organization.name == "Harbor House" and service.status is ServiceStatus.ACTIVE
    assert [place.location.addresses[0].town for place in service.places] == ["Baltimore, MD 21201"]
    assert one(DirectoryPhone, "p1").extension == "12" and one(DirectoryPhone, "p1").type is PhoneType.VOICE
    assert one(CostOption, "c1").amount_cents == 1250
    assert one(RequiredDocument, "r1").document == "Photo ID"
    assert one(DirectoryContact, "k1").service_id == service.id
    assert one(DirectoryLanguage, "g1").phone_id == one(DirectoryPhone, "p1").id
    for sought in ({"words": "rent harbor housing"}, {"place": "21201"}, {"place": "harford"}):
        assert [found.hsds_id for found in db.session.scalars(Service.matching(**sought))] == ["s1"]


def test_a_second_import_changes_and_doubles_nothing(bring, session):
    tables = {"location": [LOCATION], "service_at_location": [AT], "address": [ADDRESS]}
    bring(**tables)
    before = how_many(session)
    again = bring(**tables)
    assert how_many(session) == before
    for table in ("organization", "location", "service", "service_at_location", "address"):
        assert counts(again, table) == (0, 0, 1, 0)


def test_a_row_that_differs_is_updated_in_place(bring):
    bring()
    number = one(Service, "s1").id
    again = bring(service=[SERVICE | {"name": "Rent and more"}, SERVICE | {"id": "s2"}])
    assert counts(again, "service") == (1, 1, 0, 0)
    assert counts(again, "organization") == (0, 0, 1, 0)
    assert (one(Service, "s1").id, one(Service, "s1").name) == (number, "Rent and more")
    assert "rent and more" in one(Service, "s1").search


def test_a_value_that_is_gone_becomes_blank(bring):
    bring(service=[SERVICE | {"fees_description": "Free", "minimum_age": "18"}])
    assert counts(bring(), "service") == (0, 1, 0, 0)
    assert one(Service, "s1").fees_description is None and one(Service, "s1").minimum_age is None


def test_rows_that_the_package_does_not_have_stay(bring):
    bring(service=[SERVICE, SERVICE | {"id": "s2"}])
    again = bring()
    assert again.of("service").absent == 1 + 1  # and the cast's own service
    assert one(Service, "s2") is not None


def test_what_staff_wrote_is_never_touched(bring, cast):
    bring()
    said = {"status": ServiceStatus.INACTIVE, "alert": "Moved", "internal_note": "Ask for Jo", "capacity": None}
    one(Service, "s1").correct(by=cast.ana, verified=True, **said)
    again = bring(service=[SERVICE | {"name": "New name", "alert": "Old alert"}])
    service = one(Service, "s1")
    assert (service.name, service.status, service.alert) == ("New name", ServiceStatus.INACTIVE, "Moved")
    assert (service.internal_note, service.verified_by) == ("Ask for Jo", cast.ana)
    assert altered(again) == [
        ("s1", "alert was corrected here by staff; that was kept."),
        ("s1", "status was corrected here by staff; that was kept."),
    ]
    assert counts(bring(service=[SERVICE | {"name": "New name"}]), "service") == (0, 0, 1, 0)


def test_an_edit_that_was_open_during_an_import_finds_the_entry_newer(bring):
    bring()
    version = one(Service, "s1").version
    bring(service=[SERVICE | {"name": "New"}])
    assert one(Service, "s1").version > version


def test_the_import_is_kept_with_its_report_and_on_the_trail(session, tmp_path, cast):
    import_directory(session(), folder(tmp_path, contents(service=[SERVICE, SERVICE | {"id": ""}])), cast.ada)
    kept = session.scalars(DirectoryImport.latest()).one()
    assert kept.by == cast.ada and kept.source == tmp_path.name
    report = ImportReport.from_json(kept.report)
    assert counts(report, "service") == (1, 0, 0, 1)
    assert left(report) == [("services.csv", 3, "", "id is empty.")]
    [event] = session.scalars(sa.select(Event).where(Event.kind == EventKind.DIRECTORY_IMPORTED))
    assert event.by_id == cast.ada.id and set(event.fields) == {"organization", "service"}


UNSOUND_SERVICES = [
    ("service", {"id": "s9", "organization_id": "nobody"}, "organization_id points to nobody, which is not among the"),
    ("service", {"id": "s9", "organization_id": ""}, "organization_id is empty."),
    ("service", {"id": "s9", "name": "   "}, "name is empty."),
    (
        "service",
        {"id": "s9", "status": "open"},
        "status is “open”, not one of: active, inactive, defunct, temporarily closed.",
    ),
    ("service", {"id": "s9", "status": ""}, "status is empty."),
    ("service", {"id": ""}, "id is empty."),
    ("service", {"id": "x" * 251}, "The id has more than 250 characters."),
    ("service", {"id": "s1"}, "The id stands twice in this file; the row on line 2 was taken."),
]


def test_a_service_that_is_not_sound_is_left_out_with_the_reason(bring, subtests):
    for table, row, reason in UNSOUND_SERVICES:
        with subtests.test(row=row), untouched():
            report = bring(service=[SERVICE, SERVICE | row])
            assert counts(report, table) == (1, 0, 0, 1)
            [(file, line, _id, said)] = left(report)
            assert (file, line) == ("services.csv", 3) and said.startswith(reason)


UNSOUND_ROWS = [
    ("organization", ORGANIZATION | {"id": "o2", "name": ""}, "name is empty."),
    ("location", LOCATION | {"id": "l2", "location_type": "cloud"}, "location_type is “cloud”"),
    ("service_at_location", AT | {"id": "a2", "location_id": "l9"}, "location_id points to l9"),
    ("service_at_location", AT | {"id": "a2", "service_id": "s9"}, "service_id points to s9"),
    ("address", ADDRESS | {"id": "d2", "location_id": "l9"}, "location_id points to l9"),
    ("address", ADDRESS | {"id": "d2", "address_type": "home"}, "address_type is “home”"),
    ("address", ADDRESS | {"id": "d2", "address_1": ""}, "address_1 is empty."),
    ("address", ADDRESS | {"id": "d2", "postal_code": "9" * 21}, "postal_code has 21 characters"),
    ("phone", {"id": "p2", "number": "555"}, "It hangs on nothing"),
    ("phone", {"id": "p2", "number": "555", "service_id": "s9"}, "service_id points to s9"),
    ("phone", {"id": "p2", "number": "", "service_id": "s1"}, "number is empty."),
    ("contact", {"id": "k2", "name": "X"}, "It hangs on nothing"),
    ("schedule", {"id": "h2", "service_id": "s1", "opens_at": "25:00"}, "opens_at is “25:00”, not a time of day."),
    ("schedule", {"id": "h2", "service_id": "s1", "closes_at": "5 pm"}, "closes_at is “5 pm”, not a time of day."),
    ("schedule", {"id": "h2", "service_id": "s1", "opens_at": "١٠:٠٠"}, "opens_at is"),
    ("schedule", {"id": "h2"}, "It hangs on nothing"),
    ("language", {"id": "g2", "name": "Spanish", "location_id": "l9"}, "location_id points to l9"),
    ("accessibility", {"id": "b2", "location_id": ""}, "location_id is empty."),
    ("cost_option", {"id": "c2", "service_id": "s9"}, "service_id points to s9"),
    ("required_document", {"id": "r2", "service_id": ""}, "service_id is empty."),
    ("service_area", {"id": "w2", "name": "Harford"}, "It hangs on nothing"),
    ("taxonomy_term", {"id": "t2", "name": ""}, "name is empty."),
    (
        "attribute",
        {"id": "x2", "link_id": "s9", "link_entity": "service", "taxonomy_term_id": "t1"},
        "link_id points to s9",
    ),
    (
        "attribute",
        {"id": "x2", "link_id": "s1", "link_entity": "service", "taxonomy_term_id": "t9"},
        "taxonomy_term_id points",
    ),
    (
        "attribute",
        {"id": "x2", "link_id": "s1", "link_entity": "svc", "taxonomy_term_id": "t1"},
        "link_entity is “svc”",
    ),
]


def test_every_table_leaves_out_what_is_not_sound(bring, subtests):
    for table, row, reason in UNSOUND_ROWS:
        with subtests.test(row=row), untouched():
            rows = {
                "location": [LOCATION],
                "service_at_location": [AT],
                "taxonomy_term": [{"id": "t1", "name": "Housing"}],
                "organization": [ORGANIZATION],
            }
            rows[table] = [*rows.get(table, []), row]
            report = bring(**rows)
            [(file, line, id, said)] = left(report)
            assert (file, line, id) == (FILES[table], len(rows[table]) + 1, row["id"])
            assert said.startswith(reason)
            assert report.of(table).left_out == 1
            assert counts(report, "service") == (1, 0, 0, 0)


LEFT_BLANK = [
    ("service", {"minimum_age": "eighteen"}, ("minimum_age",), "minimum_age is “eighteen”, not a number."),
    ("service", {"minimum_age": "1_8"}, ("minimum_age",), "minimum_age is “1_8”, not a number."),
    ("service", {"minimum_age": "١٨"}, ("minimum_age",), "minimum_age is “١٨”, not a number."),
    ("service", {"maximum_age": "999"}, ("maximum_age",), "maximum_age is 999, not between 0 and 130."),
    ("service", {"maximum_age": "nan"}, ("maximum_age",), "maximum_age is “nan”, not a number."),
    (
        "service",
        {"minimum_age": "24", "maximum_age": "18"},
        ("minimum_age", "maximum_age"),
        "minimum_age 24 is more than maximum_age 18; both were left blank.",
    ),
    ("service", {"assured_date": "11/24/2026"}, ("assured_date",), "assured_date is “11/24/2026”, not a date"),
    ("service", {"assured_date": "2026-02-30"}, ("assured_date",), "assured_date is “2026-02-30”, not a date"),
    (
        "service",
        {"last_modified": "yesterday"},
        ("last_modified",),
        "last_modified is “yesterday”, not a date and time",
    ),
    ("service", {"last_modified": "0001-01-01T00:00:00+14:00"}, ("last_modified",), "last_modified is"),
    ("service", {"url": "https://x.org/" + "y" * 2_000}, ("url",), "url has 2014 characters, more than 2000."),
    ("location", {"latitude": "91"}, ("latitude",), "latitude is 91, not between -90 and 90."),
    ("location", {"organization_id": "nobody"}, ("organization_id",), "organization_id points to nobody"),
    ("phone", {"type": "carrier pigeon"}, ("type",), "type is “carrier pigeon”, not one of: voice"),
    ("phone", {"location_id": "l9"}, ("location_id",), "location_id points to l9"),
    ("phone", {"extension": "1" * 21}, ("extension",), "extension has 21 characters"),
    ("schedule", {"freq": "DAILY"}, ("freq",), "freq is “DAILY”, not one of: WEEKLY, MONTHLY."),
    ("schedule", {"byday": "Monday"}, ("byday",), "byday is “Monday”, not days such as MO,TU."),
    ("schedule", {"interval": "1.5"}, ("interval",), "interval is “1.5”, not a whole number."),
    (
        "organization",
        {"year_incorporated": "MCMXC"},
        ("year_incorporated",),
        "year_incorporated is “MCMXC”, not a number.",
    ),
    (
        "organization",
        {"parent_organization_id": "o9"},
        ("parent_organization_id",),
        "parent_organization_id points to o9",
    ),
    (
        "organization",
        {"parent_organization_id": "o1"},
        ("parent_organization_id",),
        "parent_organization_id leads back",
    ),
    ("cost_option", {"amount": "$5"}, ("amount_cents",), "amount is “$5”, not a number."),
]


def test_what_may_be_blank_and_cannot_be_read_is_left_blank_and_reported(bring, subtests):
    for table, row, blank, reason in LEFT_BLANK:
        with subtests.test(row=row), untouched():
            whole = {
                "service": SERVICE,
                "location": LOCATION,
                "organization": ORGANIZATION,
                "phone": {"id": "p1", "number": "555", "service_id": "s1"},
                "schedule": {"id": "h1", "service_id": "s1"},
                "cost_option": {"id": "c1", "service_id": "s1"},
            }[table]
            report = bring(**{table: [whole | row]})
            model = next(found.model for found in importing.TABLES if found.name == table)
            assert left(report) == []
            assert [getattr(one(model, whole["id"]), name) for name in blank] == [None] * len(blank)
            [(_id, said)] = altered(report)
            assert said.startswith(reason)


def test_a_text_that_is_too_long_keeps_its_beginning_and_says_so(bring):
    report = bring(service=[SERVICE | {"name": "n" * 300, "description": "d" * 30_000}])
    assert one(Service, "s1").name == "n" * 255 and len(one(Service, "s1").description) == 20_000
    assert altered(report) == [
        ("s1", "name has 300 characters; the first 255 were kept."),
        ("s1", "description has 30000 characters; the first 20000 were kept."),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10:00", time(10)),
        ("10:00:00", time(10)),
        ("9:05", time(9, 5)),
        ("17:30:15.5", time(17, 30, 15)),
        ("09:00-05:00", time(9)),
        ("09:00+0530", time(9)),
        ("24:00", time(0)),
    ],
)
def test_a_time_is_read_as_publishers_write_it(bring, written, read):
    report = bring(schedule=[{"id": "h1", "service_id": "s1", "opens_at": written}])
    assert one(Schedule, "h1").opens_at == read
    assert report.altered == []


def test_a_time_in_utc_is_taken_and_questioned(bring):
    report = bring(schedule=[{"id": "h1", "service_id": "s1", "opens_at": "14:00Z"}])
    assert one(Schedule, "h1").opens_at == time(14)
    assert altered(report)[0][1].startswith("opens_at is “14:00Z”; it was taken as the time on the spot.")


def test_dates_and_picklists_are_read_in_any_case(bring):
    report = bring(
        service=[SERVICE | {"status": "Temporarily_Closed", "assured_date": "2026-11-24T10:00:00"}],
        schedule=[{"id": "h1", "service_id": "s1", "freq": "weekly", "byday": "mo, tu", "wkst": "su"}],
    )
    assert report.altered == [] and report.left_out == []
    assert one(Service, "s1").status is ServiceStatus.TEMPORARILY_CLOSED
    assert one(Service, "s1").assured_date == date(2026, 11, 24)
    assert (one(Schedule, "h1").freq, one(Schedule, "h1").byday, one(Schedule, "h1").wkst) == ("WEEKLY", "MO,TU", "SU")


def test_texts_are_normal_and_without_control_characters(bring):
    bring(
        service=[SERVICE | {"name": " Cafe\N{COMBINING ACUTE ACCENT}\x07\x1b[31m ", "description": "one\r\ntwo\rthree"}]
    )
    assert one(Service, "s1").name == "Café[31m"
    assert one(Service, "s1").description == "one\ntwo\nthree"


def test_an_address_without_a_scheme_is_kept_as_text(bring):
    report = bring(service=[SERVICE | {"url": "www.example.org"}])
    assert one(Service, "s1").url == "www.example.org" and one(Service, "s1").link is None
    assert report.altered == []


def test_parents_may_come_after_their_children(bring):
    terms = [
        {"id": "t3", "name": "C", "parent_id": "t2"},
        {"id": "t2", "name": "B", "parent_id": "t1"},
        {"id": "t1", "name": "A"},
    ]
    assert counts(bring(taxonomy_term=terms), "taxonomy_term") == (3, 0, 0, 0)
    assert one(TaxonomyTerm, "t3").parent_id == one(TaxonomyTerm, "t2").id
    assert one(TaxonomyTerm, "t2").parent_id == one(TaxonomyTerm, "t1").id
    assert counts(bring(taxonomy_term=terms), "taxonomy_term") == (0, 0, 3, 0)
    moved = [terms[0] | {"parent_id": "t1"}, *terms[1:]]
    assert counts(bring(taxonomy_term=moved), "taxonomy_term") == (0, 1, 2, 0)


def test_categories_in_a_circle_are_cut_open(bring):
    terms = [{"id": f"t{n}", "name": str(n), "parent_id": f"t{n % 3 + 1}"} for n in (1, 2, 3)]
    report = bring(taxonomy_term=terms)
    assert len(report.altered) == 1 and "leads back to the row itself" in report.altered[0].reason
    assert [one(TaxonomyTerm, f"t{n}").parent_id is None for n in (1, 2, 3)].count(True) == 1


def test_attributes_of_other_records_are_passed_over_and_said(bring):
    rows = [{"id": f"x{n}", "link_id": "o1", "link_entity": "organization", "taxonomy_term_id": "t1"} for n in range(3)]
    report = bring(taxonomy_term=[{"id": "t1", "name": "A"}], attribute=rows)
    assert report.left_out == []
    assert "attributes.csv: 3 rows are about other records than services and were not read." in said(report)


def said(report):
    return [text % values for text, values in report.remarks]


def test_files_that_are_not_kept_are_said(bring):
    report = bring(files=contents() | {"programs.csv": b"id,name\n1,A\n"})
    assert said(report) == ["programs.csv holds what Handrail does not keep and was not read."]


def test_without_services_the_rest_is_brought_in_and_the_file_is_missed(bring):
    report = bring(service=[], location=[LOCATION])
    assert counts(report, "organization") == (1, 0, 0, 0) and counts(report, "location") == (1, 0, 0, 0)
    assert said(report) == ["services.csv is missing."]


def test_services_of_an_organization_that_is_here_already_may_come_alone(bring):
    bring(service=[])
    report = bring(organization=[])
    assert counts(report, "service") == (1, 0, 0, 0)
    assert said(report) == ["organizations.csv is missing."]


def test_when_nothing_is_sound_nothing_is_changed(bring, session):
    before = how_many(session)
    with pytest.raises(NothingSound) as nothing:
        bring(organization=[], location=[LOCATION], taxonomy_term=[{"id": "t1", "name": "A"}])
    session.commit()
    assert how_many(session) == before
    assert one(TaxonomyTerm, "t1") is None
    assert session.scalar(sa.select(sa.func.count()).select_from(DirectoryImport)) == 0
    assert counts(nothing.value.report, "service") == (0, 0, 0, 1)
    assert "organizations.csv is missing." in said(nothing.value.report)


@pytest.mark.parametrize("data", [b"", b"id,name\n", b"name\nA\n", "id,name\n1,A\n".encode("utf-16")])
def test_a_file_with_no_rows_to_read_brings_nothing(bring, data):
    with pytest.raises(NothingSound):
        bring(files={"organizations.csv": data, "services.csv": data})


def test_a_failure_in_the_middle_leaves_nothing_behind(session, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "refold", lambda session: 1 / 0)
    before = how_many(session)
    with pytest.raises(ZeroDivisionError):
        import_directory(session(), folder(tmp_path, contents(location=[LOCATION])))
    session.commit()
    assert how_many(session) == before


def test_a_damaged_file_leaves_nothing_behind(session, tmp_path, monkeypatch):
    before = how_many(session)
    monkeypatch.setattr(soundness.Source, "rows", lambda self: (_ for _ in ()).throw(PackageRefused("damaged")))
    with pytest.raises(PackageRefused, match="damaged"):
        import_directory(session(), folder(tmp_path, contents()))
    session.commit()
    assert how_many(session) == before


def test_unreadable_rows_are_left_out_and_what_hangs_on_them_too(bring):
    organizations = "id,name\no1,Harbor House\no2,Caf\udcc9\n".encode("utf-8", "surrogateescape")
    services = contents(service=[SERVICE, SERVICE | {"id": "s2", "organization_id": "o2"}])["services.csv"]
    report = bring(files={"organizations.csv": organizations, "services.csv": services})
    assert left(report) == [
        ("organizations.csv", 3, "o2", "The row is not in the encoding of the file (UTF-8 unless declared)."),
        (
            "services.csv",
            3,
            "s2",
            "organization_id points to o2, which is not among the organization rows that were taken.",
        ),
    ]


def test_a_very_long_list_of_reasons_ends_and_the_count_goes_on(bring, monkeypatch):
    monkeypatch.setattr("app.directory.report.MOST_LISTED", 5)
    report = bring(service=[SERVICE, *[SERVICE | {"id": f"z{n}", "status": "x"} for n in range(9)]])
    assert len(report.left_out) == 5 and report.left_out_rows == 9 and report.unlisted == 4
    assert "and 4 more" in report.as_csv()


def test_the_report_as_a_spreadsheet_runs_nothing(bring):
    report = bring(
        service=[SERVICE, SERVICE | {"id": "=cmd|' /C calc'!A0", "status": "x"}, SERVICE | {"id": "-1+1", "name": ""}]
    )
    lines = report.as_csv().splitlines()
    assert lines[0] == "what,file,line,id,reason"
    assert "'=cmd" in lines[1] and "'-1+1" in lines[2]


def test_progress_is_told_table_by_table(session, tmp_path):
    heard = []
    import_directory(
        session(), folder(tmp_path, contents()), progress=lambda table, counts: heard.append((table, counts.added))
    )
    assert ("organization", 1) in heard and ("service", 1) in heard and len(heard) == len(importing.TABLES)


def test_areas_of_a_service_at_a_place_find_the_service(bring, session):
    bring(
        location=[LOCATION],
        service_at_location=[AT],
        service_area=[{"id": "w1", "service_at_location_id": "a1", "name": "Cecil County"}],
    )
    assert one(ServiceArea, "w1").place == " cecil county"
    assert [found.hsds_id for found in session.scalars(Service.matching(place="cecil"))] == ["s1"]
