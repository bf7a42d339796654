"""Everything that the page of one permission shows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from app.extensions import db
from app.models.agency.document import Paper
from app.models.agency.user import User
from app.models.intake.consent import Consent
from app.models.planning.signature import Signature


@dataclass(frozen=True)
class Whole:
    """One permission, the papers issued of it, who answered, and what its rules still ask for while it is a draft."""

    consent: Consent
    papers: list[Paper]
    signatures: list[Signature]
    obstacles: list[str]


def whole(consent: Consent) -> Whole:
    """Everything about this permission, in two queries."""
    papers = (
        sa.select(Paper).where(Paper.consent_id == consent.id).order_by(Paper.id.desc()).options(lazyload(Paper.by))
    )
    signed = sa.select(Signature).where(Signature.consent_id == consent.id).order_by(Signature.id)
    return Whole(
        consent=consent,
        papers=list(db.session.scalars(papers)),
        signatures=list(db.session.scalars(signed.options(lazyload(Signature.by).lazyload(User.memberships)))),
        obstacles=consent.obstacles_to_signing() if consent.status == "draft" else [],
    )
