"""A case: one client's episode in one program, and the people assigned to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.engines import writing
from app.extensions import db
from app.models.agency.agency import Agency, Openness
from app.models.agency.event import EventKind
from app.models.agency.user import CASEWORK_ROLES, Membership, User
from app.models.base import N_, Choice, Model, OfCase, OfClient, RuleBroken, Versioned
from app.models.caseload.client import Client, NamedStaff
from app.models.caseload.program import SEALED, Program, Regime
from app.models.caseload.stand_in import StandIn

if TYPE_CHECKING:
    from app.models.closing.closure import Closure
    from app.models.intake.intake import Intake


class CaseStatus(Choice):
    """Where the case is in its life (FIELDS §4)."""

    APPLIED = "applied", N_("Applied")
    WAITLISTED = "waitlisted", N_("Waitlisted")
    INTAKE_PENDING = "intake_pending", N_("Intake pending")
    ACTIVE = "active", N_("Open – Active")
    MONITORING = "monitoring", N_("Open – Monitoring")
    ON_HOLD = "on_hold", N_("On hold")
    PENDING_CLOSURE = "pending_closure", N_("Pending closure")
    CLOSED = "closed", N_("Closed")
    NOT_OPENED = "not_opened", N_("Not opened")
    IN_ERROR = "in_error", N_("Entered in error")


OPEN = [CaseStatus.ACTIVE, CaseStatus.MONITORING, CaseStatus.ON_HOLD, CaseStatus.PENDING_CLOSURE]
BEFORE_OPEN = [CaseStatus.APPLIED, CaseStatus.WAITLISTED, CaseStatus.INTAKE_PENDING]
LIVING = [*BEFORE_OPEN, *OPEN]


class Stage(Choice):
    """How far the work has come; follows from the records, never typed."""

    INTAKE = "intake", N_("Intake")
    ASSESSMENT = "assessment", N_("Assessment")
    PLANNING = "planning", N_("Planning")
    LINKING = "linking", N_("Linking and monitoring")
    CLOSING = "closing", N_("Closing")
    CLOSED = "closed", N_("Closed")


class LevelOfService(Choice):
    """How much help the case needs."""

    LOW = "low", N_("1 Low, supportive")
    MODERATE = "moderate", N_("2 Moderate")
    HIGH = "high", N_("3 High, comprehensive")
    CRISIS = "crisis", N_("4 Crisis")


class AssignmentRole(Choice):
    """What a member of staff is to a case."""

    CASEWORKER = "caseworker", N_("Caseworker")
    SUPERVISOR = "supervisor", N_("Supervisor")


class Assignment(OfCase, Model):
    """Somebody is responsible for a case from a day to a day; ended, never deleted."""

    on_the_card = True

    __table_args__ = (
        sa.Index(
            "uq_assignment_current",
            "case_id",
            "role",
            unique=True,
            sqlite_where=sa.column("to_on").is_(None),
            postgresql_where=sa.column("to_on").is_(None),
        ),
        # Whose cases these are, and whether somebody works with a client: both are answered from it alone.
        sa.Index("ix_assignment_of_user", "user_id", "client_id", "to_on", "role", "case_id"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    role: Mapped[AssignmentRole] = mapped_column(default=AssignmentRole.CASEWORKER)
    from_on: Mapped[date] = mapped_column(default=clock.today)
    to_on: Mapped[date | None]
    ended_by_closure: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    user: Mapped[User] = relationship()

    @classmethod
    def now(cls, role: AssignmentRole = AssignmentRole.CASEWORKER) -> list[sa.ColumnElement[bool]]:
        """Conditions for an assignment in force, as the caseworker unless another role is named."""
        return [cls.role == role, cls.in_effect()]

    @classmethod
    def cases_of(cls, user_id: int) -> sa.Select[Any]:
        """The numbers of the cases this person is the caseworker of now."""
        return sa.select(cls.case_id).where(cls.user_id == user_id, *cls.now())

    @classmethod
    def work_of(cls, user_id: int) -> sa.Select[Any]:
        """The numbers of the cases this person works on today: the own ones, and those of whom they stand in for."""
        return sa.select(cls.case_id).where(StandIn.whose_work(cls.user_id, user_id), *cls.now())

    @classmethod
    def worker_of(cls, case_id: Any) -> sa.ScalarSelect[str]:
        """The name of the caseworker that the case in this column has now."""
        worker = sa.select(User.name).join(cls, cls.user_id == User.id).where(cls.case_id == case_id, *cls.now())
        return worker.limit(1).scalar_subquery()

    @classmethod
    def in_effect(cls) -> sa.ColumnElement[bool]:
        """Condition: the person is responsible now."""
        return cls.to_on.is_(None)

    @classmethod
    def reaching(cls) -> sa.ColumnElement[bool]:
        """Condition: it opens the record: it is in force, or only the closing of the case ended it.

        The second counts where records are open to those assigned alone: who closed a case must be able to read it.
        """
        if Agency.here().openness is Openness.ASSIGNED:
            return sa.or_(cls.in_effect(), cls.ended_by_closure.is_(True))
        return cls.in_effect()


class Case(Versioned, OfClient, Model):
    """One client's episode in one program, from intake to closure."""

    on_the_card = True

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("program.id"), index=True)
    status: Mapped[CaseStatus] = mapped_column(index=True)
    received_on: Mapped[date]
    opened_on: Mapped[date | None]
    level_of_service: Mapped[LevelOfService | None]
    hold_reason: Mapped[str | None] = mapped_column(sa.String(500))
    hold_until: Mapped[date | None]

    # The verb asks first; the index is for two people who open the same case at the same moment.
    __table_args__ = (
        sa.Index("ix_case_program_id_client_id", "program_id", "client_id"),
        # Holds all that is asked to choose which of a client's cases a list shows.
        sa.Index("ix_case_of_client", "client_id", "program_id", "status", "opened_on"),
        sa.Index(
            "uq_case_living",
            "client_id",
            "program_id",
            unique=True,
            sqlite_where=sa.column("status").in_([status.value for status in LIVING]),
            postgresql_where=sa.column("status").in_([status.value for status in LIVING]),
        ),
    )

    # Every page about a case names the client: read together, they are one query less on each.
    client: Mapped[Client] = relationship(
        lazy="joined", innerjoin=True, foreign_keys="Case.client_id", overlaps="cases"
    )
    program: Mapped[Program] = relationship(lazy="joined", innerjoin=True)
    assignments: Mapped[list[Assignment]] = relationship(order_by=Assignment.id, overlaps="case")
    intake: Mapped[Intake] = relationship(back_populates="case", uselist=False, overlaps="case")
    closures: Mapped[list[Closure]] = relationship(order_by="Closure.id", overlaps="case")

    # -- the verbs

    @classmethod
    def open(
        cls,
        client: Client,
        *,
        by: User,
        program: Program,
        received_on: date,
        worker: User | None = None,
        level_of_service: LevelOfService | None = None,
    ) -> Case:
        """Begin a case; with a worker it is open at once, without one it waits for the intake.

        A victim-services program keeps a record of its own: it never shares a client with another program.
        """
        if received_on > clock.today():
            raise RuleBroken(N_("The referral cannot have been received in the future."))
        if program.retired:
            raise RuleBroken(N_("The program %(program)s no longer takes cases."), program=program.name)
        cls._check_not_open_already(client, program)
        cls._keep_apart(client, program)
        case = cls(
            client=client,
            program=program,
            status=CaseStatus.INTAKE_PENDING,
            received_on=received_on,
            level_of_service=level_of_service,
        )
        db.session.add(case)
        case.record(EventKind.CASE_OPENED, by=by)
        if program.regime.sealed:
            from app.models.caseload.sealing import take_along

            take_along(case)
        if worker is not None:
            case.assign(worker, by=by)
        return case

    @classmethod
    def _check_not_open_already(cls, client: Client, program: Program) -> None:
        query = sa.select(cls.id).where(
            cls.client_id == client.id, cls.program_id == program.id, cls.status.in_(LIVING)
        )
        if db.session.scalar(query) is not None:
            raise RuleBroken(N_("%(name)s already has a case in %(program)s."), name=client.first, program=program.name)

    @classmethod
    def _keep_apart(cls, client: Client, program: Program) -> None:
        elsewhere = sa.select(cls.id).where(cls.client_id == client.id, cls.program_id != program.id).limit(1)
        if program.regime is Regime.VICTIM_SERVICES and db.session.scalar(elsewhere) is not None:
            raise RuleBroken(
                N_("%(program)s keeps its own client records. Add the person again for this program."),
                program=program.name,
            )
        keeper = client.kept_by
        if keeper is not None and keeper.id != program.id and keeper.regime is Regime.VICTIM_SERVICES:
            raise RuleBroken(N_("This record belongs to one program alone. Add the person again for the other one."))
        if program.regime is Regime.VICTIM_SERVICES:
            client.kept_by_id = program.id

    def assign(
        self, worker: User, *, by: User, role: AssignmentRole = AssignmentRole.CASEWORKER, note: str | None = None
    ) -> None:
        """Make somebody responsible; whoever was, no longer is, and stays on record."""
        if not worker.is_active:
            raise RuleBroken(N_("%(name)s no longer works here."), name=worker.name)
        if self.closed:
            raise RuleBroken(N_("The case is closed. Reopen it first."))
        self.check_open_to(worker)
        current = self.assigned(role)
        if current is not None and current.user_id == worker.id:
            return
        if current is not None:
            current.to_on = clock.today()
            db.session.flush()
        self.assignments.append(Assignment(user=worker, role=role, note=note, client_id=self.client_id))
        # Who waits may have somebody who looks after them; the case opens when the intake says so.
        if self.status in (CaseStatus.APPLIED, CaseStatus.INTAKE_PENDING) and role is AssignmentRole.CASEWORKER:
            self._begin()
        self.record(EventKind.CASE_ASSIGNED, by=by, reason=note)

    def _begin(self) -> None:
        self.status = CaseStatus.ACTIVE
        self.opened_on = self.opened_on or clock.today()

    def wait(self, *, by: User) -> None:
        """Put the case on its program's waitlist; one that was opened before its intake was complete is not open after all."""
        self._move(CaseStatus.WAITLISTED, from_=[*BEFORE_OPEN, CaseStatus.ACTIVE], by=by)
        self.opened_on = None

    def admit(self, *, by: User) -> None:
        """The intake said yes: whoever waited waits no longer, and with a caseworker the case is open."""
        if self.status is not CaseStatus.WAITLISTED:
            return
        self._move(CaseStatus.INTAKE_PENDING, from_=[CaseStatus.WAITLISTED], by=by)
        if self.assigned(AssignmentRole.CASEWORKER) is not None:
            self._begin()

    def pause(self, *, by: User, reason: str, until: date) -> None:
        """Put the case on hold, with a reason and a day to look at it again."""
        self._move(CaseStatus.ON_HOLD, from_=[CaseStatus.ACTIVE, CaseStatus.MONITORING], by=by, reason=reason)
        self.hold_reason, self.hold_until = reason, until

    def resume(self, *, by: User) -> None:
        """Work goes on."""
        self._move(CaseStatus.ACTIVE, from_=[CaseStatus.ON_HOLD, CaseStatus.MONITORING], by=by)
        self.hold_reason = self.hold_until = None

    def screen_out(self, *, by: User, reason: str) -> None:
        """Not opened: the intake said no; never counted as an exit."""
        self._move(CaseStatus.NOT_OPENED, from_=LIVING[:-1], by=by, reason=reason)
        self.end_assignments()

    def _move(self, to: CaseStatus, *, from_: list[CaseStatus], by: User, reason: str | None = None) -> None:
        if self.status not in from_:
            raise RuleBroken(
                N_("A case that is “%(status)s” cannot become “%(to)s”."), status=self.status.label, to=to.label
            )
        self.status = to
        self.record(EventKind.CASE_STATUS_CHANGED, by=by, reason=reason)

    def check_open_to(self, worker: User) -> None:
        """Refuse to make somebody responsible whom a seal or a restriction keeps out: they could not open the case."""
        if db.session.scalar(sa.select(User.id).where(User.id == worker.id, *self._not_kept_out())) is None:
            raise RuleBroken(
                N_("%(name)s cannot open this record. Name them on it, or choose somebody who can."), name=worker.name
            )

    @property
    def program_on_paper(self) -> str:
        """The program's name where a paper that leaves the house may show it, else "": of a restricted record or a sealed
        program even the name would tell what the person is helped with (PRINT §1)."""
        return "" if self.client.restricted or self.program.regime.sealed else self.program.name

    def workable_by(self) -> sa.Select[Any]:
        """Everybody who can be given this case or something to do in it, by name.

        Those who do casework in its program or are on the case, and whom no seal and no restriction keeps out.
        """
        on_case = sa.select(Assignment.user_id).where(Assignment.case_id == self.id, Assignment.in_effect())
        near = sa.or_(User.id.in_(Membership.in_programs([self.program_id])), User.id.in_(on_case))
        return User.caseworkers().where(near, *self._not_kept_out())

    def _not_kept_out(self) -> list[sa.ColumnElement[bool]]:
        """Conditions on `User`: does casework, is a member where the program is sealed, named where it is restricted."""
        conditions: list[sa.ColumnElement[bool]] = [User.role.in_(CASEWORK_ROLES)]
        if self.program.regime.sealed:
            conditions.append(User.id.in_(Membership.in_programs([self.program_id])))
        if self.client.restricted:
            conditions.append(User.id.in_(NamedStaff.on(self.client_id)))
        return conditions

    def end_assignments(self, *, by_closure: bool = False) -> None:
        """Nobody is responsible any more; who was stays on record."""
        for assignment in self.assignments:
            if assignment.to_on is None:
                assignment.to_on = clock.today()
                assignment.ended_by_closure = by_closure

    # -- what there is to know

    @property
    def number(self) -> str:
        """How the case is called on screen: the client's number and which of the client's cases it is."""
        return f"{self.client.number}/{self.id}"

    def assigned(self, role: AssignmentRole) -> Assignment | None:
        """The assignment in force, or None."""
        return next((a for a in self.assignments if a.role is role and a.to_on is None), None)

    @property
    def worker(self) -> User | None:
        """The caseworker now, or, when the case is closed, the last one."""
        current = self.assigned(AssignmentRole.CASEWORKER)
        if current is not None:
            return current.user
        past = [a for a in self.assignments if a.role is AssignmentRole.CASEWORKER]
        return past[-1].user if past and self.closed else None

    @property
    def open_now(self) -> bool:
        return self.status in OPEN

    @property
    def waits(self) -> bool:
        """Whether it is on its program's waitlist."""
        return self.status is CaseStatus.WAITLISTED

    @property
    def closed(self) -> bool:
        return self.status in (CaseStatus.CLOSED, CaseStatus.NOT_OPENED)

    @property
    def closure(self) -> Closure | None:
        """The closure that is being written or stands; a reopened one is history."""
        return next((c for c in reversed(self.closures) if c.reopened_at is None and c.withdrawn_at is None), None)

    @property
    def closed_on(self) -> date | None:
        return self.closure.closed_on if self.status is CaseStatus.CLOSED and self.closure else None

    def hold(self) -> None:
        """Let nobody else close, reopen or write into this case until our change is saved, so that nothing slips in beside.

        SQLite writes one at a time anyway; Postgres locks the row. Reading holds nothing.
        """
        if writing.get() and sa.inspect(self).persistent:
            locked = sa.select(Case.status, Case.client_id).where(Case.id == self.id).with_for_update(key_share=True)
            with db.session.no_autoflush:
                status, client_id = db.session.execute(locked).one()
            moved = client_id != self.client_id  # the record was merged, or taken apart, a moment ago
            if moved or (status is not self.status and not sa.inspect(self).attrs.status.history.has_changes()):
                db.session.refresh(self)

    def check_open(self) -> None:
        """Refuse to write into a case that is closed, also in this very moment."""
        self.hold()
        if self.closed or self.status is CaseStatus.IN_ERROR:
            raise RuleBroken(N_("The case is closed. Reopen it before you add to it."))

    @property
    def stage(self) -> Stage:
        """How far the work has come; one definition, in SQL (`stage_of`), read once per case."""
        return Stage(db.session.scalars(sa.select(stage_of()).where(Case.id == self.id)).one())

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The cases in this user's reach; those of a sealed program only for the people who work in it."""
        return super().visible_to(user).where(cls.unsealed_for(user))

    @classmethod
    def unsealed_for(cls, user: User, case: Any = None) -> sa.ColumnElement[bool]:
        """Condition on a case, or an alias of it, whose client is in this user's reach: no seal keeps it from them."""
        case = cls if case is None else case
        return sa.or_(cls.unsealed(case), case.program_id.in_(user.program_ids))

    @classmethod
    def unsealed(cls, case: Any = None) -> sa.ColumnElement[bool]:
        """Condition on a case, or an alias of it: its program is not sealed."""
        case = cls if case is None else case
        sealed = sa.select(Program.id).where(Program.regime.in_(SEALED))
        return case.program_id.not_in(sealed.correlate(None))

    @classmethod
    def unattended(cls) -> sa.ColumnElement[bool]:
        """Condition: it lives, and nobody is its caseworker: it waits for somebody of its program to take it on."""
        taken = sa.exists().where(Assignment.case_id == cls.id, *Assignment.now())
        return sa.and_(cls.status.in_(LIVING), ~taken.correlate(cls))


def stage_of() -> sa.ColumnElement[str]:
    """A case's stage as SQL, for a query over `Case` (FIELDS §4): intake, assessment, planning, linking, closing, closed."""
    from app.models.assessment.assessment import Assessment, AssessmentStatus
    from app.models.intake.intake import Intake
    from app.models.planning.plan import IN_FORCE, Plan

    taken_in = sa.exists().where(Intake.case_id == Case.id, Intake.completed_on.is_not(None))
    signed = sa.exists().where(Assessment.case_id == Case.id, Assessment.status == AssessmentStatus.SIGNED)
    in_force = sa.exists().where(Plan.case_id == Case.id, Plan.status.in_(IN_FORCE))
    return sa.case(
        (Case.status.in_([CaseStatus.CLOSED, CaseStatus.NOT_OPENED, CaseStatus.IN_ERROR]), Stage.CLOSED.value),
        (Case.status == CaseStatus.PENDING_CLOSURE, Stage.CLOSING.value),
        (sa.or_(~taken_in, Case.status == CaseStatus.WAITLISTED), Stage.INTAKE.value),
        (~signed, Stage.ASSESSMENT.value),
        (~in_force, Stage.PLANNING.value),
        else_=Stage.LINKING.value,
    )
