"""The face sheet: everything staff needs at hand about a person, on one page, as it is in this moment.

It is made anew each time and kept nowhere: a stored one would be out of date, and would lie in a record that it only
repeats. It is for staff alone ("Not for release", PRINT outline D), in English and in the usual size.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from app.documents import heading
from app.documents.cutting import shortened
from app.documents.particulars import blank, row
from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.case import LIVING
from app.models.caseload.client import BirthQuality, Client, Interpreter, Phone
from app.models.linking.referral import Referral, ReferralStatus
from app.models.planning.goal import Actor
from app.models.planning.plan import PlannedSupport

MOST_GOALS, MOST_COMING, MOST_REFERRALS, MOST_LEVELS, MOST_RELEASES = 3, 5, 3, 5, 3
LONGEST = 110

OPEN_REFERRALS = [ReferralStatus.SENT, ReferralStatus.RECEIVED, ReferralStatus.ACCEPTED, ReferralStatus.WAITLISTED,
                  ReferralStatus.SCHEDULED, ReferralStatus.IN_PROGRESS]  # fmt: skip


def particulars(head: Any, overview: Any, *, by: User, numbers: list[str]) -> dict[str, Any]:
    """The particulars of a face sheet in the reach of the person who asks; reads only.

    `head` and `overview` are those of the record's page, so that both say the same; `overview` is None for a person who
    has no case. `numbers` are those of records that were merged into this one.
    """
    client = head.client
    sheet = blank("face_sheet") | heading.issued() | heading.about(client)
    return sheet | {
        "born": _born(client),
        "pronouns": client.pronouns or "",
        "speaks": _speaks(client),
        "reads": _reads(client),
        "numbers": numbers,
        "restricted": client.restricted,
        "safe_contact": _safe_contact(head),
        "reach": _reach(client),
        "hidden_address": bool(client.hidden_addresses),
        "people": _people(head),
        "cases": [_case(case) for case in head.cases if case.status in LIVING or case is head.case],
        "goals": _goals(overview),
        "coming": _coming(head, overview),
        "last_contact_on": str(head.last_contact or ""),
        "releases": _releases(overview),
        "referrals": _referrals(head, by),
        "levels": _levels(overview),
        "made_by": by.signature_name,
    }


def _row(name: str, /, **values: Any) -> dict[str, Any]:
    return row("face_sheet", name) | values


def _born(client: Client) -> str:
    if client.born_on is None:
        return client.birth_quality.label
    if client.birth_quality is BirthQuality.APPROXIMATE:
        return f"about {client.born_on.year} (about {client.age})"
    return f"{client.born_on:%B} {client.born_on.day}, {client.born_on.year} ({client.age})"


def _speaks(client: Client) -> str:
    needs = client.interpreter.label if client.interpreter is not Interpreter.NO else ""
    return ", ".join(part for part in (client.spoken_language, needs) if part)


def _reads(client: Client) -> str:
    help_wanted = "wants help with reading" if client.reading_help else ""
    return ", ".join(part for part in (client.written_language, client.print_format.label, help_wanted) if part)


def _safe_contact(head: Any) -> list[str]:
    lines = [f"{alert.kind.label}: {alert.what_to_do}" for alert in head.alerts]
    lines += ["Don’t reach out: wait for the client to contact us."] if head.client.do_not_contact else []
    lines += [head.client.safe_contact] if head.client.safe_contact else []
    return [shortened(line, 300) for line in lines]


def _reach(client: Client) -> list[dict[str, Any]]:
    found = [_row("reach", where=phone.number, kind=phone.kind.label, safe=_safe(phone)) for phone in client.phones]
    found += [
        _row("reach", where=address.line, kind=address.kind.label, safe="Mail is safe" if address.mail else "No mail")
        for address in client.open_addresses
    ]
    return found + ([_row("reach", where=client.email, kind="Email")] if client.email else [])


def _safe(phone: Phone) -> str:
    ways = [word for word, safe in (("call", phone.call), ("voicemail", phone.voicemail), ("text", phone.text)) if safe]
    return f"Safe: {', '.join(ways)}" if ways else "Not safe to call or text"


def _people(head: Any) -> list[dict[str, Any]]:
    """Those whom the client named in the plan in force."""
    if head.plan_in_force is None:
        return []
    query = sa.select(PlannedSupport).where(PlannedSupport.plan_id == head.plan_in_force.id).options(lazyload("*"))
    people = db.session.scalars(query.order_by(PlannedSupport.position).limit(3))
    return [_row("people", name=p.name, relation=p.relation or "", phone="") for p in people]


def _case(case: Any) -> dict[str, Any]:
    worker = case.worker
    return _row(
        "cases",
        program=case.program.name,
        status=case.status.label,
        since=str(case.opened_on or case.received_on),
        worker=", ".join(part for part in (worker.name, worker.phone) if part) if worker else "No caseworker yet",
    )


def _goals(overview: Any) -> list[dict[str, Any]]:
    goals = overview.goals if overview else []
    return [
        _row(
            "goals",
            statement=shortened(goal.statement, LONGEST),
            status=goal.status.label,
            by_on=str(goal.target_on or ""),
        )
        for goal in goals[:MOST_GOALS]
    ]


def _coming(head: Any, overview: Any) -> list[dict[str, Any]]:
    """Tasks and steps with a day, and the plan's review, the soonest first."""
    found = [
        (thing.due_on, thing.words, _who(thing))
        for thing in (overview.coming if overview else [])
        if thing.due_on is not None
    ]
    if head.plan_in_force is not None and head.plan_in_force.review_on is not None:
        found.append((head.plan_in_force.review_on, f"Review of the plan, version {head.plan_in_force.number}", ""))
    found.sort(key=lambda each: each[0])
    return [_row("coming", on=str(on), what=shortened(what, LONGEST), who=who) for on, what, who in found[:MOST_COMING]]


def _who(thing: Any) -> str:
    actor = getattr(thing, "actor", None)
    return actor.label if isinstance(actor, Actor) and not thing.who else (thing.who or "")


def _releases(overview: Any) -> list[dict[str, Any]]:
    releases = overview.releases if overview else []
    return [
        _row("releases", recipient=release.recipient or release.type.label, until=str(release.expires_on or ""))
        for release in releases[:MOST_RELEASES]
    ]


def _referrals(head: Any, by: User) -> list[dict[str, Any]]:
    if head.case is None:
        return []
    query = Referral.visible_to(by).where(Referral.case_id == head.case.id, Referral.status.in_(OPEN_REFERRALS))
    query = query.order_by(Referral.id.desc()).limit(MOST_REFERRALS).options(lazyload("*"))
    return [
        _row(
            "referrals",
            provider=shortened(referral.provider, 40),
            what=shortened(referral.what, 55),
            status=referral.status.label,
        )
        for referral in db.session.scalars(query)
    ]


def _levels(overview: Any) -> list[dict[str, Any]]:
    rated = [
        rating for rating in (overview.ratings if overview else []) if rating.level is not None and rating.level.number
    ]
    rated.sort(key=lambda rating: rating.level.number)  # type: ignore[union-attr]
    return [_row("levels", area=rating.domain.label, level=rating.level.label) for rating in rated[:MOST_LEVELS]]  # type: ignore[union-attr]
