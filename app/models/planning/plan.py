"""The service plan: drafted with the client, frozen, signed on paper, and from then on replaced, never changed."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.document import PaperKind, canonical, code_for
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, Need
from app.models.assessment.domain import Domain
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Case
from app.models.planning.goal import Goal, Objective, Step, _after, swap_places
from app.models.planning.signature import CLIENT_SIDE, Signature, SignatureOutcome, SignerRole

if TYPE_CHECKING:
    from app.models.agency.document import Document


class PlanStatus(Choice):
    """Where a version is on its way to paper and back (FIELDS §5)."""

    DRAFT = "draft", N_("Draft")
    READY = "ready", N_("Ready for signature")
    SIGNED = "signed", N_("Active – signed")
    DECLINED = "declined", N_("Active – client declined to sign")
    UNABLE = "unable", N_("Active – client unable to sign")
    SUPERSEDED = "superseded", N_("Superseded")
    COMPLETED = "completed", N_("Completed")
    CLOSED = "closed", N_("Closed")
    IN_ERROR = "in_error", N_("Entered in error")


IN_FORCE = [PlanStatus.SIGNED, PlanStatus.DECLINED, PlanStatus.UNABLE]


class Agreement(Choice):
    """What the client says to the plan; it may go on in all four cases."""

    AGREES = "agrees", N_("Agrees")
    IN_PART = "in_part", N_("Agrees in part")
    DISAGREES = "disagrees", N_("Does not agree")
    COULD_NOT = "could_not", N_("Could not answer")


class NeedAnswer(Choice):
    """What the plan does about a need that has no goal."""

    MET_ELSEWHERE = "met_elsewhere", N_("Being met elsewhere")
    DECLINES = "declines", N_("Client declines")
    DEFERRED = "deferred", N_("Deferred")


class Missing(NamedTuple):
    """Something a plan still lacks: the words, the place on the page, and whether no plan is signed without it."""

    text: str
    anchor: str
    needed: bool
    values: dict[str, Any] = {}


class PlannedNeed(OfCase, Model):
    """A need the plan does not work on now, and why; printed with the plan."""

    __table_args__ = (sa.UniqueConstraint("plan_id", "domain"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"))
    domain: Mapped[Domain]
    answer: Mapped[NeedAnswer]
    reason: Mapped[str] = mapped_column(sa.String(500))


class PlannedService(OfCase, Model):
    """A service the plan counts on: who gives it, how often, from when."""

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    service: Mapped[str] = mapped_column(sa.String(200))
    provider: Mapped[str | None] = mapped_column(sa.String(200))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    frequency: Mapped[str | None] = mapped_column(sa.String(120))
    starts_on: Mapped[date | None]


class PlannedSupport(OfCase, Model):
    """Somebody who supports the client: who, how they belong to the client, and what they help with."""

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(160))
    relation: Mapped[str | None] = mapped_column(sa.String(120))
    helps_with: Mapped[str | None] = mapped_column(sa.String(300))


NARRATIVE = (
    "vision",
    "strengths",
    "barriers",
    "warning_signs",
    "what_helps",
    "people_to_call",
    "contingency",
    "exit_criteria",
)


class Plan(Versioned, OfCase, Model):
    """Version n of a case's service plan."""

    __table_args__ = (sa.UniqueConstraint("case_id", "number"),)

    number: Mapped[int]
    status: Mapped[PlanStatus] = mapped_column(default=PlanStatus.DRAFT, index=True)
    assessment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment.id"))
    starts_on: Mapped[date]
    review_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    vision: Mapped[str | None] = mapped_column(sa.Text)
    strengths: Mapped[str | None] = mapped_column(sa.Text)
    barriers: Mapped[str | None] = mapped_column(sa.Text)
    warning_signs: Mapped[str | None] = mapped_column(sa.Text)
    what_helps: Mapped[str | None] = mapped_column(sa.Text)
    people_to_call: Mapped[str | None] = mapped_column(sa.Text)
    contingency: Mapped[str | None] = mapped_column(sa.Text)
    exit_criteria: Mapped[str | None] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    hash: Mapped[str | None] = mapped_column(sa.String(64))

    agreement: Mapped[Agreement | None]
    disagreement: Mapped[str | None] = mapped_column(sa.String(1000))
    took_part: Mapped[bool | None]
    chose_services: Mapped[bool | None]
    copy_given_on: Mapped[date | None]
    in_force_on: Mapped[date | None]

    by: Mapped[User] = relationship(foreign_keys=by_id)
    assessment: Mapped[Assessment | None] = relationship()
    goals: Mapped[list[Goal]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by=Goal.position
    )
    planned_needs: Mapped[list[PlannedNeed]] = relationship(cascade="all, delete-orphan", order_by=PlannedNeed.id)
    planned_services: Mapped[list[PlannedService]] = relationship(
        cascade="all, delete-orphan", order_by=PlannedService.position
    )
    supports: Mapped[list[PlannedSupport]] = relationship(
        cascade="all, delete-orphan", order_by=PlannedSupport.position
    )
    signatures: Mapped[list[Signature]] = relationship(order_by=Signature.id)
    scans: Mapped[list[Document]] = relationship(order_by="Document.id", viewonly=True)

    # -- finding versions

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The versions of a case's plan, newest first."""
        return cls.of_case(case.id)

    @classmethod
    def of_case(cls, case_id: int) -> sa.Select[Any]:
        """The versions of the plan of the case with this id, newest first; discarded drafts are not among them."""
        good = cls.status != PlanStatus.IN_ERROR
        return sa.select(cls).where(cls.case_id == case_id, good).order_by(cls.number.desc())

    @classmethod
    def latest(cls, case: Case) -> Plan | None:
        """The newest version, draft or not."""
        return db.session.scalar(cls.of(case).limit(1))

    @classmethod
    def in_force(cls, case: Case) -> Plan | None:
        """The version that holds now."""
        return db.session.scalar(cls.of(case).where(cls.status.in_(IN_FORCE)).limit(1))

    # -- drafting

    @classmethod
    def begin(cls, case: Case, *, by: User) -> Plan:
        """Start the first version; the days come from the program's clocks, the needs from the signed assessment."""
        case.check_open()
        if cls.latest(case) is not None:
            raise RuleBroken(N_("This case has a service plan already. Start a new version of it."))
        assessment = Assessment.latest_signed(case)
        today = clock.today()
        plan = cls(
            case=case,
            client_id=case.client_id,
            number=cls._next_number(case),
            assessment=assessment,
            starts_on=today,
            review_on=today + timedelta(days=case.program.review_days),
            by=by,
            vision=assessment.own_goals if assessment else None,
            strengths=assessment.strengths if assessment else None,
        )
        db.session.add(plan)
        plan.record(EventKind.PLAN_STARTED, by=by)
        return plan

    def revise(self, *, by: User) -> Plan:
        """Start version n+1 as a copy of this one; this one stays exactly as it is."""
        self.case.check_open()
        if self.status is PlanStatus.DRAFT:
            raise RuleBroken(N_("This version is a draft: change it as it is."))
        newest = Plan.latest(self.case)
        if newest is not None and newest.status is PlanStatus.DRAFT:
            raise RuleBroken(N_("Version %(number)s is being written already."), number=newest.number)
        today = clock.today()
        copy = Plan(
            case=self.case,
            client_id=self.client_id,
            number=self._next_number(self.case),
            assessment=Assessment.latest_signed(self.case),
            starts_on=today,
            review_on=today + timedelta(days=self.case.program.review_days),
            ends_on=self.ends_on,
            by=by,
            **{name: getattr(self, name) for name in NARRATIVE},
        )
        db.session.add(copy)
        copy.goals = [_copied_goal(goal) for goal in self.goals if not goal.resolved]
        copy.planned_needs = [_copied(need, "domain", "answer", "reason") for need in self.planned_needs]
        copy.planned_services = [
            _copied(row, "position", "service", "provider", "phone", "frequency", "starts_on")
            for row in self.planned_services
        ]
        copy.supports = [_copied(row, "position", "name", "relation", "helps_with") for row in self.supports]
        copy.record(EventKind.PLAN_STARTED, by=by)
        return copy

    @classmethod
    def _next_number(cls, case: Case) -> int:
        """The number of the next version; the number of a discarded draft is not used again."""
        highest = db.session.scalar(sa.select(sa.func.max(cls.number)).where(cls.case_id == case.id))
        return (highest or 0) + 1

    @classmethod
    def stand_on(cls, assessment: Assessment) -> None:
        """Let the draft that is being written stand on the assessment that was just signed; its empty words are filled."""
        draft = db.session.scalar(cls.of(assessment.case).where(cls.status == PlanStatus.DRAFT).limit(1))
        if draft is not None:
            draft.assessment = assessment
            draft.vision = draft.vision or assessment.own_goals
            draft.strengths = draft.strengths or assessment.strengths

    def check_draft(self, *, hold: bool = True) -> None:
        """Refuse to change a text that is frozen; whoever only opens a form need not `hold` the version meanwhile."""
        self.case.check_open()
        if hold:
            self._hold()
        if self.status is not PlanStatus.DRAFT:
            raise RuleBroken(
                N_("Version %(number)s is frozen: everybody knows what was signed. Start a new version to change it."),
                number=self.number,
            )

    def _hold(self) -> None:
        """Let nobody else change this version until our change is saved, so that nothing slips in beside a freeze.

        SQLite writes one at a time anyway; Postgres locks the row. The version stays the one that was read, so that an
        edit of the plan's own words that somebody overtook is still refused.
        """
        if sa.inspect(self).persistent:
            locked = sa.select(Plan.status).where(Plan.id == self.id).with_for_update()
            if db.session.scalar(locked) is not self.status:
                db.session.refresh(self)

    def check_live(self) -> None:
        """Refuse to mark progress anywhere but on the version that holds; before any holds, on the newest."""
        self.case.check_open()
        holding = Plan.in_force(self.case) or Plan.latest(self.case)
        if holding is not None and holding is not self:
            raise RuleBroken(
                N_("Version %(number)s does not hold now. Mark the progress in version %(holding)s."),
                number=self.number,
                holding=holding.number,
            )

    def rewrite(self, *, by: User, **details: Any) -> None:
        """Change the dates or the client's words while the plan is a draft."""
        self.check_draft()
        self.change(kind=EventKind.PLAN_CHANGED, by=by, **details)

    def add_goal(self, *, by: User, statement: str, **details: Any) -> Goal:
        """Add what the client wants."""
        self.check_draft()
        goal = Goal(
            client_id=self.client_id, case_id=self.case_id, position=_after(self.goals), statement=statement, **details
        )
        self.goals.append(goal)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["goals"])
        return goal

    def drop_goal(self, goal: Goal, *, by: User) -> None:
        """Take a goal, with its steps, out of the draft."""
        self.check_draft()
        self.goals.remove(goal)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["goals"])

    def move_goal(self, goal: Goal, *, by: User, up: bool) -> None:
        """Move a goal one place up or down."""
        self.check_draft()
        if swap_places(self.goals, goal, up=up):
            self.record(EventKind.PLAN_CHANGED, by=by, fields=["goals"])

    def set_aside(self, domain: Domain, *, by: User, answer: NeedAnswer, reason: str) -> None:
        """Say why a need is not worked on now; saying it again replaces what was said."""
        self.check_draft()
        need = next((n for n in self.planned_needs if n.domain is domain), None)
        if need is None:
            need = PlannedNeed(client_id=self.client_id, case_id=self.case_id, domain=domain)
            self.planned_needs.append(need)
        need.answer, need.reason = answer, reason
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["planned_needs"])

    def take_up(self, need: PlannedNeed, *, by: User) -> None:
        """Work on the need after all."""
        self.check_draft()
        self.planned_needs.remove(need)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["planned_needs"])

    def count_on(self, *, by: User, service: str, **details: Any) -> PlannedService:
        """Name a service the plan counts on."""
        self.check_draft()
        row = PlannedService(
            client_id=self.client_id,
            case_id=self.case_id,
            position=_after(self.planned_services),
            service=service,
            **details,
        )
        self.planned_services.append(row)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["services"])
        return row

    def change_service(self, row: PlannedService, *, by: User, **details: Any) -> None:
        """Say differently which service the plan counts on."""
        self.check_draft()
        row.change(kind=EventKind.PLAN_CHANGED, by=by, **details)

    def drop_service(self, row: PlannedService, *, by: User) -> None:
        """No longer count on that service."""
        self.check_draft()
        self.planned_services.remove(row)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["services"])

    def rely_on(self, *, by: User, name: str, **details: Any) -> PlannedSupport:
        """Name somebody who supports the client."""
        self.check_draft()
        row = PlannedSupport(
            client_id=self.client_id, case_id=self.case_id, position=_after(self.supports), name=name, **details
        )
        self.supports.append(row)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["supports"])
        return row

    def change_support(self, row: PlannedSupport, *, by: User, **details: Any) -> None:
        """Say differently who supports the client, and in what."""
        self.check_draft()
        row.change(kind=EventKind.PLAN_CHANGED, by=by, **details)

    def drop_support(self, row: PlannedSupport, *, by: User) -> None:
        """No longer rely on this person."""
        self.check_draft()
        self.supports.remove(row)
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["supports"])

    def discard(self, *, by: User) -> None:
        """Throw a draft away: it stays on record as entered in error, and its number is not used again."""
        self.check_draft()
        self.status = PlanStatus.IN_ERROR
        self.record(EventKind.PLAN_DISCARDED, by=by)

    # -- what is still missing

    def missing(self) -> list[Missing]:
        """Everything the plan still lacks, in page order; the needed ones bar the freeze (PRACTICE §4, gate 2)."""
        found = []
        if self.assessment_id is None:
            found.append(Missing(N_("No signed assessment stands behind this plan."), "plan", False))
        if not self.vision:
            found.append(Missing(N_("Write what the client wants, in their own words."), "vision", False))
        if not self.goals:
            found.append(Missing(N_("Add at least one goal."), "goals", True))
        if self.review_on is None:
            found.append(Missing(N_("Choose the day of the next review."), "review_on", True))
        elif self.review_on <= self.starts_on:
            found.append(Missing(N_("The review must come after the plan starts."), "review_on", True))
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            found.append(Missing(N_("The plan must end after it starts."), "ends_on", True))
        for goal in self.goals:
            found.extend(self._missing_in(goal))
        found.extend(
            Missing(
                N_("Say what happens with the need “%(domain)s”: a goal, or a reason why not now."),
                "needs",
                False,
                {"domain": need.domain.label},
            )
            for need in self.unanswered_needs
        )
        return found

    def _missing_in(self, goal: Goal) -> list[Missing]:
        anchor, values = f"goal-{goal.id}", {"goal": goal.statement}
        found = []
        if not goal.steps:
            found.append(Missing(N_("Add steps to “%(goal)s”."), anchor, not self._has_sound_step, values))
        elif any(step.actor is None or step.due_on is None for step in goal.steps):
            found.append(Missing(N_("Say who does each step of “%(goal)s”, and by when."), anchor, True, values))
        if goal.target_on is None:
            found.append(Missing(N_("Choose a target date for “%(goal)s”."), anchor, False, values))
        if not goal.measure:
            found.append(Missing(N_("Write how we will know that “%(goal)s” is reached."), anchor, False, values))
        return found

    @property
    def _has_sound_step(self) -> bool:
        return any(step.actor is not None and step.due_on is not None for goal in self.goals for step in goal.steps)

    @property
    def unanswered_needs(self) -> list[Need]:
        """The pressing needs of the assessment that have neither a goal nor a reason."""
        if self.assessment is None:
            return []
        answered = {goal.domain for goal in self.goals} | {need.domain for need in self.planned_needs}
        return [need for need in self.assessment.needs if need.pressing and need.domain not in answered]

    # -- freezing and signing

    def freeze(self, *, by: User, leaving_open: str | None = None) -> None:
        """Make the version ready for signature: its text is final, has a hash and a code.

        `leaving_open` is the reason for going on although something expected is missing.
        """
        self.check_draft()
        self._read_again()
        missing = self.missing()
        if any(item.needed for item in missing):
            raise RuleBroken(N_("The plan cannot be signed yet. See what is still missing."))
        if missing and not leaving_open:
            raise RuleBroken(N_("Something is still missing. Add it, or write why the plan goes on without it."))
        self.status = PlanStatus.READY
        self.frozen_at = clock.now()
        self.frozen_by_id = by.id
        self.code = code_for(PaperKind.SERVICE_PLAN, self.client.number or "", self.number)
        self.hash = hashlib.sha256(canonical(self.text()).encode()).hexdigest()
        self.record(EventKind.PLAN_FROZEN, by=by, reason=leaving_open)

    def _read_again(self) -> None:
        """Forget what was read before the version was held: what is frozen is what stands in the database now."""
        db.session.flush()
        for goal in self.goals:
            for row in (*goal.objectives, *goal.steps, goal):
                db.session.expire(row)
        for row in (*self.planned_needs, *self.planned_services, *self.supports):
            db.session.expire(row)
        db.session.refresh(self)

    def text(self) -> dict[str, Any]:
        """The text that is signed, as plain values: everything but the live progress.

        Who supports the client is left out where nobody is named, so that versions frozen before there was such a list
        keep their hash.
        """
        supports = [[one.name, one.relation or "", one.helps_with or ""] for one in self.supports]
        return {
            "case": self.case_id,
            "number": self.number,
            "starts_on": str(self.starts_on),
            "review_on": str(self.review_on or ""),
            "ends_on": str(self.ends_on or ""),
            **{name: getattr(self, name) or "" for name in NARRATIVE},
            "goals": [_goal_text(goal) for goal in self.goals],
            "needs": [[need.domain, need.answer, need.reason] for need in self.planned_needs],
            "services": [
                [s.service, s.provider or "", s.phone or "", s.frequency or "", str(s.starts_on or "")]
                for s in self.planned_services
            ],
            **({"supports": supports} if supports else {}),
        }

    @property
    def intact(self) -> bool:
        """Whether the text is still the one that was frozen."""
        return self.hash is not None and hashlib.sha256(canonical(self.text()).encode()).hexdigest() == self.hash

    def check_ready(self) -> None:
        """Refuse to record signatures on anything but a version that waits for them."""
        self.case.check_open()
        if self.status is not PlanStatus.READY:
            raise RuleBroken(N_("Only a plan that is ready for signature can be recorded as signed."))

    @property
    def frozen_on(self) -> date:
        """The day the text became final, by the agency's calendar; today while it has not."""
        return clock.local(self.frozen_at or clock.now()).date()

    def record_signatures(
        self,
        *,
        by: User,
        signatures: list[Signature],
        agreement: Agreement,
        disagreement: str | None = None,
        took_part: bool,
        chose_services: bool,
        copy_given_on: date | None = None,
    ) -> None:
        """Write down what came back on paper: per signer the outcome, and what the client said to the plan.

        The plan comes into force when the client's side and the caseworker have answered; it takes the place of the
        version before, whose progress it carries on.
        """
        self.check_ready()
        if agreement is not Agreement.AGREES and not disagreement:
            raise RuleBroken(N_("Write what the client does not agree with, or why there is no answer."))
        if not any(s.role in CLIENT_SIDE for s in signatures):
            raise RuleBroken(N_("Record the client’s signature, or why there is none."))
        for signature in signatures:
            signature.check(not_before=self.frozen_on, not_after=clock.today())
            signature.client_id, signature.case_id, signature.by = self.client_id, self.case_id, by
        if not any(s.role is SignerRole.CASEWORKER and s.signed for s in signatures):
            raise RuleBroken(N_("The caseworker signs too. Record that signature with its date."))
        if copy_given_on is not None and not self.frozen_on <= copy_given_on <= clock.today():
            raise RuleBroken(N_("The day the copy was given must lie between the freeze and today."))
        self.signatures.extend(signatures)
        self.agreement, self.disagreement = agreement, disagreement
        self.took_part, self.chose_services, self.copy_given_on = took_part, chose_services, copy_given_on
        self._come_into_force(_status_from(signatures), by=by)
        self.record(EventKind.PLAN_SIGNED, by=by)

    def _come_into_force(self, status: PlanStatus, *, by: User) -> None:
        for older in db.session.scalars(Plan.of(self.case).where(Plan.id != self.id, Plan.number < self.number)):
            if older.status in IN_FORCE:
                self._carry_on(older)
            if older.status in (*IN_FORCE, PlanStatus.READY):
                older.status = PlanStatus.SUPERSEDED
                older.record(EventKind.PLAN_SUPERSEDED, by=by)
        self.status = status
        self.in_force_on = clock.today()

    def _carry_on(self, older: Plan) -> None:
        """Take over how far the same goals and steps had come."""
        steps = {step.thread: step for goal in older.goals for step in goal.steps}
        goals = {goal.thread: goal for goal in older.goals}
        for goal in self.goals:
            if goal.thread in goals:
                before = goals[goal.thread]
                goal.status, goal.resolved_on, goal.reason = before.status, before.resolved_on, before.reason
            for step in goal.steps:
                if step.thread in steps:
                    was = steps[step.thread]
                    step.status, step.done_on, step.barrier = was.status, was.done_on, was.barrier

    def end(self, *, by: User) -> None:
        """The case is closing: the plan is over, completed when every goal is resolved."""
        done = all(goal.resolved for goal in self.goals)
        self.status = PlanStatus.COMPLETED if done else PlanStatus.CLOSED
        self.record(EventKind.PLAN_CHANGED, by=by, fields=["status"])

    def reinstate(self) -> None:
        """The case was reopened: the plan holds again as it was signed."""
        self.status = _status_from(self.signatures)

    # -- what there is to know

    @property
    def draft(self) -> bool:
        return self.status is PlanStatus.DRAFT

    @property
    def ready(self) -> bool:
        """Whether it waits for signatures."""
        return self.status is PlanStatus.READY

    @property
    def holds(self) -> bool:
        """Whether this version is the one in force."""
        return self.status in IN_FORCE

    @property
    def scan_missing(self) -> bool:
        """Signed on paper, and the page is not yet in the record."""
        return any(signature.signed for signature in self.signatures) and not self.scans

    @property
    def title(self) -> str:
        return f"Service plan, version {self.number}"


def _status_from(signatures: list[Signature]) -> PlanStatus:
    """In force how: signed by the client or for the client, else declined or unable."""
    answers = {signature.outcome for signature in signatures if signature.role in CLIENT_SIDE}
    if SignatureOutcome.SIGNED in answers:
        return PlanStatus.SIGNED
    return PlanStatus.DECLINED if SignatureOutcome.DECLINED in answers else PlanStatus.UNABLE


def _copied(row: Any, *names: str) -> Any:
    return type(row)(client_id=row.client_id, case_id=row.case_id, **{name: getattr(row, name) for name in names})


def _copied_goal(goal: Goal) -> Goal:
    """The same goal for the next version: text, thread and progress, with its open and done steps."""
    copy = _copied(
        goal,
        "thread",
        "position",
        "statement",
        "own_words",
        "why",
        "domain",
        "measure",
        "baseline",
        "target_on",
        "status",
        "resolved_on",
        "reason",
    )
    objectives: dict[int, Objective] = {}
    for objective in goal.objectives:
        objectives[objective.id] = _copied(objective, "thread", "position", "statement", "measure", "due_on")
        copy.objectives.append(objectives[objective.id])
    for step in goal.steps:
        new: Step = _copied(
            step, "thread", "position", "action", "actor", "actor_name", "due_on", "status", "done_on", "barrier"
        )
        new.objective = objectives.get(step.objective_id) if step.objective_id else None
        copy.steps.append(new)
    return copy


def _goal_text(goal: Goal) -> dict[str, Any]:
    def step_text(step: Step) -> list[str]:
        return [step.action, step.actor or "", step.actor_name or "", str(step.due_on or "")]

    return {
        "statement": goal.statement,
        "own_words": goal.own_words or "",
        "why": goal.why or "",
        "domain": goal.domain or "",
        "measure": goal.measure or "",
        "baseline": goal.baseline or "",
        "target_on": str(goal.target_on or ""),
        "steps": [step_text(step) for step in goal.loose_steps],
        "objectives": [
            [o.statement, o.measure or "", str(o.due_on or ""), [step_text(step) for step in goal.steps_of(o)]]
            for o in goal.objectives
        ],
    }
