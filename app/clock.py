"""The only two calls to the clock; tests and the demo set it with `at`."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_zone: ContextVar[ZoneInfo] = ContextVar("zone", default=ZoneInfo("America/New_York"))  # noqa: B039 (it cannot be changed)


def now() -> datetime:
    """The present instant, in UTC and aware of it."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The agency's calendar day: late at night this is not the UTC day."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """An instant as the agency's clocks show it."""
    return instant.astimezone(_zone.get())


def from_local(day: date, time_of_day) -> datetime:
    """The instant, in UTC, at which the agency's clocks show this day and time."""
    return datetime.combine(day, time_of_day, _zone.get()).astimezone(UTC)


def keep_time_of(zone: str) -> None:
    """Reckon days in this time zone (an IANA name) from here on, in this context."""
    _zone.set(ZoneInfo(zone))


@contextmanager
def at(instant: datetime):
    """Stop the clock at an aware instant, for tests and for demo data."""
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
