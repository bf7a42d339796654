"""Finding out whether a text names the client: what goes out without the name must not say it in passing."""

from __future__ import annotations

import re

from app.models.base import folded
from app.models.caseload.client import Client
from app.models.caseload.searching import digits

# Parts of names that are ordinary words and name nobody by themselves.
PARTICLES = {
    "al", "bin", "da", "das", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "las", "le", "los", "ter",
    "van", "von", "y",
}  # fmt: skip
SHORT = 3
written_words = re.compile(r"[^\W\d_][\w'’-]*")


def naming(client: Client, text: str) -> str | None:
    """The first word of this text by which the client could be known: part of a name, the number, a phone, the e-mail.

    A name of up to three letters counts only where it is written with a capital, so that a client called An does not
    forbid the word "an". A longer one counts however it is written; a word that happens to be a name can be reworded.
    """
    names = names_of(client)
    for word in written_words.findall(text):
        if any(piece in names and (len(piece) > SHORT or word[:1].isupper()) for piece in pieces(word)):
            return str(word)
    return marked(client, text)


def names_of(client: Client) -> set[str]:
    """The words of all the client's names, folded."""
    parts = [client.first_name, client.middle_name, client.last_name, client.preferred_name]
    parts += [other.text for other in client.other_names]
    return {word for part in parts for word in folded(part).split() if len(word) > 1} - PARTICLES


def pieces(word: str) -> list[str]:
    """What a written word may be made of: itself without a possessive s, and its parts between hyphens."""
    plain = re.sub(r"['’]s$", "", word, flags=re.IGNORECASE)
    return [folded(plain).replace(" ", ""), *folded(plain).split()]


def marked(client: Client, text: str) -> str | None:
    """The client's number, e-mail or a phone of theirs, if the text holds it."""
    plain, only = folded(text), digits(text)
    for mark in (client.number, client.email):
        if mark and folded(mark) in plain:
            return mark
    return next((p.number for p in client.phones if len(digits(p.number)) >= 7 and digits(p.number) in only), None)
