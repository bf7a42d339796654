"""Codes of authenticator apps, against the numbers that the standards print."""

from datetime import UTC, datetime

import pytest

from app import totp
from app.keys import hkdf

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    step = totp.step_at(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_of(SECRET, step, digits=8) == code


def test_a_code_of_the_step_before_or_after_is_taken_and_none_further_away():
    now = 41152263
    for step, taken in ((now - 2, None), (now - 1, now - 1), (now, now), (now + 1, now + 1), (now + 2, None)):
        assert totp.step_of(SECRET, totp.code_of(SECRET, step), now=now) == taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨", "é" * 6, "-1", " "])
def test_what_is_no_code_is_taken_for_none(typed):
    assert totp.step_of(SECRET, typed, now=41152263) is None


def test_blanks_and_hyphens_in_a_code_do_not_count():
    code = totp.code_of(SECRET, 7)
    assert totp.step_of(SECRET, f" {code[:3]} {code[3:]}", now=7) == 7
    assert totp.step_of(SECRET, f"{code[:3]}-{code[3:]}", now=7) == 7


def test_the_address_says_whose_it_is_and_holds_the_typed_key():
    address = totp.address(SECRET, account="ana@m.example", issuer="Millbrook: Neighbors & Co")
    key = totp.typed_key(SECRET)
    assert key.startswith("GEZD GNBV") and key.replace(" ", "") in address
    assert address.startswith("otpauth://totp/Millbrook%3A%20Neighbors%20%26%20Co:ana%40m.example?secret=")


def test_keys_are_derived_as_rfc_5869_says():
    """Its first test case."""
    made = hkdf(b"\x0b" * 22, salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), length=42)
    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
