"""The people around some of the invented clients: households, family, friends, helpers, and who is not safe."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app import clock
from app.models.agency.document import Document, DocumentKind
from app.models.agency.user import User
from app.models.caseload.client import Client
from app.models.caseload.household import Household, RelationToHead
from app.models.caseload.relationship import Authority, Flow, Relationship, RelationshipType, Safe, Tie

R, Here = RelationshipType, RelationToHead


def surround(story: list[Client], paper: bytes) -> None:
    """Write down who is around these clients; `paper` is an image that stands for a scanned court paper."""
    named = {client.first: client for client in story}
    _rosa(named["Rosa"], paper)
    _george(named["George"])
    _others(named)


def _worker(client: Client) -> User:
    worker = client.cases[0].worker
    assert worker is not None
    return worker


def _person(client: Client, type: RelationshipType, name: str | None, in_words: str | None = None, **more: Any) -> None:
    Relationship.write_down(client, by=_worker(client), type=type, name=name, in_words=in_words, **more)


def _years_old(years: int, month: int, day: int) -> date:
    return date(clock.today().year - years - 1, month, day)


def _rosa(rosa: Client, paper: bytes) -> None:
    by, today = _worker(rosa), clock.today()
    born, school = (_years_old(9, 12, 3), _years_old(5, 12, 20)), "Fulton Elementary"
    before = Household.begin(rosa, by=by, relation=Here.PARTNER, begun_on=today - timedelta(days=2400))
    before.add_member(by=by, relation=Here.SELF, name="Curtis Marsh")
    children = [
        before.add_member(by=by, relation=Here.CHILD, name=name, born_on=day, occupation=f"{school}, {grade}")
        for name, day, grade in (("Mateo Marsh", born[0], "grade 4"), ("Lucía Marsh", born[1], "kindergarten"))
    ]
    moved = today - timedelta(days=95)
    now = Household.begin(rosa, by=by, relation=Here.SELF, begun_on=moved, after=before, taking=children)
    own = next(member for member in now.members if member.is_client)
    own.rewrite(by=by, occupation="Part-time, Cedar Bakery", income_cents=124_000, income_on=today - timedelta(days=30))
    order = Document.add(
        client=rosa, by=by, kind=DocumentKind.LETTER, title="Court order, stay away", file_name="court-order.png",
        content=paper, media_type="image/png",
    )  # fmt: skip
    _person(
        rosa, R.EX_PARTNER, "Curtis Marsh", "father of Mateo and Lucía", safe=Safe.NO, tie=Tie.BROKEN, document=order,
        authority=Authority.NO_CONTACT, authority_until=today + timedelta(days=270), on_map=False,
        from_on=today - timedelta(days=3650),
        safety_note="Never confirm that Rosa is served here. Call 911 if he comes to the office.",
    )  # fmt: skip
    _person(
        rosa, R.SIBLING, "Inés Delgado", "sister", phone="410-555-0177", contact_note="call or text any time, Spanish",
        safe=Safe.YES, emergency_contact=True, tie=Tie.STRONG, helps_with="watches Lucía on Tuesdays, and lends the car",
    )  # fmt: skip
    _person(
        rosa,
        R.PARENT,
        "Guadalupe Peña",
        "mother, in Puebla",
        safe=Safe.YES,
        tie=Tie.STRONG,
        flow=Flow.FROM_CLIENT,
        phone="410-555-0178",
    )
    _person(rosa, R.PARENT, "Héctor Delgado", "father", tie=Tie.STRAINED)
    _person(
        rosa,
        R.FRIEND,
        "Maribel Santos",
        "neighbor",
        phone="410-555-0179",
        safe=Safe.YES,
        helps_with="walks the children to school",
    )
    _person(
        rosa, R.COMMUNITY, "St. Anne’s Church", None, phone="410-555-0136", safe=Safe.YES, flow=Flow.TO_CLIENT,
        helps_with="groceries on Wednesdays",
    )  # fmt: skip
    _person(
        rosa, R.PROFESSIONAL, "Peter Lindqvist", "counselor", organization="Fulton Elementary", phone="410-555-0163",
        safe=Safe.YES, helps_with="Mateo’s days at school",
    )  # fmt: skip
    _person(rosa, R.ORGANIZATION, None, "work", organization="Cedar Bakery", tie=Tie.ORDINARY)
    _person(rosa, R.FRIEND, "Tasha Bell", "friend from the old street", to_on=today - timedelta(days=200))


def _george(george: Client) -> None:
    today = clock.today()
    Household.begin(george, by=_worker(george), relation=Here.SELF)
    _person(
        george, R.CHILD, "Sofia Pappas-Whitcombe", "daughter", phone="410-555-0188", safe=Safe.YES, emergency_contact=True,
        authority=Authority.POWER_OF_ATTORNEY, tie=Tie.STRONG, helps_with="bills and doctor visits",
    )  # fmt: skip
    _person(
        george, R.ORGANIZATION, None, "representative payee", organization="Harborview Payee Services", phone="410-555-0189",
        authority=Authority.PAYEE, authority_until=today - timedelta(days=12), flow=Flow.TO_CLIENT,
    )  # fmt: skip
    _person(george, R.CAREGIVER, "Dorothea Lang", "home aide", phone="410-555-0190", safe=Safe.YES, flow=Flow.TO_CLIENT)
    _person(george, R.GRANDCHILD, "Niko", None, tie=Tie.ORDINARY)
    _person(george, R.COMMUNITY, "Greek Orthodox parish of Millbrook", None, tie=Tie.STRONG)


def _others(named: dict[str, Client]) -> None:
    _person(named["Noor"], R.SIBLING, "سميرة حداد", "sister", safe=Safe.YES, tie=Tie.STRONG)
    _person(
        named["Destiny"],
        R.UNBORN_CHILD,
        None,
        expected_on=clock.today() + timedelta(days=96),
        tie=Tie.STRONG,
        flow=Flow.FROM_CLIENT,
    )
    terrence, wendell = named["Terrence"], named["Wendell"]
    Relationship.write_down(terrence, by=_worker(terrence), type=R.OTHER_RELATIVE, other=wendell, in_words="uncle")
