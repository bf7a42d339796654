"""A program: what the agency offers, under one confidentiality regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.agency.event import EventKind
from app.models.base import N_, Choice, Model, RuleBroken, Versioned

if TYPE_CHECKING:
    from app.models.agency.user import User


class Regime(Choice):
    """The confidentiality rules that govern a program's records (PRACTICE §7), loosest first."""

    STANDARD = "standard", N_("Standard")
    HIPAA = "hipaa", N_("HIPAA")
    PART_2 = "part_2", N_("Part 2")
    VICTIM_SERVICES = "victim_services", N_("Victim services")

    @property
    def sealed(self) -> bool:
        """Whether even the existence of a record is kept from those outside the program."""
        return self in (Regime.PART_2, Regime.VICTIM_SERVICES)

    @property
    def strictness(self) -> int:
        """How strict the rules are: a higher number is stricter."""
        return list(Regime).index(self)


class Expected(Choice):
    """What a program's funders ask to know of each client, besides what is always asked."""

    VETERAN = "veteran", N_("Veteran")
    DISABLING_CONDITION = "disabling_condition", N_("Disabling condition")
    HOUSING = "housing", N_("Housing")
    EMPLOYMENT = "employment", N_("Work")
    EDUCATION = "education", N_("Schooling")
    INCOME = "income", N_("Income")
    BENEFITS = "benefits", N_("Help that is not cash")
    INSURANCE = "insurance", N_("Health insurance")


SEALED = [regime for regime in Regime if regime.sealed]


class Program(Versioned, Model):
    """What a case is opened in; carries the regime and the clocks."""

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    regime: Mapped[Regime] = mapped_column(default=Regime.STANDARD)
    funders: Mapped[str | None] = mapped_column(sa.String(300))
    review_days: Mapped[int] = mapped_column(default=90)
    referral_days: Mapped[int] = mapped_column(default=14)
    contact_days: Mapped[int] = mapped_column(default=30)
    expects: Mapped[list[str] | None]
    urgent_days: Mapped[int] = mapped_column(default=1, server_default="1")
    first_contact_days: Mapped[int] = mapped_column(default=2, server_default="2")
    intake_days: Mapped[int] = mapped_column(default=15, server_default="15")
    retired: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def add(cls, *, by: User | None, name: str, **details: object) -> Program:
        """Begin a program."""
        program = cls(name=name, **details)
        db.session.add(program)
        program.record(EventKind.PROGRAM_ADDED, by=by)
        return program

    @classmethod
    def running(cls) -> sa.Select[Any]:
        """The programs a case can be opened in, by name."""
        return sa.select(cls).where(cls.retired.is_(False)).order_by(cls.name)

    @classmethod
    def all_of_them(cls) -> sa.Select[Any]:
        """All programs, the running ones first."""
        return sa.select(cls).order_by(cls.retired, cls.name)

    @classmethod
    def named(cls, name: str) -> Program | None:
        """The program of this name, whatever its case, or None."""
        return db.session.scalar(sa.select(cls).where(sa.func.lower(cls.name) == name.lower()))

    @classmethod
    def with_usual_clocks(cls) -> Program:
        """A program that is not saved, with the usual days, to fill a form."""
        return cls(
            name="",
            regime=Regime.STANDARD,
            review_days=90,
            referral_days=14,
            contact_days=30,
            urgent_days=1,
            first_contact_days=2,
            intake_days=15,
            retired=False,
        )

    def revise(self, *, by: User, regime: Regime | None = None, reason: str | None = None, **details: object) -> None:
        """Change a program's name, funders, clocks, retirement or regime; see `_change_regime`."""
        if regime is not None and regime is not self.regime:
            self._change_regime(regime, by=by, reason=reason)
        self.change(kind=EventKind.PROGRAM_CHANGED, by=by, **details)

    def _change_regime(self, regime: Regime, *, by: User, reason: str | None) -> None:
        """Put the program under other rules. Once it has cases, what its clients were promised stays true.

        Stricter rules are always possible, but a record shared with another program cannot become victim services':
        that would have to be two records. From HIPAA to standard needs a reason, which goes on the trail. What was
        sealed is never unsealed: the records would be open to people whom the clients never agreed to.
        """
        from app.models.caseload.sealing import clients_shared_by, has_cases, seal

        looser = regime.strictness < self.regime.strictness
        if has_cases(self):
            if looser and self.regime.sealed:
                raise RuleBroken(
                    N_("%(program)s has cases that are sealed. They stay sealed: begin a new program instead."),
                    program=self.name,
                )
            if looser and not reason:
                raise RuleBroken(N_("Write why the confidentiality of existing cases becomes looser."))
            if regime is Regime.VICTIM_SERVICES and clients_shared_by(self):
                raise RuleBroken(
                    N_("Clients of %(program)s are known to other programs. Begin a new program for victim services."),
                    program=self.name,
                )
        self.regime = regime
        if regime.sealed:
            seal(self)
        self.record(EventKind.PROGRAM_CHANGED, by=by, fields=["regime"], reason=reason)
