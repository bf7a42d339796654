"""When two people edit one record: what each of them changed, told apart field by field, and put together again.

A form carries marks of what each field held when it was opened. A field that only the other person changed takes
theirs by itself, one that only this person changed stays theirs; where both changed, this person chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
import wtforms
from flask import request
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import lazyload
from werkzeug.datastructures import MultiDict

from app.access import me
from app.extensions import db
from app.forms.base import Clock, Form, Line, Text, blank, content, mark_of
from app.models.agency.event import Event, EventKind
from app.models.base import Choice
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge

THEIRS, MINE = "theirs", "mine"
READING = [
    EventKind.CLIENT_VIEWED, EventKind.ADDRESS_SHOWN, EventKind.IDENTIFIER_SHOWN, EventKind.PAPER_PRINTED,
    EventKind.DOCUMENT_OPENED,
]  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field that differs: in words as each person has it, and as a form would send it."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_sent: list[tuple[str, str]]
    theirs_sent: list[tuple[str, str]]
    text: bool  # one that can be edited while choosing
    lines: bool  # of several lines


class Conflict(Exception):
    """Somebody else changed the record since the form was opened; the page shows what differs and lets this person choose."""

    def __init__(self, form: Form, now: Form, record: Any, *, unchosen: bool = False) -> None:
        super().__init__("stale edit")
        self.unchosen = unchosen
        self.target = request.full_path.rstrip("?")
        self.client = _client_of(record)
        self.opened = now.opened
        self.by, self.at = last_change(record)
        self.choices: list[Difference] = []
        self.taken: list[Difference] = []
        self.own: list[Difference] = []
        for one, mine_changed, theirs_changed in differences(form, now):
            asked = one.name in request.form.getlist("choosing") and not _chosen(one.name)
            (
                self.choices if asked or mine_changed and theirs_changed else self.own if mine_changed else self.taken
            ).append(one)
        self.rest = self._rest(form)

    def _rest(self, form: Form) -> list[tuple[str, str]]:
        """Everything that was sent and is no question here: sent again as it was, or, where only they changed it, as it is now."""
        shown = [one.name for one in (*self.choices, *self.taken)]
        asked = {"opened", "choosing"}
        kept = [
            (name, value)
            for name, value in sent().items(multi=True)
            if name not in asked and not name.startswith(("choose-", "theirs-")) and not _of_fields(name, shown)
        ]
        return kept + [pair for one in self.taken for pair in one.theirs_sent]


def _client_of(record: Any) -> str:
    """The name of the client whose record it is, "" when it is nobody's."""
    client = record if isinstance(record, Client) else getattr(record, "client", None)
    return client.name if client is not None else ""


def sent() -> MultiDict[str, str]:
    """What was sent, with the choices of the conflict's page made: where theirs was chosen, theirs stands in the field."""
    said: MultiDict[str, str] = MultiDict(list(request.form.items(multi=True)))
    for name in request.form.getlist("choosing"):
        if request.form.get(f"choose-{name}") == THEIRS:
            for key in [key for key in said if _of_fields(key, [name])]:
                said.poplist(key)
            for key in [key for key in said if _of_fields(key, [f"theirs-{name}"])]:
                said.setlist(key.removeprefix("theirs-"), said.poplist(key))
    return said


def _chosen(name: str) -> bool:
    """Whether the person said which of the two texts of this field shall stand."""
    return request.form.get(f"choose-{name}") in (THEIRS, MINE)


def meet(form: Form, now: Callable[[], Form], record: Any) -> None:
    """Go on only when nobody changed what this form says since it was opened; otherwise a Conflict with both texts.

    `now` makes the form as the record fills it at this moment. The record is held until the answer, so that of two who
    save at the same moment the second one meets the first one's text.
    """
    if record in db.session:
        case = getattr(record, "case", None)
        if (
            case is not None
        ):  # the verbs hold the case before anything in it; the other way round two could wait for each other
            case.hold()
        db.session.refresh(record, with_for_update={"of": type(record)})
    fresh = now()
    unchosen = not all(_chosen(name) for name in request.form.getlist("choosing"))
    if unchosen or any(theirs_changed for _one, _mine, theirs_changed in differences(form, fresh)):
        raise Conflict(form, fresh, record, unchosen=unchosen)


def differences(form: Form, now: Form) -> Iterator[tuple[Difference, bool, bool]]:
    """Each field that differs from the record as it is now, whether this person changed it, and whether others did."""
    marks = form.marks_at_opening()
    for field in form:
        if (
            field.name not in now
            or field.type in ("HiddenField", "FileField")
            or content(field) == content(now[field.name])
        ):
            continue
        opened_at = marks.get(field.name)
        mine_changed, theirs_changed = mark_of(field) != opened_at, mark_of(now[field.name]) != opened_at
        yield _difference(field, now[field.name]), mine_changed, theirs_changed


def _difference(mine: Any, theirs: Any) -> Difference:
    return Difference(
        name=mine.name,
        label=str(mine.label.text),
        mine=in_words(mine),
        theirs=in_words(theirs),
        mine_sent=[(name, value) for name, value in sent().items(multi=True) if _of_fields(name, [mine.name])],
        theirs_sent=list(as_sent(theirs)),
        text=isinstance(mine, Line | Text),
        lines=isinstance(mine, Text) or not isinstance(mine.widget, wtforms.widgets.TextInput),
    )


def _of_fields(key: str, names: list[str]) -> bool:
    """Whether a name in what was sent belongs to one of these fields, or to a row of theirs."""
    return any(key == name or key.startswith(f"{name}-") for name in names)


def as_sent(field: Any) -> Iterator[tuple[str, str]]:
    """The names and values a browser would send for a field as it stands."""
    if isinstance(field, wtforms.FieldList):
        for entry in field.entries:
            yield from as_sent(entry)
    elif isinstance(field, wtforms.FormField):
        for one in field.form:
            yield from as_sent(one)
    elif isinstance(field, wtforms.BooleanField):
        if field.data:
            yield field.name, "y"
    elif isinstance(field.data, list):
        yield from ((field.name, str(value)) for value in field.data)
    elif isinstance(field.data, time):
        yield field.name, field.data.strftime("%H:%M")
    elif isinstance(field.data, date):
        yield field.name, field.data.isoformat()
    else:
        yield field.name, "" if field.data is None else str(field.data)


def in_words(field: Any) -> str:
    """What a field holds, as a person reads it."""
    if isinstance(field, wtforms.FieldList):
        return "\n".join(in_words(entry) for entry in field.entries if not blank(entry))
    if isinstance(field, wtforms.FormField):
        return ", ".join(str(one.label.text) if one.data is True else in_words(one) for one in field.form if one.data)
    return _said(field, field.data)


def _said(field: Any, value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Choice):
        return _(value.label)
    if isinstance(value, list):
        return ", ".join(_said(field, one) for one in value)
    if isinstance(field, Clock):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return format_date(value, "MMM d, y")
    labels = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or []}
    return labels.get(str(value), str(value))


def last_change(record: Any) -> tuple[str, datetime | None]:
    """Who changed a record last, and when, as the trail has it: "you" for the person who asks, "" when it is not known."""
    about = [Event.record_kind == record.__tablename__, Event.record_id == record.id, Event.kind.not_in(READING)]
    client_id = record.id if record.__tablename__ == "client" else getattr(record, "client_id", None)
    if client_id is not None:  # the trail is indexed by the client
        about.append(Event.client_id.in_(Merge.records_of(client_id)))
    query = sa.select(Event).where(*about).order_by(Event.id.desc()).limit(1).options(lazyload("*"))
    line = db.session.scalar(query) if record.id is not None else None
    if line is None or line.by is None:
        return "", None
    return (_("you, on another page") if line.by_id == me().id else line.by.name), line.created_at
