"""What every noun shares: picklists, broken rules, who and when, and reach through the client."""

from __future__ import annotations

import enum
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, declared_attr, mapped_column, relationship

from app import clock
from app.extensions import db
from app.words import N_

__all__ = [
    "Choice",
    "MaybeOfCase",
    "Model",
    "N_",
    "OfCase",
    "OfClient",
    "RuleBroken",
    "Versioned",
    "folded",
    "in_files",
    "like",
]

if TYPE_CHECKING:
    from app.models.agency.event import EventKind
    from app.models.agency.user import User
    from app.models.caseload.case import Case
    from app.models.caseload.client import Client


class RuleBroken(Exception):
    """A rule of the work forbids this now; the text says so in the worker's words (`%(name)s` filled from values)."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


class Choice(enum.StrEnum):
    """A fixed picklist: each member is stored as its code and shown by its label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


# Letters that are not taken apart by Unicode, and what stands over or between letters without being one.
_FOLDS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
) | dict.fromkeys(map(ord, "'’‘`´ʼʻʹʿʾ′׳״"), None)


def folded(text: str | None) -> str:
    """Text as it is searched: no case, no accents, no punctuation; `José O'Neil-Łuk` becomes `jose oneil luk`.

    Vowel signs of Indic and Thai writing are letters here; joiners and other invisible signs vanish.
    """
    plain = unicodedata.normalize("NFKD", (text or "").translate(_FOLDS).casefold()).translate(_FOLDS)
    return " ".join("".join(map(_as_searched, plain)).split())


def _as_searched(sign: str) -> str:
    kind = unicodedata.category(sign)
    if unicodedata.combining(sign) or kind == "Cf":
        return ""
    return sign if sign.isalnum() or kind[0] == "M" else " "


def like(words: str) -> str:
    """A pattern for LIKE ... ESCAPE '\\\\' that finds these words literally, anywhere."""
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


class Model(db.Model):  # type: ignore[name-defined,misc]
    """A table with a number, and the moment its row was typed in."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def record(
        self, kind: EventKind, *, by: User | None, reason: str | None = None, fields: list[str] | None = None
    ) -> None:
        """Write a line on the trail about this record, in the same transaction as the change itself."""
        from app.models.agency.event import Event

        Event.add(self, kind, by=by, reason=reason, fields=fields)

    def change(self, *, kind: EventKind, by: User, **values: Any) -> None:
        """Set the given fields; the trail names the ones that really changed, and nothing is written if none did."""
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.record(kind, by=by, fields=changed)


class Versioned:
    """A record that two people may edit: a stale save is refused, not swallowed."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class OfClient:
    """Anything in a client's file: who may see the client's file may see it, and nobody else.

    The front desk reads no files: of these rows it sees only what stands `on_the_card`.
    """

    on_the_card: ClassVar[bool] = False
    made_anew: ClassVar[bool] = False
    """Whether these rows follow from others, and are made anew when two records are merged."""
    points_for_good: ClassVar[tuple[str, ...]] = ()
    """Columns that name another client and go on naming that one when its record is merged."""

    client_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"), index=True)

    @declared_attr
    def client(cls: type[Any]) -> Mapped[Client]:  # type: ignore[misc]
        return relationship("Client", foreign_keys=f"{cls.__name__}.client_id")

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The rows in this user's reach, not yet executed."""
        from app.models.caseload.client import Client

        # Asked of each row that is looked at; a list of everybody in reach would be made anew for every question.
        reach = Client.visible_to(user).where(Client.id == cls.client_id).with_only_columns(Client.id)
        return sa.select(cls).where(cls.readable_by(user), reach.correlate(cls).exists())

    @classmethod
    def stays_behind(cls, survivor_id: int) -> sa.ColumnElement[bool]:
        """Condition: the row would only repeat what that record holds already, and stays when this one is merged into it."""
        return sa.false()

    @classmethod
    def readable_by(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: this person's role reads this kind of row at all, whoever the client is."""
        return sa.true() if user.does_casework or (cls.on_the_card and user.knows_clients) else sa.false()


def in_files() -> list[type[Any]]:
    """Every table whose rows are in a client's file, by name; found, so that none is forgotten."""
    found = [mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, OfClient)]
    return sorted(found, key=lambda model: model.__tablename__)


class MaybeOfCase(OfClient):
    """Something in a client's file that may belong to one case: then a seal on that case's program keeps it, too."""

    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)

    @declared_attr
    def case(cls: type[Any]) -> Mapped[Case | None]:  # type: ignore[misc]
        return relationship("Case", foreign_keys=f"{cls.__name__}.case_id")

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The rows in this user's reach, not yet executed."""
        return super().visible_to(user).where(cls.within(user))

    @classmethod
    def within(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition on rows of a client in this user's reach: of no case, or of one that no seal keeps from them."""
        from app.models.caseload.case import Case

        its_case = aliased(Case)
        unsealed = sa.select(its_case.id).where(its_case.id == cls.case_id, Case.unsealed_for(user, its_case))
        return sa.or_(cls.case_id.is_(None), unsealed.correlate(cls).exists())


class OfCase(OfClient):
    """Anything written in one case: reached through the case, whose program may be closed to others."""

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)

    @declared_attr
    def case(cls: type[Any]) -> Mapped[Case]:  # type: ignore[misc]
        return relationship("Case", foreign_keys=f"{cls.__name__}.case_id")

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The rows in this user's reach, not yet executed."""
        from app.models.caseload.case import Case

        reach = Case.visible_to(user).where(Case.id == cls.case_id).with_only_columns(Case.id)
        return sa.select(cls).where(cls.readable_by(user), reach.correlate(cls).exists())
