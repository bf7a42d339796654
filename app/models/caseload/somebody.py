"""Somebody who is named in a client's file: by the client's own words, or as another person on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.models.base import MaybeOfCase

if TYPE_CHECKING:
    from app.models.agency.user import User
    from app.models.caseload.client import Client


class Somebody(MaybeOfCase):
    """A row of a client's file that names another person.

    What the client told us (`name`) is the client's own and stays readable to everybody who opens this file. What is
    read off another record (`other`) obeys the reach to that record: without a name of its own, the row is not there
    for whoever may not open the other one. That the two are one person is never shown outside of that reach.
    """

    name: Mapped[str | None] = mapped_column(sa.String(160))

    @declared_attr
    def other_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("client.id"), index=True)

    @declared_attr
    def other(cls: type[Any]) -> Mapped[Client | None]:  # type: ignore[misc]
        return relationship("Client", foreign_keys=f"{cls.__name__}.other_id")

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The rows in this user's reach that name somebody whom this user may know of, not yet executed."""
        return super().visible_to(user).where(cls.nameable_by(user))

    @classmethod
    def nameable_by(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: the client's own words name the person, or this user reaches the other record."""
        return sa.or_(cls.other_id.is_(None), cls.name.is_not(None), cls.on_record_for(user))

    @classmethod
    def on_record_for(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: the row is linked to another record, and this user reaches it."""
        from app.models.caseload.client import Client

        reach = Client.visible_to(user).where(Client.id == cls.other_id).with_only_columns(Client.id)
        return reach.correlate(cls).exists()
