"""The team: who carries how much, and what waits for the supervisor."""

from app import clock
from app.models.agency.user import Role
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.closing.closure import Closure
from app.models.intake.intake import Intake, IntakeMethod, Urgency
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task
from app.models.planning.plan import Plan
from app.reports.counts import counts_for
from app.reports.team import team
from tests.models.closing.story import days, write


def rows(page) -> list[list[str]]:
    table = page.all("table tbody tr")
    return [[cell.text_content().split()[-1] for cell in row.cssselect("th, td b, td.num")] for row in table]


def section(page, name) -> list[str]:
    return page.texts(f"section[aria-labelledby={name}-h] li")


def test_the_table_says_who_carries_how_much(visit, cast, session):
    for number in range(3):
        client = Client.add(by=cast.ana, first_name=f"Client {number}")
        case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
        case.opened_on = clock.today() - days(31)
    Note.write(case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="x")
    Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="x")
    Task.add(cast.case, by=cast.ana, title="late", due_on=clock.today() - days(1))
    Task.add(cast.case, by=cast.ana, title="late too", due_on=clock.today() - days(1), assignee=cast.bo)
    Task.add(cast.case, by=cast.ana, title="today", due_on=clock.today())
    session.commit()
    page = visit.sign_in(cast.bo).get("/team/")
    assert rows(page) == [["Reyes", "4", "1", "2"], ["Lindgren", "0", "1", "0"]]
    assert page.texts("table tfoot tr > *") == ["Team", "4", "2", "2"]
    assert "4 open cases. 2 tasks are late." in page.text(".lede")
    assert len(section(page, "silent")) == 2
    assert "Ana Reyes" in section(page, "silent")[0]


def test_only_what_the_supervisor_reaches_is_counted(visit, cast, session):
    Task.add(cast.hidden_case, by=cast.di, title="Secret", due_on=clock.today() - days(1))
    Task.add(cast.elder_case, by=cast.cy, title="Other program", due_on=clock.today() - days(1))
    session.commit()
    found = team(cast.bo)
    assert [(load.name, load.cases, load.late) for load in found.loads] == [("Ana Reyes", 1, 0), ("Bo Lindgren", 0, 0)]
    body = visit.sign_in(cast.bo).get("/team/").text("body")
    assert "Hope" not in body and "Lena" not in body


def test_who_left_is_shown_only_while_work_is_left_with_them(cast, session):
    cast.ana.disabled_at = clock.now()
    session.commit()
    assert [load.name for load in team(cast.bo).loads] == ["Ana Reyes", "Bo Lindgren"]
    cast.case.assign(cast.bo, by=cast.bo)
    session.commit()
    assert [load.name for load in team(cast.bo).loads] == ["Bo Lindgren"]


def test_closings_that_wait_lead_to_the_page_where_they_are_approved(visit, cast, session):
    closure = Closure.begin(cast.case, by=cast.ana)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.bo).get("/team/")
    assert "Closing from Ana Reyes" in section(page, "approvals")[0]
    assert page.click("Rosa Díaz").all("button")
    assert counts_for(cast.bo, approves=True).approvals == team(cast.bo)["approvals"].total == 1
    closure.send_back(by=cast.bo, comment="x")
    write(closure, by=cast.bo)
    closure.submit(by=cast.bo)
    session.commit()
    assert "No closing waits for you." in visit.get("/team/").text("aside"), "one's own is for somebody else"


def test_plans_to_sign_and_people_without_a_worker(visit, cast, session):
    plan = Plan.begin(cast.case, by=cast.ana)
    goal = plan.add_goal(by=cast.ana, statement="Work")
    goal.add_step(by=cast.ana, action="Apply", actor="client", due_on=clock.today())
    session.flush()
    plan.freeze(by=cast.ana, leaving_open="x")
    client = Client.add(by=cast.ana, first_name="Samira", last_name="Daoud", spoken_language="Arabic")
    case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today())
    Intake.begin(case, by=cast.ana, received_on=clock.today(), method=IntakeMethod.PHONE, urgency=Urgency.EMERGENCY)
    session.commit()
    page = visit.sign_in(cast.bo).get("/team/")
    assert "Rosa Díaz" in section(page, "sign")[0]
    (waiting,) = section(page, "unassigned")
    assert all(words in waiting for words in ("Samira Daoud", "Emergency", "Arabic", "Family stability"))
    assert [a.get("href") for a in page.all("[aria-labelledby=unassigned-h] .item-side a")] == [
        f"/cases/{case.id}/assignments/new"
    ]
    case.assign(cast.ana, by=cast.bo)
    session.commit()
    assert section(visit.get("/team/"), "unassigned") == []


def test_long_lists_are_cut_and_the_page_stays_within_its_queries(visit, cast, session):
    for number in range(30):
        client = Client.add(by=cast.ana, first_name=f"Client {number}")
        case = Case.open(client, by=cast.ana, program=cast.family, received_on=clock.today(), worker=cast.ana)
        case.opened_on = clock.today() - days(40)
    session.commit()
    page = visit.sign_in(cast.bo).get("/team/")
    assert len(section(page, "silent")) == 8
    assert len(section(page.click("Show all 30"), "silent")) == 30


def test_only_supervisors_see_the_team(visit, cast, session):
    for person in (cast.ana, cast.cy, cast.ada):
        visit.sign_in(person).get("/team/", status=403)
    visit.sign_out()
    assert "/sign-in" in visit.get("/team/", status=303).location
    cast.cy.role = Role.SUPERVISOR
    session.commit()
    assert [load.name for load in team(cast.cy).loads] == ["Cy Novak"]
    assert "Rosa" not in visit.sign_in(cast.cy).get("/team/").text("body")
