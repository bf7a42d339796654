"""Everything written about a person besides the head of the record, and what is still missing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import clock
from app.extensions import db
from app.models.agency.user import User
from app.models.base import N_
from app.models.caseload.answer import Answer
from app.models.caseload.case import LIVING
from app.models.caseload.circumstances import Circumstances
from app.models.caseload.client import BirthQuality, Client, NameQuality, Race, Sex
from app.models.caseload.identifier import Identifier
from app.models.caseload.income import IncomeRecord
from app.models.caseload.program import Expected
from app.reports.record import Head


class Missing(NamedTuple):
    """Something nobody has asked yet: what, and the resource at which it is written down."""

    label: str
    endpoint: str


@dataclass(frozen=True)
class Details:
    """What the page of details shows besides the client's own columns."""

    circumstances: Circumstances | None
    earlier_circumstances: list[Circumstances]
    income: IncomeRecord | None
    other_income: list[IncomeRecord]
    identifiers: list[Identifier]
    missing: list[Missing]


def details_of(head: Head) -> Details:
    """The details of the client whose record this is, in three queries; the client's own lists come along."""
    client = head.client
    lists = (joinedload(Client.other_names), joinedload(Client.phones), joinedload(Client.addresses))
    db.session.scalars(sa.select(Client).where(Client.id == client.id).options(*lists)).unique().all()
    lived, identifiers = _lived_and_known_by(client)
    with_writer = IncomeRecord.of(client).options(joinedload(IncomeRecord.by).lazyload(User.memberships))
    incomes = list(db.session.scalars(with_writer).unique())
    now = next((row for row in lived if row.as_of_on <= clock.today()), None)
    income = next((row for row in incomes if row.in_error_at is None), None)
    expected = {code for case in head.cases if case.status in LIVING for code in case.program.expects or []}
    return Details(
        circumstances=now,
        earlier_circumstances=[row for row in lived if row is not now],
        income=income,
        other_income=[row for row in incomes if row is not income],
        identifiers=identifiers,
        missing=[*_missing_of(client), *_missing_of_programs(expected, now, income)],
    )


def _lived_and_known_by(client: Client) -> tuple[list[Circumstances], list[Identifier]]:
    """How the person lived, the newest day first, and the numbers others know them by, in one query."""
    query = (
        sa.select(Circumstances, Identifier)
        .select_from(Client)
        .outerjoin(Circumstances, Circumstances.client_id == Client.id)
        .outerjoin(Identifier, sa.and_(Identifier.client_id == Client.id, *Identifier.kept()))
        .where(Client.id == client.id)
        .order_by(Circumstances.as_of_on.desc(), Identifier.id)
        .options(joinedload(Circumstances.by).lazyload(User.memberships))
    )
    rows = db.session.execute(query).unique().all()
    lived = {row.Circumstances.id: row.Circumstances for row in rows if row.Circumstances is not None}
    known = {row.Identifier.id: row.Identifier for row in rows if row.Identifier is not None}
    return list(lived.values()), list(known.values())


def circumstances_of(client: Client) -> Circumstances | None:
    """How the person lives today, as far as it is on file."""
    return Circumstances.on(client, clock.today())


def _missing_of(client: Client) -> Iterator[Missing]:
    """What an intake asks of everybody (FIELDS, Client: intake complete) and nobody has answered; "doesn't know" is an answer."""
    if client.name_quality is NameQuality.NOT_COLLECTED:
        yield Missing(N_("How much of the legal name is known"), "names.edit")
    if client.birth_quality is BirthQuality.NOT_COLLECTED and client.born_on is None and client.age_said is None:
        yield Missing(N_("Date of birth, or an age"), "demographics.edit")
    if client.sex is Sex.NOT_COLLECTED:
        yield Missing(N_("Sex"), "demographics.edit")
    if not client.race or client.race == [Race.NOT_COLLECTED.value]:
        yield Missing(N_("Race and ethnicity"), "demographics.edit")
    if not client.spoken_language:
        yield Missing(N_("Language they prefer to speak"), "languages.edit")
    if not client.written_language:
        yield Missing(N_("Language they prefer to read"), "languages.edit")
    if client.translation_needed is Answer.NOT_COLLECTED:
        yield Missing(N_("Whether papers have to be translated"), "languages.edit")


def _missing_of_programs(
    expected: set[str], now: Circumstances | None, income: IncomeRecord | None
) -> Iterator[Missing]:
    """What the funders of the client's programs ask besides, and nobody has answered."""
    for asked in Expected:
        if asked.value in expected:
            of_income = asked.value not in Circumstances.QUESTIONS
            row = income if of_income else now
            if row is None or getattr(row, asked.value) == "not_collected":
                yield Missing(asked.label, "income_records.new" if of_income else "circumstances.edit")
