"""Opening hours and ages as people read them."""

from datetime import date, time
from types import SimpleNamespace

import pytest

from app.models.linking.directory_words import ages, hours

FIELDS = """valid_from valid_to dtstart until count interval freq byday byweekno bymonthday byyearday
opens_at closes_at description notes"""
NOTHING = {name: None for name in FIELDS.split()}
TODAY = date(2026, 11, 24)


def schedule(byday=None, opens=None, closes=None, **more):
    return SimpleNamespace(**{**NOTHING, "byday": byday, "opens_at": opens, "closes_at": closes, **more})


def said(*schedules):
    """The lines, with the blanks that do not break as plain ones."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in hours(schedules, on=TODAY)]


@pytest.mark.parametrize(
    ("byday", "words"),
    [
        ("MO,TU,WE,TH,FR", "Mon to Fri, 9 am to 5 pm"),
        ("MO,TU,WE,TH,FR,SA,SU", "Every day, 9 am to 5 pm"),
        ("TU,TH", "Tue and Thu, 9 am to 5 pm"),
        ("SA,SU", "Sat and Sun, 9 am to 5 pm"),
        ("FR,MO,WE", "Mon, Wed, Fri, 9 am to 5 pm"),
        ("MO,WE,TH,FR", "Mon, Wed to Fri, 9 am to 5 pm"),
        ("mo", "Mon, 9 am to 5 pm"),
    ],
)
def test_days_of_the_week_are_put_together(byday, words):
    assert said(schedule(byday, time(9), time(17), freq="WEEKLY")) == [words]


def test_days_that_come_one_by_one_with_the_same_hours_become_one_line():
    week = [schedule(day, time(8, 30), time(16), freq="WEEKLY", interval=1) for day in ("FR", "MO", "TU", "TH", "WE")]
    saturday = schedule("SA", time(10), time(12), freq="WEEKLY")
    assert said(saturday, *week) == ["Mon to Fri, 8:30 am to 4 pm", "Sat, 10 am to noon"]


def test_a_lunch_break_stays_two_lines_of_the_same_days():
    morning, afternoon = schedule("MO,TU,WE", time(9), time(12)), schedule("MO,TU,WE", time(13), time(17))
    assert said(afternoon, morning) == ["Mon to Wed, 9 am to noon", "Mon to Wed, 1 pm to 5 pm"]


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (time(0), time(0), "Mon, 24 hours"),
        (time(0), time(23, 59), "Mon, 24 hours"),
        (time(22), time(2), "Mon, 10 pm to 2 am"),
        (time(18), time(0), "Mon, 6 pm to midnight"),
        (time(0), time(6), "Mon, midnight to 6 am"),
        (time(9), None, "Mon, from 9 am"),
        (None, time(17), "Mon, until 5 pm"),
        (None, None, "Mon"),
    ],
)
def test_each_end_of_the_hours_may_be_open_or_midnight(opens, closes, words):
    assert said(schedule("MO", opens, closes)) == [words]


def test_the_blank_before_am_does_not_break():
    assert hours([schedule("MO", time(9), time(17))], on=TODAY) == [
        "Mon, 9\N{NO-BREAK SPACE}am to 5\N{NO-BREAK SPACE}pm"
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"interval": 2},
        {"freq": "MONTHLY", "bymonthday": "15", "byday": None},
        {"freq": "MONTHLY", "byday": "MO"},
        {"byweekno": "1,-1"},
        {"count": 5},
        {"byday": "XX"},
    ],
)
def test_whatever_is_not_simply_weekly_falls_back_to_its_description(odd):
    given = {"byday": "MO", "freq": "WEEKLY", **odd}
    assert said(schedule(opens=time(9), closes=time(17), description="Every other Monday", **given)) == [
        "Every other Monday"
    ]


def test_days_of_the_month_are_put_into_words():
    monthly = schedule("1MO,-1FR", time(9), time(12), freq="MONTHLY")
    assert said(monthly) == ["First Mon, Last Fri of the month, 9 am to noon"]


def test_what_the_publisher_wrote_follows_the_hours_once():
    first = schedule("MO", time(9), time(17), description="Closed on holidays", notes="Ring twice")
    second = schedule("TU", time(9), time(17), description="Closed on holidays")
    assert said(first, second) == ["Mon and Tue, 9 am to 5 pm", "Closed on holidays", "Ring twice"]


def test_times_without_days_are_still_said():
    assert said(schedule(None, time(9), time(17))) == ["9 am to 5 pm"]


def test_a_schedule_that_says_nothing_is_silent():
    assert said(schedule()) == []
    assert said() == []


@pytest.mark.parametrize(
    "past_or_future",
    [
        {"valid_to": date(2026, 11, 23)},
        {"until": date(2020, 1, 1)},
        {"valid_from": date(2026, 11, 25)},
        {"dtstart": date(2027, 1, 1)},
    ],
)
def test_a_schedule_that_does_not_hold_today_is_left_out(past_or_future):
    assert said(schedule("MO", time(9), time(17), **past_or_future)) == []
    assert said(schedule("MO", time(9), time(17), valid_from=TODAY, valid_to=TODAY)) == ["Mon, 9 am to 5 pm"]


def test_the_words_can_be_said_in_another_language():
    german = {"%(first)s to %(last)s": "%(first)s bis %(last)s", "Mon": "Mo", "Fri": "Fr", "am": "Uhr", "pm": "Uhr"}

    def say(text, /, **values):
        text = german.get(text, text)
        return text % values if values else text

    [line] = hours([schedule("MO,TU,WE,TH,FR", time(9), time(11))], on=TODAY, say=say)
    assert line.startswith("Mo bis Fr, 9\N{NO-BREAK SPACE}Uhr")


@pytest.mark.parametrize(
    ("youngest", "oldest", "words"),
    [
        (18, 24, "Ages 18 to 24"),
        (18.0, None, "Age 18 and over"),
        (None, 17, "Up to age 17"),
        (5, 5, "Age 5"),
        (0, 2.5, "Ages 0 to 2.5"),
        (None, None, ""),
    ],
)
def test_ages_are_said_in_words(youngest, oldest, words):
    assert ages(youngest, oldest) == words
