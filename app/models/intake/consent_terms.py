"""The words of a permission: which kinds there are, what they may name, and how they end (FIELDS §7, PRACTICE §8)."""

from __future__ import annotations

from app.models.base import N_, Choice
from app.models.caseload.program import Regime


class ConsentType(Choice):
    """What kind of permission it is."""

    SERVICES = "services", N_("Consent to services")
    RELEASE = "release", N_("Release of information")
    PART_2 = "part_2", N_("Part 2 release")
    PART_2_CARE = "part_2_tpo", N_("Part 2 release for treatment, payment and operations")
    PART_2_NOTES = "part_2_notes", N_("Part 2 release of counseling notes")
    PART_2_PROCEEDINGS = "part_2_proceedings", N_("Part 2 consent for legal proceedings")
    VICTIM_SERVICES = "victim_services", N_("Victim services release")
    DATA_SHARING = "data_sharing", N_("HMIS or other data sharing")
    PHOTO = "photo", N_("Photo and media")
    TEXTING = "texting", N_("Text messages and email")
    TELEHEALTH = "telehealth", N_("Telehealth")
    RECEIPT_PRIVACY = "receipt_privacy", N_("Receipt: notice of privacy practices")
    RECEIPT_RIGHTS = "receipt_rights", N_("Receipt: rights and responsibilities")
    RECEIPT_GRIEVANCE = "receipt_grievance", N_("Receipt: how to complain")

    @property
    def release(self) -> bool:
        """Whether it lets information go to somebody outside."""
        return self in RELEASES

    @property
    def receipt(self) -> bool:
        """Whether it only says that the client got something: nothing to take back."""
        return self in RECEIPTS


PART_2_TYPES = [
    ConsentType.PART_2,
    ConsentType.PART_2_CARE,
    ConsentType.PART_2_NOTES,
    ConsentType.PART_2_PROCEEDINGS,
]
RELEASES = [ConsentType.RELEASE, *PART_2_TYPES, ConsentType.VICTIM_SERVICES]
RECEIPTS = [ConsentType.RECEIPT_PRIVACY, ConsentType.RECEIPT_RIGHTS, ConsentType.RECEIPT_GRIEVANCE]
SIMPLE = [kind for kind in ConsentType if kind not in RELEASES]

# Which releases the rules of each regime know: a general one is not enough where the law names its own (42 CFR 2.31).
FITTING = {
    Regime.STANDARD: [ConsentType.RELEASE],
    Regime.HIPAA: [ConsentType.RELEASE],
    Regime.PART_2: PART_2_TYPES,
    Regime.VICTIM_SERVICES: [ConsentType.VICTIM_SERVICES],
}

# Under which the client may be named to a provider. Counseling notes and proceedings are consents of their own, for
# nothing else (42 CFR 2.31(b) and (d)).
NAMING = [ConsentType.RELEASE, ConsentType.PART_2, ConsentType.PART_2_CARE, ConsentType.VICTIM_SERVICES]


def types_in(regime: Regime) -> list[ConsentType]:
    """The kinds a program under these rules works with; victim services put nobody into a shared database."""
    left_out = [ConsentType.DATA_SHARING] if regime is Regime.VICTIM_SERVICES else []
    fitting = [*SIMPLE, *FITTING[regime]]
    return [kind for kind in ConsentType if kind in fitting and kind not in left_out]


class ConsentOutcome(Choice):
    """What the client said to it on paper."""

    SIGNED = "signed", N_("Signed")
    DECLINED = "declined", N_("Declined")


class ConsentStatus(Choice):
    """Where it stands; follows from what was recorded, and from the day."""

    DRAFT = "draft", N_("Draft")
    READY = "ready", N_("Waiting for signature")
    ACTIVE = "active", N_("In force")
    EXPIRING = "expiring", N_("Ends soon")
    EXPIRED = "expired", N_("Ended")
    REVOKED = "revoked", N_("Taken back")
    DECLINED = "declined", N_("Declined")
    SUPERSEDED = "superseded", N_("Replaced by a newer one")
    IN_ERROR = "in_error", N_("Entered in error")


class Direction(Choice):
    """Which way the information may go."""

    RELEASE = "release", N_("We may tell them")
    OBTAIN = "obtain", N_("They may tell us")
    BOTH = "both", N_("Both: we may tell them, and they may tell us")

    @property
    def gives(self) -> bool:
        """Whether we may tell something."""
        return self is not Direction.OBTAIN


class Expiry(Choice):
    """How it ends by itself."""

    DAY = "day", N_("On a day")
    EVENT = "event", N_("When something happens")
    TREATMENT = "treatment", N_("At the end of treatment")
    NONE = "none", N_("It does not end by itself")


class PaperLanguage(Choice):
    """In which language a permission is printed; what is signed in Spanish carries the English too, unless asked otherwise."""

    ENGLISH = "en", N_("English")
    BOTH = "both", N_("Spanish, with the English beneath")
    SPANISH = "es", N_("Spanish")

    @property
    def code(self) -> str:
        """The language's code."""
        return "en" if self is PaperLanguage.ENGLISH else "es"


class Manner(Choice):
    """How the client took it back."""

    WRITTEN = "written", N_("In writing")
    ORAL = "oral", N_("In words")


class Information(Choice):
    """The kinds of information a release may name."""

    IDENTITY = "identity", N_("Name and how to reach the client safely")
    LANGUAGE = "language", N_("Language")
    HOUSEHOLD = "household", N_("Names and ages of children")
    NEED = "need", N_("The need and the reason for the referral")
    APPOINTMENTS = "appointments", N_("Dates of appointments")
    INCOME = "income", N_("Income")
    HEALTH = "health", N_("Health")
    WORK = "work", N_("Work and training history")
    GOALS = "goals", N_("Goals and service plan")
    MENTAL_HEALTH = "mental_health", N_("Mental health care")
    SUBSTANCE_USE = "substance_use", N_("Alcohol or drug treatment")
    HIV = "hiv", N_("HIV or AIDS")
    VIOLENCE = "violence", N_("Violence at home, or a court order")
    COUNSELING_NOTES = "counseling_notes", N_("Counseling notes about alcohol or drug treatment")


# Each of these needs a yes of its own: the client writes initials beside it.
SPECIAL = [Information.MENTAL_HEALTH, Information.SUBSTANCE_USE, Information.HIV, Information.VIOLENCE]
