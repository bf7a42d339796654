"""What a person lives on, as of a day: income by source, benefits, insurance, and the part of the poverty guideline."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken
from app.models.caseload.answer import Answer
from app.models.caseload.client import Client
from app.models.caseload.poverty import PovertyArea, guideline_on


class IncomeSource(Choice):
    """Where income comes from (HMIS 4.02)."""

    EARNED = "earned", N_("Earned income")
    UNEMPLOYMENT = "unemployment", N_("Unemployment insurance")
    SSI = "ssi", N_("Supplemental Security Income (SSI)")
    SSDI = "ssdi", N_("Social Security Disability Insurance (SSDI)")
    VA_DISABILITY = "va_disability", N_("VA service-connected disability compensation")
    VA_PENSION = "va_pension", N_("VA pension, not service-connected")
    PRIVATE_DISABILITY = "private_disability", N_("Private disability insurance")
    WORKERS_COMP = "workers_comp", N_("Worker’s compensation")
    TANF = "tanf", N_("TANF")
    GENERAL_ASSISTANCE = "general_assistance", N_("General Assistance")
    SOCIAL_SECURITY = "social_security", N_("Retirement income from Social Security")
    PENSION = "pension", N_("Pension from a former job")
    CHILD_SUPPORT = "child_support", N_("Child support")
    ALIMONY = "alimony", N_("Alimony or other spousal support")
    OTHER = "other", N_("Other source")


class Benefit(Choice):
    """Help that is not cash (HMIS 4.03)."""

    SNAP = "snap", N_("SNAP (food stamps)")
    WIC = "wic", N_("WIC")
    TANF_CHILD_CARE = "tanf_child_care", N_("TANF child care")
    TANF_TRANSPORT = "tanf_transport", N_("TANF transportation")
    TANF_OTHER = "tanf_other", N_("Other TANF-funded services")
    OTHER = "other", N_("Other source")


class Insurance(Choice):
    """Health insurance (HMIS 4.04)."""

    MEDICAID = "medicaid", N_("Medicaid")
    MEDICARE = "medicare", N_("Medicare")
    SCHIP = "schip", N_("Children’s Health Insurance Program")
    VHA = "vha", N_("Veteran’s Health Administration")
    EMPLOYER = "employer", N_("Through an employer")
    COBRA = "cobra", N_("COBRA")
    PRIVATE = "private", N_("Private pay")
    STATE_ADULT = "state_adult", N_("State insurance for adults")
    INDIAN_HEALTH = "indian_health", N_("Indian Health Services")
    OTHER = "other", N_("Other")


class IncomeAmount(OfClient, Model):
    """What comes in from one source, in cents a month."""

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("income_record.id"), index=True)
    source: Mapped[IncomeSource]
    cents: Mapped[int]
    named: Mapped[str | None] = mapped_column(sa.String(100))


class IncomeRecord(OfClient, Model):
    """One statement of what a person lives on. Never changed: what changed is a new one, what was wrong is marked.

    The poverty guideline of the day is written into it, and the percentage is never worked out again.
    """

    as_of_on: Mapped[date] = mapped_column(index=True)
    income: Mapped[Answer] = mapped_column(default=Answer.NOT_COLLECTED)
    benefits: Mapped[Answer] = mapped_column(default=Answer.NOT_COLLECTED)
    benefit_kinds: Mapped[list[str] | None]
    insurance: Mapped[Answer] = mapped_column(default=Answer.NOT_COLLECTED)
    insurance_kinds: Mapped[list[str] | None]
    household_size: Mapped[int | None]
    household_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    guideline_year: Mapped[int | None]
    guideline_area: Mapped[PovertyArea | None]
    guideline_cents: Mapped[int | None]
    guideline_permille: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(sa.String(500))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    in_error_at: Mapped[datetime | None]
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship()
    amounts: Mapped[list[IncomeAmount]] = relationship(order_by=IncomeAmount.id, lazy="joined")

    @classmethod
    def of(cls, client: Client) -> sa.Select[Any]:
        """Every statement of this client, the newest day first, those in error too."""
        return sa.select(cls).where(cls.client_id == client.id).order_by(cls.as_of_on.desc(), cls.id.desc())

    @classmethod
    def newest(cls, client: Client) -> IncomeRecord | None:
        """The statement that holds now, or None."""
        return db.session.scalar(cls.of(client).where(cls.in_error_at.is_(None)).limit(1))

    @classmethod
    def write_down(
        cls,
        client: Client,
        *,
        by: User,
        as_of_on: date,
        income: Answer,
        amounts: list[IncomeAmount] | None = None,
        benefits: Answer = Answer.NOT_COLLECTED,
        benefit_kinds: list[str] | None = None,
        insurance: Answer = Answer.NOT_COLLECTED,
        insurance_kinds: list[str] | None = None,
        household_size: int | None = None,
        household_cents: int | None = None,
        note: str | None = None,
    ) -> IncomeRecord:
        """Write down what the person lives on as of a day, and pin that day's poverty guideline to it."""
        if as_of_on > clock.today():
            raise RuleBroken(N_("This day must be today or in the past."))
        for answer, given in ((income, amounts), (benefits, benefit_kinds), (insurance, insurance_kinds)):
            _check_fits(answer, given)
        record = cls(
            client=client, by=by, as_of_on=as_of_on, income=income, benefits=benefits, benefit_kinds=benefit_kinds,
            insurance=insurance, insurance_kinds=insurance_kinds, household_size=household_size,
            household_cents=household_cents, note=note, amounts=amounts or [],
        )  # fmt: skip
        for amount in record.amounts:
            amount.client_id = client.id
        record._pin_guideline()
        db.session.add(record)
        record.record(EventKind.INCOME_WRITTEN, by=by)
        return record

    def _pin_guideline(self) -> None:
        if self.household_size is None or self.counted_cents is None:
            return
        guideline = guideline_on(self.as_of_on, area=Agency.here().poverty_area, size=self.household_size)
        if guideline is not None:
            self.guideline_year, self.guideline_area = guideline.year, guideline.area
            self.guideline_cents = guideline.cents
            self.guideline_permille = guideline.permille_of(12 * self.counted_cents)

    def mark_in_error(self, *, by: User, reason: str) -> None:
        """It should not have been written; it stays readable, with the reason, and counts nowhere."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This was marked as entered in error already."))
        self.in_error_at, self.in_error_reason = clock.now(), reason
        self.record(EventKind.INCOME_IN_ERROR, by=by, reason=reason)

    @property
    def monthly_cents(self) -> int | None:
        """The person's own income of a month; None when it is not known."""
        if self.income is Answer.YES:
            return sum(amount.cents for amount in self.amounts)
        return 0 if self.income is Answer.NO else None

    @property
    def counted_cents(self) -> int | None:
        """The income of a month that is compared with the guideline: the household's where it is given, else the person's."""
        return self.household_cents if self.household_cents is not None else self.monthly_cents

    @property
    def percent(self) -> str:
        """The part of the poverty guideline with one decimal, such as 98.5; "" when it is not known."""
        return f"{self.guideline_permille / 10:,.1f}" if self.guideline_permille is not None else ""

    @property
    def benefit_labels(self) -> list[str]:
        """The help that is not cash, in words."""
        return [Benefit(code).label for code in self.benefit_kinds or []]

    @property
    def insurance_labels(self) -> list[str]:
        """The health insurance, in words."""
        return [Insurance(code).label for code in self.insurance_kinds or []]


def _check_fits(answer: Answer, given: list[Any] | None) -> None:
    """“Yes” says which, and nothing else does."""
    if answer is Answer.YES and not given:
        raise RuleBroken(N_("Say at least one, or change the answer “Yes”."))
    if answer is not Answer.YES and given:
        raise RuleBroken(N_("Answer “Yes”, or take off what is listed."))
