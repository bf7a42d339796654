"""The record's head and the overview of a case."""


def test_a_worker_sees_the_overview_of_a_case(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/")
    assert page.text("h1") == "Rosa Díaz"
    assert "she/her, 34" in page.text(".case-title")


def test_list(visit, cast):
    page = visit.sign_in(cast.ana).get("/clients/?q=ro&sort=due&view=all")
    assert page.texts("#results th a.who") == ["Rosa Díaz"]
