"""Consents and releases of information: what the client allowed, for whom, until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.document import Document
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, RuleBroken, folded
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.program import SEALED, Program


class ConsentType(Choice):
    """What kind of permission it is (FIELDS §7); more kinds come with their forms."""

    SERVICES = "services", N_("Consent to services")
    RELEASE = "release", N_("Release of information")


class ConsentOutcome(Choice):
    """What the client said to it on paper."""

    SIGNED = "signed", N_("Signed")
    DECLINED = "declined", N_("Declined")


class Information(Choice):
    """The kinds of information a release may name."""

    IDENTITY = "identity", N_("Name and how to reach the client safely")
    LANGUAGE = "language", N_("Language")
    HOUSEHOLD = "household", N_("Names and ages of children")
    NEED = "need", N_("The need and the reason for the referral")
    APPOINTMENTS = "appointments", N_("Dates of appointments")
    INCOME = "income", N_("Income")
    HEALTH = "health", N_("Health")
    WORK = "work", N_("Work and training history")


class Consent(MaybeOfCase, Model):
    """A permission recorded from signed paper, in one case; a release names one recipient and ends.

    Of no case only when the client had none.
    """

    type: Mapped[ConsentType]
    outcome: Mapped[ConsentOutcome]
    signed_on: Mapped[date]
    recipient: Mapped[str | None] = mapped_column(sa.String(200))
    information: Mapped[list[str] | None]
    purpose: Mapped[str | None] = mapped_column(sa.String(500))
    expires_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    copy_given: Mapped[bool] = mapped_column(default=False)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    revoked_how: Mapped[str | None] = mapped_column(sa.String(200))
    by: Mapped[User] = relationship()
    document: Mapped[Document | None] = relationship()

    WARN_DAYS = 30

    @classmethod
    def record_signed(
        cls,
        client: Client,
        *,
        by: User,
        type: ConsentType,
        outcome: ConsentOutcome,
        signed_on: date,
        recipient: str | None = None,
        information: list[str] | None = None,
        purpose: str | None = None,
        expires_on: date | None = None,
        reason: str | None = None,
        copy_given: bool = False,
        document: Document | None = None,
        case: Case | None = None,
    ) -> Consent:
        """Write down what the client signed or declined on paper.

        A signed release must name its recipient, what may be shared, why, and when it ends (45 CFR 164.508(c)).
        """
        if signed_on > clock.today():
            raise RuleBroken(N_("The date on the paper cannot be in the future."))
        if outcome is ConsentOutcome.DECLINED and not reason:
            raise RuleBroken(N_("Write down why the client declined."))
        if type is ConsentType.RELEASE and outcome is ConsentOutcome.SIGNED:
            if not (recipient and information and purpose and expires_on):
                raise RuleBroken(N_("A release names who may get the information, what, why, and until when."))
            if expires_on <= signed_on:
                raise RuleBroken(N_("A release must end after the day it was signed."))
        consent = cls(
            client=client,
            case=case,
            by=by,
            type=type,
            outcome=outcome,
            signed_on=signed_on,
            recipient=recipient,
            information=information,
            purpose=purpose,
            expires_on=expires_on,
            reason=reason,
            copy_given=copy_given,
            document=document,
        )
        db.session.add(consent)
        consent.record(EventKind.CONSENT_RECORDED, by=by)
        return consent

    def revoke(self, *, by: User, how: str) -> None:
        """The client takes it back; sharing stops today."""
        if self.revoked_at is not None:
            raise RuleBroken(N_("This permission was already revoked."))
        self.revoked_at = clock.now()
        self.revoked_how = how
        self.record(EventKind.CONSENT_REVOKED, by=by, reason=how)

    @property
    def active(self) -> bool:
        """Whether something may be shared under it today."""
        return (
            self.outcome is ConsentOutcome.SIGNED
            and self.revoked_at is None
            and (self.expires_on is None or self.expires_on >= clock.today())
        )

    @property
    def kinds(self) -> list[Information]:
        """The kinds of information it names."""
        return [Information(code) for code in self.information or []]

    @property
    def days_left(self) -> int | None:
        """Days until it ends; None when it has no end."""
        return (self.expires_on - clock.today()).days if self.expires_on else None

    @property
    def ends_soon(self) -> bool:
        """Whether it holds, but not for much longer."""
        return self.active and self.days_left is not None and self.days_left <= self.WARN_DAYS

    @classmethod
    def of(cls, client: Client, *, reader: User) -> sa.Select[Any]:
        """Every permission on file that this person may see, newest first."""
        return cls.visible_to(reader).where(cls.client_id == client.id).order_by(*cls.newest())

    @classmethod
    def newest(cls) -> tuple[sa.UnaryExpression[Any], sa.UnaryExpression[Any]]:
        """What sorts the newest permission first."""
        return cls.signed_on.desc(), cls.id.desc()

    @classmethod
    def counting_in(cls, case: Case) -> sa.Select[Any]:
        """The permissions that count in this case, newest first.

        A sealed program relies on its own alone: a general release is not enough for what it holds (42 CFR 2.31,
        PRACTICE §7), and its own must not show anywhere else. The other programs rely on each other's.
        """
        its_case = aliased(Case)
        own = sa.select(its_case.id).where(its_case.id == cls.case_id, its_case.program_id == case.program_id)
        sealed = sa.select(Program.id).where(Program.regime.in_(SEALED))
        others = sa.select(its_case.id).where(its_case.id == cls.case_id, its_case.program_id.not_in(sealed))
        counts: sa.ColumnElement[bool]
        if case.program.regime.sealed:
            counts = own.correlate(cls).exists()
        else:
            counts = sa.or_(cls.case_id.is_(None), own.correlate(cls).exists(), others.correlate(cls).exists())
        return sa.select(cls).where(cls.client_id == case.client_id, counts).order_by(*cls.newest())

    @classmethod
    def releases_in(cls, case: Case) -> list[Consent]:
        """The releases in force under which the client's name may go somewhere from this case (gate 3), newest first."""
        releases = db.session.scalars(cls.counting_in(case).where(cls.type == ConsentType.RELEASE))
        return [release for release in releases if release.active and release.covers(Information.IDENTITY)]

    @classmethod
    def release_for(cls, case: Case, *recipients: str | None) -> Consent | None:
        """The active release under which identity may go to a recipient of one of these names (gate 3), or None."""
        wanted = {folded(recipient) for recipient in recipients if recipient}
        return next((release for release in cls.releases_in(case) if folded(release.recipient) in wanted), None)

    def covers(self, information: Information) -> bool:
        """Whether this kind of information is named on it."""
        return information.value in (self.information or [])
