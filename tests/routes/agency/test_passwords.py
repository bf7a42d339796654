"""Changing one's own password, and how the screen looks."""

from app.models.agency.event import Event, EventKind
from tests.browser import Visit
from tests.cast import PASSWORD


def test_a_new_password_ends_every_other_sign_in(visit, cast, app, session):
    elsewhere = Visit(app).sign_in(cast.ana)
    page = visit.sign_in(cast.ana).get("/password/")
    page.submit(
        "Change my password", present=PASSWORD, password="nine slow purple kites", again="nine slow purple kites"
    )
    elsewhere.get("/", status=303)
    visit.get("/")
    assert cast.ana.has_password("nine slow purple kites") and not cast.ana.has_password(PASSWORD)
    assert session.query(Event).filter_by(kind=EventKind.PASSWORD_CHANGED, by_id=cast.ana.id).count() == 1


def test_the_present_password_is_asked_for(visit, cast):
    page = visit.sign_in(cast.ana).get("/password/")
    again = page.submit("Change my password", status=422, present="wrong", password="nine slow purple kites",
                        again="nine slow purple kites")  # fmt: skip
    assert "is not right" in again.text(".errors") and cast.ana.has_password(PASSWORD)


def test_a_weak_or_mistyped_password_is_refused(visit, cast):
    page = visit.sign_in(cast.ana).get("/password/")
    for password, again in (("ana reyes 1", "ana reyes 1"), ("nine slow purple kites", "nine slow purple kite")):
        page.submit("Change my password", status=422, present=PASSWORD, password=password, again=again)
    assert cast.ana.has_password(PASSWORD)


def test_everybody_chooses_how_the_screen_looks(visit, cast):
    page = visit.sign_in(cast.ada).get("/password/")
    chosen = page.submit("Use this look", theme="dark", text="larger")
    html = chosen.all("html")[0]
    assert html.get("data-theme") == "dark" and html.get("data-text") == "larger"
    visit.post("/preferences/", {"theme": '"><script>'})
    assert visit.get("/password/").all("html")[0].get("data-theme") == "dark"
