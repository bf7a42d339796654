"""What somebody left unsaved: in which form, about whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models.agency.draft import Draft
from app.models.agency.user import User
from app.models.assessment.assessment import Assessment, Need
from app.models.base import N_
from app.models.caseload.case import Case
from app.models.caseload.client import Client
from app.models.closing.closure import Closure
from app.models.linking.referral import Referral
from app.models.monitoring.note import Note
from app.models.planning.goal import Goal, Step
from app.models.planning.plan import Plan

SHOWN = 8


@dataclass(frozen=True)
class Unfinished:
    """A text somebody left unsaved: in which form, about which record of which client."""

    form: str
    about: int
    label: str
    saved_at: datetime
    client: Client | None


FORMS: dict[str, tuple[str, type[Any] | None]] = {
    "note": (N_("Note"), Case),
    "addendum": (N_("Correction to a note"), Note),
    "closure": (N_("Closing"), Closure),
    "intake": (N_("Intake"), Case),
    "case": (N_("New case"), Client),
    "client": (N_("Client’s details"), Client),
    "assessment": (N_("Assessment"), Assessment),
    "need": (N_("Rating of an area"), Need),
    "need_new": (N_("Rating of an area"), Assessment),
    "plan": (N_("Service plan"), Plan),
    "goal": (N_("Goal"), Goal),
    "goal_new": (N_("New goal"), Plan),
    "step": (N_("Step"), Step),
    "step_new": (N_("New step"), Goal),
    "signing": (N_("Signatures on a plan"), Plan),
    "referral": (N_("Referral"), Case),
    "referral_edit": (N_("Referral"), Referral),
    "referral_update": (N_("News about a referral"), Referral),
    "referral_outcome": (N_("What came of a referral"), Referral),
    "disclosure": (N_("What was shared"), Client),
    "service": (N_("Correction of the directory"), None),
    "service_new": (N_("New service"), None),
}
"""The forms that keep drafts, what they are called, and which record of a client's file their number belongs to."""


def unfinished(user: User) -> list[Unfinished]:
    """What this person left unsaved, newest first; only about records they still reach."""
    drafts = list(db.session.scalars(Draft.of(user).limit(SHOWN)))
    whose = _clients_of(user, drafts)
    found = []
    for draft in drafts:
        label, model = FORMS.get(draft.form, (N_("Unfinished text"), None))
        client = whose.get((draft.form, draft.about))
        if client is not None or model is None or not draft.about:
            found.append(Unfinished(draft.form, draft.about, label, draft.saved_at, client))
    return found


def _clients_of(user: User, drafts: list[Draft]) -> dict[tuple[str, int], Client]:
    """The client of each draft's record, as far as this person reaches it."""
    wanted = {form: [d.about for d in drafts if d.form == form] for form in {d.form for d in drafts} & set(FORMS)}
    branches = []
    for form, ids in wanted.items():
        model = FORMS[form][1]
        if model is None:
            continue
        client_id = model.id if model is Client else model.client_id
        reached = model.visible_to(user).where(model.id.in_(ids))
        columns = (sa.literal(form).label("form"), model.id.label("about"), client_id.label("client_id"))
        branches.append(reached.with_only_columns(*columns, maintain_column_froms=True))
    if not branches:
        return {}
    union = sa.union_all(*branches).subquery()
    query = sa.select(union.c.form, union.c.about, Client).join(Client, Client.id == union.c.client_id)
    return {(form, about): client for form, about, client in db.session.execute(query)}
