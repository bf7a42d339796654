"""The people of the demonstration: invented, each with a story in a few words."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

GoalWords = dict[str, Any]

ALL = ("take_in", "assess", "plan", "link", "work")


@dataclass(frozen=True)
class Sketch:
    """One client's story: who, since how many days, how far it has come, and what stands out."""

    first: str
    last: str
    days: int
    worker: str = "dana"
    program: str = "family"
    goes_by: str | None = None
    pronouns: str | None = None
    born: date | None = None
    sex: str = ""
    race: tuple[str, ...] = ()
    language: str = "English"
    interpreter: bool = False
    print_format: str = "standard"
    phone: str | None = None
    contact: str | None = None
    text_only: bool = False
    hidden_address: bool = False
    safe_contact: str | None = None
    helps: str | None = None
    other_names: tuple[str, ...] = ()
    alert: tuple[str, str] | None = None
    alert_reason: str | None = "Said at the first meeting."
    alert_review: int = 80
    lives: tuple[str, ...] = ()
    income: tuple[tuple[str, int], ...] = ()
    household: int = 2
    medicaid: str | None = None
    restricted: bool = False
    chapters: tuple[str, ...] = ALL
    source: str = "self"
    concern: str = "I need some help to get back on my feet."
    urgency: str = "routine"
    needs: tuple[tuple[str, int, str, str], ...] = ()
    assessed: bool = True
    vision: str = "A quiet place to live and enough to get by."
    strengths: str = "Keeps appointments. Has family nearby."
    barriers: str = "No car. Work hours change every week."
    people: str = "My sister, 410-555-0177"
    supports: tuple[tuple[str, str | None, str | None], ...] = (("My sister", "sister", "listens, and lends the car"),)
    goals: tuple[GoalWords, ...] = ()
    versions: int = 1
    signed: bool = True
    declines: bool = False
    scan_missing: bool = False
    referrals: tuple[tuple[str, str, str], ...] = ()
    last_contact: int = 5
    no_show: bool = False
    progress: float = 0.4
    tasks: tuple[tuple[str, int, str, str], ...] = ()
    ending: str = "closed"

    @property
    def first_said(self) -> str:
        """How the first note begins."""
        return f"{self.goes_by or self.first} came to the first meeting."

    @property
    def concern_said(self) -> str:
        """What was said, in quotation marks."""
        return f"“{self.concern}”"

    @property
    def later(self) -> list[tuple[str, int, int, str, str]]:
        """The same areas some months on: mostly a little better."""
        better = {"unmet": 1, "met": 1, "none": 0, "declines": 0}
        return [(d, n, better[status] + (d == "safety"), status, words) for d, n, status, words in self.needs]


HOME: GoalWords = {
    "goal": "A safe home of our own",
    "words": "I want the kids to have their own beds and a door I can lock.",
    "domain": "housing_instability",
    "measure": "A signed lease with rent under $950",
    "days": 140,
    "objectives": [
        (
            "Get into a housing program",
            "An approval letter",
            [
                ("Gather ID, income papers and landlord references", "client", None),
                ("Apply to the rehousing program", "caseworker", None),
                ("Call the program to check our place in line", "caseworker", None),
            ],
        ),
        (
            "Find an apartment near the school",
            "A signed lease",
            [
                ("Visit two apartments from the list", "client", None),
                ("Apply for help with the deposit and first month", "caseworker", None),
            ],
        ),
    ],
}
WORK: GoalWords = {
    "goal": "Steady income that covers rent",
    "words": "I liked my job at the nursing home. I want to do it with a license.",
    "domain": "employment",
    "measure": "In the next nursing assistant class",
    "days": 110,
    "objectives": [
        (
            "Start nursing assistant training",
            "Signed up for the class",
            [
                ("Update my résumé at the job center", "client", None),
                ("Apply for the evening child care voucher", "caseworker", None),
                ("Sign up for the class", "client", None),
            ],
        ),
    ],
}
SCHOOL: GoalWords = {
    "goal": "My son feels settled at school",
    "words": "He used to love school. I want that back for him.",
    "domain": "education",
    "measure": "He names an adult at school he trusts",
    "days": 90,
    "objectives": [
        (
            "",
            "",
            [
                ("Meet with the school counselor", "client", None),
                ("Ask about the after-school homework club", "caseworker", None),
                ("Walk him to the club for the first two weeks", "family", "Inés, my sister"),
            ],
        ),
    ],
}
BENEFITS: GoalWords = {
    "goal": "Benefits that come every month",
    "words": "I paid in for thirty years. I want what I am owed.",
    "domain": "financial",
    "measure": "The appeal is decided and the first payment is in the account",
    "days": 120,
    "objectives": [
        (
            "",
            "",
            [
                ("Find the letters from the benefits office", "client", None),
                ("File the appeal and keep the receipt", "caseworker", None),
                ("Go to the hearing together", "caseworker", None),
            ],
        ),
    ],
}
FOOD: GoalWords = {
    "goal": "Enough good food until the end of the month",
    "words": "I don’t want to skip dinner so the kids can eat.",
    "domain": "food",
    "measure": "No skipped meals for four weeks",
    "days": 60,
    "objectives": [
        (
            "",
            "",
            [
                ("Apply for SNAP online at the office", "caseworker", None),
                ("Pick up the pantry box on Tuesdays", "client", None),
            ],
        ),
    ],
}
HEALTH: GoalWords = {
    "goal": "See a doctor who knows me",
    "words": "I am tired of telling my story to somebody new each time.",
    "domain": "insurance",
    "measure": "Two visits with the same doctor",
    "days": 100,
    "objectives": [
        (
            "",
            "",
            [
                ("Renew Medicaid before the end of the month", "caseworker", None),
                ("Choose a clinic from the list", "client", None),
                ("Ride to the first visit", "agency", "Senior Rides"),
            ],
        ),
    ],
}
COMPANY: GoalWords = {
    "goal": "Somebody to talk to during the week",
    "words": "The days are long since Harold died.",
    "domain": "social_connection",
    "measure": "Goes out twice a week",
    "days": 90,
    "objectives": [
        (
            "",
            "",
            [
                ("Visit the lunch club once and see", "client", None),
                ("Ask the church about the visiting list", "caseworker", None),
            ],
        ),
    ],
}
GOALS = (HOME, WORK, SCHOOL, BENEFITS, FOOD, HEALTH, COMPANY)

COMMON_NEEDS: tuple[tuple[str, int, str, str], ...] = (
    ("housing_instability", 1, "unmet", "Has to leave by the end of the month."),
    ("financial", 2, "unmet", "Rent takes more than half of the income."),
    ("food", 2, "met", "Gets a pantry box each week."),
    ("transportation", 2, "unmet", "No car; the bus stops at six."),
    ("social_connection", 3, "none", "A sister and two friends close by."),
)

NOTES = (
    "Talked by phone. {name} found two of the three papers we need. Will bring them on Friday.",
    "{name} is worried about the letter from the landlord. We read it together and wrote down the date. "
    "I will call legal aid today.",
    "Short visit. {name} said, “It is better than last month.” We went through the steps and moved one date.",
    "{name} sent a text: the interview went well. They will hear by next week.",
    "Met to fill in the form. It took longer than we thought. {name} signed, and I sent it off the same day.",
    "Called the provider with {name} beside me. They have the referral and will answer in ten days.",
    "{name} was tired and we kept it short. Asked what would help most this week: a ride on Thursday.",
    "Looked at the plan together. {name} ticked off one step and asked to leave the next one for later.",
)

STREETS = ("Alder Court", "Mill Lane", "Canal Street", "Fulton Street", "Second Street", "Harbor Road", "Linden Avenue")
FIRST_NAMES = [
    "Alma",
    "Andre",
    "Anh",
    "Asha",
    "Ben",
    "Bianca",
    "Carl",
    "Carmen",
    "Chidi",
    "Clara",
    "Derek",
    "Dolores",
    "Elif",
    "Emil",
    "Esther",
    "Fatou",
    "Felix",
    "Gloria",
    "Hamid",
    "Hanna",
    "Ivan",
    "Jada",
    "Jamal",
    "Joy",
    "Kofi",
    "Lena",
    "Leon",
    "Lucia",
    "Mai",
    "Marta",
    "Miguel",
    "Mina",
    "Nadia",
    "Nils",
    "Olga",
    "Omar",
    "Pablo",
    "Petra",
    "Quinn",
    "Rafael",
    "Rita",
    "Sam",
    "Sana",
    "Tariq",
    "Teresa",
    "Ursula",
    "Victor",
    "Wanda",
    "Yusuf",
    "Zora",
]
FAMILY_NAMES = [
    "Abebe",
    "Adeyemi",
    "Alvarez",
    "Baker",
    "Banerjee",
    "Brooks",
    "Castillo",
    "Chen",
    "Cohen",
    "Cruz",
    "Dubois",
    "Evans",
    "Farah",
    "Fischer",
    "Garcia",
    "Gomez",
    "Greene",
    "Haddad",
    "Hall",
    "Hassan",
    "Ibarra",
    "Ito",
    "Jackson",
    "Johansson",
    "Kim",
    "Kowalski",
    "Lewis",
    "Lopez",
    "Malik",
    "Martin",
    "Mbeki",
    "Mendez",
    "Nguyen",
    "Novak",
    "Okafor",
    "Ortiz",
    "Patel",
    "Perez",
    "Quispe",
    "Reyes",
    "Rossi",
    "Sato",
    "Silva",
    "Singh",
    "Stone",
    "Tanaka",
    "Torres",
    "Usman",
    "Vega",
    "Walker",
    "Weiss",
    "Young",
    "Zhang",
]


def sketches() -> list[Sketch]:
    """Everybody in the demonstration: the ones with a story of their own, then the ones with a common one."""
    return [*STORIES, *_common(random.Random(7), 28)]  # noqa: S311 # nosec B311 (the same people every time)


STORIES = [
    Sketch(
        "Rosa", "Delgado-Marsh", 96, pronouns="she/her", born=date(1992, 2, 11), sex="female", race=("hispanic",),
        language="Spanish", interpreter=True, phone="410-555-0142", contact="text", text_only=True, hidden_address=True,
        safe_contact="Text 410-555-0142 on weekdays before 3 pm. Do not call, leave voicemail or send mail to the home.",
        helps="Prefers mornings. Likes a text the day before. Good with forms once they are explained in Spanish.",
        other_names=("Rosita Marsh",), restricted=True, source="shelter", urgency="urgent",
        alert=("no_voicemail", "Text only, weekdays before 3 pm. Never confirm to anyone that Rosa is served here."),
        alert_reason="Rosa, at the first meeting: her husband reads the mail and hears the messages. Court order of August.",
        lives=("homeless", "part_time", "diploma", "no", "no"), income=(("earned", 980), ("child_support", 210)), household=3,
        medicaid="MD 4471 0092 18",
        concern="We have to be out by the end of the month, and I can’t go back to the house.",
        needs=(
            ("safety", 1, "unmet", "Left the house in August. Court order in place."),
            ("housing_instability", 1, "unmet", "Staying with her sister; can stay until January."),
            ("employment", 2, "unmet", "Part-time at a bakery, hours change."),
            ("education", 2, "unmet", "Mateo, 9, has stomach aches on school mornings."),
            ("social_connection", 3, "none", "Her sister Inés helps with Lucía."),
            ("legal", 2, "met", "Court advocate since August."),
        ),
        vision="A home of our own, a job I am proud of, and my children sleeping through the night.",
        strengths="Keeps every appointment. Worked three years in a nursing home. Her sister Inés helps.",
        barriers="Reads some English. No car. Cannot use her old address.", people="Inés, my sister, 410-555-0177",
        supports=(
            ("Inés", "sister", "watches Lucía on Tuesdays"), ("Pastor Ruth", None, "the Thursday group"),
            ("Mr. Bell", "Mateo’s teacher", "calls when the school needs something"),
        ),
        goals=(HOME, WORK, SCHOOL), versions=3, signed=False, progress=0.35, last_contact=2,
        referrals=(
            ("housing_instability", "housing", "accepted"), ("employment", "job training", "waiting"),
            ("legal", "legal", "waiting"), ("education", "clothing", "received"),
        ),
        tasks=(
            ("Get Rosa’s signature on the plan", 0, "document", "high"),
            ("Apply for the evening child care voucher", 3, "follow_up", "normal"),
            ("Renew the release for the job center", 12, "document", "normal"),
        ),
    ),
    Sketch(
        "Wendell", "Price", 210, pronouns="he/him", born=date(1958, 6, 3), sex="male", race=("black",), phone="410-555-0161",
        contact="phone", print_format="large", source="health", urgency="routine",
        alert_review=30, alert=("visit_in_pairs", "Two people for home visits. The dog is kind but loud."),
        concern="They stopped my check and nobody will tell me why.",
        needs=(
            ("financial", 1, "unmet", "Disability check stopped in the spring."),
            ("utilities", 2, "unmet", "Two shut-off notices."), ("insurance", 3, "met", "Medicare, and a supplement."),
            ("social_connection", 2, "declines", "Does not want visitors for now."),
        ),
        vision="My check back, and no more letters.", goals=(BENEFITS,), versions=3, last_contact=38, progress=0.6,
        referrals=(("legal", "legal", "accepted"), ("utilities", "utility", "received")),
        tasks=(("Check on the benefits appeal and ask how he is doing", -5, "call", "high"),),
    ),
    Sketch(
        "Terrence", "Okafor", 130, pronouns="he/him", born=date(1979, 11, 20), sex="male", race=("black",),
        phone="410-555-0133", contact="phone", concern="The furnace is out and I have my mother at home.", urgency="urgent",
        needs=(
            ("inadequate_housing", 2, "unmet", "Furnace out since October."),
            ("financial", 3, "met", "Works full-time."), ("elder_abuse", 5, "none", "No concern."),
        ),
        goals=(HOME, BENEFITS), last_contact=11, referrals=(("inadequate_housing", "home repair", "waiting"),),
        tasks=(("Call back about the furnace repair estimate", -2, "call", "normal"),),
    ),
    Sketch(
        "Linh", "Tran", 18, pronouns="she/her", born=date(1986, 4, 9), sex="female", race=("asian",), language="Vietnamese",
        interpreter=True, phone="410-555-0189", contact="text", assessed=False, chapters=("take_in", "assess", "work"),
        concern="My husband’s hours were cut and rent is due.", source="family",
        needs=(
            ("financial", 2, "unmet", "Rent is $300 short each month."), ("food", 2, "unmet", "Skips meals so the kids eat."),
        ),
        last_contact=1, tasks=(("Finish the needs assessment", 0, "home_visit", "high"),),
    ),
    Sketch(
        "Amina", "Warsame", 160, pronouns="she/her", born=date(1990, 1, 1), sex="female", race=("black",), language="Somali",
        interpreter=True, phone="410-555-0121", contact="phone", needs=COMMON_NEEDS, goals=(FOOD, WORK), versions=2,
        last_contact=4, concern="I want to work, but who stays with the baby?", source="agency", progress=0.5,
        referrals=(("child_care", "child care", "received"), ("food", "food", "received")),
        tasks=(("90-day review of the plan", 5, "review", "normal"),),
    ),
    Sketch(
        "George", "Pappas", 88, "luis", "elder", pronouns="he/him", born=date(1941, 8, 15), sex="male", race=("white",),
        phone="410-555-0150", contact="phone", print_format="extra_large", goals=(COMPANY, HEALTH), last_contact=1, scan_missing=True,
        needs=(
            ("social_connection", 1, "unmet", "Widowed in March. Sees nobody on weekdays."),
            ("transportation", 2, "unmet", "Gave up driving."), ("food", 3, "met", "Meals come on weekdays."),
        ),
        concern="The days are long since Eleni died.", source="family", referrals=(("food", "meals", "received"),),
        tasks=(("Home visit", 9, "home_visit", "normal"),),
    ),
    Sketch(
        "Destiny", "Walker", 6, pronouns="she/her", born=date(2005, 12, 2), sex="female", race=("black", "white"),
        phone="410-555-0117", contact="text", chapters=("take_in",), restricted=True, source="school",
        concern="I turned eighteen and my aunt says I have to go.", urgency="urgent",
        tasks=(("Confirm the school contact", 8, "call", "normal"),),
    ),
    Sketch(
        "Noor", "Haddad", 47, pronouns="she/her", born=date(1983, 7, 19), sex="female", race=("middle_eastern",),
        language="Arabic", interpreter=True, phone="410-555-0128", contact="phone", needs=COMMON_NEEDS[:3], goals=(WORK, FOOD),
        signed=False, last_contact=3, concern="I was a teacher. Here I clean offices at night.", source="agency",
        tasks=(("Bring the plan to sign", 11, "document", "normal"),), referrals=(("education", "english", "accepted"),),
    ),
    Sketch(
        "Joe", "Redwing", 240, pronouns="he/him", born=date(1969, 5, 30), sex="male", race=("american_indian",),
        phone="410-555-0139", contact="phone", needs=COMMON_NEEDS, goals=(HOME, HEALTH), versions=3, last_contact=9,
        progress=0.7, concern="Sleeping in the truck is no good in winter.", source="outreach",
        referrals=(("homelessness", "shelter", "received"), ("insurance", "clinic", "received")),
        tasks=(("Six-month review of the plan", 11, "review", "normal"),),
    ),
    Sketch(
        "Kaylee", "Brandt", 285, pronouns="she/her", born=date(2001, 9, 8), sex="female", race=("white",),
        phone="410-555-0102", contact="text", chapters=(*ALL, "close"), ending="preparing", goals=(WORK, FOOD, SCHOOL),
        versions=2, needs=COMMON_NEEDS[1:], last_contact=5, progress=0.9, concern="I want to finish school, with Ollie.",
        referrals=(("child_care", "child care", "received"), ("material_hardship", "baby", "received"),
                   ("housing_instability", "rent", "waiting")),
        people="My sister Jo, 410-555-0166",
    ),
    Sketch(
        "Priya", "Raman", 200, pronouns="she/her", born=date(1988, 3, 27), sex="female", race=("asian",),
        phone="410-555-0145", contact="email", chapters=(*ALL, "close"), ending="submitted", goals=(WORK,), versions=2,
        needs=COMMON_NEEDS[:2], last_contact=8, progress=1.0, concern="I need the work permit before the offer runs out.",
        referrals=(("legal", "legal", "received"),),
    ),
    Sketch(
        "Margaret", "Sullivan", 320, "luis", "elder", pronouns="she/her", born=date(1938, 10, 12), sex="female",
        race=("white",), phone="410-555-0190", contact="mail", chapters=(*ALL, "close"), goals=(COMPANY, HEALTH), versions=2,
        needs=COMMON_NEEDS[3:], last_contact=20, progress=1.0, print_format="large",
        concern="I would like to stay in my own house.", source="family",
        referrals=(("transportation", "transportation", "full"), ("food", "meals", "received")),
    ),
    Sketch(
        "Samir", "Daoud", 150, pronouns="he/him", born=date(1989, 3, 4), sex="male", race=("middle_eastern",),
        phone="410-555-0175", contact="phone", goals=(WORK, HOME), needs=COMMON_NEEDS[:4], declines=True, last_contact=16,
        concern="I can’t pay for both the car and the rent.", no_show=True,
        referrals=(("employment", "employment", "full"),),
        tasks=(("Ask about the tenant fund", -1, "referral", "normal"),),
    ),
    Sketch(
        "Dolores", "Ibarra", 75, "luis", pronouns="she/her", born=date(1975, 1, 22), sex="female", race=("hispanic",),
        language="Spanish", phone="410-555-0170", contact="phone", goals=(FOOD, HEALTH), needs=COMMON_NEEDS[1:],
        last_contact=6, concern="My knees are bad and the pharmacy wants cash.",
        referrals=(("medical_cost", "prescription", "received"),),
        tasks=(("Medicaid renewal: check the letter came", 2, "document", "normal"),),
    ),
    Sketch(
        "Walter", "Brooks", 30, "maya", "elder", pronouns="he/him", born=date(1944, 2, 17), sex="male", race=("black",),
        phone="410-555-0184", contact="phone", goals=(HEALTH,), needs=COMMON_NEEDS[2:], last_contact=7, versions=0,
        chapters=("take_in", "assess", "plan", "work"), concern="I keep missing the doctor because of the bus.",
        tasks=(("Finish the plan with Walter", 4, "follow_up", "normal"),),
    ),
    Sketch(
        "Hana", "Novakova", 60, "maya", "harbor", pronouns="she/her", born=date(1994, 6, 6), sex="female", race=("white",),
        phone="410-555-0199", contact="text", text_only=True, hidden_address=True, goals=(HOME,), needs=COMMON_NEEDS[:2],
        safe_contact="Text only, between 10 and 2.", last_contact=4, chapters=("take_in", "assess", "plan", "work"),
        alert=("no_family_contact", "Do not contact anybody in the family."), concern="I left with two bags and my son.",
    ),
]  # fmt: skip


def _common(chance: random.Random, count: int) -> list[Sketch]:
    made = []
    for number in range(count):
        first, last = chance.choice(FIRST_NAMES), chance.choice(FAMILY_NAMES)
        base = Sketch(
            first,
            last,
            days=chance.randint(12, 260),
            worker=("dana", "dana", "luis", "dana", "maya")[number % 5],
            program="elder" if number % 5 == 4 else "family",
            born=date(chance.randint(1940, 2004), chance.randint(1, 12), chance.randint(1, 28)),
            sex=chance.choice(("female", "male")),
            race=(chance.choice(("black", "white", "hispanic", "asian")),),
            language=chance.choice(("English", "English", "English", "Spanish")),
            phone=f"410-555-{chance.randint(200, 999):04d}",
            contact=chance.choice(("phone", "text", "email")),
            concern=chance.choice(CONCERNS),
            needs=tuple(chance.sample(COMMON_NEEDS, 3)),
            goals=tuple(chance.sample(GOALS, chance.choice((1, 2)))),
            last_contact=chance.randint(1, 34),
            progress=chance.choice((0.2, 0.4, 0.6, 0.8)),
            referrals=tuple(chance.sample(LINKS, chance.choice((0, 1, 2)))),
            tasks=tuple(chance.sample(TODOS, chance.choice((0, 1, 1)))),
            source=chance.choice(("self", "family", "211", "health", "school", "agency")),
        )
        early = base.days < 30
        base = replace(base, versions=1 + (base.days - 14) // 85, scan_missing=number % 9 == 0)
        made.append(
            replace(
                base, chapters=("take_in", "work") if early else ALL, last_contact=min(base.last_contact, base.days - 8)
            )
        )
    return made


CONCERNS = (
    "The rent went up and my hours went down.",
    "I lost my ID and now I can’t get anything else.",
    "My daughter and I are sleeping on my cousin’s floor.",
    "I need somebody to help me understand these letters.",
    "I can’t find a doctor who takes my insurance.",
    "We have food until about the twentieth of the month.",
)
LINKS = (
    ("food", "food", "received"),
    ("housing_instability", "housing", "accepted"),
    ("financial", "financial", "waiting"),
    ("employment", "employment", "waiting"),
    ("legal", "legal", "full"),
    ("insurance", "health", "information"),
)
TODOS = (
    ("Call to hear how the week went", 7, "call", "normal"),
    ("Send the form to the benefits office", 3, "document", "normal"),
    ("Ask for the landlord’s letter", 14, "follow_up", "low"),
    ("Check that the first visit happened", 1, "referral", "normal"),
)
