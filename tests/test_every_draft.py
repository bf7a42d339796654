"""Nothing typed is lost, in any form: every form with room for text keeps drafts and gives them back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.agency.draft import Draft, Mark
from app.reports.unfinished import FORMS
from app.sections import SECTIONS
from tests import rosas_file
from tests.test_access import Address, addresses, ask, everything_else, undone

TYPED = "half a sentence about the quince"
LONG = 200  # from so many letters on, a line is a text

# Forms that keep none, and why.
WITHOUT = {
    "/emergency-openings/new": "what was typed about one person must not stand there when another's record is opened",
    "/password/": "holds passwords alone",
    "/preferences": "only choices",
    "/sign-in": "nobody is signed in yet",
    "/trail/exports/": "one line that says why, sent at once; asking for the password keeps it",
}


def texts_of(tree: Any, form: Any) -> list[Any]:
    """The controls of a form in which a person writes more than a word."""
    own = form.xpath(".//input|.//textarea") + (
        tree.xpath(f"//*[@form='{form.get('id')}'][self::input or self::textarea]") if form.get("id") else []
    )
    lines = [
        c for c in own if c.tag == "input" and c.get("type", "text") == "text" and int(c.get("maxlength", LONG)) >= LONG
    ]
    return [c for c in own if c.tag == "textarea"] + [c for c in lines if c.get("name")]


def forms_with_texts(answer: Any) -> list[tuple[Any, Any, list[Any]]]:
    """(page, form, its texts) for each form of an answer that saves something."""
    if answer.status_code != 200 or answer.mimetype != "text/html" or not answer.data:
        return []
    tree = lxml.html.document_fromstring(answer.text)
    found = [(tree, form, texts_of(tree, form)) for form in tree.xpath("//form[@method='post']")]
    return [each for each in found if each[2] and each[1].get("action") not in WITHOUT]


def mark_in(form: Any) -> Mark | None:
    return Mark.read(next((c.get("value") for c in form.xpath(".//input[@name='draft']")), None))


@pytest.fixture
def everything(app, cast):
    """Every address that can be opened, with something of everything in Rosa's file."""
    hers = rosas_file.fill(cast)
    found = [each for each in addresses(app, hers, others=everything_else(cast)) if each.method == "GET"]
    db.session.commit()
    return found


@pytest.mark.parametrize("person", ["ana", "bo", "ada"])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_every_form_with_room_for_text_keeps_drafts_and_says_when(everything, cast, visit, person, htmx):
    visit.sign_in(getattr(cast, person))
    wrong, seen = [], set()
    for address in everything:
        with undone(visit.app):
            answer = ask(visit, address, headers={"HX-Request": "true"} if htmx else {})
        for tree, form, texts in forms_with_texts(answer):
            mark = mark_in(form)
            where = f"{address.url} → {form.get('action')} ({texts[0].get('name')})"
            if mark is None or mark.form not in FORMS:
                wrong.append(f"{where} keeps no draft")
            elif not tree.xpath("//*[@data-draft-state]"):
                wrong.append(f"{where} does not say when it was kept")
            seen.add(mark.form if mark else "")
    assert not wrong, "\n".join(wrong)
    assert len(seen) > (3 if person == "ada" else 12), seen


@pytest.mark.parametrize("person", ["ana", "bo", "ada"])
def test_every_form_gives_back_what_was_left_in_it(everything, cast, visit, person):
    """What the page would keep while somebody types is there again when the page is opened anew, and on the list."""
    visit.sign_in(getattr(cast, person))
    wrong, tried = [], set()
    for address in everything:
        with undone(visit.app):
            found = forms_with_texts(ask(visit, address))
        for _tree, form, texts in found:
            mark = mark_in(form)
            if mark is None or mark.form in tried:
                continue
            tried.add(mark.form)
            with undone(visit.app):
                said = {texts[0].get("name"): TYPED, "draft": str(mark)}
                kept = ask(visit, Address("", "POST", f"/drafts/{mark.form}/{mark.about}", True), data=said)
                listed = ask(visit, Address("", "GET", "/drafts/", False))
                again = ask(visit, address)  # last: noting that a file was opened ends what can be undone
                if kept.status_code != 200 or TYPED not in again.text or "unsaved text is back" not in again.text:
                    wrong.append(f"{address.url}: {mark.form} is not given back ({kept.status_code})")
                if f'href="/drafts/{kept.json["draft"].split(":")[3]}/discard' not in listed.text:
                    wrong.append(f"{address.url}: {mark.form} is not on the list")
    assert not wrong, "\n".join(wrong)
    assert len(tried) > (3 if person == "ada" else 12), tried


# Forms with fields in which nobody writes a text: names, days, choices, files, passwords.
NO_TEXT = {
    "agency/confirmations/new.html", "agency/invitations/show.html", "agency/new_passwords/edit.html",
    "agency/password_requests/new.html", "agency/passwords/edit.html", "agency/second_factors/new.html",
    "agency/sign_in_codes/new.html", "agency/sign_ins/_form.html", "agency/trail_exports/new.html",
    "agency/users/edit.html", "agency/users/new.html", "assessment/assessments/_begin.html", "linking/directory_imports/new.html",
    "linking/referrals/_sending.html",
    "caseload/identifiers/new.html", "caseload/identifiers/edit.html",  # a draft is not enciphered
    "caseload/households/new.html", "caseload/emergency_openings/new.html",  # its text is of the moment, see WITHOUT
    "intake/consents/show.html",  # its text is of the moment, see WITHOUT
}  # fmt: skip


def test_no_template_has_a_form_with_fields_and_no_draft(app):
    """Also where no test has a record in the state that shows the form: every form that draws a field keeps drafts."""
    folder = Path(app.root_path, "templates")
    wrong = set()
    for file in folder.rglob("*.html"):
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", file.read_text(), re.S):
            draws = re.search(r"f\.field\(|/_fields\.html|/_form\.html", form)
            if draws and "f.draft(" not in form:
                wrong.add(str(file.relative_to(folder)))
    assert wrong <= NO_TEXT, wrong - NO_TEXT
    assert wrong >= {"agency/users/new.html"}, "the search finds nothing"


def test_every_form_that_is_known_stands_in_a_template(app):
    """No name in the register without its form."""
    said = "".join(file.read_text() for file in Path(app.root_path, "templates").rglob("*.html"))
    calls = re.findall(r"f\.draft\(([^)]*)\)|set draft_name, draft_id = (.*?)%", said)
    written = set(re.findall(r"'([a-z_]+)'", " ".join(one or other for one, other in calls)))
    assert set(FORMS) == written | {section.draft for section in SECTIONS}


def test_a_draft_out_of_reach_is_not_shown_and_not_lost(cast, visit, session):
    visit.sign_in(cast.bo)
    Draft.keep(cast.bo, Mark("note", cast.case.id), {"text": [TYPED]})
    session.commit()
    cast.rosa.restrict(by=cast.bo, to=[cast.ana])
    session.commit()
    for named in cast.rosa.named_staff:
        named.to_on = None if named.user_id != cast.bo.id else cast.rosa.created_at.date()
    session.commit()
    number = session.scalar(sa.select(Draft.id))
    page = visit.get("/drafts/")
    assert "Nothing is unfinished" in page.text("main") and "Rosa" not in page.text("main")
    assert visit.get(f"/drafts/{number}/discard", status=303).location == "/drafts/"
    visit.post(f"/drafts/note/{cast.case.id}", {"text": "more"}, status=404)
    visit.post(f"/drafts/{number}/discard")
    db.session.rollback()
    assert session.scalar(sa.select(Draft)).values == {"text": [TYPED]}
    for named in cast.rosa.named_staff:
        named.to_on = None
    session.commit()
    assert "Rosa" in visit.get("/drafts/").text("main")
