"""Closing a case on one page: what is in the way, what is written, who decides, and the way back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.documents import closure_papers
from app.forms.closing.closure import closure_form
from app.models.agency.document import Paper, PaperKind
from app.models.agency.draft import Draft, Mark
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.case import CaseStatus
from app.models.closing.closure import Closure, ClosureReason, Completion, OutcomeOfGoal
from app.models.linking.referral import Referral, ReferralMethod, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task, TaskStatus
from app.models.planning.plan import PlanStatus
from tests.models.closing.story import closed, days, plan_in_force, write

SEND = "Send to the supervisor to close"


def at(closure):
    """What a form carries that was opened just now."""
    return {"opened": closure_form(closure, closure.judged_goals()).opened}


def begun(cast, session) -> Closure:
    closure = Closure.begin(cast.case, by=cast.ana)
    session.commit()
    return closure


def sent(cast, session) -> Closure:
    closure = begun(cast, session)
    write(closure, by=cast.ana)
    closure.submit(by=cast.ana)
    session.commit()
    return closure


def fresh(session, closure) -> Closure:
    session.expire_all()
    return session.get_one(Closure, closure.id)


def typed(**changes) -> dict[str, str]:
    return {
        "reason": "goals_completed",
        "rationale": "Rosa reached what she set out to do.",
        "planned": "planned",
        "completion": "completed",
        "closed_on": clock.today().isoformat(),
        "aftercare": "Parent group, 14 Mill Lane, 410-555-0155",
        "way_back": "Call us.",
        **changes,
    }


def where(closure) -> str:
    return f"/closures/{closure.id}/"


def test_closing_starts_from_the_case_and_starting_twice_is_starting_once(visit, cast, session):
    visit.sign_in(cast.ana)
    page = visit.post(f"/cases/{cast.case.id}/closure/")
    assert page.text("h1") == "Close Rosa’s case"
    assert visit.post(f"/cases/{cast.case.id}/closure/").path == page.path
    assert session.scalar(sa.select(sa.func.count(Closure.id))) == 1
    session.expire_all()
    assert cast.case.status is CaseStatus.PENDING_CLOSURE


def counted(page) -> int:
    """How many items of the checklist count: those that are done or in the way, not what is only good to know."""
    return len(page.all(".checklist > li.is-ok, .checklist > li.is-warn"))


def test_the_page_shows_everything_that_is_in_the_way_and_where_to_mend_it(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    task = Task.add(cast.case, by=cast.ana, title="Call the landlord", due_on=clock.today())
    referral = Referral.make(
        cast.case, by=cast.ana, domain="legal", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        service=cast.service,
    )  # fmt: skip
    referral.send(by=cast.ana)
    draft = plan.revise(by=cast.ana)
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    assert page.texts("section > h2.h-sm") == ["Goals", "Referrals", "Tasks", "Papers", "Closing"]
    listed = page.texts(".checklist > li")
    assert "Goal 1: A safe home of our own" in listed[0] and "Needs an outcome" in listed[0]
    links = [a.get("href") for a in page.all(".checklist a")]
    assert f"#goal_{plan.goals[0].id}_outcome" in links
    assert f"/plans/{draft.id}/" in links
    assert f"/tasks/{task.id}/cancellation/new?next={where(closure)}" in links
    assert any(f"/referrals/{referral.id}/" in link and f"next={where(closure)}" in link for link in links)
    assert all(page.all(link) for link in links if link.startswith("#")), "every anchor is on the page"
    assert [i.get("aria-label") for i in page.all(".checklist > li:first-child > svg")][0] == "Must be finished"
    bar = page.all(".page-head progress")[0]
    assert (int(bar.get("value")), int(bar.get("max"))) == (len(page.all(".checklist > li.is-ok")), counted(page))
    assert page.text(".page-head .bar-row").endswith(f"2 of {counted(page)} done")
    left = len(page.all(".checklist > li.is-warn"))
    assert f"{left} things are left" in page.text(".page-head .lede"), "the sentence and the bar count the same things"
    assert page.all("button[value=send][aria-disabled=true]")


def test_a_task_is_finished_from_the_page_and_leads_back_to_it(visit, cast, session):
    task = Task.add(cast.case, by=cast.ana, title="Call the landlord", due_on=clock.today())
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    after = page.submit("Done")
    assert after.path == where(closure)
    assert "No task is open" in after.text("main")
    session.expire_all()
    assert session.get_one(Task, task.id).status is TaskStatus.DONE


def test_what_is_written_is_saved_for_later_with_the_goals(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    closure = begun(cast, session)
    goal = plan.goals[0].id
    page = visit.sign_in(cast.ana).get(where(closure))
    after = page.submit(
        "Save for later", reason="moved", rationale="First line\nsecond", completion="involuntary",
        notice_sent_on="2026-11-01", appeal_given="y",
        **{f"goal_{goal}_outcome": "partly_met", f"goal_{goal}_evidence": "The lease"},
    )  # fmt: skip
    assert "Saved. The case is not closed yet." in after.text(".notices")
    saved = fresh(session, closure)
    assert (saved.reason, saved.rationale) == (ClosureReason.MOVED, "First line\nsecond")
    assert (saved.completion, saved.appeal_given, saved.planned) == (Completion.INVOLUNTARY, True, None)
    assert [(g.outcome, g.evidence) for g in saved.judged_goals()] == [
        (OutcomeOfGoal.PARTLY_MET, "The lease"),
        (None, None),
    ]
    assert after.text("textarea#rationale") == "First line second"
    assert [i.get("value") for i in after.all(f"input[name=goal_{goal}_outcome][checked]")] == ["partly_met"]


def test_services_and_tries_are_drafted_from_the_record(visit, cast, session):
    for ago, attendance in ((9, Attendance.COMPLETED), (2, Attendance.NO_SHOW)):
        Note.write(
            cast.case, by=cast.ana, happened_on=clock.today() - days(ago), method=Method.PHONE, minutes=30,
            attendance=attendance, text="x",
        )  # fmt: skip
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    assert page.text("textarea#services_given") == "Phone: 1 (30 minutes)"
    missed = (clock.today() - days(2)).isoformat()
    assert page.text("textarea#contact_attempts") == f"{missed}; Phone; No show"
    numbers = dict(zip(page.texts("aside dt"), page.texts("aside dd"), strict=True))
    assert (numbers["Contacts"], numbers["Referrals finished"]) == ("1", "0 of 0")


def test_bad_input_is_refused_with_what_was_typed(visit, cast, session):
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    bad = page.submit("Save for later", status=422, closed_on="soon", rationale="Keep me", who_decided="x" * 301)
    assert len(bad.texts(".errors li")) == 2
    assert bad.text("textarea#rationale") == "Keep me"
    assert bad.text("title").startswith("Error: ")
    assert fresh(session, closure).rationale is None


@pytest.mark.parametrize(
    "field, value", [("reason", "boredom"), ("planned", "maybe"), ("notice_sent_on", "1066-01-01")]
)
def test_what_is_not_offered_is_refused(visit, cast, session, field, value):
    closure = begun(cast, session)
    visit.sign_in(cast.ana)
    visit.post(where(closure), typed(**{field: value}) | at(closure), status=422)
    assert fresh(session, closure).reason is None


def test_a_goal_of_somebody_else_cannot_be_judged(visit, cast, session):
    other = plan_in_force(cast.elder_case, by=cast.cy)
    closure = begun(cast, session)
    visit.sign_in(cast.ana)
    foreign = {f"goal_{other.goals[0].id}_outcome": "met"}
    visit.post(where(closure), typed() | foreign | at(closure))
    session.expire_all()
    assert other.goals[0].status.value == "not_started"
    assert fresh(session, closure).goal_outcomes == []


def test_a_stale_save_shows_both_texts_and_changes_nothing(visit, cast, session):
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    write(closure, by=cast.bo, rationale="Bo’s words")
    session.commit()
    conflict = page.submit("Save for later", status=409, rationale="Ana’s words", reason="moved")
    table = conflict.text("form[aria-labelledby=stale-h]")
    assert "Ana’s words" in table and "Bo’s words" in table
    assert "Moved out of area" in table and "Goals completed" in table
    assert fresh(session, closure).rationale == "Bo’s words"
    visit.post(where(closure), typed(), status=409)


def test_a_draft_comes_back_and_is_gone_when_saved(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    closure = begun(cast, session)
    goal = f"goal_{plan.goals[0].id}_outcome"
    said = {"rationale": ["Half a sent"], goal: ["met"], "opened": list(at(closure).values())}
    Draft.keep(cast.ana, Mark("closure", closure.id), said)
    session.commit()
    page = visit.sign_in(cast.ana).get(where(closure))
    assert page.text("textarea#rationale") == "Half a sent"
    assert [i.get("value") for i in page.all(f"input[name={goal}][checked]")] == ["met"]
    assert page.all("form#closing input[name=draft]")[0].get("value").startswith(f"closure:{closure.id}:")
    page.submit("Save for later")
    assert session.scalar(sa.select(Draft)) is None


def test_sending_saves_first_and_says_what_is_still_in_the_way(visit, cast, session):
    plan_in_force(cast.case, by=cast.ana)
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    after = page.submit(SEND, **typed())
    assert "not sent: something must be finished first" in after.text(".notices")
    saved = fresh(session, closure)
    assert saved.rationale == "Rosa reached what she set out to do."
    assert saved.writable


def test_what_is_only_expected_is_left_open_with_a_reason(visit, cast, session):
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    after = page.submit(SEND, **typed(aftercare=""))
    assert "add what is still expected" in after.text(".notices")
    assert "Aftercare: Write who helps from here on" in after.text("form#closing .panel-sunken")
    after = after.submit(SEND, left_open="Rosa wants no help")
    assert "The closing is with the supervisor." in after.text(".notices")
    assert "Rosa wants no help" in after.text("main")
    assert fresh(session, closure).waiting


def test_a_closing_that_is_with_the_supervisor_is_read_and_not_changed(visit, cast, session):
    closure = sent(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    assert "With the supervisor" in page.text("main") and "Ana Reyes" in page.text("main")
    assert not page.all("form#closing") and "Approve" not in page.text("main")
    for path in (where(closure), f"{where(closure)}withdraw"):
        refused = visit.post(path, typed() | at(closure), status=409)
        assert "It can be changed when it comes back" in refused.text("main")
    refused = visit.post(where(closure), typed(rationale="Typed in vain"), status=409)
    assert "Typed in vain" in refused.text("main")


def test_when_nothing_is_in_the_way_the_bar_is_full_and_the_page_says_so(visit, cast, session):
    closure = begun(cast, session)
    write(closure, by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(where(closure))
    bar = page.all(".page-head progress")[0]
    assert bar.get("value") == bar.get("max")
    assert "Everything is ready to be sent." in page.text(".page-head .lede")
    assert page.all(".checklist > li:not(.is-ok):not(.is-warn)"), "what is only good to know is listed and not counted"


def test_what_remains_and_what_comes_after_is_written_read_and_printed(visit, cast, session):
    closure = begun(cast, session)
    write(closure, by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(where(closure))
    page.submit(
        "Save for later", risks="The rent", recommendations="Ask in March", medications="Refill on the 20th",
        missing_documents="The lease", follow_up="agreed", follow_up_after=["30", "180"], follow_up_how="Ana, by text",
    )  # fmt: skip
    closure = fresh(session, closure)
    assert (closure.risks, closure.follow_up, closure.follow_up_after) == ("The rent", "agreed", ["30", "180"])
    summary = closure_papers.summary(closure)
    assert (summary["recommendations"], summary["medications"]) == ("Ask in March", "Refill on the 20th")
    days = [(closure.closed_on + timedelta(days=n)).isoformat() for n in (30, 180)]
    assert summary["follow_ups"] == [{"due": day, "how": "Ana, by text"} for day in days]
    letter = closure_papers.letter(closure)["follow_up"]
    assert letter.startswith("Usted aceptó") and "(Ana, by text)" in letter
    page = visit.get(where(closure))
    assert page.all("[name=follow_up][value=agreed][checked]") and len(page.all("[name=follow_up_after][checked]")) == 2


@pytest.mark.parametrize("answer", ["declined", "not_asked", ""])
def test_without_the_clients_yes_no_contact_is_planned(visit, cast, session, answer):
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    page.submit("Save for later", follow_up=answer, follow_up_after=["30"], follow_up_how="Ana")
    closure = fresh(session, closure)
    assert closure.contacts_to_come == []
    assert closure_papers.summary(closure)["follow_ups"] == []
    assert closure_papers.letter(closure)["follow_up"] == ""


def test_a_supervisor_reads_everything_and_approves(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    closure = sent(cast, session)
    page = visit.sign_in(cast.bo).get(where(closure))
    main = page.text("main")
    assert "Rosa reached what she set out to do." in main and "A letter in the file." in main and "Met" in main
    after = page.submit("Approve and close the case")
    assert "The case is closed" in after.text("main")
    session.expire_all()
    assert cast.case.status is CaseStatus.CLOSED
    assert plan.status is PlanStatus.COMPLETED
    papers = list(session.scalars(sa.select(Paper).order_by(Paper.id)))
    assert [paper.kind for paper in papers] == [PaperKind.CLOSURE_SUMMARY, PaperKind.CLOSING_LETTER]
    assert papers[0].particulars["supervisor"]["name"] == "Bo Lindgren"
    assert [a.get("href") for a in after.all("aside .item-title")] == [f"/papers/{paper.id}.pdf" for paper in papers]
    page.submit("Approve and close the case")
    assert session.scalar(sa.select(sa.func.count(Paper.id))) == 2, "pressed twice, issued once"


def test_approving_again_is_refused_clearly(visit, cast, session):
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    visit.sign_in(cast.bo)
    assert "closed already" in visit.post(f"{where(closure)}approval/", status=409).text("main")
    assert "closed already" in visit.post(f"{where(closure)}return/", {"comment": "x"}, status=409).text("main")
    assert session.scalar(sa.select(Paper)) is None


def test_nobody_approves_what_they_sent_and_no_worker_approves(visit, cast, session):
    closure = begun(cast, session)
    write(closure, by=cast.bo)
    closure.submit(by=cast.bo)
    session.commit()
    page = visit.sign_in(cast.bo).get(where(closure))
    assert "Somebody else must approve" in page.text("main")
    assert "Approve and close" not in page.text("main")
    refused = visit.post(f"{where(closure)}approval/", status=409)
    assert "Somebody else must approve" in refused.text("main")
    visit.sign_in(cast.ana)
    visit.post(f"{where(closure)}approval/", status=403)
    visit.post(f"{where(closure)}return/", {"comment": "x"}, status=403)
    visit.get(f"{where(closure)}reopening/new", status=403)
    assert fresh(session, closure).waiting


def test_a_task_that_came_up_since_bars_the_approval_and_is_named(visit, cast, session):
    closure = sent(cast, session)
    Task.add(cast.case, by=cast.ana, title="One more thing", due_on=clock.today())
    session.commit()
    page = visit.sign_in(cast.bo).get(where(closure))
    assert "Something came up" in page.text("main") and "One more thing" in page.text("main")
    refused = page.submit("Approve and close the case", status=409)
    assert "Return it to the worker" in refused.text("main")
    assert fresh(session, closure).waiting
    assert session.scalar(sa.select(Paper)) is None


def test_a_text_that_changed_since_it_was_read_is_not_approved(visit, cast, session):
    closure = sent(cast, session)
    page = visit.sign_in(cast.bo).get(where(closure))
    closure.send_back(by=cast.bo, comment="More")
    write(closure, by=cast.ana, rationale="Other words")
    closure.submit(by=cast.ana)
    session.commit()
    refused = page.submit("Approve and close the case", status=409)
    assert "Read it again" in refused.text("main")
    assert fresh(session, closure).waiting


def test_a_closing_is_returned_with_what_to_change(visit, cast, session):
    closure = sent(cast, session)
    page = visit.sign_in(cast.bo).get(where(closure))
    bad = page.submit("Return to the worker", status=422, comment="")
    assert "Write what the worker should change." in bad.text(".errors")
    bad.submit("Return to the worker", comment="Say more <b>about</b> the rent")
    page = visit.sign_in(cast.ana).get(where(closure))
    assert "Say more <b>about</b> the rent" in page.text("main .notice")
    after = page.submit(SEND)
    assert "The closing is with the supervisor." in after.text(".notices")


def test_stopping_leads_back_to_the_case(visit, cast, session):
    closure = begun(cast, session)
    page = visit.sign_in(cast.ana).get(where(closure))
    after = page.submit("Stop closing")
    assert after.path == f"/cases/{cast.case.id}/"
    session.expire_all()
    assert cast.case.status is CaseStatus.ACTIVE
    assert "was stopped" in visit.get(where(closure)).text("main")
    visit.post(where(closure), typed(), status=409)


def test_reopening_asks_why_and_restores_the_case(visit, cast, session):
    closure = closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    page = visit.sign_in(cast.bo).get(where(closure)).click("Reopen this case")
    bad = page.submit("Reopen the case", status=422, reason=" ")
    assert "Write why the case is reopened." in bad.text(".errors")
    after = bad.submit("Reopen the case", reason="The lease fell through")
    assert after.path == f"/cases/{cast.case.id}/"
    session.expire_all()
    assert cast.case.status is CaseStatus.ACTIVE
    assert cast.case.worker == cast.ana
    read = visit.get(where(closure)).text("main")
    assert "This case was reopened" in read and "The lease fell through" in read
    visit.get(f"{where(closure)}reopening/new", status=409)
    visit.post(f"{where(closure)}reopening/new", {"reason": "x"}, status=409)


def test_a_case_that_is_not_closed_is_not_reopened(visit, cast, session):
    closure = begun(cast, session)
    visit.sign_in(cast.bo).get(f"{where(closure)}reopening/new", status=409)


def test_the_safety_alert_stands_on_the_closing_page(visit, cast, session):
    Alert.raise_for(
        cast.rosa, by=cast.ana, kind=AlertKind.OTHER, what_to_do="Text only", review_on=clock.today() + days(9)
    )
    closure = begun(cast, session)
    assert "Text only" in visit.sign_in(cast.ana).get(where(closure)).text(".alert-safety")


def test_hostile_words_are_shown_as_words(visit, cast, session):
    plan_in_force(cast.case, by=cast.ana, goals=("<script>goal()</script> 100%(x)s",))
    closure = begun(cast, session)
    write(closure, by=cast.ana, rationale="</textarea><script>alert(1)</script>")
    session.commit()
    page = visit.sign_in(cast.ana).get(where(closure))
    assert page.text("textarea#rationale") == "</textarea><script>alert(1)</script>"
    assert "<script>goal()</script> 100%(x)s" in page.text(".checklist")


def test_the_page_stays_within_its_queries_however_much_there_is(visit, cast, session):
    plan_in_force(cast.case, by=cast.ana, goals=tuple(f"Goal {n}" for n in range(9)))
    for number in range(30):
        Task.add(cast.case, by=cast.ana, title=f"Task {number}", due_on=clock.today())
        Note.write(cast.case, by=cast.ana, happened_on=clock.today(), method=Method.PHONE, text="x")
        Referral.make(
            cast.case, by=cast.ana, domain="food", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
            provider=f"Pantry {number}",
        )  # fmt: skip
    closure = begun(cast, session)
    visit.sign_in(cast.ana).get(where(closure))
    done = closed(cast.elder_case, by=cast.cy, approver=cast.bo)
    session.commit()
    visit.sign_in(cast.cy).get(where(done))


def test_out_of_reach_is_not_there(visit, cast, session):
    closure = begun(cast, session)
    gets = [where(closure), f"{where(closure)}reopening/new"]
    posts = [
        where(closure), f"/cases/{cast.case.id}/closure/", f"{where(closure)}withdraw",
        f"{where(closure)}approval/", f"{where(closure)}return/", f"{where(closure)}reopening/new",
    ]  # fmt: skip
    for person in (cast.cy, cast.ada, cast.di):
        visit.sign_in(person)
        for path in gets:
            assert "Rosa" not in visit.get(path, status=404).text("body")
        for path in posts:
            visit.post(path, {"comment": "x", "reason": "x"}, status=404)
    visit.sign_out()
    for path in gets:
        assert "/sign-in" in visit.get(path, status=303).location
    assert fresh(session, closure).writable
