"""Yes, no, and the three ways in which there is no answer (HMIS data standards)."""

from __future__ import annotations

from app.models.base import N_, Choice


class Answer(Choice):
    """An answer to a question that is yes or no; nobody having asked is not the same as nobody knowing."""

    NO = "no", N_("No")
    YES = "yes", N_("Yes")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")
