"""Nothing typed is ever lost: drafts are kept on the server while they are typed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.draft import Draft
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
    assert said == {"saved_at": clock.local(draft.saved_at).strftime("%H:%M"), "draft": f"note:{cast.case.id}::{draft.id}:1"}
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
    keep(visit, f"/drafts/note/{cast.case.id}", text="not this")
    asked = visit.get(f"/cases/{cast.case.id}/notes/").click("Discard it")
    assert len(drafts()) == 1 and "Rosa" in asked.text("main")
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
    ["/drafts/Note/1", "/drafts/no-te/1", f"/drafts/{'a' * 41}/1", f"/drafts/note/{2**63}", "/drafts/pipe/1", "/drafts/note/999999"],
)
def test_an_odd_name_of_a_form_is_not_there(visit, cast, path):
    keep(visit.sign_in(cast.ana), path, text="x", status=404)


def test_control_characters_in_a_draft_are_no_fault_of_ours(visit, cast):
    visit.sign_in(cast.ana)
    keep(visit, f"/drafts/note/{cast.case.id}", text="a\x00b\x1fc\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert len(drafts()) == 1


def test_a_draft_of_a_form_about_somebody_elses_client_is_not_taken(visit, cast):
    visit.sign_in(cast.cy)
    keep(visit, f"/drafts/note/{cast.case.id}", text="mine", status=404)
    keep(visit, f"/drafts/alert/{cast.rosa.id}", what_to_do="mine", status=404)
    visit.sign_in(cast.ada)
    keep(visit, f"/drafts/note/{cast.case.id}", text="mine", status=404)
    keep(visit, "/drafts/client_new/0", first_name="mine", status=403)
    assert drafts() == []
