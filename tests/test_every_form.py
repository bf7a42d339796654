"""Every form of the program, filled with what nobody should type: taken, or refused in words, never a fault of ours."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.forms.base import Clock, Day, Form, Line, Money, Pick, Picks, Ref, RefList, Text, Tick, Whole
from tests import rosas_file
from tests.browser import Visit
from tests.test_access import addresses, ask, everything_else, undone
from tests.test_forms import ARABIC, LONG, NUL, RTL

WEIRD = [
    ARABIC,
    "1_000",
    f"a{NUL}b",
    f"{RTL}evil",
    LONG,
    "-1",
    "9" * 40,
    "<script>alert(1)</script>",
    "2026-02-30",
    "' OR 1=1 --",
]


def forms_on(answer: Any) -> list[tuple[str, list[str]]]:
    """(address, names of fields) of every form on a page that saves something."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    tree = lxml.html.document_fromstring(answer.text)
    found = []
    for form in tree.xpath("//form[@method='post']"):
        own = form.xpath(".//input|.//select|.//textarea") + tree.xpath(f"//*[@form='{form.get('id')}'][@name]")
        names = sorted({control.get("name") for control in own if control.get("name")} - {"once", "version"})
        if names:
            found.append((form.get("action"), names))
    return found


@pytest.mark.parametrize("person", ["ana", "ada"])
def test_nothing_typed_into_any_form_is_a_fault_of_ours(app, cast, visit, person):
    """Each form on each page, filled with what nobody should type: taken, or refused in words."""
    hers = rosas_file.fill(cast)
    visit.sign_in(getattr(cast, person))
    db.session.commit()
    pages = [a for a in addresses(app, hers, others=everything_else(cast)) if a.method == "GET"]
    found: dict[str, list[str]] = {}
    for address in pages:
        for action, names in forms_on(ask(visit, address)):
            found[action or address.url] = names
    assert len(found) > (20 if person == "ana" else 4)
    wrong = []
    for action, names in found.items():
        for turn in range(4):
            data = MultiDict((name, WEIRD[(place * 3 + turn * 5) % len(WEIRD)]) for place, name in enumerate(names))
            if turn == 3:
                data = MultiDict((name, word) for name in names for word in ("a", "b"))
            with undone(app):
                answer = _post(visit, action, data)
            if answer.status_code not in (200, 303, 404, 409, 422):
                wrong.append(f"{action} with {str(data)[:300]}: {answer.status_code}")
            if "<script>alert" in answer.text:
                wrong.append(f"{action} gives a script back")
    assert not wrong, "\n".join(wrong)


def _post(visit: Visit, action: str, data: MultiDict) -> Any:
    db.session.rollback()
    with visit.app.app_context():
        return visit.client.post(action, headers={"Sec-Fetch-Site": "same-origin"}, data=data)


def test_every_form_of_ours_is_built_of_our_own_fields():
    """A field of the library's own knows none of the rules above; a password and a file are not to be cleaned."""
    plain = {wtforms.PasswordField, wtforms.HiddenField, wtforms.FileField, wtforms.FieldList, wtforms.FormField}
    ours = {Clock, Day, Money, Line, Pick, Picks, Ref, RefList, Text, Tick, Whole}
    wrong = []
    for form in every_form(Form):
        for name in dir(form):
            field = getattr(form, name)
            if isinstance(field, wtforms.fields.core.UnboundField):
                kind = field.field_class
                if kind not in plain and not issubclass(kind, tuple(ours)):
                    wrong.append(f"{form.__module__}.{form.__name__}.{name} is a {kind.__name__}")
    assert not wrong, "\n".join(wrong)


def every_form(kind: type) -> list[type]:
    """Every form of the program; the routes have brought them all in."""
    found = [each for each in kind.__subclasses__() if each.__module__.startswith("app.")]
    return found + [deeper for each in found for deeper in every_form(each)]
