"""Small HSDS packages to order, sound and otherwise, and where the large real ones lie."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "app" / "directory" / "sample" / "baltimore"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "directories"

ORGANIZATION = {"id": "o1", "name": "Harbor House", "description": "Helps people stay housed."}
SERVICE = {"id": "s1", "organization_id": "o1", "name": "Rent help", "status": "active", "description": "Pays a month."}
LOCATION = {"id": "l1", "organization_id": "o1", "location_type": "physical", "name": "Front door"}
AT = {"id": "a1", "service_id": "s1", "location_id": "l1"}
ADDRESS = {
    "id": "d1",
    "location_id": "l1",
    "address_1": "1 Main St",
    "city": "Baltimore",
    "state_province": "MD",
    "postal_code": "21201",
    "country": "US",
    "address_type": "physical",
}
FILES = {
    "organization": "organizations.csv",
    "service": "services.csv",
    "location": "locations.csv",
    "service_at_location": "service_at_location.csv",
    "address": "addresses.csv",
    "phone": "phones.csv",
    "contact": "contacts.csv",
    "schedule": "schedules.csv",
    "language": "languages.csv",
    "accessibility": "accessibility.csv",
    "cost_option": "cost_options.csv",
    "required_document": "required_documents.csv",
    "service_area": "service_areas.csv",
    "taxonomy": "taxonomies.csv",
    "taxonomy_term": "taxonomy_terms.csv",
    "attribute": "attributes.csv",
}


def shared(name: str) -> Path:
    """A large real package, which does not ship with the project."""
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"the directory {name} is not here; it lies in ../shared/data/directories")
    return path


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as one CSV file, with every column that any of them has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def contents(**tables: list[dict[str, Any]]) -> dict[str, bytes]:
    """File names and their bytes: one organization and one service, unless other rows are given for a table."""
    rows = {"organization": [ORGANIZATION], "service": [SERVICE], **tables}
    return {FILES[table]: as_csv(given).encode() for table, given in rows.items() if given}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    """A package as a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def zipped(files: dict[str, bytes], *, inside: str = "") -> bytes:
    """A package as a zip, its files in a folder inside it if one is named."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{inside}{name}", content)
    return data.getvalue()
