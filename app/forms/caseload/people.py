"""Who belongs to a client, and who lives with them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.forms.base import Day, Form, Line, Pick, Ref, RefList, Text, Tick, Whole
from app.models.caseload.household import HouseholdMember, RelationToHead
from app.models.caseload.relationship import Authority, Flow, Relationship, RelationshipType, Safe, Tie


class RelationshipForm(Form):
    """Somebody in the client's circle; the fields of Relationship.write_down and rewrite."""

    type = Pick(
        _l("Who it is to the client"), choices=RelationshipType, required=True, blank=_l("Choose one"),
        message=_l("Choose who it is to the client."),
    )  # fmt: skip
    name = Line(_l("Name"), max=160)
    organization = Line(_l("Organization"), max=200)
    in_words = Line(_l("In the client’s words"), max=120)
    helps_with = Line(_l("What they help with"), max=300)
    phone = Line(_l("Phone"), max=40, kind="tel")
    contact_note = Line(_l("How and when to reach them"), max=200)
    safe = Pick(_l("Is it safe to contact them?"), choices=Safe, required=True, radio=True)
    safety_note = Text(_l("What colleagues must know before they act"), max=500)
    emergency_contact = Tick(_l("Emergency contact"))
    from_on = Day(_l("Since"))
    to_on = Day(_l("Until"))
    expected_on = Day(_l("Due date of an unborn child"))
    authority = Pick(_l("What they may decide by law"), choices=Authority, blank=_l("Nothing"))
    authority_until = Day(_l("The papers hold until"))
    document = Ref(_l("The papers"), blank=_l("None on file"))
    tie = Pick(_l("How the tie feels to the client"), choices=Tie, required=True, radio=True)
    flow = Pick(_l("Which way the help goes"), choices=Flow, required=True)
    on_map = Tick(_l("Show on the eco-map"))
    case = Ref(_l("Who sees it"), blank=_l("Everybody who may open this record"))

    @classmethod
    def of(cls, row: Relationship) -> RelationshipForm:
        """The form as the record fills it."""
        names = [field.name for field in cls() if field.name not in ("document", "case")]
        return cls(data={name: getattr(row, name) for name in names} | {"document": row.document_id})

    @classmethod
    def usual(cls, typed: Any = None) -> RelationshipForm:
        """The form for somebody new, or with what was typed before."""
        return cls(typed, data={"safe": Safe.NOT_ASKED, "tie": Tie.ORDINARY, "flow": Flow.BOTH, "on_map": True})


class MistakeForm(Form):
    """Why something that was written down is wrong."""

    reason = Line(_l("Why it is wrong"), max=500, required=True, message=_l("Write why it is wrong."))


class HouseholdForm(Form):
    """Where the client lives from now on; the fields of Household.begin."""

    begun_on = Day(_l("Since"), past=True)
    relation = Pick(_l("The client is"), choices=RelationToHead, required=True)
    taking = RefList(_l("Who moves along"))
    case = Ref(_l("Who sees it"), blank=_l("Everybody who may open this record"))


class HouseholdMemberForm(Form):
    """Somebody in the household; the fields of Household.add_member and HouseholdMember.rewrite."""

    name = Line(_l("Name"), max=160)
    relation = Pick(
        _l("To the head of the household"), choices=RelationToHead, required=True, blank=_l("Choose one"),
        message=_l("Choose how they are related to the head."),
    )  # fmt: skip
    born_on = Day(_l("Born"), past=True)
    joined_on = Day(_l("Lives here since"), past=True)
    left_on = Day(_l("Moved out"), past=True)
    occupation = Line(_l("School or work"), max=200)
    income = Whole(_l("Income per month, in dollars"), max=1_000_000)
    income_on = Day(_l("As of"), past=True)

    @classmethod
    def of(cls, row: HouseholdMember) -> HouseholdMemberForm:
        """The form as the record fills it."""
        names = [field.name for field in cls() if field.name != "income"]
        income = None if row.income_cents is None else row.income_cents // 100
        return cls(data={name: getattr(row, name) for name in names} | {"income": income})

    @property
    def details(self) -> dict[str, Any]:
        """The keyword arguments of the verb, with the income in cents."""
        said = dict(self.data)
        income = said.pop("income")
        return said | {"income_cents": None if income is None else income * 100}
