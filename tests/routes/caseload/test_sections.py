"""The details of a client, section by section: edited in place, refused in words, and nothing typed is lost."""

import hashlib
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.agency import Agency, SsnKept
from app.models.agency.draft import Draft, Once
from app.models.agency.event import Event, EventKind
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.circumstances import Circumstances
from app.models.caseload.client import Address, AddressKind
from app.models.caseload.identifier import Identifier
from app.models.caseload.income import IncomeRecord
from app.models.monitoring.task import Task
from tests.browser import Visit

SECTIONS = ("names", "demographics", "languages", "contact-details", "addresses", "remarks", "circumstances")


def at(cast, place):
    return f"/clients/{cast.rosa.id}/{place}"


def last_line(session):
    session.rollback()
    return session.scalars(
        sa.select(Event).where(Event.kind == EventKind.CLIENT_CHANGED).order_by(Event.id.desc())
    ).first()


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_stands_on_the_page_of_details_and_opens_in_its_place(visit, cast, section):
    page = visit.sign_in(cast.ana).get(at(cast, "details/"))
    name = section.replace("-", "_")
    (link,) = page.all(f"section#{name} a[hx-get]")
    assert link.get("href") == link.get("hx-get") == at(cast, f"{section}/edit") and link.get("hx-target") == f"#{name}"
    alone = visit.get(at(cast, f"{section}/edit"), htmx=True)
    assert not alone.all("h1") and alone.all("form[method=post]")
    whole = visit.get(at(cast, f"{section}/edit"))
    assert whole.all("h1") and whole.all("form[method=post]")


def test_names_over_time_are_kept_shown_and_found(visit, cast, session):
    page = visit.sign_in(cast.ana).get(at(cast, "names/edit"))
    shown = page.submit(
        "Save", last_name="Marín", keep_former="y",
        **{"other_names-0-kind": "married", "other_names-0-from_on": "2012-05-01", "other_names-0-to_on": "2019-02-01",
           "other_names-1-text": "O’Dìaz", "other_names-1-kind": "spelling"},
    )  # fmt: skip
    said = shown.text("#names")
    for words in (
        "Rosa Marín",
        "Rosita Marsh",
        "Married name",
        "May 1, 2012",
        "O’Dìaz",
        "Rosa Díaz",
        "Earlier legal name",
    ):
        assert words in said
    assert set(last_line(session).fields) == {"last_name", "other_names"}
    for words in ("odiaz", "rosa diaz", "marin"):
        assert visit.get("/clients/", q=words).texts("tbody th a") == ["Rosa Marín"]


@pytest.mark.parametrize(
    ("section", "typed", "words"),
    [
        ("names", {"last_name": "W" * 51}, "at most 50 characters"),
        (
            "names",
            {"other_names-0-from_on": "2020-01-01", "other_names-0-to_on": "2019-01-01"},
            "ends before it begins",
        ),
        ("names", {"other_names-1-from_on": "2020-01-01"}, "Write the name"),
        ("demographics", {"age_said": "40"}, "follows from the date of birth"),
        ("demographics", {"age_said_on": "2020-01-01"}, "Write the age"),
        ("demographics", {"age_said": "131", "born_on": ""}, "from 0 to 130"),
        ("demographics", {"born_on": (clock.today() + timedelta(days=90)).isoformat()}, "unborn child"),
        ("demographics", {"race": ["white", "unknown"]}, "not both"),
        ("contact-details", {"phones-0-avoid": "y"}, "not both"),
        ("contact-details", {"phones-1-note": "ask for Inés"}, "Write the number"),
        ("contact-details", {"email": "at home"}, "e-mail address"),
        ("addresses", {"addresses-0-street": "1 Main", "addresses-0-mail": "y", "addresses-0-avoid": "y"}, "not both"),
        ("circumstances", {"as_of_on": (clock.today() + timedelta(days=1)).isoformat()}, "in the past"),
        ("circumstances", {"housing": "castle"}, "Choose one from the list"),
    ],
)
def test_what_cannot_be_is_refused_with_everything_that_was_typed(visit, cast, session, section, typed, words):
    page = visit.sign_in(cast.ana).get(at(cast, f"{section}/edit"))
    again = page.submit("Save", status=422, **typed)
    assert words in again.text(".errors")
    for name, value in typed.items():
        if name not in ("housing", "race") and value != "y":
            assert again.all(f"[name='{name}']")[0].get("value") == value
    assert session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 1
    assert session.query(Event).filter_by(kind=EventKind.CLIENT_CHANGED).count() == 0


def test_a_long_legal_name_is_not_cut_off_by_the_browser_and_fits_among_the_others(visit, cast):
    page = visit.sign_in(cast.ana).get(at(cast, "names/edit"))
    for name in ("first_name", "last_name", "preferred_name", "other_names-0-text"):
        assert page.all(f"[name='{name}']")[0].get("maxlength") is None
    page.submit("Save", **{"other_names-1-text": "W" * 200})
    assert cast.rosa.other_names[1].text == "W" * 200


def test_saving_what_is_there_writes_nothing(visit, cast, session):
    visit.sign_in(cast.ana)
    for section in ("names", "languages", "contact-details", "addresses", "remarks", "circumstances"):
        visit.get(at(cast, f"{section}/edit")).submit("Save")
    assert (
        session.query(Event).filter(Event.kind.in_([EventKind.CLIENT_CHANGED, EventKind.CIRCUMSTANCES_CHANGED])).count()
        == 0
    )


def test_two_people_in_one_section_choose_and_in_two_sections_do_not_meet(visit, cast, session):
    languages = visit.sign_in(cast.ana).get(at(cast, "languages/edit"))
    names = visit.get(at(cast, "names/edit"))
    other = Visit(visit.app).sign_in(cast.bo)
    other.get(at(cast, "languages/edit")).submit("Save", written_language="English")
    names.submit("Save", suffix="Jr.")
    conflict = languages.submit("Save", status=409, written_language="French")
    assert "English" in conflict.said() and "French" in conflict.said()
    conflict.submit("Save this", **{"choose-written_language": "mine"})
    assert (cast.rosa.written_language, cast.rosa.suffix) == ("French", "Jr.")


def test_an_age_takes_the_place_of_an_unknown_birth_date(visit, cast, session):
    page = visit.sign_in(cast.ana).get(at(cast, "demographics/edit"))
    page.submit("Save", born_on="", birth_quality="unknown", age_said="40", age_said_on="2024-03-01")
    rosa = cast.rosa
    assert (rosa.age_said, rosa.age_said_on, rosa.birth_quality) == (40, date(2024, 3, 1), "unknown")
    assert f"about {rosa.age}" in visit.get(at(cast, "details/")).said()
    visit.get(at(cast, "demographics/edit")).submit("Save", sex="female")
    assert cast.rosa.age_said_on == date(2024, 3, 1), "the day of the age stays when something else is corrected"
    visit.get(at(cast, "demographics/edit")).submit("Save", age_said="41", age_said_on="")
    assert cast.rosa.age_said_on == clock.today()


def test_gender_is_asked_only_where_the_agency_asks(visit, cast, session):
    visit.sign_in(cast.ana)
    assert not visit.get(at(cast, "demographics/edit")).all("[name=gender_identity]")
    Agency.here().asks_gender = True
    session.commit()
    visit.get(at(cast, "demographics/edit")).submit("Save", gender_identity="two-spirit")
    assert "two-spirit" in visit.get(at(cast, "details/")).said()


def test_what_is_missing_is_listed_once_and_a_refusal_to_answer_is_an_answer(visit, cast, session):
    cast.family.expects = ["housing", "income"]
    session.commit()
    page = visit.sign_in(cast.ana).get(at(cast, "details/"))
    missing = "[aria-labelledby=missing-h] li"
    assert page.texts(missing) == [
        "Sex", "Race and ethnicity", "Language they prefer to read", "Whether papers have to be translated", "Housing", "Income",
    ]  # fmt: skip
    visit.get(at(cast, "demographics/edit")).submit("Save", sex="declined", race=["unknown"])
    visit.get(at(cast, "languages/edit")).submit("Save", written_language="Spanish", translation_needed="declined")
    visit.get(at(cast, "circumstances/edit")).submit("Save", housing="unknown")
    visit.get(at(cast, "income-records/new")).submit("Put it on file", income="declined")
    assert "Everything that is asked of everybody is answered" in visit.get(at(cast, "details/")).said()


def test_how_somebody_lives_is_written_down_for_a_day_and_what_held_before_stays(visit, cast, session):
    visit.sign_in(cast.ana)
    visit.get(at(cast, "circumstances/edit")).submit("Save", as_of_on="2026-01-05", housing="rent", veteran="no")
    visit.get(at(cast, "circumstances/edit")).submit("Save", as_of_on="2026-06-05", housing="homeless")
    assert [(row.housing, row.veteran) for row in session.scalars(Circumstances.of(cast.rosa))] == [
        ("homeless", "no"), ("rent", "no"),
    ]  # fmt: skip
    page = visit.get(at(cast, "details/"))
    assert "Homeless" in page.text("#circumstances") and "Rents" in page.text("#circumstances details")


# -- income


def test_income_by_source_is_compared_with_the_guideline_of_its_day(visit, cast, session):
    page = visit.sign_in(cast.ana).get(at(cast, "income-records/new"))
    shown = page.submit(
        "Put it on file", as_of_on="2026-03-01", income="yes", amount_earned="$1,190.50", amount_other="9.50",
        named="Sells cakes", household_size="3", benefits="yes", benefit_kinds=["snap", "wic"], insurance="unknown",
    )  # fmt: skip
    said = shown.text("#income")
    for words in (
        "$1,200",
        "$1,190.50",
        "Sells cakes",
        "52.7 %",
        "$27,320 a year, 2026",
        "SNAP",
        "WIC",
        "Client doesn’t know",
    ):
        assert words in said, words
    assert "52.7 %" in shown.said()
    again = visit.get(at(cast, "income-records/new"))
    assert again.all("[name=amount_earned]")[0].get("value") == "1190.50"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"income": "yes"}, "at least one amount"),
        ({"income": "declined", "amount_ssi": "914"}, "Amounts are written below"),
        ({"income": "yes", "amount_ssi": "٩١٤"}, "amount in dollars"),
        ({"income": "yes", "amount_ssi": "-5"}, "amount in dollars"),
        ({"income": "yes", "amount_ssi": "1,00"}, "amount in dollars"),
        ({"income": "yes", "amount_ssi": "9999999"}, "amount in dollars"),
        ({"income": "no", "named": "cakes"}, "amount from the other source"),
        ({"household_size": "0"}, "from 1 to 30"),
        ({"benefits": "yes"}, "Say which"),
        ({"insurance_kinds": ["medicaid"]}, "Answer “Yes” above"),
        ({"as_of_on": "2999-01-01"}, "Check the year"),
    ],
)
def test_income_that_cannot_be_is_refused_and_kept_on_the_page(visit, cast, session, typed, words):
    page = visit.sign_in(cast.ana).get(at(cast, "income-records/new"))
    again = page.submit("Put it on file", status=422, note="Saw two pay stubs", **typed)
    assert words in again.text(".errors") and "Saw two pay stubs" in again.text("#note")
    assert session.query(IncomeRecord).count() == 0


def test_a_statement_in_error_stays_readable_and_counts_nowhere(visit, cast, session):
    visit.sign_in(cast.ana).get(at(cast, "income-records/new")).submit(
        "Put it on file", income="no", household_size="1"
    )
    asking = visit.get(at(cast, "details/")).click("Entered in error")
    asking.submit("Mark as entered in error", status=422)
    shown = asking.submit("Mark as entered in error", reason="Of another client")
    assert "Of another client" in shown.text("#income details") and "Not written down" in shown.text("#income")
    asking.submit("Mark as entered in error", status=409, reason="again", once="another")


# -- numbers


def test_a_number_is_masked_until_somebody_asks_and_that_is_on_the_trail(visit, cast, session):
    form = visit.sign_in(cast.ana).get(at(cast, "identifiers/new"))
    assert "ssn" not in [option.get("value") for option in form.all("#kind option")]
    kept = form.submit("Keep the number", kind="medicaid", number="MD 4471", issuer="Maryland")
    assert "Medicaid ID" in kept.text("#identifiers") and "4471" not in kept.text()
    for place in ("edit", "details/", "trail/", ""):
        assert "4471" not in visit.get(at(cast, place)).text()
    row = session.scalars(sa.select(Identifier)).one()
    assert "4471" not in visit.get(f"/identifiers/{row.id}/edit").text()
    shown = visit.get(at(cast, "details/")).submit("Show", status=200)
    assert "MD 4471" in shown.text("#identifiers")
    session.rollback()
    assert session.query(Event).filter_by(kind=EventKind.IDENTIFIER_SHOWN, by_id=cast.ana.id).count() == 1
    assert "looked at an identification number" in visit.get(at(cast, "trail/")).said()


def test_a_number_that_is_refused_is_kept_in_no_draft(visit, cast, session):
    Agency.here().ssn = SsnKept.FULL
    session.commit()
    form = visit.sign_in(cast.ana).get(at(cast, "identifiers/new"))
    again = form.submit("Keep the number", status=422, kind="ssn", number="078-05-11")
    assert "no whole Social Security number" in again.text(".errors")
    assert again.all("[name=number]")[0].get("value") == "078-05-11"
    assert session.query(Draft).count() == 0 and session.query(Identifier).count() == 0
    again.submit("Keep the number", number="078-05-1120")
    again.submit("Keep the number", status=422, number="078-05-1121", once="another")


def test_what_is_kept_of_a_sent_form_does_not_give_the_number_away(visit, cast, session):
    """A plain hash of a form with a short number in it could be found out by trying all numbers."""
    visit.sign_in(cast.ana).get(at(cast, "identifiers/new")).submit("Keep the number", kind="court", number="219")
    said = [("expires_on", ""), ("issuer", ""), ("kind", "court"), ("number", "219"), ("quality", "full")]
    plain = hashlib.sha256(repr((at(cast, "identifiers/new"), said)).encode()).hexdigest()
    kept = session.scalars(sa.select(Once.digest)).all()
    assert len(kept) == 1 and plain not in kept


def test_a_number_is_corrected_and_taken_off_with_a_reason(visit, cast, session):
    visit.sign_in(cast.ana).get(at(cast, "identifiers/new")).submit("Keep the number", kind="court", number="21-C-9")
    correcting = visit.get(at(cast, "details/")).click("Correct Court case number")
    correcting.submit("Save", status=422, quality="declined", number="21-C-10")
    shown = correcting.submit("Save", issuer="Circuit Court").submit("Show", status=200)
    assert "21-C-9" in shown.text("#identifiers") and "Circuit Court" in shown.text("#identifiers")
    asking = visit.get(at(cast, "details/")).click("Correct Court case number").click("Take it off")
    asking.submit("Take it off", status=422)
    gone = asking.submit("Take it off", reason="The case is closed")
    assert "No number on file" in gone.text("#identifiers")
    row = session.scalars(sa.select(Identifier)).one()
    assert (row.sealed, row.removed_reason) == (None, "The case is closed")


# -- the front desk


def test_the_desk_corrects_phones_and_addresses_and_nothing_else(visit, cast, session):
    cast.rosa.addresses = [Address(street="1 Main"), Address(kind=AddressKind.CONFIDENTIAL, street="12 Hidden Lane")]
    session.commit()
    card = visit.sign_in(cast.fay).get(at(cast, ""))
    form = card.click("Correct phones")
    assert not form.all("[name=what_helps], [name=last_name]")
    form.submit("Save", **{"phones-0-number": "555 010 0177", "phones-0-call": "y", "safe_contact": "Mornings only"})
    assert "555 010 0177" in visit.get(at(cast, "")).said() and "Mornings only" in visit.get(at(cast, "")).said()
    places = visit.get(at(cast, "")).click("Correct addresses")
    assert "Hidden Lane" not in places.text() and "onfidential address is on file" not in places.text()
    places.submit("Save", **{"addresses-0-street": "2 Main"})
    assert [(a.street, a.kind) for a in cast.rosa.addresses] == [("12 Hidden Lane", "confidential"), ("2 Main", "home")]
    assert last_line(session).by_id == cast.fay.id and last_line(session).fields == ["addresses"]
    for section in ("names", "demographics", "languages", "remarks", "circumstances"):
        visit.get(at(cast, f"{section}/edit"), status=403)
        visit.post(at(cast, f"{section}/edit"), {}, status=403)


def test_the_desk_cannot_take_the_confidential_address_off(visit, cast, session):
    cast.rosa.addresses = [Address(kind=AddressKind.CONFIDENTIAL, street="12 Hidden Lane")]
    session.commit()
    page = visit.sign_in(cast.fay).get(at(cast, "addresses/edit"))
    opened = page.all("input[name=opened]")[0].get("value")
    visit.post(at(cast, "addresses/edit"), {"without_hidden": "y", "opened": opened})
    assert [a.street for a in cast.rosa.addresses] == ["12 Hidden Lane"]


def test_what_the_desk_typed_and_was_refused_is_given_back(visit, cast):
    form = visit.sign_in(cast.fay).get(at(cast, "contact-details/edit"))
    form.submit("Save", status=422, safe_contact="Ring twice", email="nonsense")
    back = visit.get("/").click("How to reach a client: Rosa Díaz")
    assert "Ring twice" in back.text("#safe_contact") and back.all("[name=email]")[0].get("value") == "nonsense"


# -- alerts where somebody is about to be contacted


@pytest.fixture
def warned(cast, session):
    with clock.at(clock.now() - timedelta(days=60)):
        Alert.raise_for(
            cast.rosa, by=cast.ana, kind=AlertKind.NO_VOICEMAIL, what_to_do="Text before three", reason="Court order",
            review_on=clock.today() + timedelta(days=30),
        )  # fmt: skip
    session.commit()


def test_an_alert_past_its_review_is_seen_wherever_she_is_about_to_be_contacted(visit, cast, warned):
    visit.sign_in(cast.ana)
    case = cast.case.id
    places = [f"/cases/{case}/{place}" for place in ("notes/", "contacts/new", "tasks/", "referrals/")]
    for place in (*places, f"/referrals/new?case={case}&service={cast.service.id}"):
        page = visit.get(place)
        assert "Text before three" in page.said() and "Past its review" in page.said(), place


def test_the_desk_sees_what_to_do_and_not_why(visit, cast, warned):
    card = visit.sign_in(cast.fay).get(at(cast, ""))
    assert "Text before three" in card.said() and "Past its review" in card.said() and "Court order" not in card.text()
    assert "alert.reason" not in " ".join(visit.queries)


def test_somebody_looks_at_an_alert_again(visit, cast, session, warned):
    page = visit.sign_in(cast.ana).get(at(cast, "")).click("Look again")
    page.submit("It still holds", status=422, review_on=(clock.today() + timedelta(days=400)).isoformat())
    page.submit("It still holds", status=422, reason="")
    record = page.submit("It still holds", what_to_do="Text before two", reason="Court order, renewed")
    assert "Text before two" in record.text(".alert-safety") and "Past its review" not in record.said()


def test_my_day_says_how_to_reach_somebody_beside_what_is_to_do(visit, cast, session, warned):
    Task.add(cast.case, by=cast.ana, title="Call her", due_on=clock.today())
    session.commit()
    row = visit.sign_in(cast.ana).get("/").texts("section[aria-labelledby=today-h] li")[0]
    assert "Text before three" in row and "Call her" in row
    cast.rosa.correct(by=cast.ana, preferred_contact="do_not")
    session.commit()
    assert "Don’t reach out" in visit.get("/").texts("section[aria-labelledby=today-h] li")[0]
