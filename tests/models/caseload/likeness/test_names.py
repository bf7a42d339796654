"""Names that are one name, however they are written; and names that are not."""

import csv
from pathlib import Path

import pytest

from app.models.caseload.likeness.names import FAMILIES, Alike, alike, core_of, parts_of, sound_of

SHARED = Path(__file__).resolve().parents[5] / "shared/data/people/names_by_country"


def likeness(one, other):
    mine, theirs = parts_of(one), parts_of(other)
    assert alike(mine, theirs) == alike(theirs, mine), "it is asked in either order"
    return alike(mine, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "jose"), ("O’Neil", "O'NEIL"), ("O`Neil", "ONeil"), ("De Haro", "DeHaro"), ("de la Cruz", "Cruz"),
        ("Johnson-Smith", "Smith Johnson"), ("van der Berg", "Berg"), ("Łukasz", "Lukasz"), ("Smith Jr.", "Smith"),
        ("Мурат", "Murat"), ("김", "Gim"), ("Γιώργος", "Giorgos"), ("Nuñez", "Núñez"), ("محمد", "محمّد"),
    ],
)  # fmt: skip
def test_the_same_name_in_another_spelling(one, other):
    assert likeness(one, other) is Alike.SAME


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("Robert", "Bob", Alike.NICKNAME),
        ("Francisco", "Paco", Alike.NICKNAME),
        ("Guadalupe", "Lupita", Alike.NICKNAME),
        ("Elizabeth", "Beth", Alike.NICKNAME), ("José", "Pepe", Alike.NICKNAME), ("Bill", "William", Alike.NICKNAME),
        ("Jiménez", "Gimenes", Alike.NEAR),
        ("Cruz", "Kruse", Alike.SOUND),
        ("Wright", "Rite", Alike.SOUND), ("R", "Rosa", Alike.INITIAL),
        ("Allen", "Alen", Alike.NEAR), ("Spies", "Sipes", Alike.NEAR), ("Katherine Ann", "Ann", Alike.PART),
        ("García", "García López", Alike.PART),
        ("Muhammad", "محمد", Alike.SOUND), ("Alex", "Alexandra", Alike.NICKNAME),
    ],
)  # fmt: skip
def test_names_that_are_alike_in_some_way(one, other, what):
    assert likeness(one, other) is what


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rosa", "Ana"),
        ("Bob", "Bill"),
        ("Smith", "Jones"),
        ("Díaz", "Dietrich"),
        ("Li", "Le"),
        ("R", "Ana"),
        ("王", "李"),
    ],
)
def test_other_names_are_other_names(one, other):
    assert likeness(one, other) is Alike.DIFFERENT


def test_words_that_say_there_is_no_name_are_none():
    assert parts_of("Unknown") == parts_of("Jr.") == parts_of("") == parts_of("—") == ()


def test_a_particle_alone_is_a_name():
    assert core_of(parts_of("Van")) == ("van",)
    assert core_of(parts_of("de la Rosa")) == ("rosa",)


def test_real_names_are_not_taken_for_words():
    assert parts_of("Na") == ("na",) and parts_of("Test") == ("test",)


def test_the_list_of_nicknames_is_clean():
    assert len(FAMILIES) > 700
    for name in FAMILIES:
        assert name == name.lower() and name.isascii() and name.isalpha(), name
    for name, line in FAMILIES.items():
        assert line, name


def test_a_sound_is_short_and_never_of_vowels_alone_lost():
    assert sound_of("jimenez") == sound_of("gimenes")
    assert sound_of("ana") != sound_of("na")
    assert sound_of("") == ""


@pytest.mark.skipif(not SHARED.exists(), reason="the shared names are not here")
def test_names_in_other_scripts_are_recognised_in_latin_letters():
    """Without Japanese and old Korean and Vietnamese characters, whose reading is not in the sign."""
    unreadable = {"JP", "KR", "VN"}
    rows = [
        row for file in SHARED.glob("common-*.csv") for row in csv.DictReader(file.read_text("utf-8-sig").splitlines())
    ]
    written = [
        (parts_of(row["Localized Name"]), parts_of(row["Romanized Name"]))
        for row in rows
        if row["Country"] not in unreadable and not row["Localized Name"].isascii()
    ]
    asked = [pair for pair in written if all(pair)]
    recognised = [pair for pair in asked if alike(*pair) is not Alike.DIFFERENT]
    assert len(asked) > 500
    assert len(recognised) / len(asked) > 0.9
