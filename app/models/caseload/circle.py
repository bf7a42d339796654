"""The circle around a client: people, places and services, as an eco-map shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from app.extensions import db
from app.models.agency.user import User
from app.models.base import folded
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.caseload.household import HouseholdMember
from app.models.caseload.relationship import Circle, Flow, Relationship, RelationshipType, Safe, Tie
from app.models.linking.referral import GOT_IT, WAITING, Referral, ReferralStatus

BEGINNING = "beginning"
RUNNING = [ReferralStatus.IN_PROGRESS, ReferralStatus.COMPLETED]


class Near(NamedTuple):
    """Somebody or something in the circle; `role` is a label in English, `tie` a `Tie` or `BEGINNING`."""

    who: str
    role: str
    in_words: str
    helps_with: str
    tie: str
    flow: str
    circle: str
    place: bool


def circle_of(client: Client, *, reader: User) -> list[Near]:
    """Everybody and every service around the client that this person may know of, in the order of the map. Two queries."""
    people = Relationship.of(client.id, reader=reader).where(*_drawn()).options(joinedload(Relationship.other))
    referrals = Referral.visible_to(reader).where(Referral.client_id == client.id, *_linked())
    return _in_order(db.session.scalars(people).unique(), db.session.scalars(referrals.options(lazyload("*"))))


def circle_on_paper(case: Case) -> list[Near]:
    """The circle as a paper of this case may show it: for whoever may open the case may open the paper.

    Nobody stands on it whose name was not told us by the client, and nothing that another case's seal keeps.
    """
    people = told_on_paper(case).where(Relationship.on_map.is_(True))
    referrals = sa.select(Referral).where(Referral.case_id == case.id, *_linked()).options(lazyload("*"))
    return _in_order(db.session.scalars(people), db.session.scalars(referrals))


def told_on_paper(case: Case) -> sa.Select[Any]:
    """The people now around the client whom a paper of this case may name, the oldest entry first."""
    return (
        sa.select(Relationship)
        .where(Relationship.client_id == case.client_id, _told(Relationship), _open_in(Relationship, case))
        .where(*Relationship.standing())
        .order_by(Relationship.id)
        .options(lazyload("*"))
    )


def supports_for(case: Case) -> list[Relationship]:
    """Who of them could be named in a plan as somebody who supports the client: nobody whom we must not contact."""
    return list(db.session.scalars(told_on_paper(case).where(Relationship.safe != Safe.NO)))


def household_on_paper(case: Case) -> int:
    """How many people live with the client now, the client too, as a paper of this case may tell; 0 when nothing is known."""
    own = HouseholdMember.other_id == HouseholdMember.client_id
    here = [HouseholdMember.left_on.is_(None), HouseholdMember.in_error_at.is_(None)]
    known = sa.or_(own, HouseholdMember.name.is_not(None))
    query = sa.select(sa.func.count(HouseholdMember.id)).where(
        HouseholdMember.client_id == case.client_id, known, _open_in(HouseholdMember, case), *here
    )
    return db.session.scalars(query).one()


def _drawn() -> list[sa.ColumnElement[bool]]:
    return [*Relationship.standing(), Relationship.on_map.is_(True)]


def _linked() -> list[sa.ColumnElement[bool]]:
    """Conditions: the client is linked to the service, or on the way there."""
    received = sa.and_(Referral.status == ReferralStatus.COMPLETED, Referral.outcome.in_(GOT_IT))
    return [sa.or_(Referral.status.in_(WAITING), received)]


def _told(model: type[Relationship]) -> sa.ColumnElement[bool]:
    """Condition: it names nobody by another client's record alone."""
    return sa.or_(model.name.is_not(None), model.other_id.is_(None))


def _open_in(model: Any, case: Case) -> sa.ColumnElement[bool]:
    """Condition: of no case, of this one, or of one that is not sealed."""
    unsealed = sa.select(Case.id).where(Case.id == model.case_id, Case.unsealed())
    return sa.or_(model.case_id.is_(None), model.case_id == case.id, unsealed.correlate(model).exists())


def _in_order(people: Iterable[Relationship], referrals: Iterable[Referral]) -> list[Near]:
    """Family first, then friends, then places; a provider who is among the people already is not drawn twice."""
    near = sorted((_person(row) for row in people), key=lambda one: list(Circle).index(Circle(one.circle)))
    known = {folded(name) for one in near for name in (one.who, one.in_words) if name}
    for referral in sorted(referrals, key=lambda one: one.id):
        if folded(referral.provider) not in known:
            known.add(folded(referral.provider))
            near.append(_service(referral))
    return near


def _person(row: Relationship) -> Near:
    place = row.type in (RelationshipType.ORGANIZATION, RelationshipType.COMMUNITY)
    beside = row.organization if row.name else ""
    in_words = ", ".join(part for part in (row.in_words, beside) if part)
    who = "" if row.type is RelationshipType.UNBORN_CHILD and not row.name else row.who
    return Near(
        who=who, role=row.type.label, in_words=in_words, helps_with=row.helps_with or "", tie=row.tie.value,
        flow=row.flow.value, circle=row.circle.value, place=place,
    )  # fmt: skip


def _service(referral: Referral) -> Near:
    tie = Tie.ORDINARY.value if referral.status in RUNNING else BEGINNING
    return Near(
        who=referral.provider, role=referral.domain.label, in_words="", helps_with=referral.what, tie=tie,
        flow=Flow.TO_CLIENT.value, circle=Circle.FORMAL.value, place=True,
    )  # fmt: skip
