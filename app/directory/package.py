"""Reading an HSDS package, a folder or a zip of CSV files, without trusting it.

Text is UTF-8 unless datapackage.json declares another encoding: what a file is written in is never guessed, because a
wrong guess spoils names without a sound. A row that cannot be read is reported, and the rest is read.
"""

from __future__ import annotations

import codecs
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app.directory.csv_rows import Row, Words, rows_of
from app.models.base import N_

LARGEST_UNPACKED = 256 * 1024 * 1024
LARGEST_DESCRIPTOR = 5 * 1024 * 1024
MOST_FILES = 500
MOST_ROWS = 500_000

# The name HSDS gives to the file of each table (csv/datapackage.json of HSDS 3.2.3).
FILES = {
    "accessibility": "accessibility.csv",
    "address": "addresses.csv",
    "attribute": "attributes.csv",
    "contact": "contacts.csv",
    "cost_option": "cost_options.csv",
    "funding": "funding.csv",
    "language": "languages.csv",
    "location": "locations.csv",
    "meta_table_description": "meta_table_descriptions.csv",
    "metadata": "metadata.csv",
    "organization": "organizations.csv",
    "organization_identifier": "organization_identifiers.csv",
    "phone": "phones.csv",
    "program": "programs.csv",
    "required_document": "required_documents.csv",
    "schedule": "schedules.csv",
    "service": "services.csv",
    "service_area": "service_areas.csv",
    "service_at_location": "service_at_location.csv",
    "service_capacity": "service_capacity.csv",
    "taxonomy": "taxonomies.csv",
    "taxonomy_term": "taxonomy_terms.csv",
    "unit": "units.csv",
    "url": "url.csv",
}
ENCODINGS = ("utf-8", "ascii", "cp1252", "iso8859-1")

Open = Callable[[], IO[bytes]]


class PackageRefused(Exception):
    """The package as a whole cannot be read; the text, filled in from its values, says why in the reader's words."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


@dataclass(frozen=True)
class Source:
    """One file of the package, and how it is written."""

    name: str
    open: Open
    encoding: str = "utf-8"
    delimiter: str = ","

    def rows(self) -> Iterator[Row]:
        """Every row in turn; where the file cannot be read any further the last one says so."""
        try:
            with self.open() as raw:
                for count, row in enumerate(rows_of(raw, self.encoding, self.delimiter)):
                    if count == MOST_ROWS:
                        words = N_("%(file)s has more than %(most)s rows.")
                        raise PackageRefused(words, file=self.name, most=MOST_ROWS)
                    yield row
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise PackageRefused(N_("%(file)s is damaged and cannot be read."), file=self.name) from error


@dataclass
class Package:
    """What was found: the files by table, what the publisher calls it, and remarks on what was passed over."""

    title: str
    sources: dict[str, Source] = field(default_factory=dict)
    remarks: list[Words] = field(default_factory=list)


@contextmanager
def read_package(path: Path | IO[bytes], *, name: str = "") -> Iterator[Package]:
    """Open the HSDS package in a folder, a zip file or an uploaded zip; raises PackageRefused if it is none.

    Nothing is unpacked to disk. `name` is what to call an upload.
    """
    if isinstance(path, Path) and path.is_dir():
        yield package_on(Folder(path), name or path.resolve().name)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise PackageRefused(N_("This is neither a folder nor a zip archive that can be read.")) from error
    with archive:
        yield package_on(Archive(archive), name or (path.stem if isinstance(path, Path) else ""))


class Folder:
    """The files of a package in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.names = sorted(entry.name for entry in self.root.iterdir() if entry.is_file())

    def find(self, name: str) -> Open | None:
        """How to open a file by its name, upper or lower case; nothing if there is none inside the folder."""
        names = {known.casefold(): known for known in self.names}
        file = (self.root / names.get(name.casefold(), name)).resolve()
        if not file.is_relative_to(self.root) or not file.is_file():
            return None
        return lambda: file.open("rb")


class Archive:
    """The files of a package in a zip, after a look at what would make it dangerous to read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        members = [info for info in archive.infolist() if not info.is_dir()]
        look_over(members)
        paths = {info: PurePosixPath(info.filename) for info in members}
        root = root_of([path for path in paths.values() if "__MACOSX" not in path.parts and path.name[0] != "."])
        self.archive = archive
        self.members = {str(path.relative_to(root)): info for info, path in paths.items() if path.is_relative_to(root)}
        self.names = sorted(name for name in self.members if "/" not in name)

    def find(self, name: str) -> Open | None:
        """How to open a file by its name, upper or lower case; nothing if there is none."""
        members = {known.casefold(): info for known, info in self.members.items()}
        info = members.get(str(PurePosixPath(name)).casefold())
        return (lambda: self.archive.open(info)) if info is not None else None


def look_over(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that is too large, leads outside itself, or needs more than plain unpacking."""
    if len(members) > MOST_FILES:
        raise PackageRefused(N_("The archive holds more than %(most)s files."), most=MOST_FILES)
    if sum(info.file_size for info in members) > LARGEST_UNPACKED:
        raise PackageRefused(N_("The archive unpacks to more than %(most)s MB."), most=LARGEST_UNPACKED // 1024**2)
    for info in members:
        if outside(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
            words = N_("The archive holds a name that leads outside it: %(name)s")
            raise PackageRefused(words, name=info.filename[:100])
        if info.flag_bits & 1:
            raise PackageRefused(N_("The archive is locked with a password."))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PackageRefused(N_("The archive is packed in a way that is not read here; make a plain zip."))


def outside(name: str) -> bool:
    """Whether a file name could lead out of its package: absolute, upwards, or an address on the network."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts


def root_of(paths: list[PurePosixPath]) -> PurePosixPath:
    """The one folder of an archive that holds the package: the highest with an HSDS file in it."""
    wanted = {*FILES.values(), "datapackage.json"}
    folders = {path.parent for path in paths if path.name.casefold() in wanted}
    if not folders:
        raise PackageRefused(N_("The archive holds no HSDS files such as services.csv."))
    highest = min(len(folder.parts) for folder in folders)
    roots = [folder for folder in folders if len(folder.parts) == highest]
    if len(roots) > 1:
        raise PackageRefused(N_("The archive holds more than one package; import them one by one."))
    return roots[0]


def package_on(shelf: Folder | Archive, name: str) -> Package:
    """Find each table's file, by the descriptor where it names another one, else by the name HSDS gives it."""
    package = Package(title=name)
    resources = described(shelf, package)
    for table, file in FILES.items():
        resource = resources.get(table, {})
        for candidate in filter(None, (resource.get("path"), file, f"{table}.csv")):
            found = shelf.find(candidate)
            if found is not None:
                package.sources[table] = written(Source(name=candidate, open=found), resource)
                break
    if not package.sources:
        raise PackageRefused(N_("There are no HSDS files here, such as organizations.csv or services.csv."))
    read = {source.name.casefold() for source in package.sources.values()}
    for file in shelf.names:
        if file.casefold().endswith(".csv") and file.casefold() not in read:
            package.remarks.append((N_("%(file)s is not a file of HSDS 3 and was not read."), {"file": file}))
    return package


def described(shelf: Folder | Archive, package: Package) -> dict[str, dict[str, Any]]:
    """What datapackage.json says of each table, if there is one; it may also give the package a title."""
    found = shelf.find("datapackage.json")
    if found is None:
        return {}
    try:
        with found() as file:
            descriptor = json.loads(file.read(LARGEST_DESCRIPTOR).decode("utf-8-sig"))
        resources = [entry for entry in descriptor.get("resources", []) if isinstance(entry, dict)]
        title = descriptor.get("title") or descriptor.get("name")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise PackageRefused(N_("%(file)s is damaged and cannot be read."), file="datapackage.json") from error
    except (ValueError, AttributeError, TypeError, RecursionError):
        package.remarks.append((N_("datapackage.json cannot be read and was passed over."), {}))
        return {}
    if isinstance(title, str):
        package.title = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", title).strip()[:255] or package.title
    usable = {}
    for resource in resources:
        path = resource.get("path")
        if isinstance(path, str) and outside(path):
            raise PackageRefused(N_("datapackage.json names a file outside the package: %(name)s"), name=path[:100])
        if isinstance(resource.get("name"), str):
            usable[resource["name"]] = resource if isinstance(path, str) else {**resource, "path": None}
    return usable


def written(source: Source, resource: dict[str, Any]) -> Source:
    """The file read in the encoding and with the delimiter that the descriptor declares."""
    dialect = resource.get("dialect")
    delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
    if not (isinstance(delimiter, str) and len(delimiter) == 1 and delimiter in ",;\t|"):
        delimiter = ","
    return Source(source.name, source.open, encoding_named(resource.get("encoding")), delimiter)


def encoding_named(name: Any) -> str:
    """A declared encoding by Python's name for it; UTF-8 where none is declared or it is not one that is read here."""
    try:
        known = codecs.lookup(name).name if isinstance(name, str) else "utf-8"
    except LookupError:
        return "utf-8"
    return known if known in ENCODINGS else "utf-8"
