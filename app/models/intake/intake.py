"""Intake: what the person came for, in their words, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.poverty import PovertyArea, guideline_on
from app.models.intake.choices import Determination, IntakeMethod, ReferralSource, SafetyScreen, Urgency

__all__ = [
    "SCREENED_OUT",
    "Determination",
    "Disposition",
    "Intake",
    "IntakeDecision",
    "IntakeMethod",
    "Lack",
    "ReferralSource",
    "SafetyScreen",
    "Urgency",
    "triage_rank",
]

if TYPE_CHECKING:
    from app.models.caseload.case import Case
    from app.models.intake.requirement import Standing


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


class Lack(NamedTuple):
    """Something still expected before an intake counts as complete: words, and what fills their places."""

    text: str
    values: dict[str, str]


class IntakeDecision(OfCase, Model):
    """One decision about an intake: a person who waits is decided about again, and the first decision stays on record."""

    intake_id: Mapped[int] = mapped_column(sa.ForeignKey("intake.id"), index=True)
    disposition: Mapped[Disposition]
    on: Mapped[date] = mapped_column(default=clock.today)
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()


class Intake(Versioned, OfCase, Model):
    """One intake per case; saved as far as it goes, complete when a disposition is recorded.

    `monthly_income` is in cents, of the whole household. The percentage of the poverty level is pinned with its year
    when household, income or area are written down, and is never reckoned again by itself.
    """

    __table_args__ = (sa.UniqueConstraint("case_id"),)

    received_on: Mapped[date]
    method: Mapped[IntakeMethod]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    safety: Mapped[SafetyScreen | None]
    referral_source: Mapped[ReferralSource | None]
    referred_by: Mapped[str | None] = mapped_column(sa.String(200))
    presenting_concern: Mapped[str | None] = mapped_column(sa.Text)
    urgency: Mapped[Urgency | None]
    immediate_needs: Mapped[str | None] = mapped_column(sa.Text)
    other_agencies: Mapped[str | None] = mapped_column(sa.String(1000))
    household_size: Mapped[int | None]
    monthly_income: Mapped[int | None]
    poverty_area: Mapped[PovertyArea | None]
    poverty_year: Mapped[int | None]
    poverty_percent: Mapped[int | None]
    determination: Mapped[Determination | None]
    disposition: Mapped[Disposition | None]
    completed_on: Mapped[date | None]
    by: Mapped[User] = relationship()
    case: Mapped[Case] = relationship(back_populates="intake")
    decisions: Mapped[list[IntakeDecision]] = relationship(order_by=IntakeDecision.id)

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

    def determine(
        self,
        *,
        by: User,
        determination: Determination | None = None,
        household_size: int | None = None,
        monthly_income: int | None = None,
        poverty_area: PovertyArea | None = None,
    ) -> None:
        """Write down who the household is, what it has, and whether the person is eligible; pins the poverty level."""
        self.case.check_open()
        basis = {"household_size": household_size, "monthly_income": monthly_income, "poverty_area": poverty_area}
        pinned: dict[str, int | None] = {}
        if any(getattr(self, name) != value for name, value in basis.items()):
            pinned = _pinned(household_size, monthly_income, poverty_area or PovertyArea.CONTIGUOUS)
        self.change(kind=EventKind.INTAKE_CHANGED, by=by, determination=determination, **basis, **pinned)

    @property
    def triage(self) -> Urgency | None:
        """How soon somebody must act: danger is an emergency, whatever else was chosen (`triage_rank`, for a query)."""
        return Urgency.EMERGENCY if self.safety is SafetyScreen.DANGER else self.urgency

    def missing(self, standing: list[Standing] | None = None) -> list[Lack]:
        """What is still expected before the intake counts as complete: of its fields, and of what the program asks.

        `standing` is how the program's requirements stand, where that is known already.
        """
        from app.models.intake.requirement import RequirementKind, standing_in

        wanted: list[tuple[Any, str]] = [
            (self.safety, N_("the safety question")),
            (self.presenting_concern, N_("the presenting concern, in the client’s words")),
            (self.referral_source, N_("the referral source")),
            (self.urgency, N_("the urgency")),
        ]
        standing = standing_in(self.case) if standing is None else standing
        if any(line.requirement.kind is RequirementKind.CRITERION for line in standing):
            eligible = self.determination is Determination.ELIGIBLE
            wanted.append((eligible or None, N_("that the person is eligible")))
        return [Lack(words, {}) for value, words in wanted if not value] + [
            Lack(line.lack, {"words": line.requirement.text}) for line in standing if line.lack
        ]

    def complete(self, *, by: User, disposition: Disposition, leaving_open: str | None = None) -> None:
        """Record what was decided; a no at the door ends the case as “Not opened”, and who waits is decided about again.

        `leaving_open` is the reason for accepting somebody although something expected is missing.
        """
        self.case.check_open()
        waits = self.disposition is Disposition.WAITLISTED
        if self.completed_on is not None and not waits:
            raise RuleBroken(N_("This intake is already complete."))
        if waits and disposition is Disposition.WAITLISTED:
            raise RuleBroken(N_("%(name)s is on the waitlist already."), name=self.case.client.first)
        if disposition is Disposition.ACCEPTED and not leaving_open and self.missing():
            raise RuleBroken(N_("Something is still missing. Add it, or write why the intake is complete without it."))
        self.disposition = disposition
        self.completed_on = clock.today()
        self.decisions.append(
            IntakeDecision(
                case=self.case, client_id=self.client_id, disposition=disposition, by=by, reason=leaving_open
            )
        )
        if disposition in SCREENED_OUT:
            self.case.screen_out(by=by, reason=disposition.label)
        elif disposition is Disposition.WAITLISTED:
            self.case.wait(by=by)
        else:
            self.case.admit(by=by)
        self.record(EventKind.INTAKE_COMPLETED, by=by, reason=leaving_open)

    @classmethod
    def last_program_of(cls, user: User) -> int | None:
        """The program into which this person took somebody in last."""
        from app.models.caseload.case import Case

        theirs = sa.select(Case.program_id).join(cls, cls.case_id == Case.id).where(cls.by_id == user.id)
        return db.session.scalar(theirs.order_by(cls.id.desc()).limit(1))

    @property
    def decidable(self) -> bool:
        """Whether a decision is still to be made."""
        return self.completed_on is None or self.disposition is Disposition.WAITLISTED


def _pinned(household_size: int | None, monthly_income: int | None, area: PovertyArea) -> dict[str, int | None]:
    """The percentage of the poverty level with the year it was reckoned by; nothing where something is unknown."""
    size = household_size or 0
    guideline = guideline_on(clock.today(), area=area, size=size) if size and monthly_income is not None else None
    if guideline is None or monthly_income is None:
        return {"poverty_year": None, "poverty_percent": None}
    percent = guideline.percent_held_against_a_limit(12 * monthly_income)
    return {"poverty_year": guideline.year, "poverty_percent": percent}


def triage_rank() -> sa.ColumnElement[int]:
    """An intake's triage as a number for a query: 0 emergency, 1 urgent, 2 routine, 3 not decided."""
    return sa.case(
        (sa.or_(Intake.safety == SafetyScreen.DANGER, Intake.urgency == Urgency.EMERGENCY), 0),
        (Intake.urgency == Urgency.URGENT, 1),
        (Intake.urgency == Urgency.ROUTINE, 2),
        else_=3,
    )
