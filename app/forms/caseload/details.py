"""A person's details, section by section, and all of them on one form."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField
from wtforms.validators import ValidationError

from app import clock
from app.forms.base import Day, Form, Line, Pick, Picks, Text, Tick, Whole
from app.forms.caseload.client import NAMES, AboutBirth, LegalName, Telephone
from app.models.agency.agency import Agency
from app.models.base import folded
from app.models.caseload.answer import Answer
from app.models.caseload.client import (
    Address,
    AddressKind,
    BirthQuality,
    Client,
    Interpreter,
    NameKind,
    NameQuality,
    OtherName,
    Phone,
    PhoneKind,
    PreferredContact,
    PrintFormat,
    Race,
    RecordStatus,
    Sex,
)

MOST_ROWS = 12
OLDEST = 130


class Row(Form):
    """One row of a list that grows."""

    def made(self) -> Any:
        """What the row stands for, or None when it is empty."""
        raise NotImplementedError


class NameRow(Row):
    """One name besides the legal one, and when it was used."""

    text = Line(_l("Name"), max=200, render_kw={"maxlength": False})
    kind = Pick(_l("Kind"), choices=NameKind, required=True)
    from_on = Day(_l("Used from"))
    to_on = Day(_l("Used until"))

    def validate_text(self, field: Any) -> None:
        if not field.data and not field.errors and (self.from_on.data or self.to_on.data):
            raise ValidationError(_("Write the name, or take the days out."))

    def validate_to_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("It ends before it begins."))

    def made(self) -> OtherName | None:
        return OtherName(**self.data) if self.text.data else None


class PhoneRow(Row):
    """One telephone, and what is safe to do with it."""

    number = Telephone(_l("Number"))
    kind = Pick(_l("Kind"), choices=PhoneKind, required=True)
    text = Tick(_l("Texts"))
    call = Tick(_l("Calls"))
    voicemail = Tick(_l("Voicemail"))
    avoid = Tick(_l("Don’t reach out here"))
    note = Line(_l("Note"), max=200)

    def validate_avoid(self, field: Any) -> None:
        _check_avoided(field, self.text, self.call, self.voicemail)

    def validate_number(self, field: Any) -> None:
        if not field.data and not field.errors and self.note.data:
            raise ValidationError(_("Write the number, or take the note out."))

    def made(self) -> Phone | None:
        return Phone(**self.data) if self.number.data else None


class AddressRow(Row):
    """One address, and whether mail there is safe."""

    kind = Pick(_l("Kind"), choices=AddressKind, required=True)
    street = Line(_l("Street and number"), max=200)
    city = Line(_l("City"), max=100)
    state = Line(_l("State"), max=40)
    zip = Line(_l("ZIP code"), max=20)
    mail = Tick(_l("Mail is safe here"))
    avoid = Tick(_l("Don’t reach out here"))
    note = Line(_l("Note"), max=200)

    def validate_avoid(self, field: Any) -> None:
        _check_avoided(field, self.mail)

    def made(self) -> Address | None:
        said = (self.street.data, self.city.data, self.state.data, self.zip.data, self.note.data)
        return Address(**self.data) if any(said) or self.kind.data is AddressKind.NO_FIXED else None


def _check_avoided(avoid: Any, *safe: Any) -> None:
    if avoid.data and any(way.data for way in safe):
        raise ValidationError(_("Choose what is safe, or “Don’t reach out here”, but not both."))


class SectionForm(Form):
    """A part of what is written about a person; its data are keyword arguments of `Client.correct`."""

    # The lists that grow: field → what an empty row begins with.
    ROWS: dict[str, dict[str, Any]] = {}

    @classmethod
    def of(cls, client: Client) -> Any:
        """The form as the record would fill it in."""
        return cls(data=cls.filled(client))

    @classmethod
    def filled(cls, client: Client) -> dict[str, Any]:
        """Field → what the record holds."""
        return {name: getattr(client, name) for name in cls.own_names() if hasattr(client, name)}

    @classmethod
    def own_names(cls) -> list[str]:
        """The names of the form's fields."""
        return [field.name for field in cls()]

    def details_for(self, client: Client) -> dict[str, Any]:
        """The keyword arguments of `Client.correct`; what the form does not show stays as it is."""
        data = {name: value for name, value in self.data.items() if name not in self.ROWS}
        return data | {name: [row for each in self[name] if (row := each.form.made())] for name in self.ROWS}

    def fit(self, agency: Agency, *, at_desk: bool) -> None:
        """Leave out what this agency does not ask, and what the front desk does not decide."""

    def offer_blank_rows(self) -> None:
        """Add one empty row to each list, so that something can be added without a script."""
        for name, beginning in self.ROWS.items():
            rows = self[name]
            last = rows.entries[-1].form if rows.entries else None
            empty = last is not None and last.made() is None and not last.errors
            if not empty and len(rows.entries) < MOST_ROWS:
                rows.append_entry(beginning)


class NamesForm(SectionForm):
    """What the person is called, by law and otherwise, now and before."""

    ROWS = {"other_names": {"kind": NameKind.ALIAS}}

    first_name = LegalName(_l("First name"))
    middle_name = LegalName(_l("Middle name"))
    last_name = LegalName(_l("Last name"))
    suffix = Line(_l("Suffix"), max=20)
    keep_former = Tick(_l("The legal name has changed: keep the one until now"))
    name_quality = Pick(_l("How much of the legal name is known"), choices=NameQuality, required=True)
    preferred_name = LegalName(_l("Goes by"))
    pronouns = Line(_l("Pronouns"), max=40)
    other_names = FieldList(FormField(NameRow), label=_l("Other names"), max_entries=MOST_ROWS)

    def validate_first_name(self, field: Any) -> None:
        besides = [row.form.text.data for row in self.other_names]
        if not any(folded(name) for name in [*(self[name].data for name in NAMES), *besides]) and not field.errors:
            raise ValidationError(_("Give at least one name: first, last, or the name the person goes by."))


class DemographicsForm(SectionForm, AboutBirth):
    """Birth or age, sex, race and ethnicity."""

    age_said = Whole(_l("Age, if the birth date is not known"), min=0, max=OLDEST)
    age_said_on = Day(_l("Age as of"), past=True)
    sex = Pick(_l("Sex"), choices=Sex, required=True)
    gender_identity = Line(_l("Gender identity"), max=60)
    race = Picks(_l("Race and ethnicity"), Race)
    race_detail = Line(_l("In their own words"), max=100)

    @classmethod
    def filled(cls, client: Client) -> dict[str, Any]:
        found = super().filled(client)
        if found["birth_quality"] is BirthQuality.NOT_COLLECTED:
            found["birth_quality"] = None
        return found

    def fit(self, agency: Agency, *, at_desk: bool) -> None:
        super().fit(agency, at_desk=at_desk)
        if not agency.asks_gender:
            del self.gender_identity

    def validate_age_said(self, field: Any) -> None:
        if field.data is not None and self.born_on.data is not None and not field.errors:
            raise ValidationError(_("The age follows from the date of birth. Take one of them out."))

    def validate_age_said_on(self, field: Any) -> None:
        if field.data and self.age_said.data is None and not field.errors and not self.age_said.errors:
            raise ValidationError(_("Write the age, or take this day out."))

    def validate_race(self, field: Any) -> None:
        unsaid = {Race.UNKNOWN.value, Race.DECLINED.value, Race.NOT_COLLECTED.value}
        chosen = set(field.data or [])
        if chosen & unsaid and len(chosen) > 1:
            raise ValidationError(_("Choose what the person said, or why it is not known, but not both."))

    def details_for(self, client: Client) -> dict[str, Any]:
        as_of = self.age_said_on.data or client.age_said_on if self.age_said.data == client.age_said else None
        said_on = (self.age_said_on.data or as_of or clock.today()) if self.age_said.data is not None else None
        return super().details_for(client) | {"birth_quality": self.quality, "age_said_on": said_on}


class LanguagesForm(SectionForm):
    """How to speak and write with the person."""

    spoken_language = Line(_l("Language they prefer to speak"), max=60, render_kw={"list": "languages"})
    written_language = Line(_l("Language they prefer to read"), max=60, render_kw={"list": "languages"})
    interpreter = Pick(_l("Interpreter"), choices=Interpreter, required=True)
    translation_needed = Pick(_l("Papers have to be translated"), choices=Answer, required=True)
    print_format = Pick(_l("Print"), choices=PrintFormat, required=True)
    reading_help = Tick(_l("Wants help with reading"))


class ContactDetailsForm(SectionForm):
    """How to reach the person, and how to do it safely."""

    ROWS = {"phones": {"kind": PhoneKind.MOBILE}}

    preferred_contact = Pick(_l("How they want to be reached"), choices=PreferredContact, blank=_l("Not said"))
    safe_contact = Text(_l("How to reach the person safely"), max=500)
    phones = FieldList(FormField(PhoneRow), label=_l("Phones"), max_entries=MOST_ROWS)
    email = Line(_l("Email"), max=254, kind="email")
    email_safe = Tick(_l("Email is safe"))

    def validate_email(self, field: Any) -> None:
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data):
            raise ValidationError(_("Write an e-mail address like rosa@example.org."))


class AddressesForm(SectionForm):
    """Where the person lives and gets mail; a confidential address stays out of it."""

    ROWS = {"addresses": {"kind": AddressKind.HOME}}

    addresses = FieldList(FormField(AddressRow), label=_l("Addresses"), max_entries=MOST_ROWS)
    without_hidden = Tick(_l("Take the confidential address off the record"))

    @classmethod
    def filled(cls, client: Client) -> dict[str, Any]:
        return super().filled(client) | {"addresses": client.open_addresses}

    def fit(self, agency: Agency, *, at_desk: bool) -> None:
        super().fit(agency, at_desk=at_desk)
        if at_desk:
            del self.without_hidden

    def details_for(self, client: Client) -> dict[str, Any]:
        found = super().details_for(client)
        hidden = [] if found.pop("without_hidden", False) else client.hidden_addresses
        return found | {"addresses": hidden + found["addresses"]}


class RemarksForm(SectionForm):
    """What helps in working with the person, and whether the record is in use."""

    what_helps = Text(_l("What helps"), max=2000)
    status = Pick(_l("Record"), choices=RecordStatus, blank=_l("In use"))


class ClientForm(NamesForm, DemographicsForm, LanguagesForm, ContactDetailsForm, AddressesForm, RemarksForm):
    """All details of a person; nothing but some name is needed."""

    ROWS = NamesForm.ROWS | ContactDetailsForm.ROWS | AddressesForm.ROWS
