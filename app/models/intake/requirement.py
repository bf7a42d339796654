"""What a program asks before it takes somebody: criteria to be met, and the papers of its packet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfCase, RuleBroken
from app.models.caseload.case import Case
from app.models.caseload.program import Program
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType


class RequirementKind(Choice):
    """Whether it decides who may be served, or is a paper that everybody gets."""

    CRITERION = "criterion", N_("Who may be served")
    PAPER = "paper", N_("Paper of the packet")


class Answer(Choice):
    """How a requirement stands for one person."""

    MET = "met", N_("Met")
    NOT_MET = "not_met", N_("Not met")
    PENDING = "pending", N_("Pending")
    SIGNED = "signed", N_("Signed")
    DECLINED = "declined", N_("Declined")
    NOT_APPLICABLE = "not_applicable", N_("Not applicable")
    EXEMPT = "exempt", N_("Exempt for now")


OF_CRITERIA = [Answer.MET, Answer.NOT_MET, Answer.PENDING]
OF_PAPERS = [Answer.SIGNED, Answer.DECLINED, Answer.NOT_APPLICABLE, Answer.EXEMPT]
ANSWERS = {RequirementKind.CRITERION: OF_CRITERIA, RequirementKind.PAPER: OF_PAPERS}


class Requirement(Model):
    """One line of a program's list. Its words never change: a correction is a new line, and the old one retires."""

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("program.id"), index=True)
    kind: Mapped[RequirementKind]
    text: Mapped[str] = mapped_column(sa.String(200))
    text_es: Mapped[str | None] = mapped_column(sa.String(200))
    poverty_limit: Mapped[int | None]
    consent_type: Mapped[ConsentType | None]
    retired_at: Mapped[datetime | None]
    program: Mapped[Program] = relationship()

    @classmethod
    def add(
        cls,
        program: Program,
        *,
        by: User,
        kind: RequirementKind,
        text: str,
        text_es: str | None = None,
        poverty_limit: int | None = None,
        consent_type: ConsentType | None = None,
    ) -> Requirement:
        """Put a line at the end of a program's list; the same words cannot stand on it twice."""
        same = cls.of(program).where(cls.kind == kind, sa.func.lower(cls.text) == text.lower())
        if db.session.scalar(same.with_only_columns(cls.id)) is not None:
            raise RuleBroken(N_("“%(words)s” is on the list already."), words=text)
        line = cls(
            program=program,
            kind=kind,
            text=text,
            text_es=text_es,
            poverty_limit=poverty_limit if kind is RequirementKind.CRITERION else None,
            consent_type=consent_type if kind is RequirementKind.PAPER else None,
        )
        db.session.add(line)
        line.record(EventKind.REQUIREMENT_ADDED, by=by)
        return line

    @classmethod
    def add_usual_packet(cls, program: Program, *, by: User) -> None:
        """Begin a program's packet with the papers that most programs hand out (PRACTICE §2)."""
        if db.session.scalar(
            cls.of(program).where(cls.kind == RequirementKind.PAPER).with_only_columns(cls.id).limit(1)
        ):
            raise RuleBroken(N_("%(program)s has a packet already."), program=program.name)
        for text, text_es, consent_type in USUAL_PACKET:
            cls.add(program, by=by, kind=RequirementKind.PAPER, text=text, text_es=text_es, consent_type=consent_type)

    def retire(self, *, by: User) -> None:
        """Ask it of nobody any more; what was answered stays on the records."""
        if self.retired_at is None:
            self.retired_at = clock.now()
            self.record(EventKind.REQUIREMENT_RETIRED, by=by)

    @classmethod
    def of(cls, program: Program) -> sa.Select[Any]:
        """What a program asks now, in the order in which it was put on the list."""
        return sa.select(cls).where(cls.program_id == program.id, cls.retired_at.is_(None)).order_by(cls.id)

    @classmethod
    def ever_of(cls, program: Program) -> sa.Select[Any]:
        """What a program asks or asked, the retired lines last."""
        return sa.select(cls).where(cls.program_id == program.id).order_by(cls.retired_at.is_not(None), cls.id)

    def in_language(self, language: str) -> str:
        """Its words in this language, as far as the agency wrote them down; else in English."""
        return (self.text_es if language == "es" else None) or self.text


# What most programs hand out at intake: words, Spanish words, and the permission that answers it by itself.
USUAL_PACKET = (
    ("Consent to services", "Consentimiento para recibir servicios", ConsentType.SERVICES),
    ("Client rights and responsibilities", "Derechos y responsabilidades del cliente", None),
    ("Grievance procedure", "Procedimiento de quejas", None),
    (
        "Privacy notice, with the limits of confidentiality",
        "Aviso de privacidad, con los límites de la confidencialidad",
        None,
    ),
    ("Rules, hours and fees", "Reglas, horario y costos", None),
)


class RequirementAnswer(OfCase, Model):
    """How a requirement stood for one person from a moment on; a later answer takes its place and erases nothing."""

    requirement_id: Mapped[int] = mapped_column(sa.ForeignKey("requirement.id"), index=True)
    answer: Mapped[Answer]
    on: Mapped[date | None]
    proof: Mapped[str | None] = mapped_column(sa.String(300))
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    expires_on: Mapped[date | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[User] = relationship()
    requirement: Mapped[Requirement] = relationship()

    SAID = ("answer", "on", "proof", "reason", "expires_on")

    @classmethod
    def write(
        cls,
        case: Case,
        requirement: Requirement,
        *,
        by: User,
        answer: Answer,
        on: date | None = None,
        proof: str | None = None,
        reason: str | None = None,
        expires_on: date | None = None,
    ) -> RequirementAnswer | None:
        """Write down how a requirement stands; nothing is written when it stands so already.

        An exemption has a reason and ends: on the day after its last day the paper is asked for again.
        """
        case.check_open()
        if requirement.program_id != case.program_id or answer not in ANSWERS[requirement.kind]:
            raise RuleBroken(N_("This is not asked in %(program)s."), program=case.program.name)
        if on is not None and on > clock.today():
            raise RuleBroken(N_("The date on the paper cannot be in the future."))
        if answer is Answer.EXEMPT and not (reason and expires_on):
            raise RuleBroken(N_("Write why “%(words)s” can wait, and until when."), words=requirement.text)
        said = {
            "answer": answer,
            "on": on,
            "proof": proof,
            "reason": reason,
            "expires_on": expires_on if answer is Answer.EXEMPT else None,
        }
        newest = db.session.scalar(cls.newest_in(case).where(cls.requirement_id == requirement.id))
        if newest is not None and all(getattr(newest, name) == said[name] for name in cls.SAID):
            return None
        if answer is Answer.EXEMPT and expires_on is not None and expires_on < clock.today():
            raise RuleBroken(N_("The exemption from “%(words)s” must end in the future."), words=requirement.text)
        line = cls(case=case, client_id=case.client_id, requirement=requirement, by=by, **said)
        db.session.add(line)
        line.record(EventKind.REQUIREMENT_ANSWERED, by=by)
        return line

    @classmethod
    def newest_in(cls, case: Case) -> sa.Select[Any]:
        """The answer in force to each requirement of a case."""
        newest = sa.select(sa.func.max(cls.id)).where(cls.case_id == case.id).group_by(cls.requirement_id)
        return sa.select(cls).where(cls.id.in_(newest))


@dataclass(frozen=True)
class Standing:
    """How one requirement stands in one case: what was answered, or the permission on file that answers it."""

    requirement: Requirement
    given: RequirementAnswer | None
    consent: Consent | None

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        if self.consent is not None:
            return self.consent.outcome is ConsentOutcome.DECLINED or self.consent.active
        if self.given is None or self.given.answer in (Answer.NOT_MET, Answer.PENDING):
            return False
        return not self.run_out

    @property
    def run_out(self) -> bool:
        """Whether it was exempted, and the exemption has ended."""
        return (
            self.given is not None
            and self.given.answer is Answer.EXEMPT
            and self.given.expires_on is not None
            and self.given.expires_on < clock.today()
        )

    @property
    def lack(self) -> str | None:
        """What is still expected, in words with a place for the requirement's own; None when nothing is."""
        if self.settled:
            return None
        if self.requirement.kind is RequirementKind.PAPER:
            return N_("the exemption from “%(words)s” has ended") if self.run_out else N_("the paper “%(words)s”")
        if self.given is not None and self.given.answer is Answer.NOT_MET:
            return N_("“%(words)s” is not met")
        return N_("whether “%(words)s” is met")


def standing_in(case: Case) -> list[Standing]:
    """How everything that the case's program asks stands, in the order of its list; in one query."""
    given = aliased(RequirementAnswer, RequirementAnswer.newest_in(case).subquery())
    consent = aliased(Consent)
    newest = Consent.counting_in(case).where(Consent.type == Requirement.consent_type).limit(1)
    permission = newest.with_only_columns(Consent.id).correlate(Requirement).scalar_subquery()
    asked = (
        Requirement.of(case.program)
        .add_columns(given, consent)
        .outerjoin(given, given.requirement_id == Requirement.id)
        .outerjoin(consent, consent.id == permission)
    )
    return [Standing(*row) for row in db.session.execute(asked)]
