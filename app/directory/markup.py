"""From what publishers write, HTML or half of it, to plain text with paragraphs: the one place where markup is undone.

What is HTML is decided tag by tag: only the names of real tags are taken for tags, so that "children <5" and
"income < 200%" stay what they are. What comes out is only ever shown escaped, so nothing has to be made safe here;
it has to be readable, and the same each time.
"""

from __future__ import annotations

import html
import re

# Each ends a paragraph, a line, or begins a point of a list; every other tag is dropped where it stands.
PARAGRAPHS = frozenset((
    "address", "article", "aside", "blockquote", "div", "dl", "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "ul",
))  # fmt: skip
LINES = frozenset(("br", "dd", "dt", "tr"))
INLINE = frozenset((
    "a", "abbr", "b", "big", "body", "button", "center", "cite", "code", "col", "colgroup", "del", "em", "embed",
    "figcaption", "figure", "font", "head", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend",
    "link", "mark", "meta", "noscript", "object", "option", "q", "s", "samp", "select", "small", "source", "span",
    "strike", "strong", "sub", "summary", "sup", "svg", "td", "template", "textarea", "th", "time", "title", "tt", "u",
    "var", "video", "wbr",
))  # fmt: skip
# What stands between these is not text for people.
HIDDEN = frozenset(("script", "style"))
KNOWN = "|".join(sorted(PARAGRAPHS | LINES | INLINE | HIDDEN | {"li"}, key=len, reverse=True))
TAG = re.compile(rf"<(?P<end>/?)(?P<name>{KNOWN})(?=[\s/>])[^<>]*>|<!--|-->|<!doctype[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# Text that was escaped twice is unescaped twice; nobody escapes it more often than this.
ROUNDS = 4


def plain_text(text: str) -> str:
    """The text without tags and entities; paragraphs, lines and points of lists keep their places.

    A text without either is returned as it is.
    """
    for _ in range(ROUNDS):
        before = text
        if "<" in text:
            text = without_tags(text)
        if "&" in text:
            text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if text == before:
            break
    return text


def without_tags(text: str) -> str:
    """The text with its tags undone, in one pass; a comment or a script that never ends is kept as text."""
    parts: list[str] = []
    at, hidden_from, until = 0, None, ""
    for match in TAG.finditer(text):
        name = (match["name"] or "").casefold()
        if hidden_from is not None:
            ends = match[0] == until if until == "-->" else name == until and match["end"]
            if ends:
                at, hidden_from = match.end(), None
            continue
        if match[0] == "-->":
            continue
        parts.append(text[at : match.start()])
        at = match.end()
        if match[0] == "<!--" or (name in HIDDEN and not match["end"]):
            hidden_from, until = match.end(), "-->" if match[0] == "<!--" else name
        else:
            parts.append(instead_of(name, ending=bool(match["end"])))
    parts.append(text[at:])
    return tidied("".join(parts)) if len(parts) > 1 else text


def instead_of(name: str, *, ending: bool) -> str:
    """The white space that stands for a tag."""
    if name in PARAGRAPHS:
        return "\n\n"
    if name == "li":
        return "" if ending else "\n- "
    if name in LINES:
        return "" if ending else "\n"
    return " " if name in ("td", "th") and ending else ""


def tidied(text: str) -> str:
    """No white space around lines, and never more than one empty line."""
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
