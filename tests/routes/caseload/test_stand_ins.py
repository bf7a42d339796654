"""Leave cover on the page, and handing over with what is in hand."""

from datetime import timedelta

from app import clock
from app.models.agency.user import Role, User
from app.models.caseload.stand_in import StandIn
from app.models.monitoring.task import Task
from tests.cast import PASSWORD


def colleague(cast, session):
    eve = User.add(name="Eve Tran", email="eve@x.example", role=Role.CASEWORKER, password=PASSWORD, by=cast.ada,
                   programs=[cast.family])  # fmt: skip
    session.commit()
    return eve.id


def test_a_caseworker_arranges_the_own_leave_and_nobody_elses(visit, cast, session):
    eve = colleague(cast, session)
    page = visit.sign_in(cast.ana).get("/stand-ins/").click("Arrange a stand-in")
    assert page.texts("#user option") == ["Ana Reyes"]
    again = page.submit("Arrange it", status=422)
    assert "Choose who stands in" in again.text(".errors")
    end = (clock.today() + timedelta(days=4)).isoformat()
    again = again.submit("Arrange it", status=422, stand_in=str(cast.ana.id), to_on=end, note="Back on Monday")
    assert "for themselves" in again.text(".errors") and again.text("#note") == "Back on Monday"
    listed = again.submit("Arrange it", stand_in=str(eve))
    assert "Eve Tran for Ana Reyes" in listed.said()
    assert "You stand in for Ana Reyes" in visit.sign_in(session.get(User, eve)).get("/").said()
    assert "(Eve Tran stands in)" in visit.get(f"/cases/{cast.case.id}/").text(".case-meta")
    visit.post("/stand-ins/new", {"user": cast.bo.id, "stand_in": eve, "from_on": end, "to_on": end}, status=422)


def test_a_supervisor_arranges_it_for_the_team_and_is_told_what_stays_closed(visit, cast, session):
    eve = colleague(cast, session)
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.commit()
    page = visit.sign_in(cast.bo).get("/team/").click("Stand-ins").click("Arrange a stand-in")
    today = clock.today().isoformat()
    done = page.submit("Arrange it", user=str(cast.ana.id), stand_in=str(eve), from_on=today, to_on=today)
    assert "1 case stays closed to them" in done.text("main")
    visit.sign_in(session.get(User, eve)).get(f"/cases/{cast.case.id}/", status=404)
    done = visit.sign_in(cast.bo).get("/stand-ins/").submit("End it now")
    assert "Nobody stands in" in done.said()


def test_somebody_elses_arrangement_is_not_there(visit, cast, session):
    eve = session.get(User, colleague(cast, session))
    row = StandIn.arrange(cast.ana, eve, by=cast.bo, from_on=clock.today(), to_on=clock.today())
    session.commit()
    visit.sign_in(cast.cy).post(f"/stand-ins/{row.id}/end", status=404)
    assert "Eve" not in visit.get("/stand-ins/").text("main")
    visit.sign_in(eve).post(f"/stand-ins/{row.id}/end", status=404)  # who stands in cannot end it
    visit.sign_in(cast.ana).post(f"/stand-ins/{row.id}/end")


def test_the_hand_over_shows_what_is_in_hand_and_moves_what_is_not_kept(visit, cast, session):
    eve = colleague(cast, session)
    kept, moved = (
        Task.add(cast.case, by=cast.ana, title=title, due_on=clock.today()) for title in ("Keep me", "Move me")
    )
    session.commit()
    ids = kept.id, moved.id
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/assignments/new")
    assert "What Ana has in hand" in page.said() and "Keep me" in page.said()
    page.submit("Hand over", status=422, keeping_tasks=["99999"], worker=str(eve))
    page.submit("Hand over", worker=str(eve), keeping_tasks=[str(ids[0])])
    session.expire_all()
    assert [session.get(Task, id).assignee.name for id in ids] == ["Ana Reyes", "Eve Tran"]
