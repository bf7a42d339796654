"""A believable agency, built only through the models' verbs: nobody in it is real."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw

from app import clock
from app.demo import records
from app.demo.circles import surround
from app.demo.people import NOTES, STREETS, Sketch, sketches
from app.directory.importing import import_directory
from app.documents import closure_papers, plan_paper, release_paper
from app.extensions import db
from app.models.agency.agency import Agency, Required
from app.models.agency.document import Document, DocumentKind
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role, User
from app.models.assessment.assessment import Assessment, AssessmentType, Need
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.caseload.alert import Alert, AlertKind
from app.models.caseload.answer import Answer as AnswerOf
from app.models.caseload.case import AssignmentRole, Case, LevelOfService
from app.models.caseload.circumstances import Circumstances
from app.models.caseload.client import (
    Address,
    AddressKind,
    BirthQuality,
    Client,
    Interpreter,
    NameKind,
    NameQuality,
    OtherName,
    Phone,
    PreferredContact,
    PrintFormat,
    Sex,
)
from app.models.caseload.identifier import Identifier, IdentifierKind
from app.models.caseload.income import IncomeAmount, IncomeRecord, IncomeSource
from app.models.caseload.poverty import PovertyArea
from app.models.caseload.program import Program, Regime
from app.models.caseload.stand_in import StandIn
from app.models.closing.closure import (
    Closure,
    ClosureReason,
    Completion,
    FollowUp,
    FollowUpAfter,
    OutcomeOfGoal,
    Planned,
)
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType, Information, Manner
from app.models.intake.consent_terms import FITTING
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod
from app.models.intake.intake import (
    Determination,
    Disposition,
    Intake,
    IntakeMethod,
    ReferralSource,
    SafetyScreen,
    Urgency,
)
from app.models.intake.requirement import Answer, Requirement, RequirementAnswer, RequirementKind
from app.models.linking.directory import Service
from app.models.linking.referral import (
    ConfirmedBy,
    Referral,
    ReferralMethod,
    ReferralOutcome,
    ReferralStatus,
    ReferralType,
)
from app.models.monitoring.note import Attendance, Method, Note
from app.models.monitoring.task import Priority, Task, TaskType
from app.models.planning.goal import Actor, Goal, StepStatus
from app.models.planning.plan import Agreement, NeedAnswer, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole

SEED = 20261121
FOUNDED = 1500
SAMPLE = Path(__file__).parent.parent / "directory" / "sample" / "baltimore"


def build(*, password: str, clients: int = 0) -> str:
    """Build the agency in the empty database and commit; returns what was built, in words.

    `clients` is how many there shall be in all; those beyond the story are made in bulk, the same ones every time.
    """
    chance = random.Random(SEED)  # noqa: S311 # nosec B311 (the same people every time; no secret)
    with _on(FOUNDED):  # before the first client came: nobody could have been given a case otherwise
        staff = _found_the_agency(password)
    import_directory(db.session(), SAMPLE)
    _add_our_own(staff)
    db.session.commit()
    story = [_live(sketch, staff, chance) for sketch in sketches()]
    db.session.commit()
    with _on(3):
        surround(story, scanned("court order"))
    _ask_permissions(story)
    _share_and_look(story, staff)
    _at_the_door(staff)
    StandIn.arrange(
        staff.luis,
        staff.dana,
        by=staff.marcus,
        from_on=_days(-1),
        to_on=_days(6),
        note="Luis is at a training this week. He reads his messages in the evening.",
    )
    db.session.commit()
    made = len(story) + records.write_down_twice(story, staff, _on)
    records.ask_for_records(story, staff, _on)
    db.session.commit()
    if clients > made:
        from app.demo.bulk import add_clients

        add_clients(clients - made, chance=chance)
        made = clients
    services = db.session.scalar(sa.select(sa.func.count()).select_from(Service))
    return f"{made} clients and {services} services"


class Staff:
    """Who works at Millbrook, and in which programs."""

    def __init__(self, **known: Any) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def _found_the_agency(password: str) -> Staff:
    agency = Agency.found(
        name="Millbrook Neighbor Services",
        street="210 Canal Street, Room B",
        city="Millbrook, MD 21201",
        phone="410-555-0100",
        client_prefix="MN",
        grievance_contact="Marcus Oyelaran, supervisor, 410-555-0104",
        hotline="Millbrook Crisis Line, 410-555-0911",
        abuse_report_line="State abuse line, 800-555-0119",
        demo=True,
    )
    agency.idle_minutes = 60
    agency.second_factor = Required.NOBODY  # so that everybody can look around with the password alone

    def person(name: str, role: Role, title: str, phone: str, credentials: str | None = None) -> User:
        email = f"{name.split()[0].lower()}@millbrook.example"
        return User.add(
            name=name,
            email=email,
            role=role,
            password=password,
            by=None,
            title=title,
            phone=phone,
            credentials=credentials,
        )

    ruth = person("Ruth Abara", Role.ADMINISTRATOR, "Office manager", "410-555-0101")
    family = Program.add(
        by=ruth, name="Family stability", funders="CSBG, United Way", review_days=90, expects=list(FUNDERS_ASK)
    )
    elder = Program.add(by=ruth, name="Elder support", funders="Older Americans Act", review_days=180)
    harbor = Program.add(by=ruth, name="Safe harbor", regime=Regime.VICTIM_SERVICES, funders="VOCA")
    dana = person("Dana Whitfield", Role.CASEWORKER, "Caseworker", "410-555-0108", "LBSW")
    luis = person("Luis Carrasco", Role.CASEWORKER, "Caseworker", "410-555-0109", "BSW")
    maya = person("Maya Chen", Role.CASEWORKER, "Caseworker", "410-555-0110", "LMSW")
    marcus = person("Marcus Oyelaran", Role.SUPERVISOR, "Supervisor", "410-555-0104", "LCSW")
    nia = person("Nia Brooks", Role.FRONT_DESK, "Front desk", "410-555-0100")
    person("Edith Vance", Role.READER, "Auditor, board of directors", "410-555-0102")
    dana.work_in([family], by=ruth)
    luis.work_in([family, elder], by=ruth)
    maya.work_in([elder, harbor], by=ruth)
    marcus.work_in([family, elder], by=ruth)
    nia.work_in([family, elder], by=ruth)
    db.session.flush()
    for program in (family, elder):
        _ask_at_intake(program, ruth)
    Requirement.add_usual_packet(harbor, by=ruth)
    return Staff(
        nia=nia, ruth=ruth, dana=dana, luis=luis, maya=maya, marcus=marcus, family=family, elder=elder, harbor=harbor
    )


def _ask_at_intake(program: Program, ruth: User) -> None:
    """A program's list: who may be served, and the papers of its packet."""
    for text, text_es, limit in (
        ("Lives in Millbrook or the county", "Vive en Millbrook o en el condado", None),
        ("Income up to 200 % of the poverty level", "Ingresos hasta el 200 % del nivel de pobreza", 200),
    ):
        Requirement.add(
            program, by=ruth, kind=RequirementKind.CRITERION, text=text, text_es=text_es, poverty_limit=limit
        )
    Requirement.add_usual_packet(program, by=ruth)


def _add_our_own(staff: Staff) -> None:
    """Help that a caseworker knows of and no directory lists."""
    with _on(30):
        Service.add(
            by=staff.dana,
            organization="St. Anne’s Church",
            name="Pantry shelf at St. Anne’s",
            description="A shelf of groceries in the church hall. Take what you need for the week.",
            phone="410-555-0136",
            street="9 Orchard Street",
            city="Millbrook",
            state="MD",
            postal_code="21201",
            hours="Wednesday, 4 pm to 7 pm\nSaturday, 9 am to noon",
            eligibility_description="Anyone. No papers are asked for.",
            application_process="Come to the side door and ring.",
            fees_description="Free",
            languages="English, Spanish",
        )


@cache
def scanned(number: str) -> bytes:
    """A page that could have come out of a scanner, so that the record is not empty; it says that it is a sample."""
    page = Image.new("L", (425, 550), 250)
    draw = ImageDraw.Draw(page)
    draw.text((40, 40), f"Sample of a signed page, client {number}", fill=60)
    draw.line([(40, 300), (110, 270), (150, 310), (230, 280), (300, 300)], fill=40, width=3)
    draw.line([(40, 320), (380, 320)], fill=90)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def _on(days_ago: int, hour: int = 10, minute: int = 0):
    """The clock, set to that many days ago at that hour of the agency's day."""
    day = clock.today() - timedelta(days=days_ago)
    return clock.at(min(clock.from_local(day, time(hour, minute)), clock.now()))


def _days(days: int) -> date:
    """The day that many days from the (set) today; negative is the past."""
    return clock.today() + timedelta(days=days)


def _live(sketch: Sketch, staff: Staff, chance: random.Random) -> Client:
    """Let one client's story happen, from the door to where it stands today."""
    worker: User = getattr(staff, sketch.worker)
    program: Program = getattr(staff, sketch.program)
    life = Life(sketch, worker, staff.marcus, program, chance)
    life.arrive()
    if sketch.chapters:
        life.tell()
    for chapter in ("take_in", "assess", "link", "plan", "work", "close"):
        if chapter in sketch.chapters:
            getattr(life, chapter)()
    return life.client


def _at_the_door(staff: Staff) -> None:
    """Who called or came lately: some wait for the intake, some for a place, one needs somebody today."""
    for days, first, last, phone, program, method, urgency, safety, words, waits in CALLERS:
        with _on(days, 11):
            client = Client.add(
                by=staff.nia,
                first_name=first,
                last_name=last,
                name_quality=NameQuality.FULL if last else NameQuality.PARTIAL,
                phones=[Phone(number=phone, call=safety is not SafetyScreen.DANGER)],
            )
            case = Case.open(client, by=staff.nia, program=getattr(staff, program), received_on=clock.today())
            intake = Intake.begin(
                case,
                by=staff.nia,
                received_on=clock.today(),
                method=method,
                urgency=urgency,
                safety=safety,
                presenting_concern=words,
                referral_source=ReferralSource.TWO_ONE_ONE,
            )
        if waits:
            with _on(max(0, days - 3), 15):
                intake.determine(
                    by=staff.marcus,
                    determination=Determination.ELIGIBLE,
                    household_size=3,
                    monthly_income=185_000,
                    poverty_area=PovertyArea.CONTIGUOUS,
                )
                intake.complete(
                    by=staff.marcus, disposition=Disposition.WAITLISTED, leaving_open="No place is free this month"
                )


# Days ago, first and last name, phone, program, how they reached us, how urgent, how safe, in their words, on the waitlist.
CALLERS: list[tuple[int, str, str | None, str, str, IntakeMethod, Urgency | None, SafetyScreen | None, str, bool]] = [
    (0, "Tanya", None, "410-555-0171", "family", IntakeMethod.PHONE, Urgency.EMERGENCY, SafetyScreen.DANGER,
     "He came back last night and broke the door. I am at my cousin’s with the boys.", False),
    (4, "Osman", "Farah", "410-555-0172", "family", IntakeMethod.ONLINE, Urgency.URGENT, SafetyScreen.SAFE,
     "They will cut off the power on Monday.", False),
    (18, "Lucille", "Barnes", "410-555-0173", "elder", IntakeMethod.REFERRAL_FORM, Urgency.ROUTINE, SafetyScreen.SAFE,
     "I cannot manage the stairs and the shopping any more.", False),
    (31, "Devon", "Pruitt", "410-555-0174", "family", IntakeMethod.WALK_IN, Urgency.ROUTINE, SafetyScreen.SAFE,
     "Help with the deposit for a smaller place.", True),
    (12, "Marisol", "Vega", "410-555-0175", "family", IntakeMethod.PHONE, Urgency.URGENT, SafetyScreen.WORRIED,
     "We sleep in the car since the first of the month.", True),
    (22, "Hyun-woo", "Baek", "410-555-0176", "family", IntakeMethod.PHONE, Urgency.ROUTINE, SafetyScreen.SAFE,
     "My hours were cut and the rent is two months behind.", True),
]  # fmt: skip


def _ask_permissions(story: list[Client]) -> None:
    """Permissions in every state: receipts, one waiting for the signature, one taken back, and one of victim services."""
    rosa = next(client for client in story if client.first == "Rosa")
    case = rosa.cases[0]
    worker = case.worker
    assert worker is not None
    with _on(20, 10, 15):
        for kind in (ConsentType.RECEIPT_RIGHTS, ConsentType.RECEIPT_GRIEVANCE, ConsentType.TEXTING):
            Consent.record_signed(
                rosa,
                case=case,
                by=worker,
                type=kind,
                outcome=ConsentOutcome.SIGNED,
                signed_on=clock.today(),
                copy_given=True,
            )
    with _on(9, 14):
        school = _printed(
            case, recipient="Mill Lane Elementary School", purpose="So that the children keep their places"
        )
        _answered(school, case)
    with _on(4, 11, 40):
        school.revoke(by=worker, how="On the phone: the school is told by Rosa herself", manner=Manner.ORAL)
    with _on(1, 15):
        _printed(
            case, recipient="County Job Center", purpose="So that Rosa can join the nursing assistant class in January"
        )
        Consent.prepare(case, by=worker, type=ConsentType.PHOTO, purpose="The wall of the parents’ circle")
    sheltered = next((c for client in story for c in client.cases if c.program.regime is Regime.VICTIM_SERVICES), None)
    if sheltered is not None and sheltered.open_now:
        with _on(3, 16):
            risks = "The court can order that he stays away.\nCourt papers can be read by him; they may show that she came to us."
            kinds = [Information.IDENTITY.value, Information.VIOLENCE.value]
            paper = _printed(sheltered, recipient="Millbrook Family Court, clerk", purpose="A protective order", risks=risks,
                             information=kinds, days=30)  # fmt: skip
            _answered(paper, sheltered)


def _printed(case: Case, *, days: int = 365, **terms: Any) -> Consent:
    """A release printed for the client to sign."""
    worker = case.worker
    assert worker is not None
    usual = {
        "information": [Information.IDENTITY.value, Information.NEED.value, Information.WORK.value],
        "expires_on": _days(days),
    }
    consent = Consent.prepare(case, by=worker, type=FITTING[case.program.regime][0], **(usual | terms))
    db.session.flush()
    consent.freeze(by=worker)
    release_paper.issue(consent, by=worker)
    return consent


def _answered(consent: Consent, case: Case) -> None:
    """The client signed it in ink."""
    assert case.worker is not None
    row = Signature(
        role=SignerRole.CLIENT, printed_name=case.client.name, outcome=SignatureOutcome.SIGNED, method=SignatureMethod.INK,
        signed_on=clock.today(),
    )  # fmt: skip
    consent.record_answers(by=case.worker, signatures=[row], risks_explained=True, copy_given_on=clock.today())


def _share_and_look(story: list[Client], staff: Staff) -> None:
    """What went outside apart from referrals, and a few days of people opening records and being refused."""
    rosa = next(client for client in story if client.first == "Rosa")
    other = next(client for client in story if client is not rosa and client.cases)
    school: dict[str, Any] = {
        "recipient": "Mill Lane Elementary School, office",
        "recipient_address": "3 Mill Lane, Millbrook, MD 21201",
        "method": DisclosureMethod.PHONE,
        "what": "That the family moves this month, and who may pick the children up.",
        "purpose": "So that the children stay enrolled while they move.",
        "basis": Basis.CLIENT_REQUEST,
    }
    report: dict[str, Any] = {
        "recipient": "State abuse line",
        "method": DisclosureMethod.PHONE,
        "what": "What was seen at the visit on that day, the address, the names of the people in the home.",
        "purpose": "A report that the law demands of us.",
        "basis": Basis.MANDATED_REPORT,
    }
    for days, client, told in ((12, rosa, school), (4, other, report)):
        case = client.cases[0]
        with _on(days, 15, 20):
            Disclosure.write_down(client, case=case, by=case.worker or staff.dana, happened_on=clock.today(), **told)
    _look_around(story, staff)


def _look_around(story: list[Client], staff: Staff) -> None:
    """The readings of some days, as the requests of those days would have left them."""
    for days, hour, minute, by, client, kind, endpoint in READINGS:
        seen = story[client] if client is not None else None
        with _on(days, hour, minute):
            Event.queue(
                EventKind(kind),
                by_id=getattr(staff, by).id,
                client_id=seen.id if seen is not None and kind != EventKind.ACCESS_REFUSED else None,
                record_kind="client" if seen is not None else None,
                record_id=seen.id if seen is not None else None,
                address="192.0.2.14",
                endpoint=endpoint,
            )


# Days ago, hour, minute, who, which client of the story, what, on which page.
READINGS = [
    (days, hour, minute, by, client, kind, endpoint)
    for days in (1, 2, 5)
    for hour, minute, by, client, kind, endpoint in (
        (8, 55, "dana", None, "signed_in", "sign_ins.create"),
        (9, 5, "dana", 0, "client_viewed", "cases.show"),
        (9, 12, "dana", 0, "client_viewed", "notes.index"),
        (9, 31, "dana", 0, "client_viewed", "plans.index"),
        (10, 2, "dana", None, "searched", "clients.index"),
        (10, 3, "dana", 1, "client_viewed", "cases.show"),
        (11, 40, "marcus", 0, "client_viewed", "cases.show"),
        (13, 15, "maya", 0, "access_refused", "clients.show"),
        (14, 8, "dana", 0, "client_viewed", "referrals.show"),
        (16, 30, "dana", None, "signed_out", "sign_ins.destroy"),
    )
]


FUNDERS_ASK = ("housing", "employment", "education", "veteran", "disabling_condition", "income", "insurance")
# The order in which a sketch tells how somebody lives.
_LIVES = list(Circumstances.QUESTIONS.items())


class Life:
    """One client's story: each chapter is a few verbs on a few days."""

    def __init__(self, sketch: Sketch, worker: User, supervisor: User, program: Program, chance: random.Random) -> None:
        self.sketch, self.worker, self.supervisor, self.program, self.chance = (
            sketch,
            worker,
            supervisor,
            program,
            chance,
        )
        self.began, self.today, self.steps = sketch.days, clock.today(), 0

    def arrive(self) -> None:
        """Somebody calls, or stands at the desk."""
        s = self.sketch
        with _on(self.began, 9):
            self.client = Client.add(
                by=self.worker,
                first_name=s.first,
                last_name=s.last,
                preferred_name=s.goes_by,
                pronouns=s.pronouns,
                born_on=s.born,
                birth_quality=BirthQuality.FULL if s.born else BirthQuality.NOT_COLLECTED,
                sex=Sex(s.sex) if s.sex else Sex.NOT_COLLECTED,
                race=list(s.race) or None,
                spoken_language=s.language,
                written_language=s.language,
                interpreter=Interpreter.YES if s.interpreter else Interpreter.NO,
                print_format=PrintFormat(s.print_format),
                preferred_contact=PreferredContact(s.contact) if s.contact else None,
                safe_contact=s.safe_contact,
                what_helps=s.helps,
                other_names=[OtherName(text=name, kind=NameKind.MARRIED) for name in s.other_names],
                translation_needed=AnswerOf.YES if s.language == "Spanish" else AnswerOf.NO,
                phones=[Phone(number=s.phone, call=not s.text_only, voicemail=not s.text_only, text=True)]
                if s.phone
                else [],
                addresses=[
                    Address(
                        kind=AddressKind.CONFIDENTIAL if s.hidden_address else AddressKind.HOME,
                        street=f"{self.chance.randint(2, 980)} {self.chance.choice(STREETS)}",
                        city="Millbrook",
                        state="MD",
                        zip="21201",
                        mail=not s.text_only,
                    )
                ],
            )
            if s.alert:
                kind, words = s.alert
                Alert.raise_for(
                    self.client,
                    by=self.worker,
                    kind=AlertKind(kind),
                    what_to_do=words,
                    reason=s.alert_reason,
                    review_on=_days(self.began + s.alert_review),
                )

    def tell(self) -> None:
        """How the person lives and on what, as they said it at the first meeting."""
        s = self.sketch
        chance = random.Random(s.days)  # noqa: S311 # nosec B311 (the same life every time)
        with _on(self.began, 10):
            today = clock.today()
            lives: dict[str, Any] = {name: kind(code) for (name, kind), code in zip(_LIVES, s.lives, strict=False)}
            if not lives:
                lives = {name: chance.choice(list(kind)) for name, kind in _LIVES}
            Circumstances.write_down(self.client, by=self.worker, as_of_on=today, **lives)
            if s.income or chance.random() < 0.6:
                self._tell_income(s.income or (("earned", chance.randrange(400, 2600, 20)),), size=s.household)
            if s.medicaid:
                Identifier.write_down(
                    self.client,
                    by=self.worker,
                    kind=IdentifierKind.MEDICAID,
                    number=s.medicaid,
                    issuer="Maryland Medicaid",
                )

    def _tell_income(self, income: tuple[tuple[str, int], ...], *, size: int) -> None:
        IncomeRecord.write_down(
            self.client, by=self.worker, as_of_on=clock.today(), income=AnswerOf.YES, household_size=size,
            amounts=[IncomeAmount(source=IncomeSource(source), cents=dollars * 100) for source, dollars in income],
            benefits=AnswerOf.YES, benefit_kinds=["snap"], insurance=AnswerOf.YES, insurance_kinds=["medicaid"],
        )  # fmt: skip

    def take_in(self) -> None:
        """A case is opened, and the intake written."""
        s = self.sketch
        with _on(self.began, 9, 30):
            self.case = Case.open(
                self.client,
                by=self.worker,
                program=self.program,
                received_on=clock.today(),
                worker=self.worker,
                level_of_service=LevelOfService.MODERATE,
            )
            if self.program.id in self.supervisor.program_ids:  # nobody from outside supervises a sealed program
                self.case.assign(self.supervisor, by=self.worker, role=AssignmentRole.SUPERVISOR)
            intake = Intake.begin(
                self.case,
                by=self.worker,
                received_on=clock.today(),
                method=self.chance.choice([IntakeMethod.PHONE, IntakeMethod.WALK_IN, IntakeMethod.REFERRAL_FORM]),
                referral_source=ReferralSource(s.source),
                presenting_concern=s.concern,
                urgency=Urgency(s.urgency),
                safety=SafetyScreen.WORRIED if s.alert else SafetyScreen.SAFE,
            )
            Consent.record_signed(
                self.client,
                case=self.case,
                by=self.worker,
                type=ConsentType.SERVICES,
                outcome=ConsentOutcome.SIGNED,
                signed_on=clock.today(),
                copy_given=True,
            )
            if "assess" in s.chapters or self.chance.random() < 0.3:
                self._find_eligible(intake)
                intake.complete(by=self.worker, disposition=Disposition.ACCEPTED)
            self._note(Method.OFFICE, f"{s.first_said} {s.concern_said}", purpose=["intake"], minutes=45)
        if s.restricted:
            with _on(self.began, 11):
                self.client.restrict(by=self.supervisor, to=[self.worker])

    def _find_eligible(self, intake: Intake) -> None:
        """What the program asks is answered; one paper of a few clients can wait."""
        # By the day the story began, and not by chance: drawing here would change everybody's later life.
        people = 1 + self.began % 5
        intake.determine(
            by=self.worker,
            determination=Determination.ELIGIBLE,
            household_size=people,
            monthly_income=90_000 + people * 40_000 + self.began * 100,
            poverty_area=PovertyArea.CONTIGUOUS,
        )
        for line in db.session.scalars(Requirement.of(self.program)):
            answer: dict[str, Any] = {"answer": Answer.SIGNED, "on": clock.today()}
            if line.kind is RequirementKind.CRITERION:
                proof = "Pay stubs of two months" if line.poverty_limit else "Letter from the landlord"
                answer = {"answer": Answer.MET, "proof": proof, "on": clock.today()}
            elif line.consent_type is not None:
                continue
            elif line.text.startswith("Rules") and self.began % 4 == 0:
                answer = {
                    "answer": Answer.EXEMPT,
                    "reason": "Reads it with an interpreter first",
                    "expires_on": _days(30),
                }
            RequirementAnswer.write(self.case, line, by=self.worker, **answer)

    def assess(self) -> None:
        """Needs are rated with the client, and again later when time has passed."""
        s = self.sketch
        with _on(max(0, self.began - 9)):
            first = self._rated(AssessmentType.INITIAL, s.needs)
            if not s.assessed:
                return
            first.sign(by=self.worker)
        if self.began > 75:
            with _on(self.began // 5):
                again = self._rated(
                    AssessmentType.REASSESSMENT, [(d, min(5, n + up), st, w) for d, n, up, st, w in s.later]
                )
                again.sign(by=self.worker)

    def _rated(self, type: AssessmentType, needs: Iterable[tuple[str, int, str, str]]) -> Assessment:
        s = self.sketch
        assessment = Assessment.begin(self.case, by=self.worker, type=type)
        for priority, (domain, level, status, words) in enumerate(needs, start=1):
            assessment.rate(
                Domain(domain),
                by=self.worker,
                level=Level(str(level)),
                status=NeedStatus(status),
                priority=priority if status == "unmet" else None,
                situation=words,
            )
        assessment.describe(
            by=self.worker,
            sources=["interview"],
            strengths=s.strengths,
            own_goals=s.vision,
            summary=f"{s.first} told us what matters most now. {s.strengths}",
        )
        return assessment

    def plan(self) -> None:
        """Goals and steps are written, made ready, and signed on paper; longer stories have more versions."""
        s = self.sketch
        with _on(max(1, self.began - 12)):
            plan = Plan.begin(self.case, by=self.worker)
            self._write(plan, s.goals[:2] if s.versions > 1 else s.goals)
            if s.versions == 0:
                return
            self._freeze(plan)
        # From fresh to past its ninety days: of many reviews a few are overdue, some are due soon, most are far off.
        newest = max(0, min(self.began - 14 - s.versions, s.days * 37 % 97))
        for number in range(1, s.versions + 1):
            days_ago = max(0, self.began - 13 - (number - 1) * (self.began - 13 - newest) // max(1, s.versions - 1))
            if number > 1:
                with _on(days_ago, 9):
                    plan = plan.revise(by=self.worker)
                    self._write_rest(plan, s.goals)
                    self._freeze(plan)
            if number < s.versions or s.signed:
                with _on(days_ago, 14):
                    self._sign(plan)
        self.current = plan

    def _write(self, plan: Plan, goals: tuple[dict[str, Any], ...]) -> None:
        s = self.sketch
        plan.rewrite(
            by=self.worker,
            vision=s.vision,
            strengths=s.strengths,
            barriers=s.barriers,
            warning_signs="Not sleeping. Not answering texts.",
            what_helps=s.helps or "A walk, and a call to a friend.",
            people_to_call=s.people,
            contingency="Call us and we meet within two work days.",
            exit_criteria="When the goals are reached, or when I say so.",
        )
        for name, relation, helps_with in s.supports:
            plan.rely_on(by=self.worker, name=name, relation=relation, helps_with=helps_with)
        for goal in goals:
            self._add_goal(plan, goal)
        for need in plan.unanswered_needs:
            answer, reason = self._not_now(need)
            plan.set_aside(need.domain, by=self.worker, answer=answer, reason=reason)

    def _not_now(self, need: Need) -> tuple[NeedAnswer, str]:
        if need.status is NeedStatus.DECLINES:
            return NeedAnswer.DECLINES, f"{self.sketch.first} does not want help with this for now."
        if need.domain in (Domain.SAFETY, Domain.LEGAL) or need.status is NeedStatus.MET:
            return NeedAnswer.MET_ELSEWHERE, "Another agency is helping with this already."
        return NeedAnswer.DEFERRED, f"{self.sketch.first} wants to take this up in the next plan."

    def _write_rest(self, plan: Plan, goals: tuple[dict[str, Any], ...]) -> None:
        known = {goal.statement for goal in plan.goals}
        for goal in goals:
            if goal["goal"] not in known:
                self._add_goal(plan, goal)
                for need in [n for n in plan.planned_needs if n.domain == goal["domain"]]:
                    plan.take_up(need, by=self.worker)
                break

    def _add_goal(self, plan: Plan, words: dict[str, Any]) -> Goal:
        goal = plan.add_goal(
            by=self.worker,
            statement=words["goal"],
            own_words=words["words"],
            domain=Domain(words["domain"]),
            measure=words["measure"],
            target_on=_days(words["days"]),
        )
        for title, measure, steps in words["objectives"]:
            objective = goal.add_objective(by=self.worker, statement=title, measure=measure) if title else None
            for action, actor, name in steps:
                goal.add_step(
                    by=self.worker,
                    action=action,
                    actor=Actor(actor),
                    actor_name=name,
                    due_on=self._due(),
                    objective=objective,
                )
        return goal

    def _due(self) -> date:
        """The days of the steps in order: those that will be done lie behind us by now, the others ahead."""
        self.steps += 1
        share = self.steps / max(1, sum(len(o[2]) for goal in self.sketch.goals for o in goal["objectives"]))
        ahead = round((share - self.sketch.progress) * 45) + 3
        behind = round(self.began * (self.sketch.progress - share)) + 2
        return (
            self.today + timedelta(days=ahead) if share > self.sketch.progress else self.today - timedelta(days=behind)
        )

    def _freeze(self, plan: Plan) -> None:
        plan.freeze(by=self.worker, leaving_open="Agreed with the client to go on.")
        plan_paper.issue(plan, by=self.worker)

    def _sign(self, plan: Plan) -> None:
        today = clock.today()
        declined = self.sketch.declines
        client = Signature(
            role=SignerRole.CLIENT,
            printed_name=self.client.name,
            outcome=SignatureOutcome.DECLINED if declined else SignatureOutcome.SIGNED,
            method=None if declined else SignatureMethod.INK,
            signed_on=None if declined else today,
            reason="Wants to think about it; agrees that we go on." if declined else None,
        )
        worker = Signature(
            role=SignerRole.CASEWORKER,
            printed_name=self.worker.signature_name,
            outcome=SignatureOutcome.SIGNED,
            method=SignatureMethod.INK,
            signed_on=today,
        )
        plan.record_signatures(
            by=self.worker,
            signatures=[client, worker],
            agreement=Agreement.AGREES,
            took_part=True,
            chose_services=True,
            copy_given_on=today,
        )
        if not declined and not (self.sketch.scan_missing and plan.number == self.sketch.versions):
            Document.add(
                client=self.client,
                case=self.case,
                plan=plan,
                by=self.worker,
                kind=DocumentKind.SIGNED_PLAN,
                title=f"Signed service plan, version {plan.number}",
                file_name="scan.png",
                content=scanned(self.client.number or ""),
                media_type="image/png",
            )

    def link(self) -> None:
        """Referrals to services of the real directory, with what came of them so far."""
        for number, (need, words, came_to) in enumerate(self.sketch.referrals):
            service = self._service(words)
            with _on(max(2, self.began - 20 - number * 7), 11):
                if came_to != "information":
                    Consent.record_signed(
                        self.client,
                        case=self.case,
                        by=self.worker,
                        type=ConsentType.RELEASE,
                        outcome=ConsentOutcome.SIGNED,
                        signed_on=clock.today(),
                        recipient=service.organization.name[:200],
                        information=[Information.IDENTITY.value, Information.LANGUAGE.value, Information.NEED.value],
                        purpose=f"So that {self.sketch.first} can get help with {Domain(need).label.lower()}",
                        expires_on=_days(365 if number else self.began + 12),
                        copy_given=True,
                    )
                referral = Referral.make(
                    self.case,
                    by=self.worker,
                    domain=Domain(need),
                    type=ReferralType.INFORMATION if came_to == "information" else ReferralType.REFERRAL,
                    method=ReferralMethod.SELF if came_to == "information" else ReferralMethod.LETTER,
                    service=service,
                    need_text=f"The client asks for help with {Domain(need).label.lower()}.",
                    with_identity=came_to != "information",
                    shared=["identity", "language", "need"] if came_to != "information" else None,
                )
                referral.send(by=self.worker)
            self._hear(referral, came_to, number)

    def _hear(self, referral: Referral, came_to: str, number: int) -> None:
        with _on(max(1, self.began - 28 - number * 7), 15):
            today = clock.today()
            if came_to == "received":
                referral.end(
                    by=self.worker, outcome=ReferralOutcome.RECEIVED, on=today, confirmed_by=ConfirmedBy.CLIENT,
                    text=f"{self.sketch.first} got what was asked for.",
                )  # fmt: skip
            elif came_to == "full":
                referral.end(
                    by=self.worker,
                    outcome=ReferralOutcome.NO_CAPACITY,
                    on=today,
                    text="The list opens again in spring.",
                )
            elif came_to in ("accepted", "waiting"):
                status = ReferralStatus.ACCEPTED if came_to == "accepted" else ReferralStatus.RECEIVED
                said = (
                    "They said yes. First visit next week." if came_to == "accepted" else "They have it and will call."
                )
                again = self.today + timedelta(days=-2 if self.sketch.days % 5 == 0 else self.chance.randint(2, 12))
                referral.hear(by=self.worker, status=status, on=today, method=ReferralMethod.PHONE, text=said,
                              follow_up_on=max(again, today))  # fmt: skip

    def _service(self, words: str) -> Service:
        found = db.session.scalars(Service.matching(words=words).limit(3)).all()
        if not found:
            found = db.session.scalars(sa.select(Service).order_by(Service.id).limit(40)).all()
        return found[self.chance.randrange(len(found))]

    def work(self) -> None:
        """Contacts, tasks and steps, up to today."""
        s = self.sketch
        gap = max(4, self.began // 9)
        for days_ago in range(self.began - 15, s.last_contact - 1, -gap):
            with _on(
                max(s.last_contact, days_ago),
                self.chance.choice([9, 10, 11, 13, 14, 15]),
                self.chance.choice([0, 15, 30]),
            ):
                self._note(self.chance.choice(list(Method)[:6]), self.chance.choice(NOTES).replace("{name}", s.first))
        if s.no_show:
            with _on(s.last_contact + 2, 13):
                self._note(
                    Method.OFFICE,
                    f"{s.first} did not come. Sent a text to find a new day.",
                    attendance=Attendance.NO_SHOW,
                )
        plan = Plan.in_force(self.case)
        steps = [step for goal in plan.goals for step in goal.steps] if plan else []
        for step in steps[: round(len(steps) * s.progress)]:
            with _on(max(1, self.began // 4), 16):
                step.mark(StepStatus.DONE, by=self.worker)
        for step in steps[round(len(steps) * s.progress) :][:1]:
            step.mark(StepStatus.IN_PROGRESS, by=self.worker)
        for title, due, kind, priority in s.tasks:
            with _on(max(1, min(12, self.began))):
                Task.add(self.case, by=self.worker, title=title, due_on=clock.today() + timedelta(days=min(12, self.began) + due),
                         type=TaskType(kind), priority=Priority(priority))  # fmt: skip

    def _note(
        self, method: Method, text: str, *, attendance: Attendance = Attendance.COMPLETED, purpose: list[str] | None = None,
        minutes: int | None = None,
    ) -> None:  # fmt: skip
        now = clock.local(clock.now())
        goals = [goal.thread for goal in (Plan.in_force(self.case) or Plan()).goals][:1]
        Note.write(
            self.case,
            by=self.worker,
            happened_on=now.date(),
            started_at=time(now.hour, now.minute),
            minutes=minutes or self.chance.choice([10, 15, 30, 45]),
            method=method,
            attendance=attendance,
            text=text,
            contact_with=["client"],
            purpose=purpose or ["monitoring"],
            goal_threads=goals or None,
        )

    def close(self) -> None:
        """The case ends: in preparation, with the supervisor, or closed."""
        s = self.sketch
        with _on(3 if s.ending != "closed" else max(1, s.last_contact)):
            for task in db.session.scalars(Task.of(self.case).where(Task.undone())):
                task.finish(by=self.worker)
            for referral in db.session.scalars(Referral.of(self.case)):
                if not referral.ended and s.ending != "preparing":
                    referral.end(by=self.worker, outcome=ReferralOutcome.RECEIVED, on=clock.today(),
                                 confirmed_by=ConfirmedBy.CLIENT)  # fmt: skip
            closure = Closure.begin(self.case, by=self.worker)
            outcomes: dict[int, tuple[OutcomeOfGoal | None, str | None]] = {}
            for index, row in enumerate(closure.goal_outcomes if s.ending != "preparing" else []):
                outcomes[row.goal_id] = self._outcome(index)
            closure.rewrite(
                by=self.worker,
                goal_outcomes=outcomes,
                reason=ClosureReason.GOALS_COMPLETED,
                rationale=f"{s.first} reached most of what we set out to do and chose to finish our meetings.",
                planned=Planned.PLANNED,
                completion=Completion.COMPLETED,
                who_decided=f"{s.first} and {self.worker.first_name}, together",
                situation_now="Stable. The bills are paid and the children are in school.",
                gains="I know whom to call now, and I call before it gets bad.",
                remaining_needs="Savings for an emergency.",
                risks="If the hours at work are cut again, the rent falls behind within a month.",
                recommendations=f"Stay with the parents’ circle. {s.first} can ask for the tenant fund again in March.",
                follow_up=FollowUp.AGREED,
                follow_up_after=[FollowUpAfter.MONTH, FollowUpAfter.QUARTER],
                follow_up_how=f"{self.worker.first_name}, by {s.contact or 'phone'}",
                supports=s.people,
                aftercare="Millbrook Parents’ Circle, 14 Mill Lane, 410-555-0155, Thursdays 6 to 8 pm",
                client_comments="Nobody made me feel small here.",
                way_back="Call 410-555-0100 and say that you were here before. We meet within five work days.",
            )
            if s.ending == "preparing":
                return
            closure.submit(by=self.worker)
        if s.ending == "closed":
            with _on(max(0, s.last_contact - 1), 15):
                closure.approve(by=self.supervisor)
                closure_papers.issue(closure, by=self.supervisor)

    def _outcome(self, index: int) -> tuple[OutcomeOfGoal, str]:
        if index == 0:
            return OutcomeOfGoal.MET, "Seen by the worker, and confirmed by letter."
        return OutcomeOfGoal.PARTLY_MET, "Begun, and going on without us."
