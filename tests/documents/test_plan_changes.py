"""The sheet that says what changed since the copy the client signed."""

from __future__ import annotations

import pytest

from app import clock
from app.documents.cutting import shortened
from app.documents.plan_paper import particulars
from app.documents.rendering import render
from app.extensions import db
from app.models.assessment.domain import Domain
from app.models.planning.goal import Actor
from app.models.planning.plan import Agreement, NeedAnswer, Plan
from app.models.planning.signature import Signature, SignatureMethod, SignatureOutcome, SignerRole
from tests.documents import pdfs
from tests.models.closing.story import days, plan_in_force, sign


@pytest.fixture
def signed(cast) -> Plan:
    """Version 1, signed by Rosa."""
    plan = plan_in_force(cast.case, by=cast.ana)
    db.session.commit()
    return plan


def changed(plan: Plan) -> dict:
    return particulars(plan, draft=True)["changes"]


def told(rows: list[dict]) -> list[tuple[str, ...]]:
    return [tuple(str(value) for value in row.values() if value) for row in rows]


def test_a_first_version_has_no_sheet(cast):
    plan = Plan.begin(cast.case, by=cast.ana)
    db.session.flush()
    assert changed(plan)["version"] == 0


def test_every_kind_of_change_is_told_in_the_words_of_both_copies(cast, signed):
    by = {"by": cast.ana}
    new = signed.revise(**by)
    db.session.flush()
    new.rewrite(**by, vision="A quiet home", review_on=new.review_on + days(3))
    home, income = new.goals
    home.reword(**by, statement="A safe home with a garden")
    home.steps[0].reword(**by, action="Call the landlord", actor=Actor.CASEWORKER)
    home.steps[0].reword(**by, due_on=clock.today() + days(9))
    home.add_step(**by, action="Pack", actor=Actor.CLIENT, due_on=clock.today() + days(20))
    new.drop_goal(income, **by)
    new.rely_on(**by, name="Inés", relation="sister")
    new.set_aside(Domain.FOOD, **by, answer=NeedAnswer.DEFERRED, reason="Later")
    new.count_on(**by, service="Legal aid", provider="Clinic")
    db.session.flush()
    found = changed(new)
    assert (found["version"], found["signed_on"]) == (1, clock.today().isoformat())
    old_day, new_day = (clock.today() + days(5)).isoformat(), (clock.today() + days(9)).isoformat()
    assert told(found["added"]) == [
        ("What I want", "A quiet home"),
        ("Who supports me", "Inés, sister"),
        ("A step", "Pack", "Rosa", (clock.today() + days(20)).isoformat()),
        ("A service", "Legal aid, Clinic"),
        ("A need we are not working on now", "Food", "Later", "Deferred"),
    ]
    texts = [
        (row["part"], row["about"], row["was"], row["now"], row["was_label"], row["now_label"])
        for row in found["changed"]
    ]
    assert ("My goal", "", "A safe home of our own", "A safe home with a garden", "", "") in texts
    assert ("A step", "", "First step to A safe home of our own", "Call the landlord", "Rosa", "Ana") in texts
    (moved,) = [row for row in found["changed"] if row["part"] == "The day of a step"]
    assert (moved["about"], moved["was_on"], moved["now_on"]) == ("Call the landlord", old_day, new_day)
    assert "Next review" in [row["part"] for row in found["changed"]]
    assert ("My goal", "Steady income") in told(found["removed"])


def test_a_goal_that_only_moved_to_another_area_of_life_reads_the_same(cast, signed):
    new = signed.revise(by=cast.ana)
    db.session.flush()
    new.goals[0].reword(by=cast.ana, domain=Domain.FOOD)
    found = changed(new)
    assert [row["part"] for row in found["changed"] if row["part"] == "My goal"] == []


def test_the_copy_that_was_signed_counts_and_not_one_that_was_declined(cast, signed):
    second = signed.revise(by=cast.ana)
    db.session.flush()
    second.rewrite(by=cast.ana, vision="Second")
    second.freeze(by=cast.ana, leaving_open="x")
    day = {"signed_on": clock.today(), "method": SignatureMethod.INK}
    second.record_signatures(
        by=cast.ana,
        signatures=[
            Signature(role=SignerRole.CLIENT, printed_name="Rosa", outcome=SignatureOutcome.DECLINED, reason="Not now"),
            Signature(role=SignerRole.CASEWORKER, printed_name="Ana", outcome=SignatureOutcome.SIGNED, **day),
        ],
        agreement=Agreement.AGREES, took_part=True, chose_services=True,
    )  # fmt: skip
    third = second.revise(by=cast.ana)
    db.session.flush()
    assert changed(third)["version"] == 1
    assert told(changed(third)["added"]) == [("What I want", "Second")]
    sign(third, by=cast.ana)
    assert changed(third.revise(by=cast.ana))["version"] == 3


def test_the_sheet_is_a_page_of_its_own_before_the_signatures_in_both_languages(cast, signed):
    new = signed.revise(by=cast.ana)
    db.session.flush()
    new.rewrite(by=cast.ana, vision="Una casa tranquila")
    pages = pdfs.pages(render(particulars(new, draft=True)))
    (sheet,) = [number for number, text in enumerate(pages) if "Qué cambió desde la copia que usted firmó" in text]
    (signature,) = [number for number, text in enumerate(pages) if "Ayudé a hacer este plan." in text]
    assert sheet == signature - 1
    assert "What changed since the copy you signed" in pages[sheet] and "Una casa tranquila" in pages[sheet]
    assert "Mis derechos" not in pages[sheet] and "Mi firma" not in pages[sheet]


def test_a_new_version_with_the_same_words_says_so(cast, signed):
    cast.rosa.spoken_language = "English"
    new = signed.revise(by=cast.ana)
    db.session.flush()
    new.rewrite(by=cast.ana, starts_on=signed.starts_on, review_on=signed.review_on)
    assert "are the same as in the copy you signed" in pdfs.text(render(particulars(new, draft=True)))


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("Short.", 20, "Short."),
        ("One sentence. Another one that is long.", 20, "One sentence. …"),
        ("Nothing but words that never end in a stop", 20, "Nothing but words…"),
        ("Wordwithoutanyblankinside", 10, "Wordwithou…"),
        ("A. But then a very long sentence follows here", 30, "A. But then a very long…"),
        ("  ", 5, ""),
    ],
)
def test_a_long_text_is_cut_at_a_sentence(text, most, kept):
    assert shortened(text, most) == kept
