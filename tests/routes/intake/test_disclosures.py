"""The accounting of disclosures on the screen, and writing one down."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.extensions import db
from app.models.agency.document import Paper
from app.models.agency.draft import Draft, Mark
from app.models.intake.disclosure import Basis, Disclosure, DisclosureMethod

GOOD = {
    "happened_on": "11/02/2025",
    "method": "phone",
    "recipient": "State abuse line",
    "what": "What was seen",
    "purpose": "The law asks for it",
    "basis": "mandated_report",
}


def made(cast, **more) -> Disclosure:
    usual = {
        "happened_on": clock.today(), "recipient": "Mill Lane School", "method": DisclosureMethod.PHONE, "what": "x",
        "purpose": "y", "basis": Basis.CLIENT_REQUEST, "case": cast.case,
    }  # fmt: skip
    disclosure = Disclosure.write_down(cast.rosa, by=cast.ana, **(usual | more))
    db.session.commit()
    return disclosure


def test_a_report_is_written_down_and_stands_on_the_list(visit, cast):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/")
    page = (
        visit.get(f"/clients/{cast.rosa.id}/disclosures/")
        .click("Write down a sharing")
        .submit("Put it on record", **GOOD)
    )
    assert "State abuse line" in page.text("table") and "Report that the law demands" in page.text("table")
    kept = db.session.scalars(db.select(Disclosure)).one()
    assert (kept.case_id, kept.basis) == (cast.case.id, Basis.MANDATED_REPORT), "the only case is chosen already"


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(visit, cast):
    form = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/new")
    page = form.submit("Put it on record", status=422, **(GOOD | {"recipient": " ", "happened_on": "32/13/2025"}))
    assert "Who got it: Write who got the information." in page.text(".errors")
    assert page.all("#what")[0].text_content().strip() == "What was seen"
    assert page.all("#happened_on")[0].get("value") == "32/13/2025"


def test_a_broken_rule_comes_back_in_words_with_the_form(visit, cast):
    form = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/new")
    page = form.submit("Put it on record", status=422, **(GOOD | {"basis": "consent"}))
    assert "Choose the permission that the client gave." in page.text(".errors")


def test_sent_twice_it_is_written_once_and_its_draft_has_served(visit, cast):
    Draft.keep(cast.ana, Mark("disclosure", cast.rosa.id), {"what": ["half a wo"]})
    db.session.commit()
    form = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/new")
    assert form.all("#what")[0].text_content().strip() == "half a wo"
    for _ in range(2):
        form.submit("Put it on record", **GOOD)
    assert db.session.scalar(db.select(db.func.count(Disclosure.id))) == 1
    assert db.session.scalars(db.select(Draft)).all() == []


def test_the_days_are_chosen_and_the_earlier_comes_first(visit, cast):
    made(cast)
    made(cast, recipient="Long ago", happened_on=clock.today() - timedelta(days=40))
    url = f"/clients/{cast.rosa.id}/disclosures/"
    visit.sign_in(cast.ana)
    assert "Shared 2 times" in visit.get(url).text()
    day = (clock.today() - timedelta(days=40)).isoformat()
    only = visit.get(f"{url}?from_on={day}&to_on={day}").text()
    assert "Long ago" in only and "Mill Lane School" not in only
    assert "Shared 2 times" in visit.get(f"{url}?from_on={clock.today()}&to_on={day}").text()
    assert "Shared 2 times" in visit.get(f"{url}?from_on=nonsense").text()


def test_entered_in_error_needs_words_and_stays_readable(visit, cast):
    made(cast)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/").click("Entered in error?")
    page.submit("Mark as entered in error", status=422, reason="")
    after = page.submit("Mark as entered in error", reason="Another Rosa")
    assert "Entered in error" in after.text("table") and "Another Rosa" in after.text("table")
    assert "Shared 0 times" in after.text()
    page.submit("Mark as entered in error", status=409, reason="again")


def test_the_list_as_a_paper(visit, cast):
    made(cast)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/")
    action = page.all("form[action*=disclosure-accounts]")[0].get("action")
    answer = visit.post(
        action, {"from_on": clock.today().isoformat(), "to_on": clock.today().isoformat()}, follow=False
    )
    paper = db.session.scalars(db.select(Paper)).one()
    assert answer.location.endswith(f"/papers/{paper.id}.pdf")
    assert visit.get(answer.location).bytes.startswith(b"%PDF")
    assert "Account of what was shared" in visit.get(f"/clients/{cast.rosa.id}/documents/").text()


def test_another_clients_permission_cannot_be_chosen(visit, cast):
    form = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/disclosures/new")
    page = form.submit("Put it on record", status=422, **(GOOD | {"basis": "consent", "consent": "7"}))
    assert "Choose one from the list" in page.text(".errors")
