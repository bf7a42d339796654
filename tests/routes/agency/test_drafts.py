"""Nothing typed is ever lost: drafts are kept on the server while they are typed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.draft import Draft, Mark, Once
from tests.browser import Visit
from tests.cast import PASSWORD

HERE = {"Sec-Fetch-Site": "same-origin"}


def keep(visit: Visit, path: str, *, status: int = 200, **typed: object):
    """What the page does while somebody types."""
    db.session.rollback()
    with visit.app.app_context():
        answer = visit.client.post(path, data=typed, headers=HERE)
    assert answer.status_code == status, answer.text[:500]
    return answer.json if status == 200 else answer


def drafts() -> list[dict]:
    db.session.rollback()
    return [draft.values for draft in db.session.scalars(sa.select(Draft).order_by(Draft.id))]


def test_what_is_typed_is_kept_and_the_time_is_said(visit, cast):
    visit.sign_in(cast.ana)
    said = keep(visit, f"/drafts/note/{cast.case.id}", text="She came early", method="office")
    draft = db.session.scalars(sa.select(Draft)).one()
    assert said == {
        "saved_at": clock.local(draft.saved_at).strftime("%H:%M"),
        "draft": f"note:{cast.case.id}::{draft.id}:1",
    }
    assert drafts() == [{"text": ["She came early"], "method": ["office"]}]


def test_an_unfinished_note_is_there_again_on_another_machine(visit, app, cast):
    visit.sign_in(cast.ana)
    text = "He said: “I’ll call <b>Monday</b>” & left\nSecond line"
    keep(visit, f"/drafts/note/{cast.case.id}", text=text)
    page = Visit(app).sign_in(cast.ana).get(f"/cases/{cast.case.id}/notes/")
    assert page.all("textarea[name=text]")[0].text_content().strip() == text
    assert "Your unsaved text is back" in page.text("[id^=draft-]")


def test_it_survives_being_signed_out(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="half a thought")
    with clock.at(clock.now() + timedelta(hours=3)):
        door = visit.get(visit.get(f"/cases/{cast.case.id}/notes/", status=303).location)
        assert "is kept" in door.text()
        page = door.submit("Sign in", password=PASSWORD)
        assert page.all("textarea[name=text]")[0].text_content().strip() == "half a thought"


def test_a_draft_is_its_writers_own(visit, app, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="for me alone")
    others = Visit(app).sign_in(cast.bo).get(f"/cases/{cast.case.id}/notes/")
    assert "for me alone" not in others.text() and not others.all("[id^=draft-]")


def test_saving_the_note_ends_the_draft(visit, cast):
    visit.sign_in(cast.ana)
    said = {"text": "She came early", "method": "office", "attendance": "completed", "contact_with": "client"}
    keep(visit, f"/drafts/note/{cast.case.id}", **said, happened_on=clock.today().isoformat())
    visit.get(f"/cases/{cast.case.id}/notes/").submit("Save note")
    assert drafts() == []


def test_a_keystroke_that_arrives_after_the_saving_brings_nothing_back(visit, cast):
    """The page asks with the key of the form: a form that was saved leaves no draft."""
    visit.sign_in(cast.ana)
    page = visit.get(f"/cases/{cast.case.id}/notes/")
    once = page.all("form#new-note input[name=once]")[0].get("value")
    form, _button = page._form_with("Save note")
    data = {
        "text": "x",
        "method": "office",
        "happened_on": clock.today().isoformat(),
        "once": once,
        "attendance": "completed",
    }
    db.session.rollback()
    with visit.app.app_context():
        saved = visit.client.post(form.get("action"), data=data, headers=HERE)
    assert saved.status_code == 303, saved.text[-1500:]
    assert keep(visit, f"/drafts/note/{cast.case.id}?once={once}", text="x") == {"saved_at": None}
    assert drafts() == []


def test_emptying_the_form_throws_the_draft_away(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="x")
    assert keep(visit, f"/drafts/note/{cast.case.id}", text="  ") == {"saved_at": None}
    assert drafts() == []


def test_a_draft_can_be_discarded_without_script(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="not this", method="in_person")
    assert "not this" in visit.get("/drafts/").text("main .rows")
    asked = visit.get(f"/cases/{cast.case.id}/notes/").click("Discard it")
    assert len(drafts()) == 1 and "Rosa" in asked.text("main")
    assert asked.texts(".as-typed") == ["not this"], "what goes is shown before it goes"
    page = asked.submit("Discard the text")
    assert page.path == f"/cases/{cast.case.id}/notes/" and not page.all("[id^=draft-]")
    assert drafts() == []


def test_keys_and_passwords_are_never_part_of_a_draft(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="x", once="k" * 20, version="3", password="secret")
    assert drafts() == [{"text": ["x"]}]


def test_a_draft_beyond_all_measure_is_refused_and_the_earlier_one_stays(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="short")
    keep(visit, f"/drafts/note/{cast.case.id}", text="x" * (Draft.LARGEST + 1), status=409)
    assert drafts() == [{"text": ["short"]}]


@pytest.mark.parametrize(
    "path",
    [
        "/drafts/Note/1",
        "/drafts/no-te/1",
        f"/drafts/{'a' * 41}/1",
        f"/drafts/note/{2**63}",
        "/drafts/pipe/1",
        "/drafts/note/999999",
    ],
)
def test_an_odd_name_of_a_form_is_not_there(visit, cast, path):
    keep(visit.sign_in(cast.ana), path, text="x", status=404)


def test_control_characters_in_a_draft_are_no_fault_of_ours(visit, cast):
    visit.sign_in(cast.ana)
    keep(
        visit,
        f"/drafts/note/{cast.case.id}",
        text="a\x00b\x1fc\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    )
    assert len(drafts()) == 1


def test_a_draft_of_a_form_about_somebody_elses_client_is_not_taken(visit, cast):
    visit.sign_in(cast.cy)
    keep(visit, f"/drafts/note/{cast.case.id}", text="mine", status=404)
    keep(visit, f"/drafts/alert/{cast.rosa.id}", what_to_do="mine", status=404)
    visit.sign_in(cast.ada)
    keep(visit, f"/drafts/note/{cast.case.id}", text="mine", status=404)
    keep(visit, "/drafts/client_new/0", first_name="mine", status=403)
    assert drafts() == []


# -- An owner and an end


def test_a_draft_ends_so_many_days_after_the_last_typing_and_says_so_before(visit, cast, session):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="Half")
    cast.agency.draft_days = 10
    session.commit()
    begun = clock.now()
    with clock.at(begun + timedelta(days=4)):
        visit.sign_in(cast.ana)
        assert "Ends soon" in visit.get("/drafts/").text("main")
        assert "It is kept until" in visit.get(f"/cases/{cast.case.id}/notes/").text("[id^=draft-]")
    with clock.at(begun + timedelta(days=10, minutes=1)):
        visit.sign_in(cast.ana)
        assert "Nothing is unfinished" in visit.get("/drafts/").text("main")
        assert not visit.get(f"/cases/{cast.case.id}/notes/").all("[id^=draft-]")


def test_now_and_then_what_has_ended_is_deleted_in_batches(own_app, cast, session, monkeypatch):
    from app import requests

    monkeypatch.setattr(requests, "MOST_TIDIED", 3)
    old = clock.now() - timedelta(days=40)
    with clock.at(old):
        for number in range(5):
            Draft.keep(cast.ana, Mark("note", cast.case.id, f"page{number}"), {"text": ["old"]})
            session.add(Once(user_id=cast.ana.id, key=f"{number}" * 20, digest="d"))
            session.flush()
    Draft.keep(cast.ana, Mark("note", cast.case.id, "new"), {"text": ["new"]})
    session.add(Once(user_id=cast.ana.id, key="n" * 20, digest="d"))
    session.commit()
    visit = Visit(own_app).sign_in(cast.ana)

    def left() -> tuple[int, int]:
        session.rollback()
        return tuple(session.scalar(sa.select(sa.func.count(model.id))) for model in (Draft, Once))

    visit.get("/drafts/")
    assert left() == (6, 6), "reading changes nothing"
    visit.post(f"/drafts/note/{cast.case.id}", {"text": "x"}, status=200)
    assert left() == (4, 3), "three of each are gone, and one draft came"
    visit.post(f"/drafts/note/{cast.case.id}", {"text": "y"}, status=200)
    assert left() == (4, 3), "not every time"
    with clock.at(clock.now() + timedelta(hours=2)):
        visit.sign_in(cast.ana).post(f"/drafts/note/{cast.case.id}", {"text": "z"}, status=200)
    assert left() == (2, 1)


def test_nobody_keeps_drafts_without_end(visit, cast, session, monkeypatch):
    monkeypatch.setattr(Draft, "MOST", 2)
    visit.sign_in(cast.ana)
    for number in range(2):
        mark = f"note:{cast.case.id}:page{number}:0:0"
        keep(visit, f"/drafts/note/{cast.case.id}", text="x", draft=mark)
    refused = keep(visit, f"/drafts/note/{cast.case.id}", text="x", draft=f"note:{cast.case.id}:page3:0:0", status=409)
    assert "too many unfinished texts" in refused.text
    keep(visit, f"/drafts/note/{cast.case.id}", text="still typed", draft=f"note:{cast.case.id}:page1:0:0")
    assert len(drafts()) == 2


def test_a_supervisor_sees_that_somebody_who_is_gone_left_a_text_but_not_what_it_says(visit, cast, session):
    Draft.keep(cast.ana, Mark("note", cast.case.id), {"text": ["her secret words"]})
    Draft.keep(cast.ana, Mark("note", cast.elder_case.id), {"text": ["of another program"]})
    session.commit()
    assert "Left unsaved" not in visit.sign_in(cast.bo).get("/team/").text("main")
    cast.ana.disable(by=cast.ada)
    session.commit()
    team = visit.get("/team/").text("[aria-labelledby=left-h]")
    assert "Rosa Díaz" in team and "Ana Reyes" in team and "Note" in team
    assert "secret" not in visit.get("/team/").text() and "Lena" not in team
