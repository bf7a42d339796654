"""Keys for one purpose each, made from the secret in the data folder: the database alone gives none of them away."""

from __future__ import annotations

import hashlib
import hmac

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
