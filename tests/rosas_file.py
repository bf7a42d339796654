"""Rosa's file with something of everything in it, made through the verbs: what nobody else may see any of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.documents import slip_paper
from app.engines import Base
from app.extensions import db
from app.models.agency.document import Document, DocumentKind
from app.models.assessment.assessment import Assessment, AssessmentType
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.base import OfClient
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.answer import Answer
from app.models.caseload.circumstances import Circumstances, Housing
from app.models.caseload.client import Address, Client
from app.models.caseload.distinction import Distinction
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.emergency import EmergencyOpening, EmergencyReviewer
from app.models.caseload.household import Household, RelationToHead
from app.models.caseload.identifier import Identifier, IdentifierKind
from app.models.caseload.income import IncomeAmount, IncomeRecord, IncomeSource
from app.models.caseload.merge import Merge
from app.models.caseload.program import Regime
from app.models.caseload.relationship import Authority, Relationship, RelationshipType, Safe
from app.models.closing.closure import Closure
from app.models.intake.access_request import AccessRequest, DenialGround
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType, Information
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.intake.requirement import Answer as Found
from app.models.intake.requirement import Requirement, RequirementAnswer, RequirementKind
from app.models.intake.statement import Statement
from app.models.intake.withholding import Withholding
from app.models.linking.referral import Referral, ReferralMethod, ReferralStatus, ReferralType
from app.models.monitoring.note import Method, Note
from app.models.monitoring.task import Task
from app.models.planning.goal import Actor
from app.models.planning.plan import Agreement, NeedAnswer, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole
from tests.cast import Cast

SECRET = "quince orchard"  # stands in every free text of hers, so that a leak of any of them is found


def fill(cast: Cast, *, restrict: bool = True) -> dict[str, int]:
    """Write something of everything into Rosa's file and commit; returns table → the id of one row of hers."""
    with clock.at(clock.now() - timedelta(days=20)):
        _live(cast, restrict=restrict)
    closure = Closure.begin(cast.case, by=cast.ana)
    closure.rewrite(by=cast.ana, goal_outcomes={}, rationale=SECRET)
    db.session.commit()
    return one_of_each(cast.rosa.id)


def _live(cast: Cast, *, restrict: bool) -> None:
    ana, rosa, case, today = cast.ana, cast.rosa, cast.case, clock.today()
    rosa.addresses = [Address(street=f"12 {SECRET}", city="Millbrook")]
    apart = {"kept_by": case.program} if case.program.regime.sealed else {}
    twice = Client.add(by=ana, first_name="Rosa", last_name="Marsh", **apart)
    namesake = Client.add(by=ana, first_name="Noor", last_name="Haddad", **apart)
    if rosa.restricted:
        for other in (twice, namesake):
            other.restrict(by=ana, to=[named.user for named in rosa.named_now])
    Merge.make(rosa, twice, by=ana, reason=SECRET)
    Distinction.write(rosa, namesake, by=ana, reason=SECRET)
    Alert.raise_for(
        rosa,
        by=ana,
        kind=AlertKind.NO_VOICEMAIL,
        what_to_do=SECRET,
        reason=SECRET,
        review_on=today + timedelta(days=90),
    )
    Circumstances.write_down(rosa, by=ana, as_of_on=today, housing=Housing.HOMELESS)
    IncomeRecord.write_down(
        rosa, by=ana, as_of_on=today, income=Answer.YES, note=SECRET,
        amounts=[IncomeAmount(source=IncomeSource.OTHER, cents=98_000, named=SECRET)],
    )  # fmt: skip
    Identifier.write_down(rosa, by=ana, kind=IdentifierKind.MEDICAID, number=f"MD {SECRET}", issuer=SECRET)
    if restrict:
        rosa.restrict(by=ana, to=[cast.bo, cast.fay])
    released = {Regime.PART_2: ConsentType.PART_2, Regime.VICTIM_SERVICES: ConsentType.VICTIM_SERVICES}
    Consent.record_signed(
        rosa, by=ana, case=case, type=released.get(case.program.regime, ConsentType.RELEASE),
        outcome=ConsentOutcome.SIGNED, signed_on=today,
        recipient="Harbor Law Clinic", purpose=SECRET,
        information=[i.value for i in Information if i is not Information.COUNSELING_NOTES],
        expires_on=today + timedelta(days=365), risks=SECRET, risks_explained=True, copy_given=True,
    )  # fmt: skip
    assessment = Assessment.begin(case, by=ana, type=AssessmentType.INITIAL)
    for domain in (Domain.LEGAL, Domain.FOOD):
        assessment.rate(domain, by=ana, status=NeedStatus.UNMET, level=Level.CRISIS, situation=SECRET)
    assessment.describe(by=ana, summary=SECRET, sources=["interview"])
    assessment.sign(by=ana)
    plan = signed_plan(cast)
    county = Requirement.add(cast.family, by=ana, kind=RequirementKind.CRITERION, text="Lives in the county")
    RequirementAnswer.write(case, county, by=ana, answer=Found.MET, proof=SECRET, on=today)
    document = Document.add(
        client=rosa, case=case, by=ana, kind=DocumentKind.SIGNED_PLAN, title=SECRET, file_name=f"{SECRET}.pdf",
        content=b"%PDF-1.4 quince orchard", media_type="application/pdf", plan=plan,
    )  # fmt: skip
    referral = Referral.make(
        case, by=ana, domain=Domain.LEGAL, type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
        service=cast.service, need_text=SECRET, with_identity=True, shared=["identity", "need"],
        goal_thread=plan.goals[0].thread,
    )  # fmt: skip
    referral.send(by=ana)
    referral.hear(by=ana, status=ReferralStatus.ACCEPTED, on=today, text=SECRET)
    slip_paper.issue(referral, by=ana)
    Disclosure.write_down(
        rosa, by=ana, case=case, happened_on=today, recipient=f"{SECRET} school", method=DisclosureMethod.PHONE,
        what=SECRET, purpose=SECRET, basis=Basis.CLIENT_REQUEST, recipient_address=SECRET,
    )  # fmt: skip
    note = Note.write(case, by=ana, happened_on=today, method=Method.PHONE, text=SECRET)
    Withholding.keep_back(note, by=ana, ground=DenialGround.PSYCHOTHERAPY, reason=SECRET)
    Statement.add(case, by=ana, stated_on=today, text=SECRET, about=plan)
    AccessRequest.receive(rosa, by=ana, received_on=today, how=DisclosureMethod.LETTER, what=SECRET)
    Task.add(case, by=ana, title=SECRET, due_on=today + timedelta(days=3))
    plan.revise(by=ana).rewrite(by=ana, vision=SECRET)
    sister = Relationship.write_down(
        rosa, by=ana, type=RelationshipType.SIBLING, name=f"Inés of the {SECRET}", in_words=SECRET, phone="555-010-0177",
        safe=Safe.YES, helps_with=SECRET, authority=Authority.POWER_OF_ATTORNEY, document=document, safety_note=SECRET,
    )  # fmt: skip
    home = Household.begin(rosa, by=ana, relation=RelationToHead.SELF, begun_on=today)
    home.add_member(by=ana, relation=RelationToHead.CHILD, name=f"Mateo of the {SECRET}", occupation=SECRET)
    assert sister
    opening = EmergencyOpening(client=rosa, user=cast.di, reason=SECRET, until_at=clock.now() + EmergencyOpening.LASTS)
    opening.reviewers = [EmergencyReviewer(client=rosa, user=cast.bo)]
    double = Client.add(by=cast.cy, first_name="Rosanna", kept_by_id=cast.harbor.id)
    db.session.add_all([opening, PossibleDuplicate(client=rosa, other=double, by=cast.cy)])


def signed_plan(cast: Cast, *, on: date | None = None) -> Plan:
    """A first version of Rosa's plan, with one of everything in it, signed on paper."""
    ana, today = cast.ana, on or clock.today()
    plan = Plan.begin(cast.case, by=ana)
    plan.rewrite(by=ana, vision=SECRET)
    goal = plan.add_goal(
        by=ana,
        statement=f"A home near the {SECRET}",
        domain=Domain.LEGAL,
        measure=SECRET,
        target_on=today + timedelta(days=90),
    )
    objective = goal.add_objective(by=ana, statement=SECRET)
    goal.add_step(by=ana, action=SECRET, actor=Actor.CLIENT, due_on=today + timedelta(days=9), objective=objective)
    plan.set_aside(Domain.FOOD, by=ana, answer=NeedAnswer.DEFERRED, reason=SECRET)
    plan.count_on(by=ana, service=SECRET)
    plan.rely_on(by=ana, name=SECRET, relation="sister", helps_with=SECRET)
    plan.freeze(by=ana, leaving_open="for the test")
    plan.record_signatures(
        by=ana,
        signatures=[_signature(SignerRole.CLIENT, "Rosa Díaz"), _signature(SignerRole.CASEWORKER, "Ana Reyes")],
        agreement=Agreement.AGREES,
        took_part=True,
        chose_services=True,
    )
    return plan


def _signature(role: SignerRole, name: str) -> Signature:
    return Signature(
        role=role,
        printed_name=name,
        outcome=SignatureOutcome.SIGNED,
        method=SignatureMethod.INK,
        signed_on=clock.today(),
    )


def one_of_each(client_id: int) -> dict[str, int]:
    """Table → the newest row in this client's file; fails for a table that has none, so that none is forgotten."""
    found = one_of_each_or_none(client_id)
    empty = sorted({model.__table__.name for model in of_client()} - set(found))
    assert not empty, f"tests/rosas_file.py puts nothing of hers into: {', '.join(empty)}"
    return found


def of_client() -> list[Any]:
    """Every table in a client's file."""
    return [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OfClient)]


def one_of_each_or_none(client_id: int) -> dict[str, int]:
    """Table → the newest row in this client's file, where there is one."""
    newest = {m.__table__.name: sa.select(sa.func.max(m.id)).where(m.client_id == client_id) for m in of_client()}
    found = {table: db.session.scalar(query) for table, query in newest.items()}
    return {"client": client_id} | {table: id for table, id in found.items() if id is not None}
