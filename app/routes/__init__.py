"""One file per resource; every blueprint found in the areas is part of the app."""

from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask

AREAS = ("caseload", "intake", "assessment", "planning", "linking", "monitoring", "closing", "agency")


def blueprints() -> list[Blueprint]:
    """Every `bp` in every file of every area."""
    here = Path(__file__).parent
    files = sorted(path for area in AREAS for path in (here / area).glob("*.py") if path.stem != "__init__")
    return [import_module(f"app.routes.{path.parent.name}.{path.stem}").bp for path in files]


def register(app: Flask) -> None:
    """Make every resource answer."""
    for bp in blueprints():
        app.register_blueprint(bp)
