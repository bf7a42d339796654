"""The commands: every `commands` list found beside this file."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from app.engines import Failure, failure
from app.schema import SchemaUnknown, Unusable

TOLD = {
    Failure.FULL: "No room is left on the disk that holds the database. Nothing was changed.",
    Failure.DAMAGED: "The database is damaged. Keep the damaged file, and put the last backup in its place.",
    Failure.READ_ONLY: "The database cannot be written. Does the data folder belong to the person who runs this?",
    Failure.BUSY: "Something else has been writing to the database for too long. Try again in a minute.",
    Failure.AWAY: "The database cannot be reached. Is its server running, and is DATABASE_URL (or HANDRAIL_DATA) right?",
}


def register(app: Flask) -> None:
    """Add every command to `flask`, and so to `./handrail`."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != "__init__":
            for command in import_module(f"app.cli.{path.stem}").commands:
                app.cli.add_command(in_plain_words(command))


def in_plain_words(command: click.Command) -> click.Command:
    """The command, ending with words instead of a traceback when the database cannot be used."""
    if command.callback is not None and not hasattr(command.callback, "in_plain_words"):
        command.callback = _told(command.callback)
    return command


def _told(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def acting(*args: Any, **kwargs: Any) -> Any:
        try:
            return act(*args, **kwargs)
        except (SchemaUnknown, Unusable) as reason:
            raise click.ClickException(str(reason)) from None
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            kind = failure(error)
            if kind is None:
                raise
            raise click.ClickException(TOLD[kind]) from None

    acting.in_plain_words = True  # type: ignore[attr-defined]
    return acting
