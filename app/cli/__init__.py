"""The commands: every `commands` list found beside this file."""

from importlib import import_module
from pathlib import Path

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to `flask`, and so to `./handrail`."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            for command in import_module(f"app.cli.{path.stem}").commands:
                app.cli.add_command(command)
