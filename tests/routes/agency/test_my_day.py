"""My day: everything that waits for one person, and nothing that waits for somebody else."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app import clock
from app.models.agency.document import Document, DocumentKind
from app.models.agency.draft import Draft, Mark
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.closing.closure import Closure
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.referral import Referral, ReferralMethod, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task, TaskStatus
from app.models.planning.plan import Plan
from app.reports.counts import counts_for
from app.reports.my_day import my_day
from app.reports.unfinished import FORMS
from tests.models.closing.story import closed, days, plan_in_force, write


def add(cast, title, ahead, **details) -> Task:
    return Task.add(cast.case, by=cast.ana, title=title, due_on=clock.today() + days(ahead), **details)


def titles(page, key) -> list[str]:
    return page.texts(f"section[aria-labelledby={key}-h] li")


def release(cast, ahead) -> Consent:
    return Consent.record_signed(
        cast.rosa, by=cast.ana, type=ConsentType.RELEASE, outcome=ConsentOutcome.SIGNED,
        signed_on=clock.today() - days(1), recipient=f"Clinic {ahead}", information=["identity"], purpose="x",
        expires_on=clock.today() + days(ahead),
    )  # fmt: skip


def open_case(cast, name: str, *, worker=None, program=None) -> Case:
    client = Client.add(by=cast.ana, first_name=name, last_name="Test")
    case = Case.open(
        client, by=cast.ana, program=program or cast.family, received_on=clock.today(), worker=worker or cast.ana
    )
    return case


def test_tasks_stand_as_late_today_and_this_week(visit, cast, session):
    for title, ahead in (("late", -2), ("now", 0), ("soon", 7), ("far", 8)):
        add(cast, title, ahead)
    add(cast, "Bo’s", 0, assignee=cast.bo)
    add(cast, "done", 0).finish(by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert ["late" in text for text in titles(page, "late")] == [True]
    assert "(2 days late)" in titles(page, "late")[0]
    assert ["now" in text for text in titles(page, "today")] == [True]
    assert ["soon" in text for text in titles(page, "week")] == [True]
    assert "1 follow-up is late. 1 task is due today." in page.text(".lede")


def test_the_number_beside_the_navigation_is_late_and_today_together(cast, session):
    for ahead in (-2, -1, 0, 3):
        add(cast, "x", ahead)
    session.commit()
    day = my_day(cast.ana)
    assert counts_for(cast.ana).late_tasks == day["late"].total + day["today"].total == 3


def test_a_task_is_ticked_in_place_and_untickable(visit, cast, session):
    task = add(cast, "Call", 0)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    form = page.all(f"#task-{task.id} form")[0]
    assert form.get("hx-target") == f"#task-{task.id}"
    row = visit.post(form.get("action"), {"list": "day"}, htmx=True, status=200)
    assert "Rosa Díaz" in row.text(f"li#task-{task.id}")
    back = visit.post(f"/tasks/{task.id}/undo", {"list": "day"}, htmx=True, status=200)
    assert back.all(f"li#task-{task.id} a[href='/cases/{cast.case.id}/notes/#new-note']")
    session.expire_all()
    assert session.get_one(Task, task.id).status is TaskStatus.OPEN


def test_each_row_is_one_click_from_done(visit, cast, session):
    add(cast, "Call", -1)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert page.click("Log contact").all("#new-note")
    assert page.click("Move date").all("#due_on")


def test_a_safety_alert_and_the_last_contact_stand_beside_the_name(visit, cast, session):
    add(cast, "Call", -1)
    Alert.raise_for(cast.rosa, by=cast.ana, kind=AlertKind.OTHER, what_to_do="x", review_on=clock.today() + days(9))
    for ago, attendance in ((4, Attendance.COMPLETED), (1, Attendance.NO_SHOW)):
        Note.write(
            cast.case, by=cast.ana, happened_on=clock.today() - days(ago), method=Method.PHONE, text="x",
            attendance=attendance,
        )  # fmt: skip
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    row = titles(page, "late")[0]
    assert "Safety alert" in row and "Last contact" in row
    day = my_day(cast.ana)["late"].lines[0]
    assert (day.last_contact, day.alert, day.warning) == (clock.today() - days(4), "x", "x")


def test_plans_that_wait_for_signature_scans_and_reviews(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    second = plan.revise(by=cast.ana)
    second.goals[0].target_on = clock.today()
    session.flush()
    second.freeze(by=cast.ana, leaving_open="x")
    plan.review_on = clock.today() + days(14)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert "Version 2" in titles(page, "sign")[0]
    assert [f"/plans/{second.id}/" in a.get("href") for a in page.all("section[aria-labelledby=sign-h] a")] == [True]
    assert "Version 1" in titles(page, "scans")[0]
    assert "Plan review" in titles(page, "reviews")[0]
    Document.add(
        client=cast.rosa, case=cast.case, plan=plan, by=cast.ana, kind=DocumentKind.SIGNED_PLAN, title="Scan",
        file_name="x.pdf", content=b"%PDF-1.4", media_type="application/pdf",
    )  # fmt: skip
    plan.review_on = clock.today() + days(15)
    session.commit()
    page = visit.get("/")
    assert titles(page, "scans") == titles(page, "reviews") == []


def test_a_plan_of_a_closed_case_waits_for_nobody(cast, session):
    plan = Plan.begin(cast.case, by=cast.ana)
    goal = plan.add_goal(by=cast.ana, statement="Work")
    goal.add_step(by=cast.ana, action="Apply", actor="client", due_on=clock.today())
    session.flush()
    plan.freeze(by=cast.ana, leaving_open="x")
    session.commit()
    assert my_day(cast.ana)["to_sign"].total == 1
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    assert my_day(cast.ana).empty


def test_referrals_whose_day_has_come(visit, cast, session):
    for provider, ahead in (("Ask now", 0), ("Ask later", 1)):
        referral = Referral.make(
            cast.case, by=cast.ana, domain="food", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
            provider=provider,
        )  # fmt: skip
        referral.send(by=cast.ana, follow_up_on=clock.today() + days(ahead))
    session.commit()
    assert "Ask now" in " ".join(titles(visit.sign_in(cast.ana).get("/"), "chase"))
    assert my_day(cast.ana)["chase"].total == counts_for(cast.ana).waiting_referrals == 1


def test_releases_that_end_within_thirty_days(visit, cast, session):
    for ahead in (0, 30, 31):
        release(cast, ahead)
    release(cast, 5).revoke(by=cast.ana, how="Oral")
    session.commit()
    assert "Clinic 0" in titles(visit.sign_in(cast.ana).get("/"), "releases")[0]
    assert [line.text for line in my_day(cast.ana)["releases"].lines] == ["Clinic 0", "Clinic 30"]
    assert my_day(cast.bo)["releases"].total == 0, "not the caseworker"


@pytest.mark.parametrize("ago, silent", [(30, False), (31, True)])
def test_a_client_without_contact_for_the_programs_number_of_days(cast, session, ago, silent):
    cast.case.opened_on = clock.today() - days(50)
    Note.write(cast.case, by=cast.ana, happened_on=clock.today() - days(ago), method=Method.PHONE, text="x")
    session.commit()
    assert my_day(cast.ana)["silent"].total == int(silent)


def test_the_days_without_contact_are_the_programs_own_and_count_from_the_opening(visit, cast, session):
    cast.case.opened_on = clock.today() - days(8)
    session.commit()
    assert my_day(cast.ana)["silent"].total == 0
    cast.family.contact_days = 7
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert "No contact yet" in titles(page, "silent")[0]
    Note.write(
        cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="x", attendance=Attendance.NO_SHOW
    )
    session.commit()
    assert my_day(cast.ana)["silent"].total == 1, "who did not come was not met"


def test_a_case_opened_lately_is_not_silent_because_of_an_older_contact(cast, session):
    Note.write(cast.case, by=cast.ana, happened_on=clock.today() - days(90), method=Method.PHONE, text="x")
    cast.case.opened_on = clock.today() - days(3)
    session.commit()
    assert my_day(cast.ana)["silent"].total == 0


def test_a_case_on_hold_or_being_closed_is_not_silent(cast, session):
    cast.case.opened_on = clock.today() - days(99)
    cast.case.pause(by=cast.ana, reason="x", until=clock.today() + days(9))
    session.commit()
    assert my_day(cast.ana)["silent"].total == 0
    Closure.begin(cast.case, by=cast.ana)
    session.commit()
    assert my_day(cast.ana)["silent"].total == 0


def test_a_closing_that_came_back_is_at_the_top(visit, cast, session):
    closure = Closure.begin(cast.case, by=cast.ana)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    session.commit()
    visit.sign_in(cast.ana)
    assert "came back" not in visit.get("/").text("main")
    closure.send_back(by=cast.bo, comment="Say more")
    session.commit()
    notice = visit.get("/").text("main .notice")
    assert "A closing came back to you" in notice and "Say more" in notice
    assert my_day(cast.bo)["returned"].total == 0


def test_unfinished_texts_lead_back_to_their_forms(visit, cast, session):
    closure = Closure.begin(cast.case, by=cast.ana)
    session.flush()
    Draft.keep(cast.ana, Mark("note", cast.case.id), {"text": ["Half"]})
    Draft.keep(cast.ana, Mark("closure", closure.id), {"rationale": ["Half"]})
    Draft.keep(cast.bo, Mark("note", cast.case.id), {"text": ["Bo’s"]})
    Draft.keep(cast.ana, Mark("note", cast.elder_case.id), {"text": ["No longer mine"]})
    Draft.keep(cast.ana, Mark("something_new", 0), {"text": ["?"]})
    Draft.keep(cast.ana, Mark("client_new", 0), {"first_name": ["Nadia"]})
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    rows = titles(page, "unfinished")
    assert len(rows) == 3
    links = [a.get("href").split("?")[0] for a in page.all("section[aria-labelledby=unfinished-h] li a")]
    assert set(links) == {f"/cases/{cast.case.id}/notes/", f"/closures/{closure.id}/", "/clients/new"}
    assert sum("Rosa Díaz" in row for row in rows) == 2
    assert "Lena" not in page.text("body")
    assert page.text("#unfinished-h") == "My unfinished work 3"


def test_every_form_that_keeps_drafts_leads_somewhere(app):
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    for name, kept in FORMS.items():
        assert kept.endpoint in rules, name
        assert rules[kept.endpoint].arguments in ({kept.argument} - {""}, set()), name


def test_records_opened_last_are_at_hand_but_not_those_out_of_reach(visit, cast, session):
    other = open_case(cast, "Noor")
    session.commit()
    visit.sign_in(cast.ana)
    for case in (cast.case, other, cast.case):
        visit.get(f"/cases/{case.id}/notes/")
    assert visit.get("/").texts("section[aria-labelledby=recent-h] li") == ["Rosa Díaz", "Noor Test"]
    cast.rosa.restrict(by=cast.bo, to=[])
    session.commit()
    assert visit.get("/").texts("section[aria-labelledby=recent-h] li") == ["Noor Test"]


def test_long_lists_are_cut_and_can_be_shown_whole(visit, cast, session):
    for number in range(11):
        add(cast, f"Task {number:02}", -1)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert len(titles(page, "late")) == 8
    whole = page.click("Show all 11")
    assert len(titles(whole, "late")) == 11
    assert len(titles(visit.get("/?all=nonsense"), "late")) == 8


def test_the_page_stays_within_its_queries_with_everything_on_it(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    plan.review_on = clock.today()
    for number in range(12):
        case = open_case(cast, f"Client {number}")
        case.opened_on = clock.today() - days(60)
        add(cast, "x", -1)
        Draft.keep(cast.ana, Mark("note", case.id), {"text": ["Half"]})
        release(cast, number)
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert len(titles(page, "silent")) == 8
    assert len(visit.queries) <= 10


def test_nothing_of_a_colleague_or_of_a_sealed_program_is_seen(visit, cast, session):
    Task.add(cast.hidden_case, by=cast.di, title="Secret", due_on=clock.today())
    task = add(cast, "Rosa’s task", 0)
    task.assignee = cast.cy
    session.commit()
    for person in (cast.cy, cast.bo, cast.ana):
        body = visit.sign_in(person).get("/").text("body")
        assert "Secret" not in body and "Hope" not in body
    assert "Rosa" not in visit.sign_in(cast.cy).get("/").text("body"), "a task out of reach is on no list"


def test_an_empty_day_says_so(visit, cast, session):
    Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="x")
    session.commit()
    page = visit.sign_in(cast.ana).get("/")
    assert "Nothing is late" in page.text(".empty")


def test_hostile_titles_are_shown_as_text(visit, cast, session):
    add(cast, "<script>alert(1)</script>", 0)
    session.commit()
    assert "<script>alert(1)</script>" in titles(visit.sign_in(cast.ana).get("/"), "today")[0]


@pytest.mark.parametrize(
    "hour, words",
    [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")],
)
def test_the_greeting_goes_by_the_agencys_clock(visit, cast, hour, words):
    with clock.at(datetime(2026, 11, 24, hour, tzinfo=ZoneInfo("America/New_York"))):
        page = visit.sign_in(cast.ana).get("/")
        assert page.text("h1") == f"Good {words}, Ana"
        assert "Tuesday, November 24" in page.text(".page-head")


def test_an_administrator_finds_the_settings_and_no_client(visit, cast, session):
    add(cast, "Call", 0)
    session.commit()
    page = visit.sign_in(cast.ada).get("/")
    assert page.text("h1").endswith("Ada")
    assert "Rosa" not in page.text("body") and "Call" not in page.text("main")
    assert {"/settings/"} <= {a.get("href") for a in page.all("main a")}


def test_nobody_is_sent_to_the_door(visit, cast):
    assert "/sign-in" in visit.get("/", status=303).location
