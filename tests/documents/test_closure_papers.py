"""What the closure summary and the closing letter say, taken from the record."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from app import clock
from app.documents import closure_papers
from app.documents.closure_papers import aftercare, attempts, services
from app.documents.composing import compose
from app.documents.particulars import check
from app.models.agency.document import Paper, PaperKind
from app.models.assessment.assessment import AssessmentType
from app.models.assessment.domain import Level
from app.models.caseload.client import PrintFormat
from app.models.closing.account import Account
from app.models.closing.closure import Closure, ClosureReason, Completion, OutcomeOfGoal
from app.models.intake.consent import Consent, ConsentOutcome, ConsentType
from app.models.linking.referral import ConfirmedBy, Referral, ReferralMethod, ReferralOutcome, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from tests.models.closing.story import assess, days, plan_in_force, write


@pytest.fixture
def closure(cast, session) -> Closure:
    """Rosa's case with a whole past, written and approved."""
    case, ana = cast.case, cast.ana
    assess(case, by=ana, housing_instability=Level.CRISIS, financial=Level.VULNERABLE)
    levels = {"housing_instability": Level.STABLE, "financial": Level.NOT_APPLICABLE}
    assess(case, by=ana, type=AssessmentType.EXIT, **levels)
    plan_in_force(case, by=ana)
    for ago, minutes in ((9, 60), (3, 30)):
        Note.write(case, by=ana, happened_on=clock.today() - days(ago), method=Method.HOME, minutes=minutes, text="x")
    missed = {"method": Method.PHONE, "attendance": Attendance.NO_SHOW, "text": "x"}
    Note.write(case, by=ana, happened_on=clock.today() - days(1), started_at=time(9), **missed)
    referral = Referral.make(
        case, by=ana, domain="legal", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE, service=cast.service
    )
    referral.send(by=ana)
    referral.end(by=ana, outcome=ReferralOutcome.RECEIVED, on=clock.today(), confirmed_by=ConfirmedBy.CLIENT)
    closure = Closure.begin(case, by=ana)
    write(
        closure, by=ana, gains="I know whom to call.", who_decided="Rosa and Ana", situation_now="At home.",
        supports="My sister Inés", client_comments="Thank you.", remaining_needs="Savings.",
    )  # fmt: skip
    closure.submit(by=ana)
    closure.approve(by=cast.bo)
    session.commit()
    return closure


def test_both_papers_have_the_shape_of_their_templates_and_can_be_composed(closure):
    for particulars in (closure_papers.summary(closure), closure_papers.letter(closure)):
        check(particulars)
        assert "Rosa Díaz" in compose(particulars)[0]


def test_the_summary_tells_the_case(closure, cast):
    p = closure_papers.summary(closure)
    assert p["client"] == {"name": "Rosa Díaz", "legal_name": "", "number": cast.rosa.number}
    assert p["agency"]["name"] == "Millbrook Neighbor Services"
    assert (p["agency"]["address"], p["agency"]["phone"]) == ("210 Canal Street\nMillbrook", "555-0100")
    assert (p["program"], p["reason"], p["planned"], p["completion"]) == (
        "Family stability", "Goals completed", "Planned", "Completed",
    )  # fmt: skip
    assert p["presenting_concern"] == "We have to be out by the end of the month."
    assert p["days_open"] == (closure.closed_on - cast.case.opened_on).days
    assert p["last_contact_on"] == (clock.today() - days(3)).isoformat(), "a missed contact is not the last one"
    assert p["workers"] == [{"name": "Ana Reyes", "title": "Caseworker"}]
    assert p["worker"]["name"] == "Ana Reyes"
    assert p["supervisor"] == {"name": "Bo Lindgren", "title": "Supervisor"}
    assert p["approved_on"] == clock.today().isoformat()
    assert p["goals"] == [
        {"statement": "A safe home of our own", "status": "Met", "result": "", "evidence": "A letter in the file."},
        {"statement": "Steady income", "status": "Met", "result": "", "evidence": "A letter in the file."},
    ]
    assert (p["gains"], p["client_comments"], p["appeal"]) == ("I know whom to call.", "Thank you.", "")


def test_entry_and_exit_are_the_first_and_the_last_signed_assessment_in_words(closure):
    p = closure_papers.summary(closure)
    assert p["measures"] == [
        {"area": "Housing instability", "entry": "1 In crisis", "exit": "4 Stable"},
        {"area": "Financial", "entry": "2 Vulnerable", "exit": "Does not apply"},
    ]
    assert p["entry_on"] and p["exit_on"]


def test_with_one_assessment_there_is_no_exit_and_with_none_no_table(cast, session):
    closure = Closure.begin(cast.case, by=cast.ana)
    assert closure_papers.summary(closure)["measures"] == []
    assess(cast.case, by=cast.ana, food=Level.SAFE)
    session.flush()
    p = closure_papers.summary(closure)
    assert (p["measures"], p["exit_on"]) == ([{"area": "Food", "entry": "3 Safe", "exit": ""}], "")


def test_services_are_counted_from_notes_and_referrals_unless_the_worker_wrote_them(closure):
    rows = closure_papers.summary(closure)["services"]
    assert [(r["service"], r["count"], r["units"]) for r in rows] == [
        ("In person – home", 2, "1.5 hours"),
    ], "what came of a referral stands among the referrals"
    text = "In person – home: 2 (1.5 hours)\nBus passes: 4 (4 passes, $62.00)\nGift card: 1 ($1,250)\nA crib, from the pantry\n\n"
    own = services(text, Account([], []))
    assert [(r["service"], r["count"], r["units"], r["amount"]) for r in own] == [
        ("In person – home", 2, "1.5 hours", ""),
        ("Bus passes", 4, "4 passes", "$62.00"),
        ("Gift card", 1, "", "$1,250"),
        ("A crib, from the pantry", 0, "", ""),
    ]


def test_what_measures_nothing_is_no_unit():
    """Closings drafted by the first version list what came of referrals beside their services."""
    (row,) = services("Eviction defense, Harbor Law Clinic: 1 (Service received)", Account([], []))
    assert (row["service"], row["count"], row["units"]) == (
        "Eviction defense, Harbor Law Clinic (Service received)", 1, "",
    )  # fmt: skip


def test_referrals_stand_with_need_and_outcome(closure):
    (row,) = closure_papers.summary(closure)["referrals"]
    assert (row["service"], row["need"], row["outcome"]) == (
        "Eviction defense, Harbor Law Clinic", "Legal", "Service received",
    )  # fmt: skip
    assert row["sent_on"] == clock.today().isoformat()


def test_tries_are_parted_only_when_every_line_can_be():
    parted = attempts("2026-11-03; Phone; No answer\nNov 5, 2026; Letter\n11/9/2026; nobody home")
    assert [(r["on"], r["method"], r["result"]) for r in parted] == [
        ("2026-11-03", "Phone", "No answer"),
        ("2026-11-05", "Letter", ""),
        ("2026-11-09", "", "nobody home"),
    ]
    text = "2026-11-03; Phone; No answer\nTwice more in the week after."
    assert attempts(text) == [{"on": "", "method": "", "result": text}]
    assert attempts(None) == attempts(" \n ") == []


@pytest.mark.parametrize(
    "line, parts",
    [
        (
            "Parent group, 14 Mill Lane, 410-555-0155, Thursdays 6 to 8 pm",
            ("Parent group", "14 Mill Lane", "410-555-0155", "Thursdays 6 to 8 pm"),
        ),
        ("Clinic; 4 Bank Street, room 2; (410) 555-0133 x12; weekdays",
         ("Clinic", "4 Bank Street, room 2", "(410) 555-0133 x12", "weekdays")),
        ("My sister Jo 555-0101", ("My sister Jo", "", "555-0101", "")),
        ("The library, any day", ("The library, any day", "", "", "")),
    ],
)  # fmt: skip
def test_aftercare_is_parted_around_the_phone_number(line, parts):
    (row,) = aftercare(line)
    assert tuple(row[name] for name in ("who", "where", "phone", "hours")) == parts


def test_the_letter_is_in_the_clients_language_and_print_and_without_scores(closure, cast):
    cast.rosa.print_format = PrintFormat.LARGE
    p = closure_papers.letter(closure)
    assert (p["language"], p["size"]) == ("es", "large"), "Rosa speaks Spanish"
    assert p["why"] == "Rosa reached what she set out to do."
    assert [(g["status"], g["met_on"]) for g in p["goals"]] == [("Met", clock.today().isoformat())] * 2
    assert p["services"] == [{"service": "Eviction defense, Harbor Law Clinic", "result": "Recibió el servicio"}]
    assert p["supports"][0] == "My sister Inés"
    assert "measures" not in p
    assert "Stable" not in "".join(compose(p))
    cast.rosa.written_language = "Somali"
    assert closure_papers.letter(closure)["language"] == "so"
    cast.rosa.written_language = "Klingon, mostly"
    assert closure_papers.letter(closure)["language"] == "en"


def test_the_right_to_appeal_is_told_only_when_the_ending_is_involuntary(closure, cast):
    closure.appeal_given = True
    assert closure_papers.letter(closure)["appeal"] == ""
    closure.completion = Completion.INVOLUNTARY
    assert closure_papers.letter(closure)["appeal"] == "Millbrook Neighbor Services, 555-0100"
    cast.agency.grievance_contact = "Bo Lindgren, supervisor, 555-0104"
    assert closure_papers.summary(closure)["appeal"] == "Bo Lindgren, supervisor, 555-0104"
    assert closure_papers.letter(closure)["grievance_contact"] == "Bo Lindgren, supervisor, 555-0104"


def test_the_letter_says_when_the_last_permission_ends(closure, cast, session):
    assert closure_papers.letter(closure)["permissions_end_on"] == ""
    for recipient, ahead in (("Clinic", 20), ("School", 50), ("Old", 70)):
        release = Consent.record_signed(
            cast.rosa, by=cast.ana, type=ConsentType.RELEASE, outcome=ConsentOutcome.SIGNED,
            signed_on=clock.today() - days(1), recipient=recipient, information=["identity"], purpose="x",
            expires_on=clock.today() + days(ahead),
        )  # fmt: skip
    release.revoke(by=cast.ana, how="Written")
    session.flush()
    assert closure_papers.letter(closure)["permissions_end_on"] == (clock.today() + days(50)).isoformat()


def test_a_hotline_is_parted_around_its_number(closure, cast):
    cast.agency.hotline = "Millbrook warm line, every evening: 555-0151"
    line = {"name": "Millbrook warm line, every evening", "phone": "555-0151"}
    assert closure_papers.letter(closure)["hotlines"] == [line]


def test_labels_of_the_screen_become_the_labels_papers_can_translate(closure):
    closure.reason = ClosureReason.LOST_CONTACT
    assert closure_papers.summary(closure)["reason"] == "Lost contact/does not engage"


def test_every_label_a_paper_may_print_is_one_that_papers_know():
    from app.documents.labels import LABELS
    from app.models.assessment.domain import Domain

    printed = [*ClosureReason, *OutcomeOfGoal, *Completion, *ReferralOutcome, *Domain]
    assert [choice.label for choice in printed if closure_papers._label(choice) not in LABELS] == []


def test_issuing_freezes_both_papers_under_codes_that_name_nobody(closure, cast, session):
    papers = closure_papers.issue(closure, by=cast.bo)
    session.commit()
    found = list(session.scalars(sa.select(Paper).order_by(Paper.id)))
    assert found == papers
    assert [paper.kind for paper in found] == [PaperKind.CLOSURE_SUMMARY, PaperKind.CLOSING_LETTER]
    digits = cast.rosa.number.rsplit("-", 1)[-1]
    assert found[0].code.startswith(f"CS-{digits}-{closure.id}-")
    assert found[1].code.startswith(f"CL-{digits}-{closure.id}-")
    for paper in found:
        assert paper.intact
        assert paper.particulars["code"] == paper.code
        assert (paper.closure_id, paper.case_id, paper.client_id) == (closure.id, cast.case.id, cast.rosa.id)
    assert found[1].language == "es"


def test_a_case_with_nothing_in_it_still_makes_papers(cast, session):
    cast.case.intake.presenting_concern = None
    closure = Closure.begin(cast.case, by=cast.ana)
    write(closure, by=cast.ana)
    closure.closed_on = date(2026, 11, 20)
    check(closure_papers.summary(closure))
    check(closure_papers.letter(closure))
