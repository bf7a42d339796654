"""Reading a finished PDF back: its words, their places and sizes, its tags, and whether it is what it claims to be."""

from __future__ import annotations

import io
import re
import subprocess
from functools import lru_cache
from typing import Any, NamedTuple

import page
import pikepdf
from pypdf import PdfReader


class Word(NamedTuple):
    """A word on a page, with its box in points from the top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


@lru_cache(64)
def words(pdf: bytes) -> list[Word]:
    """Every word, as poppler finds it."""
    layout = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    found, number = [], 0
    for line in layout.splitlines():
        if "<page " in line:
            number += 1
        elif match := re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)</word>', line):
            found.append(Word(number, *(float(match[place]) for place in range(1, 5)), match[5]))
    return found


@lru_cache(64)
def pages(pdf: bytes) -> list[str]:
    """The text of each page, its spaces made plain."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return [" ".join(one.split()) for one in text.split("\f")[:-1]]


@lru_cache(64)
def text(pdf: bytes) -> str:
    """All of it, in reading order."""
    raw = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(raw.split())


def faults(pdf: bytes) -> list[str]:
    """What keeps this file from being PDF/UA-1 and PDF/A-2a at once; nothing when it is both."""
    found = [
        fault.rule_id for profile in ("ua1", "2a") for fault in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]
    return [rule for rule in found if rule != "PDFA2A-STREAM-LENGTH-001" or not stream_lengths_are_true(pdf)]


def stream_lengths_are_true(pdf: bytes) -> bool:
    """The checker counts one byte too few when a stream happens to end in a carriage return; this counts them all."""
    starts = list(re.finditer(rb"/Length (\d+)[^>]*>>\nstream\n", pdf))
    return bool(starts) and all(pdf[start.end() + int(start[1]) :].startswith(b"\nendstream") for start in starts)


def sizes(pdf: bytes) -> set[float]:
    """The size in points of every piece of text that is shown, rounded to a tenth."""
    found: set[float] = set()

    def note(shown: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if shown.strip():
            found.add(round(abs(size * tm[3] * cm[3]) if tm[3] and cm[3] else size, 1))

    for one in PdfReader(io.BytesIO(pdf)).pages:
        one.extract_text(visitor_text=note)
    return found


def tags(pdf: bytes) -> list[tuple[str, str]]:
    """Every structure element in order, as (kind, language of its own or "")."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(_tags(opened.Root.StructTreeRoot.K))


def _tags(node: Any) -> Any:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _tags(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S)[1:], str(node.get("/Lang", ""))
        yield from _tags(node.get("/K", pikepdf.Array()))


@lru_cache(64)
def spoken(pdf: bytes) -> str:
    """What a screen reader is given: the text of the structure tree, without footers and watermark. Slow: seconds."""
    tree = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(re.findall(r'^\s*"(.*)"$', tree, re.M))
