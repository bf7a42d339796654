"""Consents and releases of information: what the client allowed, for whom, until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.document import Document, PaperKind, code_for
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, MaybeOfCase, Model, RuleBroken, Versioned, folded
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.program import SEALED, Program, Regime
from app.models.intake.consent_rules import COPY_DUE, check_signers, check_type, lacking
from app.models.intake.consent_terms import (
    FITTING,
    NAMING,
    RELEASES,
    ConsentOutcome,
    ConsentStatus,
    ConsentType,
    Direction,
    Expiry,
    Information,
    Manner,
)
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole

__all__ = [
    "Consent",
    "ConsentOutcome",
    "ConsentStatus",
    "ConsentType",
    "Direction",
    "Expiry",
    "Information",
    "Manner",
]

# What a worker writes in a draft; all of it is final once the paper is ready for signature.
TERMS = (
    "type", "direction", "discloser", "recipient", "to_class", "intermediary", "members", "information",
    "information_other", "from_on", "to_on", "purpose", "expiry", "expires_on", "expires_when", "conditions", "risks",
    "alone_reason",
)  # fmt: skip


class Consent(Versioned, MaybeOfCase, Model):
    """A permission of the client on paper, in one case; a release names one recipient and ends.

    Of no case only when the client had none. Where it stands follows from its rows: see `status`.
    """

    type: Mapped[ConsentType]
    regime: Mapped[Regime] = mapped_column(default=Regime.STANDARD, server_default=Regime.STANDARD.value)
    outcome: Mapped[ConsentOutcome | None]
    signed_on: Mapped[date | None]
    direction: Mapped[Direction] = mapped_column(default=Direction.RELEASE, server_default=Direction.RELEASE.value)
    discloser: Mapped[str | None] = mapped_column(sa.String(200))
    recipient: Mapped[str | None] = mapped_column(sa.String(200))
    to_class: Mapped[bool] = mapped_column(default=False)
    intermediary: Mapped[bool] = mapped_column(default=False)
    members: Mapped[str | None] = mapped_column(sa.String(500))
    information: Mapped[list[str] | None]
    information_other: Mapped[str | None] = mapped_column(sa.String(500))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    purpose: Mapped[str | None] = mapped_column(sa.String(500))
    expiry: Mapped[Expiry] = mapped_column(default=Expiry.DAY, server_default=Expiry.DAY.value)
    expires_on: Mapped[date | None]
    expires_when: Mapped[str | None] = mapped_column(sa.String(200))
    conditions: Mapped[str | None] = mapped_column(sa.String(500))
    risks: Mapped[str | None] = mapped_column(sa.String(2000))
    risks_explained: Mapped[bool] = mapped_column(default=False)
    alone_reason: Mapped[str | None] = mapped_column(sa.String(300))
    parent_safe: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    copy_given: Mapped[bool] = mapped_column(default=False)
    copy_given_on: Mapped[date | None]
    no_copy_reason: Mapped[str | None] = mapped_column(sa.String(300))
    code: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    frozen_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None]
    revoked_manner: Mapped[Manner | None]
    revoked_how: Mapped[str | None] = mapped_column(sa.String(200))
    ended_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    in_error_at: Mapped[datetime | None]
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship()
    document: Mapped[Document | None] = relationship()
    signatures: Mapped[list[Signature]] = relationship(order_by=Signature.id, cascade="save-update, merge")

    WARN_DAYS = 30

    # -- preparing one, printing it, signing it

    @classmethod
    def prepare(cls, case: Case, *, by: User, type: ConsentType, **terms: Any) -> Consent:
        """Begin a permission that will be printed and signed; a draft lets nothing out and may lack anything."""
        case.check_open()
        check_type(type, case.program.regime)
        consent = cls(case=case, client_id=case.client_id, client=case.client, by=by, type=type, **_usual(type, terms))
        consent.regime = case.program.regime
        consent.discloser = consent.discloser or Agency.here().name[:200]
        db.session.add(consent)
        consent.record(EventKind.CONSENT_PREPARED, by=by)
        return consent

    def rewrite(self, *, by: User, type: ConsentType, **terms: Any) -> None:
        """Change a draft; what is ready for signature, or was signed, stays as it is."""
        self.check_draft()
        check_type(type, self.regime)
        self.change(kind=EventKind.CONSENT_CHANGED, by=by, type=type, **_usual(type, terms))

    def obstacles_to_signing(self) -> list[str]:
        """What its program's rules still ask for before it may be signed; empty means that it may be printed."""
        return lacking(self, on=clock.today())

    def freeze(self, *, by: User) -> None:
        """Make it ready for signature: its text is final and has a code; the paper is issued with it."""
        self.check_draft()
        assert self.case is not None
        if self.case.program.regime is not self.regime:
            raise RuleBroken(N_("The program’s rules have changed since. Begin a new one."))
        obstacles = self.obstacles_to_signing()
        if obstacles:
            raise RuleBroken(obstacles[0])
        self.frozen_at = clock.now()
        self.code = code_for(PaperKind.RELEASE, self.client.number or "", self.id)
        self.record(EventKind.CONSENT_FROZEN, by=by)

    def record_answers(
        self,
        *,
        by: User,
        signatures: list[Signature],
        information: list[str] | None = None,
        expires_on: date | None = None,
        risks_explained: bool = False,
        parent_safe: bool = False,
        copy_given_on: date | None = None,
        no_copy_reason: str | None = None,
    ) -> None:
        """Write down what came back on paper: per signer the outcome, what was ticked, and an earlier end.

        It is in force when everybody signed who must. When nobody signed for the client, it was declined.
        """
        self.check_ready()
        self._take(signatures, by=by, not_before=self.frozen_on)
        self.risks_explained, self.parent_safe = risks_explained, parent_safe
        answers = [s for s in self.signatures if s.for_client]
        if not answers:
            raise RuleBroken(N_("Record the client’s signature, or why there is none."))
        if not any(answer.signed for answer in answers):
            self._close(ConsentOutcome.DECLINED, on=clock.today(), reason=answers[0].reason, by=by)
            return
        self._narrow(information, expires_on)
        self._check_copy(copy_given_on, no_copy_reason)
        on = max(answer.signed_on for answer in answers if answer.signed_on is not None)
        check_signers(self, self.signatures, on=on)
        self._check_risks()
        self._close(ConsentOutcome.SIGNED, on=on, by=by)

    @classmethod
    def record_signed(
        cls,
        client: Client,
        *,
        by: User,
        type: ConsentType,
        outcome: ConsentOutcome,
        signed_on: date,
        case: Case | None = None,
        reason: str | None = None,
        copy_given: bool = False,
        no_copy_reason: str | None = None,
        risks_explained: bool = False,
        parent_safe: bool = False,
        representative: str | None = None,
        authority: str | None = None,
        document: Document | None = None,
        **terms: Any,
    ) -> Consent:
        """Write down what the client signed or declined on a paper that was not printed here.

        A signed release must hold all that the rules of its program ask for (PRACTICE §8). Where two people must sign,
        the paper is printed here and each signature recorded.
        """
        if signed_on > clock.today():
            raise RuleBroken(N_("The date on the paper cannot be in the future."))
        if case is not None and case.client_id != client.id:
            raise RuleBroken(N_("This case is another client’s."))
        if outcome is ConsentOutcome.DECLINED and not reason:
            raise RuleBroken(N_("Write down why the client declined."))
        regime = _regime_of(client, case)
        check_type(type, regime)
        consent = cls(
            client=client, case=case, by=by, type=type, regime=regime, document=document, **_usual(type, terms)
        )
        consent.discloser = consent.discloser or (Agency.here().name[:200] if type.release else None)
        consent.risks_explained, consent.parent_safe = risks_explained, parent_safe
        if outcome is ConsentOutcome.SIGNED:
            obstacles = lacking(consent, on=signed_on)
            if obstacles:
                raise RuleBroken(obstacles[0])
            consent._check_risks()
            consent._check_copy(signed_on if copy_given else None, no_copy_reason)
        row = consent._row_on_paper(outcome, signed_on, reason, representative, authority)
        if outcome is ConsentOutcome.SIGNED:
            check_signers(consent, [row], on=signed_on)
        db.session.add(consent)
        db.session.flush()
        consent._take([row], by=by, not_before=date.min)
        consent._close(outcome, on=signed_on, reason=reason, by=by)
        return consent

    def _row_on_paper(
        self, outcome: ConsentOutcome, on: date, reason: str | None, representative: str | None, authority: str | None
    ) -> Signature:
        """The one signature of a paper that was not printed here: the client's, or whose who stands for them."""
        signed = outcome is ConsentOutcome.SIGNED
        return Signature(
            role=SignerRole.REPRESENTATIVE if representative else SignerRole.CLIENT,
            printed_name=(representative or self.client.name)[:160],
            authority=authority if representative else None,
            outcome=SignatureOutcome.SIGNED if signed else SignatureOutcome.DECLINED,
            method=SignatureMethod.INK if signed else None,
            signed_on=on if signed else None,
            reason=None if signed else reason,
        )

    def _take(self, signatures: list[Signature], *, by: User, not_before: date) -> None:
        for signature in signatures:
            signature.check(not_before=not_before, not_after=clock.today())
            signature.client_id, signature.case_id, signature.by = self.client_id, self.case_id, by
        self.signatures.extend(signatures)

    def _narrow(self, information: list[str] | None, expires_on: date | None) -> None:
        """On paper the client may have ticked less than was asked, or written an earlier end; never more."""
        if information is not None:
            if set(information) - set(self.information or []):
                raise RuleBroken(N_("The paper did not ask for that. Print a new release for it."))
            if not information and not self.information_other:
                raise RuleBroken(N_("Nothing was ticked: then it was declined. Record that, with the reason."))
            self.information = [kind.value for kind in Information if kind.value in information] or None
        if expires_on is not None and expires_on != self.expires_on:
            if self.expires_on is not None and expires_on > self.expires_on:
                raise RuleBroken(N_("On paper it can only end earlier than was printed."))
            if expires_on <= self.frozen_on:
                raise RuleBroken(N_("A release must end after the day it was signed."))
            self.expires_on = expires_on

    def _check_copy(self, given_on: date | None, no_copy_reason: str | None) -> None:
        """Under HIPAA, Part 2 and VAWA the client gets a copy, unless they did not want one: it may not be safe at home."""
        if self.type.release and self.regime in COPY_DUE and given_on is None and not no_copy_reason:
            raise RuleBroken(N_("Give the client a copy, or write why they did not want one."))
        if given_on is not None and given_on > clock.today():
            raise RuleBroken(N_("The day the copy was given cannot be in the future."))
        self.copy_given, self.copy_given_on = given_on is not None, given_on
        self.no_copy_reason = None if given_on is not None else no_copy_reason

    def _check_risks(self) -> None:
        if self.type is ConsentType.VICTIM_SERVICES and not self.risks_explained:
            raise RuleBroken(N_("Explain to the client what is good and what is risky about it, before they sign."))

    def _close(self, outcome: ConsentOutcome, *, on: date, by: User, reason: str | None = None) -> None:
        self.outcome, self.signed_on, self.reason = outcome, on, reason
        self.record(EventKind.CONSENT_RECORDED, by=by)
        if outcome is ConsentOutcome.SIGNED and self.type.release:
            self._take_the_place_of_older(by=by)

    def _take_the_place_of_older(self, *, by: User) -> None:
        """What the client signed last for this recipient is what holds, also when it allows less."""
        same = sa.select(Consent).where(
            Consent.client_id == self.client_id,
            Consent.id != self.id,
            Consent.type == self.type,
            Consent.case_id == self.case_id if self.case_id is not None else Consent.case_id.is_(None),
            Consent.direction == self.direction,
            Consent.outcome == ConsentOutcome.SIGNED,
        )
        for older in db.session.scalars(same):
            recipients_agree = (folded(older.recipient), older.to_class) == (folded(self.recipient), self.to_class)
            if older.active and recipients_agree and older.given_on <= self.given_on:
                older.superseded_at = clock.now()
                older.record(EventKind.CONSENT_SUPERSEDED, by=by)

    def attach(self, document: Document) -> None:
        """Keep the scan of the signed paper with it."""
        if self.outcome is None:
            raise RuleBroken(N_("Record first what came back on paper."))
        self.document = document

    # -- how it ends

    def revoke(self, *, by: User, how: str | None = None, manner: Manner = Manner.ORAL) -> None:
        """The client takes it back, in writing or by a word; sharing stops with the next request."""
        self._check_signed()
        if self.type.receipt:
            raise RuleBroken(N_("A receipt only says that the client got something. There is nothing to take back."))
        if self.revoked_at is not None:
            raise RuleBroken(N_("This permission was already revoked."))
        self.revoked_at = clock.now()
        self.revoked_manner, self.revoked_how = manner, how
        self.record(EventKind.CONSENT_REVOKED, by=by, reason=how)

    def come_to_its_end(self, *, by: User) -> None:
        """What it was to end with has happened."""
        self._check_signed()
        if self.expiry not in (Expiry.EVENT, Expiry.TREATMENT) or not self.active:
            raise RuleBroken(N_("This permission does not wait for something to happen."))
        self.ended_at = clock.now()
        self.record(EventKind.CONSENT_ENDED, by=by)

    def mistake(self, *, by: User, reason: str) -> None:
        """It is wrong, or a draft that is not wanted: it stays readable and allows nothing."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This is marked as entered in error already."))
        self.in_error_at, self.in_error_reason = clock.now(), reason
        self.record(EventKind.CONSENT_IN_ERROR, by=by, reason=reason)

    def check_draft(self) -> None:
        """Refuse to change what is final."""
        if self.case is not None:
            self.case.check_open()
        if self.status is not ConsentStatus.DRAFT:
            raise RuleBroken(N_("This paper is final and cannot be changed. Begin a new one."))

    def check_ready(self) -> None:
        """Refuse to record signatures on anything but a paper that waits for them."""
        if self.status is not ConsentStatus.READY:
            raise RuleBroken(N_("Only a paper that waits for signature can be recorded as signed."))

    def _check_signed(self) -> None:
        if self.outcome is not ConsentOutcome.SIGNED or self.in_error_at is not None:
            raise RuleBroken(N_("This permission was not signed: there is nothing to take back."))

    # -- what there is to know

    @property
    def status(self) -> ConsentStatus:
        """Where it stands today."""
        if self.in_error_at is not None:
            return ConsentStatus.IN_ERROR
        if self.outcome is None:
            return ConsentStatus.READY if self.frozen_at is not None else ConsentStatus.DRAFT
        if self.outcome is ConsentOutcome.DECLINED:
            return ConsentStatus.DECLINED
        if self.revoked_at is not None:
            return ConsentStatus.REVOKED
        if self.superseded_at is not None:
            return ConsentStatus.SUPERSEDED
        if self._over:
            return ConsentStatus.EXPIRED
        return ConsentStatus.EXPIRING if self._near_its_end else ConsentStatus.ACTIVE

    @property
    def _over(self) -> bool:
        by_day = self.expires_on is not None and self.expires_on < clock.today()
        with_case = self.expiry is Expiry.TREATMENT and self.case is not None and self.case.closed
        return by_day or self.ended_at is not None or with_case

    @property
    def _near_its_end(self) -> bool:
        return self.days_left is not None and self.days_left <= self.WARN_DAYS

    @property
    def active(self) -> bool:
        """Whether something may be shared under it today."""
        return self.status in (ConsentStatus.ACTIVE, ConsentStatus.EXPIRING)

    @property
    def ends_soon(self) -> bool:
        """Whether it holds, but not for much longer."""
        return self.status is ConsentStatus.EXPIRING

    @property
    def revoked_lately(self) -> bool:
        """Whether the client took it back within the last 30 days; `taken_back_lately`, of one at hand."""
        return self.revoked_at is not None and self.revoked_at >= clock.now() - timedelta(days=self.WARN_DAYS)

    @property
    def scan_missing(self) -> bool:
        """Whether a paper that we printed was signed and is not in the record."""
        return self.frozen_at is not None and self.outcome is ConsentOutcome.SIGNED and self.document_id is None

    def in_force_on(self, day: date, at: time | None = None) -> bool:
        """Whether something could be shared under it on that day, at that time of the agency's day.

        Without a time a day on which it was taken back, replaced or ended does not count: nobody knows what came first.
        """
        if self.outcome is not ConsentOutcome.SIGNED or self.in_error_at is not None or day < self.given_on:
            return False
        if self.expires_on is not None and self.expires_on < day:
            return False
        stops = [clock.local(stop) for stop in (self.revoked_at, self.superseded_at, self.ended_at) if stop]
        closed_on = self.case.closed_on if self.expiry is Expiry.TREATMENT and self.case is not None else None
        if closed_on is not None and day > closed_on:
            return False
        return all(day < stop.date() or (day == stop.date() and at is not None and at < stop.time()) for stop in stops)

    @property
    def given_on(self) -> date:
        """The day the client answered it; of one that nobody answered yet, today."""
        return self.signed_on or clock.today()

    @property
    def frozen_on(self) -> date:
        """The day its text became final, by the agency's calendar; today while it has not."""
        return clock.local(self.frozen_at or clock.now()).date()

    @property
    def kinds(self) -> list[Information]:
        """The kinds of information it names."""
        return [Information(code) for code in self.information or []]

    @property
    def days_left(self) -> int | None:
        """Days until it ends; None when it has no day to end on."""
        return (self.expires_on - clock.today()).days if self.expires_on else None

    @property
    def whom(self) -> str:
        """Who may get the information, or what else it is about, in words."""
        if self.recipient:
            return self.recipient
        return N_("Treating providers, health plans and payers") if self.to_class else self.type.label

    def covers(self, information: Information) -> bool:
        """Whether this kind of information is named on it."""
        return information.value in (self.information or [])

    def serves(self, case: Case) -> bool:
        """Whether something may be told under it today from this case, one of those that it counts in (`counting_in`)."""
        return self.active and self.fits(case) and self.direction.gives

    def lets_name_in(self, case: Case) -> bool:
        """Whether the client's name may go out under it today from this case."""
        return self.serves(case) and self.covers(Information.IDENTITY)

    def fits(self, case: Case) -> bool:
        """Whether it is of a kind that the rules of the case's program know; looser rules are not enough for HIPAA."""
        regime = case.program.regime
        return self.type in FITTING[regime] and (regime is not Regime.HIPAA or self.regime is Regime.HIPAA)

    def may_be_relied_on_in(self, case: Case) -> bool:
        """Whether it counts in this case, and is of a kind that its program's rules know; `counting_in`, of one at hand."""
        counts = Consent.counting_in(case).where(Consent.id == self.id).with_only_columns(Consent.id)
        return self.fits(case) and db.session.scalar(counts.order_by(None)) is not None

    # -- finding them

    @classmethod
    def of(cls, client: Client, *, reader: User) -> sa.Select[Any]:
        """Every permission on file that this person may see: those not answered yet, then the newest first."""
        return cls.visible_to(reader).where(cls.client_id == client.id).order_by(*cls.newest())

    @classmethod
    def newest(cls) -> tuple[sa.UnaryExpression[Any], sa.UnaryExpression[Any]]:
        """What sorts the newest permission first."""
        return cls.signed_on.desc().nulls_first(), cls.id.desc()

    @classmethod
    def answered(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions: the client said yes or no to it, and it was not written down by mistake."""
        return [cls.outcome.is_not(None), cls.in_error_at.is_(None)]

    @classmethod
    def standing(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for one in force today, but for an end of treatment, which only `active` knows."""
        return [
            cls.outcome == ConsentOutcome.SIGNED,
            cls.in_error_at.is_(None),
            cls.revoked_at.is_(None),
            cls.superseded_at.is_(None),
            cls.ended_at.is_(None),
            sa.or_(cls.expires_on.is_(None), cls.expires_on >= clock.today()),
        ]

    @classmethod
    def ending_soon(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for a release in force that ends within 30 days."""
        last = clock.today() + timedelta(days=cls.WARN_DAYS)
        return [*cls.standing(), cls.type.in_(RELEASES), cls.expires_on <= last]

    @classmethod
    def taken_back_lately(cls) -> list[sa.ColumnElement[bool]]:
        """Conditions for a release that the client took back within the last 30 days."""
        since = clock.now() - timedelta(days=cls.WARN_DAYS)
        return [cls.type.in_(RELEASES), cls.in_error_at.is_(None), cls.revoked_at >= since]

    @classmethod
    def counting_in(cls, case: Case) -> sa.Select[Any]:
        """The answered permissions that count in this case, newest first.

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
        ours = (cls.client_id == case.client_id, counts, *cls.answered())
        return sa.select(cls).where(*ours).order_by(*cls.newest())

    @classmethod
    def releases_in(cls, case: Case) -> list[Consent]:
        """The releases in force under which the client's name may go somewhere from this case (gate 3), newest first."""
        releases = db.session.scalars(cls.counting_in(case).where(cls.type.in_(NAMING)))
        return [release for release in releases if release.lets_name_in(case)]

    @classmethod
    def release_for(cls, case: Case, *recipients: str | None) -> Consent | None:
        """The active release under which identity may go to a recipient of one of these names (gate 3), or None."""
        return next((one for one in cls.addressed_to(case, *recipients) if one.lets_name_in(case)), None)

    @classmethod
    def addressed_to(cls, case: Case, *recipients: str | None) -> list[Consent]:
        """The releases for a recipient of one of these names that count in this case, in force or not, newest first."""
        releases = db.session.scalars(cls.counting_in(case).where(cls.type.in_(NAMING)))
        return [release for release in releases if release.names(*recipients)]

    @classmethod
    def against_texting(cls, client_id: Any, *within: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
        """Conditions for what forbids texts and e-mail: the newest answer about them, when it is a no, or has ended.

        Where nobody ever asked on paper, what the client said about each phone stands. `within` narrows it to what
        may be seen from where the question comes.
        """
        about = (cls.client_id == client_id, cls.type == ConsentType.TEXTING, *cls.answered(), *within)
        newest = sa.select(cls.id).where(*about).order_by(*cls.newest()).limit(1)
        return [cls.id == newest.correlate(None).scalar_subquery(), sa.not_(sa.and_(*cls.standing()))]

    @classmethod
    def lets_text_in(cls, case: Case) -> bool:
        """Whether a text may be offered as a way to reach the client from this case; `against_texting`, of one case."""
        return lets_text(db.session.scalars(cls.counting_in(case).where(cls.type == ConsentType.TEXTING).limit(1)))

    @classmethod
    def for_referring(cls, case: Case) -> list[Consent]:
        """What a referral from this case looks at, in one query: releases that may name the client, consents to texts."""
        return list(db.session.scalars(cls.counting_in(case).where(cls.type.in_([*NAMING, ConsentType.TEXTING]))))

    def names(self, *recipients: str | None) -> bool:
        """Whether it is for a recipient of one of these names, in whatever spelling."""
        mine = folded(self.recipient)
        return bool(mine) and mine in {folded(recipient) for recipient in recipients if recipient}


def lets_text(consents: Iterable[Consent]) -> bool:
    """Whether the newest answer about texts, of these with the newest first, allows them, or nobody ever asked."""
    newest = next((consent for consent in consents if consent.type is ConsentType.TEXTING), None)
    return newest is None or newest.active


USUAL: dict[str, Any] = {
    "direction": Direction.RELEASE, "expiry": Expiry.DAY, "to_class": False, "intermediary": False,
}  # fmt: skip


# What only a release names; a shared database, too, names what may be seen.
OF_RELEASES = ("recipient", "members", "from_on", "to_on", "conditions", "risks")


def _usual(type: ConsentType, terms: dict[str, Any]) -> dict[str, Any]:
    """The terms, with what is usual where nothing was said; what contradicts the kind or the way it ends is left out."""
    said = USUAL | {name: value for name, value in terms.items() if value is not None or name not in USUAL}
    if said["expiry"] is not Expiry.DAY:
        said["expires_on"] = None
    if said["expiry"] is not Expiry.EVENT:
        said["expires_when"] = None
    if not type.release:
        said |= {name: None for name in OF_RELEASES if name in said} | {"to_class": False, "intermediary": False}
        said["information"] = said.get("information") if type is ConsentType.DATA_SHARING else None
    return said


def _regime_of(client: Client, case: Case | None) -> Regime:
    """The rules a permission of this client is under: its case's program's, else those of the program that keeps the client."""
    if case is not None:
        return case.program.regime
    return client.kept_by.regime if client.kept_by is not None else Regime.STANDARD
