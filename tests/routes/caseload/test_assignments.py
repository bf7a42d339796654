"""Handing a case over, and pausing one."""

from datetime import timedelta

from app import clock
from app.models.agency.user import Role, User
from app.models.caseload.case import CaseStatus
from tests.cast import PASSWORD


def colleague(cast, session):
    eve = User.add(name="Eve Tran", email="eve@x.example", role=Role.CASEWORKER, password=PASSWORD, by=cast.ada,
                   programs=[cast.family])  # fmt: skip
    session.commit()
    return eve.id


def test_a_case_is_handed_over_and_who_had_it_stays_on_record(visit, cast, session):
    eve = colleague(cast, session)
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/assignments/new")
    page.submit("Hand over", status=422)
    page.submit("Hand over", worker=str(eve), note="She answers texts before 3 pm.")
    assert cast.case.worker.name == "Eve Tran"
    assert [a.user.name for a in cast.case.assignments] == ["Ana Reyes", "Eve Tran"]
    assert cast.case.assignments[0].to_on == clock.today()


def test_a_caseworker_hands_over_only_her_own_cases(visit, cast, session):
    eve = colleague(cast, session)
    visit.sign_in(session.get(User, eve)).get(f"/cases/{cast.case.id}/assignments/new", status=403)
    visit.sign_in(cast.bo).get(f"/cases/{cast.case.id}/assignments/new")


def test_only_people_of_the_program_are_offered(visit, cast):
    page = visit.sign_in(cast.bo).get(f"/cases/{cast.case.id}/assignments/new")
    assert not [words for words in page.texts("#worker option") if "Cy Novak" in words or "Ada" in words]
    visit.post(f"/cases/{cast.case.id}/assignments/new", {"worker": cast.cy.id, "role": "caseworker"}, status=422)


def test_a_case_pauses_with_a_reason_and_goes_on(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/hold")
    page.submit("Put on hold", status=422, reason="In hospital")
    page.submit("Put on hold", reason="In hospital", until=(clock.today() + timedelta(days=30)).isoformat())
    assert (cast.case.status, cast.case.hold_reason) == (CaseStatus.ON_HOLD, "In hospital")
    visit.post(f"/cases/{cast.case.id}/hold/end")
    assert cast.case.status is CaseStatus.ACTIVE and cast.case.hold_reason is None


def test_a_stranger_neither_hands_over_nor_pauses(visit, cast):
    for person in (cast.cy, cast.ada):
        visit.sign_in(person)
        for path in ("assignments/new", "hold"):
            visit.get(f"/cases/{cast.case.id}/{path}", status=404)
            visit.post(f"/cases/{cast.case.id}/{path}", {"reason": "x"}, status=404)
