"""The picklists of inquiry and intake, which the screens and the blank paper form share (FIELDS §4)."""

from __future__ import annotations

from app.models.base import N_, Choice


class Urgency(Choice):
    """How soon somebody must act (PRACTICE §2): now, within one business day, or in turn."""

    EMERGENCY = "emergency", N_("Emergency")
    URGENT = "urgent", N_("Urgent")
    ROUTINE = "routine", N_("Routine")


class IntakeMethod(Choice):
    """How the person reached us."""

    WALK_IN = "walk_in", N_("Walk-in")
    PHONE = "phone", N_("Phone")
    ONLINE = "online", N_("Online")
    REFERRAL_FORM = "referral_form", N_("Referral form")
    OUTREACH = "outreach", N_("Outreach")


# Where nobody has spoken with the person yet: the clock of the first contact runs.
UNHEARD = [IntakeMethod.ONLINE, IntakeMethod.REFERRAL_FORM]


class ReferralSource(Choice):
    """Who sent the client to us."""

    SELF = "self", N_("Self")
    FAMILY = "family", N_("Family or friend")
    TWO_ONE_ONE = "211", N_("2-1-1")
    HEALTH = "health", N_("Hospital or health")
    SCHOOL = "school", N_("School")
    COURT = "court", N_("Court or probation")
    CHILD_WELFARE = "child_welfare", N_("Child welfare")
    SHELTER = "shelter", N_("Shelter")
    AGENCY = "agency", N_("Other agency")
    OUTREACH = "outreach", N_("Outreach")
    OTHER = "other", N_("Other")


class SafetyScreen(Choice):
    """What the person said when asked whether they are safe right now; asked first."""

    SAFE = "safe", N_("Safe now")
    WORRIED = "worried", N_("Worried about safety")
    DANGER = "danger", N_("In danger now")
    NOT_ASKED = "not_asked", N_("Could not ask: not alone, or not able to answer")
    DECLINED = "declined", N_("Prefers not to answer")


class Determination(Choice):
    """Whether the person may be served by the program, as far as is known."""

    ELIGIBLE = "eligible", N_("Eligible")
    NOT_ELIGIBLE = "not_eligible", N_("Not eligible")
    PENDING = "pending", N_("Pending")
