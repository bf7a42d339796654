"""What may come in as a file, and what may not."""

import io
import zipfile

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from app.models.base import RuleBroken
from app.uploads import CSV, DOCX, HEIC, JPEG, LARGEST, PDF, PLAIN, PNG, XLSX, read_upload, shown_name


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


def pdf(*, at_the_top: bytes = b"", after: bytes = b"") -> bytes:
    return b"%PDF-1.7\n" + at_the_top + b"1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n" + after


PLACE = b"II*\0 39.2904 N 76.6122 W"


def box(kind: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def heic(*, brand: bytes = b"heic", exif: bytes = PLACE, extra: bytes = b"", shift: int = 0) -> bytes:
    """A container with a picture and what a camera wrote beside it, as telephones make them."""
    pixels = b"PIXELS" * 20
    infe = [
        box(b"infe", b"\2\0\0\0", id.to_bytes(2, "big"), b"\0\0", kind, b"\0")
        for id, kind in ((1, b"hvc1"), (2, b"Exif"))
    ]

    def whole(start: int) -> bytes:
        places = ((1, start + shift, len(pixels)), (2, start + len(pixels) + shift, len(exif)))
        rows = [
            id.to_bytes(2, "big") + b"\0\0" + b"\0\1" + at.to_bytes(4, "big") + length.to_bytes(4, "big")
            for id, at, length in places
        ]
        iinf = box(b"iinf", b"\0\0\0\0", b"\0\2", *infe)
        iloc = box(b"iloc", b"\0\0\0\0", b"\x44\0", b"\0\2", *rows)
        head = box(b"ftyp", brand, b"\0\0\0\0", b"mif1") + box(b"meta", b"\0\0\0\0", iinf, iloc)
        return head + box(b"mdat", pixels, exif) + extra

    return whole(whole(0).index(b"PIXELS"))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (pdf(), "plan.exe", PDF),
        (photo("JPEG"), "a.png", JPEG),
        (photo("PNG"), "a.jpg", PNG),
        (office("[Content_Types].xml", "word/document.xml"), "a.zip", DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), "a.zip", XLSX),
        (b"name,age\nRosa,34\n", "list.csv", CSV),
        ("Señora Díaz, 5 < 6".encode(), "a.txt", PLAIN),
        ("Señora Díaz".encode("cp1252"), "a.txt", PLAIN),
        (heic(), "IMG_0001.HEIC", HEIC),
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
        (b"\x1b]0;owned\x07 text", "a.txt"),
        (b"%PDF-" + b"0" * LARGEST, "large.pdf"),
        (b"%PDF-1.7 cut off", "a.pdf"),
        (b"  " + pdf(), "a.pdf"),
        (pdf(at_the_top=b"<script>alert(1)</script>"), "a.pdf"),
        (pdf(after=office("payload.txt")), "a.pdf"),
        (b"GIF89a" + pdf(), "a.gif"),
        (heic(brand=b"isom"), "movie.mp4"),
        (heic()[:200], "a.heic"),
        (heic(shift=10**6), "a.heic"),
        (box(b"ftyp", b"heic", b"\0\0\0\0"), "a.heic"),
        (box(b"ftyp", b"heic", b"\0\0\0\0") + b"\0\0\0\1mdat" + b"\xff" * 8, "a.heic"),
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_hidden_in_a_picture_is_kept(kind):
    out = io.BytesIO()
    more = {"comment": b"hidden words", "xmp": b"hidden words"} if kind == "JPEG" else {"pnginfo": hidden_words()}
    Image.new("RGB", (20, 20), "navy").save(out, kind, **more)
    content = out.getvalue() + b"hidden words<script>PK\x05\x06"
    assert b"hidden words" in content
    kept = read_upload(sent(content)).content
    assert b"hidden" not in kept and b"<script>" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        red, _green, blue = picture.convert("RGB").getpixel((5, 5))
        assert red < 20 and blue > 100


def hidden_words():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "hidden words")
    return info


def test_a_telephones_photo_loses_its_place_and_keeps_its_picture():
    sealed = box(b"uuid", b"0" * 16, b"39.2904 N")
    upload = read_upload(sent(heic(extra=sealed + box(b"moov", b"39.2904 N")), "IMG.HEIC"))
    assert b"39.2904" not in upload.content and upload.content.count(b"PIXELS") == 20
    assert len(upload.content) == len(heic(extra=sealed + box(b"moov", b"39.2904 N")))


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


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\windows\\win.ini", "a\x00b\r\n.txt", "\u202egnp.exe", "", "..."]
)
def test_a_name_is_only_ever_a_name(name):
    shown = shown_name(name)
    assert shown and not set(shown) & set("/\\\x00\r\n\u202e:")
