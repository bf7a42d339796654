"""Packages that want to do harm, or were badly made: refused as a whole, or read as far as they can be."""

import io
import json
import stat
import zipfile

import pytest

from app.directory import package as packages
from app.directory.package import PackageRefused, read_package
from tests.directory.packages import ORGANIZATION, as_csv, contents, folder, zipped


def read(data, table="organization"):
    """The rows of one table of a zipped package."""
    with read_package(io.BytesIO(data)) as package:
        return list(package.sources[table].rows())


def rows_of(tmp_path, data, table="organization"):
    """The rows of a folder whose organizations.csv has these bytes."""
    with read_package(folder(tmp_path, contents() | {"organizations.csv": data})) as package:
        return list(package.sources[table].rows())


def reasons(rows):
    return [row.unreadable[0] % row.unreadable[1] for row in rows if row.unreadable]


def refusal(data, **more):
    with pytest.raises(PackageRefused) as refused, read_package(data, **more):
        pass
    return str(refused.value)


def test_a_folder_and_a_zip_of_it_read_the_same(tmp_path):
    with read_package(folder(tmp_path, contents())) as package:
        in_folder = list(package.sources["organization"].rows())
    assert in_folder == read(zipped(contents())) == read(zipped(contents(), inside="deep/er/"))
    assert in_folder[0].cells == ORGANIZATION and in_folder[0].line == 2


@pytest.mark.parametrize("data", [b"", b"just text", b"PK\x03\x04 and then nothing", zipped(contents())[:-40]])
def test_what_is_no_zip_is_refused(tmp_path, data):
    file = tmp_path / "package.zip"
    file.write_bytes(data)
    assert "neither a folder nor a zip" in refusal(file)
    assert "neither a folder nor a zip" in refusal(io.BytesIO(data))


def test_a_folder_or_zip_without_hsds_files_is_refused(tmp_path):
    assert "no HSDS files" in refusal(folder(tmp_path, {"notes.txt": b"hello"}))
    assert "no HSDS files" in refusal(io.BytesIO(zipped({"notes.txt": b"hello"})))
    assert "no HSDS files" in refusal(io.BytesIO(zipped({})))


@pytest.mark.parametrize(
    "name", ["../services.csv", "a/../../services.csv", "/etc/services.csv", "..\\services.csv", "C:/services.csv"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name):
    assert "leads outside" in refusal(io.BytesIO(zipped(contents() | {name: b"id\n"})))


def test_a_symbolic_link_in_the_archive_is_refused():
    data = io.BytesIO(zipped(contents()))
    with zipfile.ZipFile(data, "a") as archive:
        link = zipfile.ZipInfo("phones.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "leads outside" in refusal(data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    assert packages.LARGEST_UNPACKED < 300 * 1024**2
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("services.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(packages.LARGEST_UNPACKED // 1024**2 + 1):
            file.write(bytes(1024**2))
    assert len(data.getvalue()) < 1024**2
    assert "unpacks to more than" in refusal(data)


def test_an_archive_of_very_many_files_is_refused():
    assert "more than 500 files" in refusal(io.BytesIO(zipped({f"{n}.csv": b"" for n in range(501)})))


def test_a_file_of_very_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_ROWS", 3)
    with pytest.raises(PackageRefused, match="more than 3 rows"):
        read(zipped(contents(organization=[ORGANIZATION | {"id": str(n)} for n in range(4)])))


def test_a_locked_archive_is_refused():
    data = bytearray(zipped({"services.csv": b"id\n"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(io.BytesIO(bytes(data)))


def test_an_archive_packed_in_an_unusual_way_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("services.csv", "id\n")
    assert "plain zip" in refusal(data)


def test_a_damaged_file_in_the_archive_is_refused():
    with io.BytesIO() as data:
        with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("organizations.csv", as_csv([ORGANIZATION]))
        whole = data.getvalue()
    with pytest.raises(PackageRefused, match=r"organizations\.csv is damaged"):
        read(whole.replace(b"Harbor House", b"Harbor HoXse"))


def test_two_packages_in_one_archive_are_refused():
    both = {f"{name}/services.csv": b"id\n" for name in ("a", "b")}
    assert "more than one package" in refusal(io.BytesIO(zipped(both)))


def test_what_a_mac_puts_into_a_zip_is_passed_over():
    data = zipped(contents() | {"__MACOSX/._services.csv": b"\x00\x05", ".DS_Store": b"\x00"})
    assert read(data)[0].cells["id"] == "o1"


def test_file_names_are_found_in_upper_and_lower_case(tmp_path):
    files = {name.upper(): data for name, data in contents().items()}
    with read_package(folder(tmp_path, files)) as package:
        assert set(package.sources) == {"organization", "service"}


def test_an_empty_file_says_so(tmp_path):
    assert reasons(rows_of(tmp_path, b"")) == ["The file is empty."]


def test_a_header_alone_has_no_rows(tmp_path):
    assert rows_of(tmp_path, b"id,name\n") == []
    assert rows_of(tmp_path, b"id,name") == []


def test_a_file_without_ids_says_what_it_has(tmp_path):
    assert reasons(rows_of(tmp_path, b"ID Number;Name\n1;A\n")) == [
        "The file has no column “id”. Its first line is: id number;name"
    ]
    assert reasons(rows_of(tmp_path, b"id,name,name\n1,A,B\n")) == ["The file has the column “name” more than once."]


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path):
    assert rows_of(tmp_path, b"\xef\xbb\xbfid,name\n1,A\n")[0].cells == {"id": "1", "name": "A"}


def test_windows_line_ends_and_blank_lines_are_read(tmp_path):
    rows = rows_of(tmp_path, b'id,name\r\n\r\n1,"A\r\nB"\r\n,\r\n2,C\r\n')
    assert [(row.line, row.cells["id"]) for row in rows] == [(3, "1"), (6, "2")]


def test_bytes_that_are_not_utf8_cost_only_their_row_and_are_never_guessed(tmp_path):
    rows = rows_of(tmp_path, "id,name\n1,Plain\n2,Café\n3,Good\n".encode("cp1252"))
    assert [row.cells.get("id") for row in rows] == ["1", "2", "3"]
    assert [row.line for row in rows if row.unreadable] == [3]
    assert "not in the encoding" in reasons(rows)[0]


def test_a_declared_encoding_and_delimiter_are_used(tmp_path):
    resource = {"name": "organization", "path": "orgs.txt", "encoding": "windows-1252", "dialect": {"delimiter": ";"}}
    files = contents() | {
        "datapackage.json": json.dumps({"title": "Our town", "resources": [resource]}).encode(),
        "orgs.txt": "id;name\n1;Café\n".encode("cp1252"),
    }
    with read_package(folder(tmp_path, files)) as package:
        assert package.title == "Our town"
        assert [row.cells["name"] for row in package.sources["organization"].rows()] == ["Café"]


@pytest.mark.parametrize("encoding", ["utf-7", "idna", "rot13", "nonsense", 7])
def test_a_strange_encoding_is_read_as_utf8(tmp_path, encoding):
    resource = {"name": "organization", "path": "organizations.csv", "encoding": encoding}
    files = contents() | {"datapackage.json": json.dumps({"resources": [resource]}).encode()}
    with read_package(folder(tmp_path, files)) as package:
        assert package.sources["organization"].encoding == "utf-8"


def test_utf16_says_what_to_do(tmp_path):
    assert reasons(rows_of(tmp_path, "id,name\n1,A\n".encode("utf-16"))) == ["The file is in UTF-16. Save it as UTF-8."]


@pytest.mark.parametrize("path", ["../../secret.csv", "/etc/passwd", "http://example.org/services.csv", "a\\..\\b.csv"])
def test_a_descriptor_may_not_lead_out_of_the_package(tmp_path, path):
    descriptor = json.dumps({"resources": [{"name": "service", "path": path}]}).encode()
    files = contents() | {"datapackage.json": descriptor}
    assert "outside the package" in refusal(folder(tmp_path, files))
    assert "outside the package" in refusal(io.BytesIO(zipped(files)))


def test_a_link_in_a_folder_may_not_lead_out_of_it(tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_text("id,name\n1,Secret\n")
    inside = folder(tmp_path / "package", contents())
    (inside / "phones.csv").symlink_to(outside)
    with read_package(inside) as package:
        assert "phone" not in package.sources


@pytest.mark.parametrize(
    "descriptor", [b"{", b"[]", b"\xff\xfe", b'{"resources": 7}', b'{"resources": [1, {"name": 2}]}', b"[" * 100_000]
)
def test_a_descriptor_that_makes_no_sense_is_passed_over(tmp_path, descriptor):
    with read_package(folder(tmp_path, contents() | {"datapackage.json": descriptor})) as package:
        assert set(package.sources) == {"organization", "service"}


def test_a_nul_costs_only_its_row(tmp_path):
    rows = rows_of(tmp_path, b"id,name\n1,A\x00B\n2,Good\n")
    assert [(row.cells.get("id"), bool(row.unreadable)) for row in rows] == [("1", True), ("2", False)]
    assert "NUL" in reasons(rows)[0]


def test_a_row_of_the_wrong_length_is_not_half_read(tmp_path):
    rows = rows_of(tmp_path, b"id,name,email\n1,A\n2,B,b@example.org,\n3,C,c@example.org,more\n")
    assert [bool(row.unreadable) for row in rows] == [True, False, True]
    assert reasons(rows)[0] == "The row has 2 cells where the first line has 3."


def test_a_quotation_mark_that_is_not_closed_is_named(tmp_path):
    rows = rows_of(tmp_path, b'id,name,email\n1,"A,a@example.org\n2,B,b@example.org\n')
    assert "quotation mark is probably not closed" in reasons(rows)[0]
    huge = b'id,name,email\n1,A,a@x.org\n2,"' + b"x" * 1_100_000 + b"\n3,C,c@x.org\n"
    rows = rows_of(tmp_path, huge)
    assert rows[0].cells["name"] == "A"
    assert [row.line for row in rows if row.unreadable] == [3]
    assert "From here on" in reasons(rows)[0]


def test_files_that_are_no_part_of_hsds_are_remarked(tmp_path):
    with read_package(folder(tmp_path, contents() | {"regular_schedules.csv": b"id\n"})) as package:
        [(text, values)] = package.remarks
    assert text % values == "regular_schedules.csv is not a file of HSDS 3 and was not read."
