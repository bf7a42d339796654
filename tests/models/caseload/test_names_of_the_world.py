"""Names in every script go in, come back as they were, and are found by each of their parts."""

import csv
import unicodedata
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from app.forms.caseload.details import NamesForm
from app.models.base import folded
from app.models.caseload.client import Client
from app.models.caseload.matching import Described, possible_matches

SHARED = Path(__file__).resolve().parents[4] / "shared/data/people/names_by_country"

OURS = [
    ("J", None), (None, "X"), ("Sukarno", None), (None, "王"), ("怡君", "張"), ("محمد", "الحسيني"), ("יוסף", "בן־דוד"),
    ("Γιώργος", "Παπαδόπουλος"), ("Нұрислам", "Мұрат"), ("नरेंद्र", "शर्मा"), ("สมชาย", "ใจดี"), ("민수", "김"),
    ("さくら", "たなか"), ("Նարեկ", "Գրիգորյան"), ("ნინო", "ბერიძე"), ("ကျော်", "မင်း"), ("ሰላም", "ተስፋዬ"),
    ("Siân", "O’Connor"), ("Ngozi", "O'Brien"), ("İpek", "Işık"), ("Þóra", "Ægisdóttir"), ("بنفشه‌", "زاده"),
    ("Jean-Luc", "d'Arc"), ("Kalaniʻōpuʻu", "Kānakaʻole"),
]  # fmt: skip


def ids_matching(session, words):
    return set(session.scalars(sa.select(Client.id).where(*Client.matching(words))))


def unfound(session, client, name):
    """By which of its parts, as written and in either case, a client is not found."""
    ways = {way for part in [name, *name.split()] for way in (part, part.upper(), part.lower()) if folded(way)}
    return [way for way in ways if client.id not in ids_matching(session, way)]


@pytest.mark.parametrize(("first", "last"), OURS)
def test_a_name_comes_back_and_is_found(session, cast, first, last):
    client = Client.add(by=cast.ana, first_name=first, last_name=last)
    session.flush()
    session.expire_all()
    assert (client.first_name, client.last_name) == (first, last)
    assert [way for name in (first, last) if name for way in unfound(session, client, name)] == []
    assert client.sort_name
    found = possible_matches(cast.ana, Described(names=(first or "", last or "")))
    assert client.id in [match.id for match in found] or not (first and last)


def test_an_apostrophe_is_found_in_either_shape_and_without(session, cast):
    client = Client.add(by=cast.ana, first_name="Siân", last_name="O’Connor")
    session.flush()
    for words in ("O’Connor", "O'Connor", "oconnor", "O`CONNOR", "connor", "sian oconnor"):
        assert client.id in ids_matching(session, words), words


def test_a_name_in_another_script_is_found_in_latin_letters(session, cast):
    client = Client.add(by=cast.ana, first_name="Нұрислам", last_name="Мұрат")
    session.flush()
    assert client.id in ids_matching(session, "murat nur")


def test_a_name_of_two_hundred_characters_has_a_place_and_is_found_to_its_end(session, cast):
    words = [f"Wolfe{n:03d}schlegelstein" for n in range(9)]
    long = " ".join(words).ljust(200, "x")
    client = Client.add(
        by=cast.ana, first_name="H" * 50, last_name="W" * 50, middle_name="M" * 50, other_names=[long] * 3
    )
    session.flush()
    session.expire_all()
    assert len(long) == 200 and client.other_names[2].text == long
    assert client.id in ids_matching(session, long.split()[-1])


def rows_of(file):
    with (SHARED / file).open(encoding="utf-8-sig", newline="") as sheet:
        return list(csv.DictReader(sheet))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared names are not here")
def test_five_thousand_real_names_go_in_come_back_and_are_found(session, cast):
    """Each through Client.add, each found by each of its parts in either case."""
    given = [row["Localized Name"].strip() for row in rows_of("common-forenames-by-country.csv")]
    family = [row["Localized Name"].strip() for row in rows_of("common-surnames-by-country.csv")]
    given, family = ([name for name in names if name] for names in (given, family))
    assert len(given) + len(family) > 4500
    pairs = [(given[n % len(given)][:50], family[n % len(family)][:50]) for n in range(max(len(given), len(family)))]
    ids = {}
    for first, last in pairs:
        ids[Client.add(by=cast.ana, first_name=first, last_name=last).id] = (first, last)
    session.flush()
    session.expunge_all()
    kept = {row.id: row for row in session.execute(sa.select(Client.id, Client.first_name, Client.last_name))}
    wrong = [names for id, names in ids.items() if (kept[id].first_name, kept[id].last_name) != names]
    assert wrong == []
    bearers = {}
    for id, names in ids.items():
        for part in {part for name in names for part in name.split()}:
            for way in {part, part.upper(), part.lower()}:
                if folded(way):
                    bearers.setdefault(folded(way), (way, set()))[1].add(id)
    assert len(bearers) > 3000
    lost = [way for way, bearing in bearers.values() if not bearing <= ids_matching(session, way)]
    assert lost == []


def typed(**names):
    """The form of names as a browser sends it."""
    return NamesForm(MultiDict({"name_quality": "full"} | names))


def as_kept(name):
    """A name as the form keeps it: in one normal form, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


@pytest.mark.parametrize(("first", "last"), OURS)
def test_the_form_takes_a_name_as_it_is(no_database_app, first, last):
    with no_database_app.test_request_context("/"):
        form = typed(first_name=first or "", last_name=last or "")
        assert form.validate(), form.errors
        assert (form.first_name.data, form.last_name.data) == tuple(name and as_kept(name) for name in (first, last))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared names are not here")
def test_the_form_takes_five_thousand_real_names_by_law_or_as_another_name(no_database_app):
    """A legal name of up to 50 characters as it is; a longer one is refused in words, and fits among the other names."""
    files = ("common-forenames-by-country.csv", "common-surnames-by-country.csv")
    names = {
        row[column].strip()
        for file in files
        for row in rows_of(file)
        for column in ("Localized Name", "Romanized Name")
    }
    names -= {""}
    assert len(names) > 4000
    with no_database_app.test_request_context("/"):
        for name in names:
            legal, besides = typed(last_name=name), typed(**{"other_names-0-text": name, "other_names-0-kind": "alias"})
            assert legal.validate() is (len(as_kept(name)) <= 50), (name, legal.errors)
            assert legal.last_name.data == as_kept(name)
            assert besides.validate(), (name, besides.errors)
            assert besides.other_names[0].form.text.data == as_kept(name)
