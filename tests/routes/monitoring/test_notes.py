"""Writing contact notes: quickly, once, and never overwritten."""

from datetime import time

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.draft import Draft, Mark
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Task
from tests.models.closing.story import closed, days, plan_in_force
from tests.routes.monitoring import problems


def notes_of(cast) -> str:
    return f"/cases/{cast.case.id}/notes/"


def written(session) -> Note:
    return session.scalars(sa.select(Note).order_by(Note.id.desc())).first()


def note(cast, **details) -> Note:
    given = {"happened_on": clock.today(), "method": Method.PHONE, "text": "We talked."} | details
    return Note.write(cast.case, by=cast.ana, **given)


def test_a_contact_is_written_with_the_text_alone(visit, cast, session):
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    after = page.submit("Save note", text="Rosa called.\n\nShe is well.")
    assert after.texts("#notes article p.as-typed") == ["Rosa called.", "She is well."]
    assert "The note is saved." in after.text(".notices")
    saved = written(session)
    assert (saved.method, saved.happened_on, saved.attendance) == (Method.PHONE, clock.today(), Attendance.COMPLETED)
    assert (saved.contact_with, saved.by, saved.minutes, saved.started_at) == (["client"], cast.ana, None, None)


def test_everything_about_a_contact_is_kept(visit, cast, session):
    plan = plan_in_force(cast.case, by=cast.ana)
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    offered = page.texts("fieldset label:has(input[name=goals])")
    assert offered == ["Goal 1: A safe home of our own", "Goal 2: Steady income"]
    yesterday = clock.today() - days(1)
    after = page.submit(
        "Save note", method="home", happened_on=yesterday.isoformat(), started_at="2:30 pm", minutes="45",
        attendance="no_show", contact_with=["family", "provider"], purpose=["crisis"], text="Nobody home.",
        goals=[str(plan.goals[1].id)],
    )  # fmt: skip
    saved = written(session)
    assert (saved.method, saved.happened_on, saved.started_at) == (Method.HOME, yesterday, time(14, 30))
    assert (saved.minutes, saved.attendance) == (45, Attendance.NO_SHOW)
    assert (saved.contact_with, saved.purpose) == (["family", "provider"], ["crisis"])
    assert saved.goal_threads == [plan.goals[1].thread]
    shown = after.text("#notes article")
    assert "2:30" in shown and "45 min" in shown and "No show" in shown and "Goal 2" in shown


def test_the_follow_up_goes_on_the_list_from_the_same_form(visit, cast, session):
    cast.case.assign(cast.bo, by=cast.bo, role="supervisor")
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    assert page.texts("#task_assignee option") == ["Me", "Bo Lindgren"]
    due = clock.today() + days(3)
    page.submit(
        "Save note", text="x", task_title="Send the form", task_due_on=due.isoformat(), task_assignee=str(cast.bo.id)
    )
    task = session.scalar(sa.select(Task))
    assert (task.title, task.due_on, task.assignee) == ("Send the form", due, cast.bo)
    assert task.note_id == written(session).id


def test_no_follow_up_is_made_when_none_is_named(visit, cast, session):
    visit.sign_in(cast.ana).get(notes_of(cast)).submit("Save note", text="x")
    assert session.scalar(sa.select(Task)) is None


def test_the_form_says_what_to_mend_and_keeps_what_was_typed(visit, cast, session):
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    bad = page.submit(
        "Save note", status=422, text="", happened_on="tomorrow-ish", task_title="Call", task_due_on="2020-01-01",
        minutes="45",
    )  # fmt: skip
    assert problems(bad) == [
        "Write a day like Nov 24, 2026 or 11/24/2026.",
        "Write what happened, in a sentence or more.",
        "Choose today or a later day for the follow-up.",
    ]
    assert bad.all("#task_title")[0].get("value") == "Call"
    assert bad.all("#happened_on")[0].get("value") == "tomorrow-ish"
    assert bad.text("title").startswith("Error: ")
    assert session.scalar(sa.select(Note)) is None


@pytest.mark.parametrize(
    "field, value",
    [
        ("method", "telepathy"),
        ("method", ""),
        ("minutes", "7"),
        ("minutes", "-5"),
        ("started_at", "25:00"),
        ("contact_with", ["client", "martian"]),
        ("goals", ["999"]),
        ("task_assignee", "999999999999999999999"),
        ("happened_on", "2999-01-01"),
        ("happened_on", "٢٠٢٦-١١-٢٤"),
    ],
)
def test_what_is_not_offered_is_refused(visit, cast, session, field, value):
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    data = {"method": "phone", "happened_on": clock.today().isoformat(), "attendance": "completed", "text": "Kept"}
    bad = visit.post(notes_of(cast), data | {field: value}, status=422)
    assert bad.texts(".errors li")
    assert bad.text("textarea#text") == "Kept"
    assert page.all("#text")


def test_a_contact_later_today_is_not_a_note_yet(visit, cast, session):
    late = clock.local(clock.now()).replace(hour=23, minute=59)
    if clock.local(clock.now()) >= late:
        pytest.skip("a minute before midnight nothing lies ahead today")
    bad = visit.sign_in(cast.ana).get(notes_of(cast)).submit("Save note", status=422, text="x", started_at="23:59")
    assert "later than now" in bad.text(".errors")


def test_a_note_sent_twice_is_written_once(visit, cast, session):
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    page.submit("Save note", text="Once")
    page.submit("Save note", text="Once")
    assert session.scalar(sa.select(sa.func.count(Note.id))) == 1


def test_hostile_text_is_shown_as_text(visit, cast, session):
    note(cast, text='<script>alert(1)</script> & "Rosa"')
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    assert page.texts("#notes article p.as-typed") == ['<script>alert(1)</script> & "Rosa"']


def test_htmx_gets_the_tab_with_the_note_on_top_and_an_empty_form(visit, cast, session):
    note(cast, text="Earlier")
    session.commit()
    visit.sign_in(cast.ana)
    data = {"method": "text", "happened_on": clock.today().isoformat(), "attendance": "completed", "text": "Just now"}
    after = visit.post(notes_of(cast), data, htmx=True, follow=False)
    part = visit.get(after.location, htmx=True)
    assert not part.bytes.lstrip().startswith(b"<!doctype")
    assert part.all("#notes-tab") and not part.all("nav")
    assert part.texts("#notes article p.as-typed") == ["Just now", "Earlier"]
    assert part.text("textarea#text") == ""
    assert [h.text_content().split()[0] for h in part.all("[data-focus]")] == ["Text"]
    assert "The note is saved." in part.text("#toasts")


def test_htmx_gets_the_form_back_with_what_is_wrong(visit, cast):
    visit.sign_in(cast.ana)
    bad = visit.post(notes_of(cast), {"text": "Kept"}, htmx=True, status=422)
    assert bad.all("#notes-tab .errors[data-focus]")
    assert bad.text("textarea#text") == "Kept"


def test_a_draft_comes_back_and_is_gone_when_the_note_is_saved(visit, cast, session):
    Draft.keep(
        cast.ana, Mark("note", cast.case.id), {"text": ["Half a sent"], "method": ["video"], "task_title": ["Ring"]}
    )
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    assert page.text("textarea#text") == "Half a sent"
    assert page.all("#task_title")[0].get("value") == "Ring"
    assert [i.get("value") for i in page.all("input[name=method][checked]")] == ["video"]
    assert "unsaved text is back" in page.text("[id^=draft-]")
    page.submit("Save note", happened_on=clock.today().isoformat(), attendance="completed", text="A sentence.",
                task_title="")  # fmt: skip
    assert session.scalar(sa.select(Draft)) is None
    assert not visit.get(notes_of(cast)).all("[id^=draft-]")
    visit.sign_in(cast.bo)
    assert visit.get(notes_of(cast)).text("textarea#text") == ""


def test_kinds_narrow_the_list_and_stand_in_the_address(visit, cast, session):
    note(cast, method=Method.HOME, text="visit")
    note(cast, method=Method.VIDEO, text="call")
    note(cast, method=Method.EMAIL, text="message", attendance=Attendance.ATTEMPTED)
    session.commit()
    visit.sign_in(cast.ana)

    def shown(kind: str) -> set[str]:
        return set(visit.get(notes_of(cast), kind=kind).texts("#notes article p.as-typed"))

    assert shown("visits") == {"visit"}
    assert shown("calls") == {"call"}
    assert shown("messages") == {"message"}
    assert shown("missed") == {"message"}
    assert shown("nonsense") == shown("") == {"visit", "call", "message"}
    assert visit.get(notes_of(cast), kind="calls").all("#kind option[selected]")[0].get("value") == "calls"


def test_an_empty_kind_says_so_and_an_empty_case_invites(visit, cast, session):
    visit.sign_in(cast.ana)
    assert "No notes yet" in visit.get(notes_of(cast)).text("#notes-list")
    note(cast)
    session.commit()
    assert "No notes of this kind" in visit.get(notes_of(cast), kind="visits").text("#notes-list")


def test_htmx_filters_the_list_alone(visit, cast, session):
    note(cast)
    session.commit()
    visit.sign_in(cast.ana)
    headers = {"HX-Request": "true", "HX-Target": "notes-list"}
    answer = visit.client.get(notes_of(cast) + "?kind=calls", headers=headers)
    assert answer.status_code == 200
    assert "<form" not in answer.text and "We talked." in answer.text
    assert 'id="notes-count" hx-swap-oob' in answer.text


def test_long_lists_come_in_pages_and_a_page_too_far_is_the_first(visit, cast, session):
    for number in range(45):
        addendum_to = note(cast, text=f"Contact {number}", happened_on=clock.today() - days(number))
        session.flush()
        addendum_to.add_to(by=cast.bo, text="And more")
    session.commit()
    visit.sign_in(cast.ana)
    first = visit.get(notes_of(cast))
    assert first.texts("#notes > li > article > p.as-typed")[:2] == ["Contact 0", "Contact 1"]
    assert len(first.all("#notes > li")) == 20
    assert "45 entries" in first.text("#notes-count")
    last = visit.get(notes_of(cast), page=3)
    assert last.texts("#notes > li > article > p.as-typed") == [f"Contact {n}" for n in range(40, 45)]
    for odd in ("99", "-1", "two"):
        assert visit.get(notes_of(cast), page=odd).texts("#notes > li > article > p.as-typed")[0] == "Contact 0"


def test_a_late_entry_is_labelled_and_shows_both_times(visit, cast, session):
    note(cast, happened_on=clock.today() - days(5))
    session.commit()
    shown = visit.sign_in(cast.ana).get(notes_of(cast)).text("#notes article")
    assert "Late entry" in shown
    assert "Signed" in shown


def test_a_closed_case_shows_its_notes_without_a_form(visit, cast, session):
    note(cast)
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    assert page.all("#notes > li") and not page.all("#new-note")
    assert "The case is closed" in page.text("main")
    refused = visit.post(notes_of(cast), {"text": "Typed in vain"}, status=409)
    assert "Reopen it" in refused.text("main") and "Typed in vain" in refused.text("main")


def test_a_text_left_unsaved_in_a_case_that_closed_can_still_be_read(visit, cast, session):
    Draft.keep(cast.ana, Mark("note", cast.case.id), {"text": ["Half a <b>sentence</b>"]})
    closed(cast.case, by=cast.ana, approver=cast.bo)
    session.commit()
    page = visit.sign_in(cast.ana).get(notes_of(cast))
    assert "Half a <b>sentence</b>" in page.text("section[aria-labelledby=left-h]")
    after = page.click("Discard it").submit("Discard the text")
    assert "Half a" not in after.text("body")
    assert session.scalar(sa.select(Draft)) is None


def test_a_stranger_an_administrator_and_nobody_get_nothing(visit, cast, session):
    note(cast)
    session.commit()
    for person in (cast.cy, cast.di, cast.ada):
        visit.sign_in(person)
        assert "Rosa" not in visit.get(notes_of(cast), status=404).text("body")
        visit.post(notes_of(cast), {"text": "x"}, status=404)
    visit.sign_out()
    assert "/sign-in" in visit.get(notes_of(cast), status=303).location
    assert session.scalar(sa.select(sa.func.count(Note.id))) == 1
