"""What may come in as a file, and what may not."""

import io
import zipfile

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from app.models.base import RuleBroken
from app.uploads import CSV, DOCX, JPEG, LARGEST, PDF, PNG, XLSX, read_upload, shown_name


def sent(content: bytes, name: str = "scan.bin") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def photo(kind: str, *, size=(40, 20), exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    more = {"exif": exif} if exif is not None else {}
    Image.new("RGB", size, "navy").save(out, kind, **more)
    return out.getvalue()


def office(*names: str, filler: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in names:
            parts.writestr(name, filler)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7 ...", "plan.exe", PDF),
        (photo("JPEG"), "a.png", JPEG),
        (photo("PNG"), "a.jpg", PNG),
        (office("[Content_Types].xml", "word/document.xml"), "a.zip", DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), "a.zip", XLSX),
        (b"name,age\nRosa,34\n", "list.csv", CSV),
    ],
)
def test_a_file_is_what_its_content_says_whatever_its_name(content, name, kind):
    upload = read_upload(sent(content, name))
    assert upload.media_type == kind and not upload.file_name.endswith(".exe")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.svg"),
        (b"<!DOCTYPE html><p>hello", "a.txt"),
        (b"   <script>alert(1)</script>", "notes.csv"),
        (b"MZ\x90\x00", "setup.exe"),
        (b"#!/bin/sh\nrm -rf /", "a.txt"),
        (b"\x89PNG\r\n\x1a\nnot really", "a.png"),
        (b"\xff\xd8\xffnot really", "a.jpg"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (office("anything.txt"), "a.zip"),
        (b"PK\x03\x04 broken", "a.docx"),
        (b"plain words", "a.unknown"),
        (b"with a \x00 in it", "a.txt"),
        (b"%PDF-" + b"0" * LARGEST, "large.pdf"),
    ],
)
def test_anything_else_is_refused_with_words_for_the_person(content, name):
    with pytest.raises(RuleBroken) as refused:
        read_upload(sent(content, name))
    assert str(refused.value)[0].isupper() and str(refused.value).endswith(".")


def test_a_photo_loses_where_it_was_taken_and_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (39.0, 17.0, 0.0)
    upload = read_upload(sent(photo("JPEG", exif=exif), "photo.jpg"))
    with Image.open(io.BytesIO(upload.content)) as kept:
        assert not kept.getexif() and kept.size == (20, 40)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    with pytest.raises(RuleBroken, match="too many pixels"):
        read_upload(sent(out.getvalue(), "large.png"))


def test_a_document_that_unpacks_to_something_huge_is_refused():
    bomb = office("[Content_Types].xml", "word/document.xml", filler=b"0" * (150 * 1024 * 1024))
    with pytest.raises(RuleBroken, match="too large"):
        read_upload(sent(bomb, "a.docx"))


def test_nothing_chosen_is_said():
    with pytest.raises(RuleBroken, match="Choose a file"):
        read_upload(None)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\windows\\win.ini", "a\x00b\r\n.txt", "\u202egnp.exe", "", "..."])
def test_a_name_is_only_ever_a_name(name):
    shown = shown_name(name)
    assert shown and not set(shown) & set("/\\\x00\r\n\u202e:")
