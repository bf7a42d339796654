"""The card of a client: what the front desk sees, asked for column by column, so that nothing else is ever read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer

from app.extensions import db
from app.models.agency.user import User
from app.models.caseload.alert import Alert
from app.models.caseload.case import LIVING, Assignment, Case, CaseStatus
from app.models.caseload.client import BirthQuality, Client, Interpreter, Phone, PreferredContact
from app.models.caseload.program import Program
from app.models.intake.consent import Consent


@dataclass(frozen=True)
class CaseLine:
    """A case in reach: its program, where it stands, and who the worker is now."""

    id: int
    program_id: int
    program: str
    status: CaseStatus
    worker: str | None
    worker_phone: str | None

    @property
    def living(self) -> bool:
        return self.status in LIVING


@dataclass
class Card:
    """Who the person is, how to reach them safely, what to look out for, and who their worker is."""

    id: int
    number: str
    name: str
    pronouns: str | None
    born_on: date | None
    language: str | None
    interpreter: Interpreter
    preferred_contact: PreferredContact | None
    safe_contact: str | None
    restricted: bool
    birth_quality: BirthQuality
    no_texting: bool = False
    phones: list[Phone] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    cases: list[CaseLine] = field(default_factory=list)

    @property
    def first(self) -> str:
        return self.name.split()[0]

    @property
    def do_not_contact(self) -> bool:
        """Whether the client asked that nobody reaches out."""
        return self.preferred_contact is PreferredContact.DO_NOT


def card_of(client: Client, reader: User) -> Card:
    """The card of one client in the reader's reach, in five queries."""
    card = _cards(sa.select(Client).where(Client.id == client.id))[0]
    card.phones = list(
        db.session.scalars(Phone.visible_to(reader).where(Phone.client_id == client.id).order_by(Phone.id))
    )
    alerts = Alert.visible_to(reader).where(Alert.in_force(client.id, reader))
    unread = alerts.options(defer(Alert.reason, raiseload=True))  # why is for those who work on the case
    card.alerts = list(db.session.scalars(unread.order_by(Alert.loudness(), Alert.id)))
    forbidding = sa.select(Consent.id).where(*Consent.against_texting(client.id, Consent.within(reader)))
    card.no_texting = db.session.scalar(forbidding) is not None
    card.cases = _case_lines([client.id], reader).get(client.id, [])
    return card


@dataclass(frozen=True)
class Cards:
    """One page of cards: its number from 1, its size, and how many there are in all."""

    items: list[Card]
    number: int
    size: int
    total: int


def cards_of(reader: User, words: str, *, number: int, size: int = 25) -> Cards:
    """One page of the clients in reach whom these words find, by name; all of them without words. In three queries."""
    found = Client.visible_to(reader)
    if words:
        found = found.where(*Client.matching(words))
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(Client.id).subquery())) or 0
    )
    number = min(max(1, number), max(1, -(-total // size)))
    page = _cards(found.order_by(Client.sort_name, Client.id).limit(size).offset((number - 1) * size))
    lines = _case_lines([card.id for card in page], reader)
    for card in page:
        card.cases = lines.get(card.id, [])
    return Cards(items=page, number=number, size=size, total=total)


def _cards(clients: sa.Select[Any]) -> list[Card]:
    columns = (
        Client.id, Client.number, Client.first_name, Client.last_name, Client.preferred_name, Client.suffix,
        Client.pronouns, Client.born_on, Client.spoken_language, Client.interpreter, Client.preferred_contact,
        Client.safe_contact, Client.restricted, Client.birth_quality,
    )  # fmt: skip
    cards = []
    for row in db.session.execute(clients.with_only_columns(*columns)):
        parts = (row.preferred_name or row.first_name, row.last_name, row.suffix)
        name = " ".join(part for part in parts if part) or row.number
        cards.append(
            Card(
                row.id,
                row.number,
                name,
                row.pronouns,
                row.born_on,
                row.spoken_language,
                row.interpreter,
                row.preferred_contact,
                row.safe_contact,
                row.restricted,
                row.birth_quality,
            )  # fmt: skip
        )
    return cards


def _case_lines(client_ids: list[int], reader: User) -> dict[int, list[CaseLine]]:
    """The cases of these clients that the reader may know of, the living first."""
    if not client_ids:
        return {}
    held = sa.and_(Assignment.case_id == Case.id, *Assignment.now())
    query = (
        sa.select(
            Case.client_id, Case.id, Case.program_id, Program.name, Case.status, User.name.label("worker"), User.phone
        )
        .join(Program, Program.id == Case.program_id)
        .outerjoin(Assignment, held)
        .outerjoin(User, User.id == Assignment.user_id)
        .where(Case.client_id.in_(client_ids), Case.unsealed_for(reader))
        .order_by(Case.status.not_in(LIVING), Case.id.desc())
    )
    lines: dict[int, list[CaseLine]] = {}
    for row in db.session.execute(query):
        line = CaseLine(row.id, row.program_id, row.name, row.status, row.worker, row.phone)
        lines.setdefault(row.client_id, []).append(line)
    return lines


def waiting(reader: User, *, most: int = 20) -> list[tuple[Card, CaseLine]]:
    """The cases in reach that nobody has taken on yet, with the client's card, the oldest first; in three queries."""
    unattended = Case.visible_to(reader).where(Case.unattended()).order_by(Case.received_on, Case.id).limit(most)
    found = list(db.session.execute(unattended.with_only_columns(Case.id, Case.client_id)))
    ids = [row.client_id for row in found]
    cards = {card.id: card for card in _cards(sa.select(Client).where(Client.id.in_(ids)))}
    lines = {line.id: line for of_client in _case_lines(ids, reader).values() for line in of_client}
    return [(cards[row.client_id], lines[row.id]) for row in found]
