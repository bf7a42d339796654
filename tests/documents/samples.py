"""Papers of an invented agency about invented people, for the tests and for looking at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.documents.particulars import blank, row
from app.models.intake.consent_terms import SPECIAL, Information
from app.models.intake.legal_text import in_force

MILLBROOK = {
    "name": "Millbrook Neighbor Services",
    "address": "210 Canal Street, Room B\nMillbrook",
    "phone": "555-0100",
}
ROSA = {"name": "Rosa Delgado-Marsh", "legal_name": "Rosa María Delgado Peña", "number": "C-2031"}
KAYLEE = {"name": "Kaylee Brandt", "legal_name": "", "number": "C-2012"}
DANA = {"name": "Dana Whitfield", "title": "caseworker", "phone": "555-0108"}
MARCUS = {"name": "Marcus Oyelaran", "title": "supervisor"}


def step(action: str, responsible: str, due: str, due_note: str = "") -> dict[str, Any]:
    """One step of a plan."""
    return {"action": action, "responsible": responsible, "due": due, "due_note": due_note}


def change(part: str, how: str = "changed", **values: str) -> dict[str, Any]:
    """One row of what changed since the copy that was signed."""
    return row("service_plan", "changes", how) | {"part": part, **values}


def service_plan() -> dict[str, Any]:
    """Rosa's plan, version 3, in English."""
    return blank("service_plan") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "code": "SP-2031-3-K7QD",
        "agency": MILLBROOK,
        "client": ROSA,
        "program": "Family Housing Support",
        "plan_number": "SP-2031",
        "version": 3,
        "replaces_version": 2,
        "replaces_signed_on": "2026-09-29",
        "made_on": "2026-11-20",
        "starts_on": "2026-11-20",
        "ends_on": "2027-05-20",
        "review_on": "2027-02-22",
        "worker": DANA,
        "client_language": "Spanish",
        "client_format": "Standard (12 pt)",
        "vision": "I want a quiet home where nobody can find us, work I like, and my kids doing well at school.",
        "strengths": "I kept the kids in school through three moves. I finished a year of nursing school. "
        "I am good with money.",
        "supports": [
            {"name": "Inés", "relation": "my sister", "helps_with": "watches Lucía on Tuesdays"},
            {"name": "Pastor Ruth", "relation": "", "helps_with": "the Thursday group"},
        ],
        "changes": {
            "version": 2,
            "signed_on": "2026-09-29",
            "added": [
                change(
                    "A step", "added", now="Visit two apartments from the list", now_label="Rosa", now_on="2026-12-04"
                )
            ],
            "changed": [
                change("What I want", was="A home of our own.", now="A quiet home where nobody can find us."),
                change("The day of a step", about="Apply to Riverton", was_on="2026-11-20", now_on="2026-12-04"),
                change(
                    "A need we are not working on now",
                    area="Mental health",
                    was="Later.",
                    was_label="Deferred",
                    now="I have the Thursday group.",
                    now_label="Client declines",
                ),
            ],
            "removed": [change("Goal I have finished with", "removed", was="Get the court order")],
        },
        "barriers": "Rents are high. I have no car. I need a Spanish interpreter for long meetings.",
        "goals": [
            {
                "statement": "I want the kids to have their own beds and a door I can lock.",
                "why": "We have slept on my sister’s floor since August.",
                "baseline": "staying with family",
                "target": "a lease in my own name with rent under $950",
                "target_on": "2027-03-31",
                "objectives": [
                    {
                        "statement": "Get into a housing program",
                        "measure": "I have an approval letter.",
                        "by_when": "2026-12-31",
                        "steps": [
                            step("Gather ID, income papers and letters from past landlords", "Rosa", "2026-12-01"),
                            step("Apply to Riverton Rapid Rehousing", "Dana", "2026-12-04"),
                            step("Call the program to check our place in line", "Dana", "", "every Friday"),
                        ],
                    },
                    {
                        "statement": "Find an apartment near Lucía’s school",
                        "measure": "I sign a lease.",
                        "by_when": "2027-03-01",
                        "steps": [
                            step("Visit two apartments from the list", "Rosa and Dana", "2026-12-04"),
                            step("Ask the court advocate about keeping our address private", "Rosa", "2026-12-09"),
                            step("Apply for help with the deposit and first month", "Dana", "2026-12-11"),
                        ],
                    },
                ],
                "steps": [],
            },
            {
                "statement": "I liked my job at the nursing home. I want to do it with a license.",
                "why": "Steady pay that covers the rent.",
                "baseline": "no income from work",
                "target": "I am in the January class",
                "target_on": "2027-01-31",
                "objectives": [],
                "steps": [
                    step("Update my résumé at the Job Center", "Rosa", "2026-11-27"),
                    step("Apply for help with evening child care", "Dana", "2026-11-27"),
                    step("Sign up for the January class", "Rosa", "2026-12-18"),
                ],
            },
            {
                "statement": "Mateo used to love school. I want that back for him.",
                "why": "He cries on Sunday nights.",
                "baseline": "",
                "target": "Mateo can name an adult at school whom he trusts",
                "target_on": "2027-01-15",
                "objectives": [],
                "steps": [
                    step("Meet with the school counselor", "Rosa", "2026-12-02"),
                    step("Ask about the homework club after school", "Dana", "2026-12-02"),
                ],
            },
        ],
        "services": [
            {
                "service": "Rapid rehousing",
                "provider": "Riverton Housing Partners",
                "where": "18 Mill Road, Riverton",
                "phone": "555-0177",
                "frequency": "once a week",
                "starts_on": "2026-12-07",
            },
            {
                "service": "Safe-address program",
                "provider": "Harbor Law Clinic",
                "where": "88 Harbor Road, Millbrook",
                "phone": "555-0161",
                "frequency": "two meetings",
                "starts_on": "2026-12-09",
            },
        ],
        "crisis": {
            "warning_signs": "I stop answering messages. I cannot sleep for more than two nights.",
            "what_helps": "Walking with Inés. Calling before I decide anything.",
            "people": [
                {"name": "Inés, my sister", "phone": "555-0119"},
                {"name": "Dana Whitfield", "phone": "555-0108"},
            ],
            "hotlines": [
                {"name": "Millbrook safe line, violence at home, any hour", "phone": "555-0150"},
                {"name": "To report abuse of a child or an older person", "phone": "555-0155"},
            ],
        },
        "needs_not_now": [
            {"need": "Transportation", "standing": "Deferred", "reason": "First the home, then a car."},
            {"need": "Mental health", "standing": "Client declines", "reason": "I have the Thursday group."},
        ],
        "exit_criteria": "We have lived in our own home for three months and my pay covers the rent.",
        "contingency": "If the rehousing program says no, we meet within a week and try the county list and the "
        "shelter on Elm Street.",
        "grievance_contact": "Marcus Oyelaran, supervisor, 555-0104",
        "interpreter": {"name": "", "language": ""},
        "supervisor": MARCUS,
        "approval": {"by": "Marcus Oyelaran, supervisor", "on": "2026-11-19"},
    }


def service_plan_es() -> dict[str, Any]:
    """Rosa's plan in Spanish, as she would be given it."""
    plan = service_plan() | {
        "language": "es",
        "program": "Apoyo de vivienda para familias",
        "vision": "Quiero una casa tranquila donde nadie nos encuentre, un trabajo que me guste y que a mis hijos les "
        "vaya bien en la escuela.",
        "strengths": "Mis hijos no dejaron la escuela en tres mudanzas. Terminé un año de enfermería. "
        "Cuido bien el dinero.",
        "supports": [
            {"name": "Inés", "relation": "mi hermana", "helps_with": "cuida a Lucía los martes"},
            {"name": "La pastora Ruth", "relation": "", "helps_with": ""},
        ],
        "barriers": "Las rentas son altas. No tengo carro. Necesito intérprete para las reuniones largas.",
        "exit_criteria": "Llevamos tres meses en nuestra propia casa y mi sueldo alcanza para la renta.",
        "contingency": "Si el programa dice que no, nos vemos en una semana y buscamos en la lista del condado.",
        "needs_not_now": [
            {"need": "Transportation", "standing": "Deferred", "reason": "Primero la casa, después el carro."},
            {"need": "Mental health", "standing": "Client declines", "reason": "Ya tengo el grupo de los jueves."},
        ],
        "services": [
            {
                "service": "Ayuda rápida de vivienda",
                "provider": "Riverton Housing Partners",
                "where": "18 Mill Road, Riverton",
                "phone": "555-0177",
                "frequency": "una vez por semana",
                "starts_on": "2026-12-07",
            }
        ],
        "crisis": {
            "warning_signs": "Dejo de contestar mensajes. No puedo dormir más de dos noches.",
            "what_helps": "Caminar con Inés. Llamar antes de decidir algo.",
            "people": [
                {"name": "Inés, mi hermana", "phone": "555-0119"},
                {"name": "Dana Whitfield", "phone": "555-0108"},
            ],
            "hotlines": [{"name": "Línea segura de Millbrook, violencia en casa, a toda hora", "phone": "555-0150"}],
        },
        "interpreter": {"name": "Beatriz Lugo", "language": "Spanish"},
    }
    plan["goals"] = [
        {
            "statement": "Quiero que los niños tengan su propia cama y una puerta que yo pueda cerrar con llave.",
            "why": "Dormimos en el piso de mi hermana desde agosto.",
            "baseline": "vivir con la familia",
            "target": "un contrato a mi nombre con renta de menos de $950",
            "target_on": "2027-03-31",
            "objectives": [
                {
                    "statement": "Entrar a un programa de vivienda",
                    "measure": "Tengo una carta de aprobación.",
                    "by_when": "2026-12-31",
                    "steps": [
                        step(
                            "Juntar identificación, comprobantes de ingresos y cartas de caseros", "Rosa", "2026-12-01"
                        ),
                        step("Hacer la solicitud en Riverton Rapid Rehousing", "Dana", "2026-12-04"),
                        step("Llamar al programa para saber nuestro lugar en la lista", "Dana", "", "cada viernes"),
                    ],
                }
            ],
            "steps": [step("Visitar dos apartamentos de la lista", "Rosa y Dana", "2026-12-04")],
        },
        {
            "statement": "Mateo quería mucho su escuela. Quiero que vuelva a ser así.",
            "why": "Llora los domingos por la noche.",
            "baseline": "",
            "target": "Mateo puede nombrar a un adulto de confianza en la escuela",
            "target_on": "2027-01-15",
            "objectives": [],
            "steps": [
                step("Reunirme con la consejera de la escuela", "Client", "2026-12-02"),
                step("Preguntar por el club de tareas", "Case manager", "2026-12-02"),
            ],
        },
    ]
    return plan


def service_plan_draft() -> dict[str, Any]:
    """The same plan before it was ready for signature."""
    return service_plan() | {"draft": True, "code": ""}


def service_plan_large() -> dict[str, Any]:
    """The same plan in large print."""
    return service_plan() | {"size": "large", "client_format": "Large (18)"}


def service_plan_xl() -> dict[str, Any]:
    """The same plan in the largest print."""
    return service_plan() | {"size": "xl", "client_format": "XL (24)"}


def service_plan_empty() -> dict[str, Any]:
    """A plan of which hardly anything was written down."""
    return blank("service_plan") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "draft": True,
        "client": ROSA,
        "agency": MILLBROOK,
    }


def closure_summary() -> dict[str, Any]:
    """The file's summary of Kaylee's case, in English."""
    return blank("closure_summary") | {
        "issued_at": "2026-12-03T16:40:00-05:00",
        "code": "CS-2012-1-B4TM",
        "agency": MILLBROOK,
        "client": KAYLEE,
        "program": "Young Parents",
        "funders": "CSBG, Riverton Community Fund",
        "opened_on": "2026-02-09",
        "last_contact_on": "2026-12-01",
        "closed_on": "2026-12-04",
        "days_open": 298,
        "workers": [
            {"name": "Dana Whitfield", "title": "caseworker"},
            {"name": "Luis Ortega", "title": "caseworker, until May"},
        ],
        "reason": "Goals completed",
        "rationale": "Kaylee reached most of what she set out to do and chose to finish. "
        "We agree that it is a good time.",
        "planned": "Planned",
        "completion": "Completed",
        "decided_by": "Kaylee and Dana, together",
        "attempts": [],
        "notice_on": "",
        "presenting_concern": "I work nights and there is nobody to leave Ollie with. I want to go back to school.",
        "situation_now": "Ollie is in full-time care. Kaylee works days and starts classes on January 12.",
        "goals": [
            {
                "statement": "Find full-time child care",
                "status": "Met",
                "result": "Reached on October 30.",
                "evidence": "Enrollment letter from Sunrise Child Care, in the file.",
            },
            {
                "statement": "Go back to school",
                "status": "Partially met",
                "result": "Enrolled for spring.",
                "evidence": "Registration receipt.",
            },
            {
                "statement": "Save $500",
                "status": "Partially met",
                "result": "Saved $310 and opened a savings account.",
                "evidence": "Bank letter of November 20.",
            },
        ],
        "entry_on": "2026-02-16",
        "exit_on": "2026-11-30",
        "measures": [
            {"area": "Housing", "entry": "3 Safe", "exit": "4 Stable"},
            {"area": "Child care", "entry": "1 In crisis", "exit": "5 Thriving"},
            {"area": "Employment", "entry": "2 Vulnerable", "exit": "4 Stable"},
            {"area": "PHQ-9", "entry": "11 of 27", "exit": "4 of 27"},
            {"area": "Income, a month", "entry": "$1,140", "exit": "$1,820"},
            {"area": "Insurance", "entry": "none", "exit": "Medicaid"},
        ],
        "services": [
            {"service": "Case management visit", "count": 19, "units": "21.5 hours", "amount": ""},
            {"service": "Bus passes", "count": 4, "units": "4 passes", "amount": "$120.00"},
            {"service": "Crib and supplies", "count": 1, "units": "1", "amount": "$190.00"},
        ],
        "referrals": [
            {
                "service": "Sunrise Child Care",
                "need": "Child care",
                "sent_on": "2026-03-02",
                "outcome": "Service received",
                "note": "Started October 30, after a waitlist.",
            },
            {
                "service": "Second Street Tenant Fund",
                "need": "Financial",
                "sent_on": "2026-06-11",
                "outcome": "Declined by provider – no funds",
                "note": "Opens again March 1.",
            },
        ],
        "gains": "I know whom to call now. I stopped being scared of the mail.",
        "remaining_needs": "Savings below one month of rent.",
        "risks": "Child care ends if her hours fall below 25 a week.",
        "missing_documents": "Lease: the landlord gave none in writing.",
        "recommendations": "Apply to the tenant fund on March 1. Keep the Thursday parent group.",
        "aftercare": [
            {
                "who": "Parent group, Millbrook Community College",
                "where": "Room 12",
                "phone": "555-0180",
                "hours": "Thursdays, 6 pm to 8 pm",
            },
            {
                "who": "Riverton Clinic",
                "where": "4 Bank Street",
                "phone": "555-0133",
                "hours": "Weekdays, 8 am to 5 pm",
            },
        ],
        "medications": "Sertraline goes on through Riverton Clinic; next refill December 20.",
        "way_back": "Kaylee can call 555-0100 at any time. She does not start over, and we meet within 5 work days.",
        "client_comments": "You listened. I would send a friend.",
        "follow_up": "agreed",
        "follow_ups": [
            {"due": "2027-01-04", "how": "Text, Dana"},
            {"due": "2027-03-04", "how": "Phone, Dana"},
            {"due": "2027-06-02", "how": "Phone, Dana"},
        ],
        "worker": {"name": "Dana Whitfield", "title": "caseworker"},
        "supervisor": MARCUS,
        "approved_on": "2026-12-03",
    }


def closure_summary_es() -> dict[str, Any]:
    """The same summary with its fixed sentences in Spanish; what people wrote stays as they wrote it."""
    return closure_summary() | {
        "language": "es",
        "completion": "Involuntary",
        "appeal": "Within 10 days, in writing, to 555-0104.",
    }


def closing_letter() -> dict[str, Any]:
    """Kaylee's letter, in English."""
    return blank("closing_letter") | {
        "issued_at": "2026-12-03T16:40:00-05:00",
        "code": "CL-2012-1-B4TM",
        "agency": MILLBROOK,
        "client": KAYLEE,
        "opened_on": "2026-02-09",
        "closed_on": "2026-12-04",
        "why": "You reached most of what you set out to do. You found full-time child care and you start classes in "
        "January. You chose to finish our meetings, and we agree it is a good time.",
        "goals": [
            {
                "statement": "Find full-time child care",
                "status": "Met",
                "met_on": "2026-10-30",
                "result": "Ollie goes to Sunrise Child Care five days a week.",
            },
            {
                "statement": "Go back to school",
                "status": "Partially met",
                "met_on": "",
                "result": "You are enrolled for spring. Classes start January 12.",
            },
            {
                "statement": "Save $500",
                "status": "Partially met",
                "met_on": "",
                "result": "You saved $310 and opened a savings account.",
            },
        ],
        "services": [
            {"service": "Sunrise Child Care", "result": "Started October 30"},
            {"service": "Baby Pantry", "result": "Got a crib and supplies"},
            {"service": "Community College, parent group", "result": "Meets Thursdays, you have joined"},
            {"service": "Second Street Tenant Fund", "result": "Not open when you applied. Opens again March 1."},
        ],
        "supports": ["Call your sister Jo, or someone from the Thursday parent group."],
        "hotlines": [{"name": "Millbrook warm line, every evening", "phone": "555-0151"}],
        "way_back": "Call us at any time. You do not need to start over, and we will meet within 5 work days.",
        "follow_up": "Dana will text you around January 4 to see how you are.",
        "file_kept_years": 7,
        "permissions_end_on": "2026-12-04",
        "grievance_contact": "Marcus Oyelaran, supervisor, 555-0104",
        "worker": DANA,
        "supervisor": MARCUS,
        "approved_on": "2026-12-03",
    }


def closing_letter_es() -> dict[str, Any]:
    """Such a letter in Spanish."""
    return closing_letter() | {
        "language": "es",
        "client": ROSA,
        "code": "CL-2031-1-M3RA",
        "why": "Usted logró casi todo lo que quería. Encontró cuidado de niños de tiempo completo y empieza "
        "clases en enero. "
        "Usted decidió terminar nuestras reuniones, y creemos que es un buen momento.",
        "goals": [
            {
                "statement": "Encontrar cuidado de niños",
                "status": "Met",
                "met_on": "2026-10-30",
                "result": "Lucía va cinco días por semana.",
            },
            {
                "statement": "Volver a estudiar",
                "status": "Partially met",
                "met_on": "",
                "result": "Está inscrita para la primavera.",
            },
            {"statement": "Comprar un carro", "status": "Deferred", "met_on": "", "result": "Primero la casa."},
        ],
        "services": [{"service": "Sunrise Child Care", "result": "Empezó el 30 de octubre"}],
        "supports": ["Llame a su hermana Inés."],
        "hotlines": [],
        "way_back": "Llámenos cuando quiera. No tiene que empezar de nuevo, y nos vemos en 5 días hábiles.",
        "follow_up": "Dana le mandará un mensaje de texto alrededor del 4 de enero para saber cómo está.",
        "appeal": "Puede pedir por escrito que revisemos esta decisión en 10 días.",
    }


def referral_slip() -> dict[str, Any]:
    """Rosa's referral to a law clinic, with her name, as she allowed."""
    return blank("referral_slip") | {
        "issued_at": "2026-11-16T10:05:00-05:00",
        "code": "RF-2031-4-W2PX",
        "agency": MILLBROOK,
        "client": ROSA,
        "copies": ["client", "provider", "file"],
        "with_identity": True,
        "known_as": "Rosa Delgado-Marsh",
        "safe_contact": "Text only: 555-0142, weekdays before 3 pm, in Spanish. Do not call, do not leave voicemail "
        "and do not send mail. If you cannot text, call Dana Whitfield at 555-0108 and she will pass it on.",
        "client_language": "Spanish",
        "to": {
            "organization": "Harbor Law Clinic",
            "service": "Safe-address program",
            "person": "Intake desk",
            "phone": "555-0161",
            "address": "88 Harbor Road\nMillbrook",
            "hours": ["Monday to Thursday, 9 am to 4 pm", "Friday, 9 am to noon"],
            "bus": "Bus 14 to Harbor and Main, then two blocks",
        },
        "need": "Legal",
        "reason": "She would like to apply to the state safe-address program before she signs a lease, which could be "
        "as early as mid-December. She can bring her court order to the first meeting.",
        "ask": "An appointment by December 9 if you have one, with a Spanish interpreter. Tuesdays are best.",
        "bring": ["The court order", "A photo ID"],
        "documents": ["Proof of income for the last 30 days"],
        "for_whom": ["Anyone who had to leave home because of violence.", "Age 18 and over"],
        "apply": "Call and ask for the safe-address program. They will give you a first meeting.",
        "wait": "About one week",
        "access": "Ramp at the side door; elevator",
        "cost": "Free",
        "languages": "English and Spanish. Other languages by telephone interpreter, free.",
        "alert": "The front door is being repaired. Use the side door on Pier Lane.",
        "appointment_at": "2026-12-08T10:30:00-05:00",
        "appointment_with": "Ms. Adeyemi, room 3",
        "sent_on": "2026-11-16",
        "check_in_on": "2026-11-30",
        "shared": "Rosa’s name, how to reach her, her language and the reason for this referral. Nothing else.",
        "permission_on": "2026-11-16",
        "permission_ends": "November 16, 2027",
        "worker": DANA | {"email": "dana.whitfield@millbrook.example", "fax": "555-0101"},
    }


def referral_slip_es() -> dict[str, Any]:
    """The same referral; Rosa's own copy is in Spanish, the provider's and the file's in English."""
    slip = referral_slip() | {"language": "es"}
    return slip | {
        "bring": ["La orden de la corte", "Una identificación con foto"],
        "documents": ["Comprobante de ingresos de los últimos 30 días"],
        "for_whom": ["Quien tuvo que dejar su casa por violencia.", "A partir de 18 años"],
        "apply": "Llame y pregunte por el programa de domicilio seguro.",
        "wait": "Más o menos una semana",
        "access": "Rampa en la puerta lateral",
        "cost": "Gratis",
        "languages": "Inglés y español",
        "alert": "La puerta principal está en reparación. Use la puerta lateral de Pier Lane.",
        "to": slip["to"] | {"hours": ["Lunes a jueves, de 9 am a 4 pm"], "bus": "Autobús 14 hasta Harbor y Main"},
    }


def referral_slip_nameless() -> dict[str, Any]:
    """The same referral without permission: nothing on it names or numbers the client."""
    return referral_slip() | {
        "with_identity": False,
        "client": {"name": "", "legal_name": "", "number": ""},
        "known_as": "",
        "safe_contact": "",
        "shared": "",
        "permission_on": "",
        "permission_ends": "",
        "reason": "A parent would like to apply to the state safe-address program before signing a lease.",
        "appointment_at": "",
        "appointment_with": "",
        "alert": "",
    }


def told(on: str, recipient: str, method: str, what: str, purpose: str, basis: str, **more: str) -> dict[str, Any]:
    """One line of an account of what was shared."""
    return row("disclosure_account", "disclosures") | {
        "on": on, "recipient": recipient, "method": method, "what": what, "purpose": purpose, "basis": basis,
        "by": "Dana Whitfield", **more,
    }  # fmt: skip


def disclosure_account() -> dict[str, Any]:
    """What was shared about Rosa in six years."""
    return blank("disclosure_account") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "code": "DA-2031-1-K7QD",
        "agency": MILLBROOK,
        "client": ROSA,
        "program": "Family Housing Support",
        "from_on": "2020-11-20",
        "to_on": "2026-11-20",
        "disclosures": [
            told(
                "2026-09-06", "Baltimore Housing", "Letter",
                "Name and how to reach the client safely; Language; The need and the reason for the referral",
                "So that Rosa can get help with housing", "The client’s permission", permission_on="2026-09-06",
            ),
            told(
                "2026-10-14", "Circuit Court for the County, Family Division", "Portal",
                "Dates of visits from May to September.\nNo notes.",
                "The judge asked for them in the custody case.", "Court order", address="111 Calvert Street, Millbrook",
            ),
            told(
                "2026-11-09", "Mill Lane Elementary School, office", "Phone",
                "That the family moves this month, and who may pick the children up.",
                "So that the children stay enrolled while they move.", "The client asked for it",
            ),
        ],
        "grievance_contact": "Marcus Oyelaran, supervisor, 555-0104",
        "worker": DANA,
    }  # fmt: skip


def disclosure_account_es() -> dict[str, Any]:
    """The same for a client who reads Spanish."""
    return disclosure_account() | {"language": "es"}


def disclosure_account_xl() -> dict[str, Any]:
    """In extra large print, with so many lines that they need several pages."""
    account = disclosure_account()
    return account | {"size": "xl", "disclosures": account["disclosures"] * 6}


def disclosure_account_empty() -> dict[str, Any]:
    """When nothing was shared."""
    return disclosure_account() | {"disclosures": [], "program": "", "grievance_contact": ""}


def near(who: str, role: str, in_words: str = "", helps_with: str = "", **more: Any) -> dict[str, Any]:
    """Somebody on an eco-map."""
    return row("eco_map", "around") | {"who": who, "role": role, "in_words": in_words, "helps_with": helps_with, **more}


def eco_map() -> dict[str, Any]:
    """Rosa's circle: every kind of tie, people and places."""
    return blank("eco_map") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "code": "EM-2031-1-K7QD",
        "agency": MILLBROOK,
        "client": ROSA,
        "program": "Family Housing Support",
        "household": 3,
        "around": [
            near("Inés Delgado", "Sibling", "sister", "watches Lucía on Tuesdays, and lends the car", tie="strong"),
            near("Guadalupe Peña", "Parent", "mother, in Puebla", tie="strong", flow="from_client"),
            near("Héctor Delgado", "Parent", "father", tie="strained"),
            near("", "Unborn child", tie="strong", flow="from_client"),
            near("Maribel Santos", "Friend", "neighbor", "walks the children to school"),
            near("Tasha Bell", "Friend", "friend from the old street", tie="broken"),
            near("St. Anne’s Church", "Faith or community group", "", "groceries on Wednesdays", flow="to_client", place=True),
            near("Peter Lindqvist", "Professional", "counselor, Fulton Elementary", "Mateo’s days at school"),
            near("Riverton Rehousing", "Housing instability", "", "Rapid rehousing", tie="beginning", flow="to_client", place=True),
        ],
        "worker": DANA,
    }  # fmt: skip


def eco_map_one() -> dict[str, Any]:
    """One tie, and nobody else."""
    return eco_map() | {"around": eco_map()["around"][:1], "household": 1}


def eco_map_six() -> dict[str, Any]:
    """A ring of six."""
    return eco_map() | {"around": eco_map()["around"][:6]}


def eco_map_twenty() -> dict[str, Any]:
    """Twenty, which still stand on one page."""
    around = eco_map()["around"]
    names = ("Ana", "Bruno", "Celia", "David", "Elisa", "Fermín", "Gloria", "Hugo", "Irma", "Julio")
    many = [
        one | {"who": f"{name} Delgado", "in_words": "cousin"}
        for name, one in zip(names * 2, (around * 3)[:20], strict=True)
    ]
    return eco_map() | {"around": many}


def eco_map_long() -> dict[str, Any]:
    """Twenty with long names, which take two pages."""
    names = ("Bartholomew Maximilian Featherstonehaugh-Cholmondeley III", "Wolfeschlegelsteinhausenbergerdorff")
    around = [one | {"who": name} for name, one in zip(names * 10, (eco_map()["around"] * 3)[:20], strict=True)]
    return eco_map() | {"around": around, "client": ROSA | {"name": names[0]}}


def eco_map_es() -> dict[str, Any]:
    """The same for a client who reads Spanish."""
    return eco_map() | {"language": "es"}


def eco_map_large() -> dict[str, Any]:
    """In large print."""
    return eco_map() | {"size": "large"}


def eco_map_xl() -> dict[str, Any]:
    """In extra large print, where a page holds a few."""
    return eco_map() | {"size": "xl"}


def intake_form() -> dict[str, Any]:
    """The blank intake form with one question of each kind, for a program that asks two things."""

    def asked(label: str, kind: str, *options: str) -> dict[str, Any]:
        return {"label": label, "kind": kind, "options": [{"label": option} for option in options]}

    return blank("intake_form") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "agency": MILLBROOK,
        "program": "Family Housing Support",
        "sections": [
            {
                "title": "Who is it",
                "rows": [
                    {"questions": [asked("First name", "line"), asked("Last name", "line")]},
                    {"questions": [asked("Are you safe right now?", "line", "Safe now", "In danger now")]},
                    {"questions": [asked("Keep this address confidential", "line", "Keep this address confidential")]},
                ],
            },
            {"title": "", "rows": [{"questions": [asked("Other agencies that help already", "text")]}]},
        ],
        "criteria": ["Lives in the county"],
        "papers": ["Consent to services", "Grievance procedure"],
    }


def intake_form_es() -> dict[str, Any]:
    """The same in Spanish, in large print."""
    return intake_form() | {"language": "es", "size": "large"}


def said(text: str, english: str = "") -> dict[str, str]:
    """Words in the paper's language, and in English."""
    return {"text": text, "english": english or text}


def wording(key: str, language: str = "en", **values: str) -> dict[str, Any]:
    """The title and the statements of a legal text, its blanks filled."""
    text = in_force(key)
    blanks = {
        "agency": MILLBROOK["name"],
        "contact": "Dana Whitfield, 555-0108",
        "grievance": "Marcus, 555-0104",
    } | values
    return {
        "title": {"text": text.title.said(language), "english": text.title.en},
        "statements": [said(one.said(language) % blanks, one.en % blanks) for one in text.statements],
        "wording": f"{key}, version {text.version}, {text.effective_on}",
    }


def may_share(*kinds: Information) -> list[dict[str, Any]]:
    """Rows of what may be shared."""
    return [{"kind": kind.label, "special": kind in SPECIAL} for kind in kinds]


USUAL = [
    kind
    for kind in Information
    if kind
    not in (Information.NEED, Information.GOALS, Information.HEALTH, Information.COUNSELING_NOTES, *SPECIAL[1::2])
]


def release() -> dict[str, Any]:
    """A release for the job center under the general rules."""
    return (
        blank("release")
        | {
            "issued_at": "2026-11-20T14:10:00-05:00",
            "code": "RL-2031-6-H9CE",
            "agency": MILLBROOK,
            "client": ROSA,
            "program": "Family Housing Support",
            "release": True,
            "both": True,
            "discloser": "Millbrook Neighbor Services",
            "recipient": "County Job Center, training office, 555-0131",
            "direction": "both",
            "information": may_share(*USUAL),
            "purpose": "So Rosa can join the January nursing assistant class and get help with child care",
            "expires_on": "2027-11-24",
            "worker": DANA,
        }
        | wording("release_standard")
    )


def release_hipaa() -> dict[str, Any]:
    """One under HIPAA, of records from a day to a day, that ends with an event."""
    changed = {
        "expiry": "event",
        "expires_on": "",
        "expires_when": "the nursing class begins",
        "information_other": "Vaccines",
    }
    records = {"from_on": "2026-01-01", "to_on": "2026-11-20"}
    return release() | changed | records | wording("release_hipaa")


def release_es() -> dict[str, Any]:
    """In Spanish, with the English beneath."""
    return release() | {"language": "es", "interpreter": "Spanish"} | wording("release_hipaa", "es")


def release_es_alone() -> dict[str, Any]:
    """In Spanish alone."""
    return release() | {"language": "es", "both": False} | wording("release_standard", "es")


def release_part_2() -> dict[str, Any]:
    """A Part 2 consent for treatment, payment and operations that names a class and does not end."""
    changed = {
        "program": "",
        "recipient": "",
        "to_class": True,
        "direction": "release",
        "expiry": "none",
        "expires_on": "",
    }
    no = "We can still treat you. We may not be able to bill your health plan."
    kinds = may_share(Information.IDENTITY, Information.APPOINTMENTS, Information.SUBSTANCE_USE)
    return release() | changed | {"information": kinds} | wording("release_part_2_tpo", conditions=no)


def release_victim_services() -> dict[str, Any]:
    """One of victim services, for a minor who signs with her mother."""
    risks = "The court can order that he stays away.\n\nThe court papers may show that you came to us."
    changed = {
        "program": "",
        "recipient": "Millbrook Family Court, clerk",
        "direction": "release",
        "representative": True,
    }
    kinds = may_share(Information.IDENTITY, Information.VIOLENCE)
    brief = {"expires_on": "2026-12-20", "risks": risks, "information": kinds}
    return release() | changed | brief | wording("release_victim_services")


def release_large() -> dict[str, Any]:
    """Eighteen points."""
    return release() | {"size": "large"}


def release_xl() -> dict[str, Any]:
    """Twenty-four points, Spanish first."""
    return release_es() | {"size": "xl"}


def release_victim_services_xl() -> dict[str, Any]:
    """Twenty-four points, a minor, Spanish first."""
    return release_victim_services() | {"size": "xl", "language": "es"} | wording("release_victim_services", "es")


def consent_to_services() -> dict[str, Any]:
    """A permission that names no recipient."""
    empty = {"release": False, "discloser": "", "recipient": "", "information": [], "purpose": "", "expires_on": ""}
    return release() | empty | {"code": "RL-2031-7-K3CE"} | wording("services")


def redisclosure_notice() -> dict[str, Any]:
    """The notice that goes with what Part 2 let out."""
    text = in_force("part_2_notice")
    return blank("redisclosure_notice") | {
        "issued_at": "2026-11-20T14:10:00-05:00",
        "code": "RN-2031-4-M7CE",
        "agency": MILLBROOK,
        "client": ROSA,
        "title": text.title.en,
        "recipient": "Harbor Clinic, records office",
        "address": "88 Harbor Road\nMillbrook",
        "shared_on": "2026-11-20",
        "method": "Fax",
        "shared": "Dates of appointments; Alcohol or drug treatment",
        "purpose": "So that the clinic can go on with the treatment",
        "permission_on": "2026-10-02",
        "permission_covers": "Name and how to reach the client safely; Dates of appointments; Alcohol or drug treatment",
        "permission_ends": "October 2, 2027",
        "statements": [one.en for one in text.statements],
        "wording": "part_2_notice, version 1, 2026-11-01",
        "worker": DANA,
    }


ALL: dict[str, Callable[[], dict[str, Any]]] = {
    make.__name__: make
    for make in (
        intake_form,
        intake_form_es,
        service_plan,
        service_plan_es,
        service_plan_draft,
        service_plan_large,
        service_plan_xl,
        service_plan_empty,
        closure_summary,
        closure_summary_es,
        closing_letter,
        closing_letter_es,
        disclosure_account,
        disclosure_account_es,
        disclosure_account_xl,
        disclosure_account_empty,
        eco_map,
        eco_map_one,
        eco_map_six,
        eco_map_twenty,
        eco_map_long,
        eco_map_es,
        eco_map_large,
        eco_map_xl,
        referral_slip,
        referral_slip_es,
        referral_slip_nameless,
        release,
        release_hipaa,
        release_es,
        release_es_alone,
        release_part_2,
        release_victim_services,
        release_large,
        release_xl,
        release_victim_services_xl,
        consent_to_services,
        redisclosure_notice,
    )
}
