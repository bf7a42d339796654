"""Every fixed sentence of a paper is there in every language, and says the same with the same blanks."""

from __future__ import annotations

import re

import pytest

from app.documents import labels
from app.documents.sentences import CATALOGS, LOCALES, SOURCE, Tongue, compiled, wanted, written
from app.models.assessment.domain import Domain, NeedStatus
from app.models.base import Choice
from app.models.caseload.client import PrintFormat
from app.models.closing.reasons import ClosureReason, Completion, OutcomeOfGoal, Planned
from app.models.linking.referral import ReferralOutcome, ReferralStatus
from app.models.monitoring.note import Method
from app.models.planning.goal import Actor, GoalStatus
from app.models.planning.plan import NeedAnswer

OTHERS = sorted(set(LOCALES) - {SOURCE})


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_of_any_paper_lacks_a_translation(language: str) -> None:
    catalog = written(language)
    missing = [
        message.id
        for message in wanted()
        if message.id and not (catalog.get(message.id) and catalog.get(message.id).string)
    ]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalog_holds_nothing_that_no_paper_says(language: str) -> None:
    said = {message.id for message in wanted()}
    catalog = written(language)
    assert [message.id for message in catalog if message.id not in said] == []
    assert not catalog.obsolete
    assert not [message.id for message in catalog if message.fuzzy and message.id]


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalog_is_the_one_in_the_po_file(language: str) -> None:
    stored = (CATALOGS / language / "LC_MESSAGES" / "paper.mo").read_bytes()
    assert stored == compiled(written(language))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_blanks_of_its_sentence(language: str) -> None:
    def blanks(sentence: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s", sentence))

    assert [message.id for message in written(language) if blanks(message.id) != blanks(message.string)] == []


def test_spanish_sentences_are_short_and_say_usted() -> None:
    said = [message.string for message in written("es") if message.id]
    sentences = [part for text in said for part in re.split(r"[.:?] ", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 20] == []
    familiar = re.compile(r"\b(tú|tu|tus|contigo|puedes|quieres|tienes)\b", re.I)
    assert [text for text in said if familiar.search(text)] == []


def test_a_label_is_translated_when_known_and_left_alone_when_not() -> None:
    spanish = Tongue("es")
    assert spanish.label("Partially met") == "Lograda en parte"
    assert spanish.label("Partially met").english == "Partially met"
    assert spanish.label("Rosa 100%") == "Rosa 100%"
    assert spanish.label("") == ""
    assert len(labels.LABELS) == len(set(labels.LABELS))


def test_dates_and_times_read_as_people_write_them() -> None:
    english, spanish = Tongue("en"), Tongue("es")
    assert english.day("2026-11-20") == "November 20, 2026"
    assert spanish.day("2026-11-20") == "20 de noviembre de 2026"
    assert spanish.day("2026-11-20").english == "November 20, 2026"
    assert english.day("") == ""
    assert english.moment("2026-11-20T14:10:00-05:00") == "November 20, 2026, 2:10\u00a0pm"
    assert spanish.moment("2026-11-20T00:05:59.123456-05:00", "medium") == "20 nov 2026, 12:05\u00a0a.m."


def test_a_moment_is_shown_as_the_agencys_clocks_showed_it() -> None:
    assert Tongue("en").moment("2026-11-20T23:59:00-10:00") == "November 20, 2026, 11:59\u00a0pm"


def test_a_sentence_reads_right_in_english_too_with_its_dates() -> None:
    spanish = Tongue("es")
    told = spanish.say("The client gave permission on %(day)s.", day=spanish.day("2026-11-16"))
    assert told == "La persona dio permiso el 16 de noviembre de 2026."
    assert told.english == "The client gave permission on November 16, 2026."


def test_names_of_languages_are_written_in_the_papers_language() -> None:
    assert Tongue("es").language_name("Spanish") == "Español"
    assert Tongue("en").language_name("Haitian Creole") == "Haitian Creole"
    assert Tongue("es").language_name("Klingonish") == "Klingonish"


def printed_picklists() -> list[type[Choice]]:
    """The picklists whose labels land on papers."""
    return [
        Domain,
        NeedStatus,
        NeedAnswer,
        Actor,
        GoalStatus,
        PrintFormat,
        ClosureReason,
        Planned,
        Completion,
        OutcomeOfGoal,
        Method,
        ReferralStatus,
        ReferralOutcome,
    ]


@pytest.mark.parametrize("picklist", printed_picklists())
def test_every_label_that_lands_on_paper_is_translated(picklist: type[Choice]) -> None:
    known = {message.id for message in written("es") if message.string}
    never_printed = {"Entered in error"}
    assert [choice.label for choice in picklist if choice.label not in known | never_printed] == []
