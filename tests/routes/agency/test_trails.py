"""Reading the trail: of the agency, of a person, of a file; who sees what of it, and taking it out of the house."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.asked import SORTS, Sort
from app.models.agency.event import Event, EventKind
from app.models.agency.user import Role
from app.models.agency.verifying import verify
from app.models.caseload.case import Case
from app.models.caseload.program import Regime
from app.reports import trail
from app.reports.trail_export import guarded
from tests.browser import Visit


def look(user, client, times: int = 1, **about) -> None:
    """This person opens the file so often."""
    for _ in range(times):
        Event.queue(
            EventKind.CLIENT_VIEWED,
            by_id=user.id,
            client_id=client.id,
            record_kind="client",
            record_id=client.id,
            **about,
        )
    db.session.commit()


def deeds(answer) -> str:
    return " ".join(answer.texts(".trail-day"))


# -- Of a file


def test_forty_views_in_a_day_are_one_line_and_do_not_drown_a_change(visit, cast):
    look(cast.bo, cast.rosa, 40)
    cast.rosa.correct(by=cast.ana, pronouns="they/them")
    db.session.commit()
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/")
    today = page.texts(".trail-day")[0]
    assert today.count("opened the record") == 1 and "40 times" in today
    assert "changed the client’s details" in today and "pronouns" in today
    assert today.index("Ana Reyes") < today.index("Bo Lindgren"), "the newest first"


def test_the_trail_is_filtered_by_person_sort_and_days(visit, cast):
    look(cast.bo, cast.rosa)
    with clock.at(clock.now() - timedelta(days=9)):
        look(cast.ana, cast.rosa)
    visit.sign_in(cast.ana)
    url = f"/clients/{cast.rosa.id}/trail/"
    assert "Ana Reyes" not in deeds(visit.get(f"{url}?by={cast.bo.id}"))
    viewed = deeds(visit.get(f"{url}?sort=viewed"))
    assert "opened the record" in viewed and "added the client" not in viewed
    long_ago = (clock.today() - timedelta(days=5)).isoformat()
    assert "Bo Lindgren" not in deeds(visit.get(f"{url}?to_on={long_ago}"))
    assert "Bo Lindgren" in deeds(visit.get(f"{url}?from_on={long_ago}"))
    assert "Nothing on the trail" in visit.get(f"{url}?sort=printed").text()


@pytest.mark.parametrize(
    "odd",
    [
        "by=x",
        "sort=nonsense",
        "from_on=2026-99-99",
        "before=x",
        "before=99999999999999999999-1",
        "by=1&by=2",
        "before=12",
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out_of_account(visit, cast, odd):
    visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/?{odd}")
    Visit(visit.app).sign_in(cast.ada).get(f"/trail/?{odd}")


def test_long_trails_go_on_where_the_page_before_ended_and_lose_no_line(visit, cast, monkeypatch):
    monkeypatch.setattr(trail, "ON_A_PAGE", 7)
    with clock.at(clock.now() - timedelta(days=30)):
        for n in range(25):  # all of one instant: the number decides
            cast.rosa.record(EventKind.CLIENT_CHANGED, by=cast.ana, reason=f"reason {n:02}")
        db.session.commit()
    page, seen = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/?sort=changed"), []
    while True:
        seen += [w for text in page.texts(".deed") for w in [text] if "reason" in w]
        if "Earlier" not in page.texts("nav.pager a"):
            break
        page = page.click("Earlier")
    assert [text.split("“")[1][:9] for text in seen] == [f"reason {n:02}" for n in reversed(range(25))]


def test_who_was_refused_a_record_is_told_to_whoever_may_see_it(visit, cast):
    Visit(visit.app).sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    Visit(visit.app).sign_in(cast.cy).get(f"/cases/{cast.case.id}/notes/", status=404)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/")
    assert "Cy Novak" in deeds(page) and "was refused access 2 times" in deeds(page)
    refused = deeds(visit.get(f"/clients/{cast.rosa.id}/trail/?sort=refused"))
    assert "Cy Novak" in refused and "added the client" not in refused
    Visit(visit.app).sign_in(cast.ana).get(f"/clients/{cast.lena.id}/", status=404)
    assert "was refused access 2 times" in deeds(visit.get(f"/clients/{cast.rosa.id}/trail/?sort=refused"))


def test_the_trail_of_a_sealed_case_of_the_same_client_stays_sealed(visit, cast, session):
    cast.harbor.regime = Regime.PART_2
    sealed = Case.open(cast.rosa, by=cast.di, program=cast.harbor, received_on=clock.today(), worker=cast.di)
    session.commit()
    Visit(visit.app).sign_in(cast.ana).get(f"/cases/{sealed.id}/", status=404)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/")
    assert "Di Okoro" not in page.text(), "neither what was done nor who is among the people to choose"
    assert "was refused access" not in deeds(page), "that there was something to be refused"
    assert "Di Okoro" in deeds(Visit(visit.app).sign_in(cast.di).get(f"/clients/{cast.rosa.id}/trail/"))


# -- Of the agency, and of a person


def test_the_administrator_sees_who_did_what_and_no_content(visit, cast, session):
    cast.rosa.correct(by=cast.ana, safe_contact="quince")
    cast.case.pause(by=cast.ana, reason="quince orchard", until=clock.today() + timedelta(days=3))
    session.commit()
    page = visit.sign_in(cast.ada).get("/trail/")
    words = deeds(page)
    assert "Ana Reyes" in words and "changed the client’s details" in words and cast.rosa.number in words
    for content in ("Rosa", "Díaz", "quince", "safe contact"):
        assert content not in page.text(), content
    assert not [a for a in page.all("main a") if "/clients/" in (a.get("href") or "")]


def test_a_record_of_a_sealed_program_has_no_number_for_the_administrator(visit, cast):
    look(cast.di, cast.hidden)
    words = deeds(visit.sign_in(cast.ada).get("/trail/"))
    assert "Sealed record" in words and cast.hidden.number not in words
    assert cast.hidden.number not in deeds(visit.get(f"/users/{cast.di.id}/trail/"))


def test_what_was_done_in_sealed_records_is_one_line_for_the_administrator(visit, cast, session):
    """Step by step it would be the story of somebody whose very existence is secret."""
    look(cast.di, cast.hidden)
    cast.hidden.correct(by=cast.di, safe_contact="quince")
    session.commit()
    page = visit.sign_in(cast.ada).get(f"/users/{cast.di.id}/trail/")
    assert "lines" in deeds(page) and "changed" not in deeds(page) and "opened" not in deeds(page)
    rows = export(visit, f"?user={cast.di.id}")
    sealed = [row for row in rows if row["What"] == "Sealed record"]
    assert len(sealed) >= 2 and {(row["Sort"], row["Page"], row["Case"], row["Record"]) for row in sealed} == {
        ("",) * 4
    }


def test_a_refusal_in_reach_stands_on_the_clients_own_page(visit, cast, session):
    Visit(visit.app).sign_in(cast.fay).get(f"/clients/{cast.rosa.id}/trail/", status=403)
    Visit(visit.app).sign_in(cast.fay).post(f"/cases/{cast.case.id}/notes/", {"text": "x"}, status=403)
    page = visit.sign_in(cast.ana).get(f"/clients/{cast.rosa.id}/trail/?sort=refused")
    assert cast.fay.name in deeds(page)
    lines = session.scalars(sa.select(Event).where(Event.kind == EventKind.ACCESS_REFUSED).order_by(Event.id)).all()
    assert [(line.record_kind, line.record_id) for line in lines] == [("client", cast.rosa.id), ("case", cast.case.id)]


def test_a_refusal_tells_the_administrator_nothing_of_the_record(visit, cast):
    Visit(visit.app).sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    Visit(visit.app).sign_in(cast.cy).get("/team/", status=403)
    words = deeds(visit.sign_in(cast.ada).get("/trail/?sort=refused"))
    assert "Cy Novak" in words and cast.rosa.number not in words and "Rosa" not in words
    assert "to see figures about the work" in words


def test_searches_sign_ins_and_tries_at_the_door_are_on_it_without_the_words(visit, cast, session):
    Visit(visit.app).sign_in(cast.ana).get("/clients/?q=quince")
    Visit(visit.app).post("/sign-in", {"email": cast.ana.email, "password": "wrong one"}, status=422)
    page = visit.sign_in(cast.ada).get("/trail/")
    assert "searched for clients" in deeds(page) and "quince" not in page.text()
    assert "was refused at sign-in" in deeds(page)
    assert "was refused at sign-in" in deeds(visit.get(f"/users/{cast.ana.id}/trail/"))
    assert "was refused at sign-in" not in deeds(visit.get(f"/users/{cast.bo.id}/trail/"))


def test_a_supervisor_reads_about_the_own_people_what_is_in_reach(visit, cast, session):
    cast.ana.work_in([cast.family, cast.harbor], by=cast.ada)
    session.commit()
    look(cast.ana, cast.hidden, case_id=cast.hidden_case.id)
    look(cast.ana, cast.rosa, 3)
    page = visit.sign_in(cast.bo).get(f"/users/{cast.ana.id}/trail/?sort=viewed")
    assert "Rosa Díaz" in deeds(page) and "3 times" in deeds(page)
    assert "Sealed" not in page.text() and "4 times" not in page.text() and cast.hidden.number not in page.text()
    visit.get(f"/users/{cast.cy.id}/trail/", status=404)
    visit.get(f"/users/{cast.di.id}/trail/", status=404)
    visit.get("/users/99999999/trail/", status=404)
    visit.get("/trail/", status=403)


def test_a_caseworker_reads_nobodys(visit, cast):
    visit.sign_in(cast.ana).get(f"/users/{cast.ana.id}/trail/", status=403)


def test_every_kind_of_line_is_of_one_sort():
    sorted_kinds = [kind for kinds in SORTS.values() for kind in kinds]
    assert sorted(sorted_kinds) == sorted(EventKind), "each once"
    assert set(SORTS) == set(Sort)


# -- Taken out of the house


def export(visit, address: str, reason: str = "for the board", **fields) -> list[dict[str, str]]:
    answer = visit.post(f"/trail/exports/{address}", {"reason": reason} | fields, status=200)
    assert answer.response.mimetype == "text/csv"
    text = answer.bytes.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_holds_every_line_and_is_itself_on_the_trail(visit, cast, session):
    before = session.scalar(sa.select(sa.func.count(Event.id)))
    rows = export(visit.sign_in(cast.ada), "")
    assert [int(row["Line"]) for row in rows] == list(range(1, before + 1))
    session.rollback()
    line = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert (line.kind, line.by_id, line.reason) == (
        EventKind.TRAIL_EXPORTED,
        cast.ada.id,
        f"{before} lines: for the board",
    )
    assert rows[-1]["Hash"] == session.scalar(sa.select(Event.hash).where(Event.id == before))
    assert verify().whole


def test_the_export_is_no_wider_than_the_screen(visit, cast, session):
    cast.rosa.correct(by=cast.ana, safe_contact="quince")
    cast.case.pause(by=cast.ana, reason="quince orchard", until=clock.today() + timedelta(days=3))
    session.commit()
    Visit(visit.app).sign_in(cast.cy).get(f"/clients/{cast.rosa.id}/", status=404)
    rows = export(visit.sign_in(cast.ada), "")
    everything = str(rows)
    for content in ("Rosa", "quince", "safe_contact", cast.hidden.number):
        assert content not in everything, content
    refused = [row for row in rows if row["What"] == "was refused access"]
    assert [(row["Record"], row["Record number"], row["Client number"]) for row in refused] == [("", "", "")]
    assert {row["Client number"] for row in rows} == {"", cast.rosa.number, cast.lena.number}


def test_a_supervisor_exports_a_file_and_a_person_in_reach_and_nothing_else(visit, cast, session):
    visit.sign_in(cast.bo)
    rows = export(visit, f"?client={cast.rosa.id}")
    assert {row["Client"] for row in rows} == {"Rosa Díaz"} and len(rows) >= 5
    assert {row["Who"] for row in export(visit, f"?user={cast.ana.id}&sort=changed")} == {"Ana Reyes"}
    for address, status in (
        (f"client={cast.lena.id}", 404),
        (f"user={cast.cy.id}", 404),
        ("", 403),
        ("client=x", 404),
        ("user=99999999999", 404),
    ):
        visit.get(f"/trail/exports/new?{address}", status=status)
        visit.post(f"/trail/exports/?{address}", {"reason": "x"}, status=status)
    session.rollback()
    of_rosa = sa.select(Event).where(Event.kind == EventKind.TRAIL_EXPORTED, Event.client_id == cast.rosa.id)
    assert session.scalars(of_rosa).one().reason.endswith("lines: for the board")


def test_an_export_needs_a_reason(visit, cast, session):
    page = visit.sign_in(cast.ada).get("/trail/exports/new?sort=viewed")
    again = page.submit("Export", reason="  ", status=422)
    assert "Write what the export is for" in again.text()
    session.rollback()
    assert not session.scalars(sa.select(Event).where(Event.kind == EventKind.TRAIL_EXPORTED)).all()


def test_too_many_exports_at_once_are_refused_and_not_on_the_trail_as_taken(visit, cast, session, monkeypatch):
    monkeypatch.setattr("app.heavy.AT_ONCE", 0)
    visit.sign_in(cast.ada)
    refused = visit.post("/trail/exports/", {"reason": "for the board"}, status=429)
    assert "Wait a few minutes" in refused.text() and "for the board" in refused.text()
    session.rollback()
    assert not session.scalars(sa.select(Event).where(Event.kind == EventKind.TRAIL_EXPORTED)).all()


def test_an_export_in_pieces_is_the_same_and_holds_no_writer(visit, cast, session, monkeypatch):
    whole = export(visit.sign_in(cast.ada), "")
    monkeypatch.setattr("app.reports.trail_export.AT_ONCE", 3)
    pieces = export(visit, "")
    assert pieces[: len(whole)] == whole and len(pieces) == len(whole) + 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_no_cell_is_taken_for_a_formula(cell):
    assert guarded(cell) == "'" + cell
    assert guarded("plain = text") == "plain = text" and guarded(None) == "" and guarded(7) == "7"


def test_a_reason_that_is_a_formula_comes_out_harmless(visit, cast, session):
    cast.ana.record(EventKind.USER_CHANGED, by=cast.ada, reason="=HYPERLINK(1)")
    session.commit()
    assert "'=HYPERLINK(1)" in {row["Reason"] for row in export(visit.sign_in(cast.ada), "")}


def test_who_may_export_may_not_by_being_anybody(visit, cast):
    cast.bo.role = Role.CASEWORKER
    db.session.commit()
    visit.sign_in(cast.bo).post(f"/trail/exports/?client={cast.rosa.id}", {"reason": "x"}, status=403)
