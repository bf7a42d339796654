"""What stands at the head of every paper: who issues it, about whom it is, and how that person reads."""

from __future__ import annotations

from typing import Any

from app import clock
from app.documents.sentences import LOCALES, SOURCE
from app.models.agency.agency import Agency
from app.models.base import folded
from app.models.caseload.client import Client, PrintFormat

SIZES = {PrintFormat.STANDARD: "standard", PrintFormat.LARGE: "large", PrintFormat.EXTRA_LARGE: "xl"}


def issued() -> dict[str, Any]:
    """When it is issued, on the agency's clocks, and by which agency."""
    agency = Agency.here()
    return {
        "issued_at": clock.local(clock.now()).isoformat(timespec="seconds"),
        "agency": {
            "name": agency.name,
            "address": "\n".join(line for line in (agency.street, agency.city) if line),
            "phone": agency.phone or "",
        },
    }


def about(client: Client) -> dict[str, Any]:
    """Whom it is about; the legal name only where it is another."""
    return {
        "client": {
            "name": client.name,
            "legal_name": client.legal_name if client.legal_name != client.name else "",
            "number": client.number or "",
        }
    }


def as_read_by(client: Client) -> dict[str, Any]:
    """The language and the size of print in which the client reads."""
    return {"language": reading_language(client), "size": SIZES[client.print_format]}


def reading_language(client: Client) -> str:
    """The code of the language the client reads: as written down, else the spoken one, else English."""
    wanted = folded(client.written_language or client.spoken_language)
    names = ((folded(name), str(code)) for locale in LOCALES.values() for code, name in locale.languages.items())
    return next((code for name, code in names if name == wanted), SOURCE)
