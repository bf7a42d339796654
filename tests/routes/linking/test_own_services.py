"""A service that a caseworker knows and no directory lists: added, found, printed, corrected."""

import sqlalchemy as sa

from app.documents.slip_paper import particulars
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.linking.directory import DirectoryLanguage, Service, ServiceTerm, TaxonomyTerm
from app.models.linking.referral import Referral, ReferralMethod, ReferralType
from tests.rosas_file import SECRET

PANTRY = {
    "organization": "St. Anne’s Church",
    "name": "Pantry shelf",
    "description": "Groceries for the week",
    "phone": "410-555-0136",
    "street": "9 Orchard Street",
    "city": "Millbrook",
    "hours": "Wednesday, 4 pm to 7 pm\nSaturday, 9 am to noon",
    "eligibility_description": "Anyone",
    "application_process": "Ring at the side door.",
    "documents": "A bag\nNothing else",
    "fees_description": "Free",
    "languages": "English, Spanish",
}


def added(visit, session, **more):
    visit.post("/services/", PANTRY | more)
    return session.scalars(sa.select(Service).where(Service.name == PANTRY["name"])).one()


def test_a_caseworker_adds_one_for_a_client_and_can_refer_there_at_once(visit, cast, session):
    food = TaxonomyTerm(name="Food", code="1")
    session.add(food)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/services/?case={cast.case.id}").click("Add a service")
    assert "Rosa Díaz" in page.text(".context")
    page = page.submit("Add the service", **PANTRY, term_id=str(food.id))
    page = visit.get(page.location) if page.response.status_code == 303 else page
    assert "9 Orchard Street" in page.text("main") and "Wednesday, 4 pm to 7 pm" in page.text("main")
    assert "our own entry" in page.text("main") and "Refer Rosa" in page.text(".page-head")
    service = session.scalars(sa.select(Service).where(Service.name == "Pantry shelf")).one()
    assert service.own and session.scalars(sa.select(ServiceTerm.term_id)).all() == [food.id]
    event = session.scalars(sa.select(Event).where(Event.kind == EventKind.SERVICE_ADDED)).one()
    assert (event.by_id, event.record_id, event.client_id) == (cast.ana.id, service.id, None)


def test_it_is_found_like_any_other_and_marked(visit, cast, session):
    visit.sign_in(cast.ana)
    added(visit, session)
    page = visit.get("/services/?q=groceries&place=millbrook")
    assert "Pantry shelf" in page.text("#found") and "Our own entry" in page.text("#found")


def test_it_stands_on_the_slip_with_all_that_was_written(visit, cast, session):
    visit.sign_in(cast.ana)
    service = added(visit, session)
    referral = Referral.make(
        cast.case,
        by=cast.ana,
        domain=Domain.FOOD,
        type=ReferralType.REFERRAL,
        method=ReferralMethod.PHONE,
        service=service,
    )
    referral.send(by=cast.ana)
    slip = particulars(referral, by=cast.ana, code="RF-1-1-ABCD")
    assert slip["to"]["hours"] == ["Wednesday, 4 pm to 7 pm", "Saturday, 9 am to noon"]
    assert (slip["to"]["phone"], slip["to"]["address"]) == ("410-555-0136", "9 Orchard Street\nMillbrook")
    assert (slip["apply"], slip["for_whom"], slip["cost"]) == ("Ring at the side door.", ["Anyone"], "Free")
    assert (slip["documents"], slip["languages"]) == (["A bag", "Nothing else"], "English, Spanish")


def test_what_is_missing_is_said_with_the_persons_own_text(visit, cast):
    page = visit.sign_in(cast.ana).post("/services/", {"street": "9 Orchard", "hours": "Mondays"}, status=422)
    errors = page.text(".errors")
    assert "Write who offers it." in errors and "Write what is offered" in errors and "Write the city too." in errors
    assert page.all("[name=street]")[0].value == "9 Orchard" and page.all("[name=hours]")[0].text == "\nMondays"


def test_sent_twice_it_is_added_once(visit, cast, session):
    visit.sign_in(cast.ana)
    key = visit.get("/services/new").all("[name=once]")[0].value
    first = visit.post("/services/", PANTRY | {"once": key})
    assert visit.post("/services/", PANTRY | {"once": key}).location == first.location
    assert session.scalar(sa.select(sa.func.count(Service.id)).where(Service.name == "Pantry shelf")) == 1


def test_all_of_it_can_be_put_right_and_the_trail_names_what_changed(visit, cast, session):
    visit.sign_in(cast.ana)
    service = added(visit, session)
    page = visit.get(f"/services/{service.id}/edit")
    assert page.all("[name=phone]")[0].text.strip() == "410-555-0136"
    assert page.all("[name=languages]")[0].value == "English, Spanish"
    page.submit("Save the correction", phone="410-555-0199", alert="Closed in August")
    page = visit.get(f"/services/{service.id}/")
    assert "410-555-0199" in page.text("main") and "410-555-0136" not in page.text("main")
    assert "Closed in August" in page.text("main")
    changes = session.scalars(sa.select(Event.fields).where(Event.kind == EventKind.SERVICE_CHANGED)).all()
    assert ["phone"] in changes and any("alert" in fields for fields in changes)


def test_an_edit_opened_before_somebody_elses_is_refused_with_both_texts_even_if_only_the_phone_changed(
    visit, cast, session
):
    visit.sign_in(cast.ana)
    service = added(visit, session)
    first, second = (visit.get(f"/services/{service.id}/edit") for _ in range(2))
    first.submit("Save the correction", phone="410-555-0111")
    page = second.submit("Save the correction", phone="410-555-0222", status=409)
    assert "410-555-0111" in page.text("main") and "410-555-0222" in page.text("main")


def test_an_imported_entry_is_only_corrected(visit, cast, session):
    visit.sign_in(cast.ana)
    version = str(cast.service.version)
    visit.post(f"/services/{cast.service.id}/", {"status": "active", "name": "Hijacked", "version": version})
    session.expire_all()
    assert cast.service.name == "Eviction defense"
    assert not visit.get(f"/services/{cast.service.id}/edit").all("[name=organization]")


def test_the_search_offers_the_languages_there_are_and_keeps_the_chosen_one(visit, cast, session):
    session.add(DirectoryLanguage(service_id=cast.service.id, name="Spanish", code="es"))
    session.commit()
    visit.sign_in(cast.ana)
    page = visit.get("/services/")
    assert page.texts("#language option") == ["Any language", "Spanish (1)"]
    assert "Eviction defense" in visit.get("/services/?language=es").text("#found")
    page = visit.get("/services/?language=vi")
    assert "No services match" in page.text("#found") and "Vietnamese" in page.text(".chips")
    assert "Eviction defense" in page.click("Clear all").text("#found")
    for odd in ("xx-notalanguage", "%27", "a" * 500):
        assert "Eviction defense" in visit.get("/services/", language=odd).text("#found")
    part = visit.get("/services/?language=es", htmx=True)
    assert 'id="languages"' in part.response.text


def test_no_word_of_a_client_gets_into_the_directory(visit, cast, session):
    visit.sign_in(cast.ana)
    page = visit.get(f"/services/new?case={cast.case.id}")
    assert SECRET not in page.text("main")
    visit.get(f"/services/new?case={cast.hidden_case.id}", status=404)
