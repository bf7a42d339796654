"""The one validation layer: what is typed is cleaned and understood, or refused in words with the text kept."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app import clock
from app.forms.base import (
    Clock,
    Day,
    Form,
    Line,
    Pick,
    Picks,
    Ref,
    RefList,
    Text,
    Tick,
    Whole,
    as_day,
    cleaned,
)
from app.models.agency.user import Role

ARABIC = "٣"  # int() takes it for 3
FULL_WIDTH = "３"
RTL = "\u202e"
ISOLATE = "\u2066"
NUL = "\x00"
LONG = "x" * 200_000


class Trial(Form):
    """One field of each kind."""

    line = Line("Line", max=40)
    needed = Line("Needed", required=True)
    text = Text("Text", max=500)
    day = Day("Day")
    past = Day("Past", past=True)
    clock = Clock("Clock")
    whole = Whole("Whole", min=1, max=100)
    role = Pick("Role", choices=Role, blank="Anybody")
    must = Pick("Must", choices=Role, required=True, message="Choose a role.")
    roles = Picks("Roles", Role)
    ref = Ref("Ref", options=[(3, "Three"), (7, "Seven")], blank="Nobody")
    refs = RefList("Refs", options=[(3, "Three"), (7, "Seven")])
    tick = Tick("Tick")


@pytest.fixture(autouse=True)
def words(no_database_app):
    """Messages are translated, for which an app must be at hand."""
    with no_database_app.test_request_context("/"):
        yield


def sent(*pairs: tuple[str, str], **values: Any) -> Trial:
    """The form as it is after these values were sent, with the required ones filled in."""
    data = MultiDict([("needed", "x"), ("must", "supervisor")])
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    for name, value in pairs:
        data.add(name, value)
    return Trial(data)


def taken(name: str, typed: str | list[str]) -> Any:
    """What a field makes of this; it must be sound."""
    form = sent(**{name: typed})
    assert form.validate(), form.errors
    return form[name].data


def said(name: str, typed: str | list[str]) -> str:
    """What is said about this; it must be refused, and only there."""
    form = sent(**{name: typed})
    assert not form.validate(), f"{name} takes {typed!r:.60} as {form[name].data!r:.60}"
    assert set(form.errors) == {name}
    assert all(isinstance(text, str) for text in form.errors[name])
    return " ".join(form.errors[name])


# -- Words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   Reyes ", "Ana Reyes"),
        ("e\u0301", "é"),
        (f"a{NUL}b", "ab"),
        (f"abc{RTL}fed", "abcfed"),
        (f"{ISOLATE}x\u2069", "x"),
        ("\ufeffx", "x"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("\x1b[31mred\x07", "[31mred"),
        ("   ", None),
        ("", None),
        (NUL * 5, None),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("عربى", "عربى"),
        ("👩‍👧", "👩‍👧"),
    ],
)
def test_a_line_is_cleaned_and_nothing_at_all_is_none(typed, kept):
    assert taken("line", typed) == kept


def test_prose_keeps_its_lines_and_loses_its_control_characters():
    assert taken("text", f" a\r\nb\r\rc\tq{NUL}{RTL} \n") == "a\nb\n\nc\tq"


def test_cleaning_twice_is_cleaning_once():
    for text in (" a  b ", "e\u0301", f"{RTL}x", "a\r\nb", "\x85x", "\u2028x"):
        once = cleaned(text, lines=True)
        assert cleaned(once, lines=True) == once


@pytest.mark.parametrize("typed", ["", "   ", NUL, RTL, "\t\n", "\ufeff"])
def test_what_is_needed_is_not_given_by_white_space(typed):
    assert said("needed", typed) == "Fill this in."


def test_too_long_is_refused_with_the_measure_and_the_text_is_still_there():
    assert "at most 40" in said("line", "x" * 41)
    assert "at most 500" in said("text", LONG)
    form = sent(text=LONG)
    form.validate()
    assert form.text._value() == LONG
    assert taken("line", "x" * 40) == "x" * 40
    assert taken("line", "é" * 40) == "é" * 40


# -- Days and times


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-24",
        "11/24/2026",
        "11-24-2026",
        "Nov 24, 2026",
        "November 24 2026",
        "24 Nov 2026",
        " 2026-11-24 ",
        "nov 24, 2026",
    ],
)
def test_a_day_is_understood_in_the_usual_shapes(typed):
    assert taken("day", typed) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    ["24/11/2026", "2026-13-01", "2026-02-30", "tomorrow", f"202{ARABIC}-01-01", f"{FULL_WIDTH}/1/2026", "1_1_2026",
     "20261", NUL, "0", "-1", "2026-11-24T00:00", "1/1/26", LONG, "<script>"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_an_example(typed):
    if typed == NUL:
        assert sent(day=typed).day.data is None
        return
    assert "Nov 24, 2026" in said("day", typed)


@pytest.mark.parametrize("typed", ["1899-12-31", "0001-01-01", "9999-12-31", "2226-01-01"])
def test_a_year_that_cannot_be_meant_is_refused(typed):
    assert "Check the year" in said("day", typed)


def test_a_past_day_is_not_in_the_future():
    tomorrow = clock.today() + timedelta(days=1)
    assert "today or in the past" in said("past", tomorrow.isoformat())
    assert taken("past", clock.today().isoformat()) == clock.today()
    assert taken("day", tomorrow.isoformat()) == tomorrow


def test_a_day_that_was_refused_is_shown_as_it_was_typed():
    form = sent(day="tomorow")
    form.validate()
    assert form.day._value() == "tomorow" and form.day.data is None


def test_the_leap_day_is_a_day_when_there_is_one():
    assert as_day("2024-02-29") == date(2024, 2, 29) and as_day("2025-02-29") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("14:30", time(14, 30)), ("2:30 pm", time(14, 30)), ("2:30PM", time(14, 30)), ("2 pm", time(14)),
     ("00:00", time(0)), ("12 am", time(0)), ("12:05 pm", time(12, 5)), ("", None), ("09:05:59", time(9, 5))],
)  # fmt: skip
def test_a_time_is_understood_in_the_usual_shapes(typed, meant):
    assert taken("clock", typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "14:60", f"{ARABIC}:00", "noon", "1430", "2:30 xm", "-1:00", LONG])
def test_what_is_no_time_is_refused_with_an_example(typed):
    assert "2:30 pm" in said("clock", typed)


# -- Numbers


@pytest.mark.parametrize(("typed", "meant"), [("1", 1), (" 42 ", 42), ("100", 100), ("007", 7), ("", None)])
def test_a_whole_number_is_read(typed, meant):
    assert taken("whole", typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "101",
        "-5",
        ARABIC,
        FULL_WIDTH,
        "1_0",
        "1e1",
        "1.0",
        "0x1",
        "1,000",
        "+5",
        "٣٣",
        "NaN",
        "²",
        "9" * 400,
        f"5{NUL}",
        "five",
    ],
)
def test_what_is_no_whole_number_in_ascii_is_refused(typed):
    """int() takes Arabic digits and underscores; nobody means them."""
    assert "from 1 to 100" in said("whole", typed)


# -- Lists


def test_a_choice_is_a_member_of_the_list():
    assert taken("role", "supervisor") is Role.SUPERVISOR
    assert taken("role", "") is None


@pytest.mark.parametrize(
    "typed", ["Supervisor", "SUPERVISOR", " supervisor", "root", "0", NUL, "supervisor\n", LONG, "__class__"]
)
def test_what_is_not_on_the_list_is_refused(typed):
    assert "from the list" in said("role", typed)


def test_a_choice_that_must_be_made_is_asked_for():
    data = MultiDict([("needed", "x")])
    form = Trial(data)
    assert not form.validate() and form.errors == {"must": ["Choose a role."]}


def test_several_choices_come_in_the_order_of_the_list_and_once():
    assert taken("roles", ["administrator", "caseworker", "caseworker"]) == ["caseworker", "administrator"]
    assert taken("roles", []) is None
    assert "list" in said("roles", ["caseworker", "root"])


def test_a_record_must_be_one_of_those_offered():
    assert taken("ref", "7") == 7
    assert taken("ref", "") is None


@pytest.mark.parametrize(
    "typed",
    [
        "8",
        "-3",
        "3.0",
        ARABIC,
        FULL_WIDTH,
        "1_0",
        "03x",
        "9" * 100,
        NUL,
        " 3",
        "None",
        "²",
        "03",
        "0" * 17 + "35",
        "7" + "9" * 5000,
    ],
)
def test_a_record_that_was_not_offered_is_refused(typed):
    assert "from the list" in said("ref", typed)


def test_several_records_must_all_be_offered():
    assert taken("refs", ["7", "3"]) == [7, 3]
    assert taken("refs", []) == []
    for odd in (["3", "8"], [ARABIC], ["3 "], ["3", ""]):
        assert "from the list" in said("refs", odd)


def test_a_box_is_ticked_or_not():
    assert taken("tick", "y") is True
    assert sent().tick.data is False


# -- Whole forms


@pytest.mark.parametrize("name", ["line", "needed", "text", "day", "clock", "whole", "role", "must", "ref"])
def test_a_field_that_takes_one_value_is_not_sent_twice(name):
    first = {
        "day": "2026-01-01",
        "clock": "10:00",
        "whole": "5",
        "role": "caseworker",
        "must": "caseworker",
        "ref": "3",
    }
    value = first.get(name, "a")
    assert "more than once" in said(name, [value, value])


def test_fields_that_were_never_asked_for_are_ignored():
    form = sent(("by", "7"), ("id", "1"), ("__class__", "x"), ("data", "y"))
    assert form.validate()
    assert set(form.data) == {field.name for field in form}


def test_no_field_sent_at_all_is_refused_in_words_and_no_fault():
    form = Trial(MultiDict())
    assert not form.validate()
    assert set(form.errors) == {"needed", "must"}


def test_a_form_that_is_opened_shows_what_is_on_record():
    class Record:
        line, day, clock, whole, role, roles, ref = (
            "Ana",
            date(2026, 1, 2),
            time(9, 5),
            7,
            Role.SUPERVISOR,
            ["supervisor"],
            7,
        )

    form = Trial(obj=Record())
    shown = {name: form[name]._value() for name in ("line", "day", "clock", "whole")}
    assert shown == {"line": "Ana", "day": "2026-01-02", "clock": "09:05", "whole": "7"}
    for name, value in (("role", "supervisor"), ("roles", "supervisor"), ("ref", "7")):
        assert [option.value for option in form[name].iter_choices() if option.selected] == [value]


def test_a_message_about_the_whole_form_is_a_refusal_too():
    form = sent()
    form.refuse("Somebody is on this list already.")
    assert not form.validate() and form.form_errors == ["Somebody is on this list already."]
