"""What somebody is in the middle of typing: kept on the server until it is saved or thrown away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.base import N_, Model, RuleBroken


class Draft(Model):
    """One person's unsaved text in one form about one record (0: a form about nothing yet)."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(sa.String(40))
    about: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
    values: Mapped[dict[str, Any]]

    __table_args__ = (sa.UniqueConstraint("user_id", "form", "about"),)

    LARGEST = 200_000
    KEPT = timedelta(days=30)

    @classmethod
    def kept_for(cls, user: User, form: str, about: int) -> Draft | None:
        """The draft this person left in this form, on whatever machine, or None."""
        return db.session.scalar(sa.select(cls).where(cls.user_id == user.id, cls.form == form, cls.about == about))

    @classmethod
    def keep(cls, user: User, form: str, about: int, values: dict[str, Any]) -> Draft:
        """Keep what was typed so far, in place of what was kept before."""
        if sum(len(str(value)) for value in values.values()) > cls.LARGEST:
            raise RuleBroken(N_("This draft is too long to keep. Save it, or shorten it."))
        draft = cls.kept_for(user, form, about)
        if draft is None:
            draft = cls(user_id=user.id, form=form, about=about, values=values)
            db.session.add(draft)
        draft.values = values
        draft.saved_at = clock.now()
        return draft

    @classmethod
    def done(cls, user: User, form: str, about: int) -> None:
        """The form was saved, or its text thrown away: the draft has served."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id, cls.form == form, cls.about == about))

    @classmethod
    def of(cls, user: User) -> sa.Select[Any]:
        """Everything this person left unfinished in the last 30 days, newest first."""
        return (
            sa.select(cls)
            .where(cls.user_id == user.id, cls.saved_at > clock.now() - cls.KEPT)
            .order_by(cls.saved_at.desc())
        )


class Once(Model):
    """A form that was sent: sent a second time it leads to the same place and does nothing."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str | None] = mapped_column(sa.String(500))

    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)

    @classmethod
    def used(cls, user: User, key: str) -> Once | None:
        """The earlier sending of the same form by the same person, or None."""
        return db.session.scalar(sa.select(cls).where(cls.user_id == user.id, cls.key == key))
