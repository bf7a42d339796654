"""What a permission must hold before it may be signed, and who must sign it, by the rules of its program (PRACTICE §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.models.base import N_, RuleBroken
from app.models.caseload.program import Regime
from app.models.intake.consent_terms import (
    FITTING,
    ConsentType,
    Expiry,
    Information,
    types_in,
)
from app.models.planning.signature import CLIENT_SIDE, Signature, SignerRole

if TYPE_CHECKING:
    from app.models.caseload.client import Client
    from app.models.intake.consent import Consent

ADULT = 18
# Longer than this no release of victim services is "reasonably time-limited" (34 USC 12291(b)(2)).
MOST_VICTIM_DAYS = 366
ONE_RECIPIENT = N_("Name one recipient alone: each one needs a release of its own.")
# Rules under which the client must get a copy (45 CFR 164.508(c)(4), 42 CFR 2.31, FVPSA).
COPY_DUE = (Regime.HIPAA, Regime.PART_2, Regime.VICTIM_SERVICES)


def check_type(kind: ConsentType, regime: Regime) -> None:
    """Refuse a kind that the program's rules do not know."""
    if kind in types_in(regime):
        return
    if kind is ConsentType.DATA_SHARING:
        raise RuleBroken(N_("A victim services program puts nobody into a shared database."))
    raise RuleBroken(
        N_("Under the rules of this program (%(regime)s) use: %(types)s."),
        regime=regime.label,
        types=", ".join(fitting.label for fitting in FITTING[regime]),
    )


def lacking(consent: Consent, *, on: date) -> list[str]:
    """What stands in the way of its being signed, in words for the worker; `on` is the day it is or would be signed."""
    if not consent.type.release:
        return list(_wrong_end(consent, on)) if consent.expires_on is not None else []
    return [
        *_who_and_what(consent),
        *_end(consent, on),
        *(_by_part_2(consent) if consent.regime is Regime.PART_2 else ()),
        *(_by_victim_services(consent, on) if consent.regime is Regime.VICTIM_SERVICES else ()),
    ]


def _who_and_what(consent: Consent) -> Iterator[str]:
    care = consent.type is ConsentType.PART_2_CARE
    if consent.to_class and not care:
        yield N_("Only a Part 2 release for treatment, payment and operations may name a class of recipients.")
    if not consent.recipient and not (consent.to_class and care):
        yield N_("Say who may get the information.")
    if consent.recipient and (";" in consent.recipient or "\n" in consent.recipient):
        yield ONE_RECIPIENT
    if not consent.information and not consent.information_other:
        yield N_("Say what may be shared.")
    if consent.from_on and consent.to_on and consent.to_on < consent.from_on:
        yield N_("The first day of the records must come before the last one.")
    if not consent.purpose:
        yield N_("Say what for.")


def _end(consent: Consent, on: date) -> Iterator[str]:
    if consent.expiry is Expiry.DAY and consent.expires_on is None:
        yield N_("Say until when.")
    if consent.expiry is Expiry.EVENT and not consent.expires_when:
        yield N_("Say what it ends with.")
    if consent.expiry is Expiry.NONE and consent.type is not ConsentType.PART_2_CARE:
        yield N_(
            "Say when it ends: only a Part 2 release for treatment, payment and operations may go on without an end."
        )
    if consent.expiry is Expiry.TREATMENT and consent.regime is not Regime.PART_2:
        yield N_("“At the end of treatment” is an end for Part 2 releases alone. Choose a day or an event.")
    yield from _wrong_end(consent, on)


def _wrong_end(consent: Consent, on: date) -> Iterator[str]:
    if consent.expires_on is not None and consent.expires_on <= on:
        yield N_("A release must end after the day it was signed.")


def _by_part_2(consent: Consent) -> Iterator[str]:
    """42 CFR 2.31: notes and proceedings stand alone; a consent for all care says what follows from a no."""
    notes = Information.COUNSELING_NOTES.value
    if consent.type is ConsentType.PART_2_NOTES:
        if consent.information != [notes] or consent.information_other:
            yield N_("This release is for counseling notes and for nothing else.")
    elif notes in (consent.information or []):
        yield N_("Counseling notes need a release of their own.")
    if consent.type is ConsentType.PART_2_CARE and not consent.conditions:
        yield N_("Say what happens if the client does not sign.")
    if consent.intermediary and not consent.members:
        yield N_("Say who stands behind the intermediary: its members, or “my treating providers”.")


def _by_victim_services(consent: Consent, on: date) -> Iterator[str]:
    """Informed, reasonably time-limited, one recipient, never a condition of service."""
    if consent.expiry is not Expiry.DAY:
        yield N_("A release of victim services ends on a day.")
    if consent.expires_on is not None and consent.expires_on > on + timedelta(days=MOST_VICTIM_DAYS):
        yield N_("A release of victim services ends within a year.")
    if not consent.risks:
        yield N_("Say what is good and what is risky about sharing with this recipient.")
    if consent.conditions:
        yield N_("In victim services nothing may depend on a release.")


def is_minor(client: Client, on: date) -> bool:
    """Whether the client is known to be a minor on that day."""
    age = client.age_on(on)
    return age is not None and age < ADULT


def check_signers(consent: Consent, signatures: Iterable[Signature], *, on: date) -> None:
    """Refuse a release that not everybody signed who must (PRACTICE §7, the last lines).

    An adult signs, or somebody with authority. For a minor it is the parent; under Part 2 and in victim services the
    minor and the parent; the minor alone where the law lets them. An abuser never signs for the client.
    """
    signed = [signature for signature in signatures if signature.signed and signature.role in CLIENT_SIDE]
    client_signed = any(signature.role is SignerRole.CLIENT for signature in signed)
    other = next((signature for signature in signed if signature.role is not SignerRole.CLIENT), None)
    name = consent.client.first
    if other is not None and consent.regime is Regime.VICTIM_SERVICES and not consent.parent_safe:
        raise RuleBroken(
            N_("Confirm that %(signer)s is not the person who abused %(name)s. An abuser may never sign."),
            signer=other.printed_name,
            name=name,
        )
    if not is_minor(consent.client, on):
        if not signed:
            raise RuleBroken(N_("Record the client’s signature, or why there is none."))
        return
    _check_minor(consent, client_signed=client_signed, parent_signed=other is not None, name=name)


def _check_minor(consent: Consent, *, client_signed: bool, parent_signed: bool, name: str) -> None:
    both = consent.regime.sealed and consent.type.release
    if consent.alone_reason and not client_signed:
        raise RuleBroken(N_("%(name)s signs alone: record that signature."), name=name)
    if consent.alone_reason:
        return
    if both and not client_signed:
        raise RuleBroken(N_("%(name)s is a minor and must sign too, besides the parent or guardian."), name=name)
    if not parent_signed:
        raise RuleBroken(
            N_(
                "%(name)s is a minor: a parent or guardian signs too. If the law lets %(name)s sign alone, write by what rule."
            ),
            name=name,
        )
