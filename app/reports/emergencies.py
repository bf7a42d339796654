"""What supervisors review: openings in an emergency, and people who may be on record twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.models.agency.user import Role, User
from app.models.caseload.client import Client
from app.models.caseload.duplicate import PossibleDuplicate
from app.models.caseload.emergency import EmergencyOpening


@dataclass(frozen=True)
class Review:
    """One opening: who opened which record, and the client's name only for somebody who reaches the record."""

    opening: EmergencyOpening
    number: str
    name: str | None


@dataclass(frozen=True)
class ToReview:
    """What waits for a review, the oldest first."""

    openings: list[Review]
    duplicates: list[PossibleDuplicate]

    def __bool__(self) -> bool:
        return bool(self.openings or self.duplicates)


def to_review(user: User) -> ToReview:
    """Everything that waits for this person's review, in two queries; nothing for somebody who reviews nothing."""
    if user.role not in (Role.SUPERVISOR, Role.ADMINISTRATOR):
        return ToReview([], [])
    rows = db.session.execute(_with_names(EmergencyOpening.to_review(user), user))
    reviews = [Review(opening, number, name if reached else None) for opening, number, name, reached in _named(rows)]
    waiting = PossibleDuplicate.to_settle(user).options(joinedload(PossibleDuplicate.client)).limit(20)
    doubles = db.session.scalars(waiting)
    return ToReview(reviews, list(doubles))


def review_of(opening: EmergencyOpening, reader: User) -> Review:
    """One opening as this person may see it."""
    rows = db.session.execute(_with_names(sa.select(EmergencyOpening).where(EmergencyOpening.id == opening.id), reader))
    found, number, name, reached = next(_named(rows))
    return Review(found, number, name if reached else None)


def _with_names(openings: sa.Select[Any], reader: User) -> sa.Select[Any]:
    client = aliased(Client)
    reached = Client.visible_to(reader).where(Client.id == EmergencyOpening.client_id).with_only_columns(Client.id)
    return (
        openings.join(client, client.id == EmergencyOpening.client_id)
        .options(joinedload(EmergencyOpening.user))
        .add_columns(client, reached.correlate(EmergencyOpening).exists().label("reached"))
        .limit(20)
    )


def _named(rows: Any) -> Any:
    for opening, client, reached in rows:
        yield opening, client.number, client.name if reached else None, reached
