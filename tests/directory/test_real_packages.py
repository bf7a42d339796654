"""Real packages, whole: the sample that ships, and those in ../shared where they are."""

import csv
import json
import time

import pytest
import sqlalchemy as sa

from app.directory.importing import import_directory
from app.models.linking.directory import DirectoryAddress, DirectoryPhone, Service, ServiceTerm, TaxonomyTerm
from app.models.linking.directory_details import PhoneType
from app.models.linking.directory_sheet import sheet
from app.models.linking.directory_terms import kinds
from tests.directory.packages import SAMPLE, folder, shared

ELEVEN = {"Emergency", "Food", "Housing", "Goods", "Transit", "Health", "Money", "Care", "Education", "Work", "Legal"}


def counts(report, table):
    found = report.of(table)
    return (found.added, found.changed, found.unchanged, found.left_out)


def test_the_sample_is_sound_and_covers_every_kind_of_help(session):
    report = import_directory(session(), SAMPLE)
    assert report.left_out == [] and report.altered == [] and report.remarks == []
    assert counts(report, "service") == (150, 0, 0, 0)
    counted = session.execute(TaxonomyTerm.counted(Service.matching().with_only_columns(Service.id)))
    tops = kinds(counted, top=None, term=None).tops
    assert {kind.name for kind in tops if not kind.situation} == ELEVEN
    assert all(kind.services >= 5 for kind in tops if not kind.situation)


def test_every_service_of_the_sample_can_be_found_called_and_visited(session):
    import_directory(session(), SAMPLE)
    services = session.scalars(sa.select(Service).where(Service.source == "CHARMcare, Baltimore (sample)")).all()
    assert len(services) == 150
    for service in services[::10]:
        found = sheet(service.id)
        assert [phone for phone in found.phones if phone.dial], service.name
        assert found.places[0].location.addresses and found.terms, service.name
        assert service in session.scalars(Service.matching(words=service.name)).all()
        [address, *_] = found.places[0].location.to_visit
        assert service in session.scalars(Service.matching(place=address.postal_code)).all()


def test_the_sample_is_small_and_says_whose_it_is():
    assert sum(file.stat().st_size for file in SAMPLE.iterdir()) < 700_000
    assert "Code for America" in (SAMPLE / "LICENSE.BSD-3.md").read_text()
    assert "CC BY-SA 3.0" in (SAMPLE / "README.md").read_text()
    resources = json.loads((SAMPLE / "datapackage.json").read_text())["resources"]
    assert {resource["path"] for resource in resources} == {file.name for file in SAMPLE.glob("*.csv")}


def test_the_whole_of_baltimore_is_imported_quickly_and_twice_without_doubling(session):
    package = shared("baltimore_charmcare/hsds-3.2.3")
    began = time.monotonic()
    report = import_directory(session(), package)
    session.flush()
    assert time.monotonic() - began < 20
    whole = {"organization": 748, "location": 1_482, "service": 1_875, "phone": 7_157, "attribute": 7_635}
    for table, rows in whole.items():
        assert counts(report, table) == (rows, 0, 0, 0), table
    assert report.left_out == []
    again = import_directory(session(), package)
    for table, rows in whole.items():
        assert counts(again, table) == (0, 0, rows, 0), table
    assert session.scalar(sa.select(sa.func.count()).select_from(Service).where(Service.source.is_not(None))) == 1_875
    assert session.scalar(sa.select(sa.func.count()).select_from(ServiceTerm)) == 7_635


def test_one_changed_name_in_baltimore_is_one_change(session, tmp_path):
    package = shared("baltimore_charmcare/hsds-3.2.3")
    files = {file.name: file.read_bytes() for file in package.glob("*.csv")}
    import_directory(session(), folder(tmp_path, files))
    name = b"Sister to Sister House of New Beginnings"
    assert files["organizations.csv"].count(name) == 1
    files["organizations.csv"] = files["organizations.csv"].replace(name, b"Sisters House")
    again = import_directory(session(), folder(tmp_path, files))
    assert counts(again, "organization") == (0, 1, 747, 0)
    assert counts(again, "service") == (0, 0, 1_875, 0)
    [service] = session.scalars(Service.matching(words="sisters house new beginnings"))
    assert service.organization.name == "Sisters House"


def test_baltimore_is_searched_by_words_kind_and_place(session):
    import_directory(session(), shared("baltimore_charmcare/hsds-3.2.3"))
    found = session.scalars(Service.matching(words="food pantry")).all()
    named = [service for service in found if all(word in service.search_name for word in ("food", "pantry"))]
    assert len(found) > len(named) > 5
    assert found[: len(named)] == named
    assert [service.search_name for service in named] == sorted(service.search_name for service in named)
    housing = session.scalar(sa.select(TaxonomyTerm.id).where(TaxonomyTerm.code == "103"))
    with open(shared("baltimore_charmcare/hsds-3.2.3") / "attributes.csv", encoding="utf-8", newline="") as file:
        below = set(session.scalars(sa.select(TaxonomyTerm.hsds_id).where(TaxonomyTerm.code.like("103%"))))
        expected = {row["link_id"] for row in csv.DictReader(file) if row["taxonomy_term_id"] in below}
    assert {service.hsds_id for service in session.scalars(Service.matching(term=housing))} == expected
    here = session.scalars(Service.matching(term=housing, place="baltimore 21218")).all()
    assert 0 < len(here) < len(expected)
    zip_codes = {
        address.postal_code[:5] for service in here for place in service.places for address in place.location.to_visit
    }
    assert "21218" in zip_codes


def test_the_services_without_an_organization_in_the_file_are_left_out_each_with_its_reason(session, tmp_path):
    """Illinois Legal Aid Online as it was converted: 430 services, 341 of them of organizations that are not in it."""
    package = shared("ilao_legal/output")
    files = {file.name: file.read_bytes() for file in package.glob("*.csv")}
    with open(package / "services.csv", encoding="utf-8", newline="") as file:
        rows = [row | {"status": "active"} for row in csv.DictReader(file)]
    with (tmp_path / "services.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    files["services.csv"] = (tmp_path / "services.csv").read_bytes()
    report = import_directory(session(), folder(tmp_path / "package", files))
    assert counts(report, "organization") == (33, 0, 0, 0)
    assert counts(report, "service") == (89, 0, 0, 341)
    reasons = [row.reason for row in report.left_out if row.file == "services.csv"]
    assert sum(reason.startswith("organization_id points to ") for reason in reasons) == 340
    assert [reason for reason in reasons if "organization_id" not in reason] == ["id is empty."]


def test_the_hours_of_illinois_are_put_into_words(session):
    import_directory(session(), shared("ilao_legal/hsds-3.2.3"))
    said = [
        line
        for id in session.scalars(sa.select(Service.id).where(Service.source.is_not(None)))
        for place in sheet(id).places
        for line in place.hours()
    ]
    assert "Mon to Fri, 9\N{NO-BREAK SPACE}am to 5\N{NO-BREAK SPACE}pm" in said


def test_an_ohana_export_is_not_hsds_3_and_says_what_is_wrong(session):
    from app.directory.importing import NothingSound

    with pytest.raises(NothingSound) as nothing:
        import_directory(session(), shared("ohana_sample/spec/support/fixtures"))
    assert nothing.value.report.left_out_rows > 0
    assert all(row.reason for row in nothing.value.report.left_out)


def test_real_phones_and_addresses_keep_what_they_are(session):
    import_directory(session(), SAMPLE)
    faxes = session.scalars(sa.select(DirectoryPhone).where(DirectoryPhone.type == PhoneType.FAX)).all()
    assert faxes and all(phone.dial is None for phone in faxes)
    assert {address.state_province for address in session.scalars(sa.select(DirectoryAddress))} >= {"MD"}
