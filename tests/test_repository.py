"""What must hold for the files themselves: nothing of one machine in them, nothing left behind, locks that fit."""

import ast
import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
VENDORED = ("app/static/vendor/", "tests/e2e/vendor/")
BINARY = {".woff2", ".png", ".jpg", ".jpeg", ".ico", ".pdf", ".zip", ".mo", ".ttf", ".icc"}
RESIDUE = re.compile(r"(\.(orig|rej|bak|swp|tmp|log|pyc|db|db-wal|db-shm|sqlite3?)|~|\.DS_Store|Thumbs\.db)$")
AGPL = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"  # the text that the FSF publishes

# What comes with something that is asked for, as a part of it that we use too.
BEHIND = {
    "click": "flask",
    "markupsafe": "jinja2",
    "babel": "flask-babel",
    "pydyf": "weasyprint",
    "fonttools": "weasyprint",
}
BEHIND |= {"packaging": "pytest"}

# What only a command for developers needs; `./handrail` installs it for them.
BY_DEVELOPERS = {"playwright": {"app/cli/pictures.py"}}

# Written so that this file does not hold what it looks for.
FORBIDDEN = {
    "the address of a package index": r"\b(pypi|pythonhosted|npmjs|yarnpkg)\.(org|com)\b",
    "an option that names a package index": r"--(extra-)?index" + r"-url|--find" + r"-links",
    "a person's or root's folder": r"(?<![\w.])/(roo" + r"t|home/\w+|Users/\w+)/",
    "a conflict that was not resolved": r"^(<{7} |>{7} |\|{7} )",
    "a stop for the debugger": r"\bbreakpoint" + r"\(\)|\bpdb\.set" + r"_trace|^\s*debugger" + r";",
    "work put off": r"\b(FIX" + r"ME|TO" + r"DO|XX" + r"X)\b",
}


def files() -> list[str]:
    """Every file that is or would be committed."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
    else:  # an unpacked archive
        listed = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not ignored(path.relative_to(ROOT))]
    return sorted(name for name in listed if name and (ROOT / name).is_file())


def ignored(path: Path) -> bool:
    left_out = {name.rstrip("/") for name in (ROOT / ".gitignore").read_text().split()}
    return bool(left_out & set(path.parts)) or path.suffix == ".pyc"


FILES = files()
CHECKS = {
    "style": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--check", "--no-cache", "."],
    "security": ["bandit", "-q", "-c", "pyproject.toml", "-r", "app", "migrations", "handrail", "wsgi.py"],
}
OURS = [name for name in FILES if not name.startswith(VENDORED)]
TEXTS = [name for name in OURS if Path(name).suffix not in BINARY]


def findings(text: str, forbidden: dict[str, str]) -> list[str]:
    """What is in a text that must not be, with the number of its line."""
    return [
        f"line {number}: {what}"
        for what, pattern in forbidden.items()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def this_machine() -> dict[str, str]:
    """The place of this checkout, where it is long enough to be no ordinary word."""
    if len(ROOT.parts) < 3:
        return {}
    return {"the place of this checkout": rf"(?<![\w.]){re.escape(str(ROOT))}(?![\w-])"}


def test_nothing_of_one_machine_and_nothing_unfinished_is_in_any_file():
    forbidden = {**FORBIDDEN, **this_machine()}
    found = {name: findings((ROOT / name).read_text(encoding="utf-8"), forbidden) for name in TEXTS}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(TEXTS) > 20, "the files were not found"


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index" + "-url https://example.org/simple",
        "see https://" + "pypi" + ".org/project/flask",
        "https://files." + "pythonhosted" + ".org/x.whl",
        'open("/ro' + 'ot/.cache/x")',
        "/home/" + "ana/handrail",
        f"cd {ROOT}",
        f"{ROOT}/app",
        "<" * 7 + " HEAD",
        "    break" + "point()",
        "# TO" + "DO later",
    ],
)
def test_the_search_finds(line):
    assert findings(f"fine\n{line}\n", {**FORBIDDEN, **this_machine()})


@pytest.mark.parametrize("line", ["./handrail demo", "url_for('root/')", "the home/shelter field", "<<<", "pypi"])
def test_the_search_lets_pass(line):
    assert findings(line, {**FORBIDDEN, **this_machine()}) == []


def test_no_residue_is_committed():
    assert [name for name in FILES if RESIDUE.search(name)] == []


def test_no_file_is_large():
    assert [name for name in FILES if (ROOT / name).stat().st_size > 3_000_000] == []


def test_texts_end_their_last_line_and_use_no_carriage_returns():
    contents = {name: (ROOT / name).read_bytes() for name in TEXTS if not name.startswith(("tests/data/", "app/data/"))}
    assert [name for name, content in contents.items() if content and not content.endswith(b"\n")] == []
    assert [name for name, content in contents.items() if b"\r" in content] == []


@pytest.mark.parametrize("name", ["handrail", ".ci/run"])
def test_what_is_run_by_name_may_be_run(name):
    assert os.access(ROOT / name, os.X_OK)


def test_the_licence_is_the_whole_agpl():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL


# The locks


def locked(name: str) -> dict[str, tuple[str, set[str]]]:
    """The requirements of a lock: name → (pin, hashes)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in filter(None, text.splitlines()):
        requirement, *hashes = line.split(" --hash=")
        pinned = Requirement(requirement)
        found[canonicalize_name(pinned.name)] = (str(pinned.specifier), {each.strip() for each in hashes})
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_pinned_and_hashed(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    for package, (pin, hashes) in locked(name).items():
        assert re.fullmatch(r"==[\w.+!]+", pin), package
        assert hashes, package
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), package


def test_the_lock_for_developers_holds_the_other_one():
    """The launcher relies on it: who has installed the second has installed the first."""
    both = locked("requirements-dev.lock")
    assert {name: both.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")


def test_the_locks_fit_what_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
    }
    for name, wanted in asked.items():
        pins = {package: pin.removeprefix("==") for package, (pin, _) in locked(name).items()}
        for requirement in map(Requirement, wanted):
            package = canonicalize_name(requirement.name)
            assert package in pins, f"{name} lacks {package}: make the locks again"
            assert requirement.specifier.contains(pins[package]), f"{name}: {package} {pins[package]}"


# The imports


def imported(folder: str) -> dict[str, set[str]]:
    """Every module that files in this folder import from elsewhere: its first name → the files."""
    found: dict[str, set[str]] = {}
    for name in (name for name in FILES if name.startswith(folder) and name.endswith(".py")):
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            else:
                modules = []
            for module in modules:
                found.setdefault(module.split(".")[0], set()).add(name)
    ours = {"app", "tests", "wsgi"}
    return {module: where for module, where in found.items() if module not in sys.stdlib_module_names | ours}


@pytest.mark.parametrize("folder", ["app/", "migrations/", "tests/"])
def test_what_is_imported_is_asked_for(folder):
    """A module that is only there by chance, or only for developers, would be missing on somebody's machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if folder == "tests/" else [])
    direct = {canonicalize_name(Requirement(each).name) for each in asked}
    distributions = direct | {behind for behind, front in BEHIND.items() if front in direct}
    providers = importlib.metadata.packages_distributions()
    missing = {
        module: sorted(where)
        for module, where in imported(folder).items()
        if where != BY_DEVELOPERS.get(module)
        and not distributions & {canonicalize_name(name) for name in providers.get(module, [])}
    }
    assert missing == {}


@pytest.mark.parametrize("check", CHECKS)
def test_style_and_security_rules_are_kept(check):
    """The same as in `handrail check`; what is excepted has its reason beside it."""
    done = subprocess.run([sys.executable, "-m", *CHECKS[check]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
