"""A referral: a client linked to a service, followed until we know what came of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.domain import Domain
from app.models.base import Choice, Model, N_, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Case
from app.models.intake.consent import Consent
from app.models.intake.intake import Urgency

if TYPE_CHECKING:
    from app.models.linking.directory import Service


class ReferralType(Choice):
    """How much we do (FIELDS §6)."""

    INFORMATION = "information", N_("Information given")
    REFERRAL = "referral", N_("Referral")
    WARM_HANDOFF = "warm_handoff", N_("Warm hand-off")
    APPLICATION = "application", N_("Application assistance")
    ACCOMPANIMENT = "accompaniment", N_("Accompaniment")


class ReferralMethod(Choice):
    """How it reaches the provider."""

    PHONE = "phone", N_("Phone")
    FAX = "fax", N_("Fax")
    EMAIL = "email", N_("Email")
    LETTER = "letter", N_("Letter")
    PORTAL = "portal", N_("Portal")
    IN_PERSON = "in_person", N_("In person")
    SELF = "self", N_("Client self-refers")


class ReferralStatus(Choice):
    """Where it is; what came of it is the outcome."""

    DRAFT = "draft", N_("Draft")
    SENT = "sent", N_("Sent")
    RECEIVED = "received", N_("Received")
    ACCEPTED = "accepted", N_("Accepted")
    WAITLISTED = "waitlisted", N_("Waitlisted")
    SCHEDULED = "scheduled", N_("Appointment scheduled")
    IN_PROGRESS = "in_progress", N_("In progress")
    COMPLETED = "completed", N_("Completed")
    CLOSED = "closed", N_("Closed")
    IN_ERROR = "in_error", N_("Entered in error")


WAITING = [
    ReferralStatus.SENT,
    ReferralStatus.RECEIVED,
    ReferralStatus.ACCEPTED,
    ReferralStatus.WAITLISTED,
    ReferralStatus.SCHEDULED,
    ReferralStatus.IN_PROGRESS,
]
ENDED = [ReferralStatus.COMPLETED, ReferralStatus.CLOSED, ReferralStatus.IN_ERROR]


class ReferralOutcome(Choice):
    """What came of it; a no is an outcome with a reason."""

    RECEIVED = "received", N_("Service received")
    PARTIAL = "partial", N_("Partially received")
    CLIENT_DECLINED = "client_declined", N_("Declined by client")
    NOT_ELIGIBLE = "not_eligible", N_("Declined by provider – not eligible")
    NO_CAPACITY = "no_capacity", N_("Declined by provider – no capacity or waitlist closed")
    NO_FUNDS = "no_funds", N_("Declined by provider – no funds")
    PROVIDER_OTHER = "provider_other", N_("Declined by provider – other")
    NO_SHOW = "no_show", N_("No show")
    UNREACHED = "unreached", N_("Unable to contact client")
    NO_RESPONSE = "no_response", N_("No response from provider")
    NOT_NEEDED = "not_needed", N_("No longer needed")


class ConfirmedBy(Choice):
    """How we know."""

    CLIENT = "client", N_("Client")
    PROVIDER = "provider", N_("Provider")
    DOCUMENT = "document", N_("Document")
    OBSERVED = "observed", N_("Worker observed")


class Barrier(Choice):
    """What stood in the way."""

    TRANSPORTATION = "transportation", N_("Transportation")
    INSURANCE = "insurance", N_("Insurance")
    DOCUMENTS = "documents", N_("Documents or ID")
    CHILD_CARE = "child_care", N_("Child care")
    LANGUAGE = "language", N_("Language")
    PHONE = "phone", N_("Phone access")
    COST = "cost", N_("Cost")
    HOURS = "hours", N_("Hours")
    LEGAL = "legal", N_("Legal")
    FEAR = "fear", N_("Fear or stigma")
    OTHER = "other", N_("Other")


class ReferralUpdate(OfCase, Model):
    """One thing heard about a referral, or one try to hear: when, how, what."""

    referral_id: Mapped[int] = mapped_column(sa.ForeignKey("referral.id"), index=True)
    on: Mapped[date]
    method: Mapped[ReferralMethod | None]
    status: Mapped[ReferralStatus]
    text: Mapped[str | None] = mapped_column(sa.String(1000))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()


class Referral(Versioned, OfCase, Model):
    """One client sent to one service, or to a provider written down by name."""

    service_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service.id"), index=True)
    provider: Mapped[str] = mapped_column(sa.String(250))
    what: Mapped[str] = mapped_column(sa.String(300))
    contact: Mapped[str | None] = mapped_column(sa.String(200))
    domain: Mapped[Domain]
    goal_thread: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.ROUTINE)
    type: Mapped[ReferralType]
    method: Mapped[ReferralMethod]
    need_text: Mapped[str | None] = mapped_column(sa.String(2000))
    with_identity: Mapped[bool] = mapped_column(default=False)
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"))
    shared: Mapped[list[str] | None]
    appointment_at: Mapped[datetime | None]
    status: Mapped[ReferralStatus] = mapped_column(default=ReferralStatus.DRAFT, index=True)
    sent_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    outcome: Mapped[ReferralOutcome | None]
    outcome_on: Mapped[date | None]
    confirmed_by: Mapped[ConfirmedBy | None]
    barrier: Mapped[Barrier | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()
    service: Mapped[Service | None] = relationship()
    consent: Mapped[Consent | None] = relationship()
    updates: Mapped[list[ReferralUpdate]] = relationship(order_by=ReferralUpdate.id.desc(), lazy="selectin")

    @classmethod
    def of(cls, case: Case) -> sa.Select[Any]:
        """The referrals of a case: open ones first, then newest first."""
        good = cls.status != ReferralStatus.IN_ERROR
        ended = cls.status.in_(ENDED)
        return sa.select(cls).where(cls.case_id == case.id, good).order_by(ended, cls.id.desc())

    @classmethod
    def make(
        cls,
        case: Case,
        *,
        by: User,
        domain: Domain,
        type: ReferralType,
        method: ReferralMethod,
        service: Service | None = None,
        provider: str | None = None,
        what: str | None = None,
        **details: Any,
    ) -> Referral:
        """Write down that the client wants to be linked; nothing is sent yet. An unlisted provider is fine."""
        case.check_open()
        if service is not None:
            provider = service.organization.name
            what = service.name
        if not provider:
            raise RuleBroken(N_("Choose a service, or write the provider’s name."))
        referral = cls(
            case=case,
            client_id=case.client_id,
            by=by,
            domain=domain,
            type=type,
            method=method,
            service=service,
            provider=provider[:250],
            what=(what or provider)[:300],
            **details,
        )
        db.session.add(referral)
        referral.record(EventKind.REFERRAL_MADE, by=by)
        return referral

    @property
    def release(self) -> Consent | None:
        """The active release under which the client's name may go to this provider."""
        return Consent.release_for(self.case.client, self.provider, self.what)

    def send(self, *, by: User, follow_up_on: date | None = None) -> None:
        """Send it, or give the client the slip. With the client's name only under an active release (gate 3)."""
        self.case.check_open()
        if self.status is not ReferralStatus.DRAFT:
            raise RuleBroken(N_("This referral was sent already."))
        if self.with_identity:
            release = self.release
            if release is None:
                raise RuleBroken(
                    N_("There is no release for %(provider)s in force. Record one, or send the referral without the name."),
                    provider=self.provider,
                )
            self.consent = release
            self.record(EventKind.INFORMATION_DISCLOSED, by=by, fields=self.shared or ["identity"], reason=self.provider)
        self.status = ReferralStatus.SENT
        self.sent_on = clock.today()
        days = self.case.program.referral_days
        self.follow_up_on = follow_up_on or clock.today() + timedelta(days=days)
        self.record(EventKind.REFERRAL_SENT, by=by)

    def hear(
        self,
        *,
        by: User,
        status: ReferralStatus,
        on: date,
        method: ReferralMethod | None = None,
        text: str | None = None,
        follow_up_on: date | None = None,
        appointment_at: datetime | None = None,
    ) -> None:
        """Record what was heard, or a try to hear; the next follow-up moves on."""
        self._check_waiting()
        if status not in WAITING:
            raise RuleBroken(N_("Record what came of it as an outcome."))
        if on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        self.status = status
        self.follow_up_on = follow_up_on or self.follow_up_on
        self.appointment_at = appointment_at or self.appointment_at
        self._note(by=by, on=on, status=status, method=method, text=text)
        self.record(EventKind.REFERRAL_UPDATED, by=by)

    def end(
        self,
        *,
        by: User,
        outcome: ReferralOutcome,
        on: date,
        confirmed_by: ConfirmedBy | None = None,
        barrier: Barrier | None = None,
        text: str | None = None,
    ) -> None:
        """Record what came of it: service received, or why not."""
        self._check_waiting()
        if on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        received = outcome in (ReferralOutcome.RECEIVED, ReferralOutcome.PARTIAL)
        if received and confirmed_by is None:
            raise RuleBroken(N_("Say how you know that the service was received."))
        self.outcome, self.outcome_on, self.confirmed_by, self.barrier = outcome, on, confirmed_by, barrier
        self.status = ReferralStatus.COMPLETED if received else ReferralStatus.CLOSED
        self.follow_up_on = None
        self._note(by=by, on=on, status=self.status, method=None, text=text)
        self.record(EventKind.REFERRAL_ENDED, by=by, fields=[outcome.value])

    def mistake(self, *, by: User, reason: str) -> None:
        """Entered in error: stays readable, counts nowhere."""
        self.status = ReferralStatus.IN_ERROR
        self.follow_up_on = None
        self.record(EventKind.REFERRAL_UPDATED, by=by, reason=reason)

    def _check_waiting(self) -> None:
        self.case.check_open()
        if self.status in ENDED:
            raise RuleBroken(N_("What came of this referral is on record already."))

    def _note(self, *, by: User, on: date, status: ReferralStatus, method: Any, text: str | None) -> None:
        self.updates.append(
            ReferralUpdate(
                client_id=self.client_id, case_id=self.case_id, on=on, status=status, method=method, text=text, by=by
            )
        )

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def late(self) -> bool:
        """Whether somebody should have asked by now."""
        return not self.ended and self.follow_up_on is not None and self.follow_up_on < clock.today()

    @property
    def posts_passed(self) -> int:
        """How far along the rail: 1 sent, 2 accepted, 3 first visit, 4 got the service."""
        order = {
            ReferralStatus.DRAFT: 0,
            ReferralStatus.SENT: 1,
            ReferralStatus.RECEIVED: 1,
            ReferralStatus.ACCEPTED: 2,
            ReferralStatus.WAITLISTED: 2,
            ReferralStatus.SCHEDULED: 2,
            ReferralStatus.IN_PROGRESS: 3,
            ReferralStatus.COMPLETED: 4,
        }
        return order.get(self.status, 1)
