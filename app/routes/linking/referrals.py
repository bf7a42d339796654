"""Referrals: the list and the board, making one, reading it, changing a draft, and marking one as entered in error."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from app import clock, drafts
from app.access import Can, fetch, may, me, require, visible
from app.conflicts import meet
from app.conflicts import sent as sent_form
from app.documents.slip_paper import how_to_reach
from app.extensions import db
from app.forms.linking.referral import Agreed, MistakeForm, ReferralForm, SendingForm, as_typed
from app.models.agency.event import EventKind
from app.models.assessment.assessment import Need
from app.models.assessment.domain import Domain
from app.models.base import Choice, RuleBroken
from app.models.caseload.case import LIVING, Assignment, Case
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, Information, lets_text
from app.models.intake.intake import Urgency
from app.models.linking.directory import Service
from app.models.linking.referral import (
    NOT_OFFERED,
    Referral,
    ReferralMethod,
    ReferralType,
    names_of_recipient,
    usual_follow_up,
)
from app.pages import page, page_number, paged
from app.reports.referrals import (
    OF_SUPERVISORS,
    SOUGHT,
    GoalInForce,
    Lane,
    Whose,
    as_a_form_needs,
    board,
    by_lane,
    client_of,
    goals_of,
    how_many,
    in_lane,
    in_lanes,
    listed,
    recent,
    whole,
)
from app.requests import note

bp = Blueprint("referrals", __name__)
MOST_CASES = 100
MOST_FOUND = 25


# -- the list and the board


@bp.get("/referrals/")
def index():
    """Mine, those that need a call, or, for supervisors, the whole team's: as a list by lane, or as a board."""
    require(Can.SEE_CLIENTS)
    whose, lane = one_of(Whose, "whose", Whose.MINE), one_of(Lane, "lane", None)
    if whose in OF_SUPERVISORS:
        require(Can.SEE_TEAM)
    views = [view for view in Whose if view not in OF_SUPERVISORS or may(Can.SEE_TEAM)]
    sought = SOUGHT[whose](me())
    on_board = request.args.get("view") == "board"
    if on_board:
        rows, columns = None, board(recent(sought))
    else:
        found = in_lane(sought, lane)
        lanes = in_lanes(found)
        rows = paged(db.session, listed(found), number=page_number(), total=sum(lanes.values()))
        columns = by_lane(rows, lanes)
    return page(
        "linking/referrals/index.html",
        fragment="linking/referrals/_results.html",
        whose=whose,
        lane=lane,
        numbers=how_many(me(), views),
        on_board=on_board,
        columns=columns,
        rows=rows,
    )


def one_of(kind: type[Choice], name: str, usual: Any) -> Any:
    """The member that the address asks for; anything odd is the usual one."""
    asked = request.args.get(name, "")
    return kind(asked) if asked in list(kind) else usual


# -- making one


@bp.get("/referrals/new")
def new():
    """The form; without a case in the address, first the question whom it is for."""
    service = listed_service(request.args.get("service"))
    number = number_asked("case")
    if number is None:
        return choose_case(service)
    case = fetch(Case, number, to=Can.WORK_CASES)
    case.check_open()
    if service is not None and not service.offered:
        raise RuleBroken(NOT_OFFERED, service=service.name)
    kept = drafts.kept("referral", case.id)
    other = kept is not None and service is not None and kept.get("service") != str(service.id)
    if other:
        drafts.leave("referral", case.id)
    if kept is not None and service is None:
        service = listed_service(kept.get("service"), must_be=False)
    goals = goals_of(case)
    if kept is not None and not other:
        form = ReferralForm(kept)
    else:
        form = ReferralForm(data=usual_values(case, goals) | {"service": service.id if service else None})
    return form_page("new", case, service, form, goals, other_draft=other)


def usual_values(case: Case, goals: list[GoalInForce]) -> dict[str, Any]:
    """What the form begins with: the need and goal that led here, and what is usual."""
    domain = domain_asked(case)
    goal = next((goal for goal in goals if goal.id == number_asked("goal")), None)
    goal = goal or next((goal for goal in goals if domain is not None and goal.domain is domain), None)
    return {
        "domain": domain or (goal.domain if goal else None),
        "goal": goal.id if goal else None,
        "shared": [Information.NEED.value, Information.LANGUAGE.value],
        "type": ReferralType.REFERRAL,
        "method": ReferralMethod.PHONE,
        "urgency": Urgency.ROUTINE,
        "sent_on": clock.today(),
    }


def domain_asked(case: Case) -> Domain | None:
    """The need in the address: the number of a need of this case, or the code of its domain."""
    asked = request.args.get("need", "")
    if asked in list(Domain):
        return Domain(asked)
    number = number_asked("need")
    return db.session.scalar(sa.select(Need.domain).where(Need.id == number, Need.case_id == case.id))


def choose_case(service: Service | None):
    """Whom is it for? The reader's own cases, and any other in reach by the client's name."""
    require(Can.WORK_CASES)
    mine = sa.select(Assignment.case_id).where(Assignment.user_id == me().id, Assignment.to_on.is_(None))
    words = request.args.get("q", "").strip()[:200]
    if words:
        note(EventKind.SEARCHED)
    return page(
        "linking/referrals/choose.html",
        service=service,
        mine=list(db.session.scalars(open_cases().where(Case.id.in_(mine)).limit(MOST_CASES))),
        words=words,
        found=list(db.session.scalars(open_cases().where(*Client.matching(words)).limit(MOST_FOUND))) if words else [],
    )


def open_cases() -> sa.Select[Any]:
    """The cases in reach that can be written into, with their clients, by name; not yet executed."""
    with_client = contains_eager(Case.client).selectinload(Client.other_names)
    query = visible(Case).join(Case.client).where(Case.status.in_(LIVING))
    return query.order_by(Client.sort_name, Case.id).options(with_client)


@bp.post("/cases/<int:case_id>/referrals/")
def create(case_id: int):
    """Send the referral, or keep it as a draft."""
    case = fetch(Case, case_id, to=Can.WORK_CASES)
    case.check_open()
    service = listed_service(request.form.get("service"), must_be=False)
    goals = goals_of(case)
    form = prepared(ReferralForm(request.form), case, service, goals)
    referral = written(form, case, service, goals) if sound(form) else None
    if referral is None or form.form_errors:
        return form_page("new", case, service, form, goals, status=422)
    return told(referral)


def sound(form: ReferralForm) -> bool:
    """Whether the form can be kept; sending also needs the client's yes."""
    good = form.validate()
    return form.agreed_to() and good if sending() else good


def sending() -> bool:
    """Whether the button was Send, not Save as draft."""
    return request.form.get("then") != "draft"


def written(form: ReferralForm, case: Case, service: Service | None, goals: list[GoalInForce]) -> Referral | None:
    """The new referral, sent if that was asked for; None, with the reasons in the form, when a rule forbids it."""
    try:
        referral = Referral.make(case, by=me(), service=service, goal_thread=thread_of(form, goals), **form.details)
        return sent(referral, form)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
        return None


def sent(referral: Referral, form: ReferralForm) -> Referral:
    """The referral, sent if that was asked for; everything that is in the way stands in the form."""
    if not sending():
        return referral
    for hindrance in referral.obstacles_to_sending():
        form.refuse(hindrance.text, **hindrance.values)
    if not form.form_errors:
        referral.send(by=me(), on=form.sent_on.data, follow_up_on=form.follow_up_on.data)
    return referral


def thread_of(form: ReferralForm, goals: list[GoalInForce]) -> str | None:
    """The goal that was chosen, by the mark it keeps through every version of the plan."""
    return next((goal.thread for goal in goals if goal.id == form.goal.data), None)


def told(referral: Referral):
    """Say what was done, and lead to the referral."""
    if referral.draft:
        flash(_("The draft is saved. Nothing was sent."))
    else:
        flash(_("The referral is on record as sent. You can print the slip now."))
    return redirect(url_for("referrals.show", id=referral.id), 303)


# -- the form's page


def prepared(form: ReferralForm, case: Case, service: Service | None, goals: list[GoalInForce]) -> ReferralForm:
    """The form with what can be chosen in this case, and with the client's name in its questions."""
    form.service.offer([(service.id, f"{service.name}, {service.organization.name}")] if service else [])
    form.goal.offer((goal.id, goal.statement) for goal in goals)
    form.agreed.label.text = _("Does %(name)s agree to this referral?", name=case.client.first)
    form.need_text.label.text = _("What %(name)s needs", name=case.client.first)
    return form


def form_page(
    name: str, case: Case, service: Service | None, form: ReferralForm, goals: list[GoalInForce], **more: Any
):
    """The page of the form, new or about a draft, with the release under which the name could go."""
    client, alerts = client_of(case, reader=me())
    prepared(form, case, service, goals)
    if form.follow_up_on.data is None and not form.follow_up_on.raw_data:
        form.follow_up_on.data = usual_follow_up(case)
    provider = service.organization.name if service else form.provider.data
    what = service.name if service else form.what.data or ""
    consents = Consent.for_referring(case)
    addressed = [one for one in consents if provider and one.names(*names_of_recipient(provider, what))]
    release = next((one for one in addressed if one.lets_name_in(case)), None)
    releases = [] if service else [one for one in consents if one.lets_name_in(case)]
    form.show_shared([item for given in (release, *releases) if given for item in Information if given.covers(item)])
    return page(
        f"linking/referrals/{name}.html",
        case=case,
        client=client,
        service=service,
        form=form,
        provider=provider,
        release=release,
        lost=addressed[0].status.value if addressed and release is None else "",
        releases=releases,
        reach="" if client.do_not_contact else how_to_reach(client, texting=lets_text(consents)),
        alerts=alerts,
        **({"other_draft": False, "referral": None} | more),
    )


def listed_service(asked: str | None, *, must_be: bool = True) -> Service | None:
    """The service of the directory with this number; None for no number, 404 for a wrong one if it must be there."""
    if not asked:
        return None
    known = asked.isascii() and asked.isdigit() and len(asked) < 10
    query = sa.select(Service).where(Service.id == int(asked if known else 0)).options(joinedload(Service.organization))
    service = db.session.scalar(query)
    if service is None and must_be:
        abort(404)
    return service


def number_asked(name: str) -> int | None:
    """A record's number in the address; None for none, and for what is no number."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


# -- one referral


@bp.get("/referrals/<int:id>/")
def show(id: int):
    """Everything about one referral, and what can be done with it now."""
    referral = fetch(Referral, id, to=Can.SEE_CLIENTS)
    return page(
        "linking/referrals/show.html",
        fragment="linking/referrals/_referral.html",
        it=whole(referral),
        sending=SendingForm(data={"sent_on": clock.today()}),
        mistake=MistakeForm(drafts.kept("referral_error", id)),
    )


@bp.get("/referrals/<int:id>/edit")
def edit(id: int):
    """The form about a draft."""
    referral = as_a_form_needs(fetch(Referral, id, to=Can.WORK_CASES))
    referral.check_draft()
    goals = goals_of(referral.case)
    kept = drafts.kept("referral_edit", id)
    form = ReferralForm(kept) if kept else of_draft(referral, goals)
    form.open_at(of_draft(referral, goals))
    if request.args.get("agreed") in list(Agreed):
        form.agreed.data = Agreed(request.args["agreed"])
    service = listed_service(kept.get("service"), must_be=False) if kept else referral.service
    return form_page("edit", referral.case, service, form, goals, referral=referral)


def of_draft(referral: Referral, goals: list[GoalInForce]) -> ReferralForm:
    """The form as the draft on record fills it in."""
    goal = next((goal.id for goal in goals if goal.thread == referral.goal_thread), None)
    return ReferralForm(data=as_typed(referral, goal) | {"sent_on": clock.today()})


@bp.post("/referrals/<int:id>/edit")
def update(id: int):
    """Change a draft, and send it if that was asked for."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    referral.check_draft()
    case = referral.case
    service = listed_service(request.form.get("service"), must_be=False)
    goals = goals_of(case)
    form = prepared(ReferralForm(sent_form()), case, service, goals)
    good = sound(form)
    meet(form, lambda: prepared(of_draft(referral, goals), case, referral.service, goals), referral)
    if good and rewritten(referral, form, service, goals):
        return told(referral)
    return form_page("edit", case, service, form, goals, referral=referral, status=422)


def rewritten(referral: Referral, form: ReferralForm, service: Service | None, goals: list[GoalInForce]) -> bool:
    """Whether the draft is as the form has it, and sent if that was asked for; else the reasons stand in the form."""
    try:
        referral.rewrite(by=me(), service=service, goal_thread=thread_of(form, goals), **form.details)
        sent(referral, form)
    except RuleBroken as broken:
        form.refuse(broken.text, **broken.values)
    return not form.form_errors


@bp.post("/referrals/<int:id>/error")
def destroy(id: int):
    """Mark a referral as entered in error; it stays readable and counts nowhere."""
    referral = fetch(Referral, id, to=Can.WORK_CASES)
    form = MistakeForm(request.form)
    if not form.validate():
        usual = SendingForm(data={"sent_on": clock.today()})
        return page("linking/referrals/show.html", it=whole(referral), sending=usual, mistake=form, status=422)
    referral.mistake(by=me(), reason=form.reason.data)
    flash(_("The referral is marked as entered in error."))
    return redirect(url_for("referrals.show", id=id), 303)
