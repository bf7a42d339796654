"""Categories of services: a taxonomy's terms, each perhaps under another, and which services carry them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app.models.base import Model
from app.models.linking.directory_row import FromDirectory

if TYPE_CHECKING:
    from app.models.linking.directory import Service


class Taxonomy(FromDirectory, Model):
    """A published set of categories."""

    name: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    uri: Mapped[str | None] = mapped_column(sa.String(2_000))
    version: Mapped[str | None] = mapped_column(sa.String(100))


class TaxonomyTerm(FromDirectory, Model):
    """A category; those without a parent are the kinds of help that a search begins with."""

    code: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[str] = mapped_column(sa.String(255))
    description: Mapped[str | None] = mapped_column(sa.Text)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("taxonomy_term.id"), index=True)
    taxonomy: Mapped[str | None] = mapped_column(sa.String(255))
    language: Mapped[str | None] = mapped_column(sa.String(35))
    taxonomy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("taxonomy.id"), index=True)
    term_uri: Mapped[str | None] = mapped_column(sa.String(2_000))

    @classmethod
    def under(cls, term_id: int) -> sa.Select[int]:
        """The ids of a term and of every term below it, not yet executed."""
        below = sa.select(cls.id).where(cls.id == term_id).cte("below", recursive=True)
        child = aliased(cls)
        return sa.select(below.union(sa.select(child.id).join(below, child.parent_id == below.c.id)).c.id)

    @classmethod
    def counted(cls, services: sa.Select[int]) -> sa.Select[*tuple[Any, ...]]:
        """How many of these services (a select of ids) each term and those below it hold, not yet executed.

        Rows of id, parent_id, name, services, situation, in the taxonomy's order. `situation` is 1 where every link
        says that it describes a person's situation and not the help that is given.
        """
        above = sa.select(cls.id.label("over"), cls.id.label("term")).cte("above", recursive=True)
        child = aliased(cls)
        above = above.union(sa.select(above.c.over, child.id).join(above, child.parent_id == above.c.term))
        held = (
            sa.select(
                above.c.over,
                sa.func.count(sa.distinct(ServiceTerm.service_id)).label("services"),
                sa.func.min(sa.case((ServiceTerm.link_type == "situation", 1), else_=0)).label("situation"),
            )
            .join(ServiceTerm, ServiceTerm.term_id == above.c.term)
            .where(ServiceTerm.service_id.in_(services.order_by(None)))
            .group_by(above.c.over)
            .subquery()
        )
        number, situation = sa.func.coalesce(held.c.services, 0), sa.func.coalesce(held.c.situation, 0)
        return (
            sa.select(cls.id, cls.parent_id, cls.name, number.label("services"), situation.label("situation"))
            .outerjoin(held, held.c.over == cls.id)
            .order_by(cls.code, cls.name, cls.id)
        )


class ServiceTerm(FromDirectory, Model):
    """A service is of this category (HSDS attribute with link_entity `service`)."""

    service_id: Mapped[int] = mapped_column(sa.ForeignKey("service.id"), index=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("taxonomy_term.id"), index=True)
    link_type: Mapped[str | None] = mapped_column(sa.String(255))
    value: Mapped[str | None] = mapped_column(sa.Text)
    label: Mapped[str | None] = mapped_column(sa.String(255))
    service: Mapped[Service] = relationship(back_populates="terms")
    term: Mapped[TaxonomyTerm] = relationship()


@dataclass(frozen=True)
class Kind:
    """A category as the search offers it, and how many services found it holds; `depth` below its top category."""

    id: int
    name: str
    services: int
    situation: bool
    depth: int = 0


@dataclass(frozen=True)
class Kinds:
    """The top categories, the one that is chosen, everything below it in order, and which of that is chosen."""

    tops: list[Kind]
    top: Kind | None
    below: list[Kind]
    term: Kind | None

    @property
    def chosen(self) -> Kind | None:
        """The category that narrows the search: the lower one if there is one."""
        return self.term or self.top


def kinds(counted: Iterable[Any], *, top: int | None, term: int | None) -> Kinds:
    """What to offer, from the rows of TaxonomyTerm.counted; a `term` that is not below the chosen top is not chosen.

    Categories that hold nothing are not offered, unless they are chosen.
    """
    children: dict[int | None, list[Any]] = {}
    parents: dict[int, int | None] = {}
    for row in counted:
        children.setdefault(row.parent_id, []).append(row)
        parents[row.id] = row.parent_id
    if top is None and term in parents:
        top = ancestor(term, parents)
    below = [*descendants(children, top)] if top is not None else []
    tops = [Kind(row.id, row.name, row.services, bool(row.situation)) for row in children.get(None, [])]
    chosen = next((kind for kind in tops if kind.id == top), None)
    return Kinds(
        tops=[kind for kind in tops if kind.services or kind is chosen],
        top=chosen,
        below=[kind for kind in below if kind.services or kind.id == term],
        term=next((kind for kind in below if kind.id == term), None),
    )


def ancestor(term: int | None, parents: dict[int, int | None]) -> int | None:
    """The top category above a term."""
    while term is not None and parents.get(term) is not None:
        term = parents[term]
    return term


def descendants(children: dict[int | None, list[Any]], over: int, depth: int = 0) -> Iterator[Kind]:
    """Everything below a category, each followed by what is below it."""
    for row in children.get(over, []):
        yield Kind(row.id, row.name, row.services, bool(row.situation), depth)
        yield from descendants(children, row.id, depth + 1)
