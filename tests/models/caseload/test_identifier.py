"""Numbers that others know a person by: enciphered in the database, and every look at one is on the trail."""

import base64

import pytest
import sqlalchemy as sa

from app.keys import Unreadable, deciphered, enciphered
from app.models.agency.agency import Agency, SsnKept
from app.models.agency.event import Event, EventKind
from app.models.base import RuleBroken
from app.models.caseload.identifier import Identifier, IdentifierKind, NumberQuality

FULL, PARTIAL = NumberQuality.FULL, NumberQuality.PARTIAL


@pytest.fixture
def ssn(cast, session):
    Agency.here().ssn = SsnKept.FULL
    session.flush()

    def keep(number="078-05-1120", quality=FULL):
        return Identifier.write_down(cast.rosa, by=cast.ana, kind=IdentifierKind.SSN, number=number, quality=quality)

    return keep


def test_what_is_enciphered_is_read_by_this_secret_alone(app):
    with app.app_context():
        first, second = enciphered("078051120", purpose="a"), enciphered("078051120", purpose="a")
        assert first != second and deciphered(first, purpose="a") == deciphered(second, purpose="a") == "078051120"
        raw = bytearray(base64.b64decode(first))
        raw[-1] ^= 1
        for spoilt in (base64.b64encode(raw).decode(), "x", "", first[:20], "é"):
            with pytest.raises(Unreadable):
                deciphered(spoilt, purpose="a")
        with pytest.raises(Unreadable):
            deciphered(first, purpose="b")
        usual = app.config["SECRET_KEY"]
        try:
            app.config["SECRET_KEY"] = "another one"
            with pytest.raises(Unreadable):
                deciphered(first, purpose="a")
        finally:
            app.config["SECRET_KEY"] = usual


def test_a_number_stands_nowhere_in_the_database_as_it_is(cast, session, ssn):
    kept = ssn()
    session.commit()
    stored = session.execute(sa.text("SELECT * FROM identifier")).mappings().one()
    assert (
        "078051120" not in str(dict(stored))
        and "1120" not in str(dict(stored))
        and kept.show(by=cast.ana) == "078-05-1120"
    )


def test_each_look_is_on_the_trail_and_says_only_what_kind_it_was(cast, session, ssn):
    kept = ssn()
    kept.show(by=cast.bo)
    session.commit()
    line = session.query(Event).filter_by(kind=EventKind.IDENTIFIER_SHOWN).one()
    assert (line.by_id, line.client_id, line.fields, line.reason) == (cast.bo.id, cast.rosa.id, ["ssn"], None)


def test_social_security_numbers_are_off_unless_the_agency_turns_them_on(cast, session):
    with pytest.raises(RuleBroken, match="does not keep Social Security"):
        Identifier.write_down(cast.rosa, by=cast.ana, kind=IdentifierKind.SSN, number="078-05-1120")
    assert IdentifierKind.SSN not in Identifier.kinds()


def test_turned_off_again_what_is_on_file_is_not_listed_and_not_shown(cast, session, ssn):
    kept = ssn()
    session.flush()
    Agency.here().ssn = SsnKept.OFF
    session.flush()
    assert session.scalars(Identifier.of(cast.rosa)).all() == []
    with pytest.raises(RuleBroken, match="not on file"):
        kept.show(by=cast.ana)


def test_where_only_four_digits_are_kept_no_more_is_shown(cast, session, ssn):
    kept = ssn()
    Agency.here().ssn = SsnKept.LAST_FOUR
    session.flush()
    assert kept.show(by=cast.ana) == "1120"


@pytest.mark.parametrize(
    ("kept", "number", "quality", "words"),
    [
        ("full", "078-05-112", FULL, "no whole"),
        ("full", "000-05-1120", FULL, "no whole"),
        ("full", "666-05-1120", FULL, "no whole"),
        ("full", "900-05-1120", FULL, "no whole"),
        ("full", "078-00-1120", FULL, "no whole"),
        ("full", "078-05-0000", FULL, "no whole"),
        ("full", "٠٧٨051120", FULL, "Write the digits"),
        ("full", "0780511201", PARTIAL, "nine digits"),
        ("full", None, FULL, "Write the number"),
        ("full", "1120", NumberQuality.DECLINED, "Take it out"),
        ("last_four", "078-05-1120", FULL, "last four digits only"),
        ("last_four", "1120", FULL, "Four digits are a part"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(cast, session, ssn, kept, number, quality, words):
    Agency.here().ssn = SsnKept(kept)
    with pytest.raises(RuleBroken, match=words):
        ssn(number, quality)


def test_the_three_ways_of_not_knowing_it_are_kept_without_a_number(cast, session, ssn):
    for quality in (NumberQuality.UNKNOWN, NumberQuality.DECLINED, NumberQuality.NOT_COLLECTED):
        row = ssn(None, quality)
        assert (row.quality, row.sealed) == (quality, None)
        row.remove(by=cast.ana, reason="for the test")
        session.flush()


def test_a_person_has_one_social_security_number_and_may_have_several_others(cast, session, ssn):
    ssn()
    session.flush()
    with pytest.raises(RuleBroken, match="already"):
        ssn()
    for number in ("A1", "A2"):
        Identifier.write_down(cast.rosa, by=cast.ana, kind=IdentifierKind.MEDICAID, number=number)
    session.flush()
    assert len(session.scalars(Identifier.of(cast.rosa)).all()) == 3


def test_corrected_without_a_number_the_one_on_file_stays(cast, session, ssn):
    kept = ssn()
    kept.rewrite(by=cast.ana, number=None, quality=FULL, issuer="Seen on the card")
    assert (kept.show(by=cast.ana), kept.issuer) == ("078-05-1120", "Seen on the card")
    kept.rewrite(by=cast.ana, number=None, quality=NumberQuality.DECLINED)
    assert kept.sealed is None
    with pytest.raises(RuleBroken, match="Write the number"):
        kept.rewrite(by=cast.ana, number=None, quality=FULL)


def test_taken_off_the_number_is_destroyed_and_the_reason_stays(cast, session, ssn):
    kept = ssn()
    kept.remove(by=cast.ana, reason="It was her sister’s")
    session.flush()
    assert (kept.sealed, kept.removed_reason) == (None, "It was her sister’s")
    assert session.scalars(Identifier.of(cast.rosa)).all() == []
    for act in (lambda: kept.show(by=cast.ana), lambda: kept.remove(by=cast.ana, reason="x")):
        with pytest.raises(RuleBroken, match="not on file"):
            act()
    assert ssn().id != kept.id


def test_under_another_secret_it_says_so_instead_of_failing(app, cast, session, ssn):
    kept = ssn()
    session.commit()
    usual = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another one"
        with pytest.raises(RuleBroken, match="another key"):
            kept.show(by=cast.ana)
    finally:
        app.config["SECRET_KEY"] = usual
