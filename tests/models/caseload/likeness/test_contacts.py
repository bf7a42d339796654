"""Addresses, telephones and e-mail as they are written."""

import pytest

from app.models.caseload.likeness.contacts import Homes, emails_alike, homes_alike, place_of, zip_of
from app.models.caseload.likeness.person import numbers_in


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("12 Main Street", "12 main st.", Homes.SAME),
        ("12 Main Street, Apt 4", "12 MAIN ST # 7", Homes.SAME),
        ("12 Mian Street", "12 Main Street", Homes.SAME),
        ("12 Main Street Suite 9", "12 Main St Unit 9", Homes.SAME),
        ("14 Main Street", "12 Main Street", Homes.STREET),
        ("Main Street", "12 Main Street", Homes.STREET),
        ("12 Main Street", "12 Oak Avenue", Homes.DIFFERENT),
        ("", "12 Oak Avenue", Homes.UNKNOWN),
        ("Calle 5", "12 Oak Avenue", Homes.DIFFERENT),
    ],
)
def test_what_two_addresses_say(one, other, what):
    assert homes_alike(place_of(one), place_of(other)) is what


def test_a_postcode_has_its_zero_again_and_no_extension():
    assert zip_of("2140") == zip_of("02140-1234") == zip_of(" 02140 ") == "02140"
    assert zip_of("SW1A 1AA") == "sw1a1aa"
    assert zip_of("") == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(413) 555-0157", ["4135550157"]),
        ("+1 413 555 0157 x12", ["4135550157"]),
        ("413-555-0122 / 617-555-0100", ["4135550122", "6175550100"]),
        ("413.555.0122 (cell) or 617 555 0100", ["4135550122", "6175550100"]),
        ("555-0157", ["5550157"]),
        ("no phone", []), ("none", []), ("911", []), ("0000000000", []), (None, []), ("٤١٣٥٥٥٠١٥٧", []),
    ],
)  # fmt: skip
def test_the_numbers_in_a_text(text, numbers):
    assert numbers_in(text) == numbers


def test_e_mail_of_another_house_or_with_a_typing_error():
    assert emails_alike("rosa.diaz@example.org", "rosa.diaz@example.org") == 1
    assert emails_alike("rosa.diaz@example.org", "rosa.diaz@other.example") == 0.9
    assert emails_alike("rosa.diaz@example.org", "roas.diaz@example.org") > 0.9
    assert emails_alike("rosa.diaz@example.org", "bo@example.com") < 0.7
