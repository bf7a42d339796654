"""How things are shown: dates and moments in words, and what every template may use."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import format_date, get_locale
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup

from app import clock, drafts
from app.access import Can, may
from app.letters import can_send
from app.reports.counts import Counts, counts_for
from app.requests import seconds_at_most


def install(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, local_day=local_day, moment=moment, longday=longday)
    app.jinja_env.filters.update(clocktime=clocktime, ago=days_from_today)
    app.jinja_env.filters["localtime"] = lambda instant: clocktime(clock.local(instant))
    app.jinja_env.globals.update(
        may=may,
        Can=Can,
        rights={right.value: right.label for right in Can},
        nav_counts=nav_counts,
        new_once=lambda: secrets.token_urlsafe(18),
        asset=asset,
        here=here,
        with_args=with_args,
        seconds_at_most=seconds_at_most,
        can_send=can_send,
        draft_mark=drafts.mark,
        draft_back=drafts.back,
    )
    app.context_processor(about_this_request)


def about_this_request() -> dict[str, Any]:
    """What every template knows without being told."""
    return {
        "agency": g.get("agency"),
        "me": current_user,
        "today": clock.today(),
        "preferences": preferences(),
        "locale": get_locale(),
    }


def _time(iso: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(iso, words)


def day(value: date | None) -> str | Markup:
    """A day for the screen: `Tue, Nov 24`, with the year when it is not this one; nothing for None."""
    if value is None:
        return ""
    shape = "EEE, MMM d" if value.year == clock.today().year else "EEE, MMM d, y"
    return _time(value.isoformat(), format_date(value, shape))


def local_day(value: datetime | None) -> str | Markup:
    """The day on the agency's clock on which an instant falls."""
    return day(clock.local(value).date()) if value is not None else ""


def longday(value: date | None) -> str | Markup:
    """A day in full: `November 24, 2026`."""
    return _time(value.isoformat(), format_date(value, "MMMM d, y")) if value else ""


def clocktime(value: Any) -> str:
    """A time of day: `2:30 pm`, with a space that does not break."""
    return f"{value.hour % 12 or 12}:{value.minute:02d}\u00a0{'pm' if value.hour >= 12 else 'am'}"


def moment(value: datetime | None) -> str | Markup:
    """An instant on the agency's clock: `Tue, Nov 24, 2:30 pm`."""
    if value is None:
        return ""
    local = clock.local(value)
    shape = "EEE, MMM d" if local.year == clock.today().year else "EEE, MMM d, y"
    return _time(local.isoformat(timespec="minutes"), f"{format_date(local.date(), shape)}, {clocktime(local)}")


def days_from_today(value: date) -> int:
    """How many days from today to that day; negative in the past."""
    return (value - clock.today()).days


def nav_counts() -> Counts:
    """The numbers beside the navigation, counted once per page."""
    if "counts" not in g:
        sees = may(Can.SEE_CLIENTS)
        g.counts = counts_for(current_user, approves=may(Can.APPROVE_CLOSURES)) if sees else Counts(0, 0, 0)
    return g.counts


def preferences() -> dict[str, str]:
    """How this person likes the screen, from their cookies; anything unknown is the default."""
    allowed = {"theme": ("light", "dark"), "density": ("compact",), "text": ("large", "larger")}
    chosen = {name: request.cookies.get(f"handrail_{name}", "") for name in allowed}
    return {name: value if value in allowed[name] else "" for name, value in chosen.items()}


@cache
def _fingerprint(path: str) -> str:
    file = Path(__file__).parent / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """The address of one of our static files, with a fingerprint so that browsers may keep it for ever."""
    return url_for("static", filename=path, v=_fingerprint(path))


def here() -> str:
    """This page's address with its query: where a form comes back to."""
    return request.full_path.rstrip("?")


def with_args(**changes: Any) -> str:
    """This page's address with some of its arguments changed; None takes one away."""
    args = {**request.args.to_dict(flat=False), **{k: [v] for k, v in changes.items() if v is not None}}
    kept = {k: v for k, v in args.items() if not (k in changes and changes[k] is None) and v != [""]}
    values: dict[str, Any] = {**(request.view_args or {}), **kept}
    return url_for(str(request.endpoint), **values)
