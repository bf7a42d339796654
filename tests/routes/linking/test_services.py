"""What a person meets in the directory of services."""

import re
from datetime import time

import pytest
import sqlalchemy as sa

from app.directory.importing import import_directory
from app.models.agency.event import Event, EventKind
from app.models.assessment.assessment import Assessment, AssessmentType
from app.models.assessment.domain import Domain, NeedStatus
from app.models.linking.directory import (
    Accessibility,
    CostOption,
    DirectoryAddress,
    DirectoryContact,
    DirectoryLanguage,
    DirectoryPhone,
    Location,
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
from tests.directory.packages import SAMPLE


@pytest.fixture
def directory(session, cast):
    """The sample, and the cast's own service."""
    import_directory(session(), SAMPLE)
    session.commit()


@pytest.fixture
def rich(session, cast):
    """The cast's service with everything on it that a service can have."""
    service = cast.service
    service.alternate_name = "Stay put"
    service.eligibility_description = "Tenants with a court date"
    service.minimum_age, service.maximum_age = 18, 24
    service.application_process = "Call first.\nThen come."
    service.fees_description, service.wait_time = "Sliding scale", "Two weeks"
    service.interpretation_services = "Language line"
    service.alert = "New entrance <around> the corner"
    service.internal_note = "Ask for Jo, she knows us"
    service.url, service.email = "https://law.example.org/evictions", "help@law.example.org"
    place = Location(name="Harbor office", transportation="Bus 14", organization_id=service.organization_id)
    at = ServiceAtLocation(service=service, location=place)
    session.add_all([place, at])
    session.flush()
    session.add_all(
        [
            DirectoryAddress(
                location=place,
                address_1="9 Pier Rd",
                city="Baltimore",
                state_province="MD",
                postal_code="21230",
                country="US",
            ),
            Schedule(
                service_id=service.id, byday="MO,TU,WE,TH,FR", freq="WEEKLY", opens_at=time(9), closes_at=time(17)
            ),
            Schedule(location_id=place.id, byday="SA", freq="WEEKLY", opens_at=time(10), closes_at=time(12)),
            DirectoryPhone(service_id=service.id, number="(410) 555-0142", extension="7", type=PhoneType.VOICE),
            DirectoryPhone(service_id=service.id, number="(410) 555-0199", type=PhoneType.FAX),
            DirectoryPhone(location_id=place.id, number="(410) 555-0111", description="Front door"),
            DirectoryPhone(organization_id=service.organization_id, number="(410) 555-0142", extension="7"),
            DirectoryPhone(organization_id=service.organization_id, number="(410) 555-0100", description="Switchboard"),
            DirectoryContact(service_id=service.id, name="Front desk", email="desk@law.example.org"),
            DirectoryLanguage(service_id=service.id, name="Spanish"),
            DirectoryLanguage(location_id=place.id, name="ASL", note="by appointment"),
            Accessibility(location_id=place.id, description="Ramp", details="on the north side"),
            CostOption(service_id=service.id, option="Seniors", amount_cents=500),
            RequiredDocument(service_id=service.id, document="Lease", uri="https://law.example.org/lease.pdf"),
            RequiredDocument(service_id=service.id, document="Photo ID", uri="javascript:alert(1)"),
            ServiceArea(service_id=service.id, name="Baltimore City"),
            term := TaxonomyTerm(name="Legal", code="1"),
            ServiceTerm(service=service, term=term),
        ]
    )
    session.commit()
    return service.id


def names(answer):
    return answer.texts("#found h3")


def need_of(session, cast, domain=Domain.FOOD):
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.INITIAL)
    need = assessment.rate(domain, by=cast.ana, status=NeedStatus.UNMET)
    session.commit()
    return need.id


def test_everybody_who_works_here_may_search(visit, cast, subtests):
    for who in ["ana", "bo", "cy", "ada"]:
        with subtests.test(who=who):
            assert "Eviction defense" in names(visit.sign_in(getattr(cast, who)).get("/services/"))


def test_nobody_else_may(visit, cast):
    for path in ("/services/", f"/services/{cast.service.id}/"):
        assert "/sign-in" in visit.get(path, status=303).location


def test_search_finds_by_words_kind_and_place_without_script(visit, cast, directory):
    page = visit.sign_in(cast.ana).get("/services/")
    assert page.text("#count") == "151 services"
    found = page.submit("Search", status=200, q="homeless shelter families")
    assert 0 < len(names(found)) < 15 and found.all("#sq")[0].get("value") == "homeless shelter families"
    [food] = [label for label in page.all("label.choice") if label.text_content().startswith("Food")]
    kind = food.xpath(".//input")[0].get("value")
    number = int(food.xpath(".//span[@class='n']")[0].text_content())
    food_too = found.submit("Apply filters", q="homeless", kind=kind, place="baltimore")
    chips = food_too.texts(".chips a")
    assert chips == ["Food", "baltimore", "Clear all"]
    assert food_too.all(f"input[value='{kind}'][checked]")
    assert number > 0 and food_too.all("#term option")
    without = food_too.click("baltimore")
    assert without.texts(".chips a") == ["Food", "Clear all"]
    assert without.click("Clear all").text("#count") == "151 services"


def test_what_is_below_a_kind_narrows_it(visit, cast, directory, session):
    housing = session.scalar(
        sa.select(TaxonomyTerm.id).where(TaxonomyTerm.name == "Housing", TaxonomyTerm.parent_id.is_(None))
    )
    page = visit.sign_in(cast.ana).get("/services/", kind=housing)
    offered = {option.text_content(): option.get("value") for option in page.all("#term option")[1:]}
    words, term = next(iter(offered.items()))
    number = int(re.search(r"\((\d+)\)", words)[1])
    narrowed = page.submit("Apply filters", term=term)
    assert narrowed.text("#count") == f"{number} service{'s' if number != 1 else ''}"
    assert narrowed.texts(".chips a")[0] == re.sub(r"^(– )*| \(\d+\)$", "", words)


def test_names_come_first(visit, cast, directory):
    found = names(visit.sign_in(cast.ana).get("/services/", q="pantry"))
    in_name = ["pantry" in name.lower() for name in found]
    assert in_name == sorted(in_name, reverse=True) and in_name[0] and not in_name[-1]


def test_results_come_in_pages_that_have_an_address(visit, cast, directory):
    first = visit.sign_in(cast.ana).get("/services/")
    second = first.click("Next")
    assert second.path == "/services/?page=2"
    assert len(names(first)) == len(names(second)) == 20 and not set(names(first)) & set(names(second))
    assert len(names(visit.get("/services/", page="999"))) == 11
    assert names(visit.get("/services/", page="0")) == names(visit.get("/services/", page="x")) == names(first)


def test_htmx_gets_only_the_results_with_count_and_kinds_beside_them(visit, cast, directory):
    part = visit.sign_in(cast.ana).get("/services/", htmx=True, q="food")
    assert b"<html" not in part.bytes and b"<h1" not in part.bytes
    assert part.all("[hx-swap-oob]") and {found.get("id") for found in part.all("[hx-swap-oob]")} == {
        "count",
        "kinds",
        "languages",
    }
    assert part.text("#count").endswith("services") and part.texts("h3")
    assert "HX-Request" in part.response.headers["Vary"]


def test_a_search_that_finds_nothing_says_so_and_offers_a_way_out(visit, cast):
    page = visit.sign_in(cast.ana).get("/services/", q="zebra")
    assert "No services match" in page.text("#found") and page.click("Clear search").path == "/services/"


def test_an_empty_directory_leads_an_administrator_to_the_import(visit, cast, session):
    session.delete(cast.service)
    session.commit()
    assert "The directory is empty" in visit.sign_in(cast.ana).get("/services/").text("#found")
    assert not visit.get("/services/").all("#found a")
    assert visit.sign_in(cast.ada).get("/services/").click("Import a directory").path == "/directory-imports/new"


def test_strange_addresses_are_answered_calmly(visit, cast, subtests):
    for args in [
        {"kind": "abc"},
        {"kind": "9" * 30},
        {"kind": "-1"},
        {"term": "1 OR 1=1"},
        {"q": "\x00"},
        {"q": "%" * 500},
        {"q": ["a", "b"]},
        {"place": "'"},
        {"page": "1" * 40},
        {"closed": "maybe"},
    ]:
        with subtests.test(args=args):
            visit.sign_in(cast.ana).get("/services/", **args)


def test_an_entry_that_is_not_there_is_not_found(visit, cast, subtests):
    for path in ["/services/999999/", "/services/99999999999/", f"/services/{2**63}/", "/services/0/"]:
        with subtests.test(path=path):
            visit.sign_in(cast.ana).get(path, status=404)
            visit.get(f"{path}edit", status=404)


def test_a_service_shows_everything_a_client_needs_to_know(visit, cast, rich):
    page = visit.sign_in(cast.ana).get(f"/services/{rich}/")
    said = page.text("main").replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "Eviction defense", "Stay put", "Harbor Law Clinic", "Lawyers", "Tenants with a court date", "Ages 18 to 24",
        "Call first. Then come.", "Sliding scale", "Seniors: $5", "Two weeks", "Language line",
        "Spanish, ASL (by appointment)", "Lease; Photo ID", "Baltimore City", "New entrance <around> the corner",
        "Mon to Fri, 9 am to 5 pm",
        "Sat, 10 am to noon", "9 Pier Rd, Baltimore, MD 21230", "Bus 14", "Ramp: on the north side", "Front desk",
        "Switchboard", "Front door", "not checked", "Ask for Jo, she knows us", "Legal",
    ):  # fmt: skip
        assert words in said, words
    phones = [link.get("href") for link in page.all("a[href^='tel:']")]
    assert phones[0] == "tel:4105550142;ext=7"
    assert {"tel:4105550111", "tel:4105550100"} <= set(phones) and "tel:4105550199" not in phones
    assert "(410) 555-0199 Fax" in said


def test_only_the_web_is_linked_and_tells_nobody_where_one_came_from(visit, cast, rich):
    page = visit.sign_in(cast.ana).get(f"/services/{rich}/")
    outward = {link.get("href"): link.get("rel") for link in page.all("a[href^='http']")}
    assert set(outward) == {"https://law.example.org/evictions", "https://law.example.org/lease.pdf"}
    assert all("noreferrer" in rel for rel in outward.values())
    assert not page.all("a[href^='javascript']") and b"javascript:" not in page.bytes


def test_what_is_not_listed_is_said_to_be_not_listed(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/services/{cast.service.id}/")
    assert page.texts(".faint").count("not listed") > 8
    assert "not checked" in page.text("aside")


def test_the_internal_note_is_not_printed(visit, cast, rich):
    page = visit.sign_in(cast.ana).get(f"/services/{rich}/")
    [note] = [panel for panel in page.all("section") if "Ask for Jo" in panel.text_content()]
    assert "no-print" in note.get("class")
    assert "Ask for Jo" not in visit.get("/services/").text("main")


@pytest.mark.parametrize(
    ("status", "may_refer"), [("temporarily closed", True), ("inactive", False), ("defunct", False)]
)
def test_a_service_that_is_not_offered_is_said_to_be_so(visit, cast, session, status, may_refer):
    cast.service.status = ServiceStatus(status)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/services/{cast.service.id}/")
    assert page.text(".notice h2").lower() == status
    assert bool(page.all("a.btn-primary")) is may_refer


def test_the_number_of_queries_does_not_grow_with_what_is_listed(visit, cast, rich, session, directory):
    need = need_of(session, cast)
    visit.sign_in(cast.ana)
    paths = [
        "/services/",
        f"/services/?case={cast.case.id}&need={need}",
        f"/services/{rich}/?case={cast.case.id}&need={need}",
    ]
    before = []
    for path in paths:
        visit.get(path)
        before.append(len(visit.queries))
    service = session.get(Service, rich)
    for number in range(30):
        place = Location(name=f"Branch {number}")
        session.add_all([place, ServiceAtLocation(service=service, location=place)])
        session.flush()
        session.add_all(
            [
                DirectoryAddress(
                    location=place,
                    address_1="1 A St",
                    city="Bel Air",
                    state_province="MD",
                    postal_code="21014",
                    country="US",
                ),
                DirectoryPhone(location_id=place.id, number=f"410-555-{number:04}"),
                Schedule(location_id=place.id, byday="MO", opens_at=time(8)),
                DirectoryContact(location_id=place.id, name=f"Person {number}"),
                ServiceArea(service_id=rich, name=f"Area {number}"),
                RequiredDocument(service_id=rich, document=f"Paper {number}"),
                CostOption(service_id=rich, option=f"Price {number}"),
                DirectoryLanguage(service_id=rich, name=f"Tongue {number}"),
            ]
        )
    session.commit()
    after = []
    for path in paths:
        page = visit.get(path)
        after.append(len(visit.queries))
    assert "Branch 29" in page.text("main") and "Price 29" in page.text("main")
    assert after == before
    assert max(after) <= 12


def test_for_a_client_every_link_carries_the_case_and_the_need_along(visit, cast, session):
    need = need_of(session, cast)
    page = visit.sign_in(cast.ana).get("/services/", case=cast.case.id, need=need)
    assert page.text(".context p") == "Looking for Rosa Díaz, need: Food"
    refer = page.all(".result a.btn")[0]
    assert refer.text_content().startswith("Refer Rosa")
    for name, id in (("case", cast.case.id), ("need", need), ("service", cast.service.id)):
        assert f"{name}={id}" in refer.get("href")
    again = page.submit("Search", status=200, q="eviction")
    entry = again.click("Eviction defense")
    assert entry.text(".context p") == "Looking for Rosa Díaz, need: Food"
    [refer] = entry.all("a.btn-primary")
    assert f"case={cast.case.id}" in refer.get("href") and f"need={need}" in refer.get("href")
    assert not entry.click("Search without a client").all(".context")


def test_a_need_may_be_given_by_its_domain(visit, cast):
    page = visit.sign_in(cast.ana).get("/services/", case=cast.case.id, need="housing_instability")
    assert page.text(".context p") == "Looking for Rosa Díaz, need: Housing instability"
    assert "need=housing_instability" in page.all(".result a.btn")[0].get("href")


def test_a_client_out_of_reach_is_not_named(visit, cast, session):
    need = need_of(session, cast)
    visit.sign_in(cast.cy)
    for path in ("/services/", f"/services/{cast.service.id}/"):
        for args in ({"case": cast.case.id}, {"case": cast.case.id, "need": need}, {"case": cast.hidden_case.id}):
            answer = visit.get(path, status=404, **args)
            assert "Rosa" not in answer.said() and "Hope" not in answer.said()
            visit.get(path, status=404, htmx=True, **args)
    visit.sign_in(cast.ada).get("/services/", status=403, case=cast.case.id)


def test_a_need_of_another_case_is_not_taken(visit, cast, session):
    need = need_of(session, cast)
    visit.sign_in(cast.ana).get("/services/", status=404, case=cast.elder_case.id, need=need)
    visit.sign_in(cast.bo).get("/services/", status=404, case=cast.case.id, need=need + 1000)


def test_a_need_that_is_none_leads_nowhere(visit, cast, subtests):
    for need in ["x", "9" * 5_000, "10000000000"]:
        with subtests.test(need=need):
            visit.sign_in(cast.ana).get("/services/", status=404, case=cast.case.id, need=need)


def test_a_case_that_is_no_number_leads_nowhere(visit, cast, subtests):
    for number in ["x", "-1", "1.0", "9" * 5_000, "١", "0"]:
        with subtests.test(number=number):
            visit.sign_in(cast.ana).get("/services/", status=404, case=number)


def test_looking_for_a_client_is_on_the_trail_once_per_page_not_per_key(visit, cast, session):
    def viewed():
        mine = sa.select(sa.func.count()).where(Event.kind == EventKind.CLIENT_VIEWED, Event.client_id == cast.rosa.id)
        return session.scalar(mine.select_from(Event))

    before = viewed()
    visit.sign_in(cast.ana).get("/services/", case=cast.case.id)
    assert viewed() == before + 1
    visit.get("/services/", htmx=True, case=cast.case.id, q="ev")
    assert viewed() == before + 1


def test_a_try_at_a_client_out_of_reach_is_on_the_trail(visit, cast, session):
    visit.sign_in(cast.cy).get("/services/", status=404, case=cast.case.id)
    event = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.kind, event.by_id) == (EventKind.ACCESS_REFUSED, cast.cy.id)


def test_staff_correct_an_entry_and_it_is_used_at_once(visit, cast):
    form = visit.sign_in(cast.ana).get(f"/services/{cast.service.id}/").click("Correct this entry")
    said = {
        "status": "temporarily closed",
        "capacity": "waitlist",
        "alert": "Moved",
        "internal_note": "Call Jo",
        "verified": "y",
    }
    opened = form.all("input[name=opened]")[0].get("value")
    page = visit.post(f"/services/{cast.service.id}/", said | {"opened": opened})
    said = page.text("main")
    assert "The entry is corrected." in said and "Temporarily closed" in said and "Moved" in said and "Call Jo" in said
    assert "No capacity – waitlist" in said and "Ana Reyes" in said
    result = visit.get("/services/").text(".result-side")
    assert "Temporarily closed" in result and "waitlist" in result and "Checked" in result


def test_a_correction_that_is_wrong_comes_back_with_the_text(visit, cast):
    form = visit.sign_in(cast.ana).get(f"/services/{cast.service.id}/edit")
    again = form.submit("Save the correction", status=422, alert="x" * 2_001, internal_note="Kept")
    assert "Use at most 2000 characters." in again.text(".errors")
    assert again.all("#internal_note")[0].text_content().strip() == "Kept"
    assert cast.service.internal_note is None


def test_what_was_being_typed_is_offered_again(visit, cast):
    path = f"/services/{cast.service.id}/edit"
    opened = visit.sign_in(cast.ana).get(path).all("input[name=opened]")[0].get("value")
    typed = {"internal_note": "Half a sen", "status": "active", "opened": opened}
    visit.post(f"/drafts/service/{cast.service.id}", typed, status=200)
    again = visit.get(path)
    assert "Your unsaved text is back" in again.text("main")
    assert again.all("#internal_note")[0].text_content().strip() == "Half a sen"
    again.submit("Save the correction", internal_note="A whole sentence")
    assert cast.service.internal_note == "A whole sentence"
    assert "unsaved" not in visit.get(path).text("main")


def test_two_people_who_correct_at_once_lose_neither_text(visit, cast):
    visit.sign_in(cast.ana)
    first, second = visit.get(f"/services/{cast.service.id}/edit"), visit.get(f"/services/{cast.service.id}/edit")
    first.submit("Save the correction", alert="Ana’s text")
    answer = second.submit("Save the correction", status=409, alert="My other text")
    assert "Ana’s text" in answer.said() and "My other text" in answer.said()
    assert cast.service.alert == "Ana’s text"
