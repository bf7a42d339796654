"""The sections of a client's details: each opens in its place, and is kept, saved and refused in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app import drafts
from app.access import Can, may, me
from app.conflicts import meet, sent
from app.forms.caseload.details import (
    AddressesForm,
    ContactDetailsForm,
    DemographicsForm,
    LanguagesForm,
    NamesForm,
    RemarksForm,
    SectionForm,
)
from app.models.base import N_
from app.models.caseload.client import Client
from app.models.caseload.languages import LANGUAGES
from app.pages import page
from app.reports.card import card_of
from app.reports.record import head_of


@dataclass(frozen=True)
class Section:
    """One section: the resource it is edited at, its form, its name in words, and the form's name among the drafts."""

    name: str
    form: type[SectionForm]
    title: str
    draft: str


NAMES = Section("names", NamesForm, N_("Names"), "client_names")
DEMOGRAPHICS = Section("demographics", DemographicsForm, N_("Birth, sex and race"), "client_demographics")
LANGUAGES_AND_PRINT = Section("languages", LanguagesForm, N_("Language and print"), "client_languages")
CONTACT_DETAILS = Section("contact_details", ContactDetailsForm, N_("How to reach the person"), "client_contact")
ADDRESSES = Section("addresses", AddressesForm, N_("Addresses"), "client_addresses")
REMARKS = Section("remarks", RemarksForm, N_("What helps, and the record"), "client_remarks")
SECTIONS = [NAMES, DEMOGRAPHICS, LANGUAGES_AND_PRINT, CONTACT_DETAILS, ADDRESSES, REMARKS]


def opened(client: Client, section: Section) -> Response:
    """The section's form, with what was left in it unsaved; for htmx alone, to stand where the section stood."""
    return _page(client, section, _form(section, drafts.kept(section.draft, client.id), client))


def saved(client: Client, section: Section) -> Response | Answer:
    """What was sent, written into the record; or the form again with what is wrong."""
    form = _form(section, sent(), client)
    if not form.validate():
        return _page(client, section, form, status=422)
    meet(form, lambda: _form(section, None, client), client)
    client.correct(by=me(), **form.details_for(client))
    flash(_("The details are saved."))
    if not may(Can.SEE_CLIENTS):
        return redirect(url_for("clients.show", id=client.id), 303)
    return redirect(url_for("details.index", client_id=client.id, _anchor=section.name), 303)


def _form(section: Section, said: Any, client: Client) -> SectionForm:
    form: SectionForm = section.form(said) if said is not None else section.form.of(client)
    form.fit(g.agency, at_desk=not may(Can.SEE_CLIENTS))
    return form


def _page(client: Client, section: Section, form: SectionForm, *, status: int = 200) -> Response:
    form.offer_blank_rows()
    about: dict[str, Any] = {"client": client, "section": section, "form": form, "languages": LANGUAGES}
    if not may(Can.SEE_CLIENTS):
        card = card_of(client, me())
        return page("caseload/sections/edit_at_desk.html", card=card, hidden=0, status=status, **about)
    about["hidden"] = len(client.hidden_addresses) if section is ADDRESSES else 0
    return page(
        "caseload/sections/edit.html",
        fragment="caseload/sections/_edit.html",
        head=head_of(client),
        status=status,
        **about,
    )
