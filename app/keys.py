"""Keys for one purpose each, made from the secret in the data folder: the database alone gives none of them away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app


def derived(purpose: str, *, salt: bytes, length: int) -> bytes:
    """Bytes that only this server's secret, this salt and this purpose make (HKDF-SHA-256, RFC 5869); at most 8,160."""
    return hkdf(current_app.config["SECRET_KEY"].encode(), salt=salt, info=purpose.encode(), length=length)


def hkdf(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256: extract, then expand to this many bytes."""
    pseudorandom = hmac.new(salt or bytes(hashlib.sha256().digest_size), key, "sha256").digest()
    block, made, number = b"", b"", 0
    while len(made) < length:
        number += 1
        block = hmac.new(pseudorandom, block + info + bytes([number]), "sha256").digest()
        made += block
    return made[:length]


class Unreadable(Exception):
    """What was enciphered cannot be read: the secret is another one, or it was tampered with."""


SALT, NONCE = 16, 12


def enciphered(text: str, *, purpose: str) -> str:
    """The text as only this server's secret can read it (AES-256-GCM, a key of its own each time), in base64."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    cipher = AESGCM(derived(purpose, salt=salt, length=32))
    return base64.b64encode(salt + nonce + cipher.encrypt(nonce, text.encode(), purpose.encode())).decode()


def deciphered(sealed: str, *, purpose: str) -> str:
    """The text again; raises Unreadable when this secret did not make it, or a byte of it was changed."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        salt, nonce, rest = raw[:SALT], raw[SALT : SALT + NONCE], raw[SALT + NONCE :]
        return AESGCM(derived(purpose, salt=salt, length=32)).decrypt(nonce, rest, purpose.encode()).decode()
    except (ValueError, InvalidTag):
        raise Unreadable from None
