"""Offering back what somebody was typing when they left."""

from __future__ import annotations

from flask import g
from werkzeug.datastructures import MultiDict

from app.access import me
from app.models.agency.draft import Draft


def kept(form: str, about: int) -> MultiDict[str, str] | None:
    """What the person who asks left unsaved in this form, as the form would send it, or None; the page then says so."""
    g.draft = Draft.kept_for(me(), form, about)
    if g.draft is None:
        return None
    return MultiDict([(name, value) for name, values in g.draft.values.items() for value in values])


def done(form: str, about: int) -> None:
    """The form was saved: its draft has served."""
    Draft.done(me(), form, about)
