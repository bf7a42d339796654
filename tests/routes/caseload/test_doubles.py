"""What a worker sees when somebody is, or may be, on record twice."""

from datetime import date

from app.models.caseload.client import Client


def test_the_details_say_that_somebody_is_likely_on_record_twice_and_why(visit, cast, session):
    again = Client.add(by=cast.ana, first_name="Roza", last_name="Diaz", born_on=date(1992, 2, 11))
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/details/")
    assert page.texts("[aria-labelledby=doubles-h] a") == ["Roza Diaz"]
    told = " ".join(page.texts("[aria-labelledby=doubles-h] li"))
    assert again.number in told and "Likely the same: similar name, same birth date." in told


def test_the_details_say_nothing_of_doubles_that_the_reader_may_not_see(visit, cast, session):
    Client.add(by=cast.di, first_name="Rosa", last_name="Diaz", born_on=date(1992, 2, 11), kept_by_id=cast.harbor.id)
    session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/details/")
    assert page.texts("[aria-labelledby=doubles-h]") == []


def test_while_typing_the_reasons_are_said(visit, cast):
    page = visit.sign_in(cast.ana).get("/clients/new?first_name=Diaz&last_name=Rosa&born_on=11/02/1992", htmx=True)
    told = " ".join(page.texts("section"))
    assert "Likely the same: same name, first and last swapped, birth date with day and month swapped." in told
