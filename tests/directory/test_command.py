"""`./handrail import-directory PATH`."""

import csv

import pytest
import sqlalchemy as sa

from app.models.linking.directory import Organization, Service
from tests.directory.packages import LOCATION, SERVICE, contents, folder, zipped


@pytest.fixture
def command(app, session):
    """Run the command with these arguments; (exit code, lines that were said)."""

    def command(*arguments):
        session.rollback()  # the command must not wait for what the test reads
        result = app.test_cli_runner().invoke(args=["import-directory", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output.splitlines()

    return command


def test_the_last_line_says_what_became_of_each_row(command, tmp_path, session):
    package = folder(tmp_path / "package", contents(location=[LOCATION]))
    code, lines = command(package)
    assert code == 0
    assert lines[-1] == (
        f"Imported {package}: organizations 1 added, 0 changed, 0 unchanged, 0 left out; "
        "locations 1 added, 0 changed, 0 unchanged, 0 left out; services 1 added, 0 changed, 0 unchanged, 0 left out."
    )
    session.expire_all()
    assert session.scalar(sa.select(Service).where(Service.hsds_id == "s1")).name == "Rent help"
    code, lines = command(package)
    assert (code, lines[-1].count("0 added, 0 changed, 1 unchanged, 0 left out")) == (0, 3)


def test_a_zip_is_as_good_as_a_folder(command, tmp_path):
    file = tmp_path / "package.zip"
    file.write_bytes(zipped(contents()))
    code, lines = command(file)
    assert code == 0 and "services 1 added" in lines[-1]


def test_each_row_left_out_is_told_with_its_reason_and_the_rest_is_in_the_file(command, tmp_path):
    bad = [SERVICE | {"id": f"bad{n}", "status": "gone"} for n in range(25)]
    package = folder(tmp_path / "package", contents(service=[SERVICE, *bad]))
    code, lines = command(package)
    assert code == 0
    told = [line for line in lines if "services.csv, line" in line]
    assert len(told) == 20 and told[0].strip().startswith("services.csv, line 3, bad0: status is “gone”")
    assert "  … and 5 more; --report FILE.csv lists them." in lines
    assert "services 1 added, 0 changed, 0 unchanged, 25 left out" in lines[-1]
    out = tmp_path / "out.csv"
    code, lines = command(package, "--report", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert code == 0 and len(rows) == 25 and rows[24]["id"] == "bad24" and rows[24]["what"] == "left out"


def test_a_path_that_is_not_there_is_said_in_one_line(command, tmp_path):
    code, lines = command(tmp_path / "nowhere")
    assert code == 1 and lines == [f"Error: There is no folder or file {tmp_path / 'nowhere'}."]


def test_what_is_no_package_changes_nothing(command, tmp_path, session):
    file = tmp_path / "letter.zip"
    file.write_bytes(b"Dear all")
    code, lines = command(file)
    assert code == 1 and len(lines) == 1 and lines[0].endswith("Nothing was imported.")
    assert session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1  # the cast's own


def test_when_nothing_is_sound_the_reasons_are_told_and_nothing_is_changed(command, tmp_path, session):
    code, lines = command(folder(tmp_path / "package", contents(organization=[])))
    assert code == 1
    assert "organizations.csv is missing." in lines
    assert any("organization_id points to o1" in line for line in lines)
    assert lines[-1].startswith("Error:") and "Nothing was imported." in lines[-1]
    assert session.scalar(sa.select(Service).where(Service.hsds_id == "s1")) is None


def test_help_says_what_it_does(command):
    code, lines = command("--help")
    assert code == 0 and any("HSDS" in line for line in lines)
