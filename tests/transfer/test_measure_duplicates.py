"""`measure-duplicates`, on small lists of our own and, where they are, on the shared lists with known answers."""

import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.duplicates import measure_duplicates

SHARED = Path(__file__).resolve().parents[3] / "shared/data/people"

LIST = """Client list of the front desk,,,,
Client #,Last,First,D.O.B.,Ph #
1,Díaz,Rosa,2/11/1992,410-555-0142
2,Diaz,Rosita,02/11/92,(410) 555-0142 x3
3,Lindgren,Bo,1970-01-02,
4,Marsh,Rosa,,410 555 0199
5,Bo,Lindgrenn,2 Jan 1970,
"""


def ran(*arguments):
    return CliRunner().invoke(measure_duplicates, [str(argument) for argument in arguments])


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_without_pairs_it_counts_and_writes_what_it_found(people, tmp_path):
    done = ran(people, "--out", tmp_path / "found.csv")
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"pairs 2  seconds \d+\.\d\d", done.output.splitlines()[-1])
    assert (tmp_path / "found.csv").read_text() == "row_1,row_2\n3,4\n5,7\n"


def test_with_pairs_it_says_how_good_it_was(people, tmp_path):
    (tmp_path / "pairs.csv").write_text("row_1,row_2\n3,4\n3,6\n")
    done = ran(people, "--pairs", tmp_path / "pairs.csv")
    last = done.output.splitlines()[-1]
    assert last.startswith("pairs 2  known 2  precision 0.5000  recall 0.5000  F1 0.5000  seconds ")


def test_it_tells_no_name_of_anybody(people):
    assert "Rosa" not in ran(people).output and "Lindgren" not in ran(people).output


def test_a_bad_file_ends_with_one_plain_line(tmp_path, people):
    (tmp_path / "workbook.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "pairs.csv").write_text("row_1,row_2\n1,999\n")
    for arguments in [(tmp_path / "workbook.xlsx",), (people, "--pairs", tmp_path / "pairs.csv"), (tmp_path / "no.csv",),
                      (people, "--out", tmp_path / "no" / "out.csv"), (people, "--pairs", tmp_path / "none.csv")]:  # fmt: skip
        done = ran(*arguments)
        assert done.exit_code == 1
        assert done.output.startswith("Error: ") and done.output.count("\n") == 1, done.output


def test_its_help_says_that_ids_are_not_compared():
    done = ran("--help")
    assert done.exit_code == 0 and "Ids are never compared" in " ".join(done.output.split())


@pytest.mark.skipif(not SHARED.exists(), reason="the shared lists of people are not here")
@pytest.mark.parametrize(
    ("people", "pairs"),
    [
        ("febrl/febrl1.csv", "febrl/febrl1_true_pairs.csv"),
        ("febrl/febrl2.csv", "febrl/febrl2_true_pairs.csv"),
        ("splink/fake_1000.csv", "splink/fake_1000_labels.csv"),
        ("messy_clients_dev/clients.csv", "messy_clients_dev/clients.true_pairs.csv"),
        ("messy_clients_dev/clients.cp1252.csv", "messy_clients_dev/clients.true_pairs.csv"),
    ],
)
def test_the_shared_lists(people, pairs):
    done = ran(SHARED / people, "--pairs", SHARED / pairs)
    figures = dict(re.findall(r"(\w+) ([\d.]+)", done.output.splitlines()[-1]))
    assert float(figures["precision"]) >= 0.98, done.output
    assert float(figures["recall"]) >= 0.92, done.output


@pytest.mark.skipif(not SHARED.exists(), reason="the shared lists of people are not here")
def test_mixing_up_what_identifies_changes_nothing(tmp_path):
    """The ids of FEBRL give the answer away, and its number of the social security nearly: neither is looked at."""
    head, *rows = (SHARED / "febrl/febrl1.csv").read_text().splitlines()
    mixed = [f"x{n}{row[row.index(',') : row.rindex(',')]}, 1234567" for n, row in enumerate(rows)]
    (tmp_path / "mixed.csv").write_text("\n".join([head, *mixed]))
    for path, out in ((SHARED / "febrl/febrl1.csv", "as-is.csv"), (tmp_path / "mixed.csv", "mixed-out.csv")):
        assert ran(path, "--out", tmp_path / out).exit_code == 0
    assert (tmp_path / "as-is.csv").read_text() == (tmp_path / "mixed-out.csv").read_text()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared lists of people are not here")
def test_ten_thousand_rows_are_done_in_a_minute(tmp_path):
    """Twice the second list of FEBRL, the second time with everybody born in other years and reached by other names."""
    head, *rows = (SHARED / "febrl/febrl2.csv").read_text().splitlines()
    others = [re.sub(r"\b(19)(\d\d)(\d{4})\b", lambda m: f"20{m[2]}{m[3]}", row[::1]).replace("a", "o") for row in rows]
    (tmp_path / "many.csv").write_text("\n".join([head, *rows, *others]))
    began = time.process_time()
    done = ran(tmp_path / "many.csv")
    assert done.exit_code == 0 and "Rows: 10,000" in done.output
    assert time.process_time() - began < 60
