"""The fixed sentences of every paper, in every language they have been written in.

English is the source. `translations/<language>/LC_MESSAGES/paper.po` holds the others; after a change to a template or
to a sentence run `python -m app.documents.sentences`, which brings every .po up to date and compiles it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

APP = Path(__file__).resolve().parent.parent
CATALOGS = APP / "translations"
DOMAIN = "paper"
LOCALES = {"en": Locale("en", "US"), "es": Locale("es", "US")}
SOURCE = "en"
SOURCES = (
    (APP / "templates" / "paper", "**.html", "jinja2.ext:babel_extract"),
    (APP / "documents", "**.py", "python"),
    (APP / "models" / "linking", "directory_words.py", "python"),
)
"""Where sentences of papers are: the templates, this package, and the words for opening hours and ages on the slip."""


class Told(str):
    """A text in the paper's language that remembers how it reads in English."""

    english: str

    def __new__(cls, text: str, english: str) -> Told:
        told = super().__new__(cls, text)
        told.english = english
        return told


class Tongue:
    """Everything that is said in one language: sentences, known labels, dates, names of languages."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = LOCALES[language]
        self.catalog = _catalog(language)

    def say(self, sentence: str, **values: Any) -> Told:
        """A fixed sentence, with `%(name)s` filled in; dates among the values read right in its English too."""
        english = {name: getattr(value, "english", value) for name, value in values.items()}
        text = self.catalog.gettext(sentence)
        return Told(text % values, sentence % english) if values else Told(text, sentence)

    def label(self, english: str) -> Told:
        """An English label of some picklist, translated when it is a known one; any other text is left as it is."""
        return Told(self.catalog.gettext(english) if english else "", english)

    def language_name(self, english: str) -> Told:
        """The English name of a language ("Spanish"), in this language."""
        codes = {name: code for code, name in LOCALES[SOURCE].languages.items()}
        name = self.locale.languages.get(codes.get(english, ""), english)
        return Told(name[:1].upper() + name[1:], english)

    def day(self, iso: str) -> Told:
        """An ISO date, written out: November 20, 2026. Nothing stays nothing."""
        return Told(*(_day(iso, locale, "long") for locale in (self.locale, LOCALES[SOURCE])))

    def moment(self, iso: str, length: str = "long") -> Told:
        """An ISO instant with its offset, as the agency's clocks showed it: November 20, 2026, 2:10 pm."""
        return Told(*(_moment(iso, locale, length) for locale in (self.locale, LOCALES[SOURCE])))


def _day(iso: str, locale: Locale, length: Any) -> str:
    return format_date(date.fromisoformat(iso), length, locale=locale) if iso else ""


def _moment(iso: str, locale: Locale, length: str) -> str:
    if not iso:
        return ""
    clock = format_time(datetime.fromisoformat(iso).replace(tzinfo=None), "short", locale=locale)
    # Our font has no narrow no-break space (U+202F), which newer locale data puts before "PM".
    clock = clock.replace("\u202f", "\u00a0").replace("AM", "am").replace("PM", "pm")
    return f"{_day(iso[:10], locale, length)}, {clock}"


@cache
def _catalog(language: str) -> NullTranslations:
    return Translations.load(str(CATALOGS), [language], domain=DOMAIN)


def wanted() -> Catalog:
    """Every fixed sentence found in the paper templates and in this package, with the places it is used in."""
    catalog = Catalog(domain=DOMAIN, project="Handrail", charset="utf-8")
    for path, line, sentence, comments, _context in _found():
        catalog.add(sentence, locations=[(path, line)], auto_comments=comments)
    return catalog


def _found() -> Iterator[tuple[Any, ...]]:
    """Path, line, sentence, comments and context of every marked sentence; a template that does not parse raises."""
    for folder, pattern, method in SOURCES:
        for path, *rest in extract_from_dir(
            folder, [(pattern, method)], {pattern: {"silent": "false"}}, keywords={"_": None, "N_": None}
        ):
            yield f"{folder.relative_to(APP)}/{path}", *rest


def written(language: str) -> Catalog:
    """The catalog of this language as it stands in its .po file."""
    with (CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalog; doubtful ("fuzzy") translations are left out."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def bring_up_to_date(language: str) -> list[str]:
    """Merge new sentences into this language's .po, compile it, and return the sentences nobody has translated yet."""
    catalog = written(language)
    catalog.update(wanted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    place = CATALOGS / language / "LC_MESSAGES"
    with (place / f"{DOMAIN}.po").open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, sort_output=True, include_lineno=False)
    (place / f"{DOMAIN}.mo").write_bytes(compiled(catalog))
    return [str(message.id) for message in catalog if message.id and not message.string]


if __name__ == "__main__":
    for tongue in sorted(set(LOCALES) - {SOURCE}):
        for sentence in bring_up_to_date(tongue):
            print(f"{tongue}: not translated: {sentence}")
