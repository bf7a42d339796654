"""The domain, in the order in which the work happens. Importing it names every table."""

from app.models.agency import agency, document, draft, event, password_link, second_factor, sign_in, user
from app.models.assessment import assessment, domain
from app.models.caseload import (
    alert,
    case,
    circumstances,
    client,
    distinction,
    duplicate,
    emergency,
    household,
    identifier,
    income,
    match_key,
    merge,
    program,
    relationship,
    stand_in,
)
from app.models.closing import closure
from app.models.intake import access_request, consent, disclosure, intake, requirement, statement, withholding
from app.models.linking import directory, referral
from app.models.monitoring import note, task
from app.models.planning import goal, plan, signature

__all__ = [
    "access_request",
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
    "distinction",
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
    "merge",
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
    "statement",
    "task",
    "user",
    "withholding",
]
