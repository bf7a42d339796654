"""Taking what is hidden out of a HEIC photo, by its container (ISO 14496-12, 23008-12); the picture stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# A TIFF header and an empty directory: what stands in the place of the data that a camera wrote.
NO_EXIF = b"\0\0\0\0" + b"MM\0*\0\0\0\x08" + b"\0\0" + b"\0\0\0\0"
HIDDEN_ITEMS = {b"Exif", b"mime", b"uri "}
HIDDEN_BOXES = {b"uuid", b"moov", b"udta"}
MOST_BOXES = 10_000


class Broken(Exception):
    """The container does not add up."""


class Box(NamedTuple):
    """A box: its four letters, where it begins, where its content begins, and where it ends."""

    kind: bytes
    start: int
    inside: int
    end: int


def without_hidden_data(content: bytes) -> bytes:
    """The same photo without place, camera, dates and comments; raises Broken when the file cannot be read through."""
    clean = bytearray(content)
    top = list(_boxes(content, 0, len(content)))
    for box in top:
        if box.kind in HIDDEN_BOXES:
            clean[box.start + 4 : box.start + 8] = b"free"
            clean[box.inside : box.end] = bytes(box.end - box.inside)
    meta = next((box for box in top if box.kind == b"meta"), None)
    if meta is None or not any(box.kind == b"mdat" for box in top):
        raise Broken("no picture")
    parts = {box.kind: box for box in _boxes(content, meta.inside + 4, meta.end)}
    if b"iinf" not in parts or b"iloc" not in parts:
        raise Broken("no list of what is inside")
    idat = parts.get(b"idat")
    hidden = {id: kind for id, kind in _items(content, parts[b"iinf"]) if kind in HIDDEN_ITEMS}
    for id, start, length in _extents(content, parts[b"iloc"], idat.inside if idat else None):
        if id in hidden:
            if start + length > len(content):
                raise Broken("points outside the file")
            blank = NO_EXIF if hidden[id] == b"Exif" else b""
            clean[start : start + length] = blank[:length].ljust(length, b"\0")
    return bytes(clean)


def _number(content: bytes, at: int, size: int) -> int:
    if at < 0 or at + size > len(content):
        raise Broken("ends too soon")
    return int.from_bytes(content[at : at + size], "big")


def _boxes(content: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes that lie side by side in a stretch of the file."""
    for _ in range(MOST_BOXES):
        if at >= end:
            return
        size, kind, inside = _number(content, at, 4), content[at + 4 : at + 8], at + 8
        if size == 1:
            size, inside = _number(content, at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < inside - at or at + size > end:
            raise Broken("a box larger than what holds it")
        yield Box(kind, at, inside, at + size)
        at += size
    raise Broken("too many boxes")


def _items(content: bytes, iinf: Box) -> Iterator[tuple[int, bytes]]:
    """Each item's number and four-letter kind."""
    size = 2 if content[iinf.inside] == 0 else 4
    for box in _boxes(content, iinf.inside + 4 + size, iinf.end):
        version = _number(content, box.inside, 1)
        if box.kind != b"infe" or version < 2:
            continue
        wide = 2 if version == 2 else 4
        after = box.inside + 4 + wide + 2
        yield _number(content, box.inside + 4, wide), content[after : after + 4]


def _extents(content: bytes, iloc: Box, idat: int | None) -> Iterator[tuple[int, int, int]]:
    """Where the parts of each item lie in the file: the item's number, the first byte, how many."""
    at = iloc.inside
    version = _number(content, at, 1)
    sizes = _number(content, at + 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    count, at = _number(content, at + 6, wide), at + 6 + wide
    for _ in range(count):
        id, at = _number(content, at, wide), at + wide
        method = 0
        if version in (1, 2):
            method, at = _number(content, at, 2) & 15, at + 2
        base, at = _number(content, at + 2, base_size), at + 2 + base_size
        parts, at = _number(content, at, 2), at + 2
        for _part in range(parts):
            at += index_size if version in (1, 2) else 0
            offset, at = _number(content, at, offset_size), at + offset_size
            length, at = _number(content, at, length_size), at + length_size
            if method == 0:
                yield id, base + offset, length
            elif method == 1 and idat is not None:
                yield id, idat + base + offset, length
            else:
                raise Broken("kept in a way that is not understood")
