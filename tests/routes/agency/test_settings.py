"""What an administrator does, and nobody else."""

import pytest
from werkzeug.datastructures import MultiDict

from app.forms.agency.settings import AgencyForm
from app.models.agency.user import User
from app.models.caseload.program import Program, Regime

PAGES = ["/settings/", "/settings/agency", "/programs/new", "/users/new"]


@pytest.mark.parametrize("path", PAGES)
def test_only_an_administrator_opens_the_settings(visit, cast, path):
    visit.sign_in(cast.ada).get(path)
    visit.sign_in(cast.ana).get(path, status=403)
    visit.sign_in(cast.bo).get(path, status=403)
    visit.sign_out().get(path, status=303)


def test_the_agency_gets_a_new_name_on_its_papers(visit, cast):
    form = visit.sign_in(cast.ada).get("/settings/agency")
    form.submit("Save settings", name="Riverside Neighbors", zone="America/Chicago")
    assert (cast.agency.name, cast.agency.zone) == ("Riverside Neighbors", "America/Chicago")


def test_a_time_zone_that_is_none_is_refused_with_the_text_kept(visit, cast):
    form = visit.sign_in(cast.ada).get("/settings/agency")
    again = form.submit("Save settings", status=422, zone="Mars/Olympus", name="Kept name")
    assert "Write a time zone" in again.text(".errors")
    assert again.all("#name")[0].get("value") == "Kept name"


def test_two_administrators_in_two_tabs_lose_neither_text(visit, cast):
    visit.sign_in(cast.ada)
    first, second = visit.get("/settings/agency"), visit.get("/settings/agency")
    first.submit("Save settings", name="First name")
    answer = second.submit("Save settings", status=409, name="Second name")
    assert "First name" in answer.text("[aria-labelledby=stale-h]") and "Second name" in answer.text(
        "[aria-labelledby=stale-h]"
    )
    assert cast.agency.name == "First name"


def test_a_program_is_added_once_even_when_sent_twice(visit, cast, session):
    form = visit.sign_in(cast.ada).get("/programs/new")
    for _ in range(2):
        form.submit("Add the program", name="Night shelter", regime="part_2")
    programs = session.query(Program).filter_by(name="Night shelter").all()
    assert [program.regime for program in programs] == [Regime.PART_2]


def test_two_programs_cannot_have_one_name(visit, cast):
    form = visit.sign_in(cast.ada).get("/programs/new")
    assert "already" in form.submit("Add the program", status=422, name="FAMILY stability").text(".errors")


def test_an_invited_person_makes_an_account_and_the_link_works_once(visit, cast, session):
    form = visit.sign_in(cast.ada).get("/users/new")
    answer = form.submit("Make the link", status=200, name="Eve Tran", email="eve@millbrook.example", role="caseworker",
                         programs=[str(cast.family.id)])  # fmt: skip
    link = answer.all("#link")[0].text_content().split("localhost")[1]
    door = visit.sign_out().get(link)
    weak = door.submit("Make my account", status=422, password="password1234", again="password1234")
    assert "too easy" in weak.text(".errors")
    home = weak.submit("Make my account", password="seven green ladders", again="seven green ladders")
    eve = User.with_email("EVE@millbrook.example")
    assert eve.name == "Eve Tran" and eve.program_ids == [cast.family.id]
    assert "Eve" in home.text(".side-user")
    visit.sign_out().get(link, status=404)


def test_closing_an_account_ends_its_sessions_on_the_next_request(visit, cast, app):
    from tests.browser import Visit

    ana = Visit(app).sign_in(cast.ana)
    ana.get("/")
    visit.sign_in(cast.ada).get(f"/users/{cast.ana.id}/edit").submit("Close this account")
    ana.get("/", status=303)


def test_an_administrator_cannot_close_or_demote_herself(visit, cast):
    page = visit.sign_in(cast.ada).get(f"/users/{cast.ada.id}/edit")
    assert "Close this account" not in page.text()
    visit.post(f"/users/{cast.ada.id}/account/close", status=409)
    page.submit("Save the account", status=409, role="caseworker")


def test_closing_an_account_twice_does_not_open_it_again(visit, cast):
    visit.sign_in(cast.ada)
    for _ in range(2):
        visit.post(f"/users/{cast.ana.id}/account/close")
    assert not cast.ana.is_active
    visit.post(f"/users/{cast.ana.id}/account/open")
    assert cast.ana.is_active


def test_nobody_can_switch_the_second_factor_of_who_leads_off(app):
    """It is there only for an agency that begins without, as the demonstration does."""
    with app.test_request_context("/"):
        asked = MultiDict({"second_factor": "nobody"})
        for form, refused in ((AgencyForm(asked), True), (AgencyForm(asked, without=True), False)):
            form.validate()
            assert bool(form.second_factor.errors) is refused
            assert ("nobody" in str(form.second_factor())) is not refused
