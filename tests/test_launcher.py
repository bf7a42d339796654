"""The one command: what it says, what it sets up, and that it hands over."""

import ast
import fcntl
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from flask import Flask

from app import cli
from app.cli import checks

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "handrail"


def as_module() -> ModuleType:
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("handrail_command", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


VERBS = list(as_module().VERBS)


@pytest.fixture
def launcher() -> ModuleType:
    return as_module()


@pytest.fixture
def elsewhere(launcher, tmp_path, monkeypatch) -> ModuleType:
    """The script as if it lay in an empty folder with two locks beside it."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(f"# {name}\n")
    places = {"HERE": ".", "VENV": ".venv", "PYTHON": ".venv/bin/python", "STAMP": ".venv/installed.json"}
    places |= {"LOCK": "requirements.lock", "DEV_LOCK": "requirements-dev.lock"}
    for name, place in places.items():
        monkeypatch.setattr(launcher, name, tmp_path / place)
    return launcher


@pytest.fixture
def ready(elsewhere) -> ModuleType:
    """…and as if both locks had been installed."""
    elsewhere.PYTHON.parent.mkdir(parents=True)
    elsewhere.PYTHON.symlink_to(sys.executable)
    locks = [elsewhere.LOCK, elsewhere.DEV_LOCK]
    elsewhere.STAMP.write_text(json.dumps({lock.name: elsewhere.fingerprint(lock) for lock in locks}))
    return elsewhere


def handrail(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run([SCRIPT, *arguments], cwd=cwd, env=bare, capture_output=True, text=True, timeout=300)


# What it says


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_by_itself_it_shows_the_verbs_one_line_each(arguments, tmp_path):
    done = handrail(*arguments, cwd=tmp_path)
    assert done.returncode == 0
    shown = [line.split()[0] for line in done.stdout.splitlines()[2:]]
    assert shown == VERBS


def test_it_can_be_called_through_a_link_from_another_folder(tmp_path):
    (tmp_path / "hr").symlink_to(SCRIPT)
    done = subprocess.run([tmp_path / "hr"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert "demo" in done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb, tmp_path):
    done = handrail(verb, "--help", cwd=tmp_path, HANDRAIL_DATA=str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: handrail {verb}")


def test_the_overview_and_the_program_know_the_same_verbs():
    program = Flask("program")
    cli.register(program)
    assert set(VERBS) - {"test"} == set(program.cli.commands)


def test_a_verb_that_does_not_exist_is_refused(tmp_path):
    done = handrail("dance", cwd=tmp_path, HANDRAIL_DATA=str(tmp_path / "data"))
    assert done.returncode == 2
    assert "No such command 'dance'" in done.stderr


def test_test_runs_pytest_in_the_checkout_and_passes_its_exit_code_on(tmp_path):
    done = handrail("test", "-q", "--collect-only", "tests/test_launcher.py", "-k", "no_such_test_at_all", cwd=tmp_path)
    assert done.returncode == 5, done.stdout  # pytest's own: nothing was collected
    assert "deselected" in done.stdout.splitlines()[-1]


def test_the_invented_agency_never_lives_among_the_real_data(launcher, monkeypatch):
    monkeypatch.delenv("HANDRAIL_DATA", raising=False)
    assert launcher.data_folder("demo") == {"HANDRAIL_DATA": str(ROOT / "instance" / "demo")}
    assert launcher.data_folder("start") == {}
    monkeypatch.setenv("HANDRAIL_DATA", "/a/folder/of/ones/own")
    assert launcher.data_folder("demo") == {}


def test_an_old_python_is_told_which_one_is_needed(launcher):
    assert launcher.too_old((3, 9, 2)) == (
        "Handrail needs Python 3.11 or newer; this is Python 3.9. Install python3.11 and start again."
    )


def test_an_old_python_can_read_the_file():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_looks_for_a_newer_one(launcher, tmp_path, monkeypatch):
    for name, code in (("python3.14", 1), ("python3.13", 0), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    started = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append((program, arguments[2:])))
    monkeypatch.setattr(sys, "argv", ["handrail", "demo", "--port", "1"])
    with pytest.raises(SystemExit):
        launcher.use_a_newer_python()
    assert started[0] == (str(tmp_path / "python3.13"), ["demo", "--port", "1"])


# What it sets up


def test_nothing_is_installed_again_while_the_lock_stays_the_same(ready):
    assert ready.installed(ready.LOCK)
    assert ready.installed(ready.DEV_LOCK)


def test_a_changed_lock_is_installed_again(ready):
    ready.LOCK.write_text("# other requirements\n")
    assert not ready.installed(ready.LOCK)
    assert ready.installed(ready.DEV_LOCK)


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null", '{"requirements.lock": 3}'])
def test_a_damaged_stamp_means_installing_again(ready, stamp):
    ready.STAMP.write_text(stamp)
    assert not ready.installed(ready.LOCK)


def test_a_venv_whose_python_was_removed_is_made_again(ready):
    ready.PYTHON.unlink()
    ready.PYTHON.symlink_to("/nonexistent/python3")
    assert not ready.installed(ready.LOCK)


def test_an_empty_lock_is_really_installed_into_a_new_venv(elsewhere):
    elsewhere.install(elsewhere.DEV_LOCK)
    assert elsewhere.installed(elsewhere.LOCK)
    assert elsewhere.installed(elsewhere.DEV_LOCK)
    done = subprocess.run([elsewhere.PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
    assert done.stdout.strip() == str(elsewhere.VENV)


def test_a_requirement_without_a_hash_is_refused_and_not_remembered(elsewhere):
    elsewhere.LOCK.write_text("click==8.1.7\n")
    with pytest.raises(elsewhere.Stuck, match="could not be installed"):
        elsewhere.install(elsewhere.LOCK)
    assert not elsewhere.installed(elsewhere.LOCK)


def test_a_second_start_waits_for_the_first_to_set_up(ready, capsys):
    """The other start holds the lock until it sees that this one waits."""
    with ready.LOCK.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, "-c", WAIT, SCRIPT, ready.LOCK], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert waiting.stderr and "Waiting for another start" in waiting.stderr.readline()
        assert waiting.poll() is None
    said, _ = waiting.communicate(timeout=30)
    assert said == "my turn\n"


WAIT = """
import importlib.machinery, importlib.util, pathlib, sys
loader = importlib.machinery.SourceFileLoader("handrail_command", sys.argv[1])
module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(module)
module.LOCK = pathlib.Path(sys.argv[2])
with module.alone():
    print("my turn")
"""


# check


def test_check_says_one_line_per_check_and_fails_when_one_fails(monkeypatch):
    monkeypatch.setattr(checks, "STEPS", [
        checks.Step("first", ["-c", "print('noise'); print('it is fine')"]),
        checks.Step("second", ["-c", "print('what went wrong'); raise SystemExit(3)"]),
    ])  # fmt: skip
    done = CliRunner().invoke(checks.check)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("ok      first") and lines[0].endswith("it is fine")
    assert "what went wrong" in lines
    assert any(line.startswith("FAILED  second") for line in lines)
    assert lines[-1] == "1 of 2 checks failed: second."


def test_check_succeeds_when_every_check_does(monkeypatch):
    monkeypatch.setattr(checks, "STEPS", [checks.Step("only", ["-c", "print('fine')"])])
    done = CliRunner().invoke(checks.check)
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == 2
    assert done.output.splitlines()[-1] == "All 1 checks passed."


def test_a_check_may_skip_nothing_and_touches_nobodys_data(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://the-real-one/")
    monkeypatch.setenv("HANDRAIL_DATA", str(tmp_path))
    given = checks.surroundings("/elsewhere")
    assert given["CI"] == "true"
    assert given["HANDRAIL_DATA"] == "/elsewhere"
    assert "DATABASE_URL" not in given


# What the system must have


@pytest.fixture
def no_paper(ready, monkeypatch) -> ModuleType:
    monkeypatch.setattr(ready, "LIBRARIES", {"libno-such-thing.so.0": "libno-such-thing-0"})
    monkeypatch.setattr(sys, "platform", "linux")
    return ready


def test_a_library_is_looked_for_where_the_system_keeps_them(ready):
    assert ready.loads("libc.so.6")
    assert not ready.loads("libno-such-thing.so.0")


def test_without_root_the_line_to_run_is_shown_and_the_start_goes_on(no_paper, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(no_paper.shutil, "which", lambda program, path=None: f"/usr/bin/{program}")
    no_paper.set_up(developing=False)
    assert capsys.readouterr().err == (
        "Missing on this machine: libno-such-thing-0. Until then printing will not work. To install:\n"
        "  sudo apt-get install -y libno-such-thing-0\n"
    )


def test_without_apt_no_apt_line_is_shown(no_paper, monkeypatch, capsys):
    monkeypatch.setattr(no_paper.shutil, "which", lambda program, path=None: None)
    no_paper.set_up(developing=False)
    said = capsys.readouterr().err
    assert "libno-such-thing-0" in said
    assert "apt-get" not in said


def test_as_root_what_is_missing_is_installed_quietly(no_paper, tmp_path, monkeypatch, capsys):
    calls = pretend_apt_get(tmp_path, monkeypatch, "exit 0")
    no_paper.set_up(developing=False)
    assert [call.split("force-confold ")[1] for call in calls.read_text().splitlines()] == [
        "update", "install --no-install-recommends libno-such-thing-0",
    ]  # fmt: skip
    assert capsys.readouterr().err == "Installing libno-such-thing-0 …\n"


def test_one_package_that_cannot_be_had_does_not_hold_up_the_others(no_paper, tmp_path, monkeypatch, capsys):
    calls = pretend_apt_get(tmp_path, monkeypatch, 'case "$*" in *thing*) echo "no such package"; exit 100;; esac')
    monkeypatch.setattr(no_paper, "PROGRAMS", {"no-such-program": "fine-package"})
    monkeypatch.setattr(no_paper, "has_postgres", lambda: True)
    no_paper.set_up(developing=True)
    assert calls.read_text().splitlines()[-1].endswith("install --no-install-recommends fine-package")
    said = capsys.readouterr().err
    assert "no such package" in said
    assert "Missing on this machine: libno-such-thing-0. Until then printing will not work." in said
    assert "Missing on this machine: fine-package" not in said


def test_when_nothing_is_missing_apt_is_left_alone(ready, tmp_path, monkeypatch, capsys):
    calls = pretend_apt_get(tmp_path, monkeypatch, "exit 0")
    monkeypatch.setattr(ready, "LIBRARIES", {"libc.so.6": "libc6"})
    ready.set_up(developing=False)
    assert not calls.exists()
    assert capsys.readouterr().err == ""


def test_without_the_venv_module_it_stops_and_says_what_to_install(elsewhere, monkeypatch, capsys):
    monkeypatch.setattr(elsewhere, "can_make_venv", lambda: False)
    monkeypatch.setattr(elsewhere.shutil, "which", lambda program, path=None: f"/usr/bin/{program}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(elsewhere.Stuck, match=rf"sudo apt-get install -y python3\.{sys.version_info.minor}-venv"):
        elsewhere.set_up(developing=False)
    assert not elsewhere.VENV.exists()
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_written_is_a_plain_message(tmp_path):
    """Here .venv is a file, so it cannot be made, whoever we are."""
    for name in ("handrail", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").write_text("in the way")
    done = subprocess.run([tmp_path / "handrail", "start"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert ".venv" in done.stderr


def pretend_apt_get(folder: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> Path:
    """Put an apt-get before the real one that notes its arguments, and let us be root."""
    notes = folder / "apt-get.calls"
    (folder / "bin").mkdir()
    (folder / "bin" / "apt-get").write_text(f'#!/bin/sh\necho "$*" >> {notes}\n{behaviour}\n')
    (folder / "bin" / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return notes
