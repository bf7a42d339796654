"""Codes that change every 30 seconds, as authenticator apps make them (RFC 6238 over RFC 4226: SHA-1, six digits)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = 1  # steps that a phone's clock may be ahead or behind


def step_at(instant: datetime) -> int:
    """The number of the 30-second step that an aware instant falls into."""
    return int(instant.timestamp()) // SECONDS


def code_of(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """The code of one step, with its leading zeros."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), "sha1").digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, typed: str, *, now: int) -> int | None:
    """The step near `now` whose code was typed (blanks and hyphens do not count), or None; always compares them all."""
    plain = "".join(typed.split()).replace("-", "")
    given = plain.encode() if plain.isascii() else b""
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), given):
            found = step
    return found


def typed_key(secret: bytes) -> str:
    """The secret as a person types it into an app: base 32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code says: the address that authenticator apps understand."""
    key = typed_key(secret).replace(" ", "")
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={key}&issuer={quote(issuer)}"
