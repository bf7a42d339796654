"""Lists of people as agencies keep them: any header, delimiter, encoding, and rows above the header."""

import codecs

import pytest

from app.transfer.known_pairs import read_pairs
from app.transfer.people import read_people, role_of
from app.transfer.spreadsheet import NotATable, read_sheet


@pytest.fixture
def written(tmp_path):
    def write(text, name="people.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("First", "given"), ("FIRST NAME", "given"), ("given_name", "given"), ("Nombre", "given"), ("Last Name ", "family"),
        ("surname", "family"), ("Apellidos", "family"), ("D.O.B.", "born"), ("date_of_birth", "born"), ("Ph #", "phone"),
        ("Fecha de nacimiento", "born"), ("Birth Date (mm/dd/yyyy)", "born"), ("Addr", "street"), ("address_1", "street"),
        ("street_number", "number"), ("Zip", "zip"), ("postcode", "zip"), ("suburb", "city"), ("Teléfono", "phone"),
        ("Name", "full"), ("Also Known As", None), ("AKA", "other"), ("Maiden Name", "other"), ("E-mail", "email"),
        ("Client #", None), ("rec_id", None), ("soc_sec_id", None), ("SSN", None), ("unique_id", None), ("cluster", None),
        ("ID", None), ("Notes", None), ("", None), ("State", None), ("Person ID", None), ("Client ID", None), ("MRN", None),
    ],
)  # fmt: skip
def test_what_a_column_is_taken_for(header, role):
    assert role_of(header) == role


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_delimiter_and_encoding(written, delimiter, encoding):
    rows = [["First", "Last", "DOB"], ["José", "Núñez", "5/1/1980"], ["Zoë", "O’Neil", "1990-02-03"]]
    path = written("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding)
    people = read_people(path).people
    assert [person.names[0] for person in people.values()] == [(("jose",), ("nunez",)), (("zoe",), ("oneil",))]
    assert [person.born for person in people.values()] == ["19800501", "19900203"]


def test_rows_above_the_header_and_empty_rows_are_counted_and_left_out(written):
    path = written('Client list, printed 3/14/2024,,\n,,\nLast,First,Notes\n,,\nDíaz,Rosa,"two\nlines"\nMarsh,Bo,\n')
    assert list(read_people(path).people) == [5, 6]


def test_a_full_name_is_taken_apart_at_its_comma_or_before_its_last_word(written):
    people = read_people(written('Name;DOB\n"Díaz, Rosa María";1/2/1990\nBo Lindgren;\nSukarno;\n')).people
    assert [person.names[0] for person in people.values()] == [
        (("rosa", "maria"), ("diaz",)), (("bo",), ("lindgren",)), (("sukarno",), ()),
    ]  # fmt: skip


def test_house_number_street_and_the_rest_come_together(written):
    head = "given_name,surname,street_number,address_1,address_2,suburb,postcode,phone,sex\n"
    text = head + "bo,lee,12,main street,rose farm,york,2140,410 555 0142,F\n"
    person = next(iter(read_people(written(text)).people.values()))
    assert [(place.number, place.street) for place in person.places] == [("12", "main st"), ("", "rose farm")]
    assert (person.cities, person.zips, person.sex) == ({"york"}, {"02140"}, "f")
    assert person.phones == {"4105550142"}


def test_what_identifies_is_never_looked_at(written):
    """The same people with their ids and Social Security numbers mixed up are the same people."""
    head = "rec_id,soc_sec_id,cluster,SSN,First,Last,DOB\n"
    one = written(head + "1,111,a,999-12-0001,Rosa,Díaz,2/11/1992\n2,222,b,999-12-0002,Bo,Lee,\n", "one.csv")
    other = written(head + "8,222,b,999-12-0002,Rosa,Díaz,2/11/1992\n9,222,b,999-12-0002,Bo,Lee,\n", "other.csv")
    assert read_people(one).people == read_people(other).people


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds no rows"),
        (b"\n\n,,\n", "holds no rows"),
        (b"PK\x03\x04rest of a workbook", "save the sheet as CSV"),
        (b"\x00\x01\x02\x03", "is not text"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b", "damaged"),
        (b"colour,size\nred,4\n", "looks like a name"),
    ],
)
def test_what_is_no_list_of_people_is_refused_in_plain_words(written, content, words):
    with pytest.raises(NotATable, match=words):
        read_people(written(content))


def test_a_file_that_is_not_there_is_said_to_be(tmp_path):
    with pytest.raises(NotATable, match="cannot be read: No such file"):
        read_people(tmp_path / "nowhere.csv")


def test_short_and_long_rows_are_read_as_far_as_there_are_columns(written):
    sheet = read_sheet(written("First,Last,DOB\nRosa\nBo,Lee,1/1/1990,too,much\n"))
    assert [cells for _number, cells in sheet.rows] == [["Rosa", "", ""], ["Bo", "Lee", "1/1/1990"]]


PEOPLE = "rec_id,First,Last\na1,Rosa,Díaz\nb2,Rosa,Diaz\nc3,Bo,Lee\n"


def test_pairs_by_id(written):
    people = read_people(written(PEOPLE))
    assert read_pairs(written("rec_id_1,rec_id_2\nb2,a1\n", "pairs.csv"), people) == {(2, 3)}


def test_pairs_by_row(written):
    people = read_people(written("List of 2024,,\n" + PEOPLE))
    assert read_pairs(written("row_1,row_2\n3,4\n", "pairs.csv"), people) == {(3, 4)}


def test_pairs_that_were_judged_not_to_be_the_same_do_not_count(written):
    people = read_people(written(PEOPLE))
    text = "id_l,source_l,id_r,source_r,match_score\na1,x,b2,x,1.0\na1,x,c3,x,0.0\n"
    assert read_pairs(written(text, "pairs.csv"), people) == {(2, 3)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("row_1,row_2\n2,99\n", "are not both in the list"),
        ("id_1,id_2\nx,y\n", "two columns are needed"),
        ("row_1,row_2\n", "holds no pairs"),
        ("only\na1\n", "two columns are needed"),
        ("", "holds no rows"),
    ],
)
def test_pairs_that_cannot_be_read_are_refused_in_plain_words(written, text, words):
    people = read_people(written(PEOPLE))
    with pytest.raises(NotATable, match=words):
        read_pairs(written(text, "pairs.csv"), people)
