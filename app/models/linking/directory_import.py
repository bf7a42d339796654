"""Each import of a directory: what it brought and what it left out, kept to be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model

if TYPE_CHECKING:
    from app.models.agency.user import User


class DirectoryImport(Model):
    """One import, done by a member of staff or, where nobody is named, by a command."""

    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    source: Mapped[str] = mapped_column(sa.String(255))
    report: Mapped[dict[str, Any]]
    by: Mapped[User | None] = relationship(foreign_keys=by_id)

    @classmethod
    def latest(cls) -> sa.Select[DirectoryImport]:
        """All imports, newest first, not yet executed."""
        return sa.select(cls).order_by(cls.id.desc())
