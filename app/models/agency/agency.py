"""The agency itself: what stands at the head of its papers, and how it works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import Role
from app.models.base import N_, Choice, Model, Versioned, folded
from app.models.caseload.poverty import PovertyArea
from app.models.caseload.program import Program

if TYPE_CHECKING:
    from app.models.agency.user import User


class Required(Choice):
    """Who must sign in with a second factor; everybody may."""

    LEADERS = "leaders", N_("Supervisors and administrators")
    EVERYONE = "everyone", N_("Everyone")
    NOBODY = "nobody", N_("Nobody")


LEADERS = {Role.SUPERVISOR, Role.ADMINISTRATOR}


class Openness(Choice):
    """How widely the records that no seal and no restriction closes are open to those who do casework."""

    AGENCY = "agency", N_("The whole agency")
    PROGRAM = "program", N_("The people of the program")
    ASSIGNED = "assigned", N_("Only those assigned, and their supervisors")


class SsnKept(Choice):
    """How much of clients' Social Security numbers the agency keeps."""

    OFF = "off", N_("Nothing")
    LAST_FOUR = "last_four", N_("The last four digits")
    FULL = "full", N_("The whole number")


class Agency(Versioned, Model):
    """One row: one agency per install."""

    name: Mapped[str] = mapped_column(sa.String(160))
    street: Mapped[str | None] = mapped_column(sa.String(200))
    city: Mapped[str | None] = mapped_column(sa.String(200))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    zone: Mapped[str] = mapped_column(sa.String(60), default="America/New_York")
    client_prefix: Mapped[str] = mapped_column(sa.String(8), default="HR")
    grievance_contact: Mapped[str | None] = mapped_column(sa.String(200))
    hotline: Mapped[str | None] = mapped_column(sa.String(200))
    abuse_report_line: Mapped[str | None] = mapped_column(sa.String(200))
    idle_minutes: Mapped[int] = mapped_column(default=15)
    longest_hours: Mapped[int] = mapped_column(default=12)
    second_factor: Mapped[Required] = mapped_column(default=Required.LEADERS)
    draft_days: Mapped[int] = mapped_column(default=30)
    openness: Mapped[Openness] = mapped_column(default=Openness.PROGRAM)
    ssn: Mapped[SsnKept] = mapped_column(default=SsnKept.OFF, server_default=SsnKept.OFF.value)
    asks_gender: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    poverty_area: Mapped[PovertyArea] = mapped_column(
        default=PovertyArea.CONTIGUOUS, server_default=PovertyArea.CONTIGUOUS.value
    )
    demo: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def found(cls, *, name: str, **details: object) -> Agency:
        """Begin the agency; there is only ever one."""
        agency = cls(id=1, name=name, **details)
        db.session.add(agency)
        db.session.flush()
        return agency

    @classmethod
    def here(cls) -> Agency:
        """This agency; a fresh database gets one with a plain name, which the administrator changes."""
        agency = db.session.get(cls, 1)
        if agency is None:
            agency = cls.found(name="Our agency")
        clock.keep_time_of(agency.zone)
        return agency

    @property
    def address_lines(self) -> list[str]:
        """The lines under the name on paper."""
        return [line for line in (self.street, self.city, self.phone) if line]

    def requires_second_factor_of(self, user: User) -> bool:
        """Whether this person must sign in with a second factor."""
        if self.second_factor is Required.LEADERS:
            return user.role in LEADERS
        return self.second_factor is Required.EVERYONE

    @property
    def words_everybody_knows(self) -> list[str]:
        """The words of its name and of its programs, folded: everybody around it would try them as a password."""
        names = [self.name, *db.session.scalars(sa.select(Program.name))]
        return [word for name in names for word in folded(name).split()]

    @property
    def drafts_kept(self) -> timedelta:
        """How long an unsaved text is kept after the last typing."""
        return timedelta(days=self.draft_days)

    def rename(self, *, by: User, **details: object) -> None:
        """Change what stands on the papers or how sign-in behaves."""
        self.change(kind=EventKind.AGENCY_CHANGED, by=by, **details)
