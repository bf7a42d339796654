"""What stands on a referral slip: where to go, what to bring, and, only under a release in force, for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date

from app import clock
from app.documents import heading
from app.documents.cutting import shortened
from app.documents.particulars import blank, check
from app.documents.sentences import LOCALES, SOURCE, Tongue
from app.extensions import db
from app.models.agency.document import Paper, PaperKind, code_for
from app.models.agency.user import User
from app.models.base import N_, folded
from app.models.caseload.client import Client, Phone
from app.models.caseload.program import Regime
from app.models.intake.consent import Consent, Information
from app.models.intake.legal_text import in_force
from app.models.linking.directory import ServiceStatus
from app.models.linking.directory_sheet import PlaceSheet, ServiceSheet, sheet
from app.models.linking.directory_words import Say
from app.models.linking.naming import naming
from app.models.linking.referral import Referral, ReferralType

MOST_PLACES = 3
MOST_PHONES = 2
MOST_HOURS = 3
MOST_DOCUMENTS = 3
# How many characters of a text of the directory stand on the slip, so that the client's copy stays one page: about two
# lines for a fact, about four for what has to be understood.
SHORT, LONG = 100, 160

# Printed on the provider's copy, which is always English, when the worker wrote nothing.
ASKS = {
    ReferralType.INFORMATION: "Please tell the person what you offer and how to begin.",
    ReferralType.REFERRAL: "Please tell us whether you can help, and when.",
    ReferralType.WARM_HANDOFF: "We would like to introduce the person to you. Please tell us when.",
    ReferralType.APPLICATION: "We are helping with the application. Please tell us what is still missing.",
    ReferralType.ACCOMPANIMENT: "One of us will come along. Please tell us when.",
}


def issue(referral: Referral, *, by: User) -> Paper:
    """Freeze the next slip of a referral that was sent and is still open."""
    referral.check_sent()
    number = 1 + db.session.scalars(sa.select(sa.func.count(Paper.id)).where(Paper.referral_id == referral.id)).one()
    code = slip_code(referral, number)
    slip = particulars(referral, by=by, code=code)
    return Paper.issue(
        case=referral.case,
        by=by,
        kind=PaperKind.REFERRAL_SLIP,
        number=number,
        title=f"{PaperKind.REFERRAL_SLIP.label}: {referral.provider}"[:200],
        particulars=slip,
        code=code,
        language=slip["language"],
        referral_id=referral.id,
    )


def check_going_out(paper: Paper) -> None:
    """Refuse to print again a slip that names the client when no release for it is in force any more."""
    if paper.referral_id is not None and paper.particulars.get("with_identity"):
        db.session.get_one(Referral, paper.referral_id).check_named()


def slip_code(referral: Referral, number: int) -> str:
    """The slip's code; without identity it carries the referral's number, because the client's would tell who it is."""
    owner = referral.case.client.number if referral.may_be_named else None
    return code_for(PaperKind.REFERRAL_SLIP, owner or str(referral.id), number)


def particulars(referral: Referral, *, by: User, code: str) -> dict[str, Any]:
    """The particulars of a referral slip as of now; raises Unfit rather than name anybody on a nameless slip.

    With identity only while the release it was sent under is in force. Reads the directory afresh.
    """
    client = referral.case.client
    named = referral.named_under
    slip = blank("referral_slip") | heading.issued() | heading.as_read_by(client)
    slip |= {
        "code": code,
        "copies": ["client", "provider", "file"],
        "with_identity": named is not None,
        "sent_on": str(referral.sent_on or ""),
        "check_in_on": check_in_on(referral),
        "appointment_at": instant(referral.appointment_at),
        "worker": worker_of(referral.case.worker or by),
    }
    slip |= what_for(referral, client, named=named is not None)
    slip |= where_to(referral, say_in(slip["language"]))
    if named is not None:
        slip |= who(referral, client, named)
        slip["safe_contact"] = slip["safe_contact"] or only_through(slip["worker"], slip["agency"]["phone"])
    check(slip)
    return slip


def what_for(referral: Referral, client: Client, *, named: bool) -> dict[str, Any]:
    """The need and what was written about it; without the name only what names nobody."""
    shares_need = not named or Information.NEED in referral.information
    written = {
        "reason": (referral.need_text or "") if shares_need else "",
        "ask": referral.ask or ASKS[referral.type],
        "bring": referral.bring or "",
    }
    if not named:
        written = {name: "" if naming(client, text) else text for name, text in written.items()}
    return {
        "need": referral.domain.label if shares_need else "",
        "reason": written["reason"],
        "ask": written["ask"] or ASKS[referral.type],
        "bring": [line.strip() for line in written["bring"].splitlines() if line.strip()],
        "client_language": client.language if Information.LANGUAGE in referral.information else "",
    }


def who(referral: Referral, client: Client, release: Consent) -> dict[str, Any]:
    """Whose referral it is, as the release allows."""
    legal = client.legal_name if client.legal_name != client.name else ""
    return {
        "client": {"name": client.name, "legal_name": legal, "number": client.number or ""},
        "known_as": client.name,
        "safe_contact": ""
        if client.do_not_contact
        else how_to_reach(client, texting=Consent.lets_text_in(referral.case)),
        "shared": f"{'; '.join(item.label for item in referral.information)}. Nothing else.",
        "permission_on": str(release.given_on),
        "permission_ends": in_english(release.expires_on) or release.expires_when or "",
        "notice": in_force("part_2_notice_short").words if referral.case.program.regime is Regime.PART_2 else "",
    }


def how_to_reach(client: Client, *, texting: bool = True) -> str:
    """How to reach the client safely, in words; "" when nothing on file says that anything is safe.

    Without `texting` no text is offered, because the client's consent to it is not in force.
    """
    if client.safe_contact:
        return client.safe_contact
    return "\n".join(line for line in (safe_line(phone, texting=texting) for phone in client.phones) if line)


def safe_line(phone: Phone, *, texting: bool = True) -> str:
    """What may be done with a phone ("Text or call 555-0142"), or "" when nothing may."""
    allowed = [word for word, may in (("Text", phone.text and texting), ("call", phone.call)) if may]
    if not allowed:
        return ""
    line = f"{' or '.join(allowed).capitalize()} {phone.number}."
    if phone.call:
        line += " You may leave voicemail." if phone.voicemail else " Do not leave voicemail."
    return f"{line} {phone.note}" if phone.note else line


def only_through(worker: dict[str, str], agency_phone: str) -> str:
    """What the provider is told when no safe way is on file, or when the client does not want to be contacted."""
    return f"Please reach the client only through {worker['name']}, {worker['phone'] or agency_phone}."


def where_to(referral: Referral, say: Say) -> dict[str, Any]:
    """The provider: from the directory when it is listed there, else as it was written down."""
    found = sheet(referral.service_id) if referral.service_id is not None else None
    to = {"organization": referral.provider, "service": named_apart(referral), "person": referral.contact or ""}
    if found is None:
        return {"to": blank("referral_slip")["to"] | to}
    places = [place for place in found.places if place.location.to_visit]
    return {
        "to": to
        | {
            "person": to["person"] or person_of(found),
            "phone": "\n".join(phones_of(found)),
            "address": addresses(places, say),
            "hours": first_few(hours_of(found, say), MOST_HOURS, say),
            "bus": cut(next((p.location.transportation for p in places if p.location.transportation), ""), SHORT, say),
        },
        "for_whom": [cut(line, LONG, say) for line in for_whom(found, say)],
        "apply": cut(found.service.application_process or "", LONG, say),
        "wait": cut(found.service.wait_time or "", SHORT, say),
        "access": cut(access_of(places), SHORT, say),
        "documents": first_few([document.text for document in found.documents], MOST_DOCUMENTS, say),
        "cost": cut(cost_of(found), SHORT, say),
        "languages": cut(". ".join(spoken(found)), SHORT, say),
        "alert": cut(alert_of(found, say), LONG, say),
    }


def cut(text: str, most: int, say: Say) -> str:
    """A text of the directory at the length a slip has room for; one that goes on says whom to ask."""
    return shortened(text, most, say(N_("(More: ask us.)")))


def first_few(texts: Iterable[str], most: int, say: Say) -> list[str]:
    """The first of several short texts; what is left out says whom to ask."""
    shown = [cut(text, SHORT, say) for text in texts]
    return shown if len(shown) <= most else [*shown[: most - 1], say(N_("(More: ask us.)"))]


def for_whom(found: ServiceSheet, say: Say) -> list[str]:
    """Who can use the service: in the directory's words, by age, and from where."""
    areas = ", ".join(found.areas)
    lives = say(N_("People who live in: %(areas)s"), areas=areas) if areas else ""
    return unique([found.service.eligibility_description, found.service.ages(say), lives])


def access_of(places: list[PlaceSheet]) -> str:
    """How the places can be used by a person with a disability."""
    return "; ".join(unique(entry.text for place in places for entry in place.location.accessibility))


def named_apart(referral: Referral) -> str:
    """The service, unless it is called like its provider."""
    return "" if folded(referral.what) == folded(referral.provider) else referral.what


def person_of(found: ServiceSheet) -> str:
    """The first person the directory names for the service, with the title."""
    named = (", ".join(part for part in (contact.name, contact.title) if part) for contact in found.contacts)
    return next((words for words in named if words), "")


def phones_of(found: ServiceSheet) -> list[str]:
    """The first numbers somebody answers: the service's own, else its places', else the organization's."""
    at_places = [phone for place in found.places for phone in place.phones]
    lists = (found.phones, at_places, found.organization_phones)
    answered = [[phone.shown for phone in phones if not phone.fax] for phones in lists]
    return unique(next((shown for shown in answered if shown), []))[:MOST_PHONES]


def addresses(places: list[PlaceSheet], say: Say) -> str:
    """Where to go; of many places the first few, and how many more there are."""
    shown = unique("\n".join(place.location.to_visit[0].lines) for place in places)
    more = len(shown) - MOST_PLACES
    if more > 0:
        shown = [*shown[:MOST_PLACES], say(N_("And %(number)s more places: call and ask."), number=more)]
    return "\n".join(shown)


def hours_of(found: ServiceSheet, say: Say) -> list[str]:
    """The service's hours, else those of its places."""
    own = found.hours(say)
    return unique(own or [line for place in found.places for line in place.hours(say)])


def cost_of(found: ServiceSheet) -> str:
    """What it costs, as the directory says it."""
    service = found.service
    options = [
        " ".join(part for part in (cost.option, cost.amount, cost.amount_description) if part) for cost in found.costs
    ]
    return "; ".join(unique([*options, service.fees_description or service.fees or ""]))


def spoken(found: ServiceSheet) -> list[str]:
    """Languages spoken there, and how interpreters are arranged."""
    return unique([", ".join(found.languages), (found.service.interpretation_services or "").rstrip(".")])


def alert_of(found: ServiceSheet, say: Say) -> str:
    """The directory's alert, and that the service is closed for now or no longer offered."""
    closed = {
        ServiceStatus.TEMPORARILY_CLOSED: N_("This service is closed for now. Call before you go."),
        ServiceStatus.INACTIVE: N_("This service may no longer be offered. Call before you go."),
        ServiceStatus.DEFUNCT: N_("This service may no longer be offered. Call before you go."),
    }.get(found.service.status)
    return "\n\n".join(unique([say(closed) if closed else "", found.service.alert or ""]))


def worker_of(user: User) -> dict[str, str]:
    """Who refers."""
    title = ", ".join(part for part in (user.credentials, user.title or user.role.label) if part)
    return {"name": user.name, "title": title, "phone": user.phone or "", "email": user.email, "fax": ""}


def check_in_on(referral: Referral) -> str:
    """The day we will check in; "" when it has passed, because no paper promises a day that is over."""
    day = referral.follow_up_on
    return str(day) if day is not None and day >= clock.today() else ""


def say_in(language: str) -> Say:
    """Puts sentences into the language of the client's copy, where it is one we write."""
    tongue = Tongue(language if language in LOCALES else SOURCE)

    def say(text: str, /, **values: Any) -> str:
        return str(tongue.say(text, **values))

    return say


def in_english(day: date | None) -> str:
    """A day in full, as the provider's copy says it."""
    return format_date(day, "long", locale=LOCALES[SOURCE]) if day else ""


def instant(moment: datetime | None) -> str:
    """An instant as the agency's clocks show it, with its offset."""
    return clock.local(moment).isoformat(timespec="minutes") if moment else ""


def unique(texts: Iterable[str | None]) -> list[str]:
    """Each text once, in order, the empty ones left out."""
    return list(dict.fromkeys(text for text in texts if text))
