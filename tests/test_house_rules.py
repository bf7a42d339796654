"""The rules of the house, kept by reading the code: which way imports point, where queries and commits may stand,
what a template may hold, and how addresses are made. Who may do what is in test_access.py.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from jinja2 import Environment, meta, nodes

from app import models, schema
from app.engines import Base
from app.extensions import db
from app.models.agency.event import Event, EventKind
from app.models.base import MaybeOfCase, OfCase, OfClient

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
TEMPLATES = APP / "templates"
PAPER = TEMPLATES / "paper"
SPRITE = APP / "static/vendor/tabler-icons@3.51.0/icons.svg"

AREAS = ("caseload", "intake", "assessment", "planning", "linking", "monitoring", "closing", "agency")
VERBS = {"index", "show", "new", "create", "edit", "update", "destroy"}


def python_files(*folders: str) -> list[Path]:
    """Every Python file under these folders of the app, or the whole app."""
    return sorted(path for folder in folders or [""] for path in (APP / folder).rglob("*.py"))


def templates(*, paper: bool = True) -> list[Path]:
    """Every template; the screens' alone without `paper`."""
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if paper or PAPER not in path.parents]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nothing(wrong: Iterable[str] | dict[str, list[str]], why: str = "") -> None:
    """Fail with one line for each thing that is wrong."""
    lines = (
        [f"{name}: {each}" for name, found in wrong.items() for each in found]
        if isinstance(wrong, dict)
        else list(wrong)
    )
    assert not lines, "\n".join([why, *sorted(set(lines))]).strip()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def found_in(paths: list[Path], pattern: str, *, flags: int = 0) -> dict[str, list[str]]:
    """Where a pattern stands: file → lines."""
    found = {}
    for path in paths:
        lines = path.read_text(encoding="utf-8").splitlines()
        hits = [
            f"{number}: {line.strip()[:120]}" for number, line in enumerate(lines, 1) if re.search(pattern, line, flags)
        ]
        if hits:
            found[named(path)] = hits
    return found


# -- Which way imports point (ARCHITECTURE §3): only to a ring further in, or to one's own.

RINGS: list[set[str]] = [
    {"clock", "words"},
    {"engines", "passwords", "totp", "keys", "machines", "mail"},
    {"config", "extensions"},
    {"models"},
    {"access", "reports", "documents", "directory", "forms", "instruments", "transfer", "uploads"},
    {"health", "heavy", "stale"},
    {"requests", "pages", "letters", "conflicts", "drafts"},
    {"errors", "showing", "schema", "sections", "pairing"},
    {"admitting"},
    {"routes", "demo"},
    {"cli"},
    {"__init__"},
]
RING = {name: number for number, names in enumerate(RINGS) for name in names}
WEB = {"flask", "flask_login", "flask_babel", "htmx_flask", "wtforms", "jinja2", "markupsafe", "werkzeug"}


def part_of(module: str) -> str:
    """The part of the house that a module of ours belongs to: `app.models.base` → `models`."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports by name, ours spelled out: `from app import clock` is `app.clock`."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{named(path)} imports by dots"
            if node.module == "app":
                found |= {f"app.{alias.name}" if alias.name != "create_app" else "app" for alias in node.names}
            else:
                found.add(str(node.module))
    return found


def home_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


# Commands that look at a database of their own, which goes away again.
MAY_MAKE_AN_APP = {"app/cli/checks.py", "app/cli/pictures.py"}


def test_imports_point_inwards():
    wrong = []
    for path in python_files():
        mine = home_of(path)
        assert mine in RING, f"{named(path)} belongs to no ring: say in RINGS where it stands"
        for module in imports_of(path):
            theirs = part_of(module) if module.split(".")[0] == "app" else None
            if theirs is None or theirs == mine or (theirs == "__init__" and named(path) in MAY_MAKE_AN_APP):
                continue
            if RING.get(theirs, 99) >= RING[mine]:
                wrong.append(f"{named(path)} imports {module}")
    nothing(wrong)


def test_models_know_no_request_no_form_and_no_template():
    wrong = [
        f"{named(path)}: {m}" for path in python_files("models") for m in imports_of(path) if m.split(".")[0] in WEB
    ]
    nothing(wrong)


def test_routes_import_no_other_route():
    wrong = [
        f"{named(path)}: {m}" for path in python_files("routes") for m in imports_of(path) if m.startswith("app.routes")
    ]
    nothing(wrong)


def test_pages_imports_nothing_of_ours():
    assert [m for m in imports_of(APP / "pages.py") if m.startswith("app")] == []


def test_forms_never_query_and_never_save():
    wrong = [
        f"{named(path)}: {m}" for path in python_files("forms") for m in imports_of(path) if m.startswith("sqlalchemy")
    ]
    wrong += [
        f"{named(path)}: {m}" for path in python_files("forms") for m in imports_of(path) if m == "app.extensions"
    ]
    nothing(wrong)
    for path in python_files("forms"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"session", "commit", "scalars", "query"}:
                wrong.append(f"{named(path)}, line {node.lineno}: .{node.attr}")
    nothing(wrong)


def test_the_only_calls_to_the_clock_are_in_the_clock():
    clocks = r"(datetime|date)\.(now|today|utcnow)\(|\btime\.time\(|localtime\("
    nothing({name: lines for name, lines in found_in(python_files(), clocks).items() if name != "app/clock.py"})


def test_no_file_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "helper", "services", "managers", "common", "misc"}
    nouns_of_the_directory = {"app/routes/linking/services.py", "app/forms/linking/services.py"}
    nothing(
        {named(path) for path in python_files() if {path.stem, path.parent.name} & drawers} - nouns_of_the_directory
    )


# -- Where queries and commits stand


def called_names(function: ast.AST) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }


@cache
def queries() -> dict[str, bool]:
    """Every method of the models that asks the database, or makes a query for it: name → whether it is a property."""
    methods: dict[str, tuple[bool, ast.AST]] = {}
    for path in python_files("models"):
        for parent in [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef)]:
            for node in [node for node in parent.body if isinstance(node, ast.FunctionDef)]:
                is_property = any(isinstance(d, ast.Name) and d.id == "property" for d in node.decorator_list)
                methods[f"{parent.name}.{node.name}"] = (is_property, node)
    asks = r"\bdb\.session\.(scalar|scalars|execute|get|get_one)\b|\bsa\.select\b"
    found = {name for name, (_p, node) in methods.items() if re.search(asks, ast.unparse(node))}
    while True:
        plain = {name.split(".")[1] for name in found} - COMMON_NAMES
        more = {name for name, (_p, node) in methods.items() if called_names(node) & plain} - found
        if not more:
            break
        found |= more
    return {name.split(".")[1]: methods[name][0] for name in found if not name.split(".")[1].startswith("_")}


# Names that a query shares with what lists, dicts and dates have.
COMMON_NAMES = {
    "add",
    "get",
    "at",
    "index",
    "update",
    "of",
    "open",
    "begin",
    "end",
    "keep",
    "add_line",
    "record",
    "change",
}


@cache
def plain_fields() -> set[str]:
    """What the dataclasses of reports and forms call their fields: no queries, although a model uses the word."""
    classes = [
        node
        for path in python_files("reports", "forms", "documents", "directory")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    ]
    fields = [line for each in classes for line in each.body if isinstance(line, ast.AnnAssign)]
    return {line.target.id for line in fields if isinstance(line.target, ast.Name)}


def test_templates_never_query():
    asking = queries()
    assert asking["obstacles"] is False and asking["stage"] is True, "the search for queries finds none"
    wrong = []
    for path in templates():
        tree = parsed(path)
        macros = {node.target for node in tree.find_all(nodes.Import)}
        called = {id(node.node) for node in tree.find_all(nodes.Call)}
        for node in tree.find_all(nodes.Getattr):
            base = node.node.name if isinstance(node.node, nodes.Name) else ""
            is_property = asking.get(node.attr)
            of_macros = base in macros or len(base) == 1
            asked = is_property is not None and is_property != (id(node) in called) and not of_macros
            if (asked and node.attr not in plain_fields()) or node.attr in {"query", "session", "scalars", "execute"}:
                wrong.append(f"{named(path)}, line {node.lineno}: {base}.{node.attr} asks the database")
    nothing(wrong)


# Whoever ends a transaction, and why it is not `requests.settle` that does.
COMMITS = {
    "app/requests.py": "settle: one answer, one transaction; and a refused try at the door is counted although it is a 422",
    "app/cli": "a command is a transaction of its own",
    "app/demo": "the demonstration is built by a command",
    "app/documents/issuing.py": "the PDF is kept after the commit, so that rendering holds no writer",
}


def test_nobody_commits_but_those_who_answer_for_it():
    def called(path: Path) -> bool:
        return any(isinstance(n, ast.Attribute) and n.attr == "commit" for n in ast.walk(tree_of(path)))

    found = {named(path) for path in python_files() if called(path)}
    wrong = {name for name in found if not any(name == place or name.startswith(place + "/") for place in COMMITS)}
    nothing(wrong, "a verb never commits: requests.settle does")
    unused = {place for place in COMMITS if not any(name == place or name.startswith(place + "/") for name in found)}
    nothing(unused, "these no longer commit: take them off the list")


# -- Tables


def all_models() -> list[type]:
    assert models.__all__
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__name__)


# The trail is about records and outlives them; it has no reach of its own.
NOT_IN_THE_FILE = {Event}


def test_every_table_about_a_client_is_of_the_client():
    wrong = [
        model.__name__
        for model in all_models()
        if "client_id" in model.__table__.columns and not issubclass(model, OfClient) and model not in NOT_IN_THE_FILE
    ]
    nothing(wrong)
    assert len([model for model in all_models() if issubclass(model, OfClient)]) > 20


def test_every_child_of_something_in_a_clients_file_is_in_the_file_itself():
    in_file = {model.__table__.name for model in all_models() if issubclass(model, OfClient)} | {"client"}
    wrong = [
        f"{model.__name__} points at {', '.join(sorted(pointed & in_file))}"
        for model in all_models()
        for pointed in [{key.column.table.name for key in model.__table__.foreign_keys}]
        if pointed & in_file and not issubclass(model, OfClient) and model not in NOT_IN_THE_FILE
    ]
    nothing(wrong)


def test_what_is_written_in_a_case_is_reached_through_the_case():
    wrong = [
        model.__name__
        for model in all_models()
        if "case_id" in model.__table__.columns
        and not issubclass(model, (OfCase, MaybeOfCase))
        and "visible_to" not in vars(model)
        and model not in NOT_IN_THE_FILE
    ]
    nothing(wrong)


def test_every_table_has_a_model_that_the_app_names_at_start():
    assert {mapper.class_.__table__.name for mapper in Base.registry.mappers} == set(Base.metadata.tables)
    loaded = {name for name in sys.modules if name.startswith("app.models.")}
    with_tables = {m.class_.__module__ for m in Base.registry.mappers}
    assert with_tables <= loaded
    assert schema.MIGRATIONS.exists()


def test_text_has_a_length_in_the_database_unless_it_is_prose():
    """Lengths in the database too (SECURITY 2.11): a String without one would take anything."""
    wrong = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Text) and column.type.length is None
    ]
    nothing(wrong)


# -- The trail


def test_every_kind_of_event_has_a_sentence():
    for kind in EventKind:
        assert re.fullmatch(r"[a-z][\w’ -]{5,80}", kind.label), f"{kind.name}: “{kind.label}” does not follow a name"
    assert len({kind.label for kind in EventKind}) == len(EventKind)


def test_every_kind_of_event_is_written_by_somebody():
    used = set()
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "EventKind":
                used.add(node.attr)
    nothing({kind.name for kind in EventKind} - used, "nobody writes these: use them or take them out")


# -- Templates


@cache
def parsed(path: Path) -> nodes.Template:
    env = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    return env.parse(path.read_text(encoding="utf-8"))


def markup_of(path_or_text: Path | str) -> str:
    """What stands in a template outside of its commands; where one was, there is a NUL."""
    text = path_or_text.read_text(encoding="utf-8") if isinstance(path_or_text, Path) else path_or_text
    tokens = Environment(trim_blocks=True, lstrip_blocks=True).lex(text)
    return re.sub("\x00+", "\x00", "".join(value if kind == "data" else "\x00" for _line, kind, value in tokens))


def test_a_fragments_first_line_says_what_it_needs():
    wrong = []
    for path in templates():
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        if path.name.startswith("_") and not re.match(r"\{#-? \S.{8,}", first):
            wrong.append(f"{named(path)}: {first[:80]}")
    nothing(wrong)


def test_a_fragment_needs_nothing_that_its_first_comment_does_not_name(no_database_app):
    known = set(no_database_app.jinja_env.globals) | {
        "agency",
        "me",
        "today",
        "preferences",
        "locale",
        "fragment",
        "ngettext",
        "_",
        "g",
        "caller",
        *("a", "f"),  # the components, which every page imports under these letters
    }
    wrong = []
    for path in templates(paper=False):
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("_"):
            said = set(re.findall(r"\w+", text[: text.index("#}")]))
            made = {name.name for name in parsed(path).find_all(nodes.Name) if name.ctx != "load"}
            missing = meta.find_undeclared_variables(no_database_app.jinja_env.parse(text)) - known - said - made
            if missing:
                wrong.append(f"{named(path)} uses {', '.join(sorted(missing))}")
    nothing(wrong)


FORBIDDEN_IN_MARKUP = {
    "an inline style": r"\sstyle\s*=|<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)|javascript:",
    "a handler in the page": r"\son[a-z]+\s*=|\bhx-on\b",
    "values that need eval": r"hx-(vals|headers|vars)\s*=\s*[\"']?\s*(js|javascript):|hx-vars\b",
    "a trigger filter, which needs eval": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "something from elsewhere": r"(src|href)\s*=\s*[\"'](https?:)?//",
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_MARKUP)
def test_templates_hold_nothing_that_our_policy_forbids(what):
    wrong = {}
    for path in templates():
        wrong[named(path)] = [hit[0] for hit in re.finditer(rf"{FORBIDDEN_IN_MARKUP[what]}.{{0,60}}", markup_of(path))]
    nothing(wrong)


def test_htmx_is_told_to_run_nothing_and_to_ask_nobody_else():
    """Its usual settings would keep names of clients in the browser, and take text for code."""
    (said,) = re.findall(r"<meta name=\"htmx-config\" content='([^']+)'", (APP / "templates" / "base.html").read_text())
    told = json.loads(said)
    assert not told["allowEval"] and not told["allowScriptTags"] and not told["includeIndicatorStyles"]
    assert told["selfRequestsOnly"] and told["historyCacheSize"] == 0 and not told["historyRestoreAsHxRequest"]
    swapped = [rule["code"] for rule in told["responseHandling"] if rule["swap"]]
    assert [any(re.fullmatch(code, status) for code in swapped) for status in ("200", "303", "409", "422")] == [
        True
    ] * 4


# What can open a connection, and the files that may: letters, this machine's own name and port, and the printing of the pages.
OUTWARD = {
    "socket",
    "ssl",
    "smtplib",
    "http.client",
    "urllib.request",
    "ftplib",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
}
MAY_REACH_OUT = {"app/mail.py", "app/config.py", "app/cli/serving.py", "app/cli/pictures.py", "app/cli/checks.py"}


def test_nothing_leaves_the_house_but_letters():
    """No telemetry, no look for a newer version, no list from elsewhere (SECURITY 2.22)."""
    wrong = {
        named(path): sorted(imports_of(path) & OUTWARD) for path in python_files() if named(path) not in MAY_REACH_OUT
    }
    nothing({path: modules for path, modules in wrong.items() if modules})
    ours = [path for kind in ("css", "js") for path in (APP / "static" / kind).rglob(f"*.{kind}")]
    assert ours
    nothing(found_in(ours, r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}|@import\b|sendBeacon|WebSocket|EventSource"))


def test_templates_take_no_data_for_code():
    nothing(found_in(templates(), r"\|\s*safe\b|\bMarkup\b|autoescape\s+false"))


def test_no_data_is_marked_as_safe_in_the_code():
    """Markup is for fixed words with places in them; what goes into the places is escaped by format()."""
    wrong = []
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
            name = (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) if made else ""
            if name in ("Markup", "HTMLString") and not all(isinstance(arg, ast.Constant) for arg in node.args):
                wrong.append(f"{named(path)}, line {node.lineno}")
            if name == "render_template_string":
                wrong.append(f"{named(path)}, line {node.lineno}")
    nothing(wrong)


def symbols() -> set[str]:
    return set(re.findall(r"<symbol[^>]*\bid=\"([^\"]+)\"", SPRITE.read_text(encoding="utf-8")))


# Where an icon's name is given to a macro: the macro → which argument, and by which word.
ICON_PLACES = {
    "icon": (0, "name"),
    "tag": (2, "ico"),
    "status": (1, "ico"),
    "empty": (0, "ico"),
    "notice": (1, "ico"),
    "actions": (2, "ico"),
}


def icons_in(path: Path) -> set[str]:
    """The names of icons that a template writes out."""
    found = set()
    for call in parsed(path).find_all(nodes.Call):
        name = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
        if name not in ICON_PLACES:
            continue
        place, word = ICON_PLACES[name]
        given = [call.args[place]] if len(call.args) > place else [k.value for k in call.kwargs if k.key == word]
        for value in given:
            chosen = [value] if isinstance(value, nodes.Const) else list(value.find_all(nodes.Const))
            whole = isinstance(value, nodes.Const | nodes.CondExpr | nodes.Or)
            found |= {
                c.value
                for c in chosen
                if whole and isinstance(c.value, str) and re.fullmatch(r"[a-z][a-z0-9-]+", c.value)
            }
    return found


def test_every_icon_is_in_the_sprite():
    known = symbols()
    assert len(known) > 40
    used = {path: icons_in(path) for path in templates(paper=False)}
    assert len(set().union(*used.values())) > 30, "the icons were not found"
    # A condition holds words too ("status == 'done'"): what is compared somewhere is no icon that is missing.
    words = {
        c.value
        for path in templates()
        for node in parsed(path).find_all(nodes.Compare)
        for c in node.find_all(nodes.Const)
    }
    nothing({named(path): sorted(names - known - words) for path, names in used.items()})


# -- Addresses


def rules(app) -> list:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_endpoints_are_resources_and_seven_verbs(no_database_app):
    nothing(
        rule.endpoint
        for rule in rules(no_database_app)
        if rule.endpoint.split(".")[-1] not in VERBS or rule.endpoint.count(".") != 1
    )


def test_each_verb_has_its_method(no_database_app):
    """Reading is GET and changes nothing; only a destroy may be asked for by GET, and that shows the question first."""
    reading = {"index", "show", "new", "edit"}
    wrong = []
    for rule in rules(no_database_app):
        verb = rule.endpoint.split(".")[1]
        allowed = {"GET"} if verb in reading else {"GET", "POST"} if verb == "destroy" else {"POST"}
        methods = rule.methods - {"HEAD", "OPTIONS"}
        if not methods <= allowed or (verb not in reading and "POST" not in methods):
            wrong.append(f"{rule.endpoint} answers {', '.join(sorted(methods))}")
    nothing(wrong)


def test_addresses_are_plain_words_with_typed_numbers(no_database_app):
    wrong = [
        rule.rule
        for rule in rules(no_database_app)
        if re.sub(r"<[^>]+>", "", rule.rule) != re.sub(r"<[^>]+>", "", rule.rule).lower()
    ]
    wrong += [rule.rule for rule in rules(no_database_app) if "_" in re.sub(r"<[^>]+>", "", rule.rule)]
    wrong += [rule.rule for rule in rules(no_database_app) if re.search(r"<(?!int:)\w*(id|about|number)>", rule.rule)]
    nothing(wrong)


def test_one_file_one_resource(no_database_app):
    """A file of routes is called like its blueprint, and stands in the area its noun belongs to."""
    for path in python_files("routes"):
        if path.stem == "__init__":
            continue
        assert path.parent.name in AREAS, named(path)
        made = [
            n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Blueprint"
        ]
        assert [call.args[0].value for call in made] == [path.stem], named(path)


def linked() -> list[tuple[str, int, str, set[str]]]:
    """Every `url_for` with a written endpoint: (file, line, endpoint, names given)."""
    found = []
    for path in templates(paper=False):
        for call in parsed(path).find_all(nodes.Call):
            if getattr(call.node, "name", "") == "url_for" and call.args and isinstance(call.args[0], nodes.Const):
                given = {kwarg.key for kwarg in call.kwargs} | ({"**"} if call.dyn_kwargs else set())
                found.append((named(path), call.lineno, call.args[0].value, given))
    for path in python_files():
        for call in [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]:
            if getattr(call.func, "id", "") == "url_for" and call.args and isinstance(call.args[0], ast.Constant):
                given = {kwarg.arg or "**" for kwarg in call.keywords}
                found.append((named(path), call.lineno, call.args[0].value, given))
    return found


def test_every_link_leads_to_an_endpoint(no_database_app):
    wanted: dict[str, list[set[str]]] = {}
    for rule in no_database_app.url_map.iter_rules():
        wanted.setdefault(rule.endpoint, []).append(rule.arguments - set(rule.defaults or {}))
    wrong = [
        f"{file}, line {line}: {endpoint} with {', '.join(sorted(given)) or 'nothing'}"
        for file, line, endpoint, given in linked()
        if not any("**" in given or needed <= given for needed in wanted.get(endpoint, []))
    ]
    assert len(linked()) > 40
    nothing(wrong)


def test_a_link_that_leads_nowhere_is_an_error_and_not_an_address(no_database_app):
    assert no_database_app.url_build_error_handlers == []
    assert found_in(python_files() + templates(), r"#unbuilt") == {}


# -- Forms


def with_inclusions(text: str) -> str:
    """A template's text with what it includes and extends put in its place."""

    def other(match: re.Match[str]) -> str:
        path = TEMPLATES / match[1]
        return with_inclusions(path.read_text(encoding="utf-8")) if path.exists() else ""

    return re.sub(r"\{%-?\s*include \"([^\"]+)\"[^%]*%\}", other, text)


def forms_that_create() -> list[tuple[str, str]]:
    """(where, text) of every form that is sent to a `.create`."""
    found = []
    for path in templates(paper=False):
        for form in re.findall(
            r"<form\b.*?</form>", with_inclusions(path.read_text(encoding="utf-8")), flags=re.DOTALL
        ):
            opening = form[: re.search(r"(?<![%}-])>", form).end()]
            if re.search(r"method=\"post\"", opening) and re.search(r"url_for\(\s*'\w+\.create'", opening):
                found.append((named(path), form))
    return found


# Why these need no key: twice is once already.
ONCE_ANYWAY = {
    "sign_ins": "there is nobody yet to whom a key could belong",
    "task_marks": "a task that is done is done",
    "step_marks": "a step that is marked is marked",
    "goal_marks": "a goal that is marked is marked",
    "goal_moves": "pressed again it moves once more",
    "step_moves": "pressed again it moves once more",
    "users": "the link stands on the answer itself, which a second sending must show too",
    "password_links": "the link stands on the answer itself; a second one ends the first",
    "sign_in_codes": "there is nobody yet to whom a key could belong",
    "password_requests": "there is nobody yet to whom a key could belong",
    "confirmations": "a password that was given is given",
    "second_factors": "what is set up is set up",
    "recovery_codes": "the codes stand on the answer itself; later ones take the place of the earlier",
    "recovery_texts": "saves nothing",
    "copies": "makes a file that is kept nowhere; each making has its line on the trail",
}


def test_a_form_that_creates_carries_its_key():
    free = rf"url_for\(\s*'({'|'.join(ONCE_ANYWAY)})\.create'"
    wrong = [
        f"{where}: {form[:160]}"
        for where, form in forms_that_create()
        if "once()" not in form and not re.search(free, form)
    ]
    nothing(wrong)
    assert forms_that_create()


# -- Words

ATTRIBUTES_READ = r"\b(?:aria-label|placeholder|title|alt|data-l|label)=\"([^\"{]*[A-Za-z]{2}[^\"{]*)\""
# Our name, and what a macro gives back to another template.
NO_WORDS = {"Handrail", "list", "select", "textarea", "yes", "letter"}


def untranslated(text: str) -> list[str]:
    """Words for people that stand in a template without `_()`."""
    text = re.sub(r"<!--.*?-->|<!doctype[^>]*>", " ", markup_of(text), flags=re.DOTALL)
    read = [words for words in re.findall(ATTRIBUTES_READ, text) if "\x00" not in words]
    outside = re.sub(r"<[^>]*>", "\n", text, flags=re.DOTALL).replace("\x00", " ")
    outside = re.sub(r"&\w+;|[\w-]+=\"[^\"]*\"", " ", outside)
    return [
        words.strip() for words in [*read, *outside.splitlines()] if set(re.findall(r"[A-Za-z]{2,}", words)) - NO_WORDS
    ]


def test_the_search_for_untranslated_words_finds_them():
    assert untranslated('<p>{{ _("Fine") }} {# not shown #}</p><title>x | Handrail</title>') == []
    assert untranslated('<p>Not fine</p><img alt="nor this">') == ["nor this", "Not fine"]


def test_words_for_people_can_be_translated():
    found = {named(path): untranslated(path.read_text(encoding="utf-8")) for path in templates()}
    nothing(found)


def messages_of(path: Path) -> list[tuple[int, str]]:
    """Messages in the code that a person reads: what is flashed, refused, or raised as a broken rule."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"flash", "RuleBroken", "ValidationError"} and isinstance(
                node.args[0], ast.Constant | ast.JoinedStr
            ):
                found.append((node.lineno, name))
    return found


def test_messages_in_the_code_can_be_translated():
    nothing({named(path): [f"line {line}: {name}" for line, name in messages_of(path)] for path in python_files()})


def test_nothing_but_the_models_touches_the_session_in_a_route_except_to_read():
    """A route adds and deletes nothing by itself: the verb does, and leaves a line on the trail."""
    wrong = []
    for path in python_files("routes"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"add", "add_all", "delete", "merge"}:
                holder = ast.unparse(node.value)
                if holder.endswith("session"):
                    wrong.append(f"{named(path)}, line {node.lineno}: {holder}.{node.attr}")
    nothing(wrong)
    assert db is not None
