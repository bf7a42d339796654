"""A signature on paper, as recorded: who, what came of it, how, and on which day."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency.user import User
from app.models.base import N_, Choice, MaybeOfCase, Model, RuleBroken


class SignerRole(Choice):
    """Who signs."""

    CLIENT = "client", N_("Client")
    GUARDIAN = "guardian", N_("Parent or guardian")
    REPRESENTATIVE = "representative", N_("Legal representative")
    CASEWORKER = "caseworker", N_("Caseworker")
    SUPERVISOR = "supervisor", N_("Supervisor")
    INTERPRETER = "interpreter", N_("Interpreter")
    WITNESS = "witness", N_("Witness")


# Who may sign for the client: the person, or somebody who stands for them.
CLIENT_SIDE = (SignerRole.CLIENT, SignerRole.GUARDIAN, SignerRole.REPRESENTATIVE)


class SignatureOutcome(Choice):
    """What came of it."""

    SIGNED = "signed", N_("Signed")
    DECLINED = "declined", N_("Declined to sign")
    UNABLE = "unable", N_("Unable to sign")


class SignatureMethod(Choice):
    """How it was signed."""

    INK = "ink", N_("Ink on paper")
    MARK = "mark", N_("Mark with witness")
    VERBAL = "verbal", N_("Verbal, witnessed")


class Signature(MaybeOfCase, Model):
    """One signer's answer on one exact version of a plan, on a closure, or on a permission (which may be of no case)."""

    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("closure.id"), index=True)
    consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consent.id"), index=True)
    role: Mapped[SignerRole]
    printed_name: Mapped[str] = mapped_column(sa.String(160))
    authority: Mapped[str | None] = mapped_column(sa.String(200))
    outcome: Mapped[SignatureOutcome]
    method: Mapped[SignatureMethod | None]
    signed_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    witness: Mapped[str | None] = mapped_column(sa.String(160))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()

    def check(self, *, not_before: date, not_after: date) -> None:
        """Refuse a row that an auditor would refuse: no day, no reason, no witness, no authority."""
        if self.outcome is SignatureOutcome.SIGNED:
            if self.signed_on is None or self.method is None:
                raise RuleBroken(N_("Write the date on the paper and how %(name)s signed."), name=self.printed_name)
            if not not_before <= self.signed_on <= not_after:
                raise RuleBroken(N_("The date on the paper must lie between the day it was made ready and today."))
            if self.method in (SignatureMethod.MARK, SignatureMethod.VERBAL) and not self.witness:
                raise RuleBroken(N_("A mark or a spoken yes needs a witness. Write the witness’s name."))
            if self.role in (SignerRole.GUARDIAN, SignerRole.REPRESENTATIVE) and not self.authority:
                raise RuleBroken(
                    N_("Write what gives %(name)s the right to sign for the client."), name=self.printed_name
                )
        elif not self.reason:
            raise RuleBroken(N_("Write why %(name)s did not sign."), name=self.printed_name)

    @property
    def signed(self) -> bool:
        return self.outcome is SignatureOutcome.SIGNED

    @property
    def for_client(self) -> bool:
        """Whether it is the client's answer, or that of somebody who stands for them."""
        return self.role in CLIENT_SIDE
