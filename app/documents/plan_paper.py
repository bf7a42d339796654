"""What a service plan says on paper (handbook PRINT, outline A): a version of a plan as frozen particulars."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.documents import heading
from app.documents.particulars import blank, check, row
from app.documents.plan_changes import since_signed
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.document import Paper, PaperKind
from app.models.agency.user import User
from app.models.assessment.domain import Domain
from app.models.caseload.case import AssignmentRole, Case
from app.models.caseload.client import Client, Interpreter, PrintFormat
from app.models.linking.directory import Location, Service, ServiceAtLocation
from app.models.linking.referral import ENDED, Referral
from app.models.planning.goal import Actor, Goal, Step
from app.models.planning.plan import Plan
from app.models.planning.reading import signed_by_client_on

TEMPLATE = "service_plan"
FORMATS = {
    PrintFormat.STANDARD: "Standard (12 pt)",
    PrintFormat.LARGE: "Large (18)",
    PrintFormat.EXTRA_LARGE: "XL (24)",
}
# The labels that papers know in every language, where ours differ.
DOMAINS = {Domain.LIFE_SKILLS: "Life skills/ADL"}
ACTORS = {
    Actor.CLIENT: "Client",
    Actor.CASEWORKER: "Case manager",
    Actor.FAMILY: "Family/support",
    Actor.AGENCY: "Other agency",
}
ADULT = 18
# A telephone number at the end of a line: digits with the usual signs between them, an extension perhaps.
NUMBER = re.compile(r"^(?P<name>.*?)[\s:,–—-]*(?P<phone>\+?\(?\d[\d\s().\-/]{1,}\d(?:\s*(?:ext\.?|x)\s*\d+)?)\.?$")


def issue(plan: Plan, *, by: User, representative: bool | None = None, supervisor: bool = False) -> Paper:
    """Issue the paper of a version that has just been frozen; what it says is frozen with it."""
    said = particulars(plan, draft=False, representative=representative, supervisor=supervisor)
    assert plan.code is not None
    return Paper.issue(
        case=plan.case,
        by=by,
        kind=PaperKind.SERVICE_PLAN,
        number=plan.number,
        title=plan.title,
        particulars=said,
        code=plan.code,
        language=said["language"],
        plan_id=plan.id,
    )


def particulars(
    plan: Plan, *, draft: bool, representative: bool | None = None, supervisor: bool = False
) -> dict[str, Any]:
    """This version as plain values in the shape `service_plan`; a draft has no code and prints with its watermark.

    `representative` leaves lines for a parent, guardian or legal representative: by default when the client is a minor.
    `supervisor` leaves a line for the supervisor assigned to the case, if there is one.
    """
    case = plan.case
    with_lines = needs_representative(case.client) if representative is None else representative
    paper = (
        blank(TEMPLATE)
        | heading.issued()
        | heading.about(case.client)
        | heading.as_read_by(case.client)
        | _which(plan)
        | _people(case, supervisor=supervisor)
        | {
            "code": "" if draft else plan.code or "",
            "draft": draft,
            "vision": plan.vision or "",
            "strengths": plan.strengths or "",
            "supports": [
                {"name": one.name, "relation": one.relation or "", "helps_with": one.helps_with or ""}
                for one in plan.supports
            ],
            "barriers": plan.barriers or "",
            "goals": [_goal(goal, case) for goal in plan.goals],
            "services": _services(plan),
            "crisis": _crisis(plan),
            "needs_not_now": [
                {"need": _domain(need.domain), "standing": need.answer.label, "reason": need.reason}
                for need in plan.planned_needs
            ],
            "exit_criteria": plan.exit_criteria or "",
            "contingency": plan.contingency or "",
            "grievance_contact": Agency.here().grievance_contact or "",
            "representatives": [row(TEMPLATE, "representatives")] if with_lines else [],
            "changes": since_signed(plan, who=lambda step: _responsible(step, case)),
        }
    )
    check(paper)
    return paper


def needs_representative(client: Client) -> bool:
    """Whether somebody else must be able to sign: the client is known to be a minor."""
    return client.expected or (client.age is not None and client.age < ADULT)


def plan_number(client: Client) -> str:
    """What all versions of a client's plan are called: `SP-2031`."""
    return f"{PaperKind.SERVICE_PLAN.prefix}-{(client.number or '').rsplit('-', 1)[-1]}"


def _which(plan: Plan) -> dict[str, Any]:
    """Which version it is, of what, and from when to when; what may not be known of a sealed program is left out."""
    case = plan.case
    before = Plan.in_force(case)
    replaced = before if before is not None and before.number < plan.number else None
    return {
        "program": case.program_on_paper,
        "plan_number": plan_number(case.client),
        "version": plan.number,
        "replaces_version": replaced.number if replaced else 0,
        "replaces_signed_on": _day(signed_by_client_on(replaced)) if replaced else "",
        "made_on": _day(plan.frozen_on),
        "starts_on": _day(plan.starts_on),
        "ends_on": _day(plan.ends_on),
        "review_on": _day(plan.review_on),
        "client_language": case.client.language,
        "client_format": FORMATS[case.client.print_format],
    }


def _people(case: Case, *, supervisor: bool) -> dict[str, Any]:
    client = case.client
    spoken = {Interpreter.NO: "", Interpreter.YES: client.language, Interpreter.ASL: "American Sign Language"}
    assigned = case.assigned(AssignmentRole.SUPERVISOR) if supervisor else None
    return {
        "worker": _named(case.worker) | {"phone": (case.worker.phone or "") if case.worker else ""},
        "interpreter": {"name": "", "language": spoken[client.interpreter]},
        "supervisor": _named(assigned.user if assigned else None),
    }


def _named(user: User | None) -> dict[str, str]:
    """Name, credentials and title of a member of staff, as they stand on paper; nothing of nobody."""
    if user is None:
        return {"name": "", "title": ""}
    title = user.title or user.role.label
    return {"name": user.name, "title": ", ".join(part for part in (user.credentials, title) if part)}


def _goal(goal: Goal, case: Case) -> dict[str, Any]:
    return row(TEMPLATE, "goals") | {
        "statement": goal.statement,
        "why": " ".join(part for part in (f"“{goal.own_words}”" if goal.own_words else "", goal.why) if part),
        "baseline": goal.baseline or "",
        "target": goal.measure or "",
        "target_on": _day(goal.target_on),
        "objectives": [
            {
                "statement": objective.statement,
                "measure": objective.measure or "",
                "by_when": _day(objective.due_on),
                "steps": [_step(step, case) for step in goal.steps_of(objective)],
            }
            for objective in goal.objectives
        ],
        "steps": [_step(step, case) for step in goal.loose_steps],
    }


def _step(step: Step, case: Case) -> dict[str, Any]:
    return row(TEMPLATE, "goals", "steps") | {
        "action": step.action,
        "responsible": _responsible(step, case),
        "due": _day(step.due_on),
    }


def _responsible(step: Step, case: Case) -> str:
    """A name where there is one; else the label, which the paper prints in the client's language."""
    if step.actor is None:
        return ""
    worker = case.worker.first_name if case.worker else ""
    named = {Actor.CLIENT: case.client.first, Actor.CASEWORKER: worker}
    return step.actor_name or named.get(step.actor) or ACTORS[step.actor]


def _services(plan: Plan) -> list[dict[str, Any]]:
    """The services the plan counts on, then the case's open referrals that are not among them."""
    counted_on = [
        row(TEMPLATE, "services")
        | {
            "service": planned.service,
            "provider": planned.provider or "",
            "phone": planned.phone or "",
            "frequency": planned.frequency or "",
            "starts_on": _day(planned.starts_on),
        }
        for planned in plan.planned_services
    ]
    known = {_which_service(one) for one in counted_on}
    referred = [_referral(referral) for referral in _open_referrals(plan.case)]
    return counted_on + [one for one in referred if _which_service(one) not in known]


def _which_service(service: dict[str, Any]) -> tuple[str, str]:
    return service["service"].casefold(), service["provider"].casefold()


def _open_referrals(case: Case) -> list[Referral]:
    places = (
        selectinload(Service.places).joinedload(ServiceAtLocation.location).options(selectinload(Location.addresses))
    )
    query = Referral.of(case).where(Referral.status.not_in(ENDED)).order_by(None).order_by(Referral.id)
    return list(db.session.scalars(query.options(joinedload(Referral.service).options(places))))


def _referral(referral: Referral) -> dict[str, Any]:
    return row(TEMPLATE, "services") | {
        "service": referral.what,
        "provider": referral.provider,
        "where": _where(referral.service),
        "starts_on": _day(clock.local(referral.appointment_at).date() if referral.appointment_at else None),
    }


def _where(service: Service | None) -> str:
    """The first address a person can go to, on one line; nothing when there is none or more than one place."""
    places = service.places if service is not None else []
    addresses = [address for place in places for address in place.location.to_visit]
    return ", ".join(addresses[0].lines) if len(addresses) == 1 else ""


def _crisis(plan: Plan) -> dict[str, Any]:
    agency = Agency.here()
    lines = [(agency.hotline, "Local hotline"), (agency.abuse_report_line, "To report abuse")]
    return {
        "warning_signs": plan.warning_signs or "",
        "what_helps": plan.what_helps or "",
        "people": [named(line) for line in (plan.people_to_call or "").splitlines() if line.strip()],
        "hotlines": [named(line, otherwise=words) for line, words in lines if line],
    }


def named(line: str, *, otherwise: str = "") -> dict[str, str]:
    """Who is written on this line, and the telephone number at its end: "Inés, my sister: 555-0119"."""
    found = NUMBER.match(line.strip())
    if found is None:
        return {"name": line.strip(), "phone": ""}
    return {"name": found["name"].strip() or otherwise, "phone": found["phone"].strip()}


def _domain(domain: Domain) -> str:
    return DOMAINS.get(domain, domain.label)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
