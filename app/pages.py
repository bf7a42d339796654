"""Answering: the whole page, or the fragment that htmx asked for; and long lists in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import Response, make_response, render_template, request

T = TypeVar("T")
LARGEST = 100


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page; a boosted link and the Back button want all of it."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page(template: str, *, fragment: str | None = None, status: int = 200, **values: Any) -> Response:
    """The page, or its fragment for htmx, with this status."""
    chosen = fragment if fragment is not None and wants_fragment() else template
    return make_response(render_template(chosen, fragment=chosen == fragment, **values), status)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number from 1, how many pages and rows there are, and which rows these are."""

    items: list[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    def __iter__(self):
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def whole(text: str) -> int:
    """The number these ASCII digits mean (`int` would take `1_000` and `٣` too); raises ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise ValueError("not a whole number")
    return int(text)


def page_number() -> int:
    """The page asked for in the address; anything odd is the first one."""
    return max(1, request.args.get("page", 1, type=whole))


def paged(
    session: Any, select: sa.Select[Any], *, number: int, size: int = 25, rows: bool = False, total: int | None = None
) -> Page[Any]:
    """One page of a query, in two queries, or in one when the total is known; a number beyond the end is the last page.

    `rows`: keep tuples as they are.
    """
    size = min(size, LARGEST)
    if total is None:
        total = session.scalar(sa.select(sa.func.count()).select_from(select.order_by(None).subquery())) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    limited = select.limit(size).offset((number - 1) * size)
    items = session.execute(limited).all() if rows else session.scalars(limited).unique().all()
    return Page(items=list(items), number=number, size=size, total=total)
