"""The two papers of a closing: the summary for the file, and the letter to the client."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.documents import heading
from app.documents.particulars import blank, check, row
from app.documents.sentences import LOCALES, SOURCE, Tongue
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.document import Paper, PaperKind, code_for
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, AssessmentStatus, Need
from app.models.caseload.case import Case
from app.models.caseload.program import Regime
from app.models.closing.account import Account, hours
from app.models.closing.closure import Closure
from app.models.closing.reasons import Completion, JudgedGoal
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import RELEASES
from app.models.monitoring.note import Method
from app.models.planning.goal import Goal
from app.words import N_

DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%b %d %Y", "%B %d %Y")
PHONE = re.compile(r"(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?: ?(?:ext|x)\.? ?\d{1,6})?")
COUNTED = re.compile(r"(?P<service>.+?): (?P<count>\d{1,5})(?: \((?P<units>[^()]*)\))?")
DOLLARS = re.compile(r"\$ ?\d[\d,]*(?:\.\d\d)?")
HEALTH = (Regime.HIPAA, Regime.PART_2)


def issue(closure: Closure, *, by: User) -> list[Paper]:
    """Freeze the summary and the letter of an approved closing, in the transaction that closes the case."""
    account = Account.of(closure.case)
    kinds = (
        (PaperKind.CLOSURE_SUMMARY, summary(closure, account=account)),
        (PaperKind.CLOSING_LETTER, letter(closure, account=account)),
    )
    return [_issued(closure, kind, particulars, by=by) for kind, particulars in kinds]


def _issued(closure: Closure, kind: PaperKind, particulars: dict[str, Any], *, by: User) -> Paper:
    code = code_for(kind, closure.client.number or "", closure.id)
    frozen = particulars | {"code": code}
    check(frozen)
    return Paper.issue(
        case=closure.case,
        by=by,
        kind=kind,
        number=closure.id,
        title=kind.label,
        particulars=frozen,
        code=code,
        language=frozen["language"],
        closure_id=closure.id,
    )


# -- the summary for the file


def summary(closure: Closure, *, account: Account | None = None) -> dict[str, Any]:
    """The particulars of the closure summary, but for its code; reads only."""
    account = account or Account.of(closure.case)
    case = closure.case
    intake = case.intake
    measures, entry_on, exit_on = _measures(closure)
    return (
        blank("closure_summary")
        | heading.issued()
        | heading.about(closure.client)
        | {
            "program": case.program.name,
            "funders": case.program.funders or "",
            "opened_on": _iso(case.opened_on or case.received_on),
            "last_contact_on": _iso(account.last_contact_on),
            "closed_on": _iso(closure.closed_on),
            "days_open": closure.days_open,
            "workers": _workers(closure),
            "reason": _label(closure.reason),
            "rationale": closure.rationale or "",
            "planned": _label(closure.planned),
            "completion": _label(closure.completion),
            "decided_by": closure.who_decided or "",
            "attempts": attempts(closure.contact_attempts),
            "notice_on": _iso(closure.notice_sent_on),
            "presenting_concern": (intake.presenting_concern if intake else None) or "",
            "situation_now": closure.situation_now or "",
            "goals": [_goal(goal) for goal in closure.judged_goals()],
            "entry_on": entry_on,
            "exit_on": exit_on,
            "measures": measures,
            "services": services(closure.services_given, account),
            "referrals": _referrals(account),
            "gains": closure.gains or "",
            "remaining_needs": closure.remaining_needs or "",
            "risks": closure.risks or "",
            "missing_documents": closure.missing_documents or "",
            "recommendations": closure.recommendations or "",
            "aftercare": aftercare(closure.aftercare),
            "medications": closure.medications or "",
            "about_health": case.program.regime in HEALTH,
            "way_back": closure.way_back or "",
            "appeal": _appeal(closure),
            "client_comments": closure.client_comments or "",
            "follow_up": closure.follow_up.value if closure.follow_up else "",
            "follow_ups": [{"due": _iso(on), "how": closure.follow_up_how or ""} for on in closure.contacts_to_come],
            "worker": _signer(closure.submitted_by or closure.by),
            "supervisor": _signer(closure.approved_by) if closure.approved_by else {"name": "", "title": ""},
            "approved_on": _iso(clock.local(closure.approved_at).date()) if closure.approved_at else "",
        }
    )


def _workers(closure: Closure) -> list[dict[str, Any]]:
    people = {assignment.user_id: assignment.user for assignment in closure.case.assignments}
    return [_signer(person) for person in people.values()]


def _signer(person: User) -> dict[str, str]:
    return {"name": person.name, "title": _title(person)}


def _title(person: User) -> str:
    return ", ".join(part for part in (person.credentials, person.title or person.role.label) if part)


def _goal(goal: JudgedGoal) -> dict[str, Any]:
    return row("closure_summary", "goals") | {
        "statement": goal.statement,
        "status": _label(goal.outcome),
        "evidence": goal.evidence or "",
    }


def _measures(closure: Closure) -> tuple[list[dict[str, Any]], str, str]:
    """Each area's level on the first and on the last signed assessment, in words, and the days of both."""
    signed = Assessment.of(closure.case).where(Assessment.status == AssessmentStatus.SIGNED)
    found = list(db.session.scalars(signed))
    if not found:
        return [], "", ""
    first, last = found[-1], found[0]
    entry = {need.domain: need for need in first.needs}
    exit = {need.domain: need for need in last.needs} if last is not first else {}
    rows = [
        {"area": domain.label, "entry": _level(entry.get(domain)), "exit": _level(exit.get(domain))}
        for domain in dict.fromkeys([*entry, *exit])
    ]
    return rows, _iso(first.started_on), _iso(last.started_on) if exit else ""


def _level(need: Need | None) -> str:
    if need is None:
        return ""
    if need.level is None:
        return need.status.label
    return f"{need.level.number} {need.level.label}" if need.level.number else need.level.label


def _referrals(account: Account) -> list[dict[str, Any]]:
    return [
        row("closure_summary", "referrals")
        | {
            "service": sent.words,
            "need": _label(sent.domain),
            "sent_on": _iso(sent.sent_on),
            "outcome": _label(sent.outcome or sent.status),
        }
        for sent in account.referrals
    ]


def services(text: str | None, account: Account) -> list[dict[str, Any]]:
    """What we gave, one row per line of the worker's text ("Phone: 6 (2.5 hours)"); without a text, from the record.

    A line that counts nothing becomes a row of its own words with the count 0, which is printed as nothing. Dollars in
    the brackets are the amount ("Bus passes: 4 ($62.00)"); what measures nothing ("Service received") is no unit and
    stays with the words.
    """
    if not text:
        return [_service(tally.method.label, tally.times, hours(tally.minutes)) for tally in account.tallies]
    return [_service_line(line) for line in _lines(text)]


def _service_line(line: str) -> dict[str, Any]:
    counted = COUNTED.fullmatch(line)
    if counted is None:
        return _service(line, 0, "")
    measured = counted["units"] or ""
    dollars = DOLLARS.search(measured)
    units = (measured[: dollars.start()] + measured[dollars.end() :]).strip(" ,;") if dollars else measured
    words = counted["service"]
    if units and not any(sign.isdigit() for sign in units):
        words, units = f"{words} ({units})", ""
    return _service(words, int(counted["count"]), units, amount=dollars[0] if dollars else "")


def _service(service: str, count: int, units: str, *, amount: str = "") -> dict[str, Any]:
    return row("closure_summary", "services") | {
        "service": service,
        "count": count,
        "units": units,
        "amount": amount,
    }


def attempts(text: str | None) -> list[dict[str, Any]]:
    """The tries to reach the client: a row per line when every line is "day; how; what came of it", else all in one."""
    lines = _lines(text)
    parsed = [_attempt(line) for line in lines]
    if lines and all(parsed):
        return [attempt for attempt in parsed if attempt]
    return [row("closure_summary", "attempts") | {"result": (text or "").strip()}] if lines else []


def _attempt(line: str) -> dict[str, Any] | None:
    parts = [part.strip() for part in line.split(";", 2)]
    on = _as_day(parts[0])
    if on is None or len(parts) < 2:
        return None
    method, result = (parts[1], parts[2]) if len(parts) == 3 else _only(parts[1])
    return {"on": _iso(on), "method": method, "result": result}


def _only(words: str) -> tuple[str, str]:
    """One part after the day is the way of trying when it names one, else what came of it."""
    return (words, "") if words in {method.label for method in Method} else ("", words)


def _as_day(text: str) -> date | None:
    plain = " ".join(text.replace(",", " ").split())
    for shape in DAYS:
        try:
            return datetime.strptime(plain, shape).date()
        except ValueError:
            continue
    return None


def aftercare(text: str | None) -> list[dict[str, Any]]:
    """Who helps from here on, a row per line: "who, where, phone, hours"; one without a phone stays whole, as who."""
    return [_helper(line) for line in _lines(text)]


def _helper(line: str) -> dict[str, Any]:
    empty = row("closure_summary", "aftercare")
    phone = PHONE.search(line)
    if phone is None:
        return empty | {"who": line}
    who, _sep, where = line[: phone.start()].rstrip(" ,;:–-").partition(";" if ";" in line else ",")
    after = line[phone.end() :].strip(" ,;:–-")
    return empty | {"who": who.strip(), "where": where.strip(), "phone": phone[0], "hours": after}


# -- the letter to the client


def letter(closure: Closure, *, account: Account | None = None) -> dict[str, Any]:
    """The particulars of the closing letter, but for its code: plain words, no scores, in the client's language."""
    account = account or Account.of(closure.case)
    client, case = closure.client, closure.case
    reading = heading.as_read_by(client)
    tongue = Tongue(reading["language"] if reading["language"] in LOCALES else SOURCE)
    worker = case.worker or closure.submitted_by or closure.by
    return (
        blank("closing_letter")
        | heading.issued()
        | heading.about(client)
        | reading
        | {
            "opened_on": _iso(case.opened_on or case.received_on),
            "closed_on": _iso(closure.closed_on),
            "why": closure.rationale or "",
            "goals": _letter_goals(closure),
            "services": [
                {"service": sent.words, "result": str(tongue.label(_label(sent.outcome)))}
                for sent in account.referrals
                if sent.outcome is not None
            ],
            "supports": _lines(closure.supports) + _lines(closure.aftercare),
            "hotlines": _hotlines(),
            "way_back": closure.way_back or "",
            "follow_up": _follow_up(closure, tongue),
            "appeal": _appeal(closure),
            "permissions_end_on": _iso(_permissions_end(closure.case)),
            "grievance_contact": Agency.here().grievance_contact or "",
            "worker": _signer(worker) | {"phone": worker.phone or ""},
            "supervisor": _signer(closure.approved_by) if closure.approved_by else {"name": "", "title": ""},
            "approved_on": _iso(clock.local(closure.approved_at).date()) if closure.approved_at else "",
        }
    )


def _letter_goals(closure: Closure) -> list[dict[str, Any]]:
    goals = closure.judged_goals()
    ids = [goal.goal_id for goal in goals]
    resolved = dict(db.session.execute(sa.select(Goal.id, Goal.resolved_on).where(Goal.id.in_(ids))).all())
    return [
        row("closing_letter", "goals")
        | {
            "statement": goal.statement,
            "status": _label(goal.outcome),
            "met_on": _iso(resolved.get(goal.goal_id)) if _label(goal.outcome) == "Met" else "",
            "result": goal.evidence or "",
        }
        for goal in goals
    ]


def _follow_up(closure: Closure, tongue: Tongue) -> str:
    """When and how we will ask how things are, in the letter's language; nothing without the client's yes."""
    days = " · ".join(tongue.day(_iso(on)) for on in closure.contacts_to_come)
    if not days:
        return ""
    if closure.follow_up_how:
        return str(
            tongue.say(
                N_("You agreed that we ask you later how things are: around %(days)s (%(how)s)."),
                days=days,
                how=closure.follow_up_how,
            )
        )
    return str(tongue.say(N_("You agreed that we ask you later how things are: around %(days)s."), days=days))


def _hotlines() -> list[dict[str, Any]]:
    line = Agency.here().hotline
    if not line:
        return []
    phone = PHONE.search(line)
    if phone is None:
        return [{"name": line, "phone": ""}]
    return [{"name": (line[: phone.start()] + line[phone.end() :]).strip(" ,;:–-"), "phone": phone[0]}]


def _permissions_end(case: Case) -> date | None:
    """The day after which nothing may be shared any more from this case: the latest end of its releases in force."""
    releases = db.session.scalars(Consent.counting_in(case).where(Consent.type.in_(RELEASES)))
    return max((release.expires_on for release in releases if release.active and release.expires_on), default=None)


def _appeal(closure: Closure) -> str:
    """Whom to turn to against an involuntary closing; nothing when there is no right to tell of."""
    if closure.completion is not Completion.INVOLUNTARY or not closure.appeal_given:
        return ""
    agency = Agency.here()
    return agency.grievance_contact or ", ".join(part for part in (agency.name, agency.phone) if part)


# -- plain values


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


LABELS = {
    "Lost contact or does not engage": N_("Lost contact/does not engage"),
    "Hospitalized or institutional care": N_("Hospitalized/institutional care"),
    "Program or funding ended": N_("Program/funding ended"),
    "Declined by provider – no capacity or waitlist closed": N_("Declined by provider – no capacity/waitlist closed"),
    "Life skills": N_("Life skills/ADL"),
}
"""Labels of the screen whose paper translation stands under the handbook's own wording."""


def _label(choice: Any) -> str:
    if not choice:
        return ""
    return LABELS.get(choice.label, choice.label)
