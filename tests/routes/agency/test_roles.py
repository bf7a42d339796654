"""Who may do what: the page of the administrator, the agency's choice, and the reader's pages."""

from app.access import GRANTS, Can
from app.models.agency.agency import Openness
from app.models.agency.user import CASEWORK_ROLES, CLIENT_ROLES, Role
from app.models.caseload.program import Program, Regime


def test_the_page_shows_the_table_the_program_goes_by(visit, cast):
    page = visit.sign_in(cast.ada).get("/settings/").click("Who may do what")
    roles = page.texts("thead th")[1:]
    assert roles == [role.label for role in Role]
    for row in page.all("tbody tr"):
        label = row.cssselect("th")[0].text_content()
        ticked = {role for role, cell in zip(Role, row.cssselect("td"), strict=True) if cell.cssselect("svg")}
        right = next(right for right in Can if right.label.lower() == label.lower())
        assert ticked == {role for role in Role if right in GRANTS[role]}, label


def test_rights_and_reach_speak_of_the_same_roles():
    """Reach is decided in the models, rights in access.py: the two must not drift apart."""
    assert [role for role in Role if Can.SEE_CLIENTS in GRANTS[role]] == CASEWORK_ROLES
    assert [role for role in Role if Can.FIND_CLIENTS in GRANTS[role]] == CLIENT_ROLES


def test_the_administrator_chooses_how_open_records_are(visit, cast, session):
    visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    visit.sign_in(cast.ada).get("/settings/agency").submit("Save settings", openness="agency")
    session.expire_all()
    assert cast.agency.openness is Openness.AGENCY
    page = visit.sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/")
    assert "Rosa Díaz" in page.text("h1")
    assert "Family stability" in visit.get("/clients/?view=all").said()
    visit.get(f"/clients/{cast.hidden.id}/", status=404)


def test_a_reader_sees_numbers_and_no_client(visit, cast, session):
    team = visit.sign_in(cast.rea).get("/").click("Team caseload")
    assert "Ana Reyes" in team.said() and "2" in team.text("tfoot")
    for name in ("Rosa", "Lena", "Hope", "Di Okoro"):
        assert name not in team.said()
    for path in ("/clients/", f"/services/{cast.service.id}/", "/referrals/", "/settings/"):
        visit.get(path, status=403)
    visit.get(f"/clients/{cast.rosa.id}/", status=404)


def test_two_administrators_do_not_overwrite_each_others_account(visit, cast, session):
    mine = visit.sign_in(cast.ada).get(f"/users/{cast.cy.id}/edit")
    visit.get(f"/users/{cast.cy.id}/edit").submit(
        "Save the account", title="Night shift", programs=[str(cast.family.id)]
    )
    stale = mine.submit(
        "Save the account", title="Day shift", programs=[str(cast.family.id), str(cast.elders.id)], status=409
    )
    assert "Night shift" in stale.said() and "Day shift" in stale.said()
    assert "Family stability" in stale.said() and "Elder support" in stale.said()


def test_a_change_of_programs_alone_is_a_change_too(visit, cast, session):
    mine = visit.sign_in(cast.ada).get(f"/users/{cast.cy.id}/edit")
    visit.get(f"/users/{cast.cy.id}/edit").submit("Save the account", programs=[str(cast.family.id)])
    mine.submit("Save the account", status=409)


def test_loosening_a_program_with_cases_is_refused_in_words(visit, cast, session):
    page = visit.sign_in(cast.ada).get(f"/programs/{cast.harbor.id}/edit")
    assert "They stay sealed" in page.submit("Save the program", status=422, regime="standard").text(".errors")
    session.expire_all()
    assert session.get_one(Program, cast.harbor.id).regime is Regime.VICTIM_SERVICES
