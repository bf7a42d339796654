"""What surrounds every request: whose site it comes from, who asks, one commit, the headers, and twice is once."""

from __future__ import annotations

import logging
import re
import secrets
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, abort, make_response, redirect

from app import clock, create_app
from app.access import Can, fetch, me, require
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn, hashed
from app.models.base import RuleBroken
from app.models.caseload.client import Client
from app.models.caseload.program import Program
from app.models.monitoring.task import Task
from app.requests import note, safe_next
from tests.browser import Visit
from tests.cast import PASSWORD
from tests.conftest import settings

HERE = {"Sec-Fetch-Site": "same-origin"}


def programs() -> list[str]:
    """The names of the programs that are really in the database now."""
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Program.name)))


def lines(kind: EventKind) -> list[Event]:
    """The lines of this kind on the trail."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.id)))


# -- From which site


ALLOWED = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://other.example"},
    {"Origin": "http://localhost"},
    {"Referer": "http://localhost/clients/"},
]
REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://other.example"},
    {"Origin": "http://localhost.other.example"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"Referer": "https://other.example/localhost"},
    {},
]


@pytest.mark.parametrize("headers", ALLOWED, ids=str)
def test_a_form_of_ours_is_taken(visit, cast, headers):
    visit.sign_in(cast.ana)
    with visit.app.app_context():
        assert visit.client.post("/preferences/", headers=headers).status_code == 303


@pytest.mark.parametrize("headers", REFUSED, ids=str)
def test_a_form_that_another_site_sends_is_refused(visit, cast, headers):
    visit.sign_in(cast.ana)
    with visit.app.app_context():
        refused = visit.client.post(f"/cases/{cast.case.id}/tasks/", headers=headers, data={"title": "x"})
    assert refused.status_code == 403
    assert db.session.scalar(sa.select(sa.func.count(Task.id))) == 0


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_coming_and_going_is_refused_from_another_site_too(visit, cast, path):
    visit.sign_in(cast.ana)
    with visit.app.app_context():
        data = {"email": "ana@millbrook.example", "password": PASSWORD}
        refused = visit.client.post(path, headers={"Sec-Fetch-Site": "cross-site"}, data=data)
    assert refused.status_code == 403
    assert visit.get("/").status == 200


def test_reading_is_open_to_a_link_from_elsewhere(visit, cast):
    visit.sign_in(cast.ana)
    with visit.app.app_context():
        assert visit.client.get("/clients/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


# -- The headers


WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "script-src 'self'"}


@pytest.fixture
def answers(own_app, cast):
    """One answer of each kind, from an app that also fails on demand."""
    bp = Blueprint("faults", __name__)

    @bp.get("/faults/<int:code>")
    def show(code: int):
        require(Can.SEE_CLIENTS)
        if code == 500:
            raise ZeroDivisionError("a secret of the server")
        abort(code)

    own_app.register_blueprint(bp)
    visit = Visit(own_app).sign_in(cast.ana)
    tasks_of_rosa = f"/cases/{cast.case.id}/tasks/"
    asked = {
        "a page": ("GET", "/clients/", 200),
        "a fragment": ("GET", "/clients/", 200),
        "the door": ("GET", "/sign-in", 303),
        "a form that was not right": ("POST", tasks_of_rosa, 422),
        "a redirect": ("POST", "/preferences/", 303),
        "health": ("GET", "/healthz", 200),
        "a style sheet": ("GET", "/static/css/handrail.css", 200),
        "a file that is not there": ("GET", "/static/css/no.css", 404),
        "a page that is not there": ("GET", "/no-such-page", 404),
        "a record that is not there": ("GET", "/clients/99999/", 404),
        "what may not be done": ("GET", "/settings/", 403),
        "a wrong method": ("POST", "/clients/", 405),
        "our own fault": ("GET", "/faults/500", 500),
        "too large": ("GET", "/faults/413", 413),
    }
    db.session.rollback()
    with own_app.app_context():
        found = {}
        for name, (method, path, status) in asked.items():
            headers = HERE | ({"HX-Request": "true"} if name == "a fragment" else {})
            found[name] = visit.client.open(path, method=method, headers=headers, buffered=True)
            assert found[name].status_code == status, f"{name}: {found[name].status_code}"
    return found


def test_every_answer_carries_the_headers_errors_too(answers):
    for name, answer in answers.items():
        for header, value in WANTED.items():
            assert answer.headers.getlist(header) == [value], f"{name}: {header}"
        (policy,) = answer.headers.getlist("Content-Security-Policy")
        rules = {rule.strip() for rule in policy.split(";")}
        assert rules >= POLICY, f"{name}: {policy}"
        assert {"default-src 'self'", "default-src 'none'"} & rules, f"{name}: {policy}"
        assert "unsafe" not in policy and "data:" not in policy and "*" not in policy
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]


def test_nothing_about_people_stays_in_a_browser(answers):
    for name, answer in answers.items():
        if name != "a style sheet" and not name.startswith("a file"):
            assert answer.headers["Cache-Control"] == "no-store", name
            assert "HX-Request" in answer.headers["Vary"], name


def test_static_files_with_a_fingerprint_stay_for_good_and_others_are_asked_for_again(visit):
    with visit.app.app_context():
        fixed = visit.client.get("/static/css/handrail.css?v=1", buffered=True)
        vendored = visit.client.get("/static/vendor/htmx@2.0.11/htmx.min.js", buffered=True)
        plain = visit.client.get("/static/css/handrail.css", buffered=True)
    assert "immutable" in fixed.headers["Cache-Control"] and "immutable" in vendored.headers["Cache-Control"]
    assert plain.headers["Cache-Control"] == "no-cache"


def test_our_own_fault_tells_a_number_and_nothing_of_the_inside(answers, caplog):
    text = answers["our own fault"].text
    reference = re.search(r"HR-[0-9A-F]{6}", text)
    assert reference, text
    for inside in ("Traceback", "ZeroDivision", "secret of the server", ".py", "sqlalchemy", "SELECT"):
        assert inside not in text


def test_the_log_has_the_same_number_and_no_names(own_app, cast, caplog):
    bp = Blueprint("faults", __name__)

    @bp.get("/faults/<int:id>")
    def show(id: int):
        fetch(Client, id, to=Can.SEE_CLIENTS)
        raise KeyError("lost")

    own_app.register_blueprint(bp)
    visit = Visit(own_app).sign_in(cast.ana)
    with own_app.app_context(), caplog.at_level(logging.ERROR, logger="handrail"):
        answer = visit.client.get(f"/faults/{cast.rosa.id}")
    number = re.search(r"HR-[0-9A-F]{6}", answer.text)[0]
    assert number in caplog.text
    assert f"user {cast.ana.id}" in caplog.text
    assert "Rosa" not in caplog.text and "Díaz" not in caplog.text


def test_htmx_gets_a_notice_for_our_own_fault(own_app, cast):
    bp = Blueprint("faults", __name__)

    @bp.get("/faults/")
    def index():
        require(Can.SEE_CLIENTS)
        raise KeyError("lost")

    own_app.register_blueprint(bp)
    visit = Visit(own_app).sign_in(cast.ana)
    with own_app.app_context():
        answer = visit.client.get("/faults/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (500, "#notices")
    assert "<html" not in answer.text and 'role="alert"' in answer.text


# -- The host


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "localhost:99999"]
)
def test_a_host_that_is_not_ours_is_refused(own_app, cast, host):
    own_app.config["TRUSTED_HOSTS"] = ["localhost"]
    with own_app.app_context():
        answer = own_app.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_our_own_host_is_answered(own_app, cast):
    own_app.config["TRUSTED_HOSTS"] = ["localhost"]
    with own_app.app_context():
        assert own_app.test_client().get("/sign-in", headers={"Host": "localhost:8000"}).status_code == 200


# -- One answer, one transaction


@pytest.fixture
def trying(own_app, cast):
    """An app with routes that forget, fail and succeed; each adds a program first."""
    bp = Blueprint("trials", __name__, url_prefix="/trials")

    @bp.route("/forgetful", methods=["GET", "POST"])
    def index():
        Program.add(by=None, name="forgotten")
        return "Rosa Díaz and all her papers"

    @bp.post("/<int:status>")
    def create(status: int):
        require(Can.SEE_CLIENTS)
        Program.add(by=me(), name=f"answered {status}")
        return redirect("/", status) if status == 303 else make_response("said", status)

    @bp.get("/reading")
    def show():
        require(Can.SEE_CLIENTS)
        Program.add(by=me(), name="while reading")
        return "read"

    @bp.post("/broken")
    def update():
        require(Can.SEE_CLIENTS)
        Program.add(by=me(), name="broken")
        raise RuleBroken("The plan “%(goal)s” is not signed.", goal="<b>Home</b>")

    @bp.post("/twice")
    def edit():
        require(Can.SEE_CLIENTS)
        Program.add(by=me(), name="Family stability")
        db.session.flush()
        return "never"

    @bp.post("/aborted")
    def destroy():
        require(Can.SEE_CLIENTS)
        Program.add(by=me(), name="aborted")
        abort(403)

    own_app.register_blueprint(bp)
    return Visit(own_app).sign_in(cast.ana)


def sent(visit: Visit, path: str, method: str = "POST", **more: Any) -> Any:
    db.session.rollback()
    with visit.app.app_context():
        return visit.client.open(path, method=method, headers=HERE | more.pop("headers", {}), **more)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_route_that_asks_nobody_answers_nothing_and_saves_nothing(trying, method):
    before = programs()
    answer = sent(trying, "/trials/forgetful", method)
    assert answer.status_code == 500
    assert "Rosa" not in answer.text
    assert programs() == before


@pytest.mark.parametrize("status", [200, 204, 303])
def test_a_good_answer_is_saved(trying, status):
    assert sent(trying, f"/trials/{status}").status_code == status
    assert f"answered {status}" in programs()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 503])
def test_a_bad_answer_saves_nothing(trying, status):
    assert sent(trying, f"/trials/{status}").status_code == status
    assert f"answered {status}" not in programs()


def test_reading_saves_nothing(trying):
    assert sent(trying, "/trials/reading", "GET").status_code == 200
    assert "while reading" not in programs()


def test_a_broken_rule_is_said_in_words_and_saves_nothing(trying):
    answer = sent(trying, "/trials/broken")
    assert answer.status_code == 409
    assert "The plan “&lt;b&gt;Home&lt;/b&gt;” is not signed." in answer.text
    assert "broken" not in programs()


def test_a_refusal_half_way_saves_nothing(trying):
    assert sent(trying, "/trials/aborted").status_code == 403
    assert "aborted" not in programs()


def test_what_the_database_refuses_is_a_conflict_and_not_our_fault(trying):
    answer = sent(trying, "/trials/twice")
    assert answer.status_code == 409
    assert "a moment ago" in answer.text


# -- Twice is once


def task(cast, **more: Any) -> dict[str, Any]:
    """What a worker types to add a task."""
    due = (clock.today() + timedelta(days=3)).isoformat()
    return {"title": "Call the clinic", "due_on": due, "assignee": str(cast.ana.id)} | more


def tasks() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Task.id)))


def test_a_form_sent_twice_makes_one_thing_and_leads_to_the_same_place(visit, cast):
    visit.sign_in(cast.ana)
    data = task(cast, once=secrets.token_urlsafe(18))
    first = sent(visit, f"/cases/{cast.case.id}/tasks/", data=data)
    again = sent(visit, f"/cases/{cast.case.id}/tasks/", data=data)
    assert (first.status_code, again.status_code) == (303, 303), first.text[-1500:]
    assert first.location == again.location
    assert tasks() == 1


def test_the_same_form_opened_twice_makes_two(visit, cast):
    visit.sign_in(cast.ana)
    for _ in range(2):
        data = task(cast, once=secrets.token_urlsafe(18))
        assert sent(visit, f"/cases/{cast.case.id}/tasks/", data=data).status_code == 303
    assert tasks() == 2


def test_a_form_that_came_back_can_be_mended_and_sent_again(visit, cast):
    visit.sign_in(cast.ana)
    key = secrets.token_urlsafe(18)
    wrong = task(cast, once=key, title="")
    assert sent(visit, f"/cases/{cast.case.id}/tasks/", data=wrong).status_code == 422
    right = task(cast, once=key)
    assert sent(visit, f"/cases/{cast.case.id}/tasks/", data=right).status_code == 303
    assert tasks() == 1


def test_one_persons_key_is_nothing_to_another(visit, app, cast):
    key = secrets.token_urlsafe(18)
    for user in (cast.ana, cast.bo):
        other = Visit(app).sign_in(user)
        assert sent(other, f"/cases/{cast.case.id}/tasks/", data=task(cast, once=key)).status_code == 303
    assert tasks() == 2


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 65, "spaces are not a key", "<script>alert(1)</script>", "ключ" * 5]
)
def test_an_odd_key_is_no_key(visit, cast, key):
    visit.sign_in(cast.ana)
    data = task(cast, once=key)
    for _ in range(2):
        assert sent(visit, f"/cases/{cast.case.id}/tasks/", data=data).status_code == 303
    assert tasks() == 2


def test_a_double_click_makes_one_thing(own_app, cast):
    """Two requests at the same moment, on two connections."""
    visit = Visit(own_app).sign_in(cast.ana)
    data = task(cast, once=secrets.token_urlsafe(18))
    token = visit.client.get_cookie("handrail").value
    address, together, answers = f"/cases/{cast.case.id}/tasks/", Barrier(2), []
    db.session.rollback()

    def click() -> None:
        client = own_app.test_client()
        client.set_cookie("handrail", token)
        together.wait(timeout=10)
        answers.append(client.post(address, headers=HERE, data=data))
        with own_app.app_context():
            db.session.remove()

    clicks = [Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(timeout=40)
    assert [answer.status_code for answer in answers] == [303, 303], [a.text[-800:] for a in answers]
    assert answers[0].location == answers[1].location
    assert tasks() == 1


# -- How long somebody stays signed in


@contextmanager
def later(**ago: Any):
    with clock.at(clock.now() + timedelta(**ago)):
        yield


def test_who_does_nothing_for_long_is_signed_out(visit, cast):
    visit.sign_in(cast.ana).get("/")
    with later(minutes=cast.agency.idle_minutes - 1):
        visit.get("/")
    with later(minutes=cast.agency.idle_minutes * 2):
        assert visit.get("/", status=303).location.startswith("/sign-in")


def test_work_keeps_the_door_open_but_not_beyond_a_working_day(visit, cast):
    visit.sign_in(cast.ana)
    for minutes in range(0, 12 * 60, 50):
        with later(minutes=minutes):
            visit.get("/")
    with later(hours=12, minutes=1):
        visit.get("/", status=303)


def test_saving_a_draft_in_the_background_is_no_sign_of_life(visit, cast):
    """Else a page that polls would keep an abandoned desk signed in (OpenEMR, CVE-2026-25476)."""
    visit.sign_in(cast.ana).get("/")
    with later(minutes=40):
        db.session.rollback()
        with visit.app.app_context():
            polled = visit.client.get("/", headers={"X-Background": "1"})
        assert polled.status_code == 200
    with later(minutes=cast.agency.idle_minutes + 1):
        visit.get("/", status=303)


def test_after_idling_the_door_knows_where_one_was_and_who(visit, cast):
    visit.sign_in(cast.ana).get("/clients/")
    with later(hours=2):
        refused = visit.get(f"/cases/{cast.case.id}/tasks/", status=303)
        door = visit.get(refused.location)
        assert "signed out" in door.text("h1")
        inside = door.submit("Sign in", password=PASSWORD)
        assert inside.path == f"/cases/{cast.case.id}/tasks/"


def test_a_form_sent_too_late_leads_back_to_its_page(visit, cast):
    visit.sign_in(cast.ana)
    page = f"/cases/{cast.case.id}/tasks/"
    with later(hours=2):
        answer = sent(visit, page, data=task(cast), headers={"Referer": f"http://localhost{page}?kind=late"})
    assert answer.status_code == 401
    assert f'name="next" value="{page}?kind=late"' in answer.text
    assert tasks() == 0


def test_signing_out_closes_the_door_on_the_server(visit, cast):
    visit.sign_in(cast.ana)
    token = visit.client.get_cookie("handrail").value
    answer = sent(visit, "/sign-out")
    assert answer.headers["Clear-Site-Data"]
    visit.client.set_cookie("handrail", token)
    visit.get("/", status=303)


def test_closing_an_account_counts_from_the_next_request(visit, cast):
    visit.sign_in(cast.ana).get("/")
    cast.ana.disable(by=cast.ada)
    db.session.commit()
    visit.get("/", status=303)


def test_a_closed_account_counts_even_where_its_sign_ins_were_forgotten(visit, cast):
    visit.sign_in(cast.ana)
    cast.ana.disabled_at = clock.now()
    db.session.commit()
    visit.get("/", status=303)


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "a" * 5000, "' OR 1=1 --", "\x00", "0" * 43])
def test_an_odd_token_opens_nothing(visit, cast, token):
    with visit.app.app_context():
        answer = visit.client.get("/", headers={"Cookie": f"handrail={token.encode('utf-8').decode('latin-1')}"})
    assert answer.status_code == 303


def test_the_database_holds_no_token_that_opens_anything(visit, cast):
    visit.get("/sign-in").submit("Sign in", email="ana@millbrook.example", password=PASSWORD)
    token = visit.client.get_cookie("handrail").value
    kept = db.session.scalars(sa.select(SignIn.token_hash)).all()
    assert token not in kept and hashed(token) in kept


def test_over_https_the_cookie_is_bound_to_this_host(own_app, cast):
    with own_app.app_context():
        answer = own_app.test_client().post(
            "/sign-in",
            base_url="https://localhost",
            headers=HERE,
            data={"email": "ana@millbrook.example", "password": PASSWORD},
        )
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "handrail" in c]
    assert cookie.startswith("__Host-handrail=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie and "Expires" not in cookie and "Max-Age" not in cookie


# -- Who believes what a proxy says


@pytest.mark.parametrize(
    ("proxies", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")], ids=["none", "one", "two"]
)
def test_the_visitors_address_is_told_by_as_many_proxies_as_there_are_and_no_more(app, cast, master, proxies, believed):
    """Whoever is outside may write any address in front; only what our own proxies added counts."""
    url = db.engine.url.render_as_string(hide_password=False)
    behind = create_app(settings(url, master.folder) | {"PROXIES": proxies})
    try:
        with behind.app_context():
            answer = behind.test_client().post(
                "/sign-in",
                headers=HERE | {"X-Forwarded-For": "6.6.6.6, 198.51.100.7, 203.0.113.9"},
                data={"email": "ana@millbrook.example", "password": "not the right one"},
            )
            assert answer.status_code == 422
            line = db.session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
            assert (line.kind, line.address) == (EventKind.SIGN_IN_REFUSED, believed)
    finally:
        with behind.app_context():
            db.session.remove()
            db.engine.dispose()


def test_nothing_makes_the_program_show_its_inside(tmp_path, monkeypatch):
    """The switch with which Flask's own server is made to show source code in the browser does nothing here."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    made = create_app(settings("sqlite://", tmp_path))
    assert not made.debug and not made.testing and not made.config["PROPAGATE_EXCEPTIONS"]
    assert not made.config["TRAP_HTTP_EXCEPTIONS"]


# -- Where to go next


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "evil", "", None],
)
def test_after_signing_in_nobody_is_led_elsewhere(app, target):
    with app.test_request_context("/"):
        assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/clients/?q=ro&page=2", "/cases/3/#h", "/?a=b%20c"])
def test_after_signing_in_one_comes_to_the_page_one_wanted(app, target):
    with app.test_request_context("/"):
        assert safe_next(target) == target


def test_a_line_break_in_the_address_makes_no_header(app, visit, cast):
    visit.sign_in(cast.ana)
    with visit.app.app_context():
        answer = visit.client.get("/sign-in", query_string={"next": "/a\r\nSet-Cookie: x=1"})
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers or "x=1" not in answer.headers["Set-Cookie"]


# -- What comes in


def test_a_form_that_is_too_large_is_refused_in_words(visit, cast):
    visit.sign_in(cast.ana)
    answer = sent(visit, f"/cases/{cast.case.id}/tasks/", data={"title": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_form_of_very_many_fields_is_refused(visit, cast):
    visit.sign_in(cast.ana)
    many = {f"field{number}": "x" for number in range(3000)}
    answer = sent(visit, f"/cases/{cast.case.id}/tasks/", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"\xff\xfe%", b"title=%ff%fe", b"title=%00", b"a" * 100, b"=&=&&&", b"%"])
def test_a_body_that_is_no_text_is_no_fault_of_ours(visit, cast, body):
    visit.sign_in(cast.ana)
    answer = sent(visit, f"/cases/{cast.case.id}/tasks/", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 422)


def test_a_request_in_another_language_of_machines_is_no_fault_of_ours(visit, cast):
    visit.sign_in(cast.ana)
    for kind in ("application/json", "text/xml", "multipart/form-data", "nonsense"):
        answer = sent(visit, f"/cases/{cast.case.id}/tasks/", data=b"{not json", content_type=kind)
        assert answer.status_code in (400, 415, 422), kind


ODD = ["-1", "99999999999999999999", "1_٣", "", "\x00", "%'\"", "<script>", "x" * 5000]


def test_odd_questions_in_an_address_are_no_fault_of_ours(visit, app, cast):
    """Every list, asked for odd pages, orders, words and records."""
    visit.sign_in(cast.bo)
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.endswith((".index", ".new")) and not rule.arguments
    ]
    names = ("page", "sort", "q", "case", "need", "service", "status", "worker", "program", "kind", "place", "view")
    wrong = []
    for path in paths:
        for odd in ODD:
            for asked in [{name: odd for name in names}, *({name: odd} for name in ("page", "q"))]:
                answer = sent(visit, path, "GET", query_string=asked)
                if answer.status_code not in (200, 303, 403, 404):
                    wrong.append(f"{path} with {str(asked)[:80]}: {answer.status_code}")
                if "<script>" in answer.text.split("<body", 1)[-1]:
                    wrong.append(f"{path} gives back {asked}")
    assert paths and not wrong, "\n".join(wrong)


@pytest.mark.parametrize("number", ["0", str(2**63 - 1), str(2**63)])
def test_a_number_beyond_every_record_is_not_there_on_every_address(visit, app, cast, number):
    wrong = []
    for user in (cast.ana, cast.ada):
        visit.sign_in(user)
        for rule in app.url_map.iter_rules():
            if "int:" not in rule.rule or rule.endpoint == "static":
                continue
            path = re.sub(r"<int:\w+>", number, rule.rule).replace("<form>", "note")
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                answer = sent(visit, path, method)
                personal = rule.endpoint.startswith("drafts.") and answer.status_code in (200, 303)
                if answer.status_code not in (403, 404) and not personal:
                    wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_request_leaves_nothing_of_itself_for_the_next(visit, app, cast):
    """The same thread answers many people."""
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    stranger = Visit(app).sign_in(cast.cy)
    stranger.get(f"/clients/{cast.rosa.id}/", status=404)
    assert Visit(app).get("/", status=303).location.startswith("/sign-in")
    viewed = [event.by_id for event in lines(EventKind.CLIENT_VIEWED)]
    assert viewed == [cast.ana.id]


# -- What was shown is on the trail, whatever was asked with


def lines_of(kind: EventKind, by: Any) -> int:
    query = sa.select(sa.func.count(Event.id)).where(Event.kind == kind, Event.by_id == by.id)
    return db.session.scalar(query)


def test_what_a_post_notes_is_on_the_trail(own_app, cast):
    bp = Blueprint("things", __name__)

    @bp.post("/showing-something")
    def create():
        require(Can.SEE_CLIENTS)
        note(EventKind.SEARCHED)
        return "shown"

    own_app.register_blueprint(bp)
    Visit(own_app).sign_in(cast.ana).post("/showing-something", status=200)
    assert lines_of(EventKind.SEARCHED, cast.ana) == 1


def test_looking_for_whom_to_refer_is_a_search(visit, cast):
    visit.sign_in(cast.ana).get("/referrals/new?q=zz")
    visit.get("/referrals/new")
    assert lines_of(EventKind.SEARCHED, cast.ana) == 1


def test_to_be_shown_who_may_be_the_same_person_is_a_search(visit, cast):
    visit.sign_in(cast.ana).get("/clients/new?first_name=Rosa&last_name=D%C3%ADaz", htmx=True)
    assert lines_of(EventKind.SEARCHED, cast.ana) == 1
    visit.get("/clients/new?first_name=Xq&last_name=Zzyzx", htmx=True)
    assert lines_of(EventKind.SEARCHED, cast.ana) == 1, "nobody was shown"
    visit.post("/clients/new", {"first_name": "Rosa", "last_name": "Díaz"}, status=422)
    assert lines_of(EventKind.SEARCHED, cast.ana) == 2
