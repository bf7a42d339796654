"""Languages spoken at services, whatever way the directory writes them."""

import pytest
import sqlalchemy as sa

from app.models.linking.directory import DirectoryLanguage, Location, Service, ServiceAtLocation
from app.models.linking.directory_languages import counted, language_code, languages_of


@pytest.mark.parametrize(
    ("name", "code", "meant"),
    [
        ("Spanish", "es", "es"), ("Spanish", None, "es"), (None, "spa", "es"), ("Español?", "es-MX", "es"),
        ("ASL", None, "ase"), ("American Sign Language", "ase", "ase"), ("Sign Language", "", "ase"),
        ("Mandarin", None, "zh"), (None, "cmn", "zh"), ("Farsi", None, "fa"), ("Tagalog", "tl", "fil"),
        ("Accommodations possible", None, None), ("Language Line", "", None), ("None", None, None), (None, None, None),
    ],
)  # fmt: skip
def test_a_language_has_one_code(name, code, meant):
    assert language_code(name, code) == meant


def test_services_are_found_and_counted_by_a_language_of_theirs_or_of_their_places(session, cast):
    by_code, by_name = cast.service, Service(name="B", organization=cast.service.organization)
    at_place, without = (Service(name=name, organization=cast.service.organization) for name in "CD")
    place = Location(name="Here")
    session.add_all([by_name, at_place, without, place])
    session.flush()
    session.add_all(
        [
            ServiceAtLocation(service=at_place, location=place),
            DirectoryLanguage(service_id=by_code.id, name="Spanish", code="es-US"),
            DirectoryLanguage(service_id=by_name.id, name="spanish"),
            DirectoryLanguage(service_id=by_name.id, name="Spanish", code="spa"),
            DirectoryLanguage(location_id=place.id, code="es"),
            DirectoryLanguage(service_id=without.id, name="Call for details"),
            DirectoryLanguage(service_id=without.id, name="ASL"),
        ]
    )
    session.flush()
    spanish = session.scalars(Service.matching(language="es")).all()
    assert {service.name for service in spanish} == {"Eviction defense", "B", "C"}
    assert [service.name for service in session.scalars(Service.matching(language="ase"))] == ["D"]
    at = sa.select(ServiceAtLocation.service_id, ServiceAtLocation.location_id)
    found = counted(session.execute(languages_of(Service.matching().with_only_columns(Service.id), at)))
    assert [(one.code, one.name, one.services) for one in found] == [
        ("es", "Spanish", 3), ("ase", "American Sign Language", 1),
    ]  # fmt: skip
