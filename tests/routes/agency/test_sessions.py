"""Where one is signed in, ending it, and how long it lasts."""

from datetime import timedelta

import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn
from tests.browser import Visit
from tests.cast import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:121.0) Gecko/20100101 Firefox/121.0"


def coming_in(app, agent: str = FIREFOX) -> Visit:
    visit = Visit(app)
    visit.client.environ_base["HTTP_USER_AGENT"] = agent
    visit.get("/sign-in").submit("Sign in", email="ana@millbrook.example", password=PASSWORD)
    return visit


def test_a_person_sees_every_machine_and_ends_one(app, cast):
    here, there = coming_in(app), coming_in(app, "Mozilla/5.0 (iPhone) Version/17.2 Safari/604.1")
    page = here.get("/sign-ins/")
    assert "Firefox, Windows" in page.text("table") and "Safari, iPhone" in page.text("table")
    assert "127.0.0.1" in page.text("table") and page.text("table").count("This one") == 1
    page.submit("End it")
    there.get("/", status=303)
    here.get("/")


def test_nobody_ends_the_sign_in_of_another(app, cast, visit):
    ana = coming_in(app)
    hers = db.session.scalar(sa.select(SignIn.id).where(SignIn.user_id == cast.ana.id))
    visit.sign_in(cast.ada).post(f"/sign-ins/{hers}/end", status=404)
    ana.get("/")


def test_all_the_others_end_or_this_one_too(app, cast, session):
    here, there = coming_in(app), coming_in(app)
    here.get("/sign-ins/").submit("End all the others")
    there.get("/", status=303)
    left = here.get("/sign-ins/").submit("End all, this one too", status=303)
    assert left.text("h1") == "Sign in"
    here.get("/", status=303)
    assert session.query(Event).filter_by(kind=EventKind.SIGN_INS_ENDED, by_id=cast.ana.id).count() == 2


def test_leaving_clears_what_the_site_left_in_the_browser(app, cast):
    for path, data in (("/sign-out", {}), ("/sign-ins/end", {"here": "too"})):
        left = coming_in(app).post(path, data, follow=False)
        assert left.response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_an_administrator_ends_all_sign_ins_of_a_colleague(app, cast, visit, session):
    ana = coming_in(app)
    visit.sign_in(cast.ada).get(f"/users/{cast.ana.id}/edit").submit("Sign out everywhere")
    ana.get("/", status=303)
    line = session.query(Event).filter_by(kind=EventKind.SIGN_INS_ENDED).one()
    assert (line.by_id, line.record_kind, line.record_id) == (cast.ada.id, "user", cast.ana.id)


def test_another_role_means_signing_in_again(app, cast, visit):
    ana = coming_in(app)
    visit.sign_in(cast.ada).get(f"/users/{cast.ana.id}/edit").submit("Save the account", role="supervisor")
    ana.get("/", status=303)


# -- The time


def since(**ago) -> None:
    db.session.rollback()
    db.session.query(SignIn).update({"used_at": clock.now() - timedelta(**ago)})
    db.session.commit()


def used_at():
    db.session.rollback()
    found = db.session.scalar(sa.select(SignIn.used_at).order_by(SignIn.id.desc()))
    db.session.rollback()
    return found


def test_saving_drafts_and_looking_at_the_clock_are_no_sign_of_life(visit, cast):
    """Otherwise a page left open would keep the door open for whoever comes by."""
    visit.sign_in(cast.ana)
    ana, case = cast.ana.id, cast.case.id
    since(minutes=50)
    before = used_at()
    behind = {"Sec-Fetch-Site": "same-origin", "X-Background": "1"}
    with visit.app.app_context():
        kept = visit.client.post(f"/drafts/note/{case}", headers=behind, data={"text": "while typing"})
        looked = visit.client.get("/presence/", headers=behind)
    assert kept.status_code == 200 and kept.json["saved_at"]
    assert looked.json["user"] == str(ana) and 590 <= looked.json["seconds"] <= 600
    assert used_at() == before
    with visit.app.app_context():
        stayed = visit.client.post("/presence/", headers={"Sec-Fetch-Site": "same-origin"})
    assert stayed.json["seconds"] == 3600 and used_at() > before


def test_staying_does_not_reach_beyond_a_working_day(visit, cast):
    visit.sign_in(cast.ana)
    db.session.query(SignIn).update({"created_at": clock.now() - timedelta(hours=11, minutes=58)})
    db.session.commit()
    with visit.app.app_context():
        stayed = visit.client.post("/presence/", headers={"Sec-Fetch-Site": "same-origin"})
    assert 100 <= stayed.json["seconds"] <= 120


def test_a_script_of_ours_is_told_plainly_that_the_time_is_up(visit, cast):
    visit.sign_in(cast.ana)
    case = cast.case.id
    since(minutes=61)
    with visit.app.app_context():
        for method, path in (("GET", "/presence/"), ("POST", f"/drafts/note/{case}")):
            headers = {"Sec-Fetch-Site": "same-origin", "X-Background": "1"}
            answer = visit.client.open(path, method=method, headers=headers, data={"text": "x"})
            assert (answer.status_code, answer.data) == (401, b"")


def test_in_place_the_door_knows_who_it_was_and_says_when_somebody_came_in(visit, cast):
    visit.sign_in(cast.ana)
    since(minutes=61)
    door = visit.get("/sign-in", htmx=True)
    assert door.all("#door-email")[0].get("value") == "ana@millbrook.example" and not door.all("h1")
    form = {"email": "ana@millbrook.example", "password": "wrong"}
    assert "not right" in visit.post("/sign-in", form, status=422, htmx=True).text(".errors")
    came = visit.post("/sign-in", form | {"password": PASSWORD}, status=204, htmx=True)
    assert came.response.headers["HX-Trigger"] == f'{{"door:opened": {{"user": "{cast.ana.id}", "seconds": 3600}}}}'
    visit.get("/")
