"""The areas of life that needs, goals and referrals are about, and how a situation is rated."""

from app.models.base import N_, Choice


class Domain(Choice):
    """Areas of life: the HL7 Gravity categories, and those that a matrix rating needs besides (FIELDS §1.5)."""

    FOOD = "food", N_("Food")
    HOUSING_INSTABILITY = "housing_instability", N_("Housing instability")
    HOMELESSNESS = "homelessness", N_("Homelessness")
    INADEQUATE_HOUSING = "inadequate_housing", N_("Inadequate housing")
    TRANSPORTATION = "transportation", N_("Transportation")
    UTILITIES = "utilities", N_("Utilities")
    FINANCIAL = "financial", N_("Financial")
    MATERIAL_HARDSHIP = "material_hardship", N_("Material hardship")
    EDUCATION = "education", N_("Education")
    EMPLOYMENT = "employment", N_("Employment")
    VETERAN = "veteran", N_("Veteran")
    STRESS = "stress", N_("Stress")
    SOCIAL_CONNECTION = "social_connection", N_("Social connection")
    PARTNER_VIOLENCE = "partner_violence", N_("Intimate partner violence")
    ELDER_ABUSE = "elder_abuse", N_("Elder abuse")
    HEALTH_LITERACY = "health_literacy", N_("Health literacy")
    INSURANCE = "insurance", N_("Insurance")
    MEDICAL_COST = "medical_cost", N_("Medical cost")
    DIGITAL_ACCESS = "digital_access", N_("Digital access")
    DIGITAL_LITERACY = "digital_literacy", N_("Digital literacy")
    LANGUAGE_ACCESS = "language_access", N_("Language access")
    INCARCERATION = "incarceration", N_("Incarceration")
    PROTECTIVE = "protective", N_("Protective factors")
    CHILD_CARE = "child_care", N_("Child care")
    LIFE_SKILLS = "life_skills", N_("Life skills")
    PARENTING = "parenting", N_("Parenting")
    LEGAL = "legal", N_("Legal")
    MENTAL_HEALTH = "mental_health", N_("Mental health")
    SUBSTANCE_USE = "substance_use", N_("Substance use")
    SAFETY = "safety", N_("Safety")
    DISABILITY = "disability", N_("Disability")


class Level(Choice):
    """How things stand in one area, 1 the worst; a rating describes a situation, never a person."""

    NOT_APPLICABLE = "0", N_("Does not apply")
    CRISIS = "1", N_("In crisis")
    VULNERABLE = "2", N_("Vulnerable")
    SAFE = "3", N_("Safe")
    STABLE = "4", N_("Stable")
    THRIVING = "5", N_("Thriving")

    @property
    def number(self) -> int:
        return int(self.value)


class NeedStatus(Choice):
    """Whether the area is a need."""

    NONE = "none", N_("No need")
    MET = "met", N_("Need – being met")
    UNMET = "unmet", N_("Need – unmet")
    DECLINES = "declines", N_("Need – client declines help")
