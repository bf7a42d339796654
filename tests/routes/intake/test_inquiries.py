"""The inquiry on one page: nothing but a name is needed, nothing typed is lost, and nobody is taken in twice unseen."""

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User
from app.models.caseload.case import Case, CaseStatus
from app.models.caseload.client import Client, Phone
from app.models.intake.intake import Intake, IntakeMethod
from tests.cast import PASSWORD

SAVE = "Save the inquiry"


def newest(session):
    session.expire_all()
    return session.scalars(sa.select(Case).order_by(Case.id.desc())).first()


def test_a_first_name_is_enough_and_the_case_waits(visit, cast, session):
    card = visit.sign_in(cast.fay).get("/inquiries/new").submit(SAVE, first_name="Noor")
    assert "It waits for a caseworker" in card.said() and "Open a case" in card.said()
    case = newest(session)
    assert (case.client.name, case.program, case.status) == ("Noor", cast.family, CaseStatus.INTAKE_PENDING)
    assert (case.intake.by, case.intake.method, case.intake.received_on) == (
        cast.fay,
        IntakeMethod.PHONE,
        clock.today(),
    )


def test_a_caseworker_goes_on_with_the_intake_itself(visit, cast):
    page = (
        visit.sign_in(cast.ana).get("/inquiries/new").submit(SAVE, first_name="Noor", presenting_concern="The heating")
    )
    assert page.text("#presenting_concern") == "The heating" and "Still missing" in page.said()


def test_nothing_ticked_is_not_safe(visit, cast, session):
    visit.sign_in(cast.fay).get("/inquiries/new").submit(SAVE, first_name="Noor", phone="555 010 0177")
    phone = newest(session).client.phones[0]
    assert (phone.call, phone.voicemail, phone.text) == (False, False, False)


def test_what_cannot_be_is_refused_in_words_and_the_rest_stays(visit, cast, session):
    before = session.scalar(sa.select(sa.func.count(Client.id)))
    again = visit.sign_in(cast.fay).get("/inquiries/new").submit(
        SAVE, status=422, phone="12", born_on="Mar 4, 2089", presenting_concern="<b>They</b> shut the power off",
        street="9 Mill Lane", safe=["call", "none"],
    )  # fmt: skip
    said = again.text(".errors")
    for words in ("at least one name", "10 digits", "Check the year", "not both"):
        assert words in said
    assert again.text("#presenting_concern") == "<b>They</b> shut the power off"
    assert again.all("details.more[open]"), "what was typed in the folded part is seen"
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Client.id))) == before


def test_somebody_alike_is_shown_first_and_never_blocks(visit, cast, session):
    form = visit.sign_in(cast.fay).get("/inquiries/new")
    known = {"first_name": "Rosa", "last_name": "Díaz", "presenting_concern": "Again"}
    asked = form.submit(SAVE, status=422, **known)
    assert "This may be someone we know" in asked.said() and asked.text("#presenting_concern") == "Again"
    asked.submit("Somebody else, save as a new person")
    case = newest(session)
    assert case.client_id != cast.rosa.id
    added = session.scalars(
        sa.select(Event).where(Event.kind == EventKind.CLIENT_ADDED).order_by(Event.id.desc())
    ).first()
    assert cast.rosa.number in added.reason


def test_who_is_known_gets_a_second_case_and_the_number_they_call_from(visit, cast, session):
    cast.case.screen_out(by=cast.ana, reason="Moved")
    session.commit()
    form = visit.sign_in(cast.fay).get("/inquiries/new")
    known = {"first_name": "Rosa", "last_name": "Díaz", "phone": "555 010 0166", "safe": ["call"]}
    form.submit(SAVE, status=422, **known).submit("It is this person")
    case = newest(session)
    assert (case.client, case.status) == (cast.rosa, CaseStatus.INTAKE_PENDING)
    assert [(p.number, p.call, p.text) for p in case.client.phones] == [
        ("(555) 010-0142", False, True), ("555 010 0166", True, False),
    ]  # fmt: skip


def test_who_has_a_case_there_already_is_told_so_and_nothing_is_lost(visit, cast, session):
    form = visit.sign_in(cast.fay).get("/inquiries/new")
    asked = form.submit(SAVE, status=422, first_name="Rosa", last_name="Díaz", presenting_concern="The boiler broke")
    again = asked.submit("It is this person", status=422)
    assert "already has a case in Family stability" in again.text(".errors")
    assert again.text("#presenting_concern") == "The boiler broke"


def test_a_record_out_of_reach_is_nobody(visit, cast, session):
    visit.sign_in(cast.fay)
    for number in (cast.lena.id, cast.hidden.id, 10**9, "9" * 30, "x"):
        visit.post("/inquiries/new", {"first_name": "Q", "program": cast.family.id, "method": "phone",
                   "interpreter": "no", "received_on": clock.today().isoformat(), "same_as": number}, status=404)  # fmt: skip
    assert session.scalar(sa.select(sa.func.count(Case.id)).where(Case.client_id == cast.lena.id)) == 1


def test_a_program_one_does_not_work_in_cannot_be_chosen(visit, cast):
    page = visit.sign_in(cast.fay).get("/inquiries/new")
    assert page.texts("#program option") == ["Family stability"]
    page.submit(SAVE, status=422, first_name="Noor", program=str(cast.elders.id))


def test_the_program_one_took_somebody_into_last_is_chosen(visit, cast, session):
    cast.fay.work_in([cast.family, cast.elders], by=cast.ada)
    session.commit()
    visit.sign_in(cast.fay).get("/inquiries/new").submit(SAVE, first_name="Noor", program=str(cast.family.id))
    chosen = visit.get("/inquiries/new").all("#program option[selected]")
    assert [option.text_content() for option in chosen] == ["Family stability"]


def test_an_inquiry_at_a_sealed_program_is_nobody_elses_to_know_of(visit, cast, session):
    visit.sign_in(cast.di).get("/inquiries/new").submit(SAVE, first_name="Quietly")
    case = newest(session)
    assert (case.program, case.client.kept_by_id) == (cast.harbor, cast.harbor.id)
    for other in (cast.ana, cast.bo, cast.fay):
        assert session.scalar(Client.visible_to(other).where(Client.id == case.client_id)) is None


def test_typing_a_name_shows_who_is_alike(visit, cast):
    found = visit.sign_in(cast.fay).get("/inquiries/new", htmx=True, first_name="Rosa", last_name="Díaz")
    assert "It is this person" in found.said() and not found.all("h1")


def test_what_was_typed_comes_back(visit, cast):
    visit.sign_in(cast.fay).get("/inquiries/new").submit(SAVE, status=422, presenting_concern="Half a sentence")
    back = visit.get("/").click("New inquiry")
    assert back.text("#presenting_concern") == "Half a sentence" and "unsaved text is back" in back.said()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.READER])
def test_who_takes_nobody_in_sees_no_form(visit, cast, session, role):
    other = User.add(name="Ola Berg", email="ola@x.example", role=role, password=PASSWORD, by=cast.ada)
    session.commit()
    visit.sign_in(other).get("/inquiries/new", status=403)


def test_a_number_on_file_is_not_added_twice(visit, cast, session):
    cast.case.screen_out(by=cast.ana, reason="Moved")
    session.commit()
    form = visit.sign_in(cast.fay).get("/inquiries/new")
    known = {"first_name": "Rosa", "last_name": "Díaz", "phone": "555-010-0142"}
    form.submit(SAVE, status=422, **known).submit("It is this person")
    assert session.query(Phone).filter_by(client_id=cast.rosa.id).count() == 1
    assert session.query(Intake).filter_by(client_id=cast.rosa.id).count() == 2
