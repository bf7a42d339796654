"""The people of a record: the page, adding somebody, linking somebody on record, the household, the eco-map."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.document import Document, DocumentKind, Paper
from app.models.agency.event import Event, EventKind
from app.models.assessment.domain import Domain
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.household import Household, HouseholdMember, RelationToHead
from app.models.caseload.program import Program, Regime
from app.models.caseload.relationship import Authority, Flow, Relationship, RelationshipType, Safe, Tie
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.referral import Referral, ReferralMethod, ReferralType
from app.models.planning.plan import Plan


@pytest.fixture
def curtis(cast, session):
    """Another client of Ana's and Bo's program."""
    curtis = Client.add(by=cast.ana, first_name="Curtis", last_name="Marsh")
    Case.open(curtis, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
    session.commit()
    return curtis


def people(cast):
    return f"/clients/{cast.rosa.id}/people/"


def added(visit, cast, *, status=303, other=None, **values):
    form = visit.get(f"/clients/{cast.rosa.id}/relationships/new" + (f"?other={other.id}" if other else ""))
    return form.submit("Add this person", status=status, **values)


def test_somebody_is_added_and_stands_under_people(visit, cast):
    visit.sign_in(cast.ana)
    page = added(
        visit, cast, type="sibling", name="Inés Delgado", in_words="sister", phone="555-0177", safe="yes", emergency_contact="y",
        tie="strong", helps_with="watches Lucía on Tuesdays",
    )  # fmt: skip
    row = page.text("section[aria-labelledby=own-h]")
    for words in ("Inés Delgado", "Emergency contact", "Sibling (sister)", "555-0177", "tie: strong", "No release"):
        assert words in row
    assert page.text(".tabs a[aria-current=page]") == "People1"


def test_a_refused_form_keeps_every_word_and_says_what_to_do(visit, cast, session):
    visit.sign_in(cast.ana)
    page = added(visit, cast, status=422, type="", name="Inés", helps_with="much")
    assert "Choose who it is to the client" in page.text(".errors") and page.all("#name")[0].get("value") == "Inés"
    page = added(visit, cast, status=422, type="friend", emergency_contact="y", name="Inés", safety_note="Careful")
    assert "Write the phone number of the emergency contact" in page.text(".errors")
    assert page.text("#safety_note") == "Careful"
    page = added(visit, cast, status=422, type="friend", name="x" * 161)
    assert "at most 160" in page.text(".errors")
    assert session.scalar(sa.select(sa.func.count(Relationship.id))) == 0


def test_whom_not_to_contact_stands_first_also_when_it_is_over(visit, cast, session):
    Relationship.write_down(
        cast.rosa, by=cast.ana, type=RelationshipType.EX_PARTNER, name="Curtis", safe=Safe.NO, to_on=clock.today(),
        safety_note="Never confirm that she is served here.", authority=Authority.NO_CONTACT,
    )  # fmt: skip
    session.commit()
    page = visit.sign_in(cast.bo).get(people(cast))
    assert "Curtis" in page.text(".notice.is-danger") and "Never confirm" in page.text(".notice.is-danger")
    assert "1 past relationship" in page.text("details.more")


def test_papers_that_are_missing_or_ended_are_said_and_those_there_open(visit, cast, session):
    order = Document.add(
        client=cast.rosa, by=cast.ana, kind=DocumentKind.LETTER, title="Letter of the payee office", file_name="o.pdf",
        content=b"%PDF-1.4", media_type="application/pdf",
    )  # fmt: skip
    for name, more in {
        "Ann": {},
        "Ben": {"document": order},
        "Cam": {"document": order, "authority_until": clock.today() - timedelta(days=1)},
    }.items():
        Relationship.write_down(
            cast.rosa, by=cast.ana, type=RelationshipType.GUARDIAN, name=name, authority=Authority.PAYEE, **more
        )
    session.commit()
    rows = visit.sign_in(cast.ana).get(people(cast)).texts("section[aria-labelledby=own-h] .item")
    assert (
        "Papers missing" in rows[0] and "Letter of the payee office" in rows[1] and "The papers have ended" in rows[2]
    )


def test_a_file_kept_in_a_sealed_case_is_no_link_for_others_and_stays_where_it_is(visit, cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    cast.di.work_in([cast.family, clinic], by=cast.ada)
    case = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today())
    file = Document.add(
        client=cast.rosa, case=case, by=cast.di, kind=DocumentKind.LETTER, title="From the clinic", file_name="o.pdf",
        content=b"%PDF-1.4", media_type="application/pdf",
    )  # fmt: skip
    row = Relationship.write_down(
        cast.rosa, by=cast.di, type=RelationshipType.GUARDIAN, name="Ben", authority=Authority.PAYEE, document=file
    )
    session.commit()
    page = visit.sign_in(cast.ana).get(people(cast))
    assert "Ben" in page.text("main") and "From the clinic" not in page.text("main")
    page.click("Edit Ben").submit("Save", in_words="uncle")
    session.expire_all()
    assert row.in_words == "uncle" and row.document is file


def test_the_release_for_somebody_is_shown_beside_them(visit, cast, session):
    Relationship.write_down(
        cast.rosa, by=cast.ana, type=RelationshipType.PROFESSIONAL, name="Peter", organization="Fulton Elementary"
    )
    Consent.record_signed(
        cast.rosa, by=cast.ana, type=ConsentType.RELEASE, outcome=ConsentOutcome.SIGNED, signed_on=clock.today(),
        recipient="fulton  elementary", information=["identity"], purpose="School", expires_on=clock.today() + timedelta(days=60),
    )  # fmt: skip
    session.commit()
    assert "Release until" in visit.sign_in(cast.ana).get(people(cast)).text("section[aria-labelledby=formal-h] .item")


def test_a_change_keeps_what_two_people_wrote(visit, cast, session):
    row = Relationship.write_down(cast.rosa, by=cast.ana, type=RelationshipType.FRIEND, name="Maribel")
    session.commit()
    visit.sign_in(cast.ana)
    mine = visit.get(f"/relationships/{row.id}/edit")
    visit.get(f"/relationships/{row.id}/edit").submit("Save", in_words="neighbor")
    answer = mine.submit("Save", status=409, in_words="godmother")
    assert "neighbor" in answer.text("main") and "godmother" in answer.bytes.decode()


def test_entered_in_error_asks_why_and_takes_it_off_the_page(visit, cast, session):
    row = Relationship.write_down(cast.rosa, by=cast.ana, type=RelationshipType.FRIEND, name="Maribel")
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/relationships/{row.id}/error")
    page.submit("Mark as entered in error", status=422)
    assert "Maribel" not in page.submit("Mark as entered in error", reason="Another family").text("main")
    session.expire_all()
    assert row.in_error_reason == "Another family"
    visit.post(f"/relationships/{row.id}/error", {"reason": "again"}, status=409)


# -- Somebody on record


def test_only_people_in_reach_are_found(visit, cast, session, curtis):
    visit.sign_in(cast.ana)
    path = f"/clients/{cast.rosa.id}/people/new"
    assert "Curtis Marsh" in visit.get(path, q="marsh").text("#found")
    for nobody in ("kowalska", "hidden", "rosa"):
        assert "Nobody whose record you may open" in visit.get(path, q=nobody).text("#found")
    assert visit.get(path, q="marsh", htmx=True).texts(".item-title") == [f"Curtis Marsh {curtis.number}"]
    visit.get(f"/clients/{cast.rosa.id}/relationships/new?other={cast.hidden.id}", status=404)
    answer = {"type": "sibling", "safe": "yes", "tie": "strong", "flow": "both", "other": str(cast.hidden.id)}
    visit.post(f"/clients/{cast.rosa.id}/relationships/new", answer, status=404)


def test_a_link_shows_on_both_sides_to_those_who_reach_both(visit, cast, session, curtis):
    visit.sign_in(cast.ana)
    page = added(visit, cast, other=curtis, type="ex_partner", safe="no", safety_note="He follows her", tie="broken")
    assert f"on record as {curtis.number}" in page.text("main")
    other = visit.get(f"/clients/{curtis.id}/people/").text("main")
    assert "Rosa Díaz" in other and "from the other record" in other
    assert "He follows her" not in other and "broken" not in other and "Do not contact" not in other


def test_where_the_other_record_is_closed_there_is_no_trace_of_it(visit, cast, session, curtis):
    visit.sign_in(cast.ana)
    added(visit, cast, other=curtis, type="ex_partner")
    before = visit.get(f"/clients/{curtis.id}/trail/").text("main")
    assert "belongs to the client" not in before
    cast.rosa.restrict(by=cast.ana, to=[])
    session.commit()
    row = session.scalar(sa.select(Relationship.id).where(Relationship.client_id == curtis.id))
    visit.sign_in(cast.bo)
    page = visit.get(f"/clients/{curtis.id}/people/")
    assert "Rosa" not in page.text("body") and page.text(".tabs a[aria-current=page]") == "People"
    assert "Rosa" not in visit.get(f"/clients/{curtis.id}/eco-map/").text("body")
    visit.get(f"/relationships/{row}/edit", status=404)
    visit.post(f"/relationships/{row}/error", {"reason": "x"}, status=404)


def test_a_name_told_by_the_client_stays_without_its_link(visit, cast, session, curtis):
    visit.sign_in(cast.ana)
    added(visit, cast, other=curtis, type="ex_partner", name="Curt", safe="no")
    curtis.restrict(by=cast.ana, to=[])
    session.commit()
    page = visit.sign_in(cast.bo).get(people(cast)).text("main")
    assert "Curt" in page and curtis.number not in page and "on record" not in page and "Marsh" not in page
    edit = visit.get(
        f"/relationships/{session.scalar(sa.select(Relationship.id).where(Relationship.name == 'Curt'))}/edit"
    )
    assert curtis.number not in edit.text("main") and "Marsh" not in edit.text("main")


def test_within_a_sealed_program_the_form_keeps_it_there(visit, cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    cast.di.work_in([cast.family, clinic], by=cast.ada)
    case = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today(), worker=cast.di)
    session.commit()
    visit.sign_in(cast.di)
    form = visit.get(f"/clients/{cast.rosa.id}/relationships/new?case={case.id}")
    form.submit("Add this person", type="friend", name="Sponsor Ted")
    home = visit.get(f"/clients/{cast.rosa.id}/households/new?case={case.id}")
    home.submit("Save the household")
    page = visit.sign_in(cast.ana).get(people(cast))
    assert "Ted" not in page.text("body") and "Nothing is written down about who lives" in page.text("main")
    assert session.scalar(sa.select(Household.case_id)) == case.id


# -- The household


def test_a_household_is_begun_filled_and_left(visit, cast, session):
    visit.sign_in(cast.ana)
    visit.get(f"/clients/{cast.rosa.id}/households/new").submit("Save the household", begun_on="2024-01-05")
    form = visit.get(people(cast)).click("Add to the household")
    form.submit("Add to the household", status=422, relation="")
    page = form.submit(
        "Add to the household", name="Mateo Marsh", relation="child", born_on=(clock.today() - timedelta(days=3400)).isoformat(),
        occupation="Fulton Elementary, grade 4",
    )  # fmt: skip
    assert page.texts("section[aria-labelledby=home-h] .sub")[0] == "2 people" and "Single parent" in page.text(
        "dl.facts.mb-4"
    )
    page = page.click("Edit Rosa Díaz").submit("Save", income="1240", income_on=clock.today().isoformat())
    assert "$1,240" in page.text("dl.facts.mb-4") and "of 1 of 2 people" in page.text("dl.facts.mb-4")
    page.click("Edit Mateo Marsh").submit("Save", status=422, left_on="2020-01-01", joined_on="2021-01-01")
    move = page.click("Rosa moved")
    mateo = session.scalar(sa.select(HouseholdMember.id).where(HouseholdMember.name == "Mateo Marsh"))
    page = move.submit("Save the household", begun_on=clock.today().isoformat(), taking=[str(mateo)])
    assert "1 earlier household" in page.text("main")
    assert page.texts("section[aria-labelledby=home-h] > table tbody th .who") == ["Rosa Díaz", "Mateo Marsh"]


def test_another_client_can_live_here_and_sees_the_household_from_their_side(visit, cast, session, curtis):
    home = Household.begin(cast.rosa, by=cast.ana, relation=RelationToHead.SELF)
    session.commit()
    visit.sign_in(cast.ana)
    form = visit.get(f"/households/{home.id}/members/new?other={curtis.id}")
    page = form.submit("Add to the household", relation="partner")
    assert curtis.number in page.text("section[aria-labelledby=home-h]")
    assert "Rosa Díaz" in visit.get(f"/clients/{curtis.id}/people/").text("section[aria-labelledby=home-h]")
    again = visit.get(f"/households/{home.id}/members/new?other={curtis.id}")
    again.submit("Add to the household", status=422, relation="partner")
    cast.rosa.restrict(by=cast.ana, to=[])
    session.commit()
    theirs = visit.sign_in(cast.bo).get(f"/clients/{curtis.id}/people/")
    assert "Rosa" not in theirs.text("body") and "Nothing is written down" in theirs.text(
        "section[aria-labelledby=home-h]"
    )


def test_a_page_with_many_people_asks_few_questions(visit, cast, session, curtis):
    home = Household.begin(cast.rosa, by=cast.ana, relation=RelationToHead.SELF)
    for number in range(30):
        Relationship.write_down(cast.rosa, by=cast.ana, type=RelationshipType.FRIEND, name=f"Friend {number}")
        home.add_member(by=cast.ana, relation=RelationToHead.CHILD, name=f"Child {number}")
    others = [Client.add(by=cast.ana, first_name=f"Cousin{n}") for n in range(8)]
    for other in others:
        Relationship.write_down(cast.rosa, by=cast.ana, type=RelationshipType.OTHER_RELATIVE, other=other)
        home.add_member(by=cast.ana, relation=RelationToHead.OTHER_RELATIVE, other=other)
    session.commit()
    visit.sign_in(cast.ana)
    for path in ("people/", "eco-map/", "people/new?q=cousin", "relationships/new", "households/new"):
        visit.get(f"/clients/{cast.rosa.id}/{path}")  # the visitor counts


# -- The eco-map


def test_the_map_shows_people_and_services_and_says_them_in_words(visit, cast, session):
    Relationship.write_down(
        cast.rosa, by=cast.ana, type=RelationshipType.SIBLING, name="أمينة", tie=Tie.STRONG, flow=Flow.TO_CLIENT,
        helps_with="the children",
    )  # fmt: skip
    referral = Referral.make(
        cast.case, by=cast.ana, domain=Domain.LEGAL, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE, service=cast.service
    )  # fmt: skip
    referral.send(by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/eco-map/")
    drawn = page.text("svg.eco")
    assert "أمينة" in drawn and "Harbor Law Clinic" in drawn and "Legal · beginning" in drawn
    words = page.texts("table tbody tr")
    assert "Strong tie, help goes only to Rosa" in words[0] and "the children" in words[0]
    assert "Just beginning" in words[1]
    assert not page.all("svg [style]")


def test_a_referral_of_a_sealed_case_is_on_nobody_elses_map(visit, cast, session):
    clinic = Program.add(by=cast.ada, name="Recovery", regime=Regime.PART_2)
    cast.di.work_in([cast.family, clinic], by=cast.ada)
    case = Case.open(cast.rosa, by=cast.di, program=clinic, received_on=clock.today(), worker=cast.di)
    Referral.make(
        case,
        by=cast.di,
        domain=Domain.LEGAL,
        type=ReferralType.REFERRAL,
        method=ReferralMethod.PHONE,
        service=cast.service,
    ).send(by=cast.di)
    session.commit()
    path = f"/clients/{cast.rosa.id}/eco-map/"
    assert "Harbor Law Clinic" in visit.sign_in(cast.di).get(path).text("main")
    assert "Harbor Law Clinic" not in visit.sign_in(cast.ana).get(path).text("body")


def test_the_map_is_issued_on_paper_with_what_the_client_told_alone(visit, cast, session, curtis):
    told = {"by": cast.ana, "tie": Tie.STRONG}
    Relationship.write_down(cast.rosa, type=RelationshipType.SIBLING, name="Inés", **told)
    Relationship.write_down(cast.rosa, type=RelationshipType.PARTNER, other=curtis, **told)
    home = Household.begin(cast.rosa, by=cast.ana, relation=RelationToHead.SELF)
    home.add_member(by=cast.ana, relation=RelationToHead.CHILD, name="Mateo")
    home.add_member(by=cast.ana, relation=RelationToHead.PARTNER, other=curtis)
    session.commit()
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/eco-map/").submit("Print", status=303)
    paper = session.scalars(sa.select(Paper)).one()
    assert [one["who"] for one in paper.particulars["around"]] == ["Inés"]
    assert paper.particulars["household"] == 2 and paper.code.startswith("EM-") and paper.intact
    assert "Marsh" not in str(paper.particulars)
    issued = session.scalar(sa.select(Event).where(Event.kind == EventKind.PAPER_ISSUED))
    assert issued.record_id == paper.id


def test_an_empty_map_says_what_to_do(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/eco-map/")
    assert "Nobody is on the map yet" in page.text(".empty") and not page.all("svg.eco")


def test_a_plan_offers_the_people_of_the_circle_to_copy(visit, cast, session):
    Relationship.write_down(
        cast.rosa, by=cast.ana, type=RelationshipType.SIBLING, name="Inés", helps_with="watches Lucía"
    )
    Relationship.write_down(cast.rosa, by=cast.ana, type=RelationshipType.EX_PARTNER, name="Curtis", safe=Safe.NO)
    plan = Plan.begin(cast.case, by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/supports/new")
    assert page.texts(".pills a") == ["Inés"]
    form = page.click("Inés")
    assert form.all("input[name=name]")[0].get("value") == "Inés"
    after = form.submit("Add person")
    assert "Inés" in after.text("#supports") and "watches Lucía" in after.text("#supports")
    assert not visit.get(f"/plans/{plan.id}/supports/new").all(".pills a")
