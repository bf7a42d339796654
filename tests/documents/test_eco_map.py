"""The eco-map: nothing overlaps, whatever stands around the client, and nothing is said by the look of a line alone."""

from __future__ import annotations

import io
from itertools import combinations, pairwise
from math import hypot

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from app.documents.composing import MAP_SIZES
from app.documents.eco_map import (
    BEGINNING,
    BOTH,
    BROKEN,
    FROM_CLIENT,
    ORDINARY,
    PERSON,
    PLACE,
    STRAINED,
    STRONG,
    TO_CLIENT,
    Around,
    around,
    draw,
    fitting,
    in_parts,
    legend,
    stroke,
    width_of,
    wrapped,
)
from app.documents.worker import OURS

TIES = (STRONG, ORDINARY, STRAINED, BROKEN, BEGINNING)
SHORT = [("Bo", "Friend")]
LONG = [
    ("Bartholomew Maximilian Featherstonehaugh-Cholmondeley III", "The uncle of my mother’s second husband · strained"),
    ("Wolfeschlegelsteinhausenbergerdorffvoralternwaren", "Organization or provider · broken off"),
    ("Riverton Rapid Rehousing and Family Opportunity Center of Greater Millbrook", "Housing instability · beginning"),
]
OTHER_SCRIPTS = [
    ("أمينة بنت عبد الرحمن الفاسي", "أخت"), ("שלמה בן דוד הכהן", "Sibling"), ("王小明", "朋友"),
    ("Дмитро Олександрович Шевченко-Коваленко", "Grandparent"), ("नरेन्द्र कुमार श्रीवास्तव", "Friend"),
]  # fmt: skip
PLAIN = [("Inés Delgado", "sister · strong"), ("Fulton Elementary", "Education"), ("Guadalupe Peña", "mother")]
KINDS = {
    "short": SHORT,
    "long": LONG,
    "other scripts": OTHER_SCRIPTS,
    "plain": PLAIN,
    "mixed": SHORT + LONG + OTHER_SCRIPTS + PLAIN,
}
# Paper at its three sizes, the wide page and the phone: width, letters, and how tall a drawing may be.
PLACES = {**MAP_SIZES, "wide": (860.0, 15.0, 9999.0), "phone": (350.0, 13.0, 9999.0)}


def people(kind: str, count: int) -> list[Around]:
    names = KINDS[kind]
    return [
        Around(
            *names[i % len(names)],
            tie=TIES[i % 5],
            flow=(BOTH, TO_CLIENT, FROM_CLIENT)[i % 3],
            shape=(PERSON, PLACE)[i % 2],
        )
        for i in range(count)
    ]


def drawings(place: str, kind: str, count: int, name: str = "Rosa Delgado-Marsh"):
    width, size, height = PLACES[place]
    return fitting(name, "Household of 3", people(kind, count), width=width, size=size, height=height)


def inside(point, box, slack=0.0):
    x, y = point
    return box.x + slack < x < box.x + box.width - slack and box.y + slack < y < box.y + box.height - slack


def along(start, end, steps=40):
    return [
        (start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
        for i in range(steps + 1)
    ]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [*range(1, 13), 17, 20, 31])
def test_nothing_on_the_map_overlaps(place, kind, count):
    for map in drawings(place, kind, count):
        for one, two in combinations(map.cards, 2):
            apart = (
                one.x + one.width <= two.x or two.x + two.width <= one.x
                or one.y + one.height <= two.y or two.y + two.height <= one.y
            )  # fmt: skip
            assert apart, f"{one.lines[0].text} on {two.lines[0].text}"
        for card in map.cards:
            nearest = (min(max(map.x, card.x), card.x + card.width), min(max(map.y, card.y), card.y + card.height))
            assert hypot(nearest[0] - map.x, nearest[1] - map.y) > map.radius, "a card on the client"
            assert card.x >= 0 and card.y >= 0
            assert card.x + card.width <= map.width + 0.01 and card.y + card.height <= map.height + 0.01
        for number, tie in enumerate(map.strokes):
            for start, end in pairwise(tie.points):
                for point in along(start, end):
                    hit = [
                        card.lines[0].text for i, card in enumerate(map.cards) if i != number and inside(point, card)
                    ]
                    assert not hit, f"tie {number} ({tie.tie}) runs over {hit}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_stands_within_its_card(place, kind):
    for map in drawings(place, kind, 20):
        for card in map.cards:
            for line in card.lines:
                wide = width_of(line.text, map.size)
                assert card.x <= line.x - wide / 2 and line.x + wide / 2 <= card.x + card.width, line.text
                assert card.y < line.y - 0.7 * map.size and line.y + 0.25 * map.size < card.y + card.height, line.text
            for above, below in pairwise(card.lines):
                assert below.y - above.y >= 1.2 * map.size


@pytest.mark.parametrize("name", ["Bo", "Rosa Delgado-Marsh", *(name for name, _ in LONG + OTHER_SCRIPTS)])
def test_the_clients_name_stands_within_the_circle(name):
    for place in PLACES:
        for map in drawings(place, "plain", 9, name):
            for line in map.lines:
                for x in (line.x - width_of(line.text, map.size) / 2, line.x + width_of(line.text, map.size) / 2):
                    for y in (line.y - 0.7 * map.size, line.y + 0.22 * map.size):
                        assert hypot(x - map.x, y - map.y) <= map.radius * 1.02, (place, line.text)


@pytest.mark.parametrize("size", MAP_SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_each_map_fits_its_page_and_nobody_is_lost(size, kind):
    width, _letters, height = MAP_SIZES[size]
    maps = drawings(size, kind, 20)
    assert sum(len(map.cards) for map in maps) == 20
    for map in maps:
        assert map.width <= width + 1.1 and map.height <= height


def test_twenty_with_usual_names_stand_on_one_page():
    assert len(drawings("standard", "plain", 20)) == 1


def test_a_long_name_loses_nothing_that_fits_and_says_where_it_was_cut():
    assert wrapped("Rosa Delgado-Marsh", 70, size=12, most=3) == ["Rosa", "Delgado-", "Marsh"]
    assert wrapped("", 70, size=12, most=3) == []
    long = wrapped("Wolfeschlegelsteinhausenbergerdorff", 50, size=12, most=3)
    assert "Wolfeschlegelsteinhausenbergerdorff".startswith("".join(long[:2])) and long[2].endswith("…")
    assert all(width_of(line, 12) <= 50 for line in long)
    assert wrapped("a b c d e f", 12, size=12, most=2)[1].endswith("…")


def test_the_measured_letters_are_at_least_as_wide_as_the_fonts():
    font = instantiateVariableFont(
        TTFont(io.BytesIO(OURS["source-sans-3-latin-wght-normal.woff2"].read_bytes())), {"wght": 700}
    )
    letters, widths = font.getBestCmap(), font["hmtx"]
    wrong = {
        chr(code): (width_of(chr(code), 1000), widths[glyph][0])
        for code, glyph in letters.items()
        if chr(code).isprintable() and code < 0x2E80 and width_of(chr(code), 1000) < widths[glyph][0] - 20
    }
    assert len(letters) > 200 and not wrong


def test_one_stands_above_two_at_the_sides_and_six_in_a_ring():
    one, two, six = (drawings("wide", "plain", count)[0] for count in (1, 2, 6))
    assert one.cards[0].y + one.cards[0].height < one.y - one.radius
    assert [card.x > two.x for card in two.cards] == [True, False]
    sides = [(card.x > six.x, card.x + card.width < six.x, card.y > six.y) for card in six.cards]
    assert sides == [
        (False, False, False), (True, False, False), (True, False, True),
        (False, False, True), (False, True, True), (False, True, False),
    ], "clockwise from the top"  # fmt: skip


def test_what_is_said_of_a_tie_is_never_cut():
    long = Around("Tasha Bell", "friend from the old street beyond the river, and godmother", "broken off", tie=BROKEN)
    card = draw("Rosa", "", [long], width=350, size=18).cards[0]
    assert card.lines[-1].text == "broken off" and card.lines[-2].text.endswith("…")


def test_each_kind_of_tie_looks_different_in_black_and_white():
    drawn = [stroke(tie, BOTH, (0, 0), (100, 0), size=12) for tie in TIES]
    looks = {(tuple(one.paths), one.width, one.dotted) for one in drawn}
    assert len(looks) == len(TIES)
    broken = next(one for one in drawn if one.tie == BROKEN)
    assert len(broken.paths) == 4, "two halves, and a bar at each end of the gap"


def test_an_arrow_points_at_whom_the_help_goes_to():
    start, end = (0.0, 0.0), (100.0, 0.0)
    to_client = stroke(ORDINARY, TO_CLIENT, start, end, size=12)
    from_client = stroke(ORDINARY, FROM_CLIENT, start, end, size=12)
    assert to_client.heads[0].startswith("M0.0 0.0") and from_client.heads[0].startswith("M100.0 0.0")
    assert stroke(ORDINARY, BOTH, start, end, size=12).heads == []


ROW = {
    "who": "Inés",
    "role": "Sibling",
    "in_words": "",
    "helps_with": "",
    "tie": "strong",
    "flow": "both",
    "place": False,
}


def test_what_a_line_means_is_said_on_the_card_and_in_the_legend():
    rows = [
        ROW,
        ROW | {"who": "", "role": "Unborn child", "tie": "ordinary"},
        ROW | {"in_words": "sis", "tie": "broken", "flow": "to_client"},
    ]
    assert [(one.name, one.words, one.mark) for one in around(rows, str)] == [
        ("Inés", "Sibling", "strong"), ("Unborn child", "", ""), ("Inés", "sis", "broken off"),
    ]  # fmt: skip
    assert [words for words, _stroke in legend(rows, size=12)] == [
        "Strong tie", "Ordinary tie", "Broken off", "Help goes only where the arrow points",
    ]  # fmt: skip


def test_many_are_parted_evenly_and_in_order():
    assert [len(part) for part in in_parts(people("plain", 21), 20)] == [11, 10]
    assert in_parts([], 5) == [[]]
    assert [one for part in in_parts(people("mixed", 31), 8) for one in part] == people("mixed", 31)
