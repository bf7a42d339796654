"""The one validation layer: cleaned text, strict numbers and days, picklists, and messages that say what to do."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.fields.choices import Choice as Shown
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation, ValidationError

from app import clock
from app.models.base import Choice

LONG = 20_000
EARLIEST = date(1900, 1, 1)
YEARS_AHEAD = 20
# C0 and C1 controls, bidirectional overrides and byte-order marks; tab and newline are kept in long texts.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


def cleaned(text: str | None, *, lines: bool = False) -> str | None:
    """Text in NFC, stripped, without control characters; one line unless `lines`; nothing at all becomes None."""
    if text is None:
        return None
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROLS.sub("", text)
    if not lines:
        text = " ".join(text.split())
    return text.strip() or None


class Form(wtforms.Form):
    """A form whose data are the keyword arguments of one verb."""

    class Meta:
        locales = False

    def __init__(self, formdata: Any = None, **given: Any) -> None:
        super().__init__(formdata, **given)
        self.form_errors: list[str] = []
        self._opened: str | None = formdata.get("opened", "") if formdata is not None else None

    @property
    def opened(self) -> str:
        """A mark of what each field held when the form was opened; it travels with the form, and tells who changed what."""
        if self._opened is None:
            self._opened = json.dumps(self.marks(), separators=(",", ":"))
        return self._opened

    def open_at(self, now: Form) -> None:
        """Say what the record held when this form was opened, where the form begins with more than that."""
        if self._opened is None:
            self._opened = now.opened

    def marks(self) -> dict[str, str]:
        """Field → a short mark of what it holds now: the same content has the same mark."""
        return {field.name: mark_of(field) for field in self if field.type not in ("HiddenField", "FileField")}

    def marks_at_opening(self) -> dict[str, str]:
        """The marks that came along with the form; none for a form that brought none, or nonsense."""
        try:
            marks = json.loads(self.opened)
        except ValueError:
            return {}
        return {str(name): str(mark) for name, mark in marks.items()} if isinstance(marks, dict) else {}

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is sound; a field that was sent twice but takes one value is refused."""
        good = super().validate(extra_validators)
        for field in self:
            if isinstance(field, wtforms.FieldList | wtforms.FormField):
                continue
            field.errors = [str(error) for error in field.errors]
            if not isinstance(field, Picks | RefList) and len(field.raw_data or []) > 1:
                field.errors = [*field.errors, _("This was sent more than once. Send one value.")]
                good = False
        return good and not self.form_errors

    def refuse(self, text: str, **values: Any) -> None:
        """Add a message about the form as a whole, in the summary at the top."""
        self.form_errors.append(_(text, **values))


def content(field: Any) -> Any:
    """What a field holds, as plain values to compare; nothing at all is always "", and empty rows of a list count for nothing."""
    if isinstance(field, wtforms.FieldList):
        rows = [content(entry) for entry in field.entries if not blank(entry)]
        return rows or ""
    if isinstance(field, wtforms.FormField):
        return {one.short_name: content(one) for one in field.form}
    return plain(field.data)


def blank(entry: Any) -> bool:
    """Whether a row of a list says nothing: its picklists alone are no content."""
    if isinstance(entry, wtforms.FormField):
        made = getattr(entry.form, "made", None)
        return made() is None if made is not None else not any(plain(one.data) for one in entry.form)
    return not plain(entry.data)


def plain(value: Any) -> Any:
    """A value as text, or a list of texts."""
    if value is None or value is False or value == []:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, str):
        return cleaned(str(value), lines=True) or ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def mark_of(field: Any) -> str:
    """A short mark of what a field holds."""
    return hashlib.sha256(json.dumps([field.name, content(field)]).encode()).hexdigest()[:12]


class Line(wtforms.StringField):
    """One line of text."""

    def __init__(
        self,
        label: Any,
        *,
        max: int = 200,
        required: bool = False,
        message: Any = None,
        kind: str = "text",
        **more: Any,
    ) -> None:
        too_long = _l("Use at most %(count)d characters.", count=max)
        rules = [Given(message or _l("Fill this in."))] if required else []
        super().__init__(label, [*rules, Length(max=max, message=too_long)], filters=[cleaned], **more)
        self.widget = widgets.TextInput(kind)
        self.max = max


class Text(wtforms.TextAreaField):
    """Several lines of text."""

    def __init__(
        self, label: Any, *, max: int = LONG, required: bool = False, message: Any = None, **more: Any
    ) -> None:
        too_long = _l("Use at most %(count)d characters.", count=max)
        rules = [Given(message or _l("Fill this in."))] if required else []
        super().__init__(
            label, [*rules, Length(max=max, message=too_long)], filters=[lambda text: cleaned(text, lines=True)], **more
        )
        self.max = max


class Given:
    """Something other than white space."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.data and not field.errors:
            raise StopValidation(str(self.message))


class Day(wtforms.Field):
    """A calendar day, typed as `2026-11-21`, `11/21/2026` or `Nov 21, 2026`; from 1900 to a sane future."""

    widget = widgets.DateInput()

    def __init__(
        self, label: Any, *, required: bool = False, message: Any = None, past: bool = False, **more: Any
    ) -> None:
        rules = [Given(message or _l("Choose a day."))] if required else []
        super().__init__(label, rules, **more)
        self.past = past

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(value) for value in self.raw_data)
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, values: list[str]) -> None:
        if not values or not values[0].strip():
            self.data = None
            return
        day = as_day(values[0])
        if day is None:
            self.data = None
            raise ValueError(_("Write a day like Nov 24, 2026 or 11/24/2026."))
        if day < EARLIEST or day.year > clock.today().year + YEARS_AHEAD:
            self.data = None
            raise ValueError(_("Check the year: it is too long ago or too far ahead."))
        if self.past and day > clock.today():
            self.data = None
            raise ValueError(_("This day must be today or in the past."))
        self.data = day


DAY_SHAPES = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")


def as_day(text: str) -> date | None:
    """The day that this text means, in ASCII digits only, or None."""
    plain = " ".join(text.replace(",", " ").split())
    if not plain.isascii():
        return None
    for shape in DAY_SHAPES:
        try:
            return datetime.strptime(plain, shape).date()
        except ValueError:
            continue
    return None


class Clock(wtforms.Field):
    """A time of day, typed as `14:30` or `2:30 pm`."""

    widget = widgets.TimeInput()

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, [], **more)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(value) for value in self.raw_data)
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, values: list[str]) -> None:
        text = values[0].strip().lower() if values else ""
        self.data = None
        if not text:
            return
        for shape in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"):
            try:
                parsed = datetime.strptime(text, shape) if text.isascii() else None
            except ValueError:
                continue
            if parsed is not None:
                self.data = time(parsed.hour, parsed.minute)
                return
        raise ValueError(_("Write a time like 2:30 pm."))


class Whole(wtforms.Field):
    """A whole number in ASCII digits, between two bounds."""

    widget = widgets.TextInput()

    def __init__(self, label: Any, *, min: int = 0, max: int = 1_000_000, required: bool = False, **more: Any) -> None:
        rules = [_GivenNumber(_l("Write a number."))] if required else []
        super().__init__(label, rules, **more)
        self.min, self.max = min, max

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(value) for value in self.raw_data)
        return str(self.data) if self.data is not None else ""

    def process_formdata(self, values: list[str]) -> None:
        text = values[0].strip() if values else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,12}", text) or not self.min <= int(text) <= self.max:
            raise ValueError(_("Write a whole number from %(min)s to %(max)s.", min=self.min, max=self.max))
        self.data = int(text)


class Money(Whole):
    """An amount in dollars, typed as `1,234.50` or `$980`; its data are cents."""

    def __init__(self, label: Any, *, max: int = 100_000_000, **more: Any) -> None:
        super().__init__(label, max=max, **more)

    def _value(self) -> str:
        if self.raw_data or self.data is None:
            return super()._value()
        return f"{self.data // 100}.{self.data % 100:02d}" if self.data % 100 else str(self.data // 100)

    def process_formdata(self, values: list[str]) -> None:
        text = values[0].strip().removeprefix("$").strip() if values else ""
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.([0-9]{2}))?", text, re.ASCII)
        cents = int(found[1].replace(",", "")) * 100 + int(found[2] or 0) if found else self.max + 1
        if cents > self.max:
            raise ValueError(_("Write an amount in dollars, like 980 or 1,234.50."))
        self.data = cents


class _GivenNumber(Given):
    def __call__(self, _form: Any, field: Any) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(str(self.message))


class Tick(wtforms.BooleanField):
    """A box to tick: yes, or not."""


class Pick(wtforms.SelectField):
    """One of a fixed picklist, as a menu; its data is the member, or None when left blank."""

    def __init__(
        self,
        label: Any,
        *,
        choices: type[Choice] | list[Any],
        blank: Any = None,
        required: bool = False,
        message: Any = None,
        radio: bool = False,
        **more: Any,
    ) -> None:
        self.members = list(choices)
        self.kind = type(self.members[0])
        self.blank = blank
        options = [SelectChoice("", blank)] if blank is not None else []
        options += [SelectChoice(m.value, _l(m.label)) for m in self.members]
        rules = [Given(message or _l("Choose one."))] if required else []
        super().__init__(label, rules, choices=options, coerce=self._member, **more)
        self.radio = radio
        if radio:
            self.widget = widgets.ListWidget(prefix_label=False)
            self.option_widget = widgets.RadioInput()

    def withhold(self, member: Any) -> None:
        """Offer the others alone; a record that has this one keeps it until the form is saved."""
        self.members = [other for other in self.members if other is not member]
        self.choices = [option for option in self.choices or [] if option.value != member.value]  # type: ignore[has-type]

    def _member(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        return self.kind(value)

    def process_formdata(self, values: list[str]) -> None:
        self.data = None
        if not values or not values[0]:
            return
        try:
            member = self.kind(values[0])
        except ValueError:
            member = None
        if member not in self.members:
            raise ValueError(_("Choose one from the list."))
        self.data = member

    def pre_validate(self, _form: Any) -> None:
        """Membership is checked where the value is read; what was withheld since is refused here."""
        if self.data is not None and self.data not in self.members and getattr(self, "raw_data", None):
            raise ValidationError(_("Choose one from the list."))

    def iter_choices(self):
        chosen = self.data.value if self.data else ""
        return [Shown(c.value, str(c.label), c.value == chosen, {}) for c in self.choices or []]


class Picks(wtforms.SelectMultipleField):
    """Any number of a fixed picklist, as boxes; its data is a list of codes, or None when none is ticked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(
        self, label: Any, choices: type[Choice] | list[Any], *, required: bool = False, message: Any = None, **more: Any
    ):
        self.members = list(choices)
        options = [SelectChoice(m.value, _l(m.label)) for m in self.members]
        rules = [Given(message or _l("Choose at least one."))] if required else []
        super().__init__(label, rules, choices=options, **more)

    def process_formdata(self, values: list[str]) -> None:
        known = [member.value for member in self.members]
        if any(value not in known for value in values):
            self.data = None
            raise ValueError(_("Choose from the list."))
        self.data = [code for code in known if code in values] or None

    def process_data(self, value: Any) -> None:
        self.data = list(value) if value else None

    def iter_choices(self):
        return [Shown(c.value, str(c.label), c.value in (self.data or []), {}) for c in self.choices or []]

    def pre_validate(self, _form: Any) -> None:
        """Membership is checked where the values are read."""


class Ref(wtforms.SelectField):
    """One record out of those offered, as a menu; its data is the id, or None when left blank."""

    def __init__(
        self,
        label: Any,
        *,
        options: Iterable[tuple[int, str]] = (),
        blank: Any = None,
        required: bool = False,
        message: Any = None,
        **more: Any,
    ) -> None:
        self.blank = blank
        rules = [Given(message or _l("Choose one."))] if required else []
        super().__init__(label, rules, choices=[], coerce=lambda value: value, **more)
        self.offer(options)

    def offer(self, options: Iterable[tuple[int, str]]) -> None:
        """Offer exactly these records: (id, words)."""
        options = list(options)
        self.offered = [id for id, _words in options]
        first = [SelectChoice("", self.blank)] if self.blank is not None else []
        self.choices = first + [SelectChoice(str(id), words) for id, words in options]

    def process_formdata(self, values: list[str]) -> None:
        self.data: int | None = None
        self.typed = values[0] if values else ""

    def suggest(self, id: int) -> None:
        """Choose this record as long as the person has chosen none."""
        if not getattr(self, "typed", ""):
            self.data, self.typed = id, str(id)

    def pre_validate(self, _form: Any) -> None:
        typed = getattr(self, "typed", None)
        if not typed:
            return
        known = {str(id): id for id in self.offered}
        if typed not in known:
            raise ValidationError(_("Choose one from the list."))
        self.data = known[typed]

    def iter_choices(self):
        chosen = getattr(self, "typed", None) or (str(self.data) if self.data is not None else "")
        return [Shown(c.value, str(c.label), c.value == chosen, {}) for c in self.choices or []]


class RefList(wtforms.SelectMultipleField):
    """Any number of the records offered, as boxes; its data is a list of ids."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any, *, options: Iterable[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(label, [], choices=[], coerce=int, **more)
        self.offer(options)

    def offer(self, options: Iterable[tuple[int, str]]) -> None:
        """Offer exactly these records: (id, words)."""
        self.choices = [SelectChoice(id, words) for id, words in options]

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, values: list[str]) -> None:
        self.typed = values
        self.data = []

    def pre_validate(self, _form: Any) -> None:
        typed = getattr(self, "typed", None)
        if typed is None:
            return
        known = {str(choice.value): choice.value for choice in self.choices or []}
        if any(value not in known for value in typed):
            raise ValidationError(_("Choose from the list."))
        self.data = [known[value] for value in typed]

    def iter_choices(self):
        chosen = getattr(self, "typed", None)
        chosen = chosen if chosen is not None else [str(value) for value in self.data or []]
        return [Shown(c.value, c.label, str(c.value) in chosen, {}) for c in self.choices or []]


__all__ = [
    "Clock",
    "Day",
    "Form",
    "Given",
    "Line",
    "Money",
    "Pick",
    "Picks",
    "Ref",
    "RefList",
    "Text",
    "Tick",
    "Whole",
    "as_day",
    "cleaned",
]
