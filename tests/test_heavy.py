"""Heavy work: one person may have two under way at once, and others are not held up."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import g
from werkzeug.exceptions import TooManyRequests

from app import heavy
from app.documents.rendering import RenderingFailed, Worker
from app.errors import whence


@pytest.fixture
def asking(app, cast):
    """A context in which Ana asks."""
    with app.test_request_context():
        g.user_id = cast.ana.id
        yield


def test_a_third_turn_at_once_is_refused_and_a_finished_one_is_given_back(asking):
    with heavy.turn():
        with heavy.turn(), pytest.raises(TooManyRequests), heavy.turn():
            pass
        with heavy.turn():
            pass


def test_one_person_does_not_use_up_anothers_turns(asking, cast):
    with heavy.turn(), heavy.turn():
        g.user_id = cast.bo.id
        with heavy.turn():
            pass


def test_an_answer_sent_in_pieces_has_its_turn_until_the_last_piece_or_until_nobody_reads_on(asking):
    one, two = heavy.within_a_turn(iter("abc")), heavy.within_a_turn(iter("abc"))
    with pytest.raises(TooManyRequests):
        heavy.within_a_turn(iter("abc"))
    assert "".join(one) == "abc"
    left = heavy.within_a_turn(iter("abc"))
    assert next(left) == "a"
    with pytest.raises(TooManyRequests):
        heavy.within_a_turn(iter("abc"))
    left.close()
    unread = heavy.within_a_turn(iter("abc"))
    del unread, two  # whoever hung up before the first piece
    with heavy.turn(), heavy.turn():
        pass


def test_turns_count_in_other_processes_too_and_end_with_them(asking, app):
    place = app.config["DATA"] / "turns"
    place.mkdir(exist_ok=True)
    hold = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); input()"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", hold, str(place / f"{g.user_id}-{number}")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(heavy.AT_ONCE)
    ]  # fmt: skip
    try:
        for other in others:
            assert other.stdout and other.stdout.readline() == "held\n"
        with pytest.raises(TooManyRequests), heavy.turn():
            pass
    finally:
        for other in others:
            other.kill()
            other.communicate()
    with heavy.turn():
        pass


def test_too_many_papers_at_once_are_refused_in_words_with_when_to_try_again(visit, cast, app, monkeypatch):
    monkeypatch.setattr(heavy, "AT_ONCE", 0)
    from app.models.planning.plan import Plan

    plan = Plan.begin(cast.case, by=cast.ana)
    from app.extensions import db

    db.session.commit()
    answer = visit.sign_in(cast.ana).get(f"/plans/{plan.id}/preview.pdf", status=429)
    assert "Wait a few minutes" in answer.text()
    assert answer.response.headers["Retry-After"] == "10"


def test_threads_that_want_papers_leave_some_for_those_who_read():
    one = Worker(line=0 + 1)
    assert one._line.acquire(blocking=False)
    with pytest.raises(RenderingFailed, match="Too many papers"):
        one.pdf(["<p>"])
    one._line.release()
    one.close()


def test_where_an_error_came_from_is_told_without_its_words():
    try:
        try:
            raise KeyError("Rosa Díaz")
        except KeyError as first:
            raise ValueError("lives at 12 Quince Street") from first
    except ValueError as error:
        said = whence(error)
    assert "ValueError" in said and "KeyError" in said and "test_heavy.py" in said
    assert "Rosa" not in said.replace('raise KeyError("Rosa Díaz")', "")
    assert "lives" not in said.replace('raise ValueError("lives at 12 Quince Street")', "")
