"""Who may do what, and which records a person reaches: the one place where both are decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, g
from flask_login import current_user

from app.extensions import db
from app.models.agency.user import Role, User
from app.models.base import N_, Choice


class Can(Choice):
    """A right; the word before the dash is what a refusal page calls it."""

    SEE_CLIENTS = "see_clients", N_("see clients")
    ADD_CLIENTS = "add_clients", N_("add clients")
    WORK_CASES = "work_cases", N_("work on cases")
    ASSIGN_CASES = "assign_cases", N_("assign cases")
    RESTRICT_CLIENTS = "restrict_clients", N_("restrict records")
    SEE_TRAIL = "see_trail", N_("see who opened a record")
    APPROVE_CLOSURES = "approve_closures", N_("approve closures")
    REOPEN_CASES = "reopen_cases", N_("reopen cases")
    SEE_TEAM = "see_team", N_("see the team’s caseload")
    SEE_SERVICES = "see_services", N_("search the directory")
    EDIT_SERVICES = "edit_services", N_("correct the directory")
    SEE_AGENCY_TRAIL = "see_agency_trail", N_("see what everybody did")
    EXPORT_TRAIL = "export_trail", N_("export the trail")
    RUN_AGENCY = "run_agency", N_("run the agency’s settings")


CASEWORK = {Can.SEE_CLIENTS, Can.ADD_CLIENTS, Can.WORK_CASES, Can.SEE_SERVICES, Can.EDIT_SERVICES, Can.SEE_TRAIL}
SUPERVISION = {Can.ASSIGN_CASES, Can.RESTRICT_CLIENTS, Can.APPROVE_CLOSURES, Can.REOPEN_CASES, Can.SEE_TEAM, Can.EXPORT_TRAIL}

GRANTS: dict[Role, set[Can]] = {
    Role.CASEWORKER: CASEWORK,
    Role.SUPERVISOR: CASEWORK | SUPERVISION,
    Role.ADMINISTRATOR: {Can.RUN_AGENCY, Can.SEE_AGENCY_TRAIL, Can.EXPORT_TRAIL, Can.SEE_SERVICES, Can.EDIT_SERVICES},
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


def require(right: Can) -> None:
    """Go on only with this right; otherwise 403."""
    g.asked = True
    if not may(right):
        g.refused = (right.value, None)
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

    Out of reach is the same as not there (404); in reach without the right is 403. Opening anything in a client's
    file puts one line on the trail when the answer is sent.
    """
    g.asked = True
    if not 0 < id < LARGEST_ID:
        abort(404)
    record = db.session.scalar(visible(model).where(model.id == id))
    if record is None:
        g.refused = (model.__tablename__, id)
        abort(404)
    require(to)
    client_id = record.id if model.__tablename__ == "client" else getattr(record, "client_id", None)
    if client_id is not None:
        case_id = record.id if record.__tablename__ == "case" else getattr(record, "case_id", None)
        g.setdefault("opened", {})[client_id, case_id] = (record.__tablename__, record.id)
    return record
