"""The federal poverty guidelines by year, and what part of one an income is."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from app.models.base import N_, Choice

TABLE = Path(__file__).with_name("poverty_guidelines.json")
LARGEST_HOUSEHOLD = 30


class PovertyArea(Choice):
    """Where the agency is: Alaska and Hawaii have guidelines of their own."""

    CONTIGUOUS = "contiguous", N_("48 states and D.C.")
    ALASKA = "alaska", N_("Alaska")
    HAWAII = "hawaii", N_("Hawaii")


class Guideline(NamedTuple):
    """A year's guideline for one size of household: cents a year, and where it is published."""

    year: int
    area: PovertyArea
    cents: int
    source: str

    def permille_of(self, yearly_cents: int) -> int:
        """An income in tenths of a percent of the guideline, halves rounded up."""
        return (yearly_cents * 2000 + self.cents) // (2 * self.cents)

    def percent_held_against_a_limit(self, yearly_cents: int) -> int:
        """An income in whole percent of the guideline, rounded up: 200.1 % is not "up to 200 %"."""
        return -(-yearly_cents * 100 // self.cents)


@cache
def _tables() -> dict[int, dict[str, Any]]:
    return {int(year): table for year, table in json.loads(TABLE.read_text(encoding="utf-8")).items()}


def guideline_on(day: date, *, area: PovertyArea, size: int) -> Guideline | None:
    """The guideline in effect on that day for a household of this size; None before the first one on file."""
    in_effect = [year for year, table in _tables().items() if date.fromisoformat(table["effective"]) <= day]
    if not in_effect:
        return None
    year = max(in_effect)
    dollars = _tables()[year]["dollars"][area.value]
    cents = 100 * (dollars["one"] + dollars["each_further"] * (size - 1))
    return Guideline(year=year, area=area, cents=cents, source=_tables()[year]["source"])
