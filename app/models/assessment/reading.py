"""How the areas stand on one assessment beside the ones signed before it."""

from __future__ import annotations

from typing import NamedTuple

from app.models.assessment.assessment import Assessment, AssessmentStatus, Need
from app.models.assessment.domain import Domain

SHOWN_BEFORE = 2


class Standing(NamedTuple):
    """One area: its rating, the ratings on the earlier assessments (oldest first), and the change since the last one.

    The change is in levels; None when there is no level to compare with, or none now. `first`: never rated before.
    """

    need: Need
    earlier: list[Need | None]
    change: int | None
    first: bool


def signed_before(assessment: Assessment, history: list[Assessment]) -> list[Assessment]:
    """The signed assessments before this one that are shown beside it, oldest first; `history` is newest first."""
    older = history[history.index(assessment) + 1 :] if assessment in history else history
    signed = [other for other in older if other.status is AssessmentStatus.SIGNED]
    return signed[:SHOWN_BEFORE][::-1]


def standings(assessment: Assessment, earlier: list[Assessment]) -> list[Standing]:
    """Every area of this assessment, in the client's order, compared with these earlier ones (oldest first)."""
    then = [{need.domain: need for need in other.needs} for other in earlier]
    found = []
    for need in assessment.needs:
        ratings = [needs.get(need.domain) for needs in then]
        before = ratings[-1] if ratings else None
        found.append(Standing(need, ratings, need.change_since(before), not any(ratings)))
    return found


def unrated(assessment: Assessment) -> list[Domain]:
    """The areas that have no rating on this assessment yet."""
    rated = {need.domain for need in assessment.needs}
    return [domain for domain in Domain if domain not in rated]
