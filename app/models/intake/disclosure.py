"""Disclosures: what was told about a client to somebody outside, apart from the referrals that Handrail sends itself."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken
from app.models.caseload.client import Client
from app.models.intake.consent import Consent
from app.models.intake.consent_terms import RELEASES, ConsentOutcome, Information
from app.models.intake.legal_text import in_force

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
    happened_at: Mapped[time | None]
    recipient: Mapped[str] = mapped_column(sa.String(200))
    recipient_address: Mapped[str | None] = mapped_column(sa.String(300))
    method: Mapped[DisclosureMethod]
    what: Mapped[str] = mapped_column(sa.String(2000))
    purpose: Mapped[str] = mapped_column(sa.String(1000))
    basis: Mapped[Basis]
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"))
    information: Mapped[list[str] | None]
    notice_version: Mapped[int | None]
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
        information: list[str] | None = None,
        happened_at: time | None = None,
    ) -> Disclosure:
        """Record that something was told outside of the program: a subpoena answered, a report made, a call.

        By the client's permission only under a release that was in force on that day, for this recipient and these kinds
        of information. A case is that of this client. What Part 2 lets out goes with its notice (42 CFR 2.32).
        """
        if happened_on > clock.today():
            raise RuleBroken(N_("This cannot have happened in the future."))
        if case is not None and case.client_id != client.id:
            raise RuleBroken(N_("This case is another client’s."))
        _check_basis(client, basis, consent)
        if consent is not None:
            _check_release(consent, case, recipient=recipient, information=information, on=happened_on, at=happened_at)
        disclosure = cls(
            client=client,
            case=case,
            by=by,
            happened_on=happened_on,
            happened_at=happened_at,
            recipient=recipient,
            recipient_address=recipient_address,
            method=method,
            what=what,
            purpose=purpose,
            basis=basis,
            consent=consent,
            information=information if consent is not None else None,
            notice_version=_notice_due(case, consent),
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

    def check_notice(self) -> None:
        """Refuse a notice to what needs none: only what Part 2 let out by the client's permission goes with it."""
        if self.notice_version is None or self.consent is None or self.case is None:
            raise RuleBroken(N_("Only what was shared by a client’s permission under Part 2 goes with this notice."))

    @property
    def kinds(self) -> list[Information]:
        """The kinds of information that were shared by the client's permission."""
        return [Information(code) for code in self.information or []]

    @classmethod
    def releases_of(cls, client: Client, reader: User) -> sa.Select[Any]:
        """The releases a telling may rest on, as far as this person may see them, newest first."""
        query = Consent.visible_to(reader).where(
            Consent.client_id == client.id,
            Consent.type.in_(RELEASES),
            Consent.outcome == ConsentOutcome.SIGNED,
            Consent.in_error_at.is_(None),
        )
        return query.order_by(Consent.signed_on.desc(), Consent.id.desc())


def _check_basis(client: Client, basis: Basis, consent: Consent | None) -> None:
    if basis is not Basis.CONSENT:
        if consent is not None:
            raise RuleBroken(N_("Choose a permission only when the permission is why it was shared."))
    elif consent is None or consent.client_id != client.id:
        raise RuleBroken(N_("Choose the permission that the client gave."))


def _check_release(
    consent: Consent, case: Case | None, *, recipient: str, information: list[str] | None, on: date, at: time | None
) -> None:
    """Refuse what this release did not allow: another day, recipient, direction or kind, or another program's rules."""
    if not consent.in_force_on(on, at):
        raise RuleBroken(
            N_(
                "That permission was not in force on this day. Choose another reason, or correct the day. "
                "If it ended on that same day, write at what time it was shared."
            )
        )
    if not consent.direction.gives:
        raise RuleBroken(N_("That permission lets them tell us. It does not let us tell them."))
    if not consent.to_class and not consent.names(recipient):
        raise RuleBroken(N_("That permission is for %(recipient)s alone."), recipient=consent.recipient or "")
    if case is not None and not consent.may_be_relied_on_in(case):
        raise RuleBroken(N_("That permission is not enough under the rules of %(program)s."), program=case.program.name)
    if not information:
        raise RuleBroken(N_("Tick which kinds of information were shared."))
    for code in information:
        if not consent.covers(Information(code)):
            raise RuleBroken(
                N_("That permission does not cover “%(information)s”."), information=Information(code).label
            )


def _notice_due(case: Case | None, consent: Consent | None) -> int | None:
    """The version of the notice that goes along with what was told; None where the law asks for none."""
    from app.models.caseload.program import Regime

    regime = case.program.regime if case is not None else consent.regime if consent is not None else None
    return in_force("part_2_notice").version if regime is Regime.PART_2 and consent is not None else None
