"""What was done in a case, in numbers."""

from datetime import time

import pytest

from app import clock
from app.models.closing.account import Account, hours
from app.models.linking.referral import ConfirmedBy, Referral, ReferralMethod, ReferralOutcome, ReferralType
from app.models.monitoring.note import Attendance, Method, Note
from tests.models.closing.story import days


def note(cast, ago, method=Method.PHONE, attendance=Attendance.COMPLETED, minutes=None):
    return Note.write(
        cast.case, by=cast.ana, happened_on=clock.today() - days(ago), started_at=time(0, 1) if ago else None,
        method=method, attendance=attendance, minutes=minutes, text="x",
    )  # fmt: skip


def test_contacts_are_counted_by_kind_with_their_time(cast, session):
    note(cast, 9, Method.PHONE, minutes=45)
    note(cast, 8, Method.OFFICE, minutes=60)
    note(cast, 7, Method.PHONE)
    note(cast, 6, Method.PHONE, Attendance.NO_SHOW, minutes=15)
    note(cast, 5, Method.PHONE, minutes=60).mark_in_error(by=cast.ana, reason="x")
    session.flush()
    account = Account.of(cast.case)
    assert [tuple(tally) for tally in account.tallies] == [(Method.OFFICE, 1, 60), (Method.PHONE, 2, 45)]
    assert account.last_contact_on == clock.today() - days(7)


def test_tries_are_those_after_the_last_contact(cast, session):
    note(cast, 9, attendance=Attendance.ATTEMPTED)
    note(cast, 8)
    note(cast, 7, attendance=Attendance.NO_SHOW)
    note(cast, 6, attendance=Attendance.ATTEMPTED)
    session.flush()
    assert [c.attendance for c in Account.of(cast.case).tries_since] == [Attendance.NO_SHOW, Attendance.ATTEMPTED]


def test_referrals_finished_and_received(cast, session):
    def refer(provider, outcome=None):
        referral = Referral.make(
            cast.case, by=cast.ana, domain="food", type=ReferralType.REFERRAL, method=ReferralMethod.PHONE,
            provider=provider,
        )  # fmt: skip
        if outcome:
            referral.send(by=cast.ana)
            referral.end(by=cast.ana, outcome=outcome, on=clock.today(), confirmed_by=ConfirmedBy.CLIENT)
        return referral

    refer("Pantry", ReferralOutcome.RECEIVED)
    refer("Clinic", ReferralOutcome.NO_SHOW)
    refer("Fund")
    refer("Mistake").mistake(by=cast.ana, reason="x")
    session.flush()
    account = Account.of(cast.case)
    assert (account.finished_referrals, len(account.referrals)) == (2, 3)
    assert [sent.words for sent in account.received] == ["Pantry"]


def test_another_case_of_the_same_client_counts_nowhere(cast, session):
    Note.write(cast.elder_case, by=cast.cy, happened_on=clock.today(), method=Method.PHONE, text="x", minutes=10)
    session.flush()
    assert Account.of(cast.case).contacts == []


@pytest.mark.parametrize(
    "minutes, words",
    [(0, ""), (45, "45 minutes"), (60, "1 hour"), (61, "1 hour"), (90, "1.5 hours"), (600, "10 hours")],
)
def test_time_in_words(minutes, words):
    assert hours(minutes) == words
