"""Offering back what somebody was typing when they left, and marking each open form so that its words are kept."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from app.access import LARGEST_ID, me
from app.models.agency.draft import Draft, Mark
from app.reports.unfinished import FORMS, Unfinished


def kept(form: str, about: int) -> MultiDict[str, str] | None:
    """What the person who asks left unsaved in this form, as the form would send it, or None; the page then says so.

    The newest draft is taken up, unless the address chooses another (`?draft=12`).
    """
    left = Draft.left_in(me(), form, about)
    if not left:
        return None
    chosen = _chosen()
    draft = next((one for one in left if one.id == chosen), left[0])
    taken_up()[form, about] = Back(draft, len(left) - 1)
    return MultiDict([(name, value) for name, values in draft.values.items() for value in values])


def _chosen() -> int | None:
    asked = request.args.get("draft", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 11 else 0
    return number if 0 < number < LARGEST_ID else None


class Back(NamedTuple):
    """A draft that this answer gives back, and how many more there are in the same form, typed in other tabs."""

    draft: Draft
    others: int


def taken_up() -> dict[tuple[str, int], Back]:
    """The drafts that this answer gives back, by form and record."""
    found: dict[tuple[str, int], Back] = g.setdefault("taken_up", {})
    return found


def back(form: str, about: int) -> Back | None:
    """The draft that this answer gives back in this form, or None."""
    return taken_up().get((form, about))


def leave(form: str, about: int) -> None:
    """This answer does not give that draft back after all: it stays as it is, and the form on the page is another."""
    taken_up().pop((form, about), None)


def mark(form: str, about: int) -> str:
    """What an open form carries so that its words are kept while they are typed; a form that comes back keeps its mark."""
    assert form in FORMS, f"{form} is no form that keeps drafts: say in app/reports/unfinished.py where it stands"
    came = Mark.read(request.form.get("draft"))
    if came is not None and (came.form, came.about) == (form, about):
        return str(came)
    given = back(form, about)
    took: dict[str, Any] = {"took": given.draft.id, "at_revision": given.draft.revision} if given is not None else {}
    return str(Mark(form, about, page=f"{me().id}-{secrets.token_urlsafe(15)}", **took))


def door(text: Unfinished) -> str:
    """Where an unfinished text can be gone on with."""
    kept = text.kept
    values: dict[str, Any] = {kept.argument: text.about} if kept.argument else {}
    return url_for(kept.endpoint, **values, draft=text.id)
