"""Who may do what, and which records a person reaches: the one place where both are decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, g
from flask_login import current_user

from app.extensions import db
from app.models.agency.user import Role, User
from app.models.base import N_, Choice
from app.models.caseload.client import Client
from app.models.caseload.merge import Merge


class Can(Choice):
    """A right; the word before the dash is what a refusal page calls it."""

    FIND_CLIENTS = "find_clients", N_("find clients, and see how to reach them")
    ADD_CLIENTS = "add_clients", N_("add clients")
    TAKE_IN = "take_in", N_("open a case that waits for the intake")
    RECORD_CONTACTS = "record_contacts", N_("write down that somebody called or came")
    CORRECT_CONTACTS = "correct_contacts", N_("correct phones, addresses and how to reach clients")
    SEE_CLIENTS = "see_clients", N_("read clients’ records")
    WORK_CASES = "work_cases", N_("work on cases")
    BREAK_GLASS = "break_glass", N_("open a record in an emergency")
    MERGE_CLIENTS = "merge_clients", N_("merge records of the same person")
    ASSIGN_CASES = "assign_cases", N_("assign cases")
    RESTRICT_CLIENTS = "restrict_clients", N_("restrict records")
    REVIEW_OPENINGS = "review_openings", N_("review openings in an emergency")
    APPROVE_CLOSURES = "approve_closures", N_("approve closures")
    REOPEN_CASES = "reopen_cases", N_("reopen cases")
    SEE_TEAM = "see_team", N_("see what waits in the team’s cases")
    SEE_FIGURES = "see_figures", N_("see figures about the work")
    SEE_TRAIL = "see_trail", N_("see who opened a record")
    SEE_SERVICES = "see_services", N_("search the directory")
    EDIT_SERVICES = "edit_services", N_("correct the directory")
    SEE_AGENCY_TRAIL = "see_agency_trail", N_("see what everybody did")
    EXPORT_TRAIL = "export_trail", N_("export the trail")
    RUN_AGENCY = "run_agency", N_("run the agency’s settings")


# The front desk sees the card of a client and nothing that was written about them (PRACTICE §6, minimum necessary):
# name, birth date, phones, how to reach them safely, alerts, which program and who the worker is.
# It may correct how to reach a client, and nothing else of the record.
DESK = {
    Can.FIND_CLIENTS, Can.ADD_CLIENTS, Can.TAKE_IN, Can.RECORD_CONTACTS, Can.CORRECT_CONTACTS, Can.SEE_SERVICES,
}  # fmt: skip
CASEWORK = DESK | {Can.SEE_CLIENTS, Can.WORK_CASES, Can.BREAK_GLASS, Can.EDIT_SERVICES, Can.SEE_TRAIL}
SUPERVISION = {
    Can.MERGE_CLIENTS, Can.ASSIGN_CASES, Can.RESTRICT_CLIENTS, Can.REVIEW_OPENINGS, Can.APPROVE_CLOSURES, Can.REOPEN_CASES,
    Can.SEE_TEAM, Can.SEE_FIGURES, Can.EXPORT_TRAIL,
}  # fmt: skip

GRANTS: dict[Role, set[Can]] = {
    Role.FRONT_DESK: DESK,
    Role.CASEWORKER: CASEWORK,
    Role.SUPERVISOR: CASEWORK | SUPERVISION,
    Role.ADMINISTRATOR: {
        Can.RUN_AGENCY,
        Can.SEE_AGENCY_TRAIL,
        Can.EXPORT_TRAIL,
        Can.REVIEW_OPENINGS,
        Can.SEE_SERVICES,
        Can.EDIT_SERVICES,
    },
    Role.READER: {Can.SEE_FIGURES, Can.SEE_TRAIL, Can.SEE_AGENCY_TRAIL},
}


# Beyond this a number is no id on either engine; asking Postgres about it would be an error of ours.
LARGEST_ID = 2**31


def me() -> User:
    """The person who asks."""
    return current_user._get_current_object()


def may(right: Can) -> bool:
    """Whether the person who asks has this right; nobody has any before signing in."""
    return current_user.is_authenticated and current_user.is_active and right in GRANTS[current_user.role]


class AskAgain(Exception):
    """The password is asked for again before this is done; what was sent comes back afterwards."""


def require_recent() -> None:
    """Go on only when the password was given here within the last ten minutes; otherwise it is asked for first.

    For acts that somebody at an unattended machine must not do: accounts, passwords, second factors, exports, opening
    a sealed record. What was sent is kept and comes back.
    """
    if not g.sign_in.recent:
        raise AskAgain


class Merged(Exception):
    """The record asked for was merged into another one in reach: whoever asks is led there."""

    def __init__(self, merged_id: int, survivor_id: int) -> None:
        super().__init__("merged")
        self.merged_id, self.survivor_id = merged_id, survivor_id


def require(right: Can, about: Any = None) -> None:
    """Go on only with this right; otherwise 403. `about` is the record it was wanted for, which the trail then names."""
    g.asked = True
    if not may(right):
        g.refused = (right.value, None) if about is None else (about.__tablename__, about.id)
        abort(403)


def visible(model: type[Any]) -> sa.Select[Any]:
    """The rows of a table in the reach of the person who asks, not yet executed."""
    g.asked = True
    if not hasattr(model, "visible_to"):
        raise TypeError(f"{model.__name__} has no reach of its own")
    if not current_user.is_authenticated:
        return sa.select(model).where(sa.false())
    return model.visible_to(me())


def fetch(model: type[Any], id: int, *, to: Can) -> Any:
    """The record, if the person who asks reaches it and has the right.

    Out of reach is the same as not there (404), and a merged record leads to the one it is in (`Merged`); in reach
    without the right is 403. Opening anything in a client's file puts one line on the trail when the answer is sent.
    """
    g.asked = True
    if not 0 < id < LARGEST_ID:
        abort(404)
    record = db.session.scalar(visible(model).where(model.id == id))
    if record is None and model is Client:
        _lead_on(id)
    if record is None:
        g.refused = (model.__tablename__, id)
        abort(404)
    require(to, record)
    client_id = record.id if model.__tablename__ == "client" else getattr(record, "client_id", None)
    if client_id is not None:
        case_id = record.id if record.__tablename__ == "case" else getattr(record, "case_id", None)
        g.setdefault("opened", {})[client_id, case_id] = (record.__tablename__, record.id)
    return record


def _lead_on(id: int) -> None:
    """Raise Merged when this record was merged into one that the person who asks reaches."""
    survivor_id = db.session.scalar(
        visible(Client).where(Client.id.in_(Merge.survivor_of(id))).with_only_columns(Client.id)
    )
    if survivor_id is not None:
        raise Merged(id, survivor_id)
