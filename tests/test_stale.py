"""What happens to a form that is sent after its sender was signed out, or sent twice."""

from app.models.agency.draft import Draft
from app.models.monitoring.note import Note
from tests.cast import PASSWORD


def note_form(visit, cast):
    return visit.get(f"/cases/{cast.case.id}/notes/")


def test_a_note_sent_while_signed_out_is_there_after_signing_in_and_can_be_sent(visit, cast, session):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    door = page.submit("Save note", status=401, text="Rosa said “we have a lease”.\nSecond line")
    assert "is kept" in door.text()
    kept = door.submit("Sign in", status=200, email="ana@millbrook.example", password=PASSWORD)
    assert "we have a lease" in kept.text("textarea")
    kept.submit("Send it now")
    assert session.query(Note).one().text == "Rosa said “we have a lease”.\nSecond line"


def test_a_wrong_password_does_not_lose_the_text_either(visit, cast):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    door = page.submit("Save note", status=401, text="Precious words that took a while to find and to write down")
    again = door.submit("Sign in", status=422, email="ana@millbrook.example", password="wrong")
    kept = again.submit("Sign in", status=200, email="ana@millbrook.example", password=PASSWORD)
    assert "Precious" in kept.text("main")


def test_going_back_to_the_form_finds_what_was_sent(visit, cast):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    door = page.submit("Save note", status=401, text="Rosa said: the lease is signed")
    door.submit("Sign in", status=200, email="ana@millbrook.example", password=PASSWORD)
    back = note_form(visit, cast)
    assert "the lease is signed" in back.text("textarea[name=text]") and "Your unsaved text is back" in back.text(
        "main"
    )


def test_whoever_else_signs_in_there_sees_nothing_of_it_and_sends_nothing_in_their_own_name(visit, cast, session):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    door = page.submit("Save note", status=401, text="Rosa whispered the quince address")
    start = door.submit("Sign in", email="bo@millbrook.example", password=PASSWORD)
    assert "quince" not in start.text("body") and "somebody else’s" in start.text("body")
    assert session.query(Note).count() == 0 and session.query(Draft).filter_by(user_id=cast.bo.id).count() == 0


def test_a_form_left_open_by_one_person_is_not_saved_in_the_name_of_the_next(visit, cast, session):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out().sign_in(cast.bo)
    refused = page.submit("Save note", status=403, text="Rosa whispered the quince address")
    assert "Nothing was saved" in refused.text("main") and "quince" not in refused.text("body")
    draft = page.all("input[name=draft]")[0].get("value")
    visit.post(f"/drafts/note/{cast.case.id}", {"draft": draft, "text": "the quince address"}, status=403)
    assert session.query(Note).count() == 0 and session.query(Draft).count() == 0


def test_a_text_made_up_to_look_like_what_was_sent_is_not_taken(visit, cast):
    page = note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    door = page.submit("Save note", status=401, text="Rosa said: the lease is signed")
    unsent = door.all("input[name=unsent]")[0].get("value")
    form = {"email": "ana@millbrook.example", "password": PASSWORD, "next": "/clients/", "unsent": "x" + unsent}
    assert visit.post("/sign-in", form, follow=False).location == "/clients/"


def test_what_was_kept_never_leads_to_another_site_and_holds_no_password(visit, cast):
    for unsent in ('{"target": "//evil.example/", "fields": [["a", "b"]]}', "nonsense", '{"target": 1}', "[]"):
        form = {"email": "ana@millbrook.example", "password": PASSWORD, "next": "/clients/", "unsent": unsent}
        assert visit.sign_out().post("/sign-in", form, follow=False).location == "/clients/"
    page = visit.sign_in(cast.ana).get("/password/")
    visit.sign_out()
    door = page.submit("Change my password", status=401, present=PASSWORD, password="x" * 20, again="x" * 20)
    assert PASSWORD not in door.response.get_data(as_text=True)


def test_with_htmx_the_form_stays_and_the_notice_says_what_to_do(visit, cast):
    note_form(visit.sign_in(cast.ana), cast)
    visit.sign_out()
    answer = visit.post(f"/cases/{cast.case.id}/notes/", {"text": "x"}, status=401, htmx=True)
    assert answer.response.headers["HX-Retarget"] == "#notices" and "still here" in answer.text()


def test_the_same_key_with_other_words_is_not_taken_for_the_same_sending(visit, cast, session):
    page = note_form(visit.sign_in(cast.ana), cast)
    page.submit("Save note", text="First words")
    answer = page.submit("Save note", status=409, text="Other words")
    assert "Other words" in answer.text() and session.query(Note).count() == 1


def test_asking_what_an_address_can_do_is_no_error(visit, cast):
    visit.sign_in(cast.ana)
    answer = visit.client.open("/clients/", method="OPTIONS", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200 and b"Rosa" not in answer.data


def test_a_request_from_another_site_is_told_so(visit, cast):
    visit.sign_in(cast.ana)
    answer = visit.client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and b"not sent from a page" in answer.data
