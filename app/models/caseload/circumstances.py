"""How a person lives, as of a day: what funders count, and what changes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken
from app.models.caseload.answer import Answer
from app.models.caseload.client import Client


class Housing(Choice):
    """Housing status (CSBG D11)."""

    OWN = "own", N_("Owns")
    RENT = "rent", N_("Rents")
    OTHER_PERMANENT = "other_permanent", N_("Other permanent housing")
    HOMELESS = "homeless", N_("Homeless")
    OTHER = "other", N_("Other")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Employment(Choice):
    """Work status of an adult (CSBG C8)."""

    FULL_TIME = "full_time", N_("Employed full time")
    PART_TIME = "part_time", N_("Employed part time")
    FARM = "farm", N_("Migrant or seasonal farm worker")
    UNEMPLOYED_SHORT = "unemployed_short", N_("Unemployed, 6 months or less")
    UNEMPLOYED_LONG = "unemployed_long", N_("Unemployed, more than 6 months")
    NOT_IN_LABOR_FORCE = "not_in_labor_force", N_("Not in the labor force")
    RETIRED = "retired", N_("Retired")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Education(Choice):
    """The most schooling so far (CSBG C3)."""

    GRADE_8 = "grade_8", N_("Grades 0 to 8")
    GRADE_12 = "grade_12", N_("Grades 9 to 12, no diploma")
    DIPLOMA = "diploma", N_("High school diploma")
    EQUIVALENCY = "equivalency", N_("GED or other equivalency")
    SOME_COLLEGE = "some_college", N_("Some schooling after 12th grade")
    COLLEGE = "college", N_("2- or 4-year college degree")
    OTHER_DEGREE = "other_degree", N_("Degree of another school after 12th grade")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Circumstances(OfClient, Model):
    """The answers that hold from a day on, until a later row says otherwise; one row for a day."""

    __table_args__ = (sa.UniqueConstraint("client_id", "as_of_on"),)

    QUESTIONS: ClassVar[dict[str, type[Choice]]] = {
        "housing": Housing, "employment": Employment, "education": Education,
        "veteran": Answer, "disabling_condition": Answer,
    }  # fmt: skip

    as_of_on: Mapped[date]
    veteran: Mapped[Answer] = mapped_column(default=Answer.NOT_COLLECTED)
    disabling_condition: Mapped[Answer] = mapped_column(default=Answer.NOT_COLLECTED)
    housing: Mapped[Housing] = mapped_column(default=Housing.NOT_COLLECTED)
    employment: Mapped[Employment] = mapped_column(default=Employment.NOT_COLLECTED)
    education: Mapped[Education] = mapped_column(default=Education.NOT_COLLECTED)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()

    @classmethod
    def of(cls, client: Client) -> sa.Select[Any]:
        """What is on file of this client, the newest day first."""
        return sa.select(cls).where(cls.client_id == client.id).order_by(cls.as_of_on.desc())

    @classmethod
    def on(cls, client: Client, day: date) -> Circumstances | None:
        """What held on that day, or None when nothing is on file that far back."""
        return db.session.scalar(cls.of(client).where(cls.as_of_on <= day).limit(1))

    @classmethod
    def write_down(cls, client: Client, *, by: User, as_of_on: date, **answers: Any) -> Circumstances | None:
        """Write down how the person lives as of a day: a day that is on file is corrected, any other is added.

        Returns None when the same answers hold on that day already: then nothing is written.
        """
        if as_of_on > clock.today():
            raise RuleBroken(N_("This day must be today or in the past."))
        known = cls.on(client, as_of_on)
        before = known.answers if known is not None else {}
        changed = [
            name for name, value in answers.items() if before.get(name, cls.QUESTIONS[name]("not_collected")) != value
        ]
        if not changed:
            return None
        row = known
        if row is None or row.as_of_on != as_of_on:
            row = cls(client=client, as_of_on=as_of_on, **(before | answers), by=by)
            db.session.add(row)
        for name in changed:
            setattr(row, name, answers[name])
        row.by = by
        row.record(EventKind.CIRCUMSTANCES_CHANGED, by=by, fields=changed)
        return row

    @property
    def answers(self) -> dict[str, Choice]:
        """Question → answer."""
        return {name: getattr(self, name) for name in self.QUESTIONS}
