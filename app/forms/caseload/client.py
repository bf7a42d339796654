"""A person's details: the few that are asked on the first day, and all of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, widgets
from wtforms.validators import ValidationError

from app import clock
from app.forms.base import EARLIEST, Day, Form, Line, Pick, Picks, Ref, Text, Tick
from app.models.base import N_, Choice, folded
from app.models.caseload.client import (
    Address,
    AddressKind,
    BirthQuality,
    Client,
    Interpreter,
    NameQuality,
    Phone,
    PhoneKind,
    PreferredContact,
    PrintFormat,
    Race,
    RecordStatus,
    Sex,
)
from app.models.caseload.matching import Described
from app.models.caseload.searching import digits

NAMES = ("first_name", "last_name", "preferred_name")


class BirthDate(Day):
    """A day in the past, or, when no more is known, a year."""

    widget = widgets.TextInput()

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, past=True, **more)
        self.year_only = False

    def _value(self) -> str:
        if self.data is not None and not self.raw_data:
            return f"{self.data:%b} {self.data.day}, {self.data.year}"
        return super()._value()

    def process_formdata(self, values: list[str]) -> None:
        text = values[0].strip() if values else ""
        self.year_only = bool(re.fullmatch(r"[0-9]{4}", text))
        if not self.year_only:
            super().process_formdata(values)
            return
        self.data = None
        if not EARLIEST.year <= int(text) <= clock.today().year:
            raise ValueError(_("Write a year from 1900 until now."))
        self.data = date(int(text), 1, 1)


class Telephone(Line):
    """A telephone number as it was given; ten digits in the US, more or fewer with a plus in front."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, max=40, kind="tel", **more)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        plain = re.sub(r"(?i)\s*(x|ext\.?)\s*[0-9]{1,6}$", "", self.data)
        only = digits(plain)
        sane = bool(re.fullmatch(r"\+?[0-9 ().\-/]+", plain))
        abroad = plain.startswith("+") and not plain.startswith("+1")
        if not sane or not (7 <= len(only) <= 15 if abroad else len(only) == 10):
            raise ValidationError(_("Enter a phone number with 10 digits, like 555 010 0199."))


class Safe(Choice):
    """What is safe to do to reach the person."""

    TEXT = "text", N_("Text messages")
    CALL = "call", N_("Phone calls")
    VOICEMAIL = "voicemail", N_("Voicemail")
    MAIL = "mail", N_("Mail to home")
    NONE = "none", N_("None of these")


class AboutBirth(Form):
    """The birth date, and how sure it is; the two have to fit."""

    born_on = BirthDate(_l("Date of birth"))
    birth_quality = Pick(_l("How sure it is"), choices=BirthQuality, blank=_l("As written"))

    def validate_birth_quality(self, field: Any) -> None:
        known = (BirthQuality.FULL, BirthQuality.APPROXIMATE)
        if self.born_on.errors or field.errors or field.data is None:
            return
        if field.data in known and self.born_on.data is None:
            raise ValidationError(_("Write the date of birth, or choose why it is not known."))
        if field.data not in known and self.born_on.data is not None:
            raise ValidationError(_("A date is written above. Take it out, or say how sure it is."))

    @property
    def quality(self) -> BirthQuality:
        """How sure the date is, as chosen, or as it was written."""
        if self.born_on.data is None:
            return self.birth_quality.data or BirthQuality.NOT_COLLECTED
        if self.born_on.year_only:
            return BirthQuality.APPROXIMATE
        return self.birth_quality.data or BirthQuality.FULL


class NewClientForm(AboutBirth):
    """What is asked on the first day: a name; the rest as far as the person wants to say it."""

    first_name = Line(_l("First name"), max=50)
    last_name = Line(_l("Last name"), max=50)
    preferred_name = Line(_l("Goes by"), max=50)
    pronouns = Line(_l("Pronouns"), max=40)
    spoken_language = Line(_l("Language they prefer to speak"), max=60, render_kw={"list": "languages"})
    interpreter = Pick(_l("Interpreter"), choices=Interpreter, required=True)
    phone = Telephone(_l("Phone"))
    safe = Picks(_l("What is safe"), Safe)
    safe_contact = Text(_l("How to reach the person safely"), max=500)
    street = Line(_l("Street and number"), max=200)
    city = Line(_l("City"), max=100)
    state = Line(_l("State"), max=40)
    zip = Line(_l("ZIP code"), max=20)
    confidential = Tick(_l("Keep this address confidential"))
    kept_by = Ref(_l("Who may know that this person is here"), blank=_l("Everybody who works with clients"))

    def validate_first_name(self, field: Any) -> None:
        if not any(folded(self[name].data) for name in NAMES) and not field.errors:
            raise ValidationError(_("Give at least one name: first, last, or the name the person goes by."))

    def validate_safe(self, field: Any) -> None:
        chosen = field.data or []
        if field.errors:
            return
        if Safe.NONE in chosen and len(chosen) > 1:
            raise ValidationError(_("Choose what is safe, or “None of these”, but not both."))
        if not chosen and (self.phone.data or self.street.data):
            raise ValidationError(_("Choose at least one, or “None of these”."))

    @property
    def described(self) -> Described:
        """What is known of the person so far, to look whether they are on record."""
        return Described(
            names=tuple(self[name].data or "" for name in NAMES),
            born_on=self.born_on.data,
            sure=self.quality is not BirthQuality.APPROXIMATE,
            phone=self.phone.data,
            **{name: self[name].data for name in ("street", "city", "zip")},
        )

    @property
    def details(self) -> dict[str, Any]:
        """The keyword arguments of `Client.add`."""
        safe = self.safe.data or []
        whole = self.first_name.data and self.last_name.data
        phone = Phone(number=self.phone.data, **{way: way in safe for way in ("call", "voicemail", "text")})
        kind = AddressKind.CONFIDENTIAL if self.confidential.data else AddressKind.HOME
        place = {name: self[name].data for name in ("street", "city", "state", "zip")}
        return {
            **{
                name: self[name].data for name in (*NAMES, "pronouns", "spoken_language", "interpreter", "safe_contact")
            },
            "name_quality": NameQuality.FULL if whole else NameQuality.PARTIAL,
            "born_on": self.born_on.data,
            "birth_quality": self.quality,
            "kept_by_id": self.kept_by.data if "kept_by" in self else None,
            "phones": [phone] if self.phone.data else [],
            "addresses": [Address(kind=kind, mail="mail" in safe, **place)] if any(place.values()) else [],
        }


NAMES_OF_COLUMNS = (
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "name_quality", "pronouns", "sex", "race",
    "born_on", "birth_quality", "spoken_language", "written_language", "interpreter", "print_format", "reading_help",
    "preferred_contact", "safe_contact", "email", "what_helps", "status",
)  # fmt: skip


class PhoneRow(Form):
    """One telephone, and what is safe to do with it."""

    number = Telephone(_l("Number"))
    kind = Pick(_l("Kind"), choices=PhoneKind, required=True)
    call = Tick(_l("Calls"))
    voicemail = Tick(_l("Voicemail"))
    text = Tick(_l("Texts"))
    note = Line(_l("Note"), max=200)

    def made(self) -> Phone | None:
        """The telephone, or None when the row is empty."""
        return Phone(**self.data) if self.number.data else None


class AddressRow(Form):
    """One address, and whether mail there is safe."""

    kind = Pick(_l("Kind"), choices=AddressKind, required=True)
    street = Line(_l("Street and number"), max=200)
    city = Line(_l("City"), max=100)
    state = Line(_l("State"), max=40)
    zip = Line(_l("ZIP code"), max=20)
    mail = Tick(_l("Mail is safe here"))

    def made(self) -> Address | None:
        """The address, or None when the row is empty."""
        places = (self.street.data, self.city.data, self.state.data, self.zip.data)
        return Address(**self.data) if any(places) or self.kind.data is AddressKind.NO_FIXED else None


class ClientForm(AboutBirth):
    """All details of a person; nothing but some name is needed."""

    first_name = Line(_l("First name"), max=50)
    middle_name = Line(_l("Middle name"), max=50)
    last_name = Line(_l("Last name"), max=50)
    suffix = Line(_l("Suffix"), max=20)
    preferred_name = Line(_l("Goes by"), max=50)
    also_known_as = Text(_l("Other names"), max=1000)
    name_quality = Pick(_l("How much of the legal name is known"), choices=NameQuality, required=True)
    pronouns = Line(_l("Pronouns"), max=40)
    sex = Pick(_l("Sex"), choices=Sex, required=True)
    race = Picks(_l("Race and ethnicity"), Race)
    spoken_language = Line(_l("Language they prefer to speak"), max=60, render_kw={"list": "languages"})
    written_language = Line(_l("Language they prefer to read"), max=60, render_kw={"list": "languages"})
    interpreter = Pick(_l("Interpreter"), choices=Interpreter, required=True)
    print_format = Pick(_l("Print"), choices=PrintFormat, required=True)
    reading_help = Tick(_l("Wants help with reading"))
    preferred_contact = Pick(_l("How they want to be reached"), choices=PreferredContact, blank=_l("Not said"))
    safe_contact = Text(_l("How to reach the person safely"), max=500)
    phones = FieldList(FormField(PhoneRow), max_entries=12)
    email = Line(_l("Email"), max=254, kind="email")
    addresses = FieldList(FormField(AddressRow), max_entries=12)
    without_hidden = Tick(_l("Take the confidential address off the record"))
    what_helps = Text(_l("What helps"), max=2000)
    status = Pick(_l("Record"), choices=RecordStatus, blank=_l("In use"))

    LISTS = ("phones", "addresses")

    @classmethod
    def of(cls, client: Client) -> ClientForm:
        """The form as the record would fill it in; a confidential address stays out of it."""
        kept = {name: getattr(client, name) for name in NAMES_OF_COLUMNS}
        if kept["birth_quality"] is BirthQuality.NOT_COLLECTED:
            kept["birth_quality"] = None
        names = "\n".join(name.text for name in client.other_names)
        return cls(data={**kept, "also_known_as": names, "phones": client.phones, "addresses": client.open_addresses})

    def validate_first_name(self, field: Any) -> None:
        names = (*NAMES, "also_known_as")
        if not any(folded(self[name].data) for name in names) and not field.errors:
            raise ValidationError(_("Give at least one name: first, last, or the name the person goes by."))

    def validate_email(self, field: Any) -> None:
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data):
            raise ValidationError(_("Write an e-mail address like rosa@example.org."))

    def validate_also_known_as(self, field: Any) -> None:
        if any(len(name) > 200 for name in self.names_besides):
            raise ValidationError(_("Write each name on a line of its own, with at most 200 characters."))

    def validate_race(self, field: Any) -> None:
        unsaid = {Race.UNKNOWN.value, Race.DECLINED.value, Race.NOT_COLLECTED.value}
        chosen = set(field.data or [])
        if chosen & unsaid and len(chosen) > 1:
            raise ValidationError(_("Choose what the person said, or why it is not known, but not both."))

    @property
    def names_besides(self) -> list[str]:
        """The other names, one to a line."""
        return [" ".join(line.split()) for line in (self.also_known_as.data or "").splitlines() if line.strip()]

    def details_for(self, client: Client) -> dict[str, Any]:
        """The keyword arguments of `Client.correct`; what the form does not show stays as it is."""
        hidden = [] if self.without_hidden.data else client.hidden_addresses
        left = {*self.LISTS, "also_known_as", "birth_quality", "without_hidden"}
        return {
            **{name: value for name, value in self.data.items() if name not in left},
            "birth_quality": self.quality,
            "other_names": self.names_besides,
            "phones": [made for row in self.phones if (made := row.form.made()) is not None],
            "addresses": hidden + [made for row in self.addresses if (made := row.form.made()) is not None],
        }

    def offer_blank_rows(self) -> None:
        """Add one empty row to each list, so that something can be added without a script."""
        for name, kind in (("phones", {"kind": PhoneKind.MOBILE}), ("addresses", {"kind": AddressKind.HOME})):
            rows = self[name]
            empty = rows.entries and rows.entries[-1].form.made() is None and not rows.entries[-1].form.errors
            if not empty and len(rows.entries) < 12:
                rows.append_entry(kind)


def said(form: ClientForm) -> dict[str, str]:
    """What the form says, label by label, as text to be compared with another."""
    found = {}
    for field in form:
        if isinstance(field, FieldList):
            rows = [_row_said(row.form) for row in field if row.form.made() is not None]
            found[str(LIST_LABELS[field.short_name])] = "\n".join(rows)
        else:
            found[str(field.label.text)] = _value_said(field.data)
    return found


LIST_LABELS = {"phones": _l("Phones"), "addresses": _l("Addresses")}


def _row_said(row: Form) -> str:
    given = [(field, field.data) for field in row if field.data]
    return ", ".join(str(field.label.text) if value is True else _value_said(value) for field, value in given)


def _value_said(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Choice):
        return _(value.label)
    if isinstance(value, list):
        return ", ".join(_(Race(code).label) for code in value)
    return str(value) if value is not None else ""
