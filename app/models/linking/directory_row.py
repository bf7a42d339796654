"""What every row of the directory shares: its id in the package it came from, and how its words are searched."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import folded, like

# The ids of what the agency added itself begin so; no import takes a row with such an id.
OWN = "own:"


def own_id() -> str:
    """A new id for an entry of the agency's own."""
    return f"{OWN}{uuid.uuid4()}"


class FromDirectory:
    """A row that came, or could have come, from an HSDS package: known by its id there, and updated in place."""

    hsds_id: Mapped[str] = mapped_column(sa.String(250), unique=True, default=lambda: str(uuid.uuid4()))

    @property
    def own(self) -> bool:
        """Whether the agency added it itself, so that no import touches it."""
        return self.hsds_id.startswith(OWN)


def web_link(url: str | None) -> str | None:
    """The address if it may be shown as a link: http or https with a host; anything else is only text."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def has(column: Any, word: str) -> sa.ColumnElement[bool]:
    """The folded column holds this folded word, literally."""
    found: sa.ColumnElement[bool] = column.like(like(word), escape="\\")
    return found


def folded_places(towns: Iterable[str]) -> str:
    """Towns and areas as they are searched: each once, folded, each word after a blank to be found by its beginning."""
    return "".join(f" {town}" for town in sorted({folded(town) for town in towns} - {""}))
