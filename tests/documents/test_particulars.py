"""Particulars are plain values of a known shape, and nothing else is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.documents import composing
from app.documents.particulars import LATEST, SHAPES, Unfit, Value, blank, check, row
from tests.documents import samples

TEMPLATES = Path(composing.TEMPLATES)


def refusal(particulars: dict[str, Any]) -> str:
    """What check says against these."""
    with pytest.raises(Unfit) as refused:
        check(particulars)
    return str(refused.value)


@pytest.mark.parametrize("name", samples.ALL)
def test_the_samples_fit_and_survive_json(name: str) -> None:
    particulars = samples.ALL[name]()
    check(particulars)
    assert json.loads(json.dumps(particulars)) == particulars


@pytest.mark.parametrize("template", LATEST)
def test_blank_particulars_fit_once_they_say_when_they_were_issued(template: str) -> None:
    particulars = blank(template) | {"issued_at": "2026-11-20T14:10:00-05:00"}
    if template == "referral_slip":
        particulars["copies"] = ["client"]
    check(particulars)


@pytest.mark.parametrize("template", LATEST)
def test_blank_particulars_share_nothing_with_the_next_ones(template: str) -> None:
    blank(template)["agency"]["name"] = "spoiled"
    assert blank(template)["agency"]["name"] == ""


def test_an_empty_row_has_every_key() -> None:
    assert row("service_plan", "goals", "objectives", "steps") == {
        "action": "",
        "responsible": "",
        "due": "",
        "due_note": "",
    }


def test_every_template_version_has_a_shape_and_a_file() -> None:
    assert set(LATEST.items()) <= set(SHAPES)
    for template, version in SHAPES:
        assert (TEMPLATES / template / f"v{version}.html").is_file()


def test_a_missing_and_an_unknown_key_are_named_with_their_place() -> None:
    plan = samples.service_plan()
    del plan["goals"][0]["objectives"][1]["steps"][2]["due"]
    plan["goals"][1]["colour"] = "blue"
    assert refusal(plan) == "goals[0].objectives[1].steps[2].due is missing; goals[1].colour is not known"


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("review_on", "22 February"),
        ("review_on", "2027-02-30"),
        ("review_on", "20270222"),
        ("review_on", None),
        ("vision", 3),
        ("vision", None),
        ("version", "3"),
        ("version", True),
        ("draft", 1),
        ("goals", {}),
        ("goals", ["a goal"]),
        ("crisis", []),
        ("size", "huge"),
        ("issued_at", "2026-11-20T14:10:00"),
        ("issued_at", "2026-11-20"),
        ("issued_at", ""),
    ],
)
def test_a_wrong_value_is_named_and_not_quoted(place: str, wrong: Any) -> None:
    said = refusal(samples.service_plan() | {place: wrong})
    assert place in said
    assert "February" not in said


def test_an_unknown_template_or_version_is_refused() -> None:
    assert "no such template" in refusal(samples.service_plan() | {"template": "../../base"})
    assert "no such template" in refusal(samples.service_plan() | {"template_version": 99})
    assert "no such template" in refusal({})


@pytest.mark.parametrize(
    ("place", "value"),
    [("known_as", "Rosa"), ("safe_contact", "555-0142"), ("client", samples.ROSA)],
)
def test_a_slip_without_permission_may_not_carry_who_it_is(place: str, value: Any) -> None:
    assert "although identity is not shared" in refusal(samples.referral_slip_nameless() | {place: value})


@pytest.mark.parametrize("copies", [[], ["client", "landlord"]])
def test_a_slip_says_which_copies_it_has(copies: list[str]) -> None:
    assert "copies" in refusal(samples.referral_slip() | {"copies": copies})


def names_in(shape: dict[str, Value]) -> set[str]:
    """Every key in a shape, however deep."""
    return set(shape) | {name for value in shape.values() for name in names_in(value.of)}


@pytest.mark.parametrize("known", SHAPES)
def test_no_key_hides_a_method_of_dict_from_the_templates(known: tuple[str, int]) -> None:
    assert not names_in(SHAPES[known]) & set(dir(dict))


def full(shape: dict[str, Value], where: str = "") -> dict[str, Any]:
    """Particulars in which every text says where it stands, so that it can be looked for."""
    return {name: full_value(value, f"{where}{name}") for name, value in shape.items()}


def full_value(value: Value, where: str) -> Any:
    """One such value."""
    match value.kind:
        case "text" | "label":
            return f"@{where}@"
        case "lines":
            return [f"@{where}.1@", f"@{where}.2@"]
        case "rows":
            return [full(value.of, f"{where}.1."), full(value.of, f"{where}.2.")]
        case "part":
            return full(value.of, f"{where}.")
        case "day":
            return "2031-01-01"
        case "moment":
            return "2031-01-01T10:00:00-05:00"
        case "number":
            return 7
        case "yes":
            return True
        case _:
            return value.among[0]


NOT_PRINTED: dict[str, set[str]] = {
    "closing_letter": {"@client.legal_name@"},  # a letter greets people by the name they go by
    "disclosure_account": {"@client.legal_name@"},
    "eco_map": {"@client.legal_name@"},
    "intake_form": {"@client.name@", "@client.legal_name@"},  # a blank form is about nobody
    "redisclosure_notice": {"@client.legal_name@", "@wording@"},  # which wording it is, the frozen paper knows
    # One language, ending on a day: the other ways are tried with the papers themselves.
    "release": {
        "@expires_when@",
        "@statements.1.english@",
        "@statements.2.english@",
        "@title.english@",
        "@wording@",
        "@worker.phone@",
    },
    "referral_slip": {"@client.name@", "@client.legal_name@"},  # it says `known_as`: what the permission allows
}


@pytest.mark.parametrize("known", SHAPES)
def test_every_text_that_is_asked_for_is_printed(known: tuple[str, int]) -> None:
    template, version = known
    particulars = full(SHAPES[known]) | {
        "template": template,
        "template_version": version,
        "language": "en",
        "draft": False,
    }
    if template == "referral_slip":
        particulars["copies"] = ["client", "provider", "file"]
    html = "".join(composing.compose(particulars))
    asked_for = {text for text in strings(particulars) if text.startswith("@")}
    forgotten = {text for text in asked_for if text not in html} - NOT_PRINTED.get(template, set())
    assert not forgotten


def strings(value: Any) -> list[str]:
    """Every text in some particulars."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inside for text in strings(one)]
