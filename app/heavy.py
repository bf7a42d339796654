"""Heavy work, such as printing and importing: one person may have only so much of it under way at once.

A turn is a locked file in the data folder: it counts in all workers, and a process that dies gives its turns back.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import current_app, g
from werkzeug.exceptions import TooManyRequests

AT_ONCE = 2


@contextmanager
def turn() -> Iterator[None]:
    """Do heavy work for the person who asks; when they have two under way already, 429 in plain words."""
    folder = Path(current_app.config["DATA"]) / "turns"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(AT_ONCE):
        with (folder / f"{g.user_id}-{number}").open("a") as place:
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise TooManyRequests(retry_after=10)


def within_a_turn(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces of an answer; the turn is taken now, and given back with the last piece or when nobody reads on."""
    held = ExitStack()
    held.enter_context(turn())

    def sent() -> Iterator[str]:
        with held:
            yield from pieces

    return sent()
