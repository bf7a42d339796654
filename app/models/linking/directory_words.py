"""Opening hours and ages as people read them: pure functions from HSDS values to words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Protocol

from app.models.base import N_


class Say(Protocol):
    """Puts a marked text into the reader's language and fills in its values, as gettext does."""

    def __call__(self, text: str, /, **values: Any) -> str: ...


def plain(text: str, /, **values: Any) -> str:
    """The text as it stands, with its values filled in."""
    return text % values if values else text


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
NTH = {1: N_("First"), 2: N_("Second"), 3: N_("Third"), 4: N_("Fourth"), 5: N_("Fifth"), -1: N_("Last")}
END_OF_DAY = (time(0), time(23, 59), time(23, 59, 59))
byday_part = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True)
class Opening:
    """Some days of the week, by number from Monday 0, and the hours on them; either end of the hours may be unknown."""

    days: tuple[int, ...]
    opens_at: time | None
    closes_at: time | None


def hours(schedules: Iterable[Any], *, on: date, say: Say = plain) -> list[str]:
    """The opening hours that hold on this day, in lines such as “Mon to Fri, 9 am to 5 pm”.

    Days of every week are put into words, those with the same hours together; anything else falls back to its own
    description. What the publisher wrote beside the hours follows, each text once.
    """
    valid = [schedule for schedule in schedules if holds(schedule, on)]
    openings = [opening for opening in map(weekly, valid) if opening]
    lines = [in_words(opening, say) for opening in together(openings)]
    for schedule in valid:
        lines += [monthly(schedule, say), schedule.description or "", schedule.notes or ""]
    if not any(lines):
        lines = [say_times(schedule.opens_at, schedule.closes_at, say) for schedule in valid]
    return list(dict.fromkeys(line for line in lines if line))


def holds(schedule: Any, on: date) -> bool:
    """Whether the schedule is in force on this day."""
    begun = all(day <= on for day in (schedule.valid_from, schedule.dtstart) if day)
    return begun and all(on <= day for day in (schedule.valid_to, schedule.until) if day)


def named_days(schedule: Any) -> list[re.Match[str]]:
    """The parts of `byday`, or none where it is empty, has a part that is no day, or is narrowed by other rules."""
    parts = [byday_part.fullmatch(part.strip().upper()) for part in (schedule.byday or "").split(",")]
    narrowed = schedule.byweekno or schedule.bymonthday or schedule.byyearday or schedule.count
    simple = (schedule.interval or 1) == 1 and not narrowed
    return [part for part in parts if part] if simple and all(parts) else []


def weekly(schedule: Any) -> Opening | None:
    """The schedule as days of every week, or nothing where it is not that simple."""
    parts = named_days(schedule)
    if not parts or schedule.freq not in (None, "WEEKLY") or any(part[1] for part in parts):
        return None
    return Opening(tuple(sorted({DAYS.index(part[2]) for part in parts})), schedule.opens_at, schedule.closes_at)


def monthly(schedule: Any, say: Say) -> str:
    """“First Mon of the month, 9 am to noon”, or nothing where the schedule is not that simple."""
    parts = named_days(schedule)
    if not parts or schedule.freq != "MONTHLY" or not all(part[1] and int(part[1]) in NTH for part in parts):
        return ""
    named = ((NTH[int(part[1])], DAY_NAMES[DAYS.index(part[2])]) for part in parts)
    days = ", ".join(say(N_("%(nth)s %(day)s"), nth=say(nth), day=say(day)) for nth, day in named)
    return with_times(say(N_("%(days)s of the month"), days=days), schedule.opens_at, schedule.closes_at, say)


def together(openings: Sequence[Opening]) -> list[Opening]:
    """Days with the same hours as one opening, in the order of the week."""
    by_hours: dict[tuple[time | None, time | None], set[int]] = {}
    for opening in openings:
        by_hours.setdefault((opening.opens_at, opening.closes_at), set()).update(opening.days)
    merged = [Opening(tuple(sorted(days)), *when) for when, days in by_hours.items()]
    return sorted(merged, key=lambda opening: (opening.days, opening.opens_at or time.min))


def in_words(opening: Opening, say: Say) -> str:
    """“Mon to Fri, 9 am to 5 pm”."""
    return with_times(say_days(opening.days, say), opening.opens_at, opening.closes_at, say)


def with_times(days: str, opens_at: time | None, closes_at: time | None, say: Say) -> str:
    """Days, and the hours after them where they are known."""
    times = say_times(opens_at, closes_at, say)
    return say(N_("%(days)s, %(times)s"), days=days, times=times) if times else days


def say_days(days: tuple[int, ...], say: Say) -> str:
    """“Every day”, “Mon to Fri”, “Tue and Thu”, “Mon, Wed to Fri”."""
    if len(days) == 7:
        return say(N_("Every day"))
    if len(days) == 2:
        return say(N_("%(first)s and %(second)s"), first=say(DAY_NAMES[days[0]]), second=say(DAY_NAMES[days[1]]))
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(say_run(run, say) for run in runs)


def say_run(run: list[int], say: Say) -> str:
    """Days that follow one another: “Wed”, “Sat, Sun”, “Mon to Fri”."""
    if len(run) < 3:
        return ", ".join(say(DAY_NAMES[day]) for day in run)
    return say(N_("%(first)s to %(last)s"), first=say(DAY_NAMES[run[0]]), last=say(DAY_NAMES[run[-1]]))


def say_times(opens_at: time | None, closes_at: time | None, say: Say) -> str:
    """“9 am to 5 pm”, “24 hours”, “from 9 am”, “until 5 pm”, or nothing."""
    if opens_at == time(0) and closes_at in END_OF_DAY:
        return say(N_("24 hours"))
    if opens_at is not None and closes_at is not None:
        return say(N_("%(opens)s to %(closes)s"), opens=clock_time(opens_at, say), closes=clock_time(closes_at, say))
    if opens_at is not None:
        return say(N_("from %(opens)s"), opens=clock_time(opens_at, say))
    return say(N_("until %(closes)s"), closes=clock_time(closes_at, say)) if closes_at is not None else ""


def clock_time(moment: time, say: Say) -> str:
    """“9 am”, “2:30 pm”, “noon”, “midnight”; the blank inside does not break."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return say(N_("noon")) if moment.hour else say(N_("midnight"))
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}\N{NO-BREAK SPACE}{say(N_('am')) if moment.hour < 12 else say(N_('pm'))}"


def ages(youngest: float | None, oldest: float | None, say: Say = plain) -> str:
    """“Ages 18 to 24”, “Age 18 and over”, “Up to age 17”, or nothing where no age is given; ages in years."""
    if youngest is not None and oldest is not None:
        if youngest == oldest:
            return say(N_("Age %(age)s"), age=years(youngest))
        return say(N_("Ages %(youngest)s to %(oldest)s"), youngest=years(youngest), oldest=years(oldest))
    if youngest is not None:
        return say(N_("Age %(youngest)s and over"), youngest=years(youngest))
    return say(N_("Up to age %(oldest)s"), oldest=years(oldest)) if oldest is not None else ""


def years(age: float) -> str:
    """An age without a needless fraction: 18, 2.5."""
    return f"{age:g}"
