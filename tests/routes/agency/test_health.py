"""What a watchdog is told."""

import sqlalchemy as sa

from app import health
from app.extensions import db


def test_a_sound_server_says_so_and_nothing_more(visit, cast):
    answer = visit.get("/healthz")
    assert answer.response.json == {"database": True, "sound": True, "space": True}


def test_a_full_disk_is_told(visit, cast, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**60)
    assert visit.get("/healthz", status=503).response.json == {"database": True, "sound": True, "space": False}


def test_a_database_that_does_not_answer_is_told_without_a_word_about_it(own_app, cast):
    db.session.rollback()
    with own_app.app_context():
        db.session.remove()
        db.engines[None] = sa.create_engine("sqlite:////no/such/folder/at/all.db")
        answer = own_app.test_client().get("/healthz")
        assert answer.status_code == 503
        assert "sqlite" not in answer.text and "/no/such" not in answer.text


def test_asking_changes_nothing(visit, cast):
    tables = set(sa.inspect(db.engine).get_table_names())
    visit.get("/healthz")
    assert set(sa.inspect(db.engine).get_table_names()) == tables
