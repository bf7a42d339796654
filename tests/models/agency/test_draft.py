"""What somebody is in the middle of typing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.models.agency.draft import Draft, Mark, Once
from app.models.base import RuleBroken


def test_a_draft_is_kept_in_place_of_the_one_before(session, cast):
    Draft.keep(cast.ana, Mark("note", 7), {"text": ["She came"]})
    Draft.keep(cast.ana, Mark("note", 7), {"text": ["She came early"]})
    session.flush()
    assert session.scalar(sa.select(sa.func.count(Draft.id))) == 1
    assert Draft.left_in(cast.ana, "note", 7)[0].values == {"text": ["She came early"]}


def test_each_person_form_and_record_has_a_draft_of_its_own(session, cast):
    Draft.keep(cast.ana, Mark("note", 7), {"text": ["Ana’s"]})
    Draft.keep(cast.bo, Mark("note", 7), {"text": ["Bo’s"]})
    Draft.keep(cast.ana, Mark("note", 8), {"text": ["another case"]})
    Draft.keep(cast.ana, Mark("goal", 7), {"text": ["another form"]})
    session.flush()
    assert Draft.left_in(cast.ana, "note", 7)[0].values == {"text": ["Ana’s"]}
    assert Draft.left_in(cast.bo, "note", 7)[0].values == {"text": ["Bo’s"]}
    assert Draft.left_in(cast.cy, "note", 7) == []


def test_a_draft_that_has_served_is_gone(session, cast):
    Draft.keep(cast.ana, Mark("note", 7), {"text": ["x"]})
    Draft.keep(cast.bo, Mark("note", 7), {"text": ["y"]})
    session.flush()
    Draft.done(cast.ana, Mark("note", 7))
    assert Draft.left_in(cast.ana, "note", 7) == []
    assert Draft.left_in(cast.bo, "note", 7) != []


def test_a_draft_beyond_all_measure_is_refused_and_the_earlier_one_stays(session, cast):
    Draft.keep(cast.ana, Mark("note", 7), {"text": ["short"]})
    session.flush()
    with pytest.raises(RuleBroken, match="too long to keep"):
        Draft.keep(cast.ana, Mark("note", 7), {"text": ["x" * (Draft.LARGEST + 1)]})
    assert Draft.left_in(cast.ana, "note", 7)[0].values == {"text": ["short"]}


def test_all_of_a_persons_drafts_of_the_last_days_newest_first(session, cast):
    now = clock.now()
    for days, name in ((40, "old"), (3, "earlier"), (1, "later")):
        with clock.at(now - timedelta(days=days)):
            Draft.keep(cast.ana, Mark(name, 1), {"text": [name]})
    Draft.keep(cast.bo, Mark("note", 1), {"text": ["Bo’s"]})
    session.flush()
    assert [draft.form for draft in session.scalars(Draft.of(cast.ana))] == ["later", "earlier"]


def test_a_draft_keeps_every_sign_of_the_text(session, cast):
    text = "tab\tline\nquote ' \" emoji 🌊 عربى \\ %s"
    Draft.keep(cast.ana, Mark("note", 1), {"text": [text], "kind": ["a", "b"]})
    session.flush()
    session.expire_all()
    assert Draft.left_in(cast.ana, "note", 1)[0].values == {"text": [text], "kind": ["a", "b"]}


def test_a_key_belongs_to_one_person_and_is_there_once(session, cast):
    session.add_all(
        [Once(user_id=cast.ana.id, key="k" * 16, digest="d"), Once(user_id=cast.bo.id, key="k" * 16, digest="d")]
    )
    session.flush()
    assert Once.used(cast.ana, "k" * 16).user_id == cast.ana.id
    assert Once.used(cast.cy, "k" * 16) is None
    session.add(Once(user_id=cast.ana.id, key="k" * 16, digest="d"))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()
