"""Small forms about one row of a page that holds many: an area of an assessment, a goal, a step."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import wtforms
from wtforms import widgets

from app.forms.base import Form, Line


class Sentence(Line):
    """One line of text that may be long: its box grows, and line breaks become blanks."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.widget = widgets.TextArea()


class RowForm(Form):
    """A form that stands beside others of its kind, and knows at which text of its row it was opened.

    `mark` begins every id; `row` is the record to change. Its data, without the edition, are the verb's arguments.
    """

    edition = wtforms.HiddenField()

    def __init__(self, formdata: Any = None, *, mark: str = "", row: Any = None, **given: Any) -> None:
        super().__init__(formdata, obj=row, **given)
        for field in self:
            field.id = f"{mark}-{field.name}" if mark else field.name
            field.label.field_id = field.id
        if row is not None and not self.edition.data:
            self.edition.data = self.edition_of(row)

    @property
    def data(self) -> dict[str, Any]:
        """What was typed, without the mark of the edition."""
        return {name: value for name, value in super().data.items() if name != "edition"}

    def edition_of(self, row: Any) -> str:
        """A short mark of the row's text as it is now: another text has another mark."""
        texts = {name: str(getattr(row, name) or "") for name in self.data if hasattr(row, name)}
        return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]

    def stale(self, row: Any) -> bool:
        """Whether the row's text is no longer the one this form was opened at."""
        return self.edition.data != self.edition_of(row)
