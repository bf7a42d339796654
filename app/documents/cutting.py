"""Shortening long texts for paper, at the end of a sentence where there is one."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.!?:;][\"”’)]?(?=\s)|\n")
MORE = "…"


def shortened(text: str, most: int, more: str = MORE) -> str:
    """The text, or its beginning in at most `most` characters and then `more`.

    It is cut after the last sentence that fits; where the first sentence is too long already, between two words.
    """
    text = text.strip()
    if len(text) <= most:
        return text
    start = text[: most + 1]
    ends = [match.end() for match in SENTENCE_END.finditer(start) if match.end() <= most]
    end = ends[-1] if ends and ends[-1] >= most // 4 else max(start.rfind(" "), start.rfind("\n"))
    kept = text[: end if end > 0 else most].rstrip()
    return f"{kept} {more}" if kept[-1:] in '.!?:;"”’)' or more != MORE else f"{kept}{more}"
