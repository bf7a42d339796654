"""Offering back what somebody was typing when they left, and marking each open form so that its words are kept."""

from __future__ import annotations

import secrets
from typing import Any

from flask import g, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.access import LARGEST_ID, me
from app.extensions import db
from app.models.agency.draft import Draft, Mark
from app.reports.unfinished import FORMS, Unfinished


def kept(form: str, about: int) -> MultiDict[str, str] | None:
    """What the person who asks left unsaved in this form, as the form would send it, or None; the page then says so.

    The newest draft is taken up, unless the address chooses another (`?draft=12`).
    """
    draft = Draft.kept_for(me(), form, about, chosen=_chosen())
    if draft is None:
        return None
    taken_up()[form, about] = draft
    return MultiDict([(name, value) for name, values in draft.values.items() for value in values])


def _chosen() -> int | None:
    asked = request.args.get("draft", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 11 else 0
    return number if 0 < number < LARGEST_ID else None


def taken_up() -> dict[tuple[str, int], Draft]:
    """The drafts that this answer gives back, by form and record."""
    found: dict[tuple[str, int], Draft] = g.setdefault("taken_up", {})
    return found


def draft_of(form: str, about: int) -> Draft | None:
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
    draft = draft_of(form, about)
    took: dict[str, Any] = {"took": draft.id, "at_revision": draft.revision} if draft is not None else {}
    return str(Mark(form, about, page=secrets.token_urlsafe(18), **took))


def others(form: str, about: int) -> list[int]:
    """The numbers of this person's further drafts in the same form, typed in other tabs; asked only where one is shown."""
    draft = draft_of(form, about)
    if draft is None or not current_user.is_authenticated:
        return []
    more = Draft.of(me()).where(Draft.form == form, Draft.about == about, Draft.id != draft.id)
    return list(db.session.scalars(more.with_only_columns(Draft.id)))


def door(text: Unfinished) -> str:
    """Where an unfinished text can be gone on with."""
    kept = text.kept
    values: dict[str, Any] = {kept.argument: text.about} if kept.argument else {}
    return url_for(kept.endpoint, **values, draft=text.id)
