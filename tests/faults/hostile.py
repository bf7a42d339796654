"""What nobody should send: hostile values, and requests made of them, the same ones for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_from_bytes

import wtforms
from flask import Flask

from app.forms.base import Form
from tests.test_every_form import every_form
from tests.test_house_rules import python_files

# Markup that must never come back as markup: an element, and an attribute that broke out of its quotes.
MARKUP = (
    "<zqx onclick=alert(1)>",
    '" zqy="1',
    "' zqz='1",
    "</textarea><zqx>",
    "</title><zqx>",
    "<!--<zqx>",
    "&lt;zqx&gt;<zqx",
)
TEMPLATES = ("{{ 7*7 }}zqt", "{% raise %}", "${7*7}zqt", "#{7*7}", "%(zq)s", "{0.__class__}", "%s%n", "{{ config }}zqc")
QUOTES = (
    "'",
    '"',
    "''",
    "`",
    "\\",
    "\\'",
    "' OR '1'='1",
    "'; DROP TABLE client; --",
    '") OR 1=1 --',
    "%",
    "_",
    "*/",
    "--",
)
ODD_TEXT = (
    "\x00", "a\x00b", "\u202eevil\u202c", "\u200b\u200d\ufeff", "\u2066x\u2069", "e" + "\u0301" * 3000, "Z\u0324\u0348" * 400,
    "\ufffe\uffff", "\U0001f469\u200d\U0001f467", "\U000e0041" * 20, "\u2028\u2029", "\r\nSet-Cookie: x=1", "\x1b[31m",
    "\x85\x9f", "ﷺ" * 300, "İI ı ß ŉ", "\t\n\v\f\r", "\u3000", "a" * 21_000, "字" * 20_001, " " * 3_000, "../../etc/passwd",
    "file:///etc/passwd", "//evil.example", "javascript:alert(1)", "=cmd|' /C calc'!A0", "+1", "@SUM(1)", "-1+1",
)  # fmt: skip
NUMBERS = (
    "-1", "0", "1", "2", "9" * 40, "9" * 5000, str(2**31), str(2**31 - 1), str(2**63), str(2**63 - 1), "1_000", "٣", "१२",
    "²", "1e9", "NaN", "Infinity", "0x10", "1.5", "1,5", "+1", " 1 ", "01", "--1", "1\n",
)  # fmt: skip
DAYS = (
    "0000-00-00", "0001-01-01", "1899-12-31", "9999-12-31", "2026-02-30", "12/31/9999", "2026-W01-1", "+2026-01-01",
    "٢٠٢٦-٠١-٠١", "2026-11-21T00:00", "Feb 30 2026", "25:00", "99:99 pm", "12:60", "-1:00", "today",
)  # fmt: skip
TYPES = ("true", "[]", "{}", "null", "None", "on", "undefined", "[object Object]", '{"a":1}', "y" * 17)
VALUES = (*MARKUP, *MARKUP, *TEMPLATES, *QUOTES, *ODD_TEXT, *NUMBERS, *DAYS, *TYPES)


def field_names() -> list[str]:
    """Every name that a form of ours, or a route by itself, takes from a request."""
    names = set()
    for form in every_form(Form):
        for name in dir(form):
            if isinstance(getattr(form, name), wtforms.fields.core.UnboundField):
                names |= {name, f"{name}-0", f"{name}-0-{name}", f"{name}-99999"}
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"request\.(?:form|args|files|values)\.get(?:list)?\(\s*\"([\w-]+)\"", text))
        names |= set(re.findall(r"\basked\(\"(\w+)\"\)", text))
    assert len(names) > 150, "the forms were not found"
    return sorted(names)


def value(chance: random.Random) -> str:
    """One hostile value; now and then two that were made for different places."""
    one = chance.choice(VALUES)
    return one if chance.random() < 0.85 else one[:2000] + chance.choice(VALUES)[:2000]


def encoded(pairs: list[tuple[str, str]], chance: random.Random) -> bytes:
    """The pairs as a form sends them, now and then in bytes that are no UTF-8: lone surrogates, overlong, cut off."""
    broken = (b"\xed\xa0\x80", b"\xc0\xaf", b"\xff\xfe", b"\xf0\x9f", b"%", b"%zz", b"%u0041")
    said = []
    for name, text in pairs:
        tail = quote_from_bytes(chance.choice(broken)) if chance.random() < 0.05 else ""
        said.append(f"{quote(name, errors='replace')}={quote(text, errors='replace')}{tail}")
    return "&".join(said).encode()


def spoiled(fields: list[tuple[str, str]], chance: random.Random) -> list[tuple[str, str]]:
    """What a browser would send, with one to all of its fields spoiled, left out, or sent more than once."""
    count = chance.choice((1, 1, 2, 3, len(fields) or 1))
    places = set(chance.sample(range(len(fields)), min(count, len(fields))))
    sent: list[tuple[str, str]] = []
    for place, (name, sound) in enumerate(fields):
        if place not in places:
            sent.append((name, sound))
        elif (way := chance.random()) < 0.75:
            sent.append((name, value(chance)))
        elif way < 0.9:
            sent += [(name, sound), (name, value(chance)), (name, value(chance))]
    return sent


def multipart(names: list[str], chance: random.Random) -> tuple[bytes, str]:
    """A multipart body that is wrong in one of many ways, and its content type."""
    boundary = chance.choice(("xx", "x" * 60, "=_b", "ü", ""))
    part = b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n%s\r\n%s\r\n'
    edge = boundary.encode()

    def of(name: str, content: bytes, *, file: bytes = b"", head: bytes = b"") -> bytes:
        return part % (edge, name.encode(errors="replace"), file, head, content)

    name, text = chance.choice(names), value(chance).encode(errors="replace")
    evil = chance.choice(
        (b'; filename="../../x.pdf"', b'; filename="a\r\nb.png"', b'; filename="%s"' % (b"x" * 5000), b'; filename=""')
    )
    shapes: list[Callable[[], bytes]] = [
        lambda: of(name, text),  # without its end
        lambda: of(name, text) + b"--%s--\r\n" % edge + b"after the end" * 50,
        lambda: b"no boundary at all " + text,
        lambda: b"--%s\r\n\r\n%s\r\n--%s--\r\n" % (edge, text, edge),  # no headers
        lambda: b"--%s\r\nContent-Disposition: form-data\r\n\r\nx\r\n--%s--\r\n" % (edge, edge),  # no name
        lambda: b"".join(of(f"{name}{n}", b"x") for n in range(2500)) + b"--%s--\r\n" % edge,
        lambda: b"".join(of(name, text) for n in range(30)) + b"--%s--\r\n" % edge,
        lambda: of("file", b"%PDF-1.4 " + text, file=evil, head=b"Content-Type: application/pdf\r\n") + b"--%s--\r\n" % edge,
        lambda: of("package", b"PK\x03\x04" + text, file=evil, head=b"Content-Type: application/zip\r\n") + b"--%s--\r\n" % edge,
        lambda: of("file", b"\x89PNG\r\n\x1a\n" + text, file=evil, head=b"X-" + b"y" * 9000 + b": z\r\n") + b"--%s--\r\n" % edge,
        lambda: of(name, text, head=b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-7\r\n")
        + b"--%s--\r\n" % edge,
        lambda: b"\r\n" * 4000,
        lambda: b"",
    ]  # fmt: skip
    return chance.choice(shapes)(), f"multipart/form-data; boundary={boundary}".encode().decode("latin-1")


def headers(chance: random.Random) -> dict[str, str]:
    """One or two headers that no browser of ours sends."""
    odd = [
        ("HX-Request", "true"), ("HX-Request", "maybe"), ("HX-Target", "<zqx>"), ("HX-Current-URL", "http://localhost/<zqx>"),
        ("Referer", "http://localhost/\xff\xfe<zqx>"), ("Referer", "//["), ("Origin", "http://["), ("Origin", "null"),
        ("Accept-Language", "xx-" * 900), ("Accept-Language", "<zqx>;q=9"), ("Accept", "*/*;q=zq"), ("X-Forwarded-For", "' OR 1=1"),
        ("X-Forwarded-Proto", "gopher"), ("X-HTTP-Method-Override", "DELETE"), ("If-None-Match", "<zqx>"), ("Range", "bytes=9-1"),
        ("If-Modified-Since", "yesterday"), ("Authorization", "Basic !!!!"), ("Authorization", "Bearer " + "x" * 3000),
        ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("Content-Length", "-5"), ("Content-Length", "zq"),
        ("Content-Length", "9" * 30), ("Content-Type", "text/html; charset=zq"), ("Content-Type", "application/json"),
        ("Cookie", "handrail=" + "x" * 90), ("Cookie", "handrail=\xff\x00"), ("Cookie", 'handrail="; handrail_theme=<zqx>'),
        ("Cookie", "session=eyJ.zq.zq; handrail=;;;===;"), ("Cookie", "handrail_theme=dark\" zqy=\"1"), ("Expect", "100-continue"),
        ("Sec-Fetch-Site", "zq"), ("Sec-Fetch-Site", "same-origin, cross-site"), ("Host", "localhost:99999"), ("Host", "[::1"),
    ]  # fmt: skip
    return dict(chance.sample(odd, chance.choice((1, 1, 2))))


def spoiled_path(path: str, chance: random.Random) -> str:
    """An address with something odd in place of its numbers, or at its end."""
    odd = quote(value(chance)[:300], safe="", errors="replace")
    ways = [
        lambda: re.sub(r"\d+", str(chance.choice(NUMBERS))[:60], path),
        lambda: re.sub(r"\d+", lambda _: quote(chance.choice(NUMBERS)[:4500]), path),
        lambda: path + odd,
        lambda: path.rstrip("/") + "/" + odd,
        lambda: path.replace("/", "//", 2),
        lambda: path + "%00",
        lambda: path + "%ff%fe",
        lambda: path + "/../../../etc/passwd",
        lambda: path.upper(),
        lambda: "/static/" + chance.choice(("..%2f..%2fconfig.py", "%2e%2e/%2e%2e/engines.py", "css/%00.css", odd)),
    ]
    return chance.choice(ways)()


def methods(app: Flask) -> list[str]:
    """Methods that exist, and some that do not."""
    return ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "ZQ", "get"]


def pairs(names: list[str], chance: random.Random) -> list[tuple[str, str]]:
    """A handful of names with hostile values."""
    return [(name, value(chance)[:3000]) for name in chance.sample(names, chance.randint(1, 25))]


__all__ = [
    "Any",
    "VALUES",
    "encoded",
    "field_names",
    "headers",
    "methods",
    "multipart",
    "pairs",
    "spoiled",
    "spoiled_path",
    "value",
]
