"""Finding clients, adding one, and correcting a record."""

from datetime import date, timedelta

import pytest

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case
from app.models.caseload.client import Address, AddressKind, Client, Phone
from app.models.caseload.program import Program, Regime
from app.models.caseload.wanted import View
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task

NAMES = "#results a.who"


@pytest.fixture
def many(session, cast):
    """Thirty clients of Ana's with a task each, the first due first, and one of Bo's."""
    today = clock.today()
    for number in range(30):
        client = Client.add(
            by=cast.ana,
            first_name=f"Person{number:02}",
            last_name="Many",
            spoken_language="Somali" if number % 2 else None,
        )
        case = Case.open(client, by=cast.ana, program=cast.family, received_on=today, worker=cast.ana)
        Task.add(case, by=cast.ana, title=f"Call {number}", due_on=today + timedelta(days=number - 3))
    client = Client.add(by=cast.bo, first_name="Ben", last_name="Only")
    Case.open(client, by=cast.bo, program=cast.family, received_on=today, worker=cast.bo)
    session.commit()


# -- the list


def test_a_caseworker_begins_with_their_own_clients_and_the_soonest_next_step(visit, cast, many):
    page = visit.sign_in(cast.ana).get("/clients/")
    assert page.texts(NAMES)[:3] == ["Person00 Many", "Person01 Many", "Person02 Many"]
    assert "Ben Only" not in page.text()
    assert page.texts(".pills a")[0] == "My clients 31"
    assert "31 clients, soonest next step first" in page.text("#count")
    assert "3 days late" in page.text("#results tbody tr") and "Call 0" in page.text("#results tbody tr")


def test_a_supervisor_begins_with_everybody_by_name(visit, cast, many):
    page = visit.sign_in(cast.bo).get("/clients/")
    assert page.text(".pills a[aria-current]") == "All"
    assert page.texts(NAMES)[:2] == ["Rosa Díaz", "Person00 Many"]


@pytest.mark.parametrize(
    "words",
    [
        "ro",
        "ROSA",
        "diaz",
        "Díaz",
        "diaz rosa",
        "rosa d",
        "Rosita",
        "marsh",
        "0142",
        "555 010",
        "02/11/1992",
        "1992-02-11",
        "HR-1001",
    ],
)
def test_a_client_is_found_by_any_part_of_what_is_known(visit, cast, words):
    page = visit.sign_in(cast.ana).get("/clients/", q=words)
    assert page.texts(NAMES) == ["Rosa Díaz"]
    assert page.text("#count").startswith("1 client matches")


@pytest.mark.parametrize(
    "words", ["zzz", "%", "_", "'", "<script>alert(1)</script>", "rosa kowalska", "٠١٤٢", "x" * 190]
)
def test_nobody_is_found_and_the_page_says_what_to_do(visit, cast, words):
    page = visit.sign_in(cast.ana).get("/clients/", q=words)
    assert page.texts(NAMES) == []
    assert "Nobody matches" in page.text(".empty") or "Rosa Díaz" not in page.text()


def test_words_typed_in_any_view_are_looked_for_among_all_clients_in_reach(visit, cast, many):
    for view in ("mine", "silent", "to_sign", "all"):
        page = visit.sign_in(cast.ana).get("/clients/", view=view)
        found = page.submit("Apply", q="only", status=200)
        assert found.texts(NAMES) == ["Ben Only"], view
        again = found.submit("Apply", q="", status=200)
        assert again.text(".pills [aria-current]").startswith(View(view).label), view


def test_the_address_means_what_it_says(visit, cast, many):
    visit.sign_in(cast.ana)
    assert visit.get("/clients/", q="only", view="mine").texts(NAMES) == []
    assert visit.get("/clients/", q="only", view="all").texts(NAMES) == ["Ben Only"]
    assert visit.get("/clients/", q="only", home="mine").texts(NAMES) == ["Ben Only"]
    assert visit.get("/clients/", q="only", view="mine", home="all").texts(NAMES) == []


def test_who_searches_sees_how_many_are_their_own(visit, cast, many):
    everybody = visit.sign_in(cast.ana).get("/clients/?q=n")
    own = everybody.click("of yours")
    assert own.texts(NAMES) and own.text(".pills [aria-current]").startswith("My clients")
    assert "among your clients" in own.text("#count")
    refined = own.submit("Apply", q="n", status=200)
    assert refined.texts(NAMES) == own.texts(NAMES), "words made narrower stay where one looks"
    assert own.click("Look among all clients").texts(NAMES) == everybody.texts(NAMES)


def test_what_is_nobodys_own_and_what_is_all_ones_own_is_not_divided(visit, cast, many):
    visit.sign_in(cast.ana)
    assert "yours" not in visit.get("/clients/?q=only").text("#count")
    assert visit.get("/clients/?q=rosa").text("#count").endswith("yours")


def test_nobody_among_ones_own_leads_to_a_look_among_all(visit, cast, many):
    page = visit.sign_in(cast.ana).get("/clients/?q=only&view=mine")
    assert page.click("Look among all clients").texts(NAMES) == ["Ben Only"]


def test_typing_gets_the_results_alone_and_the_count_out_of_band(visit, cast):
    answer = visit.sign_in(cast.ana).get("/clients/", q="ro", htmx=True)
    assert not answer.bytes.lstrip().startswith(b"<!doctype")
    assert answer.all("#count[hx-swap-oob=true]") and answer.texts("a.who") == ["Rosa Díaz"]
    assert answer.response.headers["Vary"] and answer.response.headers["Cache-Control"] == "no-store"


def test_a_search_is_put_on_the_trail_but_not_every_letter(visit, cast, session):
    searched = session.query(Event).filter_by(kind=EventKind.SEARCHED)
    visit.sign_in(cast.ana).get("/clients/", q="r", htmx=True)
    visit.get("/clients/")
    assert searched.count() == 0
    visit.get("/clients/", q="ro", go="1", htmx=True)
    visit.get("/clients/", q="ros")
    assert searched.count() == 2
    assert all(line.reason is None and line.fields is None for line in searched)


def test_filters_narrow_the_list_and_can_be_taken_off(visit, cast, many):
    page = visit.sign_in(cast.ana).get("/clients/?view=all&stage=linking&language=Somali")
    assert page.texts(NAMES) == [] and "No clients with these filters" in page.text(".empty")
    assert page.texts(".chips a") == [
        "Linking and monitoring (take this filter off)", "Somali (take this filter off)", "Clear filters",
    ]  # fmt: skip
    assert len(page.click("Linking and monitoring").texts(NAMES)) == 15


def test_the_worker_filter_shows_a_colleagues_clients(visit, cast, many):
    page = visit.sign_in(cast.ana).get("/clients/", view="all", worker=str(cast.bo.id))
    assert page.texts(NAMES) == ["Ben Only"]


def test_the_program_filter_is_offered_to_who_works_in_several(visit, cast, session):
    assert not visit.sign_in(cast.ana).get("/clients/").all("#program")
    cast.ana.work_in([cast.family, cast.elders], by=cast.ada)
    session.commit()
    page = visit.get("/clients/", view="all", program=str(cast.elders.id))
    assert page.all("#program") and page.texts(NAMES) == ["Lena Kowalska"]


@pytest.mark.parametrize(
    "query",
    [
        "sort=drop+table", "sort=--name", "sort=", "view=nobody", "stage=1", "program=999999", "program=abc",
        "worker=-1", "worker=%D9%A1", "page=0", "page=-3", "page=99999999999999", "page=x", "language=%00",
        "q=a&q=b", "stage=intake&stage=linking",
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_falls_back(visit, cast, many, query):
    page = visit.sign_in(cast.ana).get(f"/clients/?{query}")
    assert page.all("table, .empty") and not page.all(".field-error")


@pytest.mark.parametrize("key", ["name", "due", "contact", "opened"])
def test_every_column_sorts_both_ways(visit, cast, many, key):
    visit.sign_in(cast.ana)
    up = visit.get("/clients/", view="all", sort=key)
    down = visit.get("/clients/", view="all", sort=f"-{key}")
    assert up.all("th[aria-sort=ascending]") and down.all("th[aria-sort=descending]")
    assert up.texts(NAMES) and down.texts(NAMES)
    if key == "name":
        assert up.texts(NAMES)[:2] == ["Rosa Díaz", "Person00 Many"] and down.texts(NAMES)[0] == "Ben Only"
    if key == "due":
        assert up.texts(NAMES)[0] == "Person00 Many" and down.texts(NAMES)[0] == "Person29 Many"


def test_who_was_never_reached_comes_first_by_last_contact(visit, cast, many):
    Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="Talked")
    from app.extensions import db

    db.session.commit()
    page = visit.sign_in(cast.ana).get("/clients/", sort="-contact")
    assert page.texts(NAMES)[0] == "Rosa Díaz"
    assert "Rosa Díaz" not in visit.get("/clients/", sort="contact").texts(NAMES)[:25]


def test_pages_keep_the_state_in_the_address(visit, cast, many):
    first = visit.sign_in(cast.ana).get("/clients/?view=all&sort=-name")
    assert len(first.texts(NAMES)) == 25 and "1 to 25 of 32" in first.text(".pager")
    second = first.click("Next")
    assert len(second.texts(NAMES)) == 7 and not set(first.texts(NAMES)) & set(second.texts(NAMES))
    assert visit.get("/clients/?view=all&sort=-name&page=99").texts(NAMES) == second.texts(NAMES)


def test_no_contact_counts_the_days_of_the_program_and_only_real_contacts(visit, cast, session):
    case = cast.case
    case.opened_on = clock.today() - timedelta(days=40)
    session.commit()
    visit.sign_in(cast.ana)
    assert visit.get("/clients/", view="silent").texts(NAMES) == ["Rosa Díaz"]
    Note.write(
        case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="No answer", attendance="attempted"
    )
    session.commit()
    assert visit.get("/clients/", view="silent").texts(NAMES) == ["Rosa Díaz"]
    Note.write(case, by=cast.ana, happened_on=clock.today() - timedelta(days=29), method=Method.PHONE, text="Talked")
    session.commit()
    page = visit.get("/clients/", view="silent")
    assert page.texts(NAMES) == [] and "Nobody was forgotten" in page.text(".empty")
    cast.family.contact_days = 14
    session.commit()
    assert visit.get("/clients/", view="silent").texts(NAMES) == ["Rosa Díaz"]


def test_flags_say_what_matters_and_never_why(visit, cast, session):
    Alert.raise_for(
        cast.rosa, by=cast.ana, kind=AlertKind.NO_HOME_VISITS, what_to_do="Her brother is violent",
        review_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    session.commit()
    page = visit.sign_in(cast.ana).get("/clients/")
    assert "Safety alert" in page.text("#results") and "brother" not in page.text()


def test_an_administrator_is_told_that_clients_are_not_for_them(visit, cast):
    page = visit.sign_in(cast.ada).get("/clients/", status=403)
    assert "Your role does not include this" in page.text("h1") and "Rosa" not in page.text()


def test_a_stranger_finds_only_their_own(visit, cast):
    assert visit.sign_in(cast.cy).get("/clients/", view="all").texts(NAMES) == ["Lena Kowalska"]
    assert visit.get("/clients/", q="rosa").texts(NAMES) == []


def test_a_sealed_client_exists_for_nobody_else(visit, cast):
    for person in (cast.ana, cast.bo, cast.cy):
        visit.sign_in(person)
        for path in ("/clients/?q=hidden", "/clients/?view=all", "/clients/?view=all&sort=due"):
            assert "Hidden" not in visit.get(path).text("#results").replace("Nobody matches “hidden”", "")
        visit.get(f"/clients/{cast.hidden.id}/", status=404)
    assert visit.sign_in(cast.di).get("/clients/").texts(NAMES) == ["Hope Hidden"]


def test_a_sealed_case_of_a_known_client_does_not_show_through(visit, cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery clinic", regime=Regime.PART_2)
    cast.di.work_in([cast.harbor, clinic], by=cast.ada)
    session.flush()
    case = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today(), worker=cast.di)
    Task.add(case, by=cast.di, title="Refill", due_on=clock.today() - timedelta(days=9))
    session.commit()
    visit.sign_in(cast.ana)
    for path in (
        "/clients/?view=all",
        "/clients/?view=all&sort=due",
        f"/clients/{cast.rosa.id}/",
        f"/cases/{cast.case.id}/",
    ):
        page = visit.get(path)
        assert "Refill" not in page.text() and "Recovery clinic" not in page.text()
    visit.get(f"/cases/{case.id}/", status=404)


# -- adding a client


def added(session, name="Samira"):
    return session.query(Client).filter_by(first_name=name).one()


def test_only_a_name_is_needed(visit, cast, session):
    page = visit.sign_in(cast.ana).get("/clients/new").submit("Add the client", first_name="Samira")
    assert page.text("h1") == "Samira" and "No case yet" in page.text()
    assert page.texts(".tabs a") == ["Overview", "People", "Details", "Documents"]
    client = added(session)
    assert client.number and client.name_quality == "partial" and client.birth_quality == "not_collected"
    assert [e.kind for e in session.query(Event).filter_by(client_id=client.id)][0] is EventKind.CLIENT_ADDED


def test_everything_typed_on_the_first_day_is_kept(visit, cast, session):
    visit.sign_in(cast.ana).get("/clients/new").submit(
        "Add the client",
        first_name="Samira", last_name="Daoud", preferred_name="Sam", pronouns="she/her", born_on="Mar 4, 1989",
        spoken_language="Arabic", interpreter="yes", phone="555 010 0199 x12", safe=["text", "mail"],
        safe_contact="Only weekdays", street="1 Main", city="Millbrook", state="MD", zip="21201", confidential="y",
    )  # fmt: skip
    client = added(session)
    assert (client.name, client.born_on, client.birth_quality) == ("Sam Daoud", date(1989, 3, 4), "full")
    phone, address = client.phones[0], client.addresses[0]
    assert (phone.number, phone.text, phone.call, phone.voicemail) == ("555 010 0199 x12", True, False, False)
    assert (address.kind, address.mail, address.line) == ("confidential", True, "1 Main, Millbrook, MD 21201")
    assert client.interpreter == "yes" and client.safe_contact == "Only weekdays" and client.name_quality == "full"


def test_a_year_is_enough_when_the_birth_date_is_unknown(visit, cast, session):
    visit.sign_in(cast.ana).get("/clients/new").submit("Add the client", first_name="Samira", born_on="1989")
    client = added(session)
    assert (client.born_on, client.birth_quality) == (date(1989, 1, 1), "approximate")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first_name": "  \u200b ", "last_name": "--"}, "at least one name"),
        ({"first_name": "x" * 51}, "at most 50 characters"),
        ({"born_on": (clock.today() + timedelta(days=1)).isoformat()}, "in the past"),
        ({"born_on": "1850"}, "1900"),
        ({"born_on": "yesterday"}, "Write a day"),
        ({"born_on": "1992-02-30"}, "Write a day"),
        ({"born_on": "1992", "birth_quality": "unknown"}, "A date is written"),
        ({"birth_quality": "full"}, "Write the date of birth"),
        ({"birth_quality": "nonsense"}, "Choose one from the list"),
        ({"phone": "555 019"}, "10 digits"),
        ({"phone": "٥٥٥٠١٠٠١٩٩"}, "10 digits"),
        ({"phone": "<script>555 010 0199", "safe": ["text"]}, "10 digits"),
        ({"phone": "555 010 0199"}, "at least one, or “None of these”"),
        ({"phone": "555 010 0199", "safe": ["none", "text"]}, "but not both"),
        ({"safe": ["fly"]}, "Choose from the list"),
        ({"street": "1 Main"}, "at least one, or “None of these”"),
        ({"interpreter": ""}, "Choose one"),
        ({"first_name": ["Samira", "Other"]}, "sent more than once"),
    ],
)
def test_bad_input_is_refused_and_nothing_typed_is_lost(visit, cast, session, typed, words):
    before = session.query(Client).count()
    form = {
        "first_name": "Samira",
        "last_name": "<b>Daoud</b>",
        "interpreter": "no",
        "safe_contact": "My own words",
        **typed,
    }
    page = visit.sign_in(cast.ana).post("/clients/new", form, status=422)
    assert words in page.text(".errors")
    assert "My own words" in page.text("#safe_contact") and page.all("#last_name")[0].get("value") == form["last_name"]
    assert page.text("title").startswith("Error: ") and session.query(Client).count() == before
    for link in page.all(".errors a"):
        assert page.all(link.get("href"))


def test_a_phone_from_abroad_is_taken_with_its_plus(visit, cast, session):
    visit.sign_in(cast.ana).get("/clients/new").submit(
        "Add the client", first_name="Samira", phone="+52 33 1234 5678", safe=["none"]
    )
    assert added(session).phones[0].number == "+52 33 1234 5678"


def test_somebody_on_record_is_shown_before_anything_is_saved(visit, cast, session):
    before = session.query(Client).count()
    page = (
        visit.sign_in(cast.ana)
        .get("/clients/new")
        .submit("Add the client", status=422, first_name="Roza", last_name="Diaz", spoken_language="Spanish")
    )
    assert "This may be someone we know" in page.text(".notice.is-warn")
    assert "Rosa Díaz, born 1992, HR-1001" in page.text("#matches") and "similar name" in page.text("#matches")
    assert page.all("#first_name")[0].get("value") == "Roza" and session.query(Client).count() == before
    record = page.submit("Not the same person, add anyway")
    assert record.text("h1") == "Roza Diaz"
    line = session.query(Event).filter_by(kind=EventKind.CLIENT_ADDED, client_id=added(session, "Roza").id).one()
    assert line.reason == "not the same person as HR-1001"


def test_the_answer_holds_only_for_those_who_were_shown(visit, cast, session):
    page = visit.sign_in(cast.ana).post(
        "/clients/new",
        {"first_name": "Rosa", "last_name": "Diaz", "interpreter": "no", "not_the_same_as": "HR-9999"},
        status=422,
    )
    assert "Not the same person, add anyway" in page.texts("#matches button")


def test_matches_are_shown_while_somebody_types(visit, cast):
    visit.sign_in(cast.ana)
    answer = visit.get("/clients/new", htmx=True, first_name="diaz", last_name="rosa")
    assert "Rosa Díaz" in answer.text() and answer.all("input[name=not_the_same_as][value=HR-1001]")
    assert visit.get("/clients/new", htmx=True, first_name="Nobody", last_name="Else").bytes.strip() == b""
    assert visit.get("/clients/new", htmx=True, phone="5550100142").text().count("same phone number") == 1


def test_the_box_ticked_while_typing_is_answer_enough(visit, cast, session):
    form = {"first_name": "Rosa", "last_name": "Diaz", "interpreter": "no", "not_the_same_as": "HR-1001"}
    visit.sign_in(cast.ana).post("/clients/new", form)
    assert session.query(Client).filter_by(last_name="Diaz").count() == 1


def test_a_client_sent_twice_is_added_once(visit, cast, session):
    form = {"first_name": "Samira", "interpreter": "no", "once": "a" * 24}
    first = visit.sign_in(cast.ana).post("/clients/new", form, follow=False)
    second = visit.post("/clients/new", form, follow=False)
    assert first.location == second.location and added(session)


def test_a_sealed_or_restricted_record_is_never_a_match_for_others(visit, cast, session):
    cast.rosa.restrict(by=cast.bo, to=[])
    session.commit()
    visit.sign_in(cast.cy)
    for names in ({"first_name": "Hope", "last_name": "Hidden"}, {"first_name": "Rosa", "last_name": "Diaz"}):
        assert visit.get("/clients/new", htmx=True, **names).bytes.strip() == b""


def test_who_works_only_in_victim_services_adds_only_to_it(visit, cast, session):
    page = visit.sign_in(cast.di).get("/clients/new")
    assert page.texts("#kept_by option") == ["Only Safe harbor"]
    page.submit("Add the client", first_name="Samira", last_name="Daoud")
    assert added(session).kept_by_id == cast.harbor.id
    visit.sign_in(cast.ana).get(f"/clients/{added(session).id}/", status=404)
    assert visit.get("/clients/", q="samira").texts(NAMES) == []


def test_a_draft_comes_back(visit, cast, session):
    visit.sign_in(cast.ana)
    visit.post(
        "/drafts/client_new/0", {"first_name": "Half", "safe_contact": "typed so far", "safe": "text"}, status=200
    )
    page = visit.get("/clients/new")
    assert page.all("#first_name")[0].get("value") == "Half" and "Your unsaved text is back" in page.text()
    page.submit("Add the client")
    assert "Your unsaved text is back" not in visit.get("/clients/new").text()


@pytest.mark.parametrize("who", ["ada"])
def test_an_administrator_adds_nobody(visit, cast, session, who):
    visit.sign_in(getattr(cast, who)).get("/clients/new", status=403)
    visit.post("/clients/new", {"first_name": "Samira", "interpreter": "no"}, status=403)
    assert not session.query(Client).filter_by(first_name="Samira").count()


# -- the record


def test_the_record_opens_at_the_case_one_works_on(visit, cast, session):
    Case.open(cast.rosa, by=cast.cy, program=cast.elders, received_on=clock.today(), worker=cast.cy)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    assert page.text(".pills a[aria-current]").startswith("Family stability")
    other = page.click("Elder support")
    assert other.text(".pills a[aria-current]").startswith("Elder support") and "Cy Novak" in other.text(".case-meta")
    details = other.click("Details")
    assert details.text(".pills a[aria-current]").startswith("Elder support")


def test_names_and_notes_with_hostile_text_are_only_text(visit, cast, session):
    cast.rosa.correct(
        by=cast.ana, preferred_name="<script>alert(1)</script>", safe_contact="<img src=x onerror=alert(1)>"
    )
    session.commit()
    visit.sign_in(cast.ana)
    for path in (
        f"/clients/{cast.rosa.id}/",
        f"/clients/{cast.rosa.id}/details/",
        f"/clients/{cast.rosa.id}/edit",
        "/clients/",
    ):
        page = visit.get(path)
        assert b"<script>alert" not in page.bytes and b"<img src=x" not in page.bytes


@pytest.mark.parametrize("path", ["/clients/{id}/", "/clients/{id}/edit", "/clients/{id}/details/"])
def test_a_record_is_out_of_reach_for_others(visit, cast, path):
    visit.sign_in(cast.cy).get(path.format(id=cast.rosa.id), status=404)
    visit.sign_in(cast.ada).get(path.format(id=cast.rosa.id), status=404)
    visit.sign_in(cast.ana).get(path.format(id=2**70), status=404)
    visit.sign_in(cast.ana).get(path.format(id=0), status=404)


def test_opening_a_record_is_one_line_on_the_trail(visit, cast, session):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    lines = session.query(Event).filter_by(client_id=cast.rosa.id, kind=EventKind.CLIENT_VIEWED).all()
    assert [line.by_id for line in lines] == [cast.ana.id]


# -- the details


def test_details_are_corrected_and_the_trail_names_the_fields(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit")
    assert page.all("#born_on")[0].get("value") == "Feb 11, 1992"
    shown = page.submit(
        "Save the details", middle_name="María", sex="female",
        race=["hispanic", "white"],
        what_helps="Mornings", reading_help="y", **{"other_names-1-text": "Rosa Marsh", "other_names-1-kind": "married"},
    )  # fmt: skip
    assert "Rosa María Díaz" in shown.text() and "Hispanic or Latina/o; White" in shown.text()
    rosa = cast.rosa
    assert [name.text for name in rosa.other_names] == ["Rosita Marsh", "Rosa Marsh"] and rosa.birth_quality == "full"
    line = session.query(Event).filter_by(kind=EventKind.CLIENT_CHANGED, client_id=rosa.id).one()
    assert set(line.fields) == {
        "middle_name",
        "other_names",
        "sex",
        "race",
        "what_helps",
        "reading_help",
        "birth_quality",
    }
    assert visit.get("/clients/", q="rosa marsh").texts(NAMES) == ["Rosa Díaz"]


def test_saving_what_is_there_already_changes_nothing(visit, cast, session):
    cast.rosa.correct(by=cast.ana, birth_quality="full")
    session.commit()
    before = session.query(Event).filter_by(kind=EventKind.CLIENT_CHANGED).count()
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit").submit("Save the details")
    assert session.query(Event).filter_by(kind=EventKind.CLIENT_CHANGED).count() == before
    assert [phone.number for phone in cast.rosa.phones] == ["(555) 010-0142"]


def test_phones_and_addresses_are_added_and_taken_off_without_a_script(visit, cast, session):
    visit.sign_in(cast.ana)
    page = visit.get(f"/clients/{cast.rosa.id}/edit")
    page.submit(
        "Save the details",
        **{"phones-1-number": "555 010 0177", "phones-1-kind": "work", "phones-1-call": "y",
           "phones-1-note": "Ask for Inés",
           "addresses-0-street": "1 Main", "addresses-0-mail": "y"},
    )  # fmt: skip
    rosa = cast.rosa
    assert [(p.number, p.kind, p.text, p.call, p.note) for p in rosa.phones] == [
        ("(555) 010-0142", "mobile", True, False, None), ("555 010 0177", "work", False, True, "Ask for Inés"),
    ]  # fmt: skip
    assert [(a.line, a.mail) for a in rosa.addresses] == [("1 Main", True)]
    page = visit.get(f"/clients/{cast.rosa.id}/edit")
    assert len(page.all("input[name$=-number]")) == 3
    page.submit("Save the details", **{"phones-0-number": "", "addresses-0-street": ""})
    assert [p.number for p in cast.rosa.phones] == ["555 010 0177"] and cast.rosa.addresses == []
    assert visit.get("/clients/", q="0142").texts(NAMES) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first_name": "", "last_name": "", "preferred_name": "", "other_names-0-text": ""}, "at least one name"),
        ({"phones-0-number": "12"}, "10 digits"),
        ({"phones-1-number": "nonsense"}, "10 digits"),
        ({"email": "rosa at home"}, "e-mail address"),
        ({"race": ["white", "declined"]}, "but not both"),
        ({"other_names-0-text": "x" * 201}, "at most 200 characters"),
        ({"born_on": "2999-01-01"}, "Check the year"),
        ({"sex": "nonsense"}, "Choose one from the list"),
    ],
)
def test_a_bad_correction_is_refused_and_kept_on_the_page(visit, cast, session, typed, words):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit")
    again = page.submit("Save the details", status=422, what_helps="My own words", **typed)
    assert words in again.text(".errors") and "My own words" in again.text("#what_helps")
    assert cast.rosa.what_helps is None and cast.rosa.first_name == "Rosa"


def test_more_rows_than_a_person_has_phones_are_cut_off(visit, cast):
    form = {
        "first_name": "Rosa",
        "name_quality": "full",
        "sex": "female",
        "interpreter": "no",
        "print_format": "standard",
        "translation_needed": "not_collected",
    }
    for number in (*range(40), 10**9, 10**30):
        form |= {f"phones-{number}-number": "555 010 0100", f"phones-{number}-kind": "home"}
    visit.sign_in(cast.ana)
    form["opened"] = visit.get(f"/clients/{cast.rosa.id}/edit").all("input[name=opened]")[0].get("value")
    visit.post(f"/clients/{cast.rosa.id}/edit", form)
    assert len(cast.rosa.phones) == 12


def test_two_people_at_the_same_details_lose_neither_text(visit, cast, session):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit")
    cast.rosa.correct(by=cast.bo, what_helps="Bo wrote this")
    session.commit()
    conflict = page.submit(
        "Save the details", status=409, what_helps="Ana wrote that", **{"phones-1-number": "555 010 0177"}
    )
    assert (
        "Ana wrote that" in conflict.text() and "Bo wrote this" in conflict.text() and "555 010 0177" in conflict.text()
    )
    assert cast.rosa.what_helps == "Bo wrote this"


def test_a_missing_mark_of_the_opening_is_a_conflict_and_not_a_crash(visit, cast):
    form = {
        "first_name": "Rosa",
        "name_quality": "full",
        "sex": "female",
        "interpreter": "no",
        "print_format": "standard",
        "translation_needed": "not_collected",
    }
    for opened in ({}, {"opened": ""}, {"opened": "x"}, {"opened": "[1]"}, {"opened": '{"first_name": [{}]}'}):
        visit.sign_in(cast.ana).post(f"/clients/{cast.rosa.id}/edit", {**form, **opened}, status=409)


def test_a_confidential_address_is_shown_only_on_asking_and_that_is_on_the_trail(visit, cast, session):
    rosa = cast.rosa
    rosa.addresses.append(Address(kind=AddressKind.CONFIDENTIAL, street="12 Hidden Lane"))
    session.commit()
    visit.sign_in(cast.ana)
    for path in ("details/", "edit", "", "trail/"):
        assert "Hidden Lane" not in visit.get(f"/clients/{cast.rosa.id}/{path}").text()
    shown = visit.get(f"/clients/{cast.rosa.id}/details/").submit("Show", status=200)
    assert "12 Hidden Lane" in shown.text()
    assert session.query(Event).filter_by(kind=EventKind.ADDRESS_SHOWN, by_id=cast.ana.id).count() == 1
    visit.get(f"/clients/{cast.rosa.id}/edit").submit("Save the details", what_helps="Mornings")
    assert [a.street for a in cast.rosa.addresses] == ["12 Hidden Lane"]
    visit.sign_in(cast.cy).post(f"/clients/{cast.rosa.id}/showings/", {}, status=404)
    visit.sign_in(cast.ada).post(f"/clients/{cast.rosa.id}/showings/", {}, status=404)
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit").submit("Save the details", without_hidden="y")
    assert cast.rosa.addresses == []


def test_somebody_signed_out_is_led_to_the_door(visit, cast):
    for path in ("/clients/", "/clients/new", f"/clients/{cast.rosa.id}/", f"/cases/{cast.case.id}/"):
        assert "/sign-in" in visit.get(path, status=303).location


def test_the_same_phone_may_belong_to_many(visit, cast, session):
    for name in ("One", "Two"):
        Client.add(by=cast.ana, first_name=name, phones=[Phone(number="555 010 0199")])
    session.commit()
    assert len(visit.sign_in(cast.ana).get("/clients/", q="555 010 0199").texts(NAMES)) == 2
