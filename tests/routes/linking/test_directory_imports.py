"""Importing a directory on a page."""

import csv
import io

import pytest
import sqlalchemy as sa

from app.models.linking.directory import DirectoryImport, Service
from tests.directory.packages import ORGANIZATION, SAMPLE, SERVICE, contents, zipped


def upload(visit, data, *, name="directory.zip", status=303, **more):
    form = {"package": (io.BytesIO(data), name), **more}
    return visit.post("/directory-imports/", form, status=status, content_type="multipart/form-data")


def counts(page):
    """The numbers of each row of the table of counts, by its head."""
    return {row[0].text_content(): [cell.text_content() for cell in row[1:]] for row in page.all("tbody tr")}


def sample_zip():
    return zipped({file.name: file.read_bytes() for file in SAMPLE.iterdir()})


@pytest.mark.parametrize("who", ["ana", "bo", "cy"])
def test_only_an_administrator_imports(visit, cast, who):
    visit.sign_in(getattr(cast, who))
    for path in (
        "/directory-imports/",
        "/directory-imports/new",
        "/directory-imports/1/",
        "/directory-imports/1/?format=csv",
    ):
        visit.get(path, status=403)
    upload(visit, sample_zip(), status=403)
    assert "Import" not in visit.get("/services/").text(".page-head")


def test_a_zip_is_imported_and_its_report_shown(visit, cast):
    visit.sign_in(cast.ada).get("/services/").click("Import a directory")
    page = upload(visit, sample_zip())
    assert "Everything was imported" in page.text("main") and "CHARMcare, Baltimore (sample)" in page.text(".lede")
    assert counts(page)["Services"] == ["150", "0", "0", "0", "1"]
    assert page.click("Find services").text("#count") == "151 services"
    again = upload(visit, sample_zip())
    assert counts(again)["Services"] == ["0", "0", "150", "0", "1"]
    assert len(visit.get("/directory-imports/").texts("li.item")) == 2


def test_rows_left_out_are_listed_and_all_of_them_are_in_the_spreadsheet(visit, cast):
    bad = [SERVICE | {"id": f"bad{n}", "status": "gone", "minimum_age": ""} for n in range(250)]
    odd = SERVICE | {"id": "=1+1", "minimum_age": "young"}
    page = upload(visit.sign_in(cast.ada), zipped(contents(service=[SERVICE, odd, *bad])))
    assert "250 rows were left out" in page.text("main") and "the first 200 of 250" in page.text("main")
    assert len([row for row in page.texts("tbody tr") if "status is “gone”" in row]) == 200
    assert any("minimum_age is “young”, not a number." in row for row in page.texts("tbody tr"))
    [link] = [a.get("href") for a in page.all("a") if "CSV" in a.text_content()]
    sheet = visit.get(link)
    assert sheet.response.mimetype == "text/csv" and "attachment" in sheet.response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sheet.bytes.decode("utf-8-sig"))))
    assert len(rows) == 251 and rows[-1]["id"] == "'=1+1"


def test_hostile_words_in_a_package_are_only_words(visit, cast):
    bad = SERVICE | {"id": "<script>alert(1)</script>", "status": "<img src=x onerror=alert(1)>"}
    odd = SERVICE | {"name": "<b>Bold</b> {{ 7 * 7 }}", "url": "javascript:alert(1)"}
    page = upload(visit.sign_in(cast.ada), zipped(contents(service=[odd, bad])), name="<script>x</script>.zip")
    assert not page.all("main script, main img, main b")
    assert "<script>alert(1)</script>" in page.text("main")
    assert "Bold {{ 7 * 7 }}" in visit.get("/services/").text("#found")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a folder nor a zip"),
        (b"hello", "neither a folder nor a zip"),
        (zipped({"notes.txt": b"x"}), "no HSDS files"),
        (zipped(contents() | {"../x.csv": b"id\n"}), "leads outside"),
        (zipped(contents(organization=[])), "No organization and no service"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_the_reason_and_changes_nothing(visit, cast, session, data, says):
    answer = upload(visit.sign_in(cast.ada), data, status=422)
    assert says in answer.text(".errors") and answer.text("title").startswith("Error: ")
    assert session.scalar(sa.select(sa.func.count()).select_from(Service)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(DirectoryImport)) == 0


def test_when_nothing_is_sound_the_reasons_are_shown(visit, cast):
    answer = upload(visit.sign_in(cast.ada), zipped(contents(organization=[ORGANIZATION | {"name": ""}])), status=422)
    assert "name is empty." in answer.text("main") and "organization_id points to o1" in answer.text("main")


def test_a_form_without_a_file_asks_for_one(visit, cast):
    visit.sign_in(cast.ada)
    answer = visit.get("/directory-imports/new").submit("Import", status=422)
    assert "Choose a zip file." in answer.text(".errors")
    answer = visit.post("/directory-imports/", {"package": "just text"}, status=422)
    assert "Choose a zip file." in answer.text(".errors")


def test_a_file_that_is_too_large_is_refused(visit, cast, monkeypatch):
    monkeypatch.setattr("app.routes.linking.directory_imports.LARGEST_UPLOAD", 100)
    assert "larger than" in upload(visit.sign_in(cast.ada), zipped(contents()), status=422).text(".errors")


def test_a_form_sent_twice_imports_once(visit, cast, session):
    visit.sign_in(cast.ada)
    key = visit.get("/directory-imports/new").all("input[name=once]")[0].get("value")
    first = upload(visit, zipped(contents()), once=key)
    second = upload(visit, zipped(contents()), once=key)
    assert first.path == second.path
    assert session.scalar(sa.select(sa.func.count()).select_from(DirectoryImport)) == 1


@pytest.mark.parametrize(
    "path", ["/directory-imports/999/", f"/directory-imports/{2**40}/", "/directory-imports/999/?format=csv"]
)
def test_an_import_that_is_not_there_is_not_found(visit, cast, path):
    visit.sign_in(cast.ada).get(path, status=404)
