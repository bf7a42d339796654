"""Who supports the client: written in the draft, frozen with the version, carried on into the next."""

import pytest

from app.documents.plan_paper import particulars
from app.extensions import db
from app.models.base import RuleBroken
from app.models.planning.plan import Plan, PlannedSupport
from tests.models.closing.story import sign
from tests.models.planning.builders import draft


@pytest.fixture
def plan(cast) -> Plan:
    """A draft of Rosa's."""
    made = draft(cast)
    db.session.commit()
    return made


def test_a_person_is_added_changed_and_taken_out(visit, cast, plan):
    page = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/edit")
    page = page.click("Add a person").submit(
        "Add person", name="Inés", relation="sister", helps_with="watches Lucía", status=303
    )
    page = visit.get(f"/plans/{plan.id}/edit")
    assert "Inés, sister" in page.text("#supports") and "watches Lucía" in page.text("#supports")
    row = db.session.query(PlannedSupport).one()
    page = visit.get(f"/planned-supports/{row.id}/edit").submit("Save", helps_with="watches both", status=303)
    assert "watches both" in visit.get(f"/plans/{plan.id}/edit").text("#supports")
    visit.post(f"/planned-supports/{row.id}/remove")
    assert "Inés" not in visit.get(f"/plans/{plan.id}/edit").text("#supports")


def test_a_person_needs_a_name_and_what_was_typed_is_kept(visit, cast, plan):
    page = visit.sign_in(cast.ana).post(f"/plans/{plan.id}/supports/", {"name": " ", "helps_with": "rides"}, status=422)
    assert "Write who it is." in page.text(".errors")
    assert page.all("[name=helps_with]")[0].value == "rides"


def test_two_who_edit_the_same_person_both_keep_their_words(visit, cast, plan):
    row = plan.rely_on(by=cast.ana, name="Inés")
    db.session.commit()
    visit.sign_in(cast.ana)
    first, second = (visit.get(f"/planned-supports/{row.id}/edit") for _ in range(2))
    first.submit("Save", name="Inés M.")
    page = second.submit("Save", name="Agnes", status=409)
    assert "Agnes" in page.text("main") and "Inés M." in page.text("main")


def test_supports_are_frozen_carried_on_and_printed(cast, plan):
    plan.rely_on(by=cast.ana, name="Inés", relation="sister", helps_with="watches Lucía")
    plan.freeze(by=cast.ana, leaving_open="x")
    assert plan.intact and "Inés" in str(plan.text())
    with pytest.raises(RuleBroken, match="frozen"):
        plan.rely_on(by=cast.ana, name="Another")
    row = {"name": "Inés", "relation": "sister", "helps_with": "watches Lucía"}
    assert particulars(plan, draft=False)["supports"] == [row]
    copy = plan.revise(by=cast.ana)
    assert [one.name for one in copy.supports] == ["Inés"]
    plan.supports[0].helps_with = "something else"
    db.session.flush()
    assert not plan.intact, "the hash covers who supports the client"


def test_a_version_frozen_before_there_was_such_a_list_keeps_its_hash(cast, plan):
    assert "supports" not in plan.text()


def test_they_stand_on_the_page_of_the_plan(visit, cast, plan):
    plan.rely_on(by=cast.ana, name="Inés", relation="sister", helps_with="watches Lucía")
    sign(plan, by=cast.ana)
    db.session.commit()
    assert "Inés, sister: watches Lucía" in visit.sign_in(cast.bo).get(f"/plans/{plan.id}/").text("main")
