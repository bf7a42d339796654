"""From particulars to the HTML of their sheets, in an environment of its own: no request, no app, only values."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.documents import eco_map
from app.documents.codes import square
from app.documents.particulars import check
from app.documents.sentences import LOCALES, SOURCE, Tongue
from app.words import N_

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "paper"
IN_FULL = 140

SIGNED = {"service_plan", "closure_summary", "closing_letter", "release"}
"""Papers that people sign: in another language they carry the English too, so that staff and auditors can read them."""

PLAINLY = {
    "Met": N_("Reached"),
    "Partially met": N_("Partly reached"),
    "Not met": N_("Not reached yet"),
    "Deferred": N_("Put off for now"),
    "Discontinued": N_("Stopped"),
    "Client declines": N_("I do not want help with this now"),
    "Being met elsewhere": N_("Someone else helps me with this"),
}


def compose(particulars: dict[str, Any]) -> list[str]:
    """The HTML of each sheet of this paper, in order; raises particulars.Unfit when the particulars do not fit.

    A sheet is what has page numbers of its own. Only the referral slip has several, one for each copy.
    """
    check(particulars)
    if particulars["template"] == "referral_slip":
        return [_sheet(particulars, copy) for copy in particulars["copies"]]
    return [_sheet(particulars)]


def _sheet(particulars: dict[str, Any], copy: str = "") -> str:
    wanted = SOURCE if copy in ("provider", "file") else particulars["language"]
    language = wanted if wanted in LOCALES else SOURCE
    name = f"{particulars['template']}/v{particulars['template_version']}.html"
    return (
        _environment(language)
        .get_template(name)
        .render(
            p=particulars,
            for_whom=copy,
            language=language,
            bilingual=language != SOURCE and particulars["template"] in SIGNED and particulars.get("both", True),
            untranslated=_untranslated(wanted),
        )
    )


def _untranslated(language: str) -> str:
    """The English name of a language that no paper has been translated into yet; "" when there is nothing to say."""
    if language in LOCALES:
        return ""
    return LOCALES[SOURCE].languages.get(language, language)


@cache
def _environment(language: str) -> Environment:
    tongue = Tongue(language)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": tongue.say, "square": square, "IN_FULL": IN_FULL}
    environment.globals["eco_maps"] = lambda p: _eco_maps(p, tongue)
    environment.filters |= {
        "day": tongue.day,
        "moment": tongue.moment,
        "label": tongue.label,
        "language_name": tongue.language_name,
        "plainly": lambda status: tongue.say(PLAINLY[status]) if status in PLAINLY else tongue.label(status),
        "paragraphs": _paragraphs,
        "w3c": lambda moment: datetime.fromisoformat(moment).isoformat(timespec="seconds"),
    }
    return environment


# Of each size of print: the width of a line, its letters, and the room a map has on its page, in points. In standard
# print it stands under the head of the paper, in the larger ones on a page of its own.
MAP_SIZES = {"standard": (468.0, 12.0, 505.0), "large": (496.0, 18.0, 600.0), "xl": (504.0, 24.0, 550.0)}


def _eco_maps(particulars: dict[str, Any], tongue: Tongue) -> dict[str, Any]:
    """The drawings of an eco-map, one for a page, and the kinds of ties on them."""
    width, size, height = MAP_SIZES[particulars["size"]]
    rows, count = particulars["around"], particulars["household"]
    under = str(tongue.say("Household of %(number)s", number=count)) if count > 1 else ""
    around, name = eco_map.around(rows, tongue.label), particulars["client"]["name"]
    drawings = eco_map.fitting(name, under, around, width=width, size=size, height=height)
    return {"drawings": drawings, "legend": eco_map.legend(rows, size=size), "size": size}


def _paragraphs(text: str) -> list[list[str]]:
    """A text as paragraphs of lines: a blank line ends a paragraph."""
    blocks = "\n".join(line.rstrip() for line in text.splitlines()).split("\n\n")
    return [block.strip("\n").split("\n") for block in blocks if block.strip()]
