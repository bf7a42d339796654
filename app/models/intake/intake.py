"""Intake: what the person came for, in their words, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned

if TYPE_CHECKING:
    from app.models.caseload.case import Case


class Urgency(Choice):
    """How soon somebody must act (PRACTICE §2): now, within one business day, or in turn."""

    EMERGENCY = "emergency", N_("Emergency")
    URGENT = "urgent", N_("Urgent")
    ROUTINE = "routine", N_("Routine")


class IntakeMethod(Choice):
    """How the person reached us."""

    WALK_IN = "walk_in", N_("Walk-in")
    PHONE = "phone", N_("Phone")
    ONLINE = "online", N_("Online")
    REFERRAL_FORM = "referral_form", N_("Referral form")
    OUTREACH = "outreach", N_("Outreach")


class ReferralSource(Choice):
    """Who sent the client to us."""

    SELF = "self", N_("Self")
    FAMILY = "family", N_("Family or friend")
    TWO_ONE_ONE = "211", N_("2-1-1")
    HEALTH = "health", N_("Hospital or health")
    SCHOOL = "school", N_("School")
    COURT = "court", N_("Court or probation")
    CHILD_WELFARE = "child_welfare", N_("Child welfare")
    SHELTER = "shelter", N_("Shelter")
    AGENCY = "agency", N_("Other agency")
    OUTREACH = "outreach", N_("Outreach")
    OTHER = "other", N_("Other")


class Disposition(Choice):
    """What was decided at intake."""

    ACCEPTED = "accepted", N_("Accepted")
    WAITLISTED = "waitlisted", N_("Waitlisted")
    REFERRED = "referred", N_("Referred elsewhere")
    NOT_ELIGIBLE = "not_eligible", N_("Not eligible")
    DECLINED = "declined", N_("Client declined")
    UNREACHED = "unreached", N_("Unable to contact")
    INFORMATION = "information", N_("Information and referral only")


SCREENED_OUT = [
    Disposition.REFERRED,
    Disposition.NOT_ELIGIBLE,
    Disposition.DECLINED,
    Disposition.UNREACHED,
    Disposition.INFORMATION,
]


class Intake(Versioned, OfCase, Model):
    """One intake per case; saved as far as it goes, complete when a disposition is recorded."""

    __table_args__ = (sa.UniqueConstraint("case_id"),)

    received_on: Mapped[date]
    method: Mapped[IntakeMethod]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    referral_source: Mapped[ReferralSource | None]
    referred_by: Mapped[str | None] = mapped_column(sa.String(200))
    presenting_concern: Mapped[str | None] = mapped_column(sa.Text)
    urgency: Mapped[Urgency | None]
    immediate_needs: Mapped[str | None] = mapped_column(sa.Text)
    disposition: Mapped[Disposition | None]
    completed_on: Mapped[date | None]
    by: Mapped[User] = relationship()
    case: Mapped[Case] = relationship(back_populates="intake")

    @classmethod
    def begin(cls, case: Case, *, by: User, received_on: date, method: IntakeMethod, **details: Any) -> Intake:
        """Take down what the person came for."""
        intake = cls(case=case, client_id=case.client_id, by=by, received_on=received_on, method=method, **details)
        db.session.add(intake)
        intake.record(EventKind.INTAKE_CHANGED, by=by)
        return intake

    def rewrite(self, *, by: User, **details: Any) -> None:
        """Change the intake; once the case is closed it stays as it is."""
        self.case.check_open()
        self.change(kind=EventKind.INTAKE_CHANGED, by=by, **details)

    def missing(self) -> list[str]:
        """What is still expected before the intake counts as complete, in words."""
        wanted = [
            (self.presenting_concern, N_("the presenting concern, in the client’s words")),
            (self.referral_source, N_("the referral source")),
            (self.urgency, N_("the urgency")),
        ]
        return [words for value, words in wanted if not value]

    def complete(self, *, by: User, disposition: Disposition, leaving_open: str | None = None) -> None:
        """Record what was decided; a no at the door ends the case as “Not opened”.

        `leaving_open` is the reason for accepting somebody although something expected is missing.
        """
        self.case.check_open()
        if self.completed_on is not None:
            raise RuleBroken(N_("This intake is already complete."))
        if disposition is Disposition.ACCEPTED and self.missing() and not leaving_open:
            raise RuleBroken(N_("Something is still missing. Add it, or write why the intake is complete without it."))
        from app.models.caseload.case import CaseStatus

        self.disposition = disposition
        self.completed_on = clock.today()
        if disposition in SCREENED_OUT:
            self.case.screen_out(by=by, reason=disposition.label)
        elif disposition is Disposition.WAITLISTED and self.case.status is CaseStatus.INTAKE_PENDING:
            self.case.status = CaseStatus.WAITLISTED
        self.record(EventKind.INTAKE_COMPLETED, by=by, reason=leaving_open)
