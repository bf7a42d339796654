"""Disclosures: what was told about a client to somebody outside, apart from the referrals that Handrail sends itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken
from app.models.caseload.client import Client
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType

if TYPE_CHECKING:
    from app.models.caseload.case import Case


class Basis(Choice):
    """By what right it was told (FIELDS §7); a subpoena is not a court order in most states."""

    CONSENT = "consent", N_("The client’s permission")
    CLIENT_REQUEST = "client_request", N_("The client asked for it")
    COURT_ORDER = "court_order", N_("Court order")
    SUBPOENA = "subpoena", N_("Subpoena")
    MANDATED_REPORT = "mandated_report", N_("Report that the law demands")
    EMERGENCY = "emergency", N_("Medical emergency")
    THREAT = "threat", N_("Serious threat to somebody’s safety")
    AUDIT = "audit", N_("Audit or oversight")
    OTHER_LAW = "other_law", N_("Another law")
    MISTAKE = "mistake", N_("None: it was told by mistake")


class DisclosureMethod(Choice):
    """How it was told."""

    PHONE = "phone", N_("Phone")
    IN_PERSON = "in_person", N_("In person")
    LETTER = "letter", N_("Letter")
    FAX = "fax", N_("Fax")
    EMAIL = "email", N_("Email")
    PORTAL = "portal", N_("Portal")


class Disclosure(OfClient, Model):
    """One telling: when, what, to whom, by what right (45 CFR 164.528(b)(2)). Never changed; a mistake is marked as one."""

    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    happened_on: Mapped[date]
    recipient: Mapped[str] = mapped_column(sa.String(200))
    recipient_address: Mapped[str | None] = mapped_column(sa.String(300))
    method: Mapped[DisclosureMethod]
    what: Mapped[str] = mapped_column(sa.String(2000))
    purpose: Mapped[str] = mapped_column(sa.String(1000))
    basis: Mapped[Basis]
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    in_error_at: Mapped[datetime | None]
    in_error_reason: Mapped[str | None] = mapped_column(sa.String(500))
    by: Mapped[User] = relationship()
    case: Mapped[Case | None] = relationship()
    consent: Mapped[Consent | None] = relationship()

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """Those in this user's reach: about the client as such, and of closed programs only one's own cases'."""
        from app.models.caseload.case import Case

        mine = Case.visible_to(user).with_only_columns(Case.id)
        return super().visible_to(user).where(sa.or_(cls.case_id.is_(None), cls.case_id.in_(mine)))

    @classmethod
    def write_down(
        cls,
        client: Client,
        *,
        by: User,
        happened_on: date,
        recipient: str,
        method: DisclosureMethod,
        what: str,
        purpose: str,
        basis: Basis,
        recipient_address: str | None = None,
        case: Case | None = None,
        consent: Consent | None = None,
    ) -> Disclosure:
        """Record that something was told outside of the program: a subpoena answered, a report made, a call.

        By the client's permission only under a release that was in force on that day. A case is that of this client.
        """
        if happened_on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        if case is not None and case.client_id != client.id:
            raise RuleBroken(N_("This case is another client’s."))
        _check_basis(client, basis, consent, happened_on)
        disclosure = cls(
            client=client,
            case=case,
            by=by,
            happened_on=happened_on,
            recipient=recipient,
            recipient_address=recipient_address,
            method=method,
            what=what,
            purpose=purpose,
            basis=basis,
            consent=consent,
        )
        db.session.add(disclosure)
        disclosure.record(EventKind.INFORMATION_DISCLOSED, by=by, reason=recipient)
        return disclosure

    def mistake(self, *, by: User, reason: str) -> None:
        """It did not happen, or not so: it stays readable and stands on no accounting any more."""
        if self.in_error_at is not None:
            raise RuleBroken(N_("This is marked as entered in error already."))
        self.in_error_at, self.in_error_reason = clock.now(), reason
        self.record(EventKind.DISCLOSURE_IN_ERROR, by=by, reason=reason)

    @classmethod
    def releases_of(cls, client: Client, reader: User) -> sa.Select[Any]:
        """The releases a telling may rest on, as far as this person may see them, newest first."""
        query = Consent.visible_to(reader).where(
            Consent.client_id == client.id,
            Consent.type == ConsentType.RELEASE,
            Consent.outcome == ConsentOutcome.SIGNED,
        )
        return query.order_by(Consent.signed_on.desc(), Consent.id.desc())


def _check_basis(client: Client, basis: Basis, consent: Consent | None, on: date) -> None:
    if basis is not Basis.CONSENT:
        if consent is not None:
            raise RuleBroken(N_("Choose a permission only when the permission is why it was shared."))
        return
    if consent is None or consent.client_id != client.id:
        raise RuleBroken(N_("Choose the permission that the client gave."))
    ended = consent.revoked_at is not None and clock.local(consent.revoked_at).date() < on
    too_late = consent.expires_on is not None and consent.expires_on < on
    if on < consent.signed_on or ended or too_late:
        raise RuleBroken(N_("That permission was not in force on this day. Choose another reason, or correct the day."))
