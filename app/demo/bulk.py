"""Very many invented clients, inserted in bulk to measure how lists and searches bear them: the same ones every time.

They have what lists, searches and counts look at: names, phones, addresses, cases in every state, intakes, notes,
tasks, rated needs, drafts of plans, referrals and closures. Paper is issued for the people of the story alone.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.demo.people import CONCERNS, FAMILY_NAMES, FIRST_NAMES, GOALS, LINKS, NOTES, STREETS, TODOS
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Membership, Role, User
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType, Need
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.caseload.case import OPEN, Assignment, AssignmentRole, Case, CaseStatus, LevelOfService
from app.models.caseload.client import (
    Address,
    BirthQuality,
    Client,
    Interpreter,
    OtherName,
    Phone,
    PreferredContact,
    Sex,
)
from app.models.caseload.filing import file_anew
from app.models.caseload.program import Program
from app.models.closing.closure import Closure, ClosureReason, Completion, Planned
from app.models.intake.intake import Disposition, Intake, IntakeMethod, ReferralSource, Urgency
from app.models.linking.directory import Organization, Service
from app.models.linking.referral import Referral, ReferralMethod, ReferralOutcome, ReferralStatus, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Priority, Task, TaskStatus, TaskType
from app.models.planning.goal import Actor, Goal, GoalStatus, Step, StepStatus, new_thread
from app.models.planning.plan import Plan, PlanStatus

Rows = list[dict[str, Any]]

AT_ONCE = 2_000
CLIENTS_EACH = 100  # of whom some forty have an open case: what one caseworker can carry
YEARS = 6
STATUSES = {
    CaseStatus.ACTIVE: 24,
    CaseStatus.MONITORING: 4,
    CaseStatus.ON_HOLD: 2,
    CaseStatus.INTAKE_PENDING: 5,
    CaseStatus.WAITLISTED: 3,
    CaseStatus.NOT_OPENED: 4,
    CaseStatus.CLOSED: 58,
}
LANGUAGES = ("English", "English", "English", "English", "Spanish", "Spanish", "Amharic", "French", "Arabic")


def add_clients(count: int, *, chance: random.Random) -> None:
    """Insert so many more clients and commit; the same chance and the same agency give the same people."""
    hire(count // CLIENTS_EACH)
    made = Maker(chance)
    for begun in range(0, count, AT_ONCE):
        made.some(min(AT_ONCE, count - begun))
        file_anew()
        db.session.commit()
        db.session.expunge_all()


def hire(count: int) -> None:
    """As many more caseworkers, program by program; their password is that of those who were here before them."""
    first = db.session.scalars(User.working().where(User.role == Role.CASEWORKER)).first()
    programs = _open_programs()
    if not count or first is None or not programs:
        return
    here = db.session.scalar(sa.select(sa.func.count(User.id))) or 0
    names = [f"{FIRST_NAMES[n % len(FIRST_NAMES)]} {FAMILY_NAMES[n * 7 % len(FAMILY_NAMES)]}" for n in range(count)]
    ids = inserted(User, [
        {"name": name, "email": f"colleague{number}@millbrook.example", "title": "Caseworker",
         "role": Role.CASEWORKER, "password_hash": first.password_hash, "created_at": clock.now()}
        for number, name in enumerate(names, start=here + 1)
    ])  # fmt: skip
    inserted(Membership, [
        {"user_id": id, "program_id": programs[turn % len(programs)].id, "from_on": clock.today() - timedelta(365 * YEARS),
         "created_at": clock.now()}
        for turn, id in enumerate(ids)
    ])  # fmt: skip


def _open_programs() -> list[Program]:
    """Those whose records are not sealed."""
    return [program for program in db.session.scalars(Program.running()) if not program.regime.sealed]


def inserted(model: type[Any], rows: Rows) -> list[int]:
    """Insert these rows and return their numbers, in the same order."""
    if not rows:
        return []
    statement = sa.insert(model.__table__).returning(model.__table__.c.id, sort_by_parameter_order=True)
    return list(db.session.execute(statement, rows).scalars())


class Maker:
    """Makes people out of the same parts as the story, a few thousand at a time."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.today = clock.today()
        self.prefix = Agency.here().client_prefix
        working = [(user, user.program_ids) for user in db.session.scalars(User.working())]
        self.programs = [program.id for program in _open_programs()]
        caseworkers = [(user.id, ids) for user, ids in working if user.role is Role.CASEWORKER]
        self.workers = {program: [id for id, ids in caseworkers if program in ids] for program in self.programs}
        self.approver = next(user.id for user, _ids in working if user.role is Role.SUPERVISOR)
        self.services = [
            (id, name, provider)
            for id, name, provider in db.session.execute(
                sa.select(Service.id, Service.name, Organization.name)
                .join(Organization, Organization.id == Service.organization_id)
                .order_by(Service.id)
                .limit(60)
            )
        ]

    def some(self, count: int) -> None:
        """Insert this many clients with everything that is theirs."""
        people = [self._person() for _ in range(count)]
        ids = self._insert_people(people)
        cases = [case for person, id in zip(people, ids, strict=True) for case in self._cases_of(person, id)]
        apart = {"worker", "called", "closed_on"}
        rows = [{name: value for name, value in case.items() if name not in apart} for case in cases]
        case_ids = inserted(Case, rows)
        for case, id in zip(cases, case_ids, strict=True):
            case["id"] = id
        self._insert_around(cases)
        self._insert_work([case for case in cases if case["opened_on"]])
        self._insert_events(ids, cases)

    # -- the person

    def _person(self) -> dict[str, Any]:
        chance = self.chance
        last = chance.choice(FAMILY_NAMES)
        if chance.random() < 0.4:
            last = f"{last}-{chance.choice(FAMILY_NAMES)}"
        first = chance.choice(FIRST_NAMES)
        return {
            "first_name": first,
            "middle_name": chance.choice(FIRST_NAMES) if chance.random() < 0.3 else None,
            "last_name": last,
            "preferred_name": chance.choice(FIRST_NAMES) if chance.random() < 0.08 else None,
            "born_on": date(chance.randint(1938, 2006), chance.randint(1, 12), chance.randint(1, 28)),
            "birth_quality": BirthQuality.FULL,
            "sex": chance.choice((Sex.FEMALE, Sex.MALE)),
            "spoken_language": chance.choice(LANGUAGES),
            "interpreter": Interpreter.YES if chance.random() < 0.06 else Interpreter.NO,
            "preferred_contact": chance.choice((PreferredContact.PHONE, PreferredContact.TEXT, PreferredContact.EMAIL)),
            "other": f"{chance.choice(FIRST_NAMES)} {last}" if chance.random() < 0.05 else None,
            "phone": f"410-555-{chance.randint(0, 9999):04d}" if chance.random() < 0.85 else None,
            "street": f"{chance.randint(2, 980)} {chance.choice(STREETS)}" if chance.random() < 0.7 else None,
            "began": self.today - timedelta(days=int(chance.triangular(1, 365 * YEARS, 120))),
        }

    def _insert_people(self, people: Rows) -> list[int]:
        apart = {"other", "phone", "street", "began"}
        rows = [
            {name: value for name, value in person.items() if name not in apart}
            | {"version": 1, "created_at": at(person["began"], 9), "sort_name": "", "search": ""}
            for person in people
        ]
        ids = inserted(Client, rows)
        db.session.execute(
            sa.update(Client.__table__)
            .where(Client.__table__.c.id == sa.bindparam("of"))
            .values(number=sa.bindparam("numbered")),
            [{"of": id, "numbered": f"{self.prefix}-{1000 + id}"} for id in ids],
        )
        mine = list(zip(people, ids, strict=True))
        inserted(Phone, [
            {"client_id": id, "number": p["phone"], "call": True, "text": True, "created_at": at(p["began"], 9)}
            for p, id in mine if p["phone"]
        ])  # fmt: skip
        inserted(Address, [
            {"client_id": id, "street": p["street"], "city": "Millbrook", "state": "MD", "zip": "21201", "mail": True,
             "created_at": at(p["began"], 9)}
            for p, id in mine if p["street"]
        ])  # fmt: skip
        inserted(OtherName, [
            {"client_id": id, "text": p["other"], "created_at": at(p["began"], 9)} for p, id in mine if p["other"]
        ])  # fmt: skip
        return ids

    # -- the cases

    def _cases_of(self, person: dict[str, Any], client_id: int) -> Rows:
        chance = self.chance
        drawn = chance.random()
        if drawn < 0.04:
            return []
        status = chance.choices(list(STATUSES), list(STATUSES.values()))[0]
        program = chance.choice(self.programs)
        cases = [self._case(person, client_id, program, status, person["began"])]
        days = (self.today - person["began"]).days
        others = [other for other in self.programs if other != program]
        if drawn > 0.9 and days > 400 and others:  # somebody who came back, for something else
            cases[0] = self._case(person, client_id, program, CaseStatus.CLOSED, person["began"])
            came_back = self.today - timedelta(days=days // 3)
            cases.append(self._case(person, client_id, chance.choice(others), CaseStatus.ACTIVE, came_back))
        return cases

    def _case(
        self, person: dict[str, Any], client_id: int, program: int, status: CaseStatus, began: date
    ) -> dict[str, Any]:
        opened = status in (*OPEN, CaseStatus.CLOSED)
        lasted = max(1, min((self.today - began).days - 1, int(self.chance.triangular(20, 700, 180))))
        return {
            "client_id": client_id,
            "program_id": program,
            "status": status,
            "received_on": began,
            "opened_on": began if opened else None,
            "level_of_service": self.chance.choice(list(LevelOfService)) if opened else None,
            "version": 1,
            "created_at": at(began, 10),
            "worker": self.chance.choice(self.workers[program]),
            "called": person["preferred_name"] or person["first_name"],
            "closed_on": min(self.today, began + timedelta(days=lasted)) if status is CaseStatus.CLOSED else None,
        }

    def _insert_around(self, cases: Rows) -> None:
        """The intake of each case, who is responsible, and how it ended."""
        decided = {CaseStatus.NOT_OPENED: Disposition.NOT_ELIGIBLE, CaseStatus.WAITLISTED: Disposition.WAITLISTED}
        inserted(Intake, [
            of(case) | {
                "received_on": case["received_on"],
                "method": self.chance.choice((IntakeMethod.PHONE, IntakeMethod.WALK_IN)),
                "by_id": case["worker"],
                "referral_source": self.chance.choice(SOURCES),
                "presenting_concern": self.chance.choice(CONCERNS),
                "urgency": self.chance.choice((Urgency.ROUTINE, Urgency.ROUTINE, Urgency.URGENT)),
                "disposition": None if case["status"] is CaseStatus.INTAKE_PENDING
                else decided.get(case["status"], Disposition.ACCEPTED),
                "completed_on": None if case["status"] is CaseStatus.INTAKE_PENDING else case["received_on"],
                "version": 1,
            }
            for case in cases
        ])  # fmt: skip
        inserted(Assignment, [
            of(case) | {
                "user_id": case["worker"], "role": AssignmentRole.CASEWORKER, "from_on": case["received_on"],
                "to_on": case["closed_on"], "ended_by_closure": case["closed_on"] is not None,
            }
            for case in cases if case["opened_on"]
        ])  # fmt: skip
        inserted(Closure, [self._closure(case) for case in cases if case["closed_on"]])

    def _closure(self, case: dict[str, Any]) -> dict[str, Any]:
        closed = at(case["closed_on"], 16)
        return of(case) | {
            "closed_on": case["closed_on"],
            "reason": self.chance.choice(REASONS),
            "rationale": f"{case['called']} reached what we set out to do.",
            "planned": Planned.PLANNED,
            "completion": Completion.COMPLETED,
            "aftercare": "Millbrook Parents’ Circle, 14 Mill Lane, 410-555-0155",
            "way_back": "Call 410-555-0100 and say that you were here before.",
            "by_id": case["worker"],
            "submitted_at": closed,
            "submitted_by_id": case["worker"],
            "approved_at": closed,
            "approved_by_id": self.approver,
            "status_before": CaseStatus.ACTIVE,
            "appeal_given": False,
            "version": 1,
            "created_at": closed,
        }

    # -- the work

    def _insert_work(self, cases: Rows) -> None:
        """Contacts, tasks, needs, drafts of plans and referrals of the cases that were opened."""
        inserted(Note, [note for case in cases for note in self._notes(case)])
        inserted(Task, [task for case in cases for task in self._tasks(case)])
        self._insert_needs([case for case in cases if self.chance.random() < 0.7])
        self._insert_plans([case for case in cases if not case["closed_on"] and self.chance.random() < 0.4])
        inserted(Referral, [self._referral(case) for case in cases if self.services and self.chance.random() < 0.5])

    def _last_day(self, case: dict[str, Any]) -> date:
        return case["closed_on"] or self.today

    def _day_in(self, case: dict[str, Any]) -> date:
        days = (self._last_day(case) - case["opened_on"]).days
        return case["opened_on"] + timedelta(days=self.chance.randint(0, days))

    def _notes(self, case: dict[str, Any]) -> Rows:
        rows = []
        for _ in range(self.chance.choice((1, 2, 3, 3, 4, 6))):
            day = self._day_in(case)
            rows.append(of(case) | {
                "happened_on": day,
                "started_at": time(self.chance.randint(9, 16), self.chance.choice((0, 15, 30, 45))),
                "minutes": self.chance.choice((10, 15, 30, 45)),
                "method": self.chance.choice(list(Method)[:6]),
                "attendance": Attendance.COMPLETED if self.chance.random() < 0.9 else Attendance.NO_SHOW,
                "contact_with": ["client"],
                "purpose": ["monitoring"],
                "text": self.chance.choice(NOTES).replace("{name}", case["called"]),
                "by_id": case["worker"],
                "signed_as": "Caseworker",
                "created_at": at(day, 17),
            })  # fmt: skip
        return rows

    def _tasks(self, case: dict[str, Any]) -> Rows:
        rows = []
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            title, days, kind, priority = self.chance.choice(TODOS)
            done = case["closed_on"] is not None or self.chance.random() < 0.6
            due = self._day_in(case) if done else self.today + timedelta(days=self.chance.randint(-5, 40) + days)
            rows.append(of(case) | {
                "title": title,
                "type": TaskType(kind),
                "priority": Priority(priority),
                "due_on": due,
                "assignee_id": case["worker"],
                "status": TaskStatus.DONE if done else TaskStatus.OPEN,
                "done_at": at(due, 15) if done else None,
                "done_by_id": case["worker"] if done else None,
                "version": 1,
                "created_at": at(case["opened_on"], 12),
            })  # fmt: skip
        return rows

    def _insert_needs(self, cases: Rows) -> None:
        rows = [
            of(case) | {
                "type": AssessmentType.INITIAL,
                "status": AssessmentStatus.SIGNED,
                "started_on": case["opened_on"],
                "sources": ["interview"],
                "summary": f"{case['called']} told us what matters most now.",
                "by_id": case["worker"],
                "signed_by_id": case["worker"],
                "signed_at": at(case["opened_on"], 14),
                "signed_as": "Caseworker",
                "version": 1,
            }
            for case in cases
        ]  # fmt: skip
        ids = inserted(Assessment, rows)
        domains = list(Domain)
        inserted(Need, [
            of(case) | {
                "assessment_id": id,
                "domain": domain,
                "level": self.chance.choice((Level.CRISIS, Level.VULNERABLE, Level.SAFE)),
                "status": NeedStatus.UNMET,
                "priority": priority,
            }
            for case, id in zip(cases, ids, strict=True)
            for priority, domain in enumerate(self.chance.sample(domains, 3), start=1)
        ])  # fmt: skip

    def _insert_plans(self, cases: Rows) -> None:
        plan_ids = inserted(Plan, [
            of(case) | {
                "number": 1,
                "status": PlanStatus.DRAFT,
                "starts_on": case["opened_on"],
                "review_on": case["opened_on"] + timedelta(days=90),
                "vision": "A quiet place to live and enough to get by.",
                "by_id": case["worker"],
                "version": 1,
            }
            for case in cases
        ])  # fmt: skip
        drawn = [self.chance.choice(GOALS) for _ in cases]
        goal_ids = inserted(Goal, [
            of(case) | {
                "plan_id": id,
                "thread": self._thread(),
                "position": 1,
                "statement": goal["goal"],
                "own_words": goal["words"],
                "domain": Domain(goal["domain"]),
                "measure": goal["measure"],
                "target_on": case["opened_on"] + timedelta(days=goal["days"]),
                "status": GoalStatus.NOT_STARTED,
            }
            for case, id, goal in zip(cases, plan_ids, drawn, strict=True)
        ])  # fmt: skip
        inserted(Step, [
            of(case) | {
                "goal_id": id,
                "thread": self._thread(),
                "position": position,
                "action": action,
                "actor": Actor(actor),
                "actor_name": name,
                "due_on": case["opened_on"] + timedelta(days=14 * position),
                "status": StepStatus.NOT_STARTED,
            }
            for case, id, goal in zip(cases, goal_ids, drawn, strict=True)
            for position, (action, actor, name) in enumerate(goal["objectives"][0][2], start=1)
        ])  # fmt: skip

    def _thread(self) -> str:
        """A thread drawn by this chance, as long as those that are made up elsewhere."""
        return f"{self.chance.getrandbits(128):032x}"[: len(new_thread())]

    def _referral(self, case: dict[str, Any]) -> dict[str, Any]:
        id, name, provider = self.chance.choice(self.services)
        need, _words, _came_to = self.chance.choice(LINKS)
        sent = self._day_in(case)
        ended = case["closed_on"] is not None or self.chance.random() < 0.5
        return of(case) | {
            "service_id": id,
            "provider": provider[:250],
            "what": name[:300],
            "domain": Domain(need),
            "urgency": Urgency.ROUTINE,
            "type": ReferralType.REFERRAL,
            "method": ReferralMethod.PHONE,
            "with_identity": False,
            "status": ReferralStatus.CLOSED if ended else ReferralStatus.SENT,
            "sent_on": sent,
            "follow_up_on": None if ended else self.today + timedelta(days=self.chance.randint(-5, 14)),
            "outcome": ReferralOutcome.NO_CAPACITY if ended else None,
            "outcome_on": min(sent + timedelta(days=14), self._last_day(case)) if ended else None,
            "by_id": case["worker"],
            "version": 1,
            "created_at": at(sent, 11),
        }

    # -- the trail

    def _insert_events(self, ids: list[int], cases: Rows) -> None:
        by = {case["client_id"]: case for case in cases}
        for id in ids:
            worker = by[id]["worker"] if id in by else None
            Event.queue(EventKind.CLIENT_ADDED, by_id=worker, client_id=id, record_kind="client", record_id=id)
        for case in cases:
            about = {"client_id": case["client_id"], "case_id": case["id"]}
            Event.queue(EventKind.CASE_OPENED, by_id=case["worker"], record_kind="case", record_id=case["id"], **about)


SOURCES = (ReferralSource.SELF, ReferralSource.FAMILY, ReferralSource.HEALTH)
REASONS = (
    ClosureReason.GOALS_COMPLETED,
    ClosureReason.GOALS_COMPLETED,
    ClosureReason.NO_LONGER_NEEDED,
    ClosureReason.CLIENT_CHOSE,
    ClosureReason.MOVED,
    ClosureReason.LOST_CONTACT,
)


def of(case: dict[str, Any]) -> dict[str, Any]:
    """What every row of a case carries."""
    return {"client_id": case["client_id"], "case_id": case["id"], "created_at": at(case["received_on"], 12)}


def at(day: date, hour: int) -> datetime:
    """That hour of that day, never after now."""
    return min(datetime.combine(day, time(hour), UTC), clock.now())
