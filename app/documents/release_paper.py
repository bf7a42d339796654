"""A permission as the client signs it (handbook PRINT, outline E), and the notice that goes with what Part 2 lets out."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date

from app import clock
from app.documents import heading
from app.documents.particulars import blank, check
from app.documents.sentences import LOCALES, SOURCE, Tongue
from app.models.agency.agency import Agency
from app.models.agency.document import Paper, PaperKind, code_for
from app.models.agency.user import User
from app.models.base import N_
from app.models.caseload.client import Client, Interpreter, PrintFormat
from app.models.caseload.program import Regime
from app.models.intake.consent import Consent
from app.models.intake.consent_rules import is_minor
from app.models.intake.consent_terms import SPECIAL, ConsentType, Expiry, PaperLanguage
from app.models.intake.disclosure import Disclosure
from app.models.intake.legal_text import LegalText, in_force

TEMPLATE = "release"
# Which wording goes with which kind; the others have a text of their own name.
WORDING = {
    ConsentType.PART_2: "release_part_2",
    ConsentType.PART_2_CARE: "release_part_2_tpo",
    ConsentType.PART_2_NOTES: "release_part_2_notes",
    ConsentType.PART_2_PROCEEDINGS: "release_part_2_proceedings",
    ConsentType.VICTIM_SERVICES: "release_victim_services",
}


def usual_language(client: Client) -> PaperLanguage:
    """How this client would read it."""
    return PaperLanguage.BOTH if heading.reading_language(client) == "es" else PaperLanguage.ENGLISH


def issue(
    consent: Consent,
    *,
    by: User,
    language: PaperLanguage | None = None,
    print_format: PrintFormat | None = None,
    representative: bool | None = None,
) -> Paper:
    """Issue the paper of a permission that has just been made ready; what it says is frozen with it."""
    assert consent.case is not None and consent.code is not None
    said = particulars(consent, by=by, language=language, print_format=print_format, representative=representative) | {
        "code": consent.code
    }
    check(said)
    return Paper.issue(
        case=consent.case,
        by=by,
        kind=PaperKind.RELEASE,
        number=consent.id,
        title=title_of(consent),
        particulars=said,
        code=consent.code,
        language=said["language"],
        consent_id=consent.id,
    )


def title_of(consent: Consent) -> str:
    """How the paper is called in lists: what it is, and for whom."""
    words = consent.type.label
    return f"{words}: {consent.recipient}"[:200] if consent.recipient else words


def particulars(
    consent: Consent,
    *,
    by: User,
    language: PaperLanguage | None = None,
    print_format: PrintFormat | None = None,
    representative: bool | None = None,
) -> dict[str, Any]:
    """The permission as plain values in the shape `release`, but for its code; reads only.

    In the client's language and size unless others are chosen. Lines for a representative stand there for minors.
    """
    client, case = consent.client, consent.case
    assert case is not None
    reading = _reading(client, language, print_format)
    wording = wording_of(consent)
    worker = case.worker or by
    with_lines = is_minor(client, clock.today()) if representative is None else representative
    paper = blank(TEMPLATE) | heading.issued() | heading.about(client) | reading
    return paper | {
        "title": {"text": wording.title.said(reading["language"]), "english": wording.title.en},
        "release": consent.type.release,
        "both": language is not PaperLanguage.SPANISH,
        "program": case.program_on_paper,
        "discloser": consent.discloser or Agency.here().name,
        "recipient": consent.recipient or "",
        "to_class": consent.to_class,
        "members": consent.members or "",
        "direction": consent.direction.value,
        "information": [{"kind": kind.label, "special": kind in SPECIAL} for kind in consent.kinds],
        "information_other": consent.information_other or "",
        "from_on": str(consent.from_on or ""),
        "to_on": str(consent.to_on or ""),
        "purpose": consent.purpose or "",
        "expiry": consent.expiry.value,
        "expires_on": str(consent.expires_on or ""),
        "expires_when": consent.expires_when or "",
        "risks": consent.risks or "",
        "alone_reason": consent.alone_reason or "",
        "statements": _statements(consent, wording, reading["language"], worker),
        "wording": cited(wording),
        "representative": with_lines,
        "interpreter": spoken_with(client),
        "worker": {"name": worker.name, "title": _title(worker), "phone": worker.phone or ""},
    }


def wording_of(consent: Consent) -> LegalText:
    """The legal wording that counts today for this kind under these rules."""
    if consent.type is ConsentType.RELEASE:
        return in_force("release_hipaa" if consent.regime is Regime.HIPAA else "release_standard")
    return in_force(WORDING.get(consent.type, consent.type.value))


def cited(wording: LegalText) -> str:
    """Which wording it is, so that a paper tells for ever what it was printed with."""
    return f"{wording.key}, version {wording.version}, {wording.effective_on}"


def _reading(client: Client, language: PaperLanguage | None, print_format: PrintFormat | None) -> dict[str, Any]:
    reading = heading.as_read_by(client)
    if language is not None:
        reading["language"] = language.code
    if print_format is not None:
        reading["size"] = heading.SIZES[print_format]
    return reading


def _statements(consent: Consent, wording: LegalText, language: str, worker: User) -> list[dict[str, str]]:
    """The wording with its blanks filled; what follows from a no is said where the wording has no place for it."""
    agency = Agency.here()
    contact = ", ".join(part for part in (worker.name, worker.phone or agency.phone) if part)
    values = {
        "agency": agency.name,
        "contact": contact,
        "grievance": agency.grievance_contact or contact,
        "conditions": consent.conditions or "",
    }
    rows = [(sentence.said(language) % values, sentence.en % values) for sentence in wording.statements]
    if consent.conditions and "%(conditions)s" not in wording.words:
        tongue = Tongue(language if language in LOCALES else SOURCE)
        told = tongue.say(N_("If you do not sign: %(words)s"), words=consent.conditions)
        rows.insert(1, (str(told), told.english))
    return [{"text": text, "english": english} for text, english in rows]


def spoken_with(client: Client) -> str:
    """The language an interpreter is needed for, "" when none is."""
    spoken = {Interpreter.NO: "", Interpreter.YES: client.language, Interpreter.ASL: "American Sign Language"}
    return spoken[client.interpreter]


def _title(user: User) -> str:
    return ", ".join(part for part in (user.credentials, user.title or user.role.label) if part)


# -- the notice to whoever gets what Part 2 protects (42 CFR 2.32)


def issue_notice(told: Disclosure, *, by: User) -> Paper:
    """Freeze the notice that goes with something shared under a Part 2 permission, with the scope of that permission."""
    told.check_notice()
    assert told.case is not None
    code = code_for(PaperKind.REDISCLOSURE_NOTICE, told.client.number or "", told.id)
    said = notice(told, by=by) | {"code": code}
    check(said)
    return Paper.issue(
        case=told.case,
        by=by,
        kind=PaperKind.REDISCLOSURE_NOTICE,
        number=told.id,
        title=f"{PaperKind.REDISCLOSURE_NOTICE.label}: {told.recipient}"[:200],
        particulars=said,
        code=code,
        disclosure_id=told.id,
    )


def notice(told: Disclosure, *, by: User) -> dict[str, Any]:
    """The particulars of the notice, but for its code; in English, because the recipient reads it."""
    assert told.consent is not None
    consent, wording = told.consent, in_force("part_2_notice")
    paper = blank("redisclosure_notice") | heading.issued() | heading.about(told.client)
    return paper | {
        "title": wording.title.en,
        "recipient": told.recipient,
        "address": told.recipient_address or "",
        "shared_on": str(told.happened_on),
        "method": told.method.label,
        "shared": "; ".join(kind.label for kind in told.kinds),
        "purpose": consent.purpose or told.purpose,
        "permission_on": str(consent.given_on),
        "permission_covers": "; ".join(
            [*(kind.label for kind in consent.kinds), consent.information_other or ""]
        ).strip("; "),
        "permission_ends": ends_in_words(consent),
        "statements": [sentence.en for sentence in wording.statements],
        "wording": cited(wording),
        "worker": {"name": by.name, "title": _title(by), "phone": by.phone or ""},
    }


def ends_in_words(consent: Consent) -> str:
    """When a permission ends, in English words."""
    by_itself = {Expiry.TREATMENT: "At the end of treatment", Expiry.NONE: "It does not end by itself"}
    return by_itself.get(consent.expiry) or _in_english(consent.expires_on) or consent.expires_when or ""


def _in_english(day: date | None) -> str:
    return format_date(day, "long", locale=LOCALES[SOURCE]) if day else ""
