"""How things are shown: days and moments in words, preferences, and addresses of files."""

from datetime import UTC, date, datetime, time

import pytest

from app import clock
from app.showing import asset, clocktime, day, days_from_today, longday, moment, preferences, with_args

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(no_database_app):
    """A Saturday in November, in New York."""
    clock.keep_time_of("America/New_York")
    with clock.at(NOW), no_database_app.test_request_context("/clients/?q=ro&page=2&view="):
        yield


def test_a_day_of_this_year_is_shown_without_the_year():
    assert day(date(2026, 11, 24)) == '<time datetime="2026-11-24">Tue, Nov 24</time>'


def test_a_day_of_another_year_is_shown_with_it():
    assert day(date(2025, 2, 3)) == '<time datetime="2025-02-03">Mon, Feb 3, 2025</time>'


def test_no_day_is_nothing():
    assert (day(None), longday(None), moment(None)) == ("", "", "")


def test_a_day_on_paper_is_written_out():
    assert "November 24, 2026" in longday(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (time(0, 5), "12:05\u00a0am"),
        (time(9), "9:00\u00a0am"),
        (time(12), "12:00\u00a0pm"),
        (time(14, 30), "2:30\u00a0pm"),
    ],
)
def test_a_time_is_shown_on_a_clock_of_twelve_hours(at, shown):
    assert clocktime(at) == shown


def test_a_moment_is_shown_on_the_agencys_clock():
    assert moment(datetime(2026, 11, 21, 4, 30, tzinfo=UTC)) == (
        '<time datetime="2026-11-20T23:30-05:00">Fri, Nov 20, 11:30\u00a0pm</time>'
    )


def test_the_night_of_new_year_belongs_to_the_agencys_year():
    shown = moment(datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
    assert "Thu, Dec 31, 10:00" in shown and "2026," not in shown


def test_days_are_counted_from_today():
    assert [days_from_today(date(2026, 11, d)) for d in (19, 21, 25)] == [-2, 0, 4]


def test_unknown_preferences_are_the_usual_ones(no_database_app):
    cookies = "handrail_theme=dark; handrail_density=<script>; handrail_text=larger; handrail_other=x"
    with no_database_app.test_request_context("/", headers={"Cookie": cookies}):
        assert preferences() == {"theme": "dark", "density": "", "text": "larger"}


def test_a_file_has_an_address_that_changes_with_it():
    address = asset("css/handrail.css")
    assert address.startswith("/static/css/handrail.css?v=") and len(address.rsplit("=", 1)[1]) == 12


def test_this_page_with_one_thing_changed_keeps_the_rest(no_database_app):
    with no_database_app.test_request_context("/clients/?q=ro&page=2&view="):
        assert with_args(page=3) == "/clients/?q=ro&page=3"
        assert with_args(q=None, page=None) == "/clients/"
        assert with_args(sort="-name") == "/clients/?q=ro&page=2&sort=-name"
