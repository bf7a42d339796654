"""The eco-map: where the client, the people and places around them, and the ties between stand on a page.

Only arithmetic: names and words go in, places come out, in the unit of the letters' size (pixels on the screen, points
on paper). A template draws it with attributes alone, so that it looks the same in a browser and in WeasyPrint.

The client is a circle in the middle; the others are cards at its sides, as on a ring. Nothing can overlap: the cards of
a side stand above each other, further in the further they are from the middle, and each tie ends at the inner edge of
its card, so that on its way it stays within all the cards between.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, copysign, hypot, sqrt
from typing import Any

from app.words import N_

Point = tuple[float, float]

PERSON, PLACE = "person", "place"
STRONG, ORDINARY, STRAINED, BROKEN, BEGINNING = "strong", "ordinary", "strained", "broken", "beginning"
BOTH, TO_CLIENT, FROM_CLIENT = "both", "to_client", "from_client"
TIES = (STRONG, ORDINARY, STRAINED, BROKEN, BEGINNING)

LINE = 1.25  # from one line of text to the next, of the letters' size
RING = 8  # up to so many stand as on a ring, above and below too; more make two columns
NAME_LINES, WORD_LINES = 3, 3


@dataclass(frozen=True)
class Around:
    """Somebody or something around the client: the name, the words under it, what is said of the tie, and the tie."""

    name: str
    words: str
    mark: str = ""
    tie: str = ORDINARY
    flow: str = BOTH
    shape: str = PERSON


@dataclass(frozen=True)
class Words:
    """One line of text, centered at `x`, standing on the base line `y`."""

    x: float
    y: float
    text: str
    strong: bool


@dataclass(frozen=True)
class Card:
    """Somebody around the client: the box, and its lines of text. `x` and `y` are the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    corner: float
    shape: str
    lines: list[Words]


@dataclass(frozen=True)
class Stroke:
    """A tie as it is drawn: open paths, filled arrowheads, how thick, and whether it is dotted."""

    tie: str
    points: list[Point]  # all that the tie touches, to be tried against the cards
    paths: list[str]
    heads: list[str]
    width: float
    dotted: bool


@dataclass(frozen=True)
class Drawing:
    """The whole map: its size, the client's circle with its lines, the cards and the ties, in the order of the clock."""

    width: float
    height: float
    size: float
    x: float
    y: float
    radius: float
    lines: list[Words]
    cards: list[Card]
    strokes: list[Stroke]


TIE_WORDS = {
    STRONG: N_("strong"),
    STRAINED: N_("strained"),
    BROKEN: N_("broken off"),
    BEGINNING: N_("beginning"),
}
"""What is said of a tie on its card, so that nothing rests on the look of a line; an ordinary one needs no word."""

LEGEND = {
    STRONG: N_("Strong tie"),
    ORDINARY: N_("Ordinary tie"),
    STRAINED: N_("Strained tie"),
    BROKEN: N_("Broken off"),
    BEGINNING: N_("Just beginning"),
    TO_CLIENT: N_("Help goes only where the arrow points"),
}


def around(rows: Sequence[Mapping[str, Any]], say: Callable[[str], Any]) -> list[Around]:
    """The cards of these rows (the keys of `circle.Near`), with labels said in the reader's language."""
    return [
        Around(
            name=row["who"] or str(say(row["role"])),
            words=row["in_words"] or (str(say(row["role"])) if row["who"] else ""),
            mark=str(say(TIE_WORDS[row["tie"]])) if row["tie"] in TIE_WORDS else "",
            tie=row["tie"],
            flow=row["flow"],
            shape=PLACE if row["place"] else PERSON,
        )
        for row in rows
    ]


def legend(rows: Sequence[Mapping[str, Any]], *, size: float) -> list[tuple[str, Stroke]]:
    """A sample of each kind of tie among these rows and its words, five letters long."""
    ties = {row["tie"] for row in rows}
    y = 0.75 * size
    found = [
        (LEGEND[tie], stroke(tie, BOTH, (0.2 * size, y), (4.8 * size, y), size=size)) for tie in TIES if tie in ties
    ]
    if any(row["flow"] != BOTH for row in rows):
        found.append((LEGEND[TO_CLIENT], stroke(ORDINARY, FROM_CLIENT, (0.2 * size, y), (4.8 * size, y), size=size)))
    return found


def draw(name: str, under: str, around: Sequence[Around], *, width: float, size: float) -> Drawing:
    """The map of these people, clockwise from the top, at most `width` wide, in letters of `size`."""
    frame = _Frame.of(name, under, width=width, size=size)
    boxes = [_Box.of(one, frame) for one in around]
    top, right, bottom, left = _sides(boxes)
    placed = [*frame.column(right, side=1, alone=not top), *frame.column(left, side=-1, alone=not top)]
    placed += [*frame.above(top, placed), *frame.below(bottom, placed)]
    spots = {id(box): (x, y) for box, x, y in placed}
    return frame.finished([(box, *spots[id(box)]) for box in boxes])


def fitting(
    name: str, under: str, around: Sequence[Around], *, width: float, size: float, height: float
) -> list[Drawing]:
    """The map in as few drawings as it takes for none to be taller than `height`, evenly shared."""
    drawings: list[Drawing] = []
    for groups in range(1, len(around) + 2):
        parts = in_parts(around, ceil(max(len(around), 1) / groups))
        drawings = [draw(name, under, part, width=width, size=size) for part in parts]
        if all(drawing.height <= height for drawing in drawings):
            break
    return drawings


def _sides(boxes: list[_Box]) -> tuple[list[_Box], list[_Box], list[_Box], list[_Box]]:
    """Who stands above, to the right (from the top down), below, and to the left (from the top down)."""
    count = len(boxes)
    ring = count <= RING
    top = boxes[:1] if ring and (count % 2 or count > 2) else []
    bottom_at = len(top) + (count - len(top)) // 2
    bottom = boxes[bottom_at : bottom_at + 1] if ring and count % 2 == 0 and count > 2 else []
    right = boxes[len(top) : bottom_at if ring else ceil(count / 2)]
    left = boxes[len(top) + len(right) + len(bottom) :]
    return top, right, bottom, left[::-1]


@dataclass(frozen=True)
class _Box:
    """A card before it has a place: its wrapped lines and its size."""

    around: Around
    width: float
    height: float
    names: list[str]
    words: list[str]

    @classmethod
    def of(cls, around: Around, frame: _Frame) -> _Box:
        room = frame.card - 1.4 * frame.size
        names = wrapped(around.name, room, size=frame.size, most=NAME_LINES)
        words = wrapped(" · ".join(filter(None, (around.words, around.mark))), room, size=frame.size, most=WORD_LINES)
        if around.mark and words[-1].endswith("…"):  # what is said of the tie must not be what is cut
            words = wrapped(around.words, room, size=frame.size, most=WORD_LINES - 1)
            words += wrapped(around.mark, room, size=frame.size, most=1)
        height = (len(names) + len(words)) * LINE * frame.size + 0.9 * frame.size
        return cls(around, frame.card, height, names, words)


@dataclass(frozen=True)
class _Frame:
    """The measures that all of a drawing shares; its origin is the middle of the client's circle."""

    size: float
    width: float
    card: float
    gap: float  # between the inner edges of the two columns
    radius: float
    names: list[str]
    under: list[str]

    @classmethod
    def of(cls, name: str, under: str, *, width: float, size: float) -> _Frame:
        card = min(14 * size, width * 0.31)
        gap = width - 2 * card - 2
        gap = min(gap, 26 * size)
        most = min(gap / 2 - min(1.5 * size, 24.0), 5 * size)
        names, lines = _within(most, name, under, size=size)
        half = max((width_of(text, size) for text in [*names, *lines]), default=0.0) / 2
        tall = (len(names) + len(lines)) * LINE * size / 2
        radius = min(most, max(3.4 * size, hypot(half, tall) + 0.3 * size))
        return cls(size, width, card, gap, radius, names, lines)

    def column(self, boxes: list[_Box], *, side: int, alone: bool) -> list[tuple[_Box, float, float]]:
        """The cards of one side, from the top down, bowed like a ring."""
        space = self.size * {1: 0.0, 2: 5.0, 3: 2.2}.get(len(boxes), 0.9 if len(boxes) < 6 else 0.65)
        tall = sum(box.height for box in boxes) + space * (len(boxes) - 1)
        spare = 0.8 * (self.gap / 2 - self.radius) if alone else self.gap / 2 - self.card / 2 - self.size
        bow = max(0.0, min(4 * self.size, spare)) if len(boxes) > 1 else 0.0
        placed, y = [], -tall / 2
        for box in boxes:
            inward = bow * ((y + box.height / 2) / (tall / 2)) ** 2
            if y - self.size < self.radius and y + box.height + self.size > -self.radius:  # beside the circle
                inward = min(inward, max(0.0, self.gap / 2 - self.radius - min(1.5 * self.size, 24.0)))
            inner = self.gap / 2 - inward
            placed.append((box, inner if side > 0 else -inner - box.width, y))
            y += box.height + space
        return placed

    def above(self, boxes: list[_Box], sides: list[tuple[_Box, float, float]]) -> list[tuple[_Box, float, float]]:
        """The card over the circle, higher than the ends of all ties to the sides."""
        ends = [y + box.height / 2 for box, _x, y in sides]
        edge = min([-self.radius - 3 * self.size, *(end - 1.4 * self.size for end in ends)])
        return [(box, -box.width / 2, edge - box.height) for box in boxes]

    def below(self, boxes: list[_Box], sides: list[tuple[_Box, float, float]]) -> list[tuple[_Box, float, float]]:
        """The card under the circle, lower than the ends of all ties to the sides."""
        ends = [y + box.height / 2 for box, _x, y in sides]
        edge = max([self.radius + 3 * self.size, *(end + 1.4 * self.size for end in ends)])
        return [(box, -box.width / 2, edge) for box in boxes]

    def finished(self, placed: list[tuple[_Box, float, float]]) -> Drawing:
        """Everything moved so that the drawing begins at 0, 0, the circle in the middle of its width."""
        half = max([self.radius, *(max(-x, x + box.width) for box, x, _y in placed)]) + 1.5
        top = min([-self.radius, *(y for _box, _x, y in placed)]) - 1.5
        bottom = max([self.radius, *(y + box.height for box, _x, y in placed)]) + 1.5
        here = (half, -top)
        cards = [self._card(box, x + half, y - top) for box, x, y in placed]
        spread = max(abs(card.y + card.height / 2 - here[1]) for card in cards) if len(cards) > RING else 0.0
        strokes = [
            stroke(box.around.tie, box.around.flow, *self._ends(card, here, spread), size=self.size)
            for (box, _x, _y), card in zip(placed, cards, strict=True)
        ]
        lines = self._lines(half, -top, self.names, self.under)
        return Drawing(2 * half, bottom - top, self.size, *here, self.radius, lines, cards, strokes)

    def _card(self, box: _Box, x: float, y: float) -> Card:
        middle = (x + box.width / 2, y + box.height / 2)
        corner = min(box.height / 2, 1.3 * self.size) if box.around.shape == PERSON else 0.15 * self.size
        return Card(x, y, box.width, box.height, corner, box.around.shape, self._lines(*middle, box.names, box.words))

    def _lines(self, x: float, y: float, names: list[str], words: list[str]) -> list[Words]:
        """Lines of text, the names strong, centered at this point."""
        step = LINE * self.size
        first = y - (len(names) + len(words)) * step / 2 + 0.93 * self.size
        return [Words(x, first + i * step, text, i < len(names)) for i, text in enumerate([*names, *words])]

    def _ends(self, card: Card, here: Point, spread: float) -> tuple[Point, Point]:
        """Where the tie leaves the circle, and where it meets the card.

        On a ring it leaves straight towards the card. From two columns all would leave at the top and at the bottom of
        the circle; there they leave from all around it, in the order of the cards.
        """
        x, y = here
        if card.x > x or card.x + card.width < x:
            end = (card.x if card.x > x else card.x + card.width, card.y + card.height / 2)
        else:
            end = (x, card.y + card.height if card.y < y else card.y)
        across, down = end[0] - x, end[1] - y
        far = hypot(across, down)
        if spread:
            rise = 0.5 * (down / far + 0.98 * down / spread)
            across, down, far = copysign(sqrt(1 - rise**2), across), rise, 1.0
        return (x + across * self.radius / far, y + down * self.radius / far), end


def _within(radius: float, name: str, under: str, *, size: float) -> tuple[list[str], list[str]]:
    """The lines of the name, and those under it if there is room for them, that stand within a circle."""
    names: list[str] = []
    for count in range(1, int(1.7 * radius / (LINE * size)) + 1):
        names = wrapped(name, _chord(radius, count, size), size=size, most=count)
        if not names or not names[-1].endswith("…"):
            break
    room = _chord(radius, len(names) + 1, size)
    fits = bool(under) and width_of(under, size) <= room and all(width_of(line, size) <= room for line in names)
    return names, [under] if fits else []


def _chord(radius: float, count: int, size: float) -> float:
    """How wide so many lines may be within a circle."""
    return 2 * sqrt(max(radius**2 - (count * LINE * size / 2) ** 2, 1.0)) * 0.99


def stroke(tie: str, flow: str, start: Point, end: Point, *, size: float) -> Stroke:
    """A tie from the client's edge (`start`) to the other's (`end`); an arrow points at whom the help goes to."""
    head = 0.85 * size
    heads = []
    first, last = start, end
    if flow == TO_CLIENT:
        first = _along(start, end, head)
        heads.append(_arrow(start, first, 0.42 * size))
    elif flow == FROM_CLIENT:
        last = _along(end, start, head)
        heads.append(_arrow(end, last, 0.42 * size))
    lines = {STRAINED: _zigzag, BROKEN: _cut}.get(tie, _straight)(first, last, size)
    paths = ["M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in line) for line in lines]
    touched = [start, end, *(point for line in lines for point in line)]
    return Stroke(tie, touched, paths, heads, size * (0.36 if tie == STRONG else 0.13), tie == BEGINNING)


def _straight(start: Point, end: Point, _size: float) -> list[list[Point]]:
    return [[start, end]]


def _zigzag(start: Point, end: Point, size: float) -> list[list[Point]]:
    """A line that shakes along its middle."""
    far = hypot(end[0] - start[0], end[1] - start[1])
    teeth = max(3, int(far * 0.7 / (0.55 * size)))
    across = _across(start, end, 0.42 * size)
    points = [start]
    for tooth in range(teeth):
        x, y = _along(start, end, far * (0.15 + 0.7 * (tooth + 0.5) / teeth))
        sign = 1 if tooth % 2 else -1
        points.append((x + sign * across[0], y + sign * across[1]))
    return [[*points, end]]


def _cut(start: Point, end: Point, size: float) -> list[list[Point]]:
    """A line with a gap in its middle, and a bar on either side of it."""
    far = hypot(end[0] - start[0], end[1] - start[1])
    hole = min(0.5 * size, far / 4)
    across = _across(start, end, 0.55 * size)
    near, beyond = _along(start, end, far / 2 - hole), _along(start, end, far / 2 + hole)
    bars = [[(x - across[0], y - across[1]), (x + across[0], y + across[1])] for x, y in (near, beyond)]
    return [[start, near], [beyond, end], *bars]


def _along(start: Point, end: Point, far: float) -> Point:
    whole = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    return start[0] + (end[0] - start[0]) * far / whole, start[1] + (end[1] - start[1]) * far / whole


def _across(start: Point, end: Point, far: float) -> Point:
    whole = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    return -(end[1] - start[1]) * far / whole, (end[0] - start[0]) * far / whole


def _arrow(tip: Point, base: Point, half: float) -> str:
    across = _across(tip, base, half)
    corners = [tip, (base[0] + across[0], base[1] + across[1]), (base[0] - across[0], base[1] - across[1])]
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z"


def in_parts(around: Sequence[Around], most: int) -> list[list[Around]]:
    """The people in as few and as even groups as have at most so many each, in order; one empty group when there are none."""
    groups = max(1, ceil(len(around) / most))
    size, more = divmod(len(around), groups)
    parts, at = [], 0
    for group in range(groups):
        upto = at + size + (group < more)
        parts.append(list(around[at:upto]))
        at = upto
    return parts


# -- How wide a text is

# The bold letters of our font, from the space on, in thousandths of their size.
_ASCII = (
    200, 340, 537, 528, 528, 857, 667, 300, 344, 344, 457, 528, 300, 332, 300, 339, 528, 528, 528, 528, 528, 528, 528,
    528, 528, 528, 300, 300, 528, 528, 528, 463, 902, 573, 605, 582, 635, 548, 524, 638, 674, 301, 509, 614, 518, 762,
    665, 684, 596, 684, 613, 556, 556, 665, 556, 813, 567, 525, 541, 344, 339, 344, 528, 500, 555, 527, 573, 468, 573,
    518, 341, 534, 571, 276, 278, 548, 286, 857, 572, 555, 573, 573, 398, 443, 383, 568, 523, 776, 514, 521, 460, 344,
    268, 344, 528,
)  # fmt: skip
_WIDE, _OTHER = 1000, 880


def width_of(text: str, size: float) -> float:
    """How wide a text is at most, in bold letters; generous where a script has another font."""
    return sum(_width_of_sign(sign) for sign in text) * size / 1000


def _width_of_sign(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0
    plain = unicodedata.normalize("NFD", sign)[0]
    if " " <= plain <= "~":
        return _ASCII[ord(plain) - 32]
    return _WIDE if unicodedata.east_asian_width(sign) in "WF" or sign in "…—" else _OTHER


def wrapped(text: str, room: float, *, size: float, most: int) -> list[str]:
    """The text in at most so many lines that fit; what does not fit ends in three dots. No text, no line."""
    lines: list[str] = []
    for glue, piece in _pieces(text, room, size):
        longer = f"{lines[-1]}{glue}{piece}" if lines else piece
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(f"{lines[most - 1]} {lines[most]}", room, size)]
    return lines


def _pieces(text: str, room: float, size: float) -> Iterator[tuple[str, str]]:
    """The parts between which a line may end, each with what stands before it on the same line: a space, or nothing.

    A line ends between words, after a hyphen, and within a word only where the word is longer than a line.
    """
    for word in text.split():
        glue = " "
        for part in re.findall(r"[^-]+-?|-", word):
            while width_of(part, size) > room and len(part) > 1:
                fits = max(1, next(n for n in range(1, len(part) + 1) if width_of(part[:n], size) > room) - 1)
                yield glue, part[:fits]
                glue, part = "", part[fits:]
            yield glue, part
            glue = ""


def _shortened(text: str, room: float, size: float) -> str:
    while text and width_of(text.rstrip() + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
