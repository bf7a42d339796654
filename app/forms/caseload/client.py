"""What is asked of a person on the first day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import widgets
from wtforms.validators import ValidationError

from app import clock
from app.forms.base import EARLIEST, Day, Form, Line, Pick, Picks, Ref, Text, Tick
from app.models.base import N_, Choice, folded
from app.models.caseload.client import (
    Address,
    AddressKind,
    BirthQuality,
    Interpreter,
    NameQuality,
    Phone,
    birth_problem,
)
from app.models.caseload.matching import Described
from app.models.caseload.searching import digits

LONGEST_LEGAL_NAME = 50
NAMES = ("first_name", "last_name", "preferred_name")


class LegalName(Line):
    """A part of the legal name: funders' systems hold 50 characters. A browser must not cut off what is pasted."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, max=200, render_kw={"maxlength": False}, **more)

    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > LONGEST_LEGAL_NAME:
            raise ValidationError(
                _(
                    "Use at most %(count)d characters in a legal name. The whole name fits among the other names, which hold 200.",
                    count=LONGEST_LEGAL_NAME,
                )
            )


class BirthDate(Day):
    """A day in the past, or, when no more is known, a year; what lies ahead is judged with its quality."""

    widget = widgets.TextInput()

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, **more)
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

    def validate_born_on(self, field: Any) -> None:
        if not field.errors and (problem := birth_problem(field.data, self.quality)):
            raise ValidationError(_(problem))

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

    first_name = LegalName(_l("First name"))
    last_name = LegalName(_l("Last name"))
    preferred_name = LegalName(_l("Goes by"))
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
