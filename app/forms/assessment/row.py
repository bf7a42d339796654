"""Small forms about one row of a page that holds many: an area of an assessment, a goal, a step."""

from __future__ import annotations

from typing import Any

from wtforms import widgets

from app.forms.base import Form, Line


class Sentence(Line):
    """One line of text that may be long: its box grows, and line breaks become blanks."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.widget = widgets.TextArea()


class RowForm(Form):
    """A form that stands beside others of its kind: `mark` begins every id; `row` is the record to change."""

    def __init__(self, formdata: Any = None, *, mark: str = "", row: Any = None, **given: Any) -> None:
        super().__init__(formdata, obj=row, **given)
        for field in self:
            field.id = f"{mark}-{field.name}" if mark else field.name
            field.label.field_id = field.id
