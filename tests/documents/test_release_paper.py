"""What a printed permission says under each of the rules, and that it says it whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app import clock
from app.documents import release_paper
from app.documents.composing import compose
from app.documents.particulars import check
from app.models.caseload.program import Regime
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import FITTING, ConsentType, Expiry, PaperLanguage, types_in
from app.models.intake.legal_text import in_force
from tests.documents import pdfs, samples

Printed = Callable[[str], bytes]


def consent(cast, regime: Regime = Regime.STANDARD, **changed) -> Consent:
    """A whole release of Rosa's, ready but for the paper."""
    cast.family.regime = regime
    usual = {
        "type": FITTING[regime][0], "recipient": "Harbor Law Clinic", "information": ["identity", "hiv"], "purpose": "To call",
        "expires_on": clock.today() + timedelta(days=90), "risks": "Good. Bad." if regime is Regime.VICTIM_SERVICES else None,
    }  # fmt: skip
    return Consent.prepare(cast.case, by=cast.ana, **(usual | changed))


def said(cast, regime: Regime = Regime.STANDARD, **changed) -> dict:
    found = release_paper.particulars(consent(cast, regime, **changed), by=cast.ana, language=PaperLanguage.ENGLISH)
    check(found | {"code": "RL-1-1-AAAA"})
    return found


@pytest.mark.parametrize(
    "regime, key", [("standard", "release_standard"), ("hipaa", "release_hipaa"), ("part_2", "release_part_2"),
                    ("victim_services", "release_victim_services")],
)  # fmt: skip
def test_each_regime_prints_its_own_statements_and_cites_them(session, cast, regime, key):
    found = said(cast, Regime(regime))
    wording = in_force(key)
    assert len(found["statements"]) == len(wording.statements)
    assert found["wording"] == f"{key}, version {wording.version}, {wording.effective_on}"
    text = " ".join(row["english"] for row in found["statements"])
    assert "%(" not in text and "Ana Reyes" in text


@pytest.mark.parametrize(
    "name, phrases",
    [
        ("release_hipaa", ["in writing at any time", "may share it again", "does not undo", "depend on your signing", "signed copy"]),
        ("release_part_2", ["42 CFR part 2", "third-party payers", "as HIPAA allows", "If you do not sign", "not end by itself"]),
        ("release_victim_services", ["does not depend on this paper", "one person or organization alone", "A word is enough",
                                     "cannot control", "What is good and what is risky", "Parent, guardian"]),
        ("release_es", ["Permiso para compartir", "Permission to share", "Tiene derecho a retirar", "You have the right to take"]),
        ("redisclosure_notice", ["2.12(c)(5)", "2.64 or 2.65", "general authorization", "not sufficient", "It covers"]),
    ],
)  # fmt: skip
def test_what_the_law_asks_stands_on_the_page(printed: Printed, name, phrases):
    text = pdfs.text(printed(name))
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_in_spanish_alone_no_english_is_printed(printed: Printed):
    text = pdfs.text(printed("release_es_alone"))
    assert "You choose" not in text and "Usted elige" in text
    assert {language for _tag, language in pdfs.tags(printed("release_es_alone")) if language} == {"es"}


@pytest.mark.parametrize("name", ["release", "release_hipaa", "release_es_alone"])
def test_a_usual_release_is_two_pages_and_the_signatures_are_together(printed: Printed, name):
    pages = pdfs.pages(printed(name))
    assert len(pages) == 2
    assert "RL-2031-6-H9CE" in pages[1] and "Dana Whitfield, caseworker" in pages[1]


def test_special_information_is_asked_for_by_initials(session, cast):
    found = said(cast)
    assert [(row["kind"], row["special"]) for row in found["information"]][1] == ("HIV or AIDS", True)
    html = "".join(compose(found | {"code": "RL-1-1-AAAA"}))
    assert "Write your initials" in html and html.count('class="init"') == 1


@pytest.mark.parametrize("kind", [kind for kind in types_in(Regime.STANDARD) if not kind.release])
def test_every_other_permission_has_a_paper_too(session, cast, kind):
    found = said(cast, type=kind, recipient=None, information=None, expires_on=None, purpose="The newsletter")
    html = "".join(compose(found | {"code": "RL-1-1-AAAA"}))
    assert found["title"]["english"] in html and "To take this permission back" not in html
    assert "%(" not in html


def test_a_sealed_program_is_not_named_and_a_class_of_recipients_is(session, cast):
    care = {"type": ConsentType.PART_2_CARE, "recipient": None, "to_class": True, "expiry": Expiry.NONE}
    found = said(cast, Regime.PART_2, conditions="You still get care.", **care)
    assert found["program"] == "" and found["to_class"] and found["expiry"] == "none"
    assert any("You still get care." in row["text"] for row in found["statements"])


def test_what_follows_from_a_no_is_said_where_the_wording_has_no_place_for_it(session, cast):
    found = said(cast, conditions="Only 50 %(of) can come.")
    words = "If you do not sign: Only 50 %(of) can come."
    assert found["statements"][1] == {"text": words, "english": words}


def test_typed_markup_is_printed_as_it_was_typed():
    html = "".join(compose(samples.release() | {"purpose": "<b>x</b>", "risks": "<script>1</script>"}))
    assert "<script>1" not in html and "&lt;b&gt;x" in html
