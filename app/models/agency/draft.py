"""What somebody is in the middle of typing: kept on the server until it is saved, thrown away, or comes to its end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.user import User
from app.models.base import N_, Model, RuleBroken


class Mark(NamedTuple):
    """What one open form carries: which form, about which record, the page it stands on, and the draft it took up.

    Two tabs with the same form have two pages, so that neither types over the other's draft. A page begins with the
    number of the person it was opened for.
    """

    form: str
    about: int
    page: str = ""
    took: int = 0
    at_revision: int = 0

    @property
    def owner_id(self) -> int | None:
        """Whose page it is, as far as the mark says."""
        number = self.page.partition("-")[0]
        return int(number) if number.isdigit() and len(number) < 10 else None

    @classmethod
    def read(cls, text: str | None) -> Mark | None:
        """The mark that a form sent; None for anything that is none."""
        found = re.fullmatch(
            r"([a-z_]{1,40}):(\d{1,9}):([A-Za-z0-9_-]{0,40}):(\d{1,9}):(\d{1,9})", text or "", re.ASCII
        )
        return cls(found[1], int(found[2]), found[3], int(found[4]), int(found[5])) if found else None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self)


class Draft(Model):
    """One person's unsaved text in one open form about one record (0: a form about nothing yet)."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(sa.String(40))
    about: Mapped[int] = mapped_column(default=0)
    page: Mapped[str] = mapped_column(sa.String(40), default="")
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    values: Mapped[dict[str, Any]]

    __table_args__ = (sa.UniqueConstraint("user_id", "form", "about", "page"),)

    LARGEST = 200_000
    MOST = 200
    MOST_FIELDS = 500

    @classmethod
    def of(cls, user: User) -> sa.Select[Any]:
        """Everything this person left unfinished that has not come to its end, newest first."""
        return sa.select(cls).where(cls.user_id == user.id, cls.living()).order_by(cls.saved_at.desc(), cls.id.desc())

    @classmethod
    def living(cls) -> sa.ColumnElement[bool]:
        """The drafts that have not come to their end."""
        return cls.saved_at > clock.now() - Agency.here().drafts_kept

    @classmethod
    def left_in(cls, user: User, form: str, about: int) -> list[Draft]:
        """The drafts this person left in this form, on whatever machine and in whatever tabs, newest first."""
        return list(db.session.scalars(cls.of(user).where(cls.form == form, cls.about == about).limit(20)))

    @property
    def ends_at(self) -> datetime:
        """When it is deleted if nobody types in it any more."""
        return self.saved_at + Agency.here().drafts_kept

    @classmethod
    def keep(cls, user: User, mark: Mark, values: dict[str, Any]) -> Draft:
        """Keep what was typed so far in an open form, in place of what was kept of it before.

        A form that took up a draft goes on in it, unless another page wrote in it since: then it becomes a draft of its own.
        """
        size = sum(len(name) + sum(len(text) for text in texts) for name, texts in values.items())
        if size > cls.LARGEST or len(values) > cls.MOST_FIELDS:
            raise RuleBroken(N_("This draft is too long to keep. Save it, or shorten it."))
        draft = cls._written_by(user, mark) or cls._taken_up(user, mark)
        if draft is None:
            if cls._number_of(user) >= cls.MOST:
                raise RuleBroken(N_("You have too many unfinished texts. Save or discard some of them first."))
            draft = cls(user_id=user.id, form=mark.form, about=mark.about, page=mark.page, revision=0, values=values)
            db.session.add(draft)
        draft.page, draft.values = mark.page, values
        draft.revision += 1
        draft.saved_at = clock.now()
        db.session.flush()
        return draft

    @classmethod
    def _written_by(cls, user: User, mark: Mark) -> Draft | None:
        same = (cls.user_id == user.id, cls.form == mark.form, cls.about == mark.about)
        return db.session.scalar(sa.select(cls).where(*same, cls.page == mark.page).with_for_update())

    @classmethod
    def _taken_up(cls, user: User, mark: Mark) -> Draft | None:
        """The draft that the page showed, if it is still as the page found it."""
        return db.session.scalar(sa.select(cls).where(*cls._as_found(user, mark)).with_for_update())

    @classmethod
    def _as_found(cls, user: User, mark: Mark) -> tuple[sa.ColumnElement[bool], ...]:
        same = (cls.user_id == user.id, cls.form == mark.form, cls.about == mark.about)
        return (*same, cls.id == mark.took, cls.revision == mark.at_revision)

    @classmethod
    def _number_of(cls, user: User) -> int:
        return db.session.scalar(sa.select(sa.func.count(cls.id)).where(cls.user_id == user.id)) or 0

    @classmethod
    def done(cls, user: User, mark: Mark) -> None:
        """The form was saved, or emptied: its draft has served, and so has the one it took up, if nobody wrote in it since."""
        written = sa.and_(cls.user_id == user.id, cls.form == mark.form, cls.about == mark.about, cls.page == mark.page)
        db.session.execute(sa.delete(cls).where(sa.or_(written, sa.and_(*cls._as_found(user, mark)))))

    @classmethod
    def discard(cls, user: User, id: int) -> None:
        """Throw one of this person's texts away."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id, cls.id == id))

    @classmethod
    def drop(cls, user: User, form: str, about: int) -> None:
        """What the form was about was thrown away: every text of this person in it goes too."""
        db.session.execute(sa.delete(cls).where(cls.user_id == user.id, cls.form == form, cls.about == about))

    @classmethod
    def clear(cls, *, most: int) -> None:
        """Delete drafts that have come to their end, the oldest first, at most so many."""
        _delete_some(cls, cls.saved_at <= clock.now() - Agency.here().drafts_kept, most=most)


class Once(Model):
    """A form that was sent: sent a second time it leads to the same place and does nothing."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str | None] = mapped_column(sa.String(500))

    __table_args__ = (sa.UniqueConstraint("user_id", "key"), sa.Index("ix_once_created_at", "created_at"))

    # Longer than any session lasts, and longer than a tab is likely to be left open with a form that was sent.
    KEPT = timedelta(days=30)

    @classmethod
    def used(cls, user: User, key: str) -> Once | None:
        """The earlier sending of the same form by the same person, or None."""
        return db.session.scalar(sa.select(cls).where(cls.user_id == user.id, cls.key == key))

    @classmethod
    def clear(cls, *, most: int) -> None:
        """Delete keys that nobody will send again, the oldest first, at most so many."""
        _delete_some(cls, cls.created_at <= clock.now() - cls.KEPT, most=most)


def _delete_some(model: type[Model], over: sa.ColumnElement[bool], *, most: int) -> None:
    """Delete the oldest rows of which this is true, a bounded number of them, so that no writer waits long."""
    oldest = sa.select(model.id).where(over).order_by(model.id).limit(most).subquery()
    db.session.execute(sa.delete(model).where(model.id.in_(sa.select(oldest.c.id))))
