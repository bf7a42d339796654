"""The people every test knows by heart, made through the verbs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app import clock
from app.engines import Base
from app.extensions import db
from app.models.agency.agency import Agency, Required
from app.models.agency.user import Role, User
from app.models.caseload.case import Case
from app.models.caseload.client import Client, Phone
from app.models.caseload.program import Program, Regime
from app.models.intake.intake import Disposition, Intake, IntakeMethod, ReferralSource, SafetyScreen, Urgency
from app.models.linking.directory import Organization, Service

PASSWORD = "a quiet river bends twice"


def people() -> dict[str, tuple[type, int]]:
    """Make the tables and the cast; returns who is who as (class, id)."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
    agency = Agency.found(
        name="Millbrook Neighbor Services", street="210 Canal Street", city="Millbrook", phone="555-0100"
    )
    agency.idle_minutes = 60
    agency.second_factor = Required.NOBODY
    ad = User.add(name="Ada Min", email="ada@millbrook.example", role=Role.ADMINISTRATOR, password=PASSWORD, by=None)
    family = Program.add(by=ad, name="Family stability")
    elders = Program.add(by=ad, name="Elder support")
    harbor = Program.add(by=ad, name="Safe harbor", regime=Regime.VICTIM_SERVICES)

    def staff(name: str, role: Role, *programs: Program) -> User:
        email = f"{name.split()[0].lower()}@millbrook.example"
        return User.add(
            name=name, email=email, role=role, password=PASSWORD, by=ad, programs=list(programs), phone="555-0108"
        )

    ana = staff("Ana Reyes", Role.CASEWORKER, family)
    bo = staff("Bo Lindgren", Role.SUPERVISOR, family)
    cy = staff("Cy Novak", Role.CASEWORKER, elders)
    di = staff("Di Okoro", Role.CASEWORKER, harbor)
    fay = staff("Fay Osei", Role.FRONT_DESK, family)
    rea = staff("Rea Quist", Role.READER)
    rosa = Client.add(
        by=ana,
        first_name="Rosa",
        last_name="Díaz",
        pronouns="she/her",
        born_on=date(1992, 2, 11),
        spoken_language="Spanish",
        other_names=["Rosita Marsh"],
        phones=[Phone(number="(555) 010-0142", text=True)],
    )
    case = Case.open(rosa, by=ana, program=family, received_on=clock.today() - timedelta(days=40), worker=ana)
    intake = Intake.begin(
        case,
        by=ana,
        received_on=case.received_on,
        method=IntakeMethod.PHONE,
        referral_source=ReferralSource.SELF,
        presenting_concern="We have to be out by the end of the month.",
        urgency=Urgency.URGENT,
        safety=SafetyScreen.SAFE,
    )
    intake.complete(by=ana, disposition=Disposition.ACCEPTED)
    lena = Client.add(by=cy, first_name="Lena", last_name="Kowalska")
    elder_case = Case.open(lena, by=cy, program=elders, received_on=clock.today(), worker=cy)
    hidden = Client.add(by=di, first_name="Hope", last_name="Hidden")
    hidden_case = Case.open(hidden, by=di, program=harbor, received_on=clock.today(), worker=di)
    clinic = Organization(hsds_id="org-1", name="Harbor Law Clinic", description="Free legal help")
    service = Service(
        hsds_id="svc-1", organization=clinic, name="Eviction defense", status="active", description="Lawyers"
    )
    db.session.add_all([clinic, service])
    db.session.flush()
    known = {
        "ada": ad, "ana": ana, "bo": bo, "cy": cy, "di": di, "fay": fay, "rea": rea,
        "family": family, "elders": elders, "harbor": harbor,
        "rosa": rosa, "case": case, "intake": intake, "lena": lena, "elder_case": elder_case, "hidden": hidden,
        "hidden_case": hidden_case, "service": service, "agency": agency,
    }  # fmt: skip
    ids = {name: (type(record), record.id) for name, record in known.items()}
    db.session.commit()
    return ids


class Cast:
    """`cast.ana` is Ana as the database has her now."""

    def __init__(self, known: dict[str, tuple[type, int]]) -> None:
        self._known = known

    def __getattr__(self, name: str) -> Any:
        model, id = self._known[name]
        return db.session.get_one(model, id)
