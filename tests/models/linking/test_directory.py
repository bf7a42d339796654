"""The directory's own rules: what is found, in which order, and what staff may put right."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.linking.directory import (
    Capacity,
    CostOption,
    DirectoryAddress,
    DirectoryPhone,
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceStatus,
    ServiceTerm,
    TaxonomyTerm,
)
from app.models.linking.directory_details import PhoneType, dialled
from app.models.linking.directory_row import web_link
from app.models.linking.directory_search import refold
from app.models.linking.directory_terms import kinds


@pytest.fixture
def pantry(session):
    """A food pantry in Bel Air, under Food → Pantries, for Harford County."""
    food = TaxonomyTerm(name="Food", code="1")
    session.add(food)
    session.flush()
    pantries = TaxonomyTerm(name="Pantries", code="1-1", parent_id=food.id)
    organization = Organization(name="José’s Kitchen", alternate_name="Cocina")
    service = Service(
        name="Open shelves", organization=organization, description="Groceries for anyone. " + "x" * 1_000 + " beyond"
    )
    place = Location(organization=organization)
    session.add_all(
        [
            ServiceTerm(service=service, term=pantries),
            ServiceAtLocation(service=service, location=place),
            address(place, city="Bel Air", postal_code="21014"),
            ServiceArea(service_id=None, name="nowhere"),
        ]
    )
    session.flush()
    session.add(ServiceArea(service_id=service.id, name="Harford County"))
    session.flush()
    return service


def address(location, **details):
    line = {
        "address_1": "1 Main St",
        "city": "Baltimore",
        "state_province": "MD",
        "postal_code": "21201",
        "country": "US",
    }
    return DirectoryAddress(location=location, **{**line, **details})


def found(session, **sought):
    return [service.name for service in session.scalars(Service.matching(**sought))]


def test_a_service_is_found_by_words_of_its_name_organization_description_and_categories(session, pantry, subtests):
    for words in [
        "open shelves",
        "SHELVES open",
        "jose",
        "joses",
        "Cocína",
        "groc",
        "pantries",
        "anyone jose",
        "%",
        "_",
        "\\",
        "'",
        "",
    ]:
        with subtests.test(words=words):
            assert "Open shelves" in found(session, words=words)


def test_every_word_must_be_there_literally_and_near_the_beginning(session, pantry, subtests):
    for words in ["shelves zebra", "beyond", "op%zz", "sh_zz", "\x00zebra"]:
        with subtests.test(words=words):
            assert found(session, words=words) == []


def test_those_with_every_word_in_the_name_come_first_then_by_name(session, cast):
    organization = cast.service.organization
    for name, about in (("Zoo legal aid", ""), ("Another", "legal aid"), ("Ärzte", "legal aid"), ("Legal Aid", "")):
        session.add(Service(name=name, description=about, organization=organization))
    session.flush()
    assert found(session, words="aid legal") == ["Legal Aid", "Zoo legal aid", "Another", "Ärzte"]


def test_a_service_is_found_in_its_town_postal_code_or_area(session, pantry, subtests):
    for place in ["Bel Air", "air bel", "BEL", "21014", "210", "Harford", "harford county"]:
        with subtests.test(place=place):
            assert found(session, place=place) == ["Open shelves"]


def test_a_place_is_sought_by_the_beginning_of_its_words(session, pantry, subtests):
    for place in ["ir", "1014", "Baltimore", "nowhere"]:
        with subtests.test(place=place):
            assert found(session, place=place) == []


def test_a_post_box_is_a_place_only_where_there_is_no_other(session, pantry):
    [at] = pantry.places
    session.add(address(at.location, city="Dover", address_type="postal"))
    session.flush()
    session.refresh(at.location)
    at.location.fold()
    session.flush()
    assert found(session, place="dover") == []
    for kept in at.location.addresses:
        kept.address_type = "postal"
    session.flush()
    assert found(session, place="dover") == ["Open shelves"]


def test_a_category_finds_what_is_below_it_too(session, pantry):
    [carried] = pantry.terms
    assert found(session, term=carried.term_id) == ["Open shelves"]
    assert found(session, term=carried.term.parent_id) == ["Open shelves"]
    assert found(session, term=2_000_000_000) == []


def test_categories_that_lead_in_a_circle_end(session, pantry):
    [carried] = pantry.terms
    session.get_one(TaxonomyTerm, carried.term.parent_id).parent_id = carried.term_id
    session.flush()
    assert found(session, term=carried.term_id) == ["Open shelves"]


@pytest.mark.parametrize("status", [ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT])
def test_what_is_no_longer_offered_is_found_only_when_asked_for(session, cast, status):
    cast.service.status = status
    session.flush()
    assert found(session, words="eviction") == []
    assert found(session, words="eviction", closed=True) == ["Eviction defense"]
    assert not cast.service.offered


def test_a_service_that_is_closed_for_a_time_is_found(session, cast):
    cast.service.status = ServiceStatus.TEMPORARILY_CLOSED
    session.flush()
    assert found(session, words="eviction") == ["Eviction defense"]


def test_what_is_renamed_is_found_by_its_new_name(session, pantry):
    pantry.name = "Full shelves"
    session.flush()
    assert found(session, words="full") == ["Full shelves"]
    pantry.organization.name = "Maria’s Kitchen"
    session.flush()
    assert found(session, words="marias") == ["Full shelves"]
    assert found(session, words="joses") == []
    [at] = pantry.places
    at.location.addresses[0].city = "Towson"
    session.flush()
    assert found(session, place="towson") == ["Full shelves"]


def test_folding_all_at_once_does_what_each_row_does_for_itself(session, pantry):
    [at] = pantry.places
    written = (pantry.search_name, pantry.search, at.location.place)
    assert all(written)
    session.execute(sa.update(Service).values(search="", search_name=""))
    session.execute(sa.update(Location).values(place=""))
    session.execute(sa.update(ServiceArea).values(place=""))
    refold(session)
    session.expire_all()
    assert (pantry.search_name, pantry.search, at.location.place) == written
    assert found(session, place="harford") == ["Open shelves"]


def test_categories_are_counted_with_what_is_below_them(session, pantry, cast):
    [carried] = pantry.terms
    session.add(ServiceTerm(service=cast.service, term_id=carried.term.parent_id, link_type="situation"))
    session.flush()
    counted = session.execute(TaxonomyTerm.counted(Service.matching().with_only_columns(Service.id))).all()
    assert [(row.name, row.services, row.situation) for row in counted] == [("Food", 2, 0), ("Pantries", 1, 0)]
    fewer = session.execute(
        TaxonomyTerm.counted(Service.matching(words="eviction").with_only_columns(Service.id))
    ).all()
    assert [(row.name, row.services, row.situation) for row in fewer] == [("Food", 1, 1), ("Pantries", 0, 0)]


class Row:
    def __init__(self, id, parent_id, name, services=1, situation=0):
        self.id, self.parent_id, self.name, self.services, self.situation = id, parent_id, name, services, situation


TREE = [
    Row(1, None, "Food"),
    Row(2, 1, "Pantries"),
    Row(3, 2, "For babies"),
    Row(4, None, "Legal", services=0),
    Row(5, 4, "Eviction", services=0),
]


def test_only_categories_that_hold_something_are_offered():
    offered = kinds(TREE, top=None, term=None)
    assert [kind.name for kind in offered.tops] == ["Food"]
    assert offered.below == [] and offered.chosen is None


def test_what_is_below_the_chosen_category_is_offered_in_its_order():
    offered = kinds(TREE, top=1, term=3)
    assert [(kind.name, kind.depth) for kind in offered.below] == [("Pantries", 0), ("For babies", 1)]
    assert offered.chosen.name == "For babies"


def test_a_lower_category_alone_opens_the_one_above_it():
    assert kinds(TREE, top=None, term=3).top.name == "Food"


def test_a_chosen_category_stays_offered_when_nothing_is_in_it():
    offered = kinds(TREE, top=4, term=5)
    assert [kind.name for kind in offered.tops] == ["Food", "Legal"]
    assert [kind.name for kind in offered.below] == ["Eviction"]


@pytest.mark.parametrize(("top", "term"), [(4, 3), (99, None), (None, 99), (99, 98)])
def test_a_category_that_does_not_belong_narrows_nothing_further(top, term):
    assert kinds(TREE, top=top, term=term).term is None


def correction(**changes):
    said = {"status": ServiceStatus.ACTIVE, "alert": None, "internal_note": None, "capacity": None, "verified": False}
    return said | changes


def test_a_correction_is_on_the_trail_with_the_fields_it_changed(session, cast):
    cast.service.correct(by=cast.ana, **correction(alert="Door code changed", internal_note="Ask for Jo"))
    event = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert event.kind == EventKind.SERVICE_CHANGED
    assert event.by_id == cast.ana.id
    assert {"alert", "internal_note"} <= set(event.fields)
    assert "Door code" not in str(event.fields)


def test_a_check_is_dated_and_signed(session, cast):
    with clock.at(datetime(2026, 11, 24, 15, tzinfo=UTC)):
        cast.service.correct(by=cast.ana, **correction(verified=True))
    assert cast.service.verified_on == cast.service.checked_on == date(2026, 11, 24)
    assert cast.service.verified_by == cast.ana


def test_room_is_dated_when_it_is_heard_and_again_when_checked(session, cast):
    first, later = datetime(2026, 11, 1, 15, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC)
    with clock.at(first):
        cast.service.correct(by=cast.ana, **correction(capacity=Capacity.WAITLIST))
    with clock.at(later):
        cast.service.correct(by=cast.ana, **correction(capacity=Capacity.WAITLIST, internal_note="x"))
        assert cast.service.capacity_on == date(2026, 11, 1)
        cast.service.correct(by=cast.ana, **correction(capacity=Capacity.WAITLIST, verified=True))
        assert cast.service.capacity_on == date(2026, 11, 24)
        cast.service.correct(by=cast.ana, **correction())
        assert cast.service.capacity_on is None


def test_the_newest_check_counts_ours_or_the_publishers(cast):
    service, today = cast.service, clock.today()
    assert service.checked_on is None
    service.assured_date = today
    assert service.checked_on == today
    service.verified_on = today - timedelta(days=1)
    assert service.checked_on == today


@pytest.mark.parametrize(
    ("number", "extension", "dials"),
    [
        ("(443) 910-2640", None, "4439102640"),
        ("+1 443 910 2640", None, "+14439102640"),
        ("443.910.2640", "12", "4439102640;ext=12"),
        ("410-555-0142 ext. 5", None, "4105550142;ext=5"),
        ("410-555-0142 x5", "9", "4105550142;ext=5"),
        ("(800) 370-LEAD", None, "8003705323"),
        ("1-800-FLOWERS", None, "18003569377"),
        ("(311)    -", None, "311"),
        ("911", None, "911"),
        ("911", "12a", "911"),
        ("(410) 526-985", None, None),
        ("410-555-0142 or 410-555-0143", None, None),
        ("call 555-0142", None, None),
        ("211 help", None, None),
        ("", None, None),
        ("n/a", None, None),
    ],
)
def test_only_what_is_plainly_one_number_can_be_dialled(number, extension, dials):
    assert dialled(number, extension) == dials


def test_nobody_dials_a_fax():
    assert DirectoryPhone(number="410-555-0142", type=PhoneType.FAX).dial is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("example.org", False),
        ("www.example.org", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://example.org", False),
        ("//example.org", False),
        ("https://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_the_web_becomes_a_link(url, link):
    assert web_link(url) == (url if link else None)


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (500, None, "$5"),
        (750, "USD", "$7.50"),
        (123456700, "USD", "$1,234,567"),
        (1200, "EUR", "EUR 12"),
        (None, None, ""),
    ],
)
def test_a_price_is_said_in_money(cents, currency, words):
    assert CostOption(amount_cents=cents, currency=currency).amount == words
