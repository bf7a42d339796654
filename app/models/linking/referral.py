"""A referral: a client linked to a service, followed until we know what came of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.assessment.domain import Domain
from app.models.base import N_, Choice, Model, OfCase, RuleBroken, Versioned
from app.models.caseload.case import Case
from app.models.intake.consent import Consent, ConsentStatus, Information
from app.models.intake.intake import Urgency
from app.models.linking.naming import naming

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

# The post on the rail that each status has reached: 1 sent, 2 accepted, 3 first visit, 4 got the service.
POSTS = {
    ReferralStatus.SENT: 1,
    ReferralStatus.RECEIVED: 1,
    ReferralStatus.ACCEPTED: 2,
    ReferralStatus.WAITLISTED: 2,
    ReferralStatus.SCHEDULED: 2,
    ReferralStatus.IN_PROGRESS: 3,
    ReferralStatus.COMPLETED: 4,
}

# What may go along without the client's name; anything more could tell who it is.
NAMELESS = [Information.NEED, Information.LANGUAGE]


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


# Outcomes that need a word on how we know, and those that a referral can have which was never sent.
GOT_IT = [ReferralOutcome.RECEIVED, ReferralOutcome.PARTIAL]
NEVER_SENT = [ReferralOutcome.CLIENT_DECLINED, ReferralOutcome.NOT_NEEDED]


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


class Awaited(Choice):
    """What a referral waits for next; the page puts it into words with the dates."""

    SENDING = "sending", N_("Not sent yet")
    REPLY = "reply", N_("Waiting for a reply")
    PLACE = "place", N_("On the waitlist")
    APPOINTMENT = "appointment", N_("Waiting for the appointment")
    NEWS = "news", N_("Ask how the appointment went")
    SERVICE = "service", N_("Service has started")
    NOTHING = "nothing", N_("Nothing more")


class Hindrance(NamedTuple):
    """Something that keeps a referral from being sent: words for the worker, and whether a release would mend it."""

    text: str
    values: dict[str, Any]
    release: bool


NOT_OFFERED = N_("The directory says that %(service)s is no longer offered. Choose another service.")
TAKEN_BACK = N_("The client took back the release for %(provider)s. Do not share anything with them.")
RELEASE_ENDED = N_("The release for %(provider)s has ended. Ask the client for a new one, or send without the name.")
NO_RELEASE = N_("There is no release for %(provider)s in force. Record one, or send the referral without the name.")
NOT_COVERED = N_("The release for %(provider)s does not cover “%(information)s”. Do not share it, or record a new one.")
TOO_MUCH = N_("Without the name, share only the need and the language: “%(information)s” could tell who it is.")
NAMED = N_("This goes without the name, but what you wrote says “%(word)s”. Write “the client” instead.")


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
    ask: Mapped[str | None] = mapped_column(sa.String(1000))
    bring: Mapped[str | None] = mapped_column(sa.String(1000))
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
    follower_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    by: Mapped[User] = relationship(foreign_keys=by_id)
    follower: Mapped[User | None] = relationship(foreign_keys=follower_id)
    service: Mapped[Service | None] = relationship()
    consent: Mapped[Consent | None] = relationship()
    updates: Mapped[list[ReferralUpdate]] = relationship(order_by=ReferralUpdate.id.desc())

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
        with_identity: bool = False,
        shared: list[str] | None = None,
        **details: Any,
    ) -> Referral:
        """Write down that the client wants to be linked; nothing is sent yet. An unlisted provider is fine."""
        case.check_open()
        provider, what = _where(service, provider, what)
        referral = cls(
            case=case,
            client_id=case.client_id,
            by=by,
            domain=domain,
            type=type,
            method=method,
            service=service,
            provider=provider,
            what=what,
            with_identity=with_identity,
            shared=_in_order(shared, with_identity=with_identity),
            **details,
        )
        db.session.add(referral)
        referral.record(EventKind.REFERRAL_MADE, by=by)
        return referral

    def rewrite(
        self,
        *,
        by: User,
        service: Service | None = None,
        provider: str | None = None,
        what: str | None = None,
        with_identity: bool = False,
        shared: list[str] | None = None,
        **details: Any,
    ) -> None:
        """Change a draft; what was sent stays as it was sent."""
        self.check_draft()
        provider, what = _where(service, provider, what)
        self.change(
            kind=EventKind.REFERRAL_UPDATED,
            by=by,
            service=service,
            provider=provider,
            what=what,
            with_identity=with_identity,
            shared=_in_order(shared, with_identity=with_identity),
            **details,
        )

    @property
    def release(self) -> Consent | None:
        """The active release under which the client's name may go to this provider."""
        return release_to(self.case, self.provider, self.what)

    def obstacles_to_sending(self) -> list[Hindrance]:
        """What keeps the referral from being sent as it stands (PRACTICE §4, gate 3); empty means it may go."""
        if self.with_identity:
            return [*self._not_offered(), *self._not_released()]
        return [*self._not_offered(), *self._too_much_without_name(), *self._named_in_text()]

    def _not_offered(self) -> list[Hindrance]:
        if self.service is None or self.service.offered:
            return []
        return [Hindrance(NOT_OFFERED, {"service": self.service.name}, False)]

    def _not_released(self) -> list[Hindrance]:
        releases = Consent.addressed_to(self.case, *names_of_recipient(self.provider, self.what))
        release = next((one for one in releases if one.lets_name_in(self.case)), None)
        if release is None:
            return [Hindrance(_why_none(releases), {"provider": self.provider}, True)]
        return [
            Hindrance(NOT_COVERED, {"provider": self.provider, "information": item.label}, True)
            for item in self.information
            if not release.covers(item)
        ]

    def _too_much_without_name(self) -> list[Hindrance]:
        telling = [item for item in self.information if item not in NAMELESS]
        return [Hindrance(TOO_MUCH, {"information": item.label}, False) for item in telling]

    def _named_in_text(self) -> list[Hindrance]:
        found = naming(self.case.client, f"{self.need_text or ''}\n{self.ask or ''}\n{self.bring or ''}")
        return [Hindrance(NAMED, {"word": found}, False)] if found else []

    def send(self, *, by: User, on: date | None = None, follow_up_on: date | None = None) -> None:
        """Send it, or give the client the slip; `on` is the day it went out, today unless it is written down later.

        With the client's name only under an active release that covers all that is shared (gate 3).
        """
        self.check_draft()
        on = on or clock.today()
        if on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        hindrances = self.obstacles_to_sending()
        if hindrances:
            raise RuleBroken(hindrances[0].text, **hindrances[0].values)
        if self.with_identity:
            self._disclose(by=by, on=on)
        self.status = ReferralStatus.SENT
        self.sent_on = on
        self.follow_up_on = _not_past(follow_up_on) or usual_follow_up(self.case)
        self.record(EventKind.REFERRAL_SENT, by=by)

    def _disclose(self, *, by: User, on: date) -> None:
        release = self.release
        if release is not None and on < release.given_on:
            raise RuleBroken(N_("The release was signed after that day. The name cannot have gone out before."))
        self.consent = release
        self.record(EventKind.INFORMATION_DISCLOSED, by=by, fields=self.shared, reason=self.provider)

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
        """Record what was heard, or a try to hear; the day to ask again moves on, past an appointment to come."""
        self.check_sent()
        if status not in WAITING:
            raise RuleBroken(N_("Record what came of it as an outcome."))
        self._check_day(on)
        self.status = status
        self.follow_up_on = _not_past(follow_up_on) or _day_after(appointment_at) or self.follow_up_on
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
        """Record what came of it: service received, or why not; a draft can only turn out not to be wanted."""
        self.check_unanswered()
        self._check_day(on)
        if outcome not in self.possible_outcomes:
            raise RuleBroken(N_("This referral was never sent. It can only be declined or no longer needed."))
        if outcome in GOT_IT and confirmed_by is None:
            raise RuleBroken(N_("Say how you know that the service was received."))
        self.outcome, self.outcome_on, self.confirmed_by, self.barrier = outcome, on, confirmed_by, barrier
        self.status = ReferralStatus.COMPLETED if outcome in GOT_IT else ReferralStatus.CLOSED
        self.follow_up_on = None
        self._note(by=by, on=on, status=self.status, method=None, text=text)
        self.record(EventKind.REFERRAL_ENDED, by=by, fields=[outcome.value])

    def mistake(self, *, by: User, reason: str) -> None:
        """Entered in error: stays readable with the reason, counts nowhere."""
        if self.status is ReferralStatus.IN_ERROR:
            raise RuleBroken(N_("This referral is marked as entered in error already."))
        self.status = ReferralStatus.IN_ERROR
        self.follow_up_on = None
        self._note(by=by, on=clock.today(), status=self.status, method=None, text=reason)
        self.record(EventKind.REFERRAL_UPDATED, by=by, reason=reason)

    def check_draft(self) -> None:
        """Refuse to change or send what was sent already."""
        self.case.check_open()
        if self.status is not ReferralStatus.DRAFT:
            raise RuleBroken(N_("This referral was sent already."))

    def check_sent(self) -> None:
        """Refuse to follow up, or to print a slip of, what was never sent or has ended."""
        self.check_unanswered()
        if self.status is ReferralStatus.DRAFT:
            raise RuleBroken(N_("This referral has not been sent yet. Send it, or give the client the slip."))

    def check_named(self) -> None:
        """Refuse to let a paper go out that names the client, when no release covers that today."""
        if not self.may_be_named:
            raise RuleBroken(
                N_("This slip names the client, and no release for %(provider)s is in force. A new slip names nobody."),
                provider=self.provider,
            )

    def check_unanswered(self) -> None:
        """Refuse to say twice what came of it."""
        self.case.check_open()
        if self.status in ENDED:
            raise RuleBroken(N_("What came of this referral is on record already."))

    def _check_day(self, on: date) -> None:
        if on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        if self.sent_on is not None and on < self.sent_on:
            raise RuleBroken(N_("This cannot have happened before the referral was sent."))

    def _note(self, *, by: User, on: date, status: ReferralStatus, method: Any, text: str | None) -> None:
        update = ReferralUpdate(
            client_id=self.client_id, case_id=self.case_id, on=on, status=status, method=method, text=text, by=by
        )
        self.updates.insert(0, update)

    # -- what there is to know

    @property
    def information(self) -> list[Information]:
        """What is shared, in the order of the list."""
        return [item for item in Information if item.value in (self.shared or [])]

    @property
    def possible_outcomes(self) -> list[ReferralOutcome]:
        """What can have come of it; of a draft only that it is not wanted."""
        return NEVER_SENT if self.status is ReferralStatus.DRAFT else list(ReferralOutcome)

    @property
    def named_under(self) -> Consent | None:
        """The release under which the client's name may stand on a paper for this provider today, or None.

        The one it was sent under, or a newer one for the same recipient that covers all that is shared.
        """
        if not self.with_identity or self.consent is None:
            return None
        candidates = [self.consent] if self.consent.serves(self.case) else [self.release]
        return next((one for one in candidates if one and all(map(one.covers, self.information))), None)

    @property
    def may_be_named(self) -> bool:
        """Whether the client's name may stand on a paper for this provider today."""
        return self.named_under is not None

    @property
    def written_on(self) -> date:
        """The day it was written down."""
        return clock.local(self.created_at).date()

    @property
    def draft(self) -> bool:
        return self.status is ReferralStatus.DRAFT

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def in_error(self) -> bool:
        return self.status is ReferralStatus.IN_ERROR

    @property
    def late(self) -> bool:
        """Whether somebody should have asked by now."""
        return self.status in WAITING and self.follow_up_on is not None and self.follow_up_on < clock.today()

    @property
    def days_late(self) -> int:
        """How many days ago somebody should have asked; 0 when it is not late."""
        return (clock.today() - self.follow_up_on).days if self.late and self.follow_up_on else 0

    @property
    def days_waiting(self) -> int:
        """How many days ago it was sent."""
        return (clock.today() - self.sent_on).days if self.sent_on else 0

    @property
    def awaited(self) -> Awaited:
        """What has to happen next."""
        if self.ended:
            return Awaited.NOTHING
        if self.status is ReferralStatus.IN_PROGRESS:
            return Awaited.SERVICE
        if self.appointment_at is not None and self.status in (ReferralStatus.ACCEPTED, ReferralStatus.SCHEDULED):
            return Awaited.APPOINTMENT if self.appointment_at > clock.now() else Awaited.NEWS
        steps = {ReferralStatus.DRAFT: Awaited.SENDING, ReferralStatus.WAITLISTED: Awaited.PLACE}
        accepted = (ReferralStatus.ACCEPTED, ReferralStatus.SCHEDULED)
        return Awaited.APPOINTMENT if self.status in accepted else steps.get(self.status, Awaited.REPLY)

    @property
    def posts_passed(self) -> int:
        """How far along the rail: 1 sent, 2 accepted, 3 first visit, 4 got the service; a no keeps how far it came."""
        if not self.ended or self.status is ReferralStatus.COMPLETED:
            return POSTS.get(self.status, 0)
        return max([POSTS.get(update.status, 0) for update in self.updates], default=0) or int(self.sent_on is not None)

    def reached_on(self, post: int) -> date | None:
        """The day on which it was first heard that it had come just this far, or further on the way, or None."""
        if post == 1:
            return self.sent_on
        heard = [update for update in self.updates if update.status in WAITING or POSTS.get(update.status) == post]
        return min((update.on for update in heard if POSTS[update.status] >= post), default=None)


def usual_follow_up(case: Case) -> date:
    """The day to ask again by the program's clock, counted from today."""
    return clock.today() + timedelta(days=case.program.referral_days)


def release_to(case: Case, provider: str, what: str) -> Consent | None:
    """The active release under which a client's name may go to this provider from this case.

    It must name the provider, alone or with the service; a service of that name elsewhere is somebody else.
    """
    return Consent.release_for(case, *names_of_recipient(provider, what))


def names_of_recipient(provider: str, what: str) -> tuple[str, str]:
    """The names by which a release may call this provider."""
    return provider, f"{provider} {what}"


def _why_none(releases: list[Consent]) -> str:
    """Why there is none in force: the newest was taken back or has ended, or there never was one that fits."""
    newest = releases[0].status if releases else None
    reasons = {ConsentStatus.REVOKED: TAKEN_BACK, ConsentStatus.EXPIRED: RELEASE_ENDED}
    return reasons.get(newest, NO_RELEASE) if newest is not None else NO_RELEASE


def _where(service: Service | None, provider: str | None, what: str | None) -> tuple[str, str]:
    """The provider and the service by name, as they are kept even when the directory changes."""
    if service is not None:
        provider, what = service.organization.name, service.name
    if not provider:
        raise RuleBroken(N_("Choose a service, or write the provider’s name."))
    return provider[:250], (what or provider)[:300]


def _in_order(shared: list[str] | None, *, with_identity: bool) -> list[str] | None:
    """What is shared, in the order of the list; the identity exactly when the referral goes with the name."""
    wanted = {*(shared or [])} - {Information.IDENTITY.value}
    if with_identity:
        wanted.add(Information.IDENTITY.value)
    return [item.value for item in Information if item.value in wanted] or None


def _day_after(moment: datetime | None) -> date | None:
    """The day after an appointment that is still to come."""
    return clock.local(moment).date() + timedelta(days=1) if moment is not None and moment > clock.now() else None


def _not_past(day: date | None) -> date | None:
    if day is not None and day < clock.today():
        raise RuleBroken(N_("Choose today or a later day to ask again."))
    return day
