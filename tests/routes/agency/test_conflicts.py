"""Two people, one record: nobody's words are lost, and the one who comes second chooses field by field."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.draft import Draft, Once
from app.models.agency.event import Event, EventKind
from app.models.agency.sign_in import SignIn, hashed
from app.models.caseload.client import Client
from tests.browser import Visit

HERE = {"Sec-Fetch-Site": "same-origin"}
CONFLICT = "[aria-labelledby=stale-h]"


def opened_by(visit, user, cast):
    return visit.sign_in(user).get(f"/clients/{cast.rosa.id}/edit")


def bo_saves(cast, session, **words):
    cast.rosa.correct(by=cast.bo, **words)
    session.commit()


def test_only_what_differs_is_shown_with_who_and_when_and_each_is_chosen(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s words", pronouns="they/them", suffix="Jr.")
    conflict = page.submit(
        "Save the details", status=409, what_helps="Ana’s words", pronouns="she/they", email="r@x.org"
    )
    said = conflict.text(CONFLICT)
    assert "Bo Lindgren" in said and conflict.all(f"{CONFLICT} time")
    assert conflict.texts(f"{CONFLICT} legend") == ["Pronouns", "What helps"]
    assert "Suffix" in conflict.text("[aria-labelledby=taken-h]") and "Email" in conflict.text(
        "[aria-labelledby=own-h]"
    )
    assert "Rosa Díaz" in conflict.text(".page-head")
    assert "First name" not in said and "Interpreter" not in said
    saved = {"choose-what_helps": "mine", "what_helps": "Both: Bo’s and Ana’s", "choose-pronouns": "theirs"}
    after = conflict.submit("Save this", **saved)
    assert after.path == f"/clients/{cast.rosa.id}/details/"
    rosa = cast.rosa
    assert (rosa.what_helps, rosa.pronouns, rosa.suffix, rosa.email) == (
        "Both: Bo’s and Ana’s",
        "they/them",
        "Jr.",
        "r@x.org",
    )
    assert session.scalar(sa.select(sa.func.count(Draft.id))) == 0


def test_who_decides_later_finds_their_words_in_the_form(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s words")
    conflict = page.submit("Save the details", status=409, what_helps="Ana’s words")
    form = conflict.click("Decide later")
    assert form.path == page.path and form.all("[name=what_helps]")[0].text.strip() == "Ana’s words"
    assert cast.rosa.what_helps == "Bo’s words"


def test_changed_again_meanwhile_it_is_shown_again_and_nothing_is_lost(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s first words", pronouns="he/him")
    conflict = page.submit("Save the details", status=409, what_helps="Ana’s words", pronouns="she/they")
    bo_saves(cast, session, what_helps="Bo’s second words", pronouns="they/them")
    choice = {"choose-what_helps": "mine", "what_helps": "Ana’s better words", "choose-pronouns": "theirs"}
    again = conflict.submit("Save this", status=409, **choice)
    assert "Bo’s second words" in again.text(CONFLICT) and "Ana’s better words" in again.text(CONFLICT)
    assert again.texts(f"{CONFLICT} legend") == ["What helps"] and "they/them" in again.text(
        "[aria-labelledby=taken-h]"
    )
    again.submit("Save this", **{"choose-what_helps": "mine"})
    assert (cast.rosa.what_helps, cast.rosa.pronouns) == ("Ana’s better words", "they/them")


def test_without_a_choice_nothing_is_saved(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s words")
    conflict = page.submit("Save the details", status=409, what_helps="Ana’s words")
    again = conflict.submit("Save this", status=409, what_helps="Ana’s better words")
    assert "Choose one text" in again.text(CONFLICT) and "Ana’s better words" in again.text(CONFLICT)
    assert again.texts(f"{CONFLICT} legend") == ["What helps"] and "Bo’s words" in again.text(CONFLICT)
    once_more = again.submit("Save this", status=409)
    assert once_more.texts(f"{CONFLICT} legend") == ["What helps"]
    assert cast.rosa.what_helps == "Bo’s words"


def test_the_same_change_by_two_people_is_no_conflict(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="The same words")
    page.submit("Save the details", what_helps="The same words", pronouns="she/they")
    assert cast.rosa.pronouns == "she/they"


def test_lists_of_rows_are_chosen_as_a_whole(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    other = Visit(visit.app).sign_in(cast.bo).get(f"/clients/{cast.rosa.id}/edit")
    other.submit("Save the details", **{"phones-0-number": "555 010 0111", "phones-0-note": "Bo’s"})
    conflict = page.submit("Save the details", status=409, **{"phones-0-number": "555 010 0122"})
    assert "555 010 0111" in conflict.text(CONFLICT) and "555 010 0122" in conflict.text(CONFLICT)
    conflict.submit("Save this", **{"choose-phones": "theirs"})
    assert [phone.number for phone in cast.rosa.phones][:1] == ["555 010 0111"]


def test_a_draft_taken_back_after_somebody_else_changed_the_record_is_a_conflict(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    names = (
        "draft",
        "opened",
        "first_name",
        "last_name",
        "name_quality",
        "sex",
        "interpreter",
        "print_format",
        "translation_needed",
    )
    form, _button = page._form_with("Save the details")
    values = {c.get("name"): c.get("value") for c in form.xpath(".//input[@name]") if c.get("name") in names}
    values |= {
        s.get("name"): s.xpath(".//option[@selected]")[0].get("value")
        for s in form.xpath(".//select")
        if s.get("name") in names
    }
    visit.post(f"/drafts/client/{cast.rosa.id}", values | {"what_helps": "typed on Friday"}, status=200)
    bo_saves(cast, session, what_helps="saved on Saturday")
    back = visit.get(f"/clients/{cast.rosa.id}/edit")
    assert "unsaved text is back" in back.text("main") and back.text("#what_helps") == "typed on Friday"
    conflict = back.submit("Save the details", status=409)
    assert "saved on Saturday" in conflict.text(CONFLICT) and "typed on Friday" in conflict.text(CONFLICT)
    conflict.submit("Save this", **{"choose-what_helps": "mine"})
    assert cast.rosa.what_helps == "typed on Friday"
    assert session.scalar(sa.select(sa.func.count(Draft.id))) == 0


def test_a_refused_save_is_kept_as_a_draft_without_any_script(visit, app, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s words")
    page.submit("Save the details", status=409, what_helps="Ana’s words")
    elsewhere = opened_by(Visit(app), cast.ana, cast)
    assert elsewhere.text("#what_helps") == "Ana’s words"
    page = visit.get(f"/cases/{cast.case.id}/notes/")
    page.submit("Save note", status=422, text="Half a note", happened_on="nonsense")
    assert visit.get(f"/cases/{cast.case.id}/notes/").text("textarea[name=text]") == "Half a note"


def test_a_double_click_on_an_edit_is_one_change_and_no_conflict_with_oneself(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    for _click in range(2):
        page.submit("Save the details", what_helps="Once")
    changes = sa.select(sa.func.count(Event.id)).where(Event.kind == EventKind.CLIENT_CHANGED)
    assert session.scalar(changes) == 1


def test_back_and_save_with_other_words_shows_ones_own_change(visit, cast):
    page = opened_by(visit, cast.ana, cast)
    page.submit("Save the details", what_helps="First")
    conflict = page.submit("Save the details", status=409, what_helps="Second")
    assert "you, on another page" in conflict.text(CONFLICT) and "Second" in conflict.text(CONFLICT)
    conflict.submit("Save this", **{"choose-what_helps": "mine"})
    assert cast.rosa.what_helps == "Second"


def test_the_choice_is_made_in_place_with_htmx_too(visit, cast, session):
    page = opened_by(visit, cast.ana, cast)
    bo_saves(cast, session, what_helps="Bo’s words")
    form, _button = page._form_with("Save the details")
    answer = visit.post(form.get("action"), {"first_name": "Rosa", "name_quality": "full", "sex": "female", "interpreter": "no",
        "print_format": "standard", "translation_needed": "not_collected",
        "what_helps": "Ana’s words"}, status=409, htmx=True)  # fmt: skip
    assert answer.response.headers["HX-Retarget"] == "#notices"
    assert answer.all(CONFLICT)[0].get("action") == f"/clients/{cast.rosa.id}/edit"
    assert not answer.all("h1") and "Bo’s words" in answer.text(CONFLICT)


def test_of_twenty_people_who_edit_one_record_at_once_every_accepted_save_is_kept_and_the_rest_are_told(own_app, cast):
    """Threads on connections of their own, all with the form as it was before any of them saved."""
    page = Visit(own_app).sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/edit")
    form, _button = page._form_with("Save the details")
    sent = {
        c.get("name"): c.get("value", "") for c in form.xpath(".//input[@type='hidden']") if c.get("name") == "opened"
    }
    sent |= {
        "first_name": "Rosa",
        "last_name": "Díaz",
        "name_quality": "full",
        "sex": "female",
        "interpreter": "no",
        "print_format": "standard",
        "translation_needed": "not_collected",
    }
    tokens = [f"token-number-{number:02}-of-twenty-people" for number in range(20)]
    db.session.add_all(
        SignIn(user_id=(cast.ana if n % 2 else cast.bo).id, token_hash=hashed(t)) for n, t in enumerate(tokens)
    )
    db.session.commit()
    path, together, answers = f"/clients/{cast.rosa.id}/edit", Barrier(20), {}
    version, before = cast.rosa.version, cast.rosa.id
    db.session.remove()

    def edit(number: int) -> None:
        client = own_app.test_client()
        client.set_cookie("handrail", tokens[number])
        together.wait(timeout=30)
        answers[number] = client.post(path, headers=HERE, data=sent | {"what_helps": f"words of number {number}"})
        with own_app.app_context():
            db.session.remove()

    people = [Thread(target=edit, args=(number,)) for number in range(20)]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=120)
    counted = Counter(answer.status_code for answer in answers.values())
    assert set(counted) == {303, 409}, {n: a.text[-400:] for n, a in answers.items() if a.status_code not in (303, 409)}
    rosa = db.session.get_one(Client, before)
    accepted = [number for number, answer in answers.items() if answer.status_code == 303]
    assert counted[303] == 1 and rosa.version == version + 1
    assert rosa.what_helps == f"words of number {accepted[0]}"
    for number, answer in answers.items():
        if number not in accepted:
            assert f"words of number {number}" in answer.text and rosa.what_helps in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Once.id))) <= 1
