"""An assessment: what was found out with the client, area by area; instruments will fill in the same ratings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Case


class AssessmentType(Choice):
    """The occasion."""

    INITIAL = "initial", N_("Initial")
    REASSESSMENT = "reassessment", N_("Reassessment")
    ANNUAL = "annual", N_("Annual")
    CRISIS = "crisis", N_("Crisis")
    EXIT = "exit", N_("Exit")


class AssessmentStatus(Choice):
    """Editable until it is signed; then it is evidence."""

    DRAFT = "draft", N_("Draft")
    SIGNED = "signed", N_("Signed")
    IN_ERROR = "in_error", N_("Entered in error")


class Source(Choice):
    """Where the information came from."""

    INTERVIEW = "interview", N_("Client interview")
    HOME_VISIT = "home_visit", N_("Home visit")
    COLLATERAL = "collateral", N_("Collateral")
    RECORDS = "records", N_("Records")
    OBSERVATION = "observation", N_("Observation")


class Need(OfCase, Model):
    """How one area stood on one assessment: level, whether it is a need, and the client's own priority."""

    __table_args__ = (sa.UniqueConstraint("assessment_id", "domain"),)

    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id", ondelete="CASCADE"))
    domain: Mapped[Domain]
    level: Mapped[Level | None]
    status: Mapped[NeedStatus]
    priority: Mapped[int | None]
    situation: Mapped[str | None] = mapped_column(sa.String(2000))
    strengths: Mapped[str | None] = mapped_column(sa.String(2000))
    assessment: Mapped[Assessment] = relationship(back_populates="needs")

    @property
    def pressing(self) -> bool:
        """Whether a plan must say what is done about it: an unmet or declined need, or a level of 1 or 2."""
        low = self.level in (Level.CRISIS, Level.VULNERABLE)
        return low or self.status in (NeedStatus.UNMET, NeedStatus.DECLINES)

    def change_since(self, earlier: Need | None) -> int | None:
        """By how many levels things are better (below zero: worse) than then; None when one of them has no level."""
        if earlier is None:
            return None
        levels = [need.level.number for need in (self, earlier) if need.level is not None and need.level.number]
        return levels[0] - levels[1] if len(levels) == 2 else None


class Assessment(Versioned, OfCase, Model):
    """One look at how things are, dated; signed it is locked, and the next one starts from it."""

    __table_args__ = (
        sa.Index(
            "uq_assessment_draft",
            "case_id",
            unique=True,
            sqlite_where=sa.column("status") == "draft",
            postgresql_where=sa.column("status") == "draft",
        ),
    )

    type: Mapped[AssessmentType]
    status: Mapped[AssessmentStatus] = mapped_column(default=AssessmentStatus.DRAFT)
    started_on: Mapped[date] = mapped_column(default=clock.today)
    sources: Mapped[list[str] | None]
    strengths: Mapped[str | None] = mapped_column(sa.Text)
    own_goals: Mapped[str | None] = mapped_column(sa.Text)
    summary: Mapped[str | None] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    signed_at: Mapped[datetime | None]
    signed_as: Mapped[str | None] = mapped_column(sa.String(300))
    by: Mapped[User] = relationship(foreign_keys=by_id)
    needs: Mapped[list[Need]] = relationship(
        back_populates="assessment",
        cascade="all, delete-orphan",
        order_by=(Need.priority.is_(None), Need.priority, Need.id),
        lazy="selectin",
    )

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The assessments of a case, newest first."""
        good = cls.status != AssessmentStatus.IN_ERROR
        return sa.select(cls).where(cls.case_id == case.id, good).order_by(cls.started_on.desc(), cls.id.desc())

    @classmethod
    def latest_signed(cls, case: Case) -> Assessment | None:
        """The assessment a plan is made from."""
        return db.session.scalar(cls.of(case).where(cls.status == AssessmentStatus.SIGNED).limit(1))

    @classmethod
    def begin(cls, case: Case, *, by: User, type: AssessmentType) -> Assessment:
        """Start looking anew; the ratings of the last signed assessment are taken over as a starting point."""
        case.check_open()
        draft = db.session.scalar(cls.of(case).where(cls.status == AssessmentStatus.DRAFT))
        if draft is not None:
            raise RuleBroken(N_("There is an unfinished assessment already. Finish that one first."))
        last = cls.latest_signed(case)
        assessment = cls(case=case, client_id=case.client_id, type=type, by=by)
        for need in last.needs if last else []:
            assessment.needs.append(
                Need(
                    client_id=case.client_id,
                    case_id=case.id,
                    domain=need.domain,
                    level=need.level,
                    status=need.status,
                    priority=need.priority,
                    situation=need.situation,
                    strengths=need.strengths,
                )
            )
        db.session.add(assessment)
        assessment.record(EventKind.ASSESSMENT_STARTED, by=by)
        return assessment

    @property
    def locked(self) -> bool:
        return self.status is not AssessmentStatus.DRAFT

    @property
    def source_labels(self) -> list[str]:
        """Where the information came from, as labels."""
        return [source.label for source in Source if source.value in (self.sources or [])]

    def _check_open(self) -> None:
        self.case.check_open()
        self._hold()
        if self.locked:
            raise RuleBroken(N_("This assessment is signed. Start a new one to record a change."))

    def _hold(self) -> None:
        """Let nobody sign this while it is changed, nor change it while it is signed: Postgres locks the row."""
        if sa.inspect(self).persistent:
            locked = sa.select(Assessment.status).where(Assessment.id == self.id).with_for_update()
            if db.session.scalar(locked) is not self.status:
                db.session.refresh(self)

    def rate(
        self,
        domain: Domain,
        *,
        by: User,
        status: NeedStatus,
        level: Level | None = None,
        priority: int | None = None,
        situation: str | None = None,
        strengths: str | None = None,
    ) -> Need:
        """Say how one area stands; saying it again replaces what was said in this assessment."""
        self._check_open()
        need = next((n for n in self.needs if n.domain is domain), None)
        if need is None:
            need = Need(client_id=self.client_id, case_id=self.case_id, domain=domain, status=status)
            self.needs.append(need)
        need.status, need.level, need.priority = status, level, priority
        need.situation, need.strengths = situation, strengths
        need.record(EventKind.NEED_RATED, by=by)
        return need

    def drop(self, need: Need, *, by: User) -> None:
        """Take an area off this assessment again."""
        self._check_open()
        need.record(EventKind.NEED_REMOVED, by=by)
        self.needs.remove(need)

    def describe(self, *, by: User, **details: Any) -> None:
        """Write the summary, strengths, sources and the client's own goals."""
        self._check_open()
        self.change(kind=EventKind.ASSESSMENT_CHANGED, by=by, **details)

    def discard(self, *, by: User) -> None:
        """Throw an unfinished assessment away; it stays on record as entered in error."""
        self._check_open()
        self.status = AssessmentStatus.IN_ERROR
        self.record(EventKind.ASSESSMENT_CHANGED, by=by, fields=["status"])

    def missing(self) -> list[str]:
        """What is still expected before signing, in words."""
        found = []
        if not self.needs:
            found.append(N_("at least one area with a rating"))
        if not self.sources:
            found.append(N_("where the information came from"))
        if not self.summary:
            found.append(N_("a summary"))
        return found

    def sign(self, *, by: User, leaving_open: str | None = None) -> None:
        """Sign with name and title; from here on the assessment is read-only.

        `leaving_open` is the reason for signing although something expected is missing; it goes on the trail.
        """
        from app.models.planning.plan import Plan

        self._check_open()
        if not self.needs:
            raise RuleBroken(N_("Rate at least one area before you sign."))
        self.status = AssessmentStatus.SIGNED
        self.signed_by_id = by.id
        self.signed_at = clock.now()
        self.signed_as = by.signature_name
        Plan.stand_on(self)
        self.record(EventKind.ASSESSMENT_SIGNED, by=by, reason=leaving_open)
