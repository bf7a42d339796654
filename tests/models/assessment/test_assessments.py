"""An assessment: taken over from the last one, rated, signed, and compared with those before it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.assessment.assessment import Assessment, AssessmentStatus, AssessmentType
from app.models.assessment.domain import Domain, Level, NeedStatus
from app.models.assessment.reading import signed_before, standings, unrated
from app.models.base import RuleBroken
from tests.models.planning.builders import assessed


def again(cast, days_later: int) -> Assessment:
    """The next assessment, begun some days after the last one."""
    with clock.at(clock.now() + timedelta(days=days_later)):
        return Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.REASSESSMENT)


def test_a_new_assessment_starts_from_the_last_signed_one(session, cast):
    first = assessed(cast)
    second = again(cast, 1)
    session.commit()
    assert {need.domain: need.level for need in second.needs} == {need.domain: need.level for need in first.needs}
    second.rate(Domain.HOMELESSNESS, by=cast.ana, level=Level.SAFE, status=NeedStatus.MET)
    assert first.needs[0].level is Level.CRISIS


def test_one_assessment_is_written_at_a_time(session, cast):
    assessed(cast, sign=False)
    with pytest.raises(RuleBroken, match="unfinished"):
        again(cast, 1)


def test_a_discarded_assessment_makes_room_and_stays_on_file(session, cast):
    first = assessed(cast, sign=False)
    first.discard(by=cast.ana)
    session.commit()
    assert first.status is AssessmentStatus.IN_ERROR and len(first.needs) == 3
    assert again(cast, 1).needs == []


def test_a_signed_assessment_is_not_changed_any_more(session, cast):
    assessment = assessed(cast)
    need = assessment.needs[0]
    for change in (
        lambda: assessment.rate(Domain.FOOD, by=cast.ana, status=NeedStatus.NONE),
        lambda: assessment.drop(need, by=cast.ana),
        lambda: assessment.describe(by=cast.ana, summary="x"),
        lambda: assessment.sign(by=cast.ana),
        lambda: assessment.discard(by=cast.ana),
    ):
        with pytest.raises(RuleBroken, match="signed"):
            change()


def test_the_reason_for_signing_without_something_is_on_the_trail(session, cast):
    assessment = Assessment.begin(cast.case, by=cast.ana, type=AssessmentType.CRISIS)
    with pytest.raises(RuleBroken, match="at least one area"):
        assessment.sign(by=cast.ana)
    assessment.rate(Domain.SAFETY, by=cast.ana, level=Level.CRISIS, status=NeedStatus.UNMET)
    assert assessment.missing() == ["where the information came from", "a summary"]
    assessment.sign(by=cast.ana, leaving_open="She had to leave.")
    session.commit()
    assert assessment.signed_as == "Ana Reyes, Caseworker"
    event = session.scalars(sa.select(Event).where(Event.kind == EventKind.ASSESSMENT_SIGNED)).one()
    assert event.reason == "She had to leave."


def test_change_is_counted_in_levels_since_the_assessment_signed_before(session, cast):
    first = assessed(cast)
    second = again(cast, 1)
    second.rate(Domain.HOMELESSNESS, by=cast.ana, level=Level.SAFE, status=NeedStatus.MET, priority=1)
    second.rate(Domain.FINANCIAL, by=cast.ana, level=Level.CRISIS, status=NeedStatus.UNMET, priority=2)
    second.rate(Domain.LEGAL, by=cast.ana, level=Level.STABLE, status=NeedStatus.NONE)
    second.rate(Domain.FOOD, by=cast.ana, level=Level.NOT_APPLICABLE, status=NeedStatus.NONE)
    second.sign(by=cast.ana)
    third = again(cast, 2)
    session.commit()
    history = list(session.scalars(Assessment.of(cast.case)))
    assert history == [third, second, first]
    rows = {row.need.domain: row for row in standings(second, signed_before(second, history))}
    assert {domain: row.change for domain, row in rows.items()} == {
        Domain.HOMELESSNESS: 2,
        Domain.FINANCIAL: -1,
        Domain.FOOD: None,
        Domain.LEGAL: None,
    }
    assert rows[Domain.LEGAL].first and not rows[Domain.FOOD].first
    assert signed_before(third, history) == [first, second]
    assert signed_before(first, history) == []


def test_what_was_rated_is_not_offered_again(session, cast):
    left = unrated(assessed(cast, sign=False))
    assert len(left) == len(Domain) - 3 and Domain.FOOD not in left and Domain.SAFETY in left


def test_a_rating_that_runs_beside_the_signing_is_in_what_was_signed_or_refused(app, session, cast):
    id = assessed(cast, sign=False).id
    session.remove()
    held, go_on, signed = threading.Event(), threading.Event(), []

    def rate():
        with app.app_context():
            db.session.get_one(Assessment, id).rate(Domain.LEGAL, by=cast.ana, status=NeedStatus.UNMET)
            held.set()
            go_on.wait(10)
            db.session.commit()

    def sign():
        with app.app_context():
            db.session.get_one(Assessment, id).sign(by=cast.ana)
            db.session.commit()
            signed.append(True)

    threads = [threading.Thread(target=rate), threading.Thread(target=sign)]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    assert not signed, "the signing did not wait for the rating"
    go_on.set()
    for thread in threads:
        thread.join(20)
    session.expire_all()
    assessment = session.get_one(Assessment, id)
    assert assessment.locked and Domain.LEGAL in {need.domain for need in assessment.needs}
