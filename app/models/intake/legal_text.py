"""The legal wording of papers: one file for each text and version, in every language, with the day it begins to count.

A text never changes once a paper was printed with it: a change is a new file with the next version and a later day. What
was printed keeps its own words, because they are frozen with the paper.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app import clock

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Sentence:
    """One statement as it is printed, in English and in Spanish."""

    en: str
    es: str

    def said(self, language: str) -> str:
        """The statement in the language of this code; in English where it has not been translated."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True)
class LegalText:
    """A text of one version: what it is called, by which law, from when on, and what it says."""

    key: str
    version: int
    effective_on: date
    source: str
    title: Sentence
    statements: tuple[Sentence, ...]

    @property
    def words(self) -> str:
        """All of it in English, one statement to a line."""
        return "\n".join(statement.en for statement in self.statements)


@cache
def every_version() -> tuple[LegalText, ...]:
    """Every text there is, by its key and version."""
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda text: (text.key, text.version)))


def in_force(key: str, *, on: date | None = None) -> LegalText:
    """The version of this text that counts on a day, today unless another is named; before the first one, the first."""
    day = on or clock.today()
    versions = [text for text in every_version() if text.key == key]
    return next((text for text in reversed(versions) if text.effective_on <= day), versions[0])


def current() -> list[LegalText]:
    """The version of each text that counts today, in the order of their keys."""
    return [in_force(key) for key in dict.fromkeys(text.key for text in every_version())]


def _read(path: Path) -> LegalText:
    """A file `<key>.v<version>.toml`."""
    key, _sep, version = path.stem.rpartition(".v")
    said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return LegalText(
        key=key,
        version=int(version),
        effective_on=said["effective_on"],
        source=said["source"],
        title=Sentence(**said["title"]),
        statements=tuple(Sentence(**statement) for statement in said["statement"]),
    )
