"""What may come in as a file: known by its content, cleaned of location, its name only ever shown."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from app.models.base import N_, RuleBroken
from app.uploads.heic import Broken, without_hidden_data

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000

PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN, CSV = "text/plain", "text/csv"
VIEWED = {PDF, JPEG, PNG}
ENDINGS = {PDF: "pdf", JPEG: "jpg", PNG: "png", HEIC: "heic", DOCX: "docx", XLSX: "xlsx", PLAIN: "txt", CSV: "csv"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
# What would make a browser see a page or a program in something that claims to be plain text.
ACTIVE = re.compile(rb"<\s*(!doctype|html|script|svg|body|iframe|object|embed|\?xml|\?php)|^#!|^MZ|^\x7fELF", re.I)
# Bytes that no text has; tab, line feed, form feed and return are kept.
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Upload(NamedTuple):
    """A file that was looked at: its bytes as they are kept, what it really is, and its name for people."""

    content: bytes
    media_type: str
    file_name: str


def read_upload(file: FileStorage | None) -> Upload:
    """Take in an uploaded file, or refuse it with words for the person.

    What it is follows from its content alone: PDF, JPEG, PNG, HEIC, DOCX, XLSX, plain text or CSV. Photos lose their
    location and other embedded data. At most 20 MB and 50 megapixels. Raises RuleBroken.

    A file that is two things at once, such as a PDF that is also an archive, is refused: some program would take it for
    the other one.
    """
    if file is None or not file.filename:
        raise RuleBroken(N_("Choose a file."))
    found = _looked_at.pop(file, None) or _result(file)
    if isinstance(found, RuleBroken):
        raise found
    return found


# What was looked at before anybody asked for it; a request that ends takes its files along.
_looked_at: WeakKeyDictionary[FileStorage, Upload | RuleBroken] = WeakKeyDictionary()


def look_ahead(files: Iterable[FileStorage]) -> None:
    """Look at these files now; `read_upload` then only says what was found."""
    for file in files:
        _looked_at[file] = _result(file)


def _result(file: FileStorage) -> Upload | RuleBroken:
    try:
        return _read(file)
    except RuleBroken as broken:
        return broken


def _read(file: FileStorage) -> Upload:
    content = file.stream.read(LARGEST + 1)
    file.stream.seek(0)  # who looks ahead does not know who reads it then
    if not content:
        raise RuleBroken(N_("The file is empty. Choose another one."))
    if len(content) > LARGEST:
        raise RuleBroken(N_("The file is larger than 20 MB. Scan it again with less detail, or in parts."))
    name = shown_name(file.filename or "")
    media_type = kind_of(content, name)
    if media_type in (JPEG, PNG):
        content = without_location(content, media_type)
    elif media_type == HEIC:
        content = _heic_without_location(content)
    elif media_type == PDF:
        _check_pdf(content)
    return Upload(content, media_type, f"{name.rsplit('.', 1)[0][:150] or 'file'}.{ENDINGS[media_type]}")


def shown_name(name: str) -> str:
    """A file's name without folders and control characters: text to show, never a path."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\"<>|:*?]", "", last).strip(" .") or "file"


def kind_of(content: bytes, name: str) -> str:
    """The media type that the content shows it to be; raises RuleBroken for anything not on the list."""
    found = _by_its_beginning(content) or _office(content) or _text(content, name)
    if found is None:
        raise RuleBroken(
            N_("This kind of file cannot be kept here. Use a PDF, a photo (JPG, PNG, HEIC), DOCX, XLSX, TXT or CSV.")
        )
    return found


def _by_its_beginning(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return HEIC
    return None


def _office(content: bytes) -> str | None:
    """DOCX or XLSX: a zip with the right parts in it, without macros, of a sane size when unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    names = {info.filename for info in infos}
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > UNPACKED:
        raise RuleBroken(N_("The file unpacks to something far too large. It was not taken in."))
    if any("vbaProject" in name for name in names):
        raise RuleBroken(N_("The file contains macros. Save it without them first."))
    if "[Content_Types].xml" not in names:
        return None
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None


def _text(content: bytes, name: str) -> str | None:
    """Plain text, in UTF-8 or the old Windows code page, that no browser would take for something else."""
    ending = name.rsplit(".", 1)[-1].lower()
    if ending not in ("txt", "csv") or CONTROLS.search(content) or ACTIVE.search(content[:4096]):
        return None
    return CSV if ending == "csv" else PLAIN


def _check_pdf(content: bytes) -> None:
    """Refuse a PDF that ends before its end, or that is an archive or a web page as well."""
    if b"%%EOF" not in content[-4096:]:
        raise RuleBroken(N_("The PDF is damaged: its end is missing. Save or scan it again."))
    if ACTIVE.search(content[:1024]) or zipfile.is_zipfile(io.BytesIO(content)):
        raise RuleBroken(N_("This file is two kinds of file at once. Print it to a new PDF, and add that one."))


def _heic_without_location(content: bytes) -> bytes:
    try:
        return without_hidden_data(content)
    except Broken:
        raise RuleBroken(N_("The photo is damaged and cannot be read. Try to save it again, as JPG.")) from None


def without_location(content: bytes, media_type: str) -> bytes:
    """The same picture, upright, without anything that was hidden in the file: place, camera, thumbnails, comments."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RuleBroken(N_("The picture has too many pixels. Scan it again with less detail."))
            return _written_anew(picture, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RuleBroken(N_("The picture has too many pixels. Scan it again with less detail.")) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise RuleBroken(N_("The picture is damaged and cannot be read. Try to save or scan it again.")) from None


def _written_anew(picture: Image.Image, media_type: str) -> bytes:
    """Written from the dots alone. Of what a file says about itself only a transparent colour stays; no second copy is
    made on the way, since a large picture takes 200 MB."""
    ImageOps.exif_transpose(picture, in_place=True)
    clean = picture.convert("RGB") if media_type == JPEG and picture.mode not in ("RGB", "L") else picture
    clean.info = {name: value for name, value in clean.info.items() if name == "transparency"}
    out = io.BytesIO()
    if media_type == JPEG:
        clean.save(out, "JPEG", quality=90)
    else:
        clean.save(out, "PNG")
    return out.getvalue()
