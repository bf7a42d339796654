"""The domain, in the order in which the work happens. Importing it names every table."""

from app.models.agency import agency, document, draft, event, password_link, second_factor, sign_in, user
from app.models.assessment import assessment, domain
from app.models.caseload import (
    alert,
    case,
    circumstances,
    client,
    duplicate,
    emergency,
    household,
    identifier,
    income,
    match_key,
    program,
    relationship,
    stand_in,
)
from app.models.closing import closure
from app.models.intake import consent, disclosure, intake, requirement
from app.models.linking import directory, referral
from app.models.monitoring import note, task
from app.models.planning import goal, plan, signature

__all__ = [
    "agency",
    "alert",
    "assessment",
    "case",
    "circumstances",
    "client",
    "closure",
    "consent",
    "directory",
    "disclosure",
    "document",
    "domain",
    "draft",
    "duplicate",
    "emergency",
    "event",
    "goal",
    "identifier",
    "income",
    "household",
    "match_key",
    "intake",
    "note",
    "password_link",
    "plan",
    "program",
    "referral",
    "relationship",
    "requirement",
    "second_factor",
    "sign_in",
    "signature",
    "stand_in",
    "task",
    "user",
]
